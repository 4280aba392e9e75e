"""A DingTalk robot: checks token and signature (an hour's difference at most), the form and the size of messages."""

import json

from fenghuo.warn.channels.emulating import (
    SECRET,
    Answered,
    Asked,
    HttpEmulator,
    Taken,
    Written,
    base64_of,
    hmac_sha256,
)

_TOKEN = "0123456789abcdef"  # noqa: S105 -- an emulator has no other
_HOUR_MS = 3_600_000
_MOST_BYTES = 20_000


class Emulator(HttpEmulator):
    """It says no in a 200, as the real one does."""

    sender = "manager4220"

    def settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        url = f"http://{host}:{port}/robot/send?access_token={_TOKEN}"
        return {"url": url, "secret": SECRET, "mention": "13800138000"}

    def wrong_settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {**self.settings(host, port), "secret": "another"}

    def answer(self, asked: Asked, now: float) -> Answered:
        """See `HttpEmulator`."""
        code, words = self._judge(asked, now)
        if code:
            self.refused.append(words)
        return Answered(200, {"errcode": code, "errmsg": words})

    def _judge(self, asked: Asked, now: float) -> tuple[int, str]:
        query, body = asked.query, asked.json()
        if asked.path != "/robot/send" or query.get("access_token") != _TOKEN:
            return 300001, "token is not exist"
        stamp = query.get("timestamp", "")
        if not stamp.isdigit() or abs(int(stamp) - now * 1000) > _HOUR_MS:
            return 310000, "invalid timestamp"
        if query.get("sign") != base64_of(hmac_sha256(SECRET.encode(), f"{stamp}\n{SECRET}".encode())):
            return 310000, "sign not match"
        if self.busy:
            return 130101, "send too fast, exceed 20 times per minute"
        kind = body.get("msgtype")
        content = (body.get(str(kind)) or {}).get({"text": "content", "markdown": "text"}.get(str(kind), ""), "")
        if len(asked.body) > _MOST_BYTES or not isinstance(content, str) or not content.strip():
            return 40035, "param error"
        self.taken.append(Taken("", content))
        return 0, "ok"

    def calling_settings(self) -> dict[str, str]:
        """See `Caller`."""
        return {"app_secret": "an-application", "members": f"{self.sender}=13800138000"}

    def call(self, written: Written, now: float) -> Asked:
        """See `Caller`."""
        stamp = str(int(now * 1000))
        sign = base64_of(hmac_sha256(b"an-application", f"{stamp}\nan-application".encode()))
        told = {
            "msgtype": "text",
            "msgId": written.number,
            "createAt": int(written.at * 1000),
            "conversationType": "1" if written.private else "2",
            "senderId": "$:LWCP_v1:$Ff09",
            "senderStaffId": written.sender,
            "text": {"content": f" {written.text}"},
        }
        headers = {"timestamp": stamp, "sign": sign, "content-type": "application/json; charset=utf-8"}
        return Asked("POST", "/", headers, json.dumps(told, ensure_ascii=False).encode())

    def shown(self, content: bytes, asked: Asked) -> str:
        """See `Caller`."""
        answer = json.loads(content)
        return str(answer["text"]["content"]) if answer["msgtype"] == "text" else ""
