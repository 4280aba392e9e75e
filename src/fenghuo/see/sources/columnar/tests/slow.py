"""The slow way, line by line, that the fast one must equal."""

import json

import pyarrow as pa

from fenghuo.see.events import Event, LogRecord, SourceStamp, make_batch, records_to_batch
from fenghuo.see.events.batch import Origin
from fenghuo.see.sources import ParseContext, parse_json_event
from fenghuo.see.sources.base import decode, unparsed

NOW = 1_795_500_300 * 10**9


def event_of(raw: bytes, hint: str, context: ParseContext) -> Event:
    try:
        value = json.loads(decode(raw))
    except (ValueError, RecursionError):
        return unparsed(raw, "not-json")
    return parse_json_event(value, hint, context)


def batch_of(data: bytes, hint: str = "", zone: str = "Asia/Shanghai") -> pa.RecordBatch:
    """What `JsonReader.read` must make of a file."""
    context = ParseContext(zone, NOW)
    rows = [(n, raw.strip(b" \t\r")) for n, raw in enumerate(data.split(b"\n"), 1)]
    rows = [(n, raw) for n, raw in rows if raw]
    events = [event_of(raw, hint, context) for _, raw in rows]
    return make_batch(events, [Origin(NOW, "u1", "s1", f"f:{n}", "a1", "192.0.2.1", True, raw) for n, raw in rows])


def records_of(lines: list[bytes], kinds: list[str], options: str = "", zone: str = "Asia/Shanghai") -> pa.RecordBatch:
    """Log records of these lines, the kinds and two units in turn."""
    return records_to_batch(
        LogRecord(
            raw=line,
            source=SourceStamp(f"s{i % 3}", f"u{i % 2}", kinds[i % len(kinds)], zone, f"asset{i % 3}", options),
            peer="192.0.2.7",
            transport="tcp",
            ingest_time=NOW + i,
            exercise=i % 5 == 0,
        )
        for i, line in enumerate(lines)
    )


def difference(fast: pa.RecordBatch, slow: pa.RecordBatch) -> str:
    """ "" where the batches are equal, else what differs first."""
    fast.validate(full=True)
    if fast.schema.names != slow.schema.names:
        return f"columns {fast.schema.names} for {slow.schema.names}"
    for name in slow.schema.names:
        ours, theirs = fast.column(name), slow.column(name)
        if ours.type != theirs.type:
            return f"{name}: {ours.type} for {theirs.type}"
        if not ours.equals(theirs):
            pairs = zip(ours.to_pylist(), theirs.to_pylist(), strict=True)
            row, pair = next((i, p) for i, p in enumerate(pairs) if p[0] != p[1])
            return f"{name}, row {row}: {pair[0]!r} for {pair[1]!r} in {slow.column('@@raw')[row].as_py()[:2000]!r}"
    return ""
