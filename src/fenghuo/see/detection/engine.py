"""The fast path: which rules match which rows of an EventBatch, by columns; equal to the reference evaluator."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fenghuo.see.detection import kernels, running
from fenghuo.see.detection.columns import Columns, TextColumn
from fenghuo.see.detection.evidence import Evidence
from fenghuo.see.detection.plan import Plan
from fenghuo.see.detection.program import ANY_FIELD, Commonness, Found, IsNull, Predicate, Present, SameAs, program_of
from fenghuo.see.detection.rule import LogSource, Rule
from fenghuo.see.detection.tables import Background, FieldTables
from fenghuo.see.events.batch import column_of

Ints = npt.NDArray[np.int32]
_MAX_PLANS = 512
_LONG = 64 * 1024
"""Rows with a longer value, in bytes, are worked on by a plan of their own."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Row and number of the rule of each match, by row, then rule."""

    rows: Ints
    rules: Ints


class Engine:
    """Matches batches against rules, which must be in the order of their ids."""

    def __init__(self, rules: Sequence[Rule], about: Callable[[LogSource], tuple[int, ...]]) -> None:
        self._rules = rules
        self._about = about
        self._commonness = Commonness(rules)
        self._background = Background(list(self._commonness.texts))
        self._plans: dict[tuple[tuple[int, ...], bool], Plan | None] = {}
        self.evidence = Evidence(rules)

    def match(self, columns: Columns) -> Matched:
        """The matches of a batch."""
        rows: list[Ints] = [np.zeros(0, np.int32)]
        rules: list[Ints] = [np.zeros(0, np.int32)]
        for source, members in _by_source(columns.batch):
            long = columns.longest()[members] > _LONG
            for few, chosen in ((False, members[~long]), (True, members[long])):
                plan = self._plan(source, few=few) if len(chosen) else None
                if plan is not None:
                    found = self._group(plan, columns, chosen)
                    rows.append(found.rows)
                    rules.append(found.rules)
        all_rows, all_rules = np.concatenate(rows), np.concatenate(rules)
        if len(self.evidence.out):
            kept = ~np.isin(all_rules, self.evidence.out)
            all_rows, all_rules = all_rows[kept], all_rules[kept]
        order = np.lexsort((all_rules, all_rows))
        return Matched(all_rows[order], all_rules[order])

    def _plan(self, source: LogSource, *, few: bool) -> Plan | None:
        """The plan for events of a log source: for many short ones, or for `few` long ones."""
        numbers = self._about(source)
        if (numbers, few) not in self._plans:
            if len(self._plans) >= _MAX_PLANS:
                self._plans.clear()
            programs = [program_of(self._rules[n], self._commonness, regular=not few) for n in numbers]
            self._plans[numbers, few] = Plan(numbers, programs, self._background) if numbers else None
        return self._plans[numbers, few]

    def _group(self, plan: Plan, columns: Columns, members: Ints) -> Matched:
        """Matches among the rows `members`, which are all of one log source."""
        low, high, true = _scan(plan, columns, members)
        if plan.given_up.any():
            self.evidence.leave_out(plan.rules_given_up())
        extra = np.zeros((len(plan.extras), len(members)), np.uint8)
        for number, (predicate, _) in enumerate(plan.extras):
            extra[number] = _extra(predicate, columns)[members]
        extra_numbers = np.array([number for _, number in plan.extras], np.int32)
        found = _run(plan, low, high, true, extra, extra_numbers)
        rows, local = members[found[:, 0]], found[:, 1]
        rules = plan.rules[local]
        sure = plan.exact[local]
        if not sure.all():
            open_ones = np.flatnonzero(~sure)
            sure[open_ones] = self.evidence.confirmed(columns, rows[open_ones], rules[open_ones])
            rows, rules = rows[sure], rules[sure]
        return Matched(rows, rules)


def _by_source(batch: pa.RecordBatch) -> Iterator[tuple[LogSource, Ints]]:
    """The rows of each log source in a batch."""
    parts = [batch.column("@@" + name).dictionary_encode() for name in ("product", "category", "service")]
    values = [[*part.dictionary.to_pylist(), None] for part in parts]
    codes = np.zeros(batch.num_rows, np.int64)
    for part, names in zip(parts, values, strict=True):
        codes = codes * len(names) + part.indices.fill_null(len(names) - 1).to_numpy(zero_copy_only=False)
    distinct, where = np.unique(codes, return_inverse=True)
    for number, code in enumerate(distinct.tolist()):
        names = []
        rest = code
        for possible in reversed(values):
            rest, at = divmod(rest, len(possible))
            names.append(possible[at])
        rows = np.flatnonzero(where == number).astype(np.int32)
        yield LogSource(*reversed(names)), rows


