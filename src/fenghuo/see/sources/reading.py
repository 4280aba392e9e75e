"""Events of a file or pipe whose kind is found by itself: JSON in any arrangement, EVTX, access logs, syslog, gzipped or not."""

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from fenghuo.see.events import Event
from fenghuo.see.sources.base import ParseContext, decode, unparsed
from fenghuo.see.sources.dispatch import KINDS, guess_kind, parse_json_event, parse_line
from fenghuo.see.sources.windows.parse import record_id

_EVTX = b"ElfFile\0"
_GZIP = b"\x1f\x8b"
_BLOCK = 1 << 16
_SETTLING = {"nginx", "apache", "syslog"}


class UnreadableInput(Exception):
    """The input can't be read; the message says what and where."""


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event of a file: its 1-based ordinal, Windows record number if it has one, and its bytes."""

    ordinal: int
    event_record_id: int | None
    event: Event
    raw: bytes


def read_events(stream: BinaryIO, name: str, hint: str = "", ingest_time: int = 0) -> Iterator[ReadEvent]:
    """Each event of the stream. `hint`: a kind of KINDS, "" to find out. `ingest_time`: now, for stamps without a year.

    Raises:
        UnreadableInput: a damaged archive, EVTX or JSON, or an unknown hint.
    """
    if hint and hint not in KINDS:
        raise UnreadableInput(f"there is no source kind {hint!r}; known: {', '.join(KINDS)}")
    source: Any = stream if hasattr(stream, "peek") else io.BufferedReader(stream, _BLOCK)
    try:
        head = source.peek(64)
        if head[:2] == _GZIP:
            source = io.BufferedReader(gzip.GzipFile(fileobj=source), _BLOCK)
            head = source.peek(64)
        context = ParseContext(ingest_time=ingest_time)
        if head.startswith(_EVTX):
            yield from _evtx(source, context)
        elif _is_json(source):
            yield from _json(source, hint, context)
        else:
            yield from _lines(source, hint, context)
    except (OSError, EOFError, zlib.error, UnreadableInput) as error:
        raise UnreadableInput(f"{name}: {error}") from error


def _is_json(source: Any) -> bool:
    start = source.peek(_BLOCK).lstrip(b"\xef\xbb\xbf \t\r\n")[:2]
    return start[:1] == b"{" or (start[:1] == b"[" and start[1:2] in b'{]" \r\n\t')


def _evtx(source: BinaryIO, context: ParseContext) -> Iterator[ReadEvent]:
    from evtx import PyEvtxParser

    try:
        records = PyEvtxParser(io.BytesIO(source.read())).records_json()
        for ordinal, found in enumerate(records, 1):
            record: Any = found
            value = json.loads(record["data"])
            yield ReadEvent(
                ordinal, record["event_record_id"], parse_json_event(value, "windows", context), record["data"].encode()
            )
    except (RuntimeError, ValueError) as error:
        raise UnreadableInput(f"damaged EVTX: {error}") from error


def _json(source: BinaryIO, hint: str, context: ParseContext) -> Iterator[ReadEvent]:
    """Objects one after another with any white space between, or in one array; read block by block."""
    decoder = json.JSONDecoder()
    text, ordinal, in_array, ended = "", 0, False, False
    while True:
        text = text.lstrip(" \t\r\n,\ufeff\x1e")
        if text[:1] == "[" and not in_array:
            text, in_array = text[1:], True
            continue
        if text[:1] == "]" and in_array:
            text, in_array = text[1:], False
            continue
        try:
            value, end = decoder.raw_decode(text) if text else (None, 0)
        except (ValueError, RecursionError) as error:
            value, end = None, 0
            if ended:
                next_line = -1 if in_array else text.find("\n{")
                if next_line < 0:
                    raise UnreadableInput(f"event {ordinal + 1}: not readable as JSON: {error}") from error
                ordinal += 1
                yield _broken(ordinal, text[:next_line])
                text = text[next_line:]
                continue
        if end and (end < len(text) or ended):
            ordinal += 1
            number = record_id(value) if isinstance(value, dict) else None
            yield ReadEvent(
                ordinal, number, parse_json_event(value, hint, context), text[:end].encode("utf-8", "replace")
            )
            text = text[end:]
            continue
        if ended and in_array:
            raise UnreadableInput(f"the array is cut after event {ordinal}")
        if ended:
            return
        block = source.read(max(_BLOCK, len(text)))
        ended = not block
        while block and not _whole(block):
            more = source.read(1)
            if not more:
                break
            block += more
        text += decode(block)


def _broken(ordinal: int, text: str) -> ReadEvent:
    """A line among JSON lines that is not JSON itself: an event that says so, and the lines after it are read."""
    raw = text.encode("utf-8", "replace")
    return ReadEvent(ordinal, None, unparsed(raw, "not-json"), raw)


def _whole(block: bytes) -> bool:
    """True where the block does not end inside a UTF-8 character."""
    for back in range(1, min(4, len(block)) + 1):
        byte = block[-back]
        if byte < 0x80:
            return True
        if byte >= 0xC0:
            return back == (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4)
    return True


def _lines(source: BinaryIO, hint: str, context: ParseContext) -> Iterator[ReadEvent]:
    """One event a line. The first line that looks like a known kind settles it; a stray line before it does not."""
    ordinal = 0
    kind = hint
    for line in source:
        raw = line.rstrip(b"\r\n")
        if not raw:
            continue
        ordinal += 1
        if not kind and (guessed := guess_kind(raw)) in _SETTLING:
            kind = guessed
        yield ReadEvent(ordinal, None, parse_line(kind, raw, context), raw)
