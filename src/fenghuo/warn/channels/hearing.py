"""What the other side of a channel calls us with: its request, what a person wrote, and what it is answered. Pure.

A folder of a kind that is called has in its `receive.py` a `hear(config, call, now) -> Heard`. It proves that the call comes from the
product, with the secrets of the channel's settings, or raises `NotProven`; it opens no socket and reads no table.
"""

import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

MOST_BYTES = 64 * 1024
"""Of one call. A text message has a few thousand bytes; Alibaba's pushes have several messages."""
STALE = timedelta(hours=1)
_LONGEST_TEXT = 500
_BETWEEN = re.compile("[,\uff0c\n]")


class NotProven(Exception):
    """The call is not known to come from the product; the text says what failed, for the log, and holds no secret."""


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request: header names in lower case, the query's values decoded, the body as it came."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            NotProven: it is none.
        """
        return json_of(self.body)


@dataclass(frozen=True, slots=True)
class Words:
    """What a person wrote.

    Attributes:
        number: the product's own of this message; the same when it tells it again.
        senders: how the product names who wrote: one or more ids, or the telephone number.
        at: when it was written, None where the product does not say.
        private: nobody else reads the conversation.
    """

    number: str
    senders: tuple[str, ...]
    text: str
    at: datetime | None
    private: bool = True


@dataclass(frozen=True, slots=True)
class Body:
    """What the product is answered with a status of 200."""

    content: bytes
    kind: str = "application/json"


def _nothing(_texts: Sequence[str]) -> Body:
    return Body(b"{}")


@dataclass(frozen=True, slots=True)
class Heard:
    """A proven call.

    Attributes:
        words: what people wrote; () where the product only tests the address, or tells of something else.
        answer: makes the answer from the texts for those who wrote.
        tells: the product shows that answer to who wrote.
    """

    words: tuple[Words, ...] = ()
    answer: Callable[[Sequence[str]], Body] = field(default=_nothing)
    tells: bool = False


def needs(config: Mapping[str, str], *names: str) -> tuple[str, ...]:
    """These settings.

    Raises:
        NotProven: one is not set, so that nothing can be proven: such a channel takes no calls.
    """
    found = tuple(config.get(name, "") for name in names)
    if not all(found):
        raise NotProven("the channel is not set up to take answers")
    return found


def same(given: str, expected: str) -> bool:
    """Whether two signatures are one, in a time that says nothing about where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))


def json_of(content: bytes) -> Any:
    """Bytes as JSON.

    Raises:
        NotProven: they are none.
    """
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotProven("no JSON") from error


def moment(text: object, per_second: int = 1) -> datetime:
    """A moment that is given as a number since 1970.

    Raises:
        NotProven: it is none.
    """
    given = str(text)
    if not (given.isascii() and given.isdecimal() and len(given) <= 15):
        raise NotProven("no time stamp")
    try:
        return datetime.fromtimestamp(int(given) / per_second, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise NotProven("no time stamp") from error


def fresh(at: datetime, now: datetime) -> None:
    """Hold a call to the last hour.

    Raises:
        NotProven: its moment lies further away than that: it may be an old one that somebody kept.
    """
    if abs(now - at) > STALE:
        raise NotProven("stale time stamp")


def short(text: object) -> str:
    """What of a person's text is looked at."""
    return str(text)[:_LONGEST_TEXT]


def members_of(text: str) -> dict[str, str]:
    """Chat id → telephone number or e-mail address, of "id=address, id=address"; Chinese signs and new lines will do as well.

    Raises:
        ValueError: a part is not of that form, or an id stands twice.
    """
    found: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in _BETWEEN.split(text))):
        name, sign, address = (piece.strip() for piece in part.replace("\uff1d", "=").partition("="))
        if not name or not sign or not address or name in found:
            raise ValueError(part)
        found[name] = address
    return found


def text_at(found: object, *names: str) -> str:
    """A text inside nested JSON objects, "" where it or one of them is missing."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    given = str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
    return given.encode("utf-8", "replace").decode().replace("\x00", "")
