"""What a PDF holds, without following its tables: streams, and which map to Unicode each font's name stands for."""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fenghuo.see.screening.facts import Failure, Untested, Why

_OBJECT = re.compile(rb"(?<!\d)(\d{1,7})\s{1,20}\d{1,5}\s{1,20}obj\b")
_STREAM_OR_END = re.compile(rb"(?P<stream>(?<!end)stream\r?\n)|endobj|(?<!\d)\d{1,7}\s{1,20}\d{1,5}\s{1,20}obj\b")
_TO_UNICODE = re.compile(rb"/ToUnicode\s+(\d{1,7})\s+\d{1,5}\s+R")
_REFERENCE = re.compile(rb"/([^\s/<>\[\]()%]{1,60})\s+(\d{1,7})\s+\d{1,5}\s+R")
_CODES = re.compile(r"begincodespacerange\s*<([0-9A-Fa-f]+)>")
_PAIR = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[([^\][]*)\])")
_MOST_STREAM, _MOST = 4_000_000, 40_000_000
_MOST_CODES = 200_000


@dataclass(frozen=True, slots=True)
class Font:
    """A ToUnicode map: bytes of a code, and code → text."""

    width: int
    chars: Mapping[int, str]

    def text(self, codes: bytes) -> str:
        """The characters of a string; a code without one gives U+FFFD."""
        steps = range(0, len(codes), self.width)
        return "".join(self.chars.get(int.from_bytes(codes[at : at + self.width], "big"), "\ufffd") for at in steps)


@dataclass(frozen=True, slots=True)
class Pdf:
    """Content streams, and font name → map; a name that stands for several fonts is left with the first."""

    contents: tuple[bytes, ...]
    fonts: Mapping[bytes, Font]


def read_pdf(body: bytes) -> Pdf:
    """What is needed for the text.

    Raises:
        Untested: it is too large when unpacked.
    """
    objects: dict[int, bytes] = {}
    maps: dict[int, Font] = {}
    contents: list[bytes] = []
    left = _MOST
    for number, head, stream in _all(body):
        objects.setdefault(number, head)
        left -= len(stream)
        if left < 0:
            raise Untested(Failure(Why.INCOMPLETE, f"PDF: larger than {_MOST:,} B"))
        if b"begincmap" in stream:
            maps[number] = _font(stream.decode("latin-1"))
        elif b"/ObjStm" in head:
            objects.update(_packed(stream))
        elif re.search(rb"\bBT\b", stream) and re.search(rb"T[jJ]\b|['\"]", stream):
            contents.append(stream)
    return Pdf(tuple(contents), _names(objects, maps))


def _all(body: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """(number, what stands before its stream, unpacked stream) of each object."""
    at = 0
    while match := _OBJECT.search(body, at):
        number, begin = int(match.group(1)), match.end()
        after = _STREAM_OR_END.search(body, begin)
        head = body[begin : after.start() if after else len(body)]
        if after is None or not after.group("stream"):
            yield number, head, b""
            at = after.start() if after else len(body)
            continue
        # packed bytes may look like an object, so the search goes on behind them
        close = body.find(b"endstream", after.end())
        at = close if close >= 0 else len(body)
        yield number, head, _unpacked(body[after.end() : at], head)


def _unpacked(raw: bytes, head: bytes) -> bytes:
    if b"/FlateDecode" not in head and b"/Fl" not in head:
        return raw[:_MOST_STREAM] if b"/Filter" not in head else b""
    if b"/Image" in head:
        return b""
    try:
        return zlib.decompressobj().decompress(raw, _MOST_STREAM)
    except zlib.error:
        return b""


def _packed(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Objects of an object stream: pairs of number and offset stand before them."""
    head = re.match(rb"\s*((?:\d+\s+\d+\s+)+)", stream)
    if head is None:
        return
    numbers = [int(n) for n in head.group(1).split()]
    offsets = numbers[1::2]
    for at, (number, offset) in enumerate(zip(numbers[::2], offsets, strict=False)):
        end = offsets[at + 1] if at + 1 < len(offsets) else len(stream)
        yield number, stream[len(head.group()) + offset : len(head.group()) + end]


def _names(objects: Mapping[int, bytes], maps: Mapping[int, Font]) -> Mapping[bytes, Font]:
    """Font name → map, through the font object that a name refers to."""
    by_object = {}
    for number, head in objects.items():
        to_unicode = _TO_UNICODE.search(head)
        if to_unicode and int(to_unicode.group(1)) in maps:
            by_object[number] = maps[int(to_unicode.group(1))]
    found: dict[bytes, Font] = {}
    for head in objects.values():
        for name, number in _REFERENCE.findall(head):
            if int(number) in by_object:
                found.setdefault(name, by_object[int(number)])
    return found


def _font(cmap: str) -> Font:
    found: dict[int, str] = {}
    for block in _blocks(cmap, "bfchar"):
        found.update((int(code[:8], 16), _text(value)) for code, value in _PAIR.findall(block))
    left = _MOST_CODES
    for block in _blocks(cmap, "bfrange"):
        for first, last, start, many in _RANGE.findall(block):
            codes = range(int(first[:8], 16), min(int(last[:8], 16), int(first[:8], 16) + min(65_535, left)) + 1)
            left = max(0, left - len(codes))
            if start:
                found.update((code, chr(min(int(start[-4:], 16) + i, 0xFFFF))) for i, code in enumerate(codes))
            else:
                found.update(zip(codes, map(_text, re.findall(r"<([0-9A-Fa-f]+)>", many)), strict=False))
    stated = _CODES.search(cmap)
    width = len(stated.group(1)) // 2 if stated else (2 if max(found, default=0) > 0xFF else 1)
    return Font(min(max(width, 1), 4), found)


def _blocks(cmap: str, kind: str) -> list[str]:
    return [part.partition(f"end{kind}")[0] for part in cmap.split(f"begin{kind}")[1:]]


def _text(value: str) -> str:
    return bytes.fromhex(value if len(value) % 2 == 0 else "0" + value).decode("utf-16-be", errors="replace")
