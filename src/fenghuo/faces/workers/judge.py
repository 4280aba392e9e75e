"""judge: the only process that stores hits and makes warnings of them, and that tells the matchers which rules stand.

Hits, warnings, messages to send and the judge's place in the log are one transaction: a kill loses none and doubles none.
"""

import logging
import time
from collections.abc import Iterator, Mapping

from django.db import close_old_connections, transaction

from fenghuo.base.common import clock
from fenghuo.faces.workers.child import Child
from fenghuo.faces.workers.correlator import Correlator
from fenghuo.faces.workers.follow import Follower
from fenghuo.faces.workers.intel import publisher
from fenghuo.faces.workers.passing import KEPT_DAYS, Passing
from fenghuo.see.eventlog import Block, LogFull, open_log
from fenghuo.see.events import Hit, hits_from_batch, meters_from_batch
from fenghuo.see.inventory import actions as inventory
from fenghuo.see.rulebook import actions as rulebook
from fenghuo.see.rulebook import queries
from fenghuo.see.rulebook.control import CONTROL_SCHEMA, CONTROL_STREAM
from fenghuo.see.rulebook.correlating import Told
from fenghuo.warn.early_warnings import actions as early_warnings

log = logging.getLogger(__name__)

_CONTROL_EVERY_S = 0.5
_METERS_EVERY_S = 0.5
_DROP_EVERY_S = 600.0
_KEEP_EVERY_S = 60.0
_TROUBLE_PAUSE_S = 0.5
HITS_AT_ONCE = 250
"""What one transaction holds, so that others who write wait a fraction of a second."""
REST_S = 0.1
"""Between two of them, unless more is waiting: twenty hits in one cost the others who write less than twice ten."""
_CONSUMER = "judge"
_AGAIN = "judge-again"


def run(child: Child) -> int:
    """Judge until told to stop."""
    judge = Judge(child)
    child.ready()
    while not child.stop.is_set():
        try:
            judge.step()
        except Exception:
            log.exception("judging stopped short; trying again from the last stored place")
            child.stop.wait(_TROUBLE_PAUSE_S)
            judge.restart()
    judge.close()
    return 0


class Judge:
    """The judge's loop, one step at a time."""

    def __init__(self, child: Child) -> None:

        self._child = child
        self._log = open_log(child.data / "log")
        self._control = self._log.writer(CONTROL_STREAM, CONTROL_SCHEMA)
        self._stated: object = None
        self._intel = publisher(child.data, self._control)
        self.restart()

    def restart(self) -> None:
        """Read on from what the tables say was stored."""
        close_old_connections()
        offsets = queries.offsets(_CONSUMER)
        self._hits = Follower(self._log, "hits", offsets, self._child.stop)
        self._meters = Follower(self._log, "meter", offsets, self._child.stop)
        self._passing = Passing(self._log, offsets, queries.offsets(_AGAIN), self._child.stop)
        self._correlator = Correlator(self._log, self._child.data, self._passing)
        self._next_control = self._next_meters = self._next_hits = self._next_drop = self._next_keep = 0.0
        self._dropping: Iterator[int] | None = None

    def step(self) -> None:
        """State the rules if they changed, store the hits that came, and the counts that came."""
        moment = time.monotonic()
        if moment >= self._next_control:
            self._next_control = moment + _CONTROL_EVERY_S
            self._state_rules()
        self._intel.step()
        self._child.stop.wait(max(0.0, self._next_hits - moment))
        matched = self._correlator.matched_until()
        self._take_passing()
        self._take_hits(matched)
        if moment >= self._next_meters:
            self._next_meters = moment + _METERS_EVERY_S
            self._take_meters()
        if moment >= self._next_drop:
            self._drop_some(moment)
        if moment >= self._next_keep:
            self._next_keep = moment + _KEEP_EVERY_S
            self._keep_passing()

    def _drop_some(self, moment: float) -> None:
        """A turn of dropping what was only counted, so that hits never wait for all of it; then a long rest."""
        self._dropping = self._dropping or rulebook.drop_quiet(clock.now())
        if next(self._dropping, None) is None:
            self._dropping = None
            self._next_drop = moment + _DROP_EVERY_S

    def close(self) -> None:
        """Close the writer."""
        self._intel.close()
        self._control.close()

    def _state_rules(self) -> None:

        version = queries.version()
        if version == self._stated and self._correlator.version == version:
            return
        in_force = queries.rules_in_force()
        self._correlator.take_up(in_force)
        if in_force.version == self._stated:
            return
        try:
            self._control.append(in_force.to_batch(clock.now_ns())).result()
        except LogFull as error:
            log.error("the rules in force can't be stated: %s", error)
            return
        self._stated = in_force.version

    def _take_passing(self) -> None:
        """Count the hits that are only counted; of them nothing is stored but what a result names."""
        hits = self._passing.read()
        if not hits:
            return
        with transaction.atomic():
            self._tell(self._correlator.step(hits, None), [])
            _save(_CONSUMER, self._passing.places)
        self._next_hits = time.monotonic() + (REST_S if self._passing.drained else 0.0)

    def _keep_passing(self) -> None:
        places = self._passing.keep_from(self._correlator.recount_from)
        with transaction.atomic():
            _save(_AGAIN, places)
        if self._passing.drained:
            self._log.retain(clock.now_ns(), {"hours": KEPT_DAYS})

    def _take_hits(self, matched: int | None) -> None:

        found = self._hits.read(max_rows=HITS_AT_ONCE)
        drained = all(sum(b.batch.num_rows for s, b in found if s == stream) < HITS_AT_ONCE for stream, _ in found)
        moved_on = self._passing.reached(matched) if drained and matched is not None else None
        if not found and moved_on is None:
            return
        hits = [hit for _, block in found for hit in hits_from_batch(block.batch)]
        with transaction.atomic():
            stored = rulebook.store_hits(hits)
            self._tell(self._correlator.step(stored.correlating, moved_on), stored.raising)
            _save_places(found)
        self._next_hits = time.monotonic() + (REST_S if drained and found else 0.0)

    def _tell(self, told: Told, raising: list[Hit]) -> None:
        """Make and mend warnings."""
        now = clock.now()
        if told.moved:
            early_warnings.withdraw(told.moved, now)
        if raising or told.raised:
            early_warnings.judge(raising + told.raised, now, told.chains)
        if told.withdrawn:
            early_warnings.withdraw(told.withdrawn, now)

    def _take_meters(self) -> None:

        found = self._meters.read(max_rows=5000, wait=False)
        if not found:
            return
        with transaction.atomic():
            meters = [m for _, block in found for m in meters_from_batch(block.batch)]
            inventory.apply_meters(meters, clock.now())
            rulebook.apply_meters(meters)
            _save_places(found)


def _save_places(found: list[tuple[str, Block]]) -> None:
    """Remember how far the streams were read, in the transaction of what came of it."""
    _save(_CONSUMER, {stream: block.first_sequence + block.batch.num_rows for stream, block in found})


def _save(consumer: str, places: Mapping[str, int]) -> None:
    for stream, place in places.items():
        rulebook.save_offset(consumer, stream, place)
