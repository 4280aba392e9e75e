"""What is sent, to whom, and how an attempt can end. Pure."""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from fenghuo.base.common.i18n import LANGUAGES


class EachLanguage(Mapping[str, tuple[str, str]]):
    """Texts that are made in a language when somebody wants them in it."""

    def __init__(self, make: Callable[[str], tuple[str, str]]) -> None:
        self._make = make
        self._made: dict[str, tuple[str, str]] = {}

    def __getitem__(self, language: str) -> tuple[str, str]:
        if language not in LANGUAGES:
            raise KeyError(language)
        if language not in self._made:
            self._made[language] = self._make(language)
        return self._made[language]

    def __iter__(self) -> Iterator[str]:
        return iter(LANGUAGES)

    def __len__(self) -> int:
        return len(LANGUAGES)


@dataclass(frozen=True, slots=True)
class Message:
    """A text for people and the values behind it for machines.

    Attributes:
        matter: "kind:id" of what it is about.
        occasion: why it is sent now; one delivery a (matter, occasion, channel, recipient).
        rank: 1 for red to 4 for blue; lower goes first.
        texts: language → (title, text). "[[NAME]]" in a text stands for a secret.
        secrets: name → what is put in its place when the message leaves (a link, a code). Stored sealed and wiped once the message has
            left; a message never holds a link and its code.
        may_wait: in a storm it may be told of in a digest instead of in a message of its own.
        again: nobody took the matter on that others were told of before; who hears of it for the first time by this is a person.
        wants_answer: a person is asked to acknowledge it; the text gets a link, and the next road is taken where no answer comes.
    """

    matter: str
    occasion: str
    rank: int
    texts: Mapping[str, tuple[str, str]]
    values: Mapping[str, object] = field(default_factory=dict)
    exercise: bool = False
    secrets: Mapping[str, str] = field(default_factory=dict)
    may_wait: bool = False
    again: bool = False
    wants_answer: bool = False


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person whom a message is meant for.

    Attributes:
        key: "person:ID", "contact:ID", "head:ID" of a unit's head, or "address:TEXT" where nobody is known by it.
        name: for the human queue; email, phone: "" where there is none.
    """

    key: str
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one recipient, as a channel gets it. Title and text are plain text and may hold values from logs.

    Attributes:
        delivery_id: the same for every attempt, so that a receiver can tell doubles.
        mark: the sentence that says that it may arrive twice, "" where it can't.
    """

    delivery_id: str
    recipient: str
    title: str
    text: str
    language: str
    rank: int = 4
    matter: str = ""
    occasion: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    exercise: bool = False
    mark: str = ""

    @property
    def marked_text(self) -> str:
        """The text, and below it that it may have arrived already."""
        return f"{self.text}\n\n{self.mark}" if self.mark else self.text

    @property
    def marked_title(self) -> str:
        """The title with the same word, for channels that carry little else."""
        return f"{self.title} {self.mark}" if self.mark else self.title


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side took the message.

    Attributes:
        answer: what it said, for people.
        receipt: its number for the message, "" where it gives none; later reports name it.
    """

    answer: str
    receipt: str = ""


class NotSent(Exception):
    """The message certainly did not go; the text says why and what would help.

    Attributes:
        pause: how long the other side wants to be left alone, None where it did not say.
    """

    def __init__(self, text: str, pause: timedelta | None = None) -> None:
        super().__init__(text)
        self.pause = pause


class MayHaveGone(Exception):
    """The connection broke when the message may have gone already."""


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many attempts: 2 s, doubled each time, at most 15 minutes. It never gives up."""
    return timedelta(seconds=min(900.0, 2.0 ** min(tries, 12)))


def filled(text: str, secrets: Mapping[str, str]) -> str:
    """The text with its secrets in their places, as it leaves."""
    for name, value in secrets.items():
        text = text.replace(f"[[{name}]]", value)
    return text


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Hex HMAC-SHA-256 of "timestamp.body", as the receiver of a webhook checks it."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
