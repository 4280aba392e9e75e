"""SMS over Tencent Cloud: SendSms of 2021-01-11, signed with TC3-HMAC-SHA256."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from fenghuo.base.common import clock
from fenghuo.base.common.i18n import _
from fenghuo.warn.channels.message import MayHaveGone, NotSent, Outgoing, Sent
from fenghuo.warn.channels.posting import LONGEST_PAUSE, ask_json, host
from fenghuo.warn.channels.sms_tencent.signing import authorization
from fenghuo.warn.channels.templates import ordered, value

_PAUSES = (
    ("ThirtySecond", timedelta(seconds=30)),
    ("OneHour", LONGEST_PAUSE),
    ("Daily", LONGEST_PAUSE),
    ("LimitExceeded", timedelta(minutes=1)),
)
"""Codes for "too often" name how long they last; the first part that a code holds counts."""


def send(config: Mapping[str, str], out: Outgoing) -> Sent:
    """Hand one SMS to the provider; its `SerialNo` is the receipt.

    Raises:
        NotSent: it certainly did not go. MayHaveGone: nobody knows. net.Refused: the address may not be contacted.
    """
    base, longest = config["url"], int(config.get("longest") or 35)
    payload = {
        "PhoneNumberSet": [out.recipient],
        "SmsSdkAppId": config["app_id"],
        "SignName": config["signature"],
        "TemplateId": config["template"],
        "TemplateParamSet": [value(name, out, longest) for name in ordered(config.get("variables", ""))],
        "SessionContext": out.delivery_id,
    }
    body = json.dumps(payload, ensure_ascii=False).encode()
    seconds, path = clock.now_ns() // 1_000_000_000, urlsplit(base).path or "/"
    kind = {"content-type": "application/json; charset=utf-8"}
    signed = authorization(
        config["key_id"], config["key_secret"], "sms", seconds, path, {"host": host(base), **kind}, body
    )
    headers = {
        **kind,
        "Authorization": signed,
        "X-TC-Action": "SendSms",
        "X-TC-Version": "2021-01-11",
        "X-TC-Timestamp": str(seconds),
        "X-TC-Region": config.get("region") or "ap-guangzhou",
    }
    return _outcome(host(base), ask_json(base, body, headers))


def _outcome(where: str, answer: dict[str, Any]) -> Sent:
    """What the answer says of the one number that was asked for."""
    response = answer.get("Response") or {}
    said: dict[str, Any] = response.get("Error") or next(iter(response.get("SendStatusSet") or []), {})
    code, words = str(said.get("Code", "")), str(said.get("Message", ""))[:300]
    if not code:
        raise MayHaveGone(_("{host}: its answer says neither yes nor no.").format(host=where))
    if code != "Ok":
        pause = next((time for part, time in _PAUSES if part in code), None)
        raise NotSent(f"{where}: {code} {words}".rstrip(), pause)
    return Sent(f"{where}: {code}", str(said.get("SerialNo", ""))[:200])
