"""Hits that only new_value looks at: of each value the first of a slot is enough, so the others need not be handed over at all.

A resolver answers thousands of queries a second for the same few thousand domains. What new_value says depends on the first event of each
slot only (`see.detection.correlation.newness`), so a matching process remembers what it handed over, and hands over a hit only where it
is of another slot, or earlier. After a restart it hands over once more; the judge takes that for what it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fenghuo.see.detection import Correlation
from fenghuo.see.detection.correlation import Kind
from fenghuo.see.detection.correlation.newness import slot_ns
from fenghuo.see.detection.correlation.reading import REGISTERED_DOMAIN
from fenghuo.see.events.domains import registered_domain

MOST_REMEMBERED = 100_000
_First = tuple[int, int, str]
"""(slot, event time, hit id)."""


@dataclass(slots=True)
class _Way:
    """A rule that one correlation of new_value looks at, and what was handed over of it: (group, value) → the first of its last slot."""

    names: tuple[str, ...]
    width: int
    handed: dict[tuple[object, ...], _First] = field(default_factory=dict)


class Thinner:
    """For one set of rules; another set needs another one, since its correlations begin to learn."""

    def __init__(self, correlations: Iterable[Correlation]) -> None:
        users: dict[tuple[str, str], list[tuple[Correlation, tuple[str, ...]]]] = {}
        for correlation in correlations:
            for position in correlation.positions:
                for key in position.rules:
                    users.setdefault(key, []).append((correlation, position.group + position.value))
        self._ways = {
            key: _Way(names, slot_ns(correlation.draft.timespan_ns))
            for key, ((correlation, names), *others) in users.items()
            if not others and correlation.passing and correlation.draft.kind is Kind.NEW_VALUE
        }

    def forget(self) -> None:
        """What was handed over last did not arrive."""
        for way in self._ways.values():
            way.handed.clear()

    def thin(self, hits: pa.RecordBatch) -> pa.RecordBatch:
        """The hits that may be the first of a slot, and all of other rules."""
        if not self._ways or not hits.num_rows:
            return hits
        kept = np.ones(hits.num_rows, np.bool_)
        for (pack, rule_id), way in self._ways.items():
            of_rule = pc.and_(pc.equal(hits.column("rule_pack"), pack), pc.equal(hits.column("rule_id"), rule_id))
            rows = np.flatnonzero(of_rule.to_numpy(zero_copy_only=False))
            if len(rows):
                kept[rows] = False
                kept[rows[_first_rows(way, hits.take(pa.array(rows)))]] = True
        return hits if kept.all() else hits.filter(pa.array(kept))


def _first_rows(way: _Way, hits: pa.RecordBatch) -> list[int]:
    """Rows that are earlier than what was handed over of their slot."""
    table = pa.table({str(n): column for n, column in enumerate(_keys(way.names, hits))})
    keys = table.column_names
    times = hits.column("event_time")
    order = pc.sort_indices(
        pa.table({"time": times, "hit_id": hits.column("hit_id")}),
        sort_keys=[("time", "ascending"), ("hit_id", "ascending")],
    )
    slots = pa.array(times.to_numpy() // way.width)
    table = table.append_column("slot", slots).take(order).append_column("place", pa.array(np.arange(len(order))))
    firsts = table.group_by([*keys, "slot"], use_threads=False).aggregate([("place", "min")])
    rows = order.take(firsts.column("place_min").combine_chunks())
    moments = hits.select(["event_time", "hit_id"]).take(rows).to_pydict()
    marks = zip(firsts.column("slot").to_pylist(), moments["event_time"], moments["hit_id"], strict=True)
    names = zip(*(firsts.column(key).to_pylist() for key in keys), strict=True)
    found = [row for row, name, mark in zip(rows.to_pylist(), names, marks, strict=True) if _hand_over(way, name, mark)]
    if len(way.handed) > MOST_REMEMBERED:
        way.handed.clear()
    return found


def _hand_over(way: _Way, name: tuple[object, ...], mark: _First) -> bool:
    if name[-1] is None:
        return False
    before = way.handed.get(name)
    if before is None or mark[0] > before[0] or (mark[0] == before[0] and mark < before):
        way.handed[name] = mark
        return True
    return mark[0] < before[0]


def _keys(names: Sequence[str], hits: pa.RecordBatch) -> list[pa.Array]:
    """What tells values of groups apart; the last is None where there is no value, and so nothing to hand over.

    Fields of a rule go together as they are: a little more than is needed is handed over where they hold more than is asked.
    """
    columns = [hits.column("exercise")]
    columns += [hits.column(name[2:]) for name in names if name.startswith("@@") and name != REGISTERED_DOMAIN]
    if any(not name.startswith("@@") for name in names):
        columns.append(hits.column("fields"))
    if REGISTERED_DOMAIN in names:
        columns.append(_registered(hits))
    return columns


def _registered(hits: pa.RecordBatch) -> pa.Array:
    """Of each hit the registered domain; its fields where it names no domain."""
    coded = hits.column("domain").dictionary_encode()
    domains = pa.array(
        [registered_domain(name) if name else None for name in coded.dictionary.to_pylist()], pa.string()
    )
    named = pc.not_equal(hits.column("domain"), "")
    return pc.if_else(named, domains.take(coded.indices), hits.column("fields"))
