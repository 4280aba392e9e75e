"""The SMS API of Alibaba Cloud: checks ACS3-HMAC-SHA256 over what came, the moment, repeated nonces, and the template's variables."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote

from fenghuo.warn.channels.emulating import (
    SECRET,
    Answered,
    Asked,
    HttpEmulator,
    Taken,
    Written,
    hmac_sha256,
    sha256_hex,
)

KEY_ID = "LTAI-emulator"
_AUTHORIZATION = re.compile(r"ACS3-HMAC-SHA256 Credential=(\S+?),SignedHeaders=([\w;-]+),Signature=([0-9a-f]{64})")
_NEEDED = {"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}
_ACTIONS = {"SendSms", "QuerySendDetails"}
_QUARTER_S = 900
_MOST_CHARACTERS = 35


class Emulator(HttpEmulator):
    """It refuses calls by a status and messages by a code in a 200."""

    recipient = "+8613800138000"
    sender = "13800138000"

    def __init__(self) -> None:
        super().__init__()
        self._nonces: set[str] = set()

    def settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        keys = {"key_id": KEY_ID, "key_secret": SECRET, "url": f"http://{host}:{port}/"}
        return {**keys, "signature": "云岭县网信办", "template": "SMS_1", "variables": "title=title, unit=unit"}

    def wrong_settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {**self.settings(host, port), "key_secret": "another"}

    def answer(self, asked: Asked, now: float) -> Answered:
        """See `HttpEmulator`."""
        problem = self._call_problem(asked, now)
        if problem:
            self.refused.append(problem)
            return Answered(400, {"Code": problem, "Message": problem, "RequestId": "1"})
        if asked.headers["x-acs-action"] == "QuerySendDetails":
            return self._details(asked.query, now)
        code, words = self._message_problem(asked.query)
        if code:
            self.refused.append(code)
            return Answered(200, {"Code": code, "Message": words, "RequestId": "2"})
        query = asked.query
        text = " ".join(str(value) for value in json.loads(query.get("TemplateParam", "{}")).values())
        self.taken.append(Taken(query["PhoneNumbers"], text))
        number = f"9000{len(self.taken)}^0"
        return Answered(200, {"Code": "OK", "Message": "OK", "BizId": number, "RequestId": "3"})

    def calling_settings(self) -> dict[str, str]:
        """See `Caller`."""
        return {"push_secret": "a-secret-of-the-address"}

    def call(self, written: Written, now: float) -> Asked:
        """See `Caller`."""
        at = datetime.fromtimestamp(written.at, timezone(timedelta(hours=8))).strftime("%Y-%m-%d %H:%M:%S")
        told = {"phone_number": written.sender, "content": written.text, "send_time": at, "dest_code": "1234"}
        body = json.dumps([{**told, "sequence_id": written.number}], ensure_ascii=False).encode()
        return Asked("POST", "/?key=a-secret-of-the-address", {"content-type": "application/json"}, body)

    def shown(self, content: bytes, asked: Asked) -> str:
        """See `Caller`: it shows nothing, but asks for a number as `code`."""
        return "" if isinstance(json.loads(content)["code"], int) else "refused"

    def _call_problem(self, asked: Asked, now: float) -> str:
        found = _AUTHORIZATION.fullmatch(asked.headers.get("authorization", ""))
        if found is None or found[1] != KEY_ID:
            return "InvalidAccessKeyId.NotFound"
        names, given = found[2].split(";"), asked.headers
        if not set(names) >= _NEEDED or not all(name in given for name in names):
            return "IncompleteSignature"
        if given["x-acs-content-sha256"] != sha256_hex(asked.body):
            return "SignatureDoesNotMatch"
        pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in asked.raw_query)
        wanted = [asked.method, asked.path, "&".join(f"{name}={value}" for name, value in pairs)]
        wanted += [f"{name}:{given[name].strip()}" for name in sorted(names)]
        wanted += ["", ";".join(sorted(names)), sha256_hex(asked.body)]
        text = f"ACS3-HMAC-SHA256\n{sha256_hex(chr(10).join(wanted).encode())}"
        if hmac_sha256(SECRET.encode(), text.encode()).hex() != found[3]:
            return "SignatureDoesNotMatch"
        moment = datetime.strptime(given["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs(moment.timestamp() - now) > _QUARTER_S:
            return "InvalidTimeStamp.Expired"
        if given["x-acs-signature-nonce"] in self._nonces:
            return "SignatureNonceUsed"
        self._nonces.add(given["x-acs-signature-nonce"])
        known = given["x-acs-action"] in _ACTIONS and given["x-acs-version"] == "2017-05-25"
        return "" if known else "InvalidAction"

    def _details(self, query: dict[str, str], now: float) -> Answered:
        day = datetime.fromtimestamp(now, timezone(timedelta(hours=8))).strftime("%Y%m%d")
        sent = {f"9000{number}^0": taken.recipient for number, taken in enumerate(self.taken, 1)}
        found = sent.get(query.get("BizId", "")) == query.get("PhoneNumber") and query.get("SendDate") == day
        if not query.get("PageSize", "").isdigit() or not query.get("CurrentPage", "").isdigit():
            return Answered(400, {"Code": "MissingPageSize", "Message": "PageSize", "RequestId": "4"})
        status = {"SendStatus": 3 if self.arrives else 2, "ErrCode": "DELIVERED" if self.arrives else "MK:0001"}
        details = {"SmsSendDetailDTO": [{**status, "PhoneNum": query["PhoneNumber"]}] if found else []}
        return Answered(200, {"Code": "OK", "Message": "OK", "SmsSendDetailDTOs": details, "TotalCount": int(found)})

    def _message_problem(self, query: dict[str, str]) -> tuple[str, str]:
        if self.busy:
            return "isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1"
        if not re.fullmatch(r"1[3-9]\d{9}", query.get("PhoneNumbers", "")):
            return "isv.MOBILE_NUMBER_ILLEGAL", "mobile number"
        if not query.get("SignName") or not query.get("TemplateCode", "").startswith("SMS_"):
            return "isv.SMS_TEMPLATE_ILLEGAL", "signature or template"
        for value in json.loads(query.get("TemplateParam") or "{}").values():
            if not isinstance(value, str) or not value or len(value) > _MOST_CHARACTERS:
                return "isv.PARAM_LENGTH_LIMIT", "length of a variable"
            if "http" in value or "【" in value:
                return "isv.PARAM_NOT_SUPPORT_URL", "link or sign in a variable"
        return "", ""
