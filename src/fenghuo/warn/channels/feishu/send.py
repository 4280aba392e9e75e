"""A Feishu robot: posts made of text elements, in which nothing is read as a tag; signed over the moment in seconds."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fenghuo.base.common import clock
from fenghuo.warn.channels.message import Outgoing, Sent
from fenghuo.warn.channels.plain import cut_bytes, one_line, plain
from fenghuo.warn.channels.robots import tell

MOST_BYTES = 14_000
"""The robot takes 20 KB of JSON; each line is an element of its own and costs its frame."""
_MOST_LINES = 80
_BUSY = {11232: timedelta(minutes=1), 11233: timedelta(minutes=1), 99991400: timedelta(minutes=1)}


def signature(secret: str, seconds: int) -> str:
    """What the robot expects as `sign`: the key is the moment and the secret, the message is empty."""
    return base64.b64encode(hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


def send(config: Mapping[str, str], out: Outgoing) -> Sent:
    """Hand one message to the robot.

    Raises:
        NotSent, MayHaveGone, net.Refused: see `robots.tell`.
    """
    lines = cut_bytes(plain(out.marked_text), MOST_BYTES).split("\n")
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], "…"]
    place = "zh_cn" if out.language == "zh-hans" else "en_us"
    content = [[{"tag": "text", "text": line or " "}] for line in lines]
    payload: dict[str, Any] = {
        "msg_type": "post",
        "content": {"post": {place: {"title": cut_bytes(one_line(out.title), 600), "content": content}}},
    }
    if secret := config.get("secret", ""):
        now = clock.now_ns() // 1_000_000_000
        payload |= {"timestamp": str(now), "sign": signature(secret, now)}
    return Sent(tell(config["url"], payload, ("code", "StatusCode"), _BUSY))
