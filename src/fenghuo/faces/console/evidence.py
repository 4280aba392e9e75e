"""A log line with the places that a rule matched and those that name a person, cut into pieces for a template."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fenghuo.see.events.hit import Match

LONGEST = 4000
"""Characters of one line that a page shows; the rest is behind the link to the record."""

HIDDEN = "●●●"
"""What stands in the place of a person's name, however long that is."""

_PICTURES = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {0x7F: 0x2421}
_PICTURES |= dict.fromkeys([*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F], 0xFFFD)


Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, marked or not; `hidden` where it named a person, which the text then does not show."""

    text: str
    marked: bool
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A log line as evidence.

    Attributes:
        text: the whole line, readable; `hidden` are stretches of it that name a person and are not to be shown.
        apart: (field, value) of the matches, for where a value has no place in the line.
    """

    text: str
    when: datetime
    source: str
    position: str
    matches: Sequence[Match] = ()
    hidden: Sequence[Span] = ()
    apart: Sequence[tuple[str, str]] = ()


def readable(raw: bytes) -> str:
    """The bytes as text for a page: UTF-8, else GB 18030, else with replacement marks.

    Control characters become their pictures (␛) and characters that turn the writing direction become U+FFFD, so that
    a hostile line shows what it is and cannot dress up as something else.
    """
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).translate(_PICTURES)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace").translate(_PICTURES)


def pieces(text: str, matches: Iterable[Match], hidden: Sequence[Span] = ()) -> list[Piece]:
    """`text` cut where the matched values stand in it; at most `LONGEST` characters, cut around the first match.

    The span of a match counts characters of the field's value, so the value is looked up in the line first. A value
    that was decoded on the way (percent signs, JSON escapes) has no place in the line and marks nothing.
    """
    marked = sorted(_spans(text, matches))
    begin = max(0, marked[0][0] - LONGEST // 2) if marked and len(text) > LONGEST else 0
    end = min(len(text), begin + LONGEST)
    edges = sorted({begin, end, *(min(max(edge, begin), end) for span in (*marked, *hidden) for edge in span)})
    found = [Piece("…", False)] if begin else []
    for start, stop in itertools.pairwise(edges):
        is_marked, is_hidden = _inside(start, marked), _inside(start, hidden)
        if is_hidden and found and found[-1] == Piece(HIDDEN, is_marked, True):
            continue
        found.append(Piece(HIDDEN if is_hidden else text[start:stop], is_marked, is_hidden))
    if end < len(text):
        found.append(Piece("…", False))
    return found


def _inside(place: int, spans: Sequence[Span]) -> bool:
    return any(start <= place < stop for start, stop in spans)


def _spans(text: str, matches: Iterable[Match]) -> Iterable[Span]:
    for match in matches:
        if not match.value or match.span is None:
            continue
        value = match.value.translate(_PICTURES)
        start = text.find(value)
        if start >= 0:
            yield start + match.span[0], start + match.span[1]
