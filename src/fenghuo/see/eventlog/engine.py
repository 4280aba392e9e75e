"""What an event log engine gives: the types that every engine shares."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

KEY_COLUMN = "@@key"
"""Name under which engines keep the idempotency key beside a row; a schema must not use it."""


class LogFull(Exception):
    """The disk, quota or size bound leaves no room; nothing of the append was kept. It passes when there is room again."""


class StreamBusy(Exception):
    """Another process writes this stream."""


class BadPosition(ValueError):
    """A text is not "stream:sequence"."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """An append is durable.

    Attributes:
        stream: where.
        positions: sequence of each row as given; for a duplicate the sequence of the row that was stored first.
        duplicates: number of rows whose key was stored within the last 24 hours; they were not stored again.
    """

    stream: str
    positions: Sequence[int]
    duplicates: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """Durable rows in order; the first has sequence `first_sequence`."""

    first_sequence: int
    batch: pa.RecordBatch


@dataclass(frozen=True, slots=True)
class Gap:
    """Sequences [first, next) can't be read: removed by retention, or damaged on disk (`reason`)."""

    stream: str
    first: int
    next: int
    reason: str


@dataclass(frozen=True, slots=True)
class Usage:
    """How full the log is. `warn` is set from 80 % of the limit or of the disk on."""

    used_bytes: int
    limit_bytes: int
    free_bytes: int
    warn: bool
    oldest_ns: int | None


class Writer(Protocol):
    """The one writer of a stream.

    `opened_at` is the sequence that the first row of this writer gets.
    """

    opened_at: int

    def append(self, batch: pa.RecordBatch, keys: Sequence[str | None] | None = None) -> "Future[Receipt]":
        """Store rows; the future resolves after they are on disk.

        A row whose key was stored within 24 hours is not stored again.

        Raises:
            ValueError: other columns than the stream, or not one key a row.

        Raises (from the future):
            LogFull: there is no room; nothing was stored.
        """

    def close(self) -> None:
        """Finish what was appended and let the stream go."""


class Reader(Protocol):
    """Reads durable rows in order, from a sequence on."""

    gaps: list[Gap]

    def read(self, max_rows: int = 5000, timeout: float = 0.0) -> list[Block]:
        """At most about `max_rows` rows; waits up to `timeout` seconds for the first, [] when none came."""

    def close(self) -> None:
        """Let files go."""


class Offsets(Protocol):
    """How far one consumer has got."""

    def load(self) -> dict[str, int]:
        """Stream → next sequence to read."""

    def save(self, places: Mapping[str, int]) -> None:
        """Remember durably: stream → next sequence to read, for these streams; others stay."""


class EventLog(Protocol):
    """Streams of Arrow rows; see docs/architecture.md."""

    def writer(self, stream: str, schema: pa.Schema) -> Writer:
        """The writer of a stream, which is made where it is missing.

        Raises:
            StreamBusy: another process holds it (after a few seconds of patience for a dying one).
        """

    def reader(self, stream: str, start: int = 0) -> Reader:
        """A reader from sequence `start` on."""

    def streams(self, topic: str) -> list[str]:
        """Existing streams of a topic, sorted."""

    def end(self, stream: str) -> int:
        """The sequence that the next row of an existing stream will get; all below it are durable."""

    def offsets(self, consumer: str) -> Offsets:
        """The durable offsets of a consumer that has no tables of its own."""

    def row(self, position: str) -> pa.RecordBatch | None:
        """The row at "stream:sequence", None where it is gone."""

    def retain(self, now_ns: int, days: Mapping[str, float]) -> list[str]:
        """Remove closed segments older than the days of their retention class; names of what was removed."""

    def usage(self) -> Usage:
        """How full the log is."""


def split_position(position: str) -> tuple[str, int]:
    """("stream", sequence) of "stream:sequence".

    Raises:
        BadPosition: it is not of that form.
    """
    stream, colon, number = position.rpartition(":")
    if not colon or not number.isdigit():
        raise BadPosition(position)
    return stream, int(number)
