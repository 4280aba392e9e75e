"""Parsers: from the bytes of a log record to an event. Pure: no Django, no socket, no clock."""

from fenghuo.see.sources.base import Format, ParseContext, Standing
from fenghuo.see.sources.dispatch import (
    BY_SHAPE,
    KINDS,
    Kind,
    options_of,
    parse_json_event,
    parse_line,
    parse_records,
    retention_of,
)
from fenghuo.see.sources.reading import ReadEvent, UnreadableInput, read_events

__all__ = [
    "BY_SHAPE",
    "KINDS",
    "Format",
    "Kind",
    "ParseContext",
    "ReadEvent",
    "Standing",
    "UnreadableInput",
    "options_of",
    "parse_json_event",
    "parse_line",
    "parse_records",
    "read_events",
    "retention_of",
]
