"""Correlations over events that are all at hand, as in files or on the test bench: by event time, told once all of it was read."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Any

from fenghuo.base.common import clock
from fenghuo.see.detection.correlation.engine import Engine
from fenghuo.see.detection.correlation.model import SCALE, Correlation, Limits, Outcome, Step
from fenghuo.see.detection.reference import shown
from fenghuo.see.detection.rule import Rule
from fenghuo.see.events import Event, Hit
from fenghuo.see.events.batch import asset_of

_AT_ONCE = 10_000
_BY_TIME = attrgetter("event_time", "hit_id")


class Correlating:
    """Takes the hits of all files, in any order; then says what the correlations make of them.

    All hits are there before the first is looked at, so none is late. A window that the events do not reach the end of says nothing where
    the rule waits for its end.

    Attributes:
        without_time: hits that were left out because their event has no time.
    """

    def __init__(self, correlations: Sequence[Correlation]) -> None:
        self._correlations = correlations
        self._wanted = {key for c in correlations for position in c.positions for key in position.rules}
        self._hits: list[Hit] = []
        self._places: dict[str, dict[str, Any]] = {}
        self._last = 0
        self.without_time = 0

    def see(self, event: Event) -> None:
        """An event, whether a rule matches it or not: time has come so far."""
        if event.event_time is not None and self._correlations:
            self._last = max(self._last, event.event_time)

    def add(self, name: str, ordinal: int, event: Event, rule: Rule) -> None:
        """A hit of a rule in the record `ordinal` of a file."""
        if (rule.pack, rule.id) not in self._wanted:
            return
        if event.event_time is None:
            self.without_time += 1
            return
        hit_id = f"{len(self._hits):012d}"
        self._hits.append(_hit(hit_id, name, event, event.event_time, rule))
        self._places[hit_id] = {"rule_id": rule.id, "file": name, "record": ordinal}

    def rows(self) -> Iterator[dict[str, Any]]:
        """What stands in the end, by time, rule and group."""
        found = self.results()
        for outcome in found:
            self._places[outcome.result_id] = {"rule_id": outcome.correlation.draft.id, "group": dict(outcome.group)}
        for outcome in found:
            if not outcome.correlation.quiet:
                yield self._row(outcome)

    def results(self) -> list[Outcome]:
        """What stands in the end, also of correlations that only serve others, by time, rule and group."""
        engine = Engine(self._correlations, Limits(lateness=0, idle=0))
        standing: dict[str, Outcome] = {}
        hits = sorted(self._hits, key=_BY_TIME)
        steps = [*range(0, len(hits), _AT_ONCE), len(hits)]
        for start, end in pairwise(steps):
            _take(standing, engine.feed(hits[start:end]))
            _take(standing, engine.advance(hits[end - 1].event_time - 1))  # the next may be of the same moment
        _take(standing, engine.advance(self._last))
        return sorted(standing.values(), key=lambda o: (o.time, o.correlation.draft.id, o.group))

    def _row(self, outcome: Outcome) -> dict[str, Any]:
        draft = outcome.correlation.draft
        return {
            "rule_id": draft.id,
            "title": draft.title,
            "level": draft.level,
            "correlation": draft.kind,
            "group": dict(outcome.group),
            "value": outcome.value / SCALE if draft.kind.is_numeric else outcome.value,
            "at_least": outcome.capped,
            "first_time": clock.from_ns(outcome.first_time).isoformat(),
            "event_time": clock.from_ns(outcome.time).isoformat(),
            "hits": [self._places[hit_id] for hit_id in outcome.hit_ids if hit_id in self._places],
        }


def _take(standing: dict[str, Outcome], outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.step is Step.WITHDRAWN:
            standing.pop(outcome.result_id, None)
        else:
            standing[outcome.result_id] = outcome


def _hit(hit_id: str, name: str, event: Event, moment: int, rule: Rule) -> Hit:
    seen = event.observables
    texts = ((field, shown(event.fields.get(field))) for field in rule.carried)
    return Hit(
        hit_id=hit_id,
        rule_id=rule.id,
        rule_hash=rule.hash,
        rule_title=rule.title,
        rule_level=rule.level,
        rule_author=rule.author,
        rule_pack=rule.pack,
        threat_class=rule.threat_class,
        harm=rule.harm,
        at_least=rule.at_least,
        tags=(),
        log_position="",
        event_time=moment,
        ingest_time=moment,
        source_id=name,
        unit_id="",
        asset=asset_of(event, ""),
        peer="",
        exercise=False,
        src_ip=seen.src_ip or "",
        dst_ip=seen.dst_ip or "",
        domain=seen.domain or "",
        url=seen.url or "",
        hash=seen.hash or "",
        raw=b"",
        matches=(),
        fields=tuple((field, text) for field, text in texts if text is not None),
    )
