"""The fast path as a whole: engine, evidence and hits of one set of rules."""

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

from fenghuo.see.detection.columns import Columns
from fenghuo.see.detection.engine import Engine, Matched
from fenghuo.see.detection.evidence import Evidence
from fenghuo.see.detection.hits import HitMaker
from fenghuo.see.detection.rule import LogSource, Rule
from fenghuo.see.detection.store import Kept
from fenghuo.see.events import Match


class Matcher:
    """Matches batches against rules, which are in the order of their ids; `about` gives the numbers of those about a log source;
    `kept` plans that were made before."""

    def __init__(
        self, rules: Sequence[Rule], about: Callable[[LogSource], tuple[int, ...]], kept: Kept | None = None
    ) -> None:
        self._rules = rules
        self._engine = Engine(rules, about, kept)
        self.stalls = self._engine.stalls
        self._evidence = Evidence(rules)
        self._maker = HitMaker(rules, self._evidence)

    def hits(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A batch of `HIT_SCHEMA`."""
        columns = Columns(batch)
        return self._maker.make(columns, self._engine.match(columns))

    def matched(self, batch: pa.RecordBatch) -> Matched:
        """Rows and numbers of rules only, without evidence."""
        return self._engine.match(Columns(batch))

    def matches(self, batch: pa.RecordBatch) -> Iterator[tuple[int, Rule, tuple[Match, ...]]]:
        """Row, rule and why."""
        columns = Columns(batch)
        found = self._engine.match(columns)
        reasons = self._evidence.matches(columns, found.rows, found.rules)
        for row, rule, why in zip(found.rows.tolist(), found.rules.tolist(), reasons, strict=True):
            yield row, self._rules[rule], why
