"""A mail server that takes mail only from an account and only with a DKIM signature that holds, by code of its own."""

import base64
import email
import email.policy
import re
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from fenghuo.warn.channels.emulating import StreamEmulator, Taken

_PASSWORD = "mail-pw"  # noqa: S105 -- an emulator has no other


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


class Emulator(StreamEmulator):
    """It refuses by the codes of SMTP."""

    recipient = "duty@office.example"

    def settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        form = serialization.PrivateFormat.PKCS8
        pem = _key().private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()
        account = {"user": "fenghuo", "password": _PASSWORD, "sender": "fenghuo@office.example"}
        dkim = {"dkim_domain": "office.example", "dkim_selector": "fh", "dkim_key": pem}
        return {"host": host, "port": str(port), "security": "none", **account, **dkim}

    def wrong_settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {**self.settings(host, port), "password": "another"}

    def session(self) -> "Talk":
        """See `StreamEmulator`."""
        return Talk(self)


class Talk:
    """One connection."""

    def __init__(self, house: Emulator) -> None:
        self.closed = False
        self._house = house
        self._data = b""
        self._in_mail = False
        self._known = False
        self._recipient = ""

    def greeting(self) -> bytes:
        """The banner."""
        return b"220 emulator\r\n"

    def feed(self, data: bytes) -> bytes:
        """Answers to every whole line, or to a whole mail."""
        self._data += data
        answers = b""
        while (end := b"\r\n.\r\n" if self._in_mail else b"\r\n") in self._data:
            part, self._data = self._data.split(end, 1)
            answers += self._mail(part + b"\r\n") if self._in_mail else self._line(part.decode("utf-8", "replace"))
        return answers

    def _line(self, line: str) -> bytes:
        verb = line[:4].upper()
        if verb == "EHLO":
            return b"250-emulator\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n"
        if verb == "AUTH":
            wanted = base64.b64encode(f"\0fenghuo\0{_PASSWORD}".encode()).decode()
            self._known = line == f"AUTH PLAIN {wanted}"
            return b"235 ok\r\n" if self._known else self._refuse("535 authentication failed")
        if verb == "QUIT":
            self.closed = True
            return b"221 bye\r\n"
        if verb == "MAIL":
            return b"250 ok\r\n" if self._known else self._refuse("530 authentication required")
        if verb == "RCPT":
            self._recipient = line.partition("<")[2].partition(">")[0]
            return b"451 4.7.1 too many messages, try later\r\n" if self._house.busy else b"250 ok\r\n"
        if verb == "DATA":
            self._in_mail = True
            return b"354 go ahead\r\n"
        return b"250 ok\r\n"

    def _mail(self, raw: bytes) -> bytes:
        self._in_mail = False
        raw = raw.replace(b"\r\n..", b"\r\n.")
        problem = dkim_problem(raw, _key().public_key())
        if problem:
            return self._refuse(f"550 5.7.20 DKIM: {problem}")
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        body = mail.get_body(("plain",))
        text = str(body.get_content()).replace("\r\n", "\n") if body is not None else ""
        self._house.taken.append(Taken(self._recipient, f"{mail['Subject']}\n\n{text}"))
        return b"250 queued\r\n"

    def _refuse(self, why: str) -> bytes:
        self._house.refused.append(why)
        return why.encode() + b"\r\n"


def dkim_problem(raw: bytes, public: rsa.RSAPublicKey) -> str:
    """What is wrong with a mail's signature, "" where it holds. Sections 3.4 to 3.7 and 5.4 of RFC 6376, relaxed only."""
    head, body = raw.split(b"\r\n\r\n", 1)
    lines = [line.split(b":", 1) for line in re.sub(rb"\r\n([ \t])", rb"\1", head).split(b"\r\n")]
    headers = [(name.strip().lower(), re.sub(rb"\s+", b" ", value).strip()) for name, value in lines]
    given = [value for name, value in headers if name == b"dkim-signature"]
    if len(given) != 1:
        return "no signature"
    tags = dict(part.strip().split(b"=", 1) for part in given[0].split(b";") if part.strip())
    trimmed = re.sub(rb"[ \t]+\r\n", b"\r\n", re.sub(rb"[ \t]+", b" ", body))
    made = hashes.Hash(hashes.SHA256())
    made.update(re.sub(rb"(\r\n)*\Z", b"\r\n", trimmed, count=1))
    if base64.b64decode(tags[b"bh"]) != made.finalize():
        return "body"
    rest, text = headers[::-1], b""
    for name in tags[b"h"].lower().split(b":"):
        found = next((pair for pair in rest if pair[0] == name.strip()), None)
        if found:
            rest.remove(found)
            text += found[0] + b":" + found[1] + b"\r\n"
    text += b"dkim-signature:" + re.sub(rb"(;\s*b=)[^;]*", rb"\1", given[0]).strip()
    try:
        public.verify(base64.b64decode(tags[b"b"].replace(b" ", b"")), text, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return "signature"
    return ""
