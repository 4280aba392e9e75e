"""From received lines to durable records: the one way into the event log, with counts, limits and back-pressure."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa

from fenghuo.base.common import clock
from fenghuo.base.common.settings import Settings
from fenghuo.see.eventlog import EventLog, LogFull, Writer
from fenghuo.see.events import (
    METER_SCHEMA,
    RECORD_SCHEMA,
    LogRecord,
    Meter,
    SourceStamp,
    meters_to_batch,
    records_from_batch,
    records_of_sender,
    records_to_batch,
)
from fenghuo.see.sources import retention_of

log = logging.getLogger(__name__)
_FULL_PAUSE_S = 1.0


class TooFast(Exception):
    """The source sends more than its rate; nothing was stored."""


class Line(NamedTuple):
    """One received line with what the sender calls it.

    Attributes:
        key: under which a repetition within 24 hours is stored once, None for no such promise.
    """

    raw: bytes
    stamp: SourceStamp
    peer: str
    record_id: str = ""
    key: str | None = None
    exercise: bool = False
    resend: bool = False


class Store:
    """Appends lines durably. One for the process; used from its event loop only."""

    def __init__(self, event_log: EventLog, settings: Settings) -> None:
        self._log = event_log
        self.line_limit = settings.line_limit
        self.batch_limit = settings.batch_limit
        self._rate = settings.rate_limit
        self._writers: dict[str, Writer] = {}
        self._meters = event_log.writer("meter.brief.intake", METER_SCHEMA)
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._details: dict[tuple[str, str, str], str] = {}
        self._windows: dict[str, tuple[float, int]] = {}
        for retention in ("normal", "brief"):
            self._writer(retention)

    def _writer(self, retention: str) -> Writer:
        if retention not in self._writers:
            self._writers[retention] = self._log.writer(f"records.{retention}.0", RECORD_SCHEMA)
        return self._writers[retention]

    def tail(self, count: int) -> Iterator[LogRecord]:
        """The last records, about `count` of each retention class, that stood when this process started."""
        for retention, writer in self._writers.items():
            start = max(0, writer.opened_at - count)
            reader = self._log.reader(f"records.{retention}.0", start)
            while start < writer.opened_at and (blocks := reader.read(max_rows=writer.opened_at - start)):
                for block in blocks:
                    yield from records_from_batch(block.batch)
                    start = block.first_sequence + block.batch.num_rows
            reader.close()

    def admit(self, stamp: SourceStamp, count: int) -> None:
        """Take `count` lines from the source's rate.

        Raises:
            TooFast: more than `rate_limit` lines within this second.
        """
        now = time.monotonic()
        start, used = self._windows.get(stamp.source_id, (now, 0))
        if now - start >= 1.0:
            start, used = now, 0
        if used and used + count > self._rate:
            self.count(stamp, "", "refused", count, "rate")
            raise TooFast
        self._windows[stamp.source_id] = (start, used + count)

    async def put(self, lines: Sequence[Line], transport: str) -> int:
        """Store lines, in order within a retention class; returns how many were duplicates once all are on disk.

        Raises:
            LogFull: there is no room; lines of one class may be stored, those of the class that failed are not.
        """
        if not lines:
            return 0
        now = clock.now_ns()
        by_class: dict[str, list[Line]] = {}
        for line in lines:
            by_class.setdefault(retention_of(line.stamp.kind, line.raw), []).append(line)
        waits = []
        for retention, group in by_class.items():
            keys = [li.key for li in group] if any(li.key for li in group) else None
            waits.append(asyncio.wrap_future(self._writer(retention).append(_batch_of(group, transport, now), keys)))
        receipts = await asyncio.gather(*waits)
        self._received(lines)
        return sum(receipt.duplicates for receipt in receipts)

    async def put_patiently(self, lines: Sequence[Line], transport: str) -> None:
        """Store lines of a transport that has no answer: where the disk is full, wait and read no further."""
        while True:
            try:
                await self.put(lines, transport)
                return
            except LogFull as error:
                log.error("no room for log records: %s", error)
                await asyncio.sleep(_FULL_PAUSE_S)

    def _received(self, lines: Sequence[Line]) -> None:
        if lines[0].stamp.source_id and _of_one_sender(lines):
            self._count_received(lines[0], len(lines), sum(len(line.raw) for line in lines), "")
            return
        for line in lines:
            sample = "" if line.stamp.source_id else line.raw[:200].decode("utf-8", "replace")
            self._count_received(line, 1, len(line.raw), sample)

    def _count_received(self, line: Line, count: int, size: int, sample: str) -> None:
        self.count(line.stamp, line.peer, "received", count, sample)
        self.count(line.stamp, line.peer, "bytes", size)
        if line.resend:
            self.count(line.stamp, line.peer, "resent", count)

    def count(self, stamp: SourceStamp, peer: str, what: str, amount: int, detail: str = "") -> None:
        """Count something for the source, or for the address where the sender is unknown."""
        key = (stamp.source_id, "" if stamp.source_id else peer, what)
        if not stamp.source_id and what == "bytes":
            return
        self._counts[key] += amount
        if detail:
            self._details[key] = detail

    async def report(self) -> None:
        """Hand the counts over to the judge."""
        counts, self._counts = self._counts, Counter()
        details, self._details = self._details, {}
        if not counts:
            return
        at = clock.now_ns()
        meters = [
            Meter(at, "intake", key[0], key[1], key[2], amount, details.get(key, "")) for key, amount in counts.items()
        ]
        try:
            await asyncio.wrap_future(self._meters.append(meters_to_batch(meters)))
        except LogFull as error:
            log.error("counts can't be stored: %s", error)

    def close(self) -> None:
        """Close the writers."""
        for writer in (*self._writers.values(), self._meters):
            writer.close()


def _of_one_sender(lines: Sequence[Line]) -> bool:
    """Whether the lines differ only in bytes, ids and keys, as those of one request do."""
    first = lines[0]
    about = (first.peer, first.exercise, first.resend)
    return all(li.stamp is first.stamp and (li.peer, li.exercise, li.resend) == about for li in lines)


def _batch_of(lines: Sequence[Line], transport: str, now: int) -> pa.RecordBatch:
    if _of_one_sender(lines):
        one = lines[0]
        ids = [line.record_id for line in lines] if any(line.record_id for line in lines) else ()
        raws = [line.raw for line in lines]
        return records_of_sender(
            raws, one.stamp, one.peer, transport, now, exercise=one.exercise, resend=one.resend, record_ids=ids
        )
    return records_to_batch(
        LogRecord(li.raw, li.stamp, li.peer, transport, now, li.exercise, li.resend, li.record_id) for li in lines
    )
