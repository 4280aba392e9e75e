"""What the emulators of channels have in common. They answer as the other side would and open no socket; tests give them one.

An emulator checks what it gets by code of its own, written from the other side's description and held against its SDK, so that a
sender and its emulator can't share one error.
"""

import base64
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as mac

SECRET = "SECan-emulators-secret"  # noqa: S105 -- an emulator has no other


def hmac_sha256(key: bytes, text: bytes) -> bytes:
    """HMAC-SHA-256 by another library than the senders use."""
    made = mac.HMAC(key, hashes.SHA256())
    made.update(text)
    return made.finalize()


def sha256_hex(data: bytes) -> str:
    """Hex SHA-256 by another library than the senders use."""
    made = hashes.Hash(hashes.SHA256())
    made.update(data)
    return made.finalize().hex()


def base64_of(data: bytes) -> str:
    """Base64 as text."""
    return base64.b64encode(data).decode()


@dataclass(frozen=True, slots=True)
class Asked:
    """An HTTP request: header names in lower case, `target` with its query as it came."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query's values, decoded."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def raw_query(self) -> list[tuple[str, str]]:
        """The query's values, decoded, in order and with doubles."""
        parts = [part.partition("=") for part in urlsplit(self.target).query.split("&") if part]
        return [(unquote_plus(name), unquote_plus(value)) for name, _sign, value in parts]

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; {} where it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Answered:
    """An HTTP answer in JSON."""

    status: int
    content: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """What a person writes to the other side, which calls us with it; `at` is in seconds since 1970."""

    number: str
    sender: str
    text: str
    at: float
    private: bool = True


class Caller(Protocol):
    """An emulator of a product that calls us."""

    sender: str

    def calling_settings(self) -> dict[str, str]:
        """Settings of a channel that takes its calls; who writes as `sender` is 13800138000."""

    def call(self, written: Written, now: float) -> Asked:
        """The request by which it tells of a text."""

    def shown(self, content: bytes, asked: Asked) -> str:
        """What of our answer to a request it shows to who wrote, "" for nothing."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that the other side took: for whom ("" for a place), and the text as its reader sees it."""

    recipient: str
    text: str


class Emulator(ABC):
    """The other side of one kind of channel.

    Attributes:
        recipient: one whom it knows; a name for kinds that send to one place.
        busy: answers "too often" while it is set.
        taken: what it took, in order.
        refused: why it refused, in order.
        replies: (number in E.164, text) of answers that people gave.
        arrives: whether it reports later that what it took arrived.
    """

    recipient = "place"

    def __init__(self) -> None:
        self.busy = False
        self.arrives = True
        self.replies: list[tuple[str, str]] = []
        self.taken: list[Taken] = []
        self.refused: list[str] = []

    @abstractmethod
    def settings(self, host: str, port: int) -> dict[str, str]:
        """Settings of a channel that leads to it."""

    @abstractmethod
    def wrong_settings(self, host: str, port: int) -> dict[str, str]:
        """The same with a secret that is not the right one."""


class HttpEmulator(Emulator):
    """One that is asked over HTTP."""

    @abstractmethod
    def answer(self, asked: Asked, now: float) -> Answered:
        """What it answers at this moment (seconds since 1970)."""


class Session(Protocol):
    """One connection to an emulator that speaks a protocol of its own."""

    closed: bool

    def greeting(self) -> bytes:
        """What it says first."""

    def feed(self, data: bytes) -> bytes:
        """What it says to this."""


class StreamEmulator(Emulator):
    """One that is spoken to over a connection."""

    @abstractmethod
    def session(self) -> Session:
        """A new connection."""
