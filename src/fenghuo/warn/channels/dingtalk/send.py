"""A DingTalk robot: text messages, signed with HMAC-SHA-256 over the moment in milliseconds."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote

from fenghuo.base.common import clock
from fenghuo.warn.channels.message import Outgoing, Sent
from fenghuo.warn.channels.plain import cut_bytes
from fenghuo.warn.channels.robots import called, tell, text_of

MOST_BYTES = 18_000
"""The robot takes 20,000 bytes of JSON; quotation marks and line ends grow on the way."""
_BUSY = {130101: timedelta(minutes=10), 410100: timedelta(minutes=10)}
"""Above 20 messages a minute a robot is silent for ten minutes."""


def signature(secret: str, milliseconds: int) -> str:
    """What the robot expects as `sign`, before it is quoted for the address."""
    text = f"{milliseconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()


def send(config: Mapping[str, str], out: Outgoing) -> Sent:
    """Hand one message to the robot.

    Raises:
        NotSent, MayHaveGone, net.Refused: see `robots.tell`.
    """
    url, secret = config["url"], config.get("secret", "")
    if secret:
        now = clock.now_ns() // 1_000_000
        url += ("&" if "?" in url else "?") + f"timestamp={now}&sign={quote(signature(secret, now), safe='')}"
    payload = {
        "msgtype": "text",
        "text": {"content": cut_bytes(text_of(out), MOST_BYTES)},
        "at": {"atMobiles": called(config, out), "isAtAll": False},
    }
    return Sent(tell(url, payload, ("errcode",), _BUSY))
