"""Hits that are only counted in passing: the stream that they have of their own, and how the judge reads and finds them.

A firewall denies a thousand connections a second, and most rules that look at them only count. Such hits are no evidence by themselves,
so nobody stores them: the matching processes hand them over in a short-lived stream, the judge counts them, and those that a result
names are looked up there and stored. After a restart the last minutes of the stream are counted again. The lines themselves stay in
the record log as long as their kind does.
"""

import logging
import threading
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from fenghuo.faces.workers.follow import Follower
from fenghuo.see.eventlog import Block, EventLog
from fenghuo.see.events import Hit, hits_from_batch, passing_from_batch

log = logging.getLogger(__name__)

PASSING_TOPIC = "passing"
KEPT_DAYS = 1 / 8
"""How long its segments stay. The watermark is held back an hour at most, and what is counted again spans a quarter of one at most."""
_AT_ONCE = 4000
_MOST_BEHIND = 400_000
"""Rows of a stream that may wait; beyond it the oldest are left out, so that a flood of denied packets does not stop the judge."""
_CHUNK_NS = 5 * 10**9
_SKEW_NS = 360 * 10**9
"""An event is at most five minutes ahead of its ingest time, and streams of several sources are not quite in order of it."""

_ALIKE = (
    *("rule_pack", "rule_id", "exercise", "source_id", "unit_id", "asset", "peer", "event_time", "fields"),
    *("src_ip", "dst_ip", "domain", "url", "hash"),
)
"""All that a correlation can group by or count."""


def apart(hits: pa.RecordBatch, passing: Collection[tuple[str, str]]) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """(hits to store, hits that are counted in passing); of the latter, those that are alike to the nanosecond only once."""
    if not passing or not pc.any(hits.column("quiet")).as_py():
        return hits, hits.slice(0, 0)
    named = pc.binary_join_element_wise(hits.column("rule_pack"), hits.column("rule_id"), "\0")
    counted = pc.is_in(named, pa.array(["\0".join(key) for key in sorted(passing)]))
    return hits.filter(pc.invert(counted)), _once(hits.filter(counted))


def _once(hits: pa.RecordBatch) -> pa.RecordBatch:
    """A firewall that writes whole seconds repeats itself; counting distinct values, one of equal hits is enough."""
    if hits.num_rows < 2:
        return hits
    table = pa.table([hits.column(name) for name in _ALIKE], names=list(_ALIKE))
    table = table.append_column("row", pa.array(range(hits.num_rows), pa.int64()))
    first = table.group_by(list(_ALIKE), use_threads=False).aggregate([("row", "min")])
    return hits.take(first.column("row_min").combine_chunks())


@dataclass(slots=True)
class _Stream:
    """How far one stream was read, and marks into what was read: (ingest time, sequence), every few seconds."""

    place: int = 0
    marks: deque[tuple[int, int]] = field(default_factory=deque)
    ingested: int = 0


class Passing:
    """The judge's side of the streams."""

    def __init__(
        self, event_log: EventLog, places: Mapping[str, int], again: Mapping[str, int], stop: threading.Event
    ) -> None:
        self._log = event_log
        self._follower = Follower(event_log, PASSING_TOPIC, places, stop)
        self._streams = {name: _Stream(place) for name, place in places.items() if _is_passing(name)}
        self._again = {name: place for name, place in again.items() if name in self._streams}
        self.drained = True

    @property
    def places(self) -> dict[str, int]:
        """How far each stream was read."""
        return {name: stream.place for name, stream in self._streams.items()}

    def read(self) -> list[Hit]:
        """What came next, without its evidence."""
        self._leave_out()
        hits: list[Hit] = []
        for name, block in self._follower.read(_AT_ONCE, wait=False):
            self._mark(name, block)
            hits += passing_from_batch(block.batch)
        self.drained = all(self._log.end(name) <= stream.place for name, stream in self._streams.items())
        return hits

    def reached(self, matched: int) -> int:
        """`matched`, or the ingest time up to which hits were read where some wait."""
        if self.drained:
            return matched
        waiting = (s.ingested for name, s in self._streams.items() if self._log.end(name) > s.place)
        return min([matched, *waiting])

    def again(self) -> Iterator[list[Hit]]:
        """What was read before a restart and may still matter."""
        for name, stream in self._streams.items():
            hits: list[Hit] = []
            for block in self._blocks(name, self._again.get(name, 0), stream.place):
                self._mark(name, block)
                hits += passing_from_batch(block.batch)
                if len(hits) >= _AT_ONCE:
                    yield hits
                    hits = []
            yield hits

    def find(self, hit_ids: Collection[str], since: int) -> list[Hit]:
        """These hits with their evidence, newest first, looked for as far back as an event of time `since` can stand."""
        left = set(hit_ids)
        found: list[Hit] = []
        chunks = [
            (mark, name, first, last)
            for name, stream in self._streams.items()
            for (mark, first), last in zip(stream.marks, [*[m[1] for m in stream.marks][1:], stream.place], strict=True)
        ]
        for mark, name, first, last in sorted(chunks, reverse=True):
            if not left or mark + _CHUNK_NS < since - _SKEW_NS:
                break
            for block in self._blocks(name, first, last):
                hits = hits_from_batch(
                    block.batch.filter(pc.is_in(block.batch.column("hit_id"), pa.array(sorted(left))))
                )
                fresh = [hit for hit in hits if hit.hit_id in left]
                left -= {hit.hit_id for hit in fresh}
                found += {hit.hit_id: hit for hit in fresh}.values()
        return found

    def keep_from(self, needed: int | None) -> dict[str, int]:
        """Forget marks into what no count and no result can need any more; from where to count again after a restart."""
        if needed is not None:
            for name, stream in self._streams.items():
                while len(stream.marks) > 1 and stream.marks[1][0] < needed - _SKEW_NS:
                    stream.marks.popleft()
                self._again[name] = stream.marks[0][1] if stream.marks else stream.place
        return dict(self._again)

    def _mark(self, name: str, block: Block) -> None:
        stream = self._streams.setdefault(name, _Stream())
        times = block.batch.column("ingest_time")
        if not stream.marks or times[0].as_py() - stream.marks[-1][0] >= _CHUNK_NS:
            stream.marks.append((times[0].as_py(), block.first_sequence))
        stream.place = max(stream.place, block.first_sequence + block.batch.num_rows)
        stream.ingested = times[-1].as_py()

    def _blocks(self, name: str, first: int, last: int) -> Iterator[Block]:
        """The rows [first, last) of a stream, as far as they are there."""
        reader = self._log.reader(name, start=first)
        try:
            while blocks := reader.read(max_rows=_AT_ONCE):
                for block in blocks:
                    if block.first_sequence >= last:
                        return
                    rows = min(block.batch.num_rows, last - block.first_sequence)
                    yield Block(block.first_sequence, block.batch.slice(0, rows))
        finally:
            reader.close()

    def _leave_out(self) -> None:
        for name, stream in self._streams.items():
            behind = self._log.end(name) - stream.place
            if behind > _MOST_BEHIND:
                log.warning("%s: %d hits wait to be counted; the oldest half is left out", name, behind)
                stream.place += behind - _MOST_BEHIND // 2
                self._follower.rewind(name, stream.place)


def _is_passing(name: str) -> bool:
    return name.startswith(PASSING_TOPIC + ".")
