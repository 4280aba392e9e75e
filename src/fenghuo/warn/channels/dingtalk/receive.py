"""What people write to a DingTalk robot: the product posts it with `timestamp` and `sign` in the headers. Pure.

The signature is over the moment alone, not over the body: what proves the body is TLS.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from fenghuo.warn.channels.dingtalk.send import signature
from fenghuo.warn.channels.hearing import (
    Body,
    Call,
    Heard,
    NotProven,
    Words,
    fresh,
    moment,
    needs,
    same,
    short,
    text_at,
)


def hear(config: Mapping[str, str], call: Call, now: datetime) -> Heard:
    """What a person wrote to the robot.

    Raises:
        NotProven: another method, a signature that is not ours, or a moment more than an hour away.
    """
    (secret,) = needs(config, "app_secret")
    if call.method != "POST":
        raise NotProven("method")
    stamp = call.headers.get("timestamp", "")
    at = moment(stamp, 1000)
    if not same(call.headers.get("sign", ""), signature(secret, int(stamp))):
        raise NotProven("signature")
    fresh(at, now)
    told = call.json()
    senders = tuple(filter(None, (text_at(told, "senderStaffId"), text_at(told, "senderId"))))
    number = text_at(told, "msgId")
    if text_at(told, "msgtype") != "text" or not number or not senders:
        return Heard()
    written = moment(text_at(told, "createAt") or stamp, 1000)
    private = text_at(told, "conversationType") == "1"
    words = Words(number, senders, short(text_at(told, "text", "content")), written, private)
    return Heard((words,), _answer, tells=True)


def _answer(texts: Sequence[str]) -> Body:
    said = {"msgtype": "text", "text": {"content": "\n\n".join(texts)}}
    return Body(json.dumps(said, ensure_ascii=False).encode())
