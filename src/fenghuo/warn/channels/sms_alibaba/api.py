"""Calls of the SMS API of Alibaba Cloud (version 2017-05-25), signed with ACS3-HMAC-SHA256."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from fenghuo.base.common import clock
from fenghuo.base.common.i18n import _
from fenghuo.warn.channels.message import MayHaveGone, NotSent
from fenghuo.warn.channels.posting import LONGEST_PAUSE, ask_json, host
from fenghuo.warn.channels.sms_alibaba.signing import authorization, query_of

_PAUSES = {"分钟": timedelta(minutes=1), "小时": LONGEST_PAUSE, "天": LONGEST_PAUSE}


def call(config: Mapping[str, str], action: str, values: Mapping[str, str]) -> dict[str, Any]:
    """The answer to an action where its code is OK.

    Raises:
        NotSent: another code, or no connection. MayHaveGone: nobody knows. net.Refused: the address may not be contacted.
    """
    base, query = config["url"], query_of(values)
    path = urlsplit(base).path or "/"
    headers = {
        "x-acs-action": action,
        "x-acs-version": "2017-05-25",
        "x-acs-date": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": secrets.token_hex(16),
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
    }
    account = (config["key_id"], config["key_secret"])
    signed = authorization(*account, "POST", path, query, {"host": host(base), **headers})
    url = f"{urlsplit(base).scheme}://{host(base)}{path}?{query}"
    answer = ask_json(url, b"", {**headers, "Authorization": signed, "Accept": "application/json"})
    code, words = str(answer.get("Code", "")), str(answer.get("Message", ""))[:300]
    if not code:
        raise MayHaveGone(_("{host}: its answer says neither yes nor no.").format(host=host(base)))
    if code != "OK":
        raise NotSent(f"{host(base)}: {code} {words}", _pause(code, words))
    return answer


def _pause(code: str, words: str) -> timedelta | None:
    if code.startswith("Throttling"):
        return timedelta(minutes=1)
    if code == "isv.BUSINESS_LIMIT_CONTROL":
        return next((pause for sign, pause in _PAUSES.items() if sign in words), timedelta(minutes=1))
    return None
