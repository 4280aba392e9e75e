"""What is sent, and how an attempt can end. Pure."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Message:
    """A text for people and the values behind it for machines.

    Attributes:
        matter: "kind:id" of what it is about.
        occasion: why it is sent now; one delivery a (matter, occasion, channel, recipient).
        rank: 1 for red to 4 for blue; lower goes first.
        texts: language → (title, text).
    """

    matter: str
    occasion: str
    rank: int
    texts: Mapping[str, tuple[str, str]]
    values: Mapping[str, object] = field(default_factory=dict)
    exercise: bool = False


class NotSent(Exception):
    """The message certainly did not go; the text says why and what would help."""


class MayHaveGone(Exception):
    """The connection broke when the message may have gone already."""


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many attempts: 2 s, doubled each time, at most 15 minutes. It never gives up."""
    return timedelta(seconds=min(900.0, 2.0 ** min(tries, 12)))


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Hex HMAC-SHA-256 of "timestamp.body", as the receiver of a webhook checks it."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
