"""From matches to hits: the rule's words, the envelope of the row and the evidence, by columns."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from fenghuo.see.detection.columns import Columns
from fenghuo.see.detection.engine import Matched
from fenghuo.see.detection.evidence import Evidence
from fenghuo.see.detection.hit_ids import HitIds
from fenghuo.see.detection.reference import shown
from fenghuo.see.detection.rule import Rule
from fenghuo.see.events import HIT_SCHEMA
from fenghuo.see.events.batch import column_of

RAW_LIMIT = 64 * 1024
_OF_RULE = {
    "rule_id": "id",
    "rule_hash": "hash",
    "rule_title": "title",
    "rule_level": "level",
    "rule_author": "author",
    "rule_pack": "pack",
    "threat_class": "threat_class",
    "harm": "harm",
    "at_least": "at_least",
    "tags": "tags",
    "quiet": "quiet",
}
_OF_ROW = ("log_position", "event_time", "ingest_time", "source_id", "unit_id", "asset", "peer", "exercise")
_OBSERVABLES = ("src_ip", "dst_ip", "domain", "url", "hash")


class HitMaker:
    """Makes batches of `HIT_SCHEMA` of what an engine matched."""

    def __init__(self, rules: Sequence[Rule], evidence: Evidence) -> None:
        self._rules = rules
        self._evidence = evidence
        self._words = {
            name: pa.array([_value(rule, attribute) for rule in rules], HIT_SCHEMA.field(name).type)
            for name, attribute in _OF_RULE.items()
        }
        self._ids = HitIds([(rule.id, rule.hash) for rule in rules])
        self._carrying = np.array([bool(rule.carried) for rule in rules], np.bool_)

    def make(self, columns: Columns, matched: Matched) -> pa.RecordBatch:
        """The hits, in the order of the matches."""
        rows, rules = matched.rows, matched.rules
        if not len(rows):
            return pa.RecordBatch.from_pylist([], HIT_SCHEMA)
        at_rows, at_rules = pa.array(rows), pa.array(rules)
        found = {name: words.take(at_rules) for name, words in self._words.items()}
        for name in _OF_ROW:
            found[name] = columns.batch.column("@@" + name).take(at_rows)
        for name in _OBSERVABLES:
            found[name] = columns.batch.column("@@" + name).take(at_rows).fill_null("")
        found["raw"] = _cut(columns.batch.column("@@raw").take(at_rows))
        found["hit_id"] = self._ids.of(rules, found["log_position"])
        found["matches"] = self._evidence.texts(columns, rows, rules)
        found["fields"] = pa.array(self._fields(columns, rows, rules), pa.string())
        return pa.RecordBatch.from_arrays([found[name] for name in HIT_SCHEMA.names], schema=HIT_SCHEMA)

    def _fields(self, columns: Columns, rows: npt.NDArray[np.int32], rules: npt.NDArray[np.int32]) -> list[str]:
        found = ["[]"] * len(rows)
        for at in np.flatnonzero(self._carrying[rules]).tolist():
            row, carried = int(rows[at]), self._rules[rules[at]].carried
            texts = ((name, shown(columns.value(row, column_of(name))[0])) for name in carried)
            found[at] = orjson.dumps([(name, text) for name, text in texts if text is not None]).decode()
        return found


def _value(rule: Rule, attribute: str) -> object:
    value = getattr(rule, attribute)
    return list(value) if isinstance(value, tuple) else value


def _cut(raw: pa.Array) -> pa.Array:
    """The first bytes of each record; few are longer."""
    if pc.max(pc.binary_length(raw)).as_py() <= RAW_LIMIT:
        return raw
    return pa.array([value[:RAW_LIMIT] for value in raw.to_pylist()], pa.binary())
