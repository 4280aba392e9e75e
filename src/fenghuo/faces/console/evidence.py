"""A log line with the places that a rule matched, cut into pieces that a template can escape and mark."""

from collections.abc import Iterable
from dataclasses import dataclass

from fenghuo.see.events.hit import Match

LONGEST = 4000
"""Characters of one line that a page shows; the rest is behind the link to the record."""

_PICTURES = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {0x7F: 0x2421}
_PICTURES |= dict.fromkeys([*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F], 0xFFFD)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, marked or not."""

    text: str
    marked: bool


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


def pieces(text: str, matches: Iterable[Match]) -> list[Piece]:
    """`text` cut where the matched values stand in it; at most `LONGEST` characters, cut around the first match.

    The span of a match counts characters of the field's value, so the value is looked up in the line first. A value
    that was decoded on the way (percent signs, JSON escapes) has no place in the line and marks nothing.
    """
    spans = sorted(_spans(text, matches))
    begin = max(0, spans[0][0] - LONGEST // 2) if spans and len(text) > LONGEST else 0
    end = min(len(text), begin + LONGEST)
    found = [Piece("…", False)] if begin else []
    position = begin
    for start, stop in spans:
        first, last = max(start, position), min(stop, end)
        if first >= last:
            continue
        if first > position:
            found.append(Piece(text[position:first], False))
        found.append(Piece(text[first:last], True))
        position = last
    if position < end:
        found.append(Piece(text[position:end], False))
    if end < len(text):
        found.append(Piece("…", False))
    return found


def _spans(text: str, matches: Iterable[Match]) -> Iterable[tuple[int, int]]:
    for match in matches:
        if not match.value or match.span is None:
            continue
        value = match.value.translate(_PICTURES)
        start = text.find(value)
        if start >= 0:
            yield start + match.span[0], start + match.span[1]
