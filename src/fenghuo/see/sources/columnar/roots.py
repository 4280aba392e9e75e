"""Which parser reads a line: one root of the tree of shapes for each kind, hint and set of options."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fenghuo.see.events import Event
from fenghuo.see.sources.base import ParseContext, decode, unparsed
from fenghuo.see.sources.columnar.plans import Asker, TooOdd
from fenghuo.see.sources.dispatch import BY_SHAPE, KINDS, options_of, parse_json_event, parse_line
from fenghuo.see.sources.generic_json import parse as generic_json
from fenghuo.see.sources.suricata import parse as suricata
from fenghuo.see.sources.windows import parse as windows

_WINDOWS = frozenset({"Channel", "Provider_Name", "EventID", "EventType", "service", "category"})
"""Fields of Windows events whose bytes decide about service and category, and so about everything else."""


@dataclass(slots=True)
class Root:
    """`state`: in the tree, -1 where all lines go the slow way. `slowly`: the event of a line, whatever it is."""

    state: int
    asker: Asker
    slowly: Callable[[bytes, ParseContext], Event]


def root_of_hint(hint: str, state: int) -> Root:
    """For lines of a file, as `read_events` takes them; `hint` as there."""

    def read(value: dict[str, Any], context: ParseContext) -> Event:
        _refuse_zeek(value, hint)
        return parse_json_event(value, hint, context)

    def slowly(raw: bytes, context: ParseContext) -> Event:
        try:
            value = json.loads(decode(raw))
        except (ValueError, RecursionError):
            return unparsed(raw, "not-json")
        return parse_json_event(value, hint, context)

    return Root(state, _asker(read, hint, ParseContext()), slowly)


def root_of_kind(kind: str, options: str, state: int) -> Root:
    """For log records of sources of this kind with these options, as `parse_records` takes them."""
    known = kind if kind in KINDS else ""
    readers: dict[str, Callable[[dict[str, Any], ParseContext], Event | None]] = {
        "windows": windows.from_object,
        "suricata": suricata.from_object,
        "generic_json": generic_json.from_object,
    }

    def guess(value: dict[str, Any], context: ParseContext) -> Event:
        _refuse_zeek(value, "")
        return parse_json_event(value, "", context)

    def slowly(raw: bytes, context: ParseContext) -> Event:
        return parse_line(kind, raw, context)

    asker = _asker(readers.get(known, guess), known, ParseContext(options=options_of(options)))
    return Root(state if known in BY_SHAPE else -1, asker, slowly)


def _refuse_zeek(value: dict[str, Any], hint: str) -> None:
    """What kind of Zeek's logs a line is of stands in its values, so its shape does not tell."""
    if "ts" in value and hint in {"", "zeek"}:
        raise TooOdd


def _asker(read: Callable[[dict[str, Any], ParseContext], Event | None], kind: str, context: ParseContext) -> Asker:
    return Asker(
        read,
        context,
        _WINDOWS if kind in {"", "windows"} else frozenset(),
        frozenset({"event_type"}) if kind in {"", "suricata"} else frozenset(),
    )
