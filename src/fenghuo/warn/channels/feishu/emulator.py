"""A Feishu robot: checks the signature in the body (an hour's difference at most) and shows a post as its reader sees it."""

import json
from typing import Any

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from fenghuo.warn.channels.emulating import (
    SECRET,
    Answered,
    Asked,
    HttpEmulator,
    Taken,
    Written,
    base64_of,
    hmac_sha256,
    sha256_hex,
)

_PATH = "/open-apis/bot/v2/hook/5f1d"
_KEY = "an-encrypt-key"
_TOKEN = "a-verification-token"  # noqa: S105 -- an emulator has no other
_IV = bytes(range(16))
_HOUR_S = 3600
_MOST_BYTES = 20 * 1024
_BUSY = 11232


class Emulator(HttpEmulator):
    """It says no by a code: in a 400 when asked too often, else in a 200.

    Attributes:
        checks_signature: off for a robot whose safety setting is another.
    """

    checks_signature = True
    sender = "e33ggbyz"

    def settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {"url": f"http://{host}:{port}{_PATH}", "secret": SECRET}

    def wrong_settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {**self.settings(host, port), "secret": "another"}

    def answer(self, asked: Asked, now: float) -> Answered:
        """See `HttpEmulator`."""
        code, words = self._judge(asked, now)
        if code:
            self.refused.append(words)
        return Answered(400 if code == _BUSY else 200, {"code": code, "msg": words, "data": {}})

    def calling_settings(self) -> dict[str, str]:
        """See `Caller`."""
        return {"encrypt_key": _KEY, "verification_token": _TOKEN, "members": f"{self.sender}=13800138000"}

    def call(self, written: Written, now: float) -> Asked:
        """See `Caller`."""
        told = {
            "schema": "2.0",
            "header": {"event_id": "5e37", "event_type": "im.message.receive_v1", "token": _TOKEN},
            "event": {
                "sender": {
                    "sender_id": {"union_id": "on_8ed6", "user_id": written.sender, "open_id": "ou_84aa"},
                    "sender_type": "user",
                },
                "message": {
                    "message_id": written.number,
                    "create_time": str(int(written.at * 1000)),
                    "chat_type": "p2p" if written.private else "group",
                    "message_type": "text",
                    "content": json.dumps({"text": written.text}),
                },
            },
        }
        body = _locked(told)
        stamp, nonce = str(int(now)), "1398"
        sign = sha256_hex((stamp + nonce + _KEY).encode() + body)
        headers = {"x-lark-request-timestamp": stamp, "x-lark-request-nonce": nonce, "x-lark-signature": sign}
        return Asked("POST", "/", headers, body)

    def test_of_address(self, token: str = _TOKEN) -> Asked:
        """The request by which it tests the address; it comes without a signature."""
        return Asked("POST", "/", {}, _locked({"type": "url_verification", "token": token, "challenge": "ajls384k"}))

    def shown(self, content: bytes, asked: Asked) -> str:
        """See `Caller`: it shows nothing."""
        return ""

    def _judge(self, asked: Asked, now: float) -> tuple[int, str]:
        body = asked.json()
        if asked.path.rstrip("/") != _PATH:
            return 19001, "param invalid: incoming webhook access token invalid"
        if self.checks_signature and not _holds(body, now):
            return 19021, "sign match fail or timestamp is not within one hour from current time"
        if self.busy:
            return _BUSY, "frequency limited psm[lark.oapi.app_platform_runtime]"
        seen = _seen(body)
        if len(asked.body) > _MOST_BYTES or not seen.strip():
            return 9499, "Bad Request"
        self.taken.append(Taken("", seen))
        return 0, "success"


def _holds(body: dict[str, Any], now: float) -> bool:
    stamp = str(body.get("timestamp", ""))
    expected = base64_of(hmac_sha256(f"{stamp}\n{SECRET}".encode(), b""))
    return stamp.isdigit() and abs(int(stamp) - now) <= _HOUR_S and body.get("sign") == expected


def _seen(body: dict[str, Any]) -> str:
    """What a reader sees; a tag other than text, and a tag inside a plain text message, shows as «tag»."""
    content = body.get("content") or {}
    if body.get("msg_type") == "text":
        return str(content.get("text", "")).replace("<at ", "«at» ")
    post: dict[str, Any] = next(iter((content.get("post") or {}).values()), {})
    lines = [
        "".join(part["text"] if part.get("tag") == "text" else f"«{part.get('tag')}»" for part in line)
        for line in post.get("content", [])
    ]
    return "\n".join([str(post.get("title", "")), "", *lines])


def _locked(told: dict[str, Any]) -> bytes:
    """An event as it is sent where the application has an Encrypt Key."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(_KEY.encode())
    padder = padding.PKCS7(128).padder()
    text = padder.update(json.dumps(told).encode()) + padder.finalize()
    tool = Cipher(algorithms.AES256(digest.finalize()), modes.CBC(_IV)).encryptor()
    return json.dumps({"encrypt": base64_of(_IV + tool.update(text) + tool.finalize())}).encode()
