"""A WeCom robot: text messages; the key in its address is the only proof of who sends."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fenghuo.warn.channels.message import Outgoing, Sent
from fenghuo.warn.channels.plain import cut_bytes
from fenghuo.warn.channels.robots import called, tell, text_of

MOST_BYTES = 2048
_BUSY = {45009: timedelta(minutes=1)}


def send(config: Mapping[str, str], out: Outgoing) -> Sent:
    """Hand one message to the robot.

    Raises:
        NotSent, MayHaveGone, net.Refused: see `robots.tell`.
    """
    text: dict[str, Any] = {"content": cut_bytes(text_of(out), MOST_BYTES)}
    if names := called(config, out):
        text["mentioned_mobile_list"] = names
    return Sent(tell(config["url"], {"msgtype": "text", "text": text}, ("errcode",), _BUSY))
