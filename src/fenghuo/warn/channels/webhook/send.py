"""A signed generic webhook, for a channel of kind "webhook"."""

import json
from collections.abc import Mapping

from fenghuo.base.common import clock, net
from fenghuo.warn.channels.message import MayHaveGone, NotSent, signature

_TIMEOUT_S = 10.0


def send(config: Mapping[str, str], delivery_id: str, payload: Mapping[str, object], double: bool) -> str:
    """POST the payload as JSON; the receiver's answer.

    Headers: `X-Fenghuo-Delivery` (the same for every attempt, so that a receiver can tell doubles),
    `X-Fenghuo-Timestamp`, `X-Fenghuo-Signature` (`message.signature`), `X-Fenghuo-Possible-Double`.

    Raises:
        NotSent: it did not go, or the receiver refused it. MayHaveGone: no answer came.
        net.Refused: the address may not be contacted.
    """
    body = json.dumps({**payload, "delivery_id": delivery_id}, ensure_ascii=False, sort_keys=True).encode()
    stamp = str(clock.now_ns() // 1_000_000_000)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Fenghuo-Delivery": delivery_id,
        "X-Fenghuo-Timestamp": stamp,
        "X-Fenghuo-Signature": "sha256=" + signature(config.get("secret", ""), stamp, body),
        "X-Fenghuo-Possible-Double": "yes" if double else "no",
    }
    try:
        answer = net.post(config["url"], body, headers, _TIMEOUT_S)
    except net.NoConnection as error:
        raise NotSent(str(error)) from error
    except OSError as error:
        raise MayHaveGone(str(error)) from error
    if not 200 <= answer.status < 300:
        raise NotSent(f"HTTP {answer.status}")
    return f"HTTP {answer.status}"
