"""What people write to a Feishu application: events of the product, signed and encrypted with the application's Encrypt Key. Pure.

Without an Encrypt Key Feishu signs nothing, so that such an application is not listened to.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fenghuo.warn.channels.hearing import (
    Body,
    Call,
    Heard,
    NotProven,
    Words,
    fresh,
    json_of,
    moment,
    needs,
    same,
    short,
    text_at,
)
from fenghuo.warn.channels.unlocking import opened

_START = 16


def hear(config: Mapping[str, str], call: Call, now: datetime) -> Heard:
    """What a person wrote to the application, or the answer to the test of the address.

    Raises:
        NotProven: another method, signature or token, or a moment more than an hour away.
    """
    key, token = needs(config, "encrypt_key", "verification_token")
    if call.method != "POST":
        raise NotProven("method")
    told = _opened(key, text_at(call.json(), "encrypt"))
    if text_at(told, "type") == "url_verification":  # comes without a signature; only who has the key could lock it
        if not same(text_at(told, "token"), token):
            raise NotProven("token")
        return _tested(text_at(told, "challenge"))
    stamp, nonce = call.headers.get("x-lark-request-timestamp", ""), call.headers.get("x-lark-request-nonce", "")
    expected = hashlib.sha256(f"{stamp}{nonce}{key}".encode() + call.body).hexdigest()
    if not same(call.headers.get("x-lark-signature", ""), expected):
        raise NotProven("signature")
    fresh(moment(stamp), now)
    if not same(text_at(told, "header", "token"), token):
        raise NotProven("token")
    return _words(told)


def _tested(challenge: str) -> Heard:
    return Heard(answer=lambda _texts: Body(json.dumps({"challenge": challenge}).encode()))


def _opened(key: str, locked: str) -> Any:
    try:
        content = base64.b64decode(locked, validate=True)
    except ValueError as error:
        raise NotProven("no ciphertext") from error
    return json_of(opened(hashlib.sha256(key.encode()).digest(), content[:_START], content[_START:], _START))


def _words(told: Any) -> Heard:
    event = told.get("event") if isinstance(told, dict) else None
    message = event.get("message") if isinstance(event, dict) else None
    is_text = text_at(message, "message_type") == "text" and text_at(event, "sender", "sender_type") == "user"
    if text_at(told, "header", "event_type") != "im.message.receive_v1" or not is_text:
        return Heard()
    ids = [text_at(event, "sender", "sender_id", name) for name in ("user_id", "open_id", "union_id")]
    number, senders = text_at(message, "message_id"), tuple(filter(None, ids))
    if not number or not senders:
        return Heard()
    text = text_at(json_of(text_at(message, "content").encode()), "text")
    at = moment(text_at(message, "create_time"), 1000)
    return Heard((Words(number, senders, short(text), at, text_at(message, "chat_type") == "p2p"),))
