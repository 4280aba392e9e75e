"""What the judge tells the matching processes about indicators, as rows of the event log's `control` topic. No Django here.

Two kinds of rows: "indicators-base" names the shared file and states what changed since it was built; "indicators-changed"
states what changed since the row before. Each is a whole: the last base and the changes after it are all that counts.
"""

import json
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from fenghuo.see.events import Hit
from fenghuo.see.intel.engine import BadFile, CompactSet, Indicators, build, open_file
from fenghuo.see.intel.hits import indicator_hits
from fenghuo.see.intel.values import Indicator, Kind, Tlp

log = logging.getLogger(__name__)

BASE_KIND = "indicators-base"
CHANGED_KIND = "indicators-changed"


@dataclass(frozen=True, slots=True)
class Statement:
    """One row: a file below `DIR/intel` ("" for none; only in a base), new or changed indicators, ids of withdrawn ones."""

    kind: str
    file: str
    changed: tuple[Indicator, ...]
    gone: tuple[int, ...]

    def to_batch(self, at: int, schema: pa.Schema) -> pa.RecordBatch:
        """One row of the control schema; `at` in nanoseconds since 1970 UTC."""
        value = {"file": self.file, "changed": [_plain(i) for i in self.changed], "gone": self.gone}
        return pa.record_batch([[at], [self.kind], [json.dumps(value, ensure_ascii=False)]], schema=schema)


def _plain(indicator: Indicator) -> list[object]:
    return [getattr(indicator, name) for name in Indicator.__dataclass_fields__]


def statements(batch: pa.RecordBatch) -> list[Statement]:
    """The statements about indicators in a batch of the control topic, in order."""
    found = []
    for row in batch.to_pylist():
        if row["kind"] in {BASE_KIND, CHANGED_KIND}:
            value = json.loads(row["value"])
            changed = tuple(
                Indicator(number, Kind(kind), text, source, begin, end, confidence, Tlp(tlp), threat_class)
                for number, kind, text, source, begin, end, confidence, tlp, threat_class in value["changed"]
            )
            found.append(Statement(row["kind"], value["file"], changed, tuple(value["gone"])))
    return found


class IndicatorsInForce:
    """The indicators that one matching process looks up; follows what the judge states."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "intel"
        self._nothing = build([])
        self.indicators = Indicators(self._nothing)
        self._told: list[Statement] = []

    def learn(self, batch: pa.RecordBatch) -> None:
        """Note what a batch of the control topic states; `settle` takes it up."""
        for statement in statements(batch):
            if statement.kind == BASE_KIND:
                self._told.clear()
            self._told.append(statement)

    def settle(self) -> None:
        """Take up what was noted. A file that can't be read leaves what stands, with the changes on top."""
        told, self._told = self._told, []
        if not told:
            return
        base: CompactSet | None = None
        if told[0].kind == BASE_KIND:
            base = self._open(told[0].file)
        changed, gone = _summed(told)
        if base is None:
            self.indicators = self.indicators.changed(changed, gone)
        else:
            self.indicators = Indicators(base, changed, gone)
        log.info("%d indicators in force", len(self.indicators))

    def _open(self, name: str) -> CompactSet | None:
        if not name:
            return self._nothing
        try:
            return open_file(self._folder / name)
        except (BadFile, OSError) as error:
            log.error("indicator file can't be used: %s", error)
            return None

    def hits(self, events: pa.RecordBatch) -> list[Hit]:
        """The hits of an EventBatch."""
        return indicator_hits(self.indicators, events)


def _summed(told: Iterable[Statement]) -> tuple[Collection[Indicator], Collection[int]]:
    """What is left of several statements: the last word on each indicator."""
    changed: dict[int, Indicator] = {}
    gone: set[int] = set()
    for statement in told:
        for indicator in statement.changed:
            changed[indicator.id] = indicator
            gone.discard(indicator.id)
        for number in statement.gone:
            changed.pop(number, None)
            gone.add(number)
    return list(changed.values()), gone
