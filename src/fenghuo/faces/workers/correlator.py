"""The judge's correlation: the engine of the rules in force, its memory in the tables, its clock in the log."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path

from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.faces.workers.passing import Passing
from fenghuo.faces.workers.progress import matched_until
from fenghuo.see.detection import Correlation
from fenghuo.see.detection.correlation import Engine, Outcome
from fenghuo.see.detection.correlation.engine import BadState
from fenghuo.see.eventlog import EventLog
from fenghuo.see.events import Hit
from fenghuo.see.rulebook import correlating
from fenghuo.see.rulebook.control import RulesInForce
from fenghuo.see.rulebook.correlating import Told

log = logging.getLogger(__name__)

_CLOCK_EVERY_S = 1.0
_COUNTS_EVERY_S = 60.0


class Correlator:
    """Built anew after every failure, since its memory may then be ahead of the tables."""

    def __init__(self, event_log: EventLog, data: Path, passing: Passing) -> None:
        self._log = event_log
        self._passing = passing
        self._counted_again: list[Outcome] = []
        self._data = data
        self._correlations: tuple[Correlation, ...] | None = None
        self._engine = Engine(())
        self._next_clock = self._next_counts = 0.0
        self._matched: int | None = None
        self._told_counts: object = {}
        self.version: int | None = None

    def take_up(self, in_force: RulesInForce) -> None:
        """Run the correlations of these packs; those that did not change go on with what they remember."""
        correlations = correlating.correlations_in_force(in_force, self._data)
        if correlations != self._correlations:
            correlating.forget_others(correlations)
            try:
                self._engine = correlating.engine_with_memory(correlations)
            except BadState as error:
                log.error("the memory of the correlations can't be read, so they begin anew: %s", error)
                correlating.forget_others(())
                self._engine = correlating.engine_with_memory(correlations)
            self._correlations = correlations
            self._engine.own.update(correlating.own_domains())
            self._count_again()
            log.info("%d correlations in force, %d groups remembered", len(correlations), self._engine.groups)
        self.version = in_force.version

    def _count_again(self) -> None:
        """Groups of rules that count in passing are not stored; what was handed over in the last minutes makes them again."""
        if any(correlation.passing for correlation in self._correlations or ()):
            for hits in self._passing.again():
                self._counted_again += self._engine.recount(hits)

    @property
    def recount_from(self) -> int | None:
        """The event time from which on hits that are counted in passing are needed after a restart."""
        return self._engine.recount_from

    def matched_until(self) -> int | None:
        """How far ingest time was matched, asked of the log every second; None in between.

        Ask before the hits are read: only then are all hits of that time among what is read next.
        """
        moment = time.monotonic()
        if self._matched is None and moment >= self._next_clock:
            self._next_clock = moment + _CLOCK_EVERY_S
            self._matched = matched_until(self._log, max(1, settings().matchers), clock.now_ns())
        return self._matched

    def step(self, hits: Sequence[Hit], matched: int | None) -> Told:
        """Feed new hits, move on to `matched`, and store what came of it."""
        outcomes, self._counted_again = self._counted_again, []
        outcomes += self._engine.feed(hits) if hits else []
        if matched is not None:
            self._matched = None
            outcomes += self._engine.advance(matched)
            self._every_minute()
        told = correlating.store_outcomes(outcomes, self._passing.find) if outcomes else Told()
        rows = self._engine.changed()
        if rows:
            correlating.save_memory(rows)
        return told

    def _every_minute(self) -> None:
        """Look which domains are ours, and tell what was left out."""
        if time.monotonic() < self._next_counts:
            return
        self._next_counts = time.monotonic() + _COUNTS_EVERY_S
        own = correlating.own_domains()
        self._engine.own.intersection_update(own)
        self._engine.own.update(own)
        counts = self._engine.metrics
        if counts != self._told_counts:
            log.info("left out of correlations so far, by rule: %s", counts)
            self._told_counts = counts