def _scan(plan: Plan, columns: Columns, members: Ints) -> tuple[Ints, Ints, Ints]:
    """Bounds (columns, rows) of the true predicates, and these, over all fields that the plan looks at."""
    lows: list[Ints] = []
    highs: list[Ints] = []
    found: list[Ints] = []
    filled = 0
    for part, tables in _work(plan, columns):
        if part.bounds is None and part.valid.shape[0] and not part.valid[members].any():
            continue  # a field that only events of other log sources have; of many sources that is most of them
        low, high, true = _scan_part(part, tables, plan.predicate_count, members)
        lows.append(low + np.int32(filled))
        highs.append(high + np.int32(filled))
        found.append(true)
        filled += len(true)
    if not found:
        empty = np.zeros((0, len(members)), np.int32)
        return empty, empty, np.zeros(0, np.int32)
    return np.stack(lows), np.stack(highs), np.concatenate(found)


def _work(plan: Plan, columns: Columns) -> Iterator[tuple[TextColumn, FieldTables]]:
    looked_at = set()
    for field, tables in plan.fields.items():
        looked_at.add(column_of(field))
        for part in columns.of(column_of(field)):
            yield part, tables
    if plan.everywhere is not None:
        for column in columns.fields:
            if column not in looked_at:
                for part in columns.of(column):
                    yield part, plan.everywhere


def _scan_part(part: TextColumn, tables: FieldTables, predicate_count: int, members: Ints) -> tuple[Ints, Ints, Ints]:
    wanted = members
    if part.bounds is not None:
        wanted = np.arange(part.bounds[-1], dtype=np.int32)
    low, high = np.zeros(len(wanted), np.int32), np.zeros(len(wanted), np.int32)
    scratch = kernels.scratch_for(part.longest, len(tables.starts) - 1, predicate_count)
    true = np.empty(8 * len(wanted) + 2 * predicate_count, np.int32)
    at = filled = 0
    while True:
        at, filled = kernels.scan_column(
            wanted, part.offsets, part.data, part.valid, tables, scratch, low, high, true, at, filled
        )
        if at == len(wanted):
            break
        true = np.concatenate((true, np.empty_like(true)))
    true = true[:filled]
    if part.bounds is None:
        return low, high, true
    return _joined(part.bounds, members, low, high, true)


def _run(plan: Plan, low: Ints, high: Ints, true: Ints, extra: npt.NDArray[np.uint8], extra_numbers: Ints) -> Ints:
    """(row, rule) of each program that answers yes, by row; rules as the plan counts them."""
    rules, rows = len(plan.rules), low.shape[1]
    stamped = np.full(max(1, plan.predicate_count), -1, np.int32)
    scratch = running.ProgramScratch(stamped, np.full(rules, -1, np.int32), np.empty(rules, np.int32))
    out = np.empty((rows + 2 * rules, 2), np.int32)
    at = filled = 0
    while True:
        at, filled = running.run_programs(
            low, high, true, extra, extra_numbers, plan.programs, scratch, out, at, filled
        )
        if at == rows:
            return out[:filled]
        out = np.concatenate((out, np.empty_like(out)))


def _joined(bounds: Ints, members: Ints, low: Ints, high: Ints, true: Ints) -> tuple[Ints, Ints, Ints]:
    """The predicates of all values of a row side by side."""
    row_low, row_high = np.zeros(len(members), np.int32), np.zeros(len(members), np.int32)
    pieces: list[Ints] = []
    filled = 0
    for number, row in enumerate(members.tolist()):
        row_low[number] = filled
        for value in range(bounds[row], bounds[row + 1]):
            piece = true[low[value] : high[value]]
            pieces.append(piece)
            filled += len(piece)
        row_high[number] = filled
    return row_low, row_high, np.concatenate(pieces) if pieces else np.zeros(0, np.int32)


def _extra(predicate: Predicate, columns: Columns) -> npt.NDArray[np.bool_]:
    """For each row of the batch, whether a predicate that is no text is true."""
    if predicate.field == ANY_FIELD:
        found = np.zeros(columns.rows, np.bool_)
        for column in columns.fields:
            found |= _of_column(predicate, column, columns)
        return found
    return _of_column(predicate, column_of(predicate.field), columns)


def _of_column(predicate: Predicate, column: str, columns: Columns) -> npt.NDArray[np.bool_]:
    if isinstance(predicate, Present):
        return columns.present(column)
    if isinstance(predicate, IsNull):
        return columns.is_null(column)
    if isinstance(predicate, Found):
        return columns.found_by(column, predicate.pattern, predicate.least)
    if isinstance(predicate, SameAs):
        return columns.same(column, column_of(predicate.other))
    return columns.has_text(column)
