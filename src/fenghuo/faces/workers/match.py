"""match-N: log records → events → hits. No Django, no tables; everything that it needs is in the event log.

Hits are durable before the place in the log is, and their ids are derived, so that a kill between the two makes the same
hits again and storing them twice stores them once.
"""

import logging
import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fenghuo.base.common import clock
from fenghuo.base.common.memory import keep_freed, settle
from fenghuo.base.common.settings import settings
from fenghuo.faces.workers.child import Child
from fenghuo.faces.workers.follow import Follower, batches, merged
from fenghuo.faces.workers.passing import PASSING_TOPIC, apart
from fenghuo.faces.workers.thinning import Thinner
from fenghuo.see.detection import Rule, RuleSet, compile_rules, stall_reason
from fenghuo.see.detection.files import load_folder
from fenghuo.see.eventlog import EventLog, LogFull, Writer, open_log
from fenghuo.see.events import HIT_SCHEMA, METER_SCHEMA, Meter, hits_to_batch, meters_to_batch
from fenghuo.see.events.meter import rule_stalled
from fenghuo.see.intel.control import IndicatorsInForce
from fenghuo.see.rulebook.control import RulesInForce, compiled_store, rules_from_batch, shipped_rules
from fenghuo.see.sources import BY_SHAPE, parse_records

if TYPE_CHECKING:
    from fenghuo.see.sources.columnar import JsonReader

log = logging.getLogger(__name__)

_METER_EVERY_S = 1.0
_FULL_PAUSE_S = 1.0
_SAVE_EVERY_S = 0.05
_BY_COLUMNS = 64
"""From so many lines on the reader that goes by columns is the quicker one."""
_FEW, _REST, _REST_S = 1000, 2.0, 0.05
"""After fewer lines than that the matcher rests so many times as long as they took, and so long at most, so that more come together
and other processes get on: few lines cost nearly as much as many."""
_FEWEST, _MOST = 2000, 20_000
_LARGEST = 16 * 1024 * 1024
_SHORT_S, _LONG_S = 0.1, 0.25
"""How many lines are matched at once: more where that goes quickly, fewer where a hit would wait long for the others. What counts is
processor time: on a machine that is busy elsewhere the matcher falls behind, and smaller batches would cost it more."""


def run(child: Child) -> int:
    """Match until told to stop."""
    keep_freed()
    matcher = Matcher(child, open_log(child.data / "log"))
    matcher.load_machine_code()
    child.ready()
    while not child.stop.is_set():
        matcher.step()
    matcher.close()
    return 0


