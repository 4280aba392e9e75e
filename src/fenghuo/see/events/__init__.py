"""The values that travel the road: LogRecord, Event, EventBatch, Hit, Meter. Pure: no Django, no socket, no clock."""

from fenghuo.see.events.batch import events_of, make_batch
from fenghuo.see.events.hit import (
    HIT_SCHEMA,
    Hit,
    Match,
    hits_from_batch,
    hits_to_batch,
    match_of,
    match_row,
    matches_to_json,
    passing_from_batch,
)
from fenghuo.see.events.meter import METER_SCHEMA, Meter, meters_from_batch, meters_to_batch
from fenghuo.see.events.model import Event, Observables, Scalar, Value, text_of
from fenghuo.see.events.record import (
    RECORD_SCHEMA,
    LogRecord,
    SourceStamp,
    records_from_batch,
    records_of_sender,
    records_to_batch,
)

__all__ = [
    "HIT_SCHEMA",
    "METER_SCHEMA",
    "RECORD_SCHEMA",
    "Event",
    "Hit",
    "LogRecord",
    "Match",
    "Meter",
    "Observables",
    "Scalar",
    "SourceStamp",
    "Value",
    "events_of",
    "hits_from_batch",
    "hits_to_batch",
    "make_batch",
    "match_of",
    "match_row",
    "matches_to_json",
    "meters_from_batch",
    "meters_to_batch",
    "passing_from_batch",
    "records_from_batch",
    "records_of_sender",
    "records_to_batch",
    "text_of",
]
