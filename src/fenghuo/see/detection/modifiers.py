"""Value modifiers (Sigma modifiers specification 2.1), applied in the order in which they are written."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Protocol

from fenghuo.see.detection.strings import SigmaString, StringTest, Wild, parse_string
from fenghuo.see.detection.tests_of_values import BadValue, CidrTest, NumberTest, RegexTest, TimeTest
from fenghuo.see.events import text_of

_ENCODINGS = {"wide": "utf-16-le", "utf16le": "utf-16-le", "utf16be": "utf-16-be", "utf16": "utf-16"}
_PLACES = {"contains", "startswith", "endswith"}
_NUMBERS = {"lt", "lte", "gt", "gte"}
_TIMES = {"minute", "hour", "day", "week", "month", "year"}
_DASHES = "-/–—―"
_DASH = re.compile(r"(\B[-/]\b)")
_MAX_DASHES = 5
_MOST_EXPANDED = 10_000
_KNOWN = (
    {
        "all",
        "base64",
        "base64offset",
        "cased",
        "cidr",
        "exists",
        "expand",
        "fieldref",
        "neq",
        "re",
        "i",
        "m",
        "s",
        "windash",
    }
    | set(_ENCODINGS)
    | _PLACES
    | _NUMBERS
    | _TIMES
)


class ValueTest(Protocol):
    """A test of a text: where it matches, None where it does not."""

    pattern: str

    def span(self, text: str) -> tuple[int, int] | None:
        """[start, end) of what matched."""


@dataclass(frozen=True, slots=True)
class FieldRef:
    """Compare with the value of another field."""

    field: str
    mode: str


@dataclass(frozen=True, slots=True)
class ItemTests:
    """What one detection item asks of its field.

    Attributes:
        tests: one list of alternatives for each value of the rule.
        nulls: a value of the rule is null.
        refs: fields to compare with.
        exists: True or False where presence is asked for, None else.
        every: each value must match, not only one.
        negated: `neq`: the field is present and no value matches.
        cased: case counts (for refs; the tests know it themselves).
    """

    tests: tuple[tuple[ValueTest, ...], ...] = ()
    nulls: bool = False
    refs: tuple[FieldRef, ...] = ()
    exists: bool | None = None
    every: bool = False
    negated: bool = False
    cased: bool = False


def build(modifiers: Sequence[str], values: Sequence[object], placeholders: Mapping[str, Sequence[str]]) -> ItemTests:
    """The tests of `field|modifiers: values`.

    Raises:
        BadValue: a modifier is unknown, can't stand here, or can't take a value.
    """
    for name in modifiers:
        if name not in _KNOWN:
            raise BadValue(f"modifier {name!r} is not known")
    given = set(modifiers)
    every, negated, cased = "all" in given, "neq" in given, "cased" in given
    if every and len(values) < 2 and "expand" not in given:
        raise BadValue("modifier 'all' needs more than one value")
    if "exists" in given:
        if len(values) != 1 or not isinstance(values[0], bool):
            raise BadValue("modifier 'exists' needs true or false")
        return ItemTests(exists=values[0], negated=negated)
    mode = next((m for m in modifiers if m in _PLACES), "")
    if "fieldref" in given:
        return ItemTests(refs=tuple(FieldRef(str(v), mode) for v in values), every=every, negated=negated, cased=cased)
    plain = [v for v in values if v is not None]
    if len(plain) < len(values) and given - {"neq", "cased"}:
        raise BadValue("null can't be combined with modifiers")
    tests = tuple(_tests(modifiers, v, placeholders, cased=cased) for v in plain)
    return ItemTests(tests, nulls=len(plain) < len(values), every=every, negated=negated, cased=cased)


def _tests(
    modifiers: Sequence[str], value: object, placeholders: Mapping[str, Sequence[str]], *, cased: bool
) -> tuple[ValueTest, ...]:
    text = text_of(value) if isinstance(value, str | int | float | bool) else str(value)
    text = text or ""
    for name in modifiers:
        if name in _NUMBERS:
            return (NumberTest(name, text),)
        if name in _TIMES:
            return (TimeTest(name, text),)
    if "cidr" in modifiers:
        return tuple(CidrTest(t) for t in _expanded(text, modifiers, placeholders))
    if "re" in modifiers:
        if modifiers[0] != "re":
            raise BadValue("modifier 're' must come first")
        return (RegexTest(text, "".join(m for m in modifiers if m in {"i", "m", "s"})),)
    if {"i", "m", "s"} & set(modifiers):
        raise BadValue("modifiers i, m and s stand only after 're'")
    strings: list[SigmaString | bytes] = [parse_string(t) for t in _expanded(text, modifiers, placeholders)]
    for name in modifiers:
        strings = _modified(name, strings)
    return tuple(StringTest(s if isinstance(s, SigmaString) else _literal(s), cased=cased) for s in strings)


def _expanded(text: str, modifiers: Sequence[str], placeholders: Mapping[str, Sequence[str]]) -> list[str]:
    """The text with each %name% replaced by each of its values; only under the modifier `expand`."""
    if "expand" not in modifiers:
        return [text]
    pieces = text.split("%")
    if len(pieces) % 2 == 0:
        raise BadValue(f"{text!r}: a placeholder is written %name%")
    choices: list[Sequence[str]] = []
    for number, piece in enumerate(pieces):
        if number % 2 and piece not in placeholders:
            raise BadValue(f"placeholder %{piece}% has no values; give them in a placeholder file")
        choices.append(placeholders[piece] if number % 2 else [piece])
    if prod(len(choice) for choice in choices) > _MOST_EXPANDED:
        raise BadValue(f"placeholders make more than {_MOST_EXPANDED} values of {text!r}")
    return ["".join(choice) for choice in product(*choices)]


def _modified(name: str, strings: Sequence[SigmaString | bytes]) -> list[SigmaString | bytes]:
    if name in _PLACES:
        before, after = name in {"contains", "endswith"}, name in {"contains", "startswith"}
        return [
            (s if isinstance(s, SigmaString) else _literal(s)).with_star(before=before, after=after) for s in strings
        ]
    if name == "windash":
        return [variant for s in strings for variant in _windash(s)]
    if name in _ENCODINGS:
        return [_text(s, name).encode(_ENCODINGS[name]) for s in strings]
    if name == "base64":
        return [_literal(base64.b64encode(_bytes(s, name))) for s in strings]
    if name == "base64offset":
        return [_literal(v) for s in strings for v in _offsets(_bytes(s, name))]
    return list(strings)


def _windash(value: SigmaString | bytes) -> list[SigmaString | bytes]:
    """Each hyphen or slash at the start of a word, as any of the five characters that Windows programs take for one."""
    if isinstance(value, bytes):
        raise BadValue("modifier 'windash' must come before an encoding")
    pieces: list[list[str | Wild]] = []
    dashes = 0
    for part in value.parts:
        for piece in _DASH.split(part) if isinstance(part, str) else [part]:
            is_dash = isinstance(piece, str) and len(piece) == 1 and piece in "-/" and isinstance(part, str)
            dashes += is_dash
            pieces.append(list(_DASHES) if is_dash else [piece])
    if dashes > _MAX_DASHES:
        raise BadValue(f"modifier 'windash' on more than {_MAX_DASHES} dashes makes too many values")
    return [_merged(choice) for choice in product(*pieces)]


def _merged(pieces: Sequence[str | Wild]) -> SigmaString:
    parts: list[str | Wild] = []
    for piece in pieces:
        if isinstance(piece, str) and parts and isinstance(parts[-1], str):
            parts[-1] += piece
        elif piece != "":
            parts.append(piece)
    return SigmaString(tuple(parts))


def _text(value: SigmaString | bytes, name: str) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if not value.is_literal:
        raise BadValue(f"modifier {name!r} can't take wildcards")
    return value.literal()


def _bytes(value: SigmaString | bytes, name: str) -> bytes:
    return value if isinstance(value, bytes) else _text(value, name).encode()


def _literal(value: bytes) -> SigmaString:
    """Bytes as a string of their characters; wildcard characters in it are literal."""
    text = value.decode("latin-1")
    return SigmaString((text,) if text else ())


def _offsets(data: bytes) -> list[bytes]:
    """The three forms that base64 of these bytes takes inside longer data, trimmed of what neighbours decide."""
    found = []
    for offset in range(3):
        encoded = base64.b64encode(b" " * offset + data)
        start = (0, 2, 3)[offset]
        end = (None, -3, -2)[(len(data) + offset) % 3]
        found.append(encoded[start:end])
    return found