class Matcher:
    """One matching process: owns the partitions of `records` whose number leaves its own rest."""

    def __init__(self, child: Child, event_log: EventLog) -> None:
        self._child = child
        self._log = event_log
        number = int(child.name.removeprefix("match-"))
        workers = max(1, settings().matchers)
        self._offsets = event_log.offsets(child.name)
        self._records = Follower(
            event_log,
            "records",
            self._offsets.load(),
            child.stop,
            mine=lambda stream: int(stream.rpartition(".")[2]) % workers == number,
        )
        self._control = Follower(event_log, "control", {}, child.stop)
        self._hits: Writer = event_log.writer(f"hits.normal.{number}", HIT_SCHEMA)
        self._passing: Writer = event_log.writer(f"{PASSING_TOPIC}.hours.{number}", HIT_SCHEMA)
        self._meters: Writer = event_log.writer(f"meter.brief.{child.name}", METER_SCHEMA)
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._reader: JsonReader | None = None
        self._stalled: list[tuple[Rule, float]] = []
        self._metered = time.monotonic()
        self._at_once = _FEWEST
        self._places: dict[str, int] = {}
        self._saved = 0.0
        self._intel = IndicatorsInForce(child.data)
        self._in_force = shipped_rules()
        self._rules = self._compile(self._in_force)
        self._learn()

    def load_machine_code(self) -> None:
        """Before anything waits for it: compiling takes long where this installation never did."""
        from fenghuo.faces.workers.compiling import load_machine_code
        from fenghuo.see.sources.columnar import JsonReader

        load_machine_code()
        self._reader = JsonReader()

    def step(self) -> None:
        """Take what is there, at most once; wait a little where nothing is."""
        self._learn()
        found = self._records.read(self._at_once, wait=not self._places)
        started = time.monotonic()
        failed: set[str] = set()
        rows = 0
        for stream, first, batch in merged(found, _LARGEST):
            rows += batch.num_rows
            if stream not in failed and not self._match(stream, first, batch):
                failed.add(stream)
        if not found or time.monotonic() - self._saved >= _SAVE_EVERY_S:
            self._save_places()
        if time.monotonic() - self._metered >= _METER_EVERY_S:
            self._report()
        if 0 < rows < _FEW:
            self._child.stop.wait(min(_REST * (time.monotonic() - started), _REST_S))

    def close(self) -> None:
        """Hand over the last counts, save the place, and close the writers."""
        self._save_places()
        self._report()
        self._hits.close()
        self._passing.close()
        self._meters.close()

    def _learn(self) -> None:
        """Take up the rules that the judge stated last."""
        last: RulesInForce | None = None
        for _, _, batch in batches(self._control.read(wait=False)):
            last = rules_from_batch(batch) or last
            self._intel.learn(batch)
        self._intel.settle()
        if last is not None and last != self._in_force:
            self._in_force = last
            self._rules = self._compile(last)
            settle()

    def _compile(self, in_force: RulesInForce) -> RuleSet:
        started = time.monotonic()
        sources = [
            source
            for pack in in_force.packs
            if pack.path(self._child.data).is_dir()
            for source in load_folder(pack.path(self._child.data), pack.name)
        ]
        rules = compile_rules(
            sources, in_force.placeholders, disabled=in_force.disabled, store=compiled_store(self._child.data)
        )
        self._thinner = Thinner(rules.correlations)
        rules.watch(time.thread_time)  # of this thread: waiting for a processor is no fault of a rule
        log.info(
            "%d rules in force, %d refused (%.1f s)", len(rules.rules), len(rules.refused), time.monotonic() - started
        )
        return rules

    def _match(self, stream: str, first: int, batch: pa.RecordBatch) -> bool:
        """Whether the rows are done with: their hits, if there are any, are durable."""
        started = time.thread_time()
        events = [self._parse(part, positions) for part, positions in _ways(stream, first, batch)]
        hits = pa.concat_batches([self._hits_of(part) for part in events])
        if hits.num_rows and not self._store(hits):
            self._records.rewind(stream, first)
            return False
        for part in events:
            self._count(part)
        self._places[stream] = first + batch.num_rows
        seconds = time.thread_time() - started
        if seconds > _LONG_S:
            self._at_once = max(_FEWEST, self._at_once // 2)
        elif seconds < _SHORT_S and batch.num_rows >= self._at_once // 2:
            self._at_once = min(_MOST, self._at_once * 2)
        return True

    def _save_places(self) -> None:
        """Save how far the streams are matched. Whoever is killed before matches the same lines again and makes the same hits."""
        if self._places:
            self._offsets.save(self._places)
            self._places.clear()
        self._saved = time.monotonic()

    def _parse(self, batch: pa.RecordBatch, positions: Sequence[str]) -> pa.RecordBatch:
        """Many JSON lines by columns; few lines and other kinds one by one."""
        if self._reader is None or batch.num_rows < _BY_COLUMNS or not _is_by_shape(batch).all():
            return parse_records(batch, positions)
        return self._reader.parse_records(batch, positions)

    def _hits_of(self, events: pa.RecordBatch) -> pa.RecordBatch:
        """What rules and indicators find."""
        hits = self._rules.match(events)
        known = self._intel.hits(events)
        return pa.concat_batches([hits, hits_to_batch(known)]) if known else hits

    def _store(self, hits: pa.RecordBatch) -> bool:
        """True once the hits are durable; False after a pause where the disk is full."""
        stored, counted = apart(hits, self._rules.passing)
        counted = self._thinner.thin(counted)
        try:
            for writer, batch in ((self._hits, stored), (self._passing, counted)):
                if batch.num_rows:
                    writer.append(batch).result()
        except LogFull as error:
            log.error("hits can't be stored: %s", error)
            self._thinner.forget()
            self._child.stop.wait(_FULL_PAUSE_S)
            return False
        for source_id in stored.column("source_id").to_pylist():
            self._counts[source_id, "hits", ""] += 1
        return True

    def _count(self, events: pa.RecordBatch) -> None:
        source_ids = events.column("@@source_id").to_pylist()
        errors = events.column("@@parse_error").to_pylist()
        for source_id, error in zip(source_ids, errors, strict=True):
            self._counts[source_id, "unparsed" if error else "parsed", error or ""] += 1

    def _report(self) -> None:
        self._metered = time.monotonic()
        self._stalled += self._rules.take_stalled()
        if not self._counts and not self._stalled:
            return
        at = clock.now_ns()
        meters = [
            Meter(at, self._child.name, source_id, "", what, amount, detail)
            for (source_id, what, detail), amount in self._counts.items()
        ]
        meters += [
            rule_stalled(at, self._child.name, rule.id, stall_reason(seconds), round(seconds * 1000))
            for rule, seconds in self._stalled
        ]
        try:
            self._meters.append(meters_to_batch(meters)).result()
        except LogFull as error:
            log.error("counts can't be stored: %s", error)
            return
        self._counts.clear()
        self._stalled.clear()


def _ways(stream: str, first: int, batch: pa.RecordBatch) -> list[tuple[pa.RecordBatch, list[str]]]:
    """The rows with their positions, apart by how they are parsed: a few plain lines must not slow down all the JSON among them."""
    by_shape = _is_by_shape(batch)
    rows = [np.flatnonzero(way) for way in (by_shape, ~by_shape) if way.any()]
    parts = [batch] if len(rows) == 1 else [batch.take(pa.array(numbers)) for numbers in rows]
    places = [[f"{stream}:{first + row}" for row in numbers.tolist()] for numbers in rows]
    return list(zip(parts, places, strict=True))


def _is_by_shape(batch: pa.RecordBatch) -> npt.NDArray[np.bool_]:
    """Rows of kinds that the reader by columns knows."""
    kinds = batch.column("kind")
    known = np.array([kind in BY_SHAPE for kind in kinds.dictionary.to_pylist()], np.bool_)
    found: npt.NDArray[np.bool_] = known[kinds.indices.to_numpy()]
    return found
