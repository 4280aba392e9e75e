"""ClientHello by hand and what a server says to it, up to its hello being done; pure.

Made by hand because it must not depend on what the local OpenSSL was built with: SSL 3.0, export suites and RC4 are gone from it. The
records follow RFC 6101 (SSL 3.0), RFC 5246 (TLS 1.2) and RFC 8446 (TLS 1.3), whose first messages share one form.
"""

import secrets
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

VERSIONS = {"TLSv1.2": 0x0303, "TLSv1.3": 0x0304, "TLSv1.1": 0x0302, "TLSv1": 0x0301, "SSLv3": 0x0300}
"""Version → number, in the order in which they are asked for: what most servers speak comes first."""
_TLS_1_2 = 0x0303
_TLS_1_3 = 0x0304
_SCSV = 0x00FF
MOST_FLIGHT = 128 * 1024

_ALERT, _HANDSHAKE = 21, 22
_SERVER_HELLO, _CERTIFICATE, _KEY_EXCHANGE, _DONE = 2, 11, 12, 14
_SUPPORTED_VERSIONS = 43
_CURVES = (0x001D, 0x0017, 0x0018, 0x0019, 0x001E, 0x0016, 0x001A, 0x001B, 0x001C, 0x000E, 0x000D, 0x0009)
_FIELDS = (0x0100, 0x0101, 0x0102)
_SIGNATURES = (
    *(0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B),
    *(0x0401, 0x0501, 0x0601, 0x0301, 0x0303, 0x0201, 0x0203, 0x0402, 0x0202, 0x0708),
)


class NotTls(ValueError):
    """What answers speaks something else."""


@dataclass(frozen=True, slots=True)
class Suites:
    """Numbers of suites.

    Attributes:
        modern: of TLS 1.3. broad: of all before. dhe: those that show the group of a finite-field exchange; finite: these and others
            with such an exchange. groups: the weak ones, by the names of `TlsFacts.offered`.
    """

    modern: tuple[int, ...]
    broad: tuple[int, ...]
    dhe: tuple[int, ...]
    finite: frozenset[int]
    groups: Mapping[str, tuple[int, ...]]


@cache
def suites() -> Suites:
    """The lists of tls_suites.toml."""
    read = tomllib.loads((resources.files(__package__) / "tls_suites.toml").read_text(encoding="utf-8"))
    groups = {name: tuple(numbers) for name, numbers in read["groups"].items()}
    dhe = tuple(read["dhe"])
    return Suites(tuple(read["modern"]), tuple(read["broad"]), dhe, frozenset((*dhe, *read["finite"])), groups)


def _sized(body: bytes, size: int) -> bytes:
    return len(body).to_bytes(size, "big") + body


def _numbers(numbers: Sequence[int]) -> bytes:
    return b"".join(number.to_bytes(2, "big") for number in numbers)


def _extension(number: int, body: bytes) -> bytes:
    return number.to_bytes(2, "big") + _sized(body, 2)


def _extensions(version: int, server_name: str) -> bytes:
    made = b""
    if server_name:
        made += _extension(0, _sized(b"\x00" + _sized(server_name.encode("ascii"), 2), 2))
    fields = _FIELDS if version >= _TLS_1_3 else ()  # a server that reads them would not show a group of its own
    made += _extension(10, _sized(_numbers(_CURVES + fields), 2)) + _extension(11, b"\x01\x00")
    if version >= _TLS_1_2:
        made += _extension(13, _sized(_numbers(_SIGNATURES), 2))
    if version >= _TLS_1_3:
        share = (0x001D).to_bytes(2, "big") + _sized(secrets.token_bytes(32), 2)
        made += _extension(_SUPPORTED_VERSIONS, _sized(_numbers([version]), 1)) + _extension(51, _sized(share, 2))
    return made


