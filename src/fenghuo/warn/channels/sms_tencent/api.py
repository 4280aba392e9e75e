"""Calls of the SMS API of Tencent Cloud (version 2021-01-11), signed with TC3-HMAC-SHA256."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from fenghuo.base.common import clock
from fenghuo.base.common.i18n import _
from fenghuo.warn.channels.message import MayHaveGone, NotSent
from fenghuo.warn.channels.posting import LONGEST_PAUSE, ask_json, host
from fenghuo.warn.channels.sms_tencent.signing import authorization

_PAUSES = (
    ("ThirtySecond", timedelta(seconds=30)),
    ("OneHour", LONGEST_PAUSE),
    ("Daily", LONGEST_PAUSE),
    ("LimitExceeded", timedelta(minutes=1)),
)
"""Codes for "too often" name how long they last; the first part that a code holds counts."""


def call(config: Mapping[str, str], action: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The `Response` to an action where it is no error.

    Raises:
        NotSent: an error, or no connection. MayHaveGone: nobody knows. net.Refused: the address may not be contacted.
    """
    base, body = config["url"], json.dumps(payload, ensure_ascii=False).encode()
    seconds, path = clock.now_ns() // 1_000_000_000, urlsplit(base).path or "/"
    kind = {"content-type": "application/json; charset=utf-8"}
    account = (config["key_id"], config["key_secret"])
    signed = authorization(*account, "sms", seconds, path, {"host": host(base), **kind}, body)
    headers = {
        **kind,
        "Authorization": signed,
        "X-TC-Action": action,
        "X-TC-Version": "2021-01-11",
        "X-TC-Timestamp": str(seconds),
        "X-TC-Region": config.get("region") or "ap-guangzhou",
    }
    response = ask_json(base, body, headers).get("Response")
    if not isinstance(response, dict):
        raise MayHaveGone(_("{host}: its answer says neither yes nor no.").format(host=host(base)))
    if "Error" in response:
        raise refusal(config, response["Error"])
    return response


def refusal(config: Mapping[str, str], said: Mapping[str, Any]) -> NotSent:
    """What a code other than Ok means."""
    code, words = str(said.get("Code", "")), str(said.get("Message", ""))[:300]
    pause = next((time for part, time in _PAUSES if part in code), None)
    return NotSent(f"{host(config['url'])}: {code} {words}".rstrip(), pause)
