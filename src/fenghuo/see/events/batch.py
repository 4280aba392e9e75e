"""EventBatch: events in columns, as an Arrow RecordBatch.

Envelope columns begin with "@@" and are the ones of `ENVELOPE`. Every other column is a field of the Sigma taxonomy:

* a column named like the field holds its scalar values. It is string, dictionary<string>, int64, float64 or bool;
  whatever its type, its meaning is `text_of` each value. A null slot means that the event lacks the field …
* … unless the field's name is in the event's `@@nulls` list: then the field is present and null.
* a column named field + "[]" is list<string> and holds the values of events in which the field is an array.

A field that would collide with these names (it begins with "@@" or ends with "[]") is kept under "@@field:" + name.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from fenghuo.see.events.model import Event, Observables, Scalar, Value, text_of

_HALVES = re.compile("[\ud800-\udfff]")

MAX_AHEAD_NS = 5 * 60 * 1_000_000_000
"""An event time more than five minutes ahead of ingest is not believed."""

ENVELOPE = pa.schema(
    [
        pa.field("@@event_time", pa.int64(), nullable=False),
        pa.field("@@ingest_time", pa.int64(), nullable=False),
        pa.field("@@time_flag", pa.string(), nullable=False),
        pa.field("@@unit_id", pa.string(), nullable=False),
        pa.field("@@source_id", pa.string(), nullable=False),
        pa.field("@@log_position", pa.string(), nullable=False),
        pa.field("@@product", pa.string()),
        pa.field("@@category", pa.string()),
        pa.field("@@service", pa.string()),
        pa.field("@@host", pa.string()),
        pa.field("@@asset", pa.string(), nullable=False),
        pa.field("@@peer", pa.string(), nullable=False),
        pa.field("@@exercise", pa.bool_(), nullable=False),
        pa.field("@@raw", pa.binary(), nullable=False),
        pa.field("@@src_ip", pa.string()),
        pa.field("@@dst_ip", pa.string()),
        pa.field("@@domain", pa.string()),
        pa.field("@@url", pa.string()),
        pa.field("@@hash", pa.string()),
        pa.field("@@parse_error", pa.string()),
        pa.field("@@nulls", pa.list_(pa.string())),
    ]
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one event of a batch came from: the part of the envelope that its record states."""

    ingest_time: int
    unit_id: str
    source_id: str
    log_position: str
    asset: str
    peer: str
    exercise: bool
    raw: bytes


def column_of(field: str) -> str:
    """Name of the scalar column of a field; its list column is this plus "[]"."""
    field = clean(field)
    return "@@field:" + field if field.startswith("@@") or field.endswith("[]") else field


def clean(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair: JSON may name one, UTF-8 can't hold it."""
    return text if text.isascii() else _HALVES.sub("\ufffd", text)


def field_of(column: str) -> str:
    return column.removeprefix("@@field:")


def asset_of(event: Event, fallback: str) -> str:
    """The asset an event is about: host or domain, else destination address, else host name, else the source's own."""
    seen = event.observables
    return seen.domain or seen.dst_ip or event.host or fallback


def settle_time(event_time: int | None, ingest_time: int) -> tuple[int, str]:
    """The time to use and why: "" as the event said, "none" where it said nothing, "future" where it is not believed."""
    if event_time is None or not -(2**62) < event_time < 2**62:
        return ingest_time, "none"
    if event_time > ingest_time + MAX_AHEAD_NS:
        return ingest_time, "future"
    return event_time, ""


def make_batch(events: Sequence[Event], origins: Sequence[Origin]) -> pa.RecordBatch:
    """Events and their origins, pairwise, as one EventBatch; field columns are strings, in order of first appearance."""
    scalars: dict[str, list[str | None]] = {}
    lists: dict[str, list[list[str | None] | None]] = {}
    nulls: list[list[str] | None] = []
    count = len(events)
    for row, event in enumerate(events):
        null_names = []
        for name, value in event.fields.items():
            column = column_of(name)
            if value is None:
                null_names.append(column)
            elif isinstance(value, list):
                lists.setdefault(column, [None] * count)[row] = [text_of(v) for v in value]
                continue
            scalars.setdefault(column, [None] * count)[row] = text_of(value)
        nulls.append(null_names or None)
    arrays, names = _envelope(events, origins, nulls)
    for name, texts in scalars.items():
        names.append(name)
        arrays.append(_array(texts, pa.string()))
    for name, values in lists.items():
        names.append(name + "[]")
        arrays.append(_array(values, pa.list_(pa.string())))
    return pa.RecordBatch.from_arrays(arrays, names=names)


def _envelope(
    events: Sequence[Event], origins: Sequence[Origin], nulls: list[list[str] | None]
) -> tuple[list[pa.Array], list[str]]:
    times = [settle_time(e.event_time, o.ingest_time) for e, o in zip(events, origins, strict=True)]
    columns: dict[str, list[object]] = {
        "@@event_time": [t for t, _ in times],
        "@@time_flag": [flag for _, flag in times],
        "@@asset": [asset_of(e, o.asset) for e, o in zip(events, origins, strict=True)],
        "@@nulls": list(nulls),
    }
    for name in ("ingest_time", "unit_id", "source_id", "log_position", "peer", "exercise", "raw"):
        columns["@@" + name] = [getattr(o, name) for o in origins]
    for name in ("product", "category", "service", "host", "parse_error"):
        columns["@@" + name] = [getattr(e, name) for e in events]
    for name in ("src_ip", "dst_ip", "domain", "url", "hash"):
        columns["@@" + name] = [getattr(e.observables, name) for e in events]
    return [_array(columns[f.name], f.type) for f in ENVELOPE], list(ENVELOPE.names)


def _array(values: Sequence[object], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([_cleaned(value) for value in values], kind)


def _cleaned(value: object) -> object:
    if isinstance(value, list):
        return [_cleaned(inner) for inner in value]
    return clean(value) if isinstance(value, str) else value


def events_of(batch: pa.RecordBatch) -> Iterator[tuple[dict[str, Scalar], Event]]:
    """Each row as (envelope by column name, Event). Field values come back as text, null or lists of text.

    A field whose values are texts in some rows and lists in others has two columns; it stands where the first of them does.
    """
    names = batch.schema.names
    envelope_names = [n for n in names if n in ENVELOPE.names]
    places = {n: at for at, n in reversed(list(enumerate(m.removesuffix("[]") for m in names)))}
    field_names = sorted((n for n in names if n not in ENVELOPE.names), key=lambda n: places[n.removesuffix("[]")])
    columns = {n: batch.column(n).to_pylist() for n in names}
    for row in range(batch.num_rows):
        envelope = {n: columns[n][row] for n in envelope_names}
        fields: dict[str, Value] = {field_of(n): None for n in envelope.get("@@nulls") or ()}
        for name in field_names:
            value = columns[name][row]
            if value is None:
                continue
            if name.endswith("[]") and isinstance(value, list):
                fields[field_of(name[:-2])] = value
            else:
                fields[field_of(name)] = text_of(value)
        yield (
            envelope,
            Event(
                fields=fields,
                product=envelope.get("@@product"),
                category=envelope.get("@@category"),
                service=envelope.get("@@service"),
                event_time=envelope.get("@@event_time"),
                host=envelope.get("@@host"),
                observables=Observables(
                    *(envelope.get("@@" + n) for n in ("src_ip", "dst_ip", "domain", "url", "hash"))
                ),
                parse_error=envelope.get("@@parse_error"),
            ),
        )
