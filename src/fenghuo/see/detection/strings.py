"""Sigma strings: text with wildcards and escapes (Sigma rules specification 2.1, "Escape Character" and "Wildcards")."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache, partial

import re2


class Wild(Enum):
    """A wildcard: any text, or exactly one character."""

    STAR = "*"
    ONE = "?"


Part = str | Wild


@dataclass(frozen=True, slots=True)
class SigmaString:
    """Literal texts and wildcards in order; two literals never stand side by side."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return "".join(p.value if isinstance(p, Wild) else p for p in self.parts)

    @property
    def is_literal(self) -> bool:
        """True without any wildcard."""
        return not any(isinstance(p, Wild) for p in self.parts)

    def literal(self) -> str:
        """The text of a string without wildcards."""
        return "".join(p for p in self.parts if isinstance(p, str))

    def with_star(self, *, before: bool, after: bool) -> "SigmaString":
        """With wildcards at its ends, as `contains`, `startswith` and `endswith` ask."""
        parts = list(self.parts)
        if before and (not parts or parts[0] is not Wild.STAR):
            parts.insert(0, Wild.STAR)
        if after and (not parts or parts[-1] is not Wild.STAR):
            parts.append(Wild.STAR)
        return SigmaString(tuple(parts))


def parse_string(text: str) -> SigmaString:
    """The parts of a rule's value: `\\` before `*`, `?` or `\\` makes that literal; any other backslash is itself."""
    parts: list[Part] = []
    literal: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\\" and position + 1 < len(text) and text[position + 1] in "\\*?":
            literal.append(text[position + 1])
            position += 2
            continue
        if character in "*?":
            if literal:
                parts.append("".join(literal))
                literal = []
            parts.append(Wild(character))
        else:
            literal.append(character)
        position += 1
    if literal:
        parts.append("".join(literal))
    return SigmaString(tuple(parts))


FOLDED_BELOW = 0x20000
"""Code points from here on have no case."""


def _folding() -> dict[int, int]:
    pairs = ((code, chr(code).lower()) for code in range(FOLDED_BELOW))
    return {code: ord(lower) for code, lower in pairs if len(lower) == 1 and ord(lower) != code}


FOLDING = _folding()
"""Code point → its lower case, where that is one other character: simple folding, whatever stands beside it."""


@lru_cache(maxsize=64)
def fold(text: str) -> str:
    """Lower case, one character for one, so that places in the text stay true.

    A long text is looked at by many tests in a row, so the last few are kept.
    """
    if text.isascii() or not ("Σ" in text or "İ" in text):
        return text.lower()
    return text.translate(FOLDING)  # `lower` looks at the neighbours of a sigma, and makes two characters of a dotted I


class Place(Enum):
    """Where in a value a literal text must stand."""

    EQUALS = 0
    STARTS = 1
    ENDS = 2
    CONTAINS = 3


class StringTest:
    """Whether a text is covered by a Sigma string; ignores case unless `cased`.

    Attributes:
        literal: the text to find (folded unless `cased`), None where wildcards stand inside.
        place: where `literal` must stand.
        parts: the Sigma string's parts.
    """

    def __init__(self, value: SigmaString, *, cased: bool) -> None:
        self.pattern = str(value)
        self.parts = value.parts
        self.cased = cased
        before = bool(value.parts) and value.parts[0] is Wild.STAR
        after = bool(value.parts) and value.parts[-1] is Wild.STAR
        self.place = _PLACES[before, after]
        inner = value.parts[1 if before else 0 : len(value.parts) - (1 if after else 0)]
        self.literal: str | None = None
        self._regex = None
        if all(isinstance(p, str) for p in inner):
            text = "".join(p for p in inner if isinstance(p, str))
            self.literal = text if cased else fold(text)
        else:
            self._regex = re2.compile(_glob(value.parts, cased=cased))

    @classmethod
    def plain(cls, place: int, text: str, *, cased: bool) -> "StringTest":
        """A test of one text without wildcards inside; `place` is a value of `Place`."""
        made = cls.__new__(cls)
        before, after, made.place = _OPEN[place]
        made.parts = (Wild.STAR,) * before + (text,) + (Wild.STAR,) * after
        made.pattern = "*" * before + text + "*" * after
        made.cased = cased
        made.literal = text if cased else fold(text)
        made._regex = None
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return partial(StringTest, cased=self.cased), (SigmaString(self.parts),)

    def span(self, text: str) -> tuple[int, int] | None:
        """The place that the pattern's literal part covers, None where it does not match."""
        seen = text if self.cased else fold(text)
        if self._regex is not None:
            # asked over bytes, since RE2's package would count the characters before each group of a text, which nobody asks for
            return (0, len(text)) if self._regex.search(seen.encode()) else None
        literal = self.literal or ""
        size = len(literal)
        if self.place is Place.CONTAINS:
            place = seen.find(literal)
            return (place, place + size) if place >= 0 else None
        if self.place is Place.ENDS:
            return (len(seen) - size, len(seen)) if seen.endswith(literal) else None
        if self.place is Place.STARTS:
            return (0, size) if seen.startswith(literal) else None
        return (0, size) if seen == literal else None


_PLACES = {
    (False, False): Place.EQUALS,
    (False, True): Place.STARTS,
    (True, False): Place.ENDS,
    (True, True): Place.CONTAINS,
}


_OPEN = {place.value: (before, after, place) for (before, after), place in _PLACES.items()}


def _glob(parts: tuple[Part, ...], *, cased: bool) -> str:
    pieces = [
        (".*" if p is Wild.STAR else ".") if isinstance(p, Wild) else re2.escape(p if cased else fold(p)) for p in parts
    ]
    return r"(?s)\A" + "".join(pieces) + r"\z"
