"""Meter: a count that a process without tables hands to the judge through the event log (health of sources, refusals)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of something happened within one reporting interval (about a second).

    Attributes:
        at: end of the interval, nanoseconds since 1970 UTC.
        process: "intake" or "match-0" …
        source_id: the registered source, "" for an unknown sender.
        peer: address of an unknown sender, else "".
        what: "received", "bytes", "parsed", "unparsed", "refused", "resent", "unmatched-source", "hits", "rule-stalled".
        amount: the count, >= 0.
        detail: for "refused" and "unparsed" the reason; for an unknown sender a sample of the line (<= 200 characters); for
            "rule-stalled" what `rule_stalled` wrote.
    """

    at: int
    process: str
    source_id: str
    peer: str
    what: str
    amount: int
    detail: str = ""


METER_SCHEMA = pa.schema(
    [
        pa.field(name, pa.int64() if name in {"at", "amount"} else pa.string(), nullable=False)
        for name in Meter.__dataclass_fields__
    ]
)


def meters_to_batch(meters: Iterable[Meter]) -> pa.RecordBatch:
    """The meters as one Arrow batch of `METER_SCHEMA`."""
    rows = list(meters)
    return pa.record_batch(
        [pa.array([getattr(m, field.name) for m in rows], field.type) for field in METER_SCHEMA], schema=METER_SCHEMA
    )


def meters_from_batch(batch: pa.RecordBatch) -> Iterator[Meter]:
    """The rows of a batch of `METER_SCHEMA` as Meters, in order."""
    for row in batch.to_pylist():
        yield Meter(**row)


RULE_STALLED = "rule-stalled"


def rule_stalled(at: int, process: str, rule_id: str, reason: str, milliseconds: int) -> Meter:
    """A rule held up the process for so long that it must go out of force; `reason` in English, for the page."""
    return Meter(at, process, "", "", RULE_STALLED, milliseconds, json.dumps([rule_id, reason], ensure_ascii=False))


def stalled_rule(meter: Meter) -> tuple[str, str] | None:
    """(rule id, reason) of a meter that `rule_stalled` made, None for any other."""
    if meter.what != RULE_STALLED:
        return None
    rule_id, reason = json.loads(meter.detail)
    return str(rule_id), str(reason)
