"""A signed generic webhook, for a channel of kind "webhook"."""

import json
from collections.abc import Mapping

from fenghuo.base.common import clock
from fenghuo.warn.channels.message import Outgoing, Sent, signature
from fenghuo.warn.channels.plain import one_line, plain
from fenghuo.warn.channels.posting import post


def send(config: Mapping[str, str], out: Outgoing) -> Sent:
    """POST the message and its values as JSON; the receiver's answer.

    Headers: `X-Fenghuo-Delivery` (the same for every attempt, so that a receiver can tell doubles),
    `X-Fenghuo-Timestamp`, `X-Fenghuo-Signature` (`message.signature`), `X-Fenghuo-Possible-Double`.

    Raises:
        NotSent: it did not go, or the receiver refused it. MayHaveGone: no answer came.
        net.Refused: the address may not be contacted.
    """
    payload = {
        "matter": out.matter,
        "occasion": out.occasion,
        "title": one_line(out.title),
        "text": plain(out.marked_text),
        "exercise": out.exercise,
        "values": out.values,
        "delivery_id": out.delivery_id,
    }
    body = json.dumps(payload, ensure_ascii=False, sort_keys=True).encode()
    stamp = str(clock.now_ns() // 1_000_000_000)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Fenghuo-Delivery": out.delivery_id,
        "X-Fenghuo-Timestamp": stamp,
        "X-Fenghuo-Signature": "sha256=" + signature(config.get("secret", ""), stamp, body),
        "X-Fenghuo-Possible-Double": "yes" if out.mark else "no",
    }
    answer = post(config["url"], body, headers)
    return Sent(f"HTTP {answer.status}")
