"""The SMS API of Tencent Cloud: checks TC3-HMAC-SHA256 over what came, the moment, and the form of the request."""

import re
from datetime import UTC, datetime
from typing import Any

from fenghuo.warn.channels.emulating import SECRET, Answered, Asked, HttpEmulator, Taken, hmac_sha256, sha256_hex

KEY_ID = "AKID-emulator"
_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(\S+?)/(\d{4}-\d\d-\d\d)/sms/tc3_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})"
)
_FIVE_MINUTES_S = 300
_PULLED = {"BeginTime", "Offset", "Limit", "PhoneNumber", "SmsSdkAppId"}
_FIELDS = {
    "SendSms": {"PhoneNumberSet", "SmsSdkAppId", "SignName", "TemplateId"},
    "PullSmsSendStatusByPhoneNumber": _PULLED,
    "PullSmsReplyStatusByPhoneNumber": _PULLED,
}


class Emulator(HttpEmulator):
    """Everything it says comes in a 200."""

    recipient = "+8613800138000"

    def __init__(self) -> None:
        super().__init__()
        self.taken_at: dict[int, float] = {}

    def settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        keys = {"key_id": KEY_ID, "key_secret": SECRET, "url": f"http://{host}:{port}/", "app_id": "1400006666"}
        return {**keys, "signature": "云岭县网信办", "template": "449739", "variables": "title, unit"}

    def wrong_settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {**self.settings(host, port), "key_secret": "another"}

    def answer(self, asked: Asked, now: float) -> Answered:
        """See `HttpEmulator`."""
        problem = self._call_problem(asked, now)
        if problem:
            self.refused.append(problem)
            error = {"Code": problem, "Message": problem}
            return Answered(200, {"Response": {"Error": error, "RequestId": "1"}})
        if asked.headers["x-tc-action"] == "PullSmsSendStatusByPhoneNumber":
            found = self._reports(asked.json(), now)
            return Answered(200, {"Response": {"PullSmsSendStatusSet": found, "RequestId": "3"}})
        if asked.headers["x-tc-action"] == "PullSmsReplyStatusByPhoneNumber":
            texts = [text for number, text in self.replies if number == asked.json()["PhoneNumber"]]
            replies = [{"ReplyContent": text, "ReplyTime": int(now) + 1, "CountryCode": "86"} for text in texts]
            return Answered(200, {"Response": {"PullSmsReplyStatusSet": replies, "RequestId": "4"}})
        found = [self._one(str(number), asked.json(), now) for number in asked.json()["PhoneNumberSet"]]
        return Answered(200, {"Response": {"SendStatusSet": found, "RequestId": "2"}})

    def _one(self, number: str, body: dict[str, Any], now: float) -> dict[str, Any]:
        code = "Ok"
        if self.busy:
            code = "LimitExceeded.PhoneNumberThirtySecondLimit"
        elif not re.fullmatch(r"\+861[3-9]\d{9}", number):
            code = "InvalidParameterValue.IncorrectPhoneNumber"
        elif not all(isinstance(part, str) and part for part in body.get("TemplateParamSet", [])):
            code = "InvalidParameterValue.TemplateParameterFormatError"
        status = {"PhoneNumber": number, "Code": code, "SerialNo": "", "Message": code, "Fee": 0, "IsoCode": "CN"}
        if code != "Ok":
            self.refused.append(code)
            return status
        self.taken.append(Taken(number, " ".join(body.get("TemplateParamSet", []))))
        self.taken_at[len(self.taken)] = now
        return {**status, "SerialNo": f"2028:{len(self.taken)}", "Message": "send success", "Fee": 1}

    def _reports(self, body: dict[str, Any], now: float) -> list[dict[str, Any]]:
        word = "SUCCESS" if self.arrives else "FAIL"
        asked = [n for n, at in self.taken_at.items() if body["BeginTime"] <= at <= body.get("EndTime", now)]
        numbers = [n for n in asked if self.taken[n - 1].recipient == body["PhoneNumber"]]
        told = {"ReportStatus": word, "Description": "DELIVRD" if self.arrives else "UNDELIV"}
        return [{**told, "SerialNo": f"2028:{n}", "PhoneNumber": body["PhoneNumber"]} for n in numbers]

    def _call_problem(self, asked: Asked, now: float) -> str:
        given = asked.headers
        found = _AUTHORIZATION.fullmatch(given.get("authorization", ""))
        stamp = given.get("x-tc-timestamp", "")
        if found is None or found[1] != KEY_ID or not stamp.isdigit():
            return "AuthFailure.SecretIdNotFound"
        if abs(int(stamp) - now) > _FIVE_MINUTES_S:
            return "AuthFailure.SignatureExpire"
        names = found[3].split(";")
        if not {"content-type", "host"} <= set(names):
            return "AuthFailure.InvalidAuthorization"
        lines = [f"{name}:{given[name].strip().lower()}" for name in names]
        wanted = "\n".join([asked.method, asked.path, "", *lines, "", found[3], sha256_hex(asked.body)])
        day = f"{datetime.fromtimestamp(int(stamp), UTC):%Y-%m-%d}"
        key = hmac_sha256(hmac_sha256(b"TC3" + SECRET.encode(), day.encode()), b"sms")
        text = f"TC3-HMAC-SHA256\n{stamp}\n{day}/sms/tc3_request\n{sha256_hex(wanted.encode())}"
        if day != found[2] or hmac_sha256(hmac_sha256(key, b"tc3_request"), text.encode()).hex() != found[4]:
            return "AuthFailure.SignatureFailure"
        fields = _FIELDS.get(given.get("x-tc-action", ""))
        if fields is None or given.get("x-tc-version") != "2021-01-11":
            return "InvalidAction"
        if not given.get("x-tc-region"):
            return "MissingParameter.Region"
        return "" if set(asked.json()) >= fields else "MissingParameter"
