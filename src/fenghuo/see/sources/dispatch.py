"""From a line and its kind to the parser; where the kind is not known, from what the line looks like."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import pyarrow as pa

from fenghuo.see.events import Event, LogRecord, make_batch, records_from_batch
from fenghuo.see.events.batch import Origin
from fenghuo.see.sources import weblog
from fenghuo.see.sources.apache import parse as apache
from fenghuo.see.sources.base import ParseContext, decode
from fenghuo.see.sources.generic_json import parse as generic_json
from fenghuo.see.sources.nginx import parse as nginx
from fenghuo.see.sources.plain import parse as plain
from fenghuo.see.sources.suricata import parse as suricata
from fenghuo.see.sources.syslog import parse as syslog
from fenghuo.see.sources.windows import parse as windows

_SYSLOG_START = re.compile(rb"<\d{1,3}>|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d ")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of log source. `retention`: the class of the event log that its records go to."""

    name: str
    title: str
    parse: Callable[[bytes, ParseContext], Event]
    retention: Literal["normal", "brief"] = "normal"


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("nginx", "nginx access log", nginx.parse),
        Kind("apache", "Apache access log", apache.parse),
        Kind("suricata", "Suricata EVE", suricata.parse, retention="brief"),
        Kind("syslog", "syslog", syslog.parse),
        Kind("windows", "Windows and Sysmon events", windows.parse),
        Kind("generic_json", "JSON", generic_json.parse),
        Kind("plain", "plain lines", plain.parse),
    )
}


def guess_kind(raw: bytes) -> str:
    """The kind that a line looks like."""
    start = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        return "generic_json"
    if _SYSLOG_START.match(raw):
        return "syslog"
    return "nginx" if weblog.looks_like(decode(raw).strip()) else "plain"


def parse_line(kind: str, raw: bytes, context: ParseContext) -> Event:
    """The event of one line. An unknown or empty kind is guessed from the line; never fails."""
    known = KINDS.get(kind)
    if known is None:
        guessed = guess_kind(raw)
        if guessed == "generic_json":
            try:
                return parse_json_event(json.loads(decode(raw)), "", context)
            except (ValueError, RecursionError):
                return generic_json.parse(raw, context)
        known = KINDS[guessed]
    if known.name in {"nginx", "apache"} and _SYSLOG_START.match(raw):
        return syslog.parse(raw, context)
    return known.parse(raw, context)


def parse_json_event(value: Any, hint: str, context: ParseContext) -> Event:
    """The event of a JSON value that was read already; `hint` is a kind or ""."""
    if not isinstance(value, dict):
        return Event(fields={"message": json.dumps(value, ensure_ascii=False)}, parse_error="not-an-object")
    if hint in {"", "windows"}:
        event = windows.from_object(value, context)
        if event is not None:
            return event
    if hint in {"", "suricata"} and "event_type" in value:
        event = suricata.from_object(value, context)
        if event is not None:
            return event
    if hint in {"nginx", "apache"} or (not hint and "remote_addr" in value):
        event = weblog.parse_object(value, hint or "nginx", context)
        if event is not None:
            return event
    return generic_json.from_object(value, context)


@lru_cache(maxsize=256)
def options_of(text: str) -> dict[str, Any]:
    """A source's parser settings from their JSON text; none where that is no object."""
    try:
        options = json.loads(text) if text else {}
    except ValueError:
        return {}
    return options if isinstance(options, dict) else {}


def parse_records(batch: pa.RecordBatch, positions: Sequence[str]) -> pa.RecordBatch:
    """The EventBatch of a batch of `RECORD_SCHEMA`; `positions` are the "stream:sequence" of its rows."""
    events: list[Event] = []
    origins: list[Origin] = []
    for record, position in zip(records_from_batch(batch), positions, strict=True):
        events.append(_parse(record))
        stamp = record.source
        origins.append(
            Origin(
                record.ingest_time,
                stamp.unit_id,
                stamp.source_id,
                position,
                stamp.asset,
                record.peer,
                record.exercise,
                record.raw,
            )
        )
    return make_batch(events, origins)


def _parse(record: LogRecord) -> Event:
    context = ParseContext(record.source.zone, record.ingest_time, options_of(record.source.options))
    return parse_line(record.source.kind, record.raw, context)