def client_hello(version: int, offered: Sequence[int], server_name: str = "") -> bytes:
    """The record with a hello that offers one version at most, and these suites.

    Args:
        server_name: host name for SNI, "" where an address is meant.
    """
    legacy = min(version, _TLS_1_2)
    signal = () if version >= _TLS_1_3 else (_SCSV,)
    session = _sized(secrets.token_bytes(32), 1) if version >= _TLS_1_3 else b"\x00"
    body = legacy.to_bytes(2, "big") + secrets.token_bytes(32) + session
    body += _sized(_numbers((*offered, *signal)), 2) + b"\x01\x00"
    if version > VERSIONS["SSLv3"]:
        extensions = _extensions(version, server_name)
        length = len(body) + len(extensions) + 6
        if 256 <= length < 512:  # a known load balancer hangs on hellos of these lengths (RFC 7685)
            extensions += _extension(21, bytes(max(0, 512 - length - 4)))
        body += _sized(extensions, 2)
    hello = b"\x01" + _sized(body, 3)
    return bytes([_HANDSHAKE]) + min(version, 0x0301).to_bytes(2, "big") + _sized(hello, 2)


@dataclass(slots=True)
class Flight:
    """What a server has said so far.

    Attributes:
        version: number that it chose, 0 where it chose none. chain: DER. dh_bits: size of the field of its key exchange, 0 for none.
        alert: number of the fatal alert with which it refused. done: nothing more of use will come.
    """

    version: int = 0
    suite: int = 0
    chain: tuple[bytes, ...] = ()
    dh_bits: int = 0
    alert: int | None = None
    done: bool = False
    _records: bytearray = field(default_factory=bytearray)
    _messages: bytearray = field(default_factory=bytearray)
    _read: int = 0

    def feed(self, data: bytes) -> None:
        """Take what came.

        Raises:
            NotTls: this is no TLS, or it is broken.
        """
        self._read += len(data)
        self._records += data
        while len(self._records) >= 5 and not self.done:
            kind, size = self._records[0], int.from_bytes(self._records[3:5], "big")
            if kind not in {_ALERT, _HANDSHAKE} or self._records[1] != 3 or size > 0x4800:
                raise NotTls(bytes(self._records[:20]).decode("latin-1"))
            if len(self._records) < 5 + size:
                break
            body = bytes(self._records[5 : 5 + size])
            del self._records[: 5 + size]
            self._alerted(body) if kind == _ALERT else self._said(body)
        if self._read > MOST_FLIGHT:
            self.done = True

    def _alerted(self, body: bytes) -> None:
        if len(body) == 2 and (body[0] == 2 or body[1] == 0):  # warnings, as of an unknown name, are no refusal
            self.alert = body[1]
            self.done = True

    def _said(self, body: bytes) -> None:
        self._messages += body
        while len(self._messages) >= 4 and not self.done:
            kind, size = self._messages[0], int.from_bytes(self._messages[1:4], "big")
            if len(self._messages) < 4 + size:
                return
            message = bytes(self._messages[4 : 4 + size])
            del self._messages[: 4 + size]
            self._message(kind, message)

    def _message(self, kind: int, body: bytes) -> None:
        if kind == _SERVER_HELLO:
            self._hello(body)
        elif kind == _CERTIFICATE:
            self.chain = _certificates(body)
        elif kind == _KEY_EXCHANGE and self.suite in suites().finite:
            self.dh_bits = int.from_bytes(_cut(body, 0, 2)[0], "big").bit_length()
        elif kind == _DONE:
            self.done = True

    def _hello(self, body: bytes) -> None:
        _session, at = _cut(body, 34, 1)
        if len(body) < at + 3:
            raise NotTls("short hello")
        self.version = int.from_bytes(body[:2], "big")
        self.suite = int.from_bytes(body[at : at + 2], "big")
        extensions, at = _cut(body, at + 3, 2) if len(body) >= at + 5 else (b"", at)
        at = 0
        while at + 4 <= len(extensions):
            number = int.from_bytes(extensions[at : at + 2], "big")
            value, at = _cut(extensions, at + 2, 2)
            if number == _SUPPORTED_VERSIONS:
                self.version = int.from_bytes(value[:2], "big")
        self.done = self.version >= _TLS_1_3  # from here on it is encrypted


def _cut(body: bytes, at: int, size: int) -> tuple[bytes, int]:
    """A value with its length before it, and where the next one begins."""
    start = at + size
    end = start + int.from_bytes(body[at:start], "big")
    if end > len(body):
        raise NotTls("broken length")
    return body[start:end], end


def _certificates(body: bytes) -> tuple[bytes, ...]:
    listed, _end = _cut(body, 0, 3)
    found = []
    at = 0
    while at < len(listed):
        one, at = _cut(listed, at, 3)
        found.append(one)
    return tuple(found)
