"""A WeCom robot: knows its key, takes texts of at most 2,048 bytes."""

import base64
import re
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from fenghuo.warn.channels.emulating import Answered, Asked, HttpEmulator, Taken, Written

_CORP = "ww1436e0e65a779aee"
_TOKEN = "a-token-of-its-own"  # noqa: S105 -- an emulator has no other
_AES = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
_KEY = "693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"
_MOST_BYTES = 2048


class Emulator(HttpEmulator):
    """It says no in a 200, as the real one does."""

    sender = "ZhangSan"

    def settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {"url": f"http://{host}:{port}/cgi-bin/webhook/send?key={_KEY}", "mention": "13800138000"}

    def wrong_settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {"url": f"http://{host}:{port}/cgi-bin/webhook/send?key=another"}

    def answer(self, asked: Asked, now: float) -> Answered:
        """See `HttpEmulator`."""
        code, words = self._judge(asked)
        if code:
            self.refused.append(words)
        return Answered(200, {"errcode": code, "errmsg": words})

    def _judge(self, asked: Asked) -> tuple[int, str]:
        if asked.path != "/cgi-bin/webhook/send" or asked.query.get("key") != _KEY:
            return 93000, "invalid webhook url"
        if self.busy:
            return 45009, "api freq out of limit"
        body = asked.json()
        content = (body.get("text") or {}).get("content") if body.get("msgtype") == "text" else None
        if not isinstance(content, str) or not content.strip():
            return 44004, "content empty"
        if len(content.encode()) > _MOST_BYTES:
            return 40058, "text.content exceed max length 2048"
        self.taken.append(Taken("", content))
        return 0, "ok"

    def calling_settings(self) -> dict[str, str]:
        """See `Caller`."""
        members = {"members": f"{self.sender}=13800138000"}
        return {"corp_id": _CORP, "app_token": _TOKEN, "aes_key": _AES, **members}

    def call(self, written: Written, now: float) -> Asked:
        """See `Caller`."""
        text = (
            f"<xml><ToUserName><![CDATA[{_CORP}]]></ToUserName><FromUserName><![CDATA[{written.sender}]]></FromUserName>"
            f"<CreateTime>{int(written.at)}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{written.text}]]></Content><MsgId>{written.number}</MsgId><AgentID>1</AgentID></xml>"
        )
        content = _locked(text.encode())
        body = f"<xml><ToUserName><![CDATA[{_CORP}]]></ToUserName><Encrypt><![CDATA[{content}]]></Encrypt></xml>"
        return Asked("POST", "/?" + _signed(content, now), {"content-type": "text/xml"}, body.encode())

    def test_of_address(self, now: float) -> Asked:
        """The request by which it tests the address."""
        content = _locked(b"1616140317555161061")
        return Asked("GET", "/?" + _signed(content, now) + "&" + urlencode({"echostr": content}), {}, b"")

    def shown(self, content: bytes, asked: Asked) -> str:
        """See `Caller`."""
        found = re.findall(
            r"<(Encrypt|MsgSignature|Nonce|TimeStamp)>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</", content.decode()
        )
        outer = dict(found)
        if outer["MsgSignature"] != _sign(outer["Encrypt"], outer["TimeStamp"], outer["Nonce"]):
            return ""
        inner = re.search(r"<Content><!\[CDATA\[(.*)\]\]></Content>", _opened(outer["Encrypt"]), re.DOTALL)
        return inner[1] if inner else ""


def _sign(content: str, stamp: str, nonce: str) -> str:
    digest = hashes.Hash(hashes.SHA1())  # noqa: S303 -- the product's choice
    digest.update("".join(sorted([_TOKEN, stamp, nonce, content])).encode())
    return digest.finalize().hex()


def _signed(content: str, now: float) -> str:
    stamp, nonce = str(int(now)), "1372623149"
    return urlencode({"msg_signature": _sign(content, stamp, nonce), "timestamp": stamp, "nonce": nonce})


def _tool() -> Cipher[modes.CBC]:
    key = base64.b64decode(_AES + "=")
    return Cipher(algorithms.AES256(key), modes.CBC(key[:16]))


def _locked(text: bytes) -> str:
    padder, tool = padding.PKCS7(256).padder(), _tool().encryptor()
    plain = b"r" * 16 + len(text).to_bytes(4, "big") + text + _CORP.encode()
    return base64.b64encode(tool.update(padder.update(plain) + padder.finalize()) + tool.finalize()).decode()


def _opened(content: str) -> str:
    tool, unpadder = _tool().decryptor(), padding.PKCS7(256).unpadder()
    plain = unpadder.update(tool.update(base64.b64decode(content)) + tool.finalize()) + unpadder.finalize()
    return plain[20 : 20 + int.from_bytes(plain[16:20], "big")].decode()
