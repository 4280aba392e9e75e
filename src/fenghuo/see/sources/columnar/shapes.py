"""The shape of a JSON line: what stands between its scalars."""

import json
import re
from dataclasses import dataclass
from typing import Any

from fenghuo.see.sources.columnar.tables import MAX_VALUES

LONGEST = 1 << 16
"""Longer lines teach no shape."""

_DEEPEST = 40
_TOKEN = re.compile(
    rb'[ \t\r\n]*(?:(?P<text>"(?:[^"\\\x00-\x1f]|\\.)*")|(?P<word>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)'
    rb"|(?P<mark>[{}\[\]:,]))"
)
_COLON = re.compile(rb"[ \t\r\n]*:")


@dataclass(frozen=True, slots=True)
class Shape:
    """`literals`: the texts around the scalars, one more than these; `skeleton`: the object with ordinals for scalars."""

    literals: list[bytes]
    tokens: list[bytes]
    skeleton: dict[str, Any]


def shape_of(line: bytes) -> Shape | None:
    """The shape of a line, None where it has none that is worth knowing: no JSON object, huge, very deep."""
    if len(line) > LONGEST:
        return None
    spans = _scalars(line)
    if spans is None:
        return None
    literals, tokens, end = [], [], 0
    for start, stop in spans:
        literals.append(line[end:start])
        tokens.append(line[start:stop])
        end = stop
    literals.append(line[end:])
    numbered = [part for i, text in enumerate(literals[:-1]) for part in (text, b"%d" % i)]
    try:
        json.loads(line.decode("utf-8"))
        skeleton = json.loads(b"".join([*numbered, literals[-1]]).decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return Shape(literals, tokens, skeleton) if isinstance(skeleton, dict) else None


def _scalars(line: bytes) -> list[tuple[int, int]] | None:
    """Where the scalars stand that are values; None where the line is too deep, too long or no sequence of tokens."""
    spans: list[tuple[int, int]] = []
    at = depth = 0
    while found := _TOKEN.match(line, at):
        at = found.end()
        kind = found.lastgroup or ""
        if kind == "mark":
            depth += (found["mark"] in b"{[") - (found["mark"] in b"}]")
        elif kind == "word" or not _COLON.match(line, at):
            spans.append(found.span(kind))
        if depth > _DEEPEST or len(spans) >= MAX_VALUES:
            return None
    return None if line[at:].strip(b" \t\r\n") else spans
