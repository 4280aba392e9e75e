"""The fast path: which rules match which rows of an EventBatch, by columns; equal to the reference evaluator."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fenghuo.see.detection import kernels, running
from fenghuo.see.detection.asking import Asking
from fenghuo.see.detection.columns import NO_TEXTS, Columns, TextColumn
from fenghuo.see.detection.later import LONGEST_VALUE, Later, later_in
from fenghuo.see.detection.plan import Plan, make_plan
from fenghuo.see.detection.plan_codec import load_plan, save_plan
from fenghuo.see.detection.program import ANY_FIELD, Commonness, IsNull, Predicate, Present, program_of
from fenghuo.see.detection.rule import LogSource, Rule
from fenghuo.see.detection.stalls import STALL_S, Stalls
from fenghuo.see.detection.store import Kept
from fenghuo.see.detection.tables import Background, FieldTables
from fenghuo.see.events.batch import column_of

Ints = npt.NDArray[np.int32]
_MAX_PLANS = 512
_PREFIX = 4096
_LONGEST_ROUND_S = 0.005
"""What one round of questions counts for at most; a single slow question is told apart by itself."""
_LONGEST_WAIT_S = 0.8 * STALL_S
"""A rule may ask so long over one event, since scanning takes its part too."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Row and number of the rule of each match, by row, then rule."""

    rows: Ints
    rules: Ints


class Engine:
    """Matches batches against rules, which must be in the order of their ids."""

    def __init__(
        self, rules: Sequence[Rule], about: Callable[[LogSource], tuple[int, ...]], kept: Kept | None = None
    ) -> None:
        self._rules = rules
        self._about = about
        self._kept = kept
        self._plans: dict[tuple[int, ...], Plan | None] = {}
        self.stalls = Stalls(rules)
        self._asking = Asking(self.stalls)

    def match(self, columns: Columns) -> Matched:
        """The matches of a batch."""
        rows: list[Ints] = [np.zeros(0, np.int32)]
        rules: list[Ints] = [np.zeros(0, np.int32)]
        for source, members in _by_source(columns.batch):
            plan = self._plan(source)
            if plan is not None:
                found = self._group(plan, columns, members)
                rows.append(found.rows)
                rules.append(found.rules)
        all_rows, all_rules = np.concatenate(rows), np.concatenate(rules)
        if len(self.stalls.out):
            kept = ~np.isin(all_rules, self.stalls.out)
            all_rows, all_rules = all_rows[kept], all_rules[kept]
        order = np.lexsort((all_rules, all_rows))
        return Matched(all_rows[order], all_rules[order])

    def _plan(self, source: LogSource) -> Plan | None:
        """The plan for events of a log source."""
        numbers = self._about(source)
        if numbers not in self._plans:
            if len(self._plans) >= _MAX_PLANS:
                self._plans.clear()
            self._plans[numbers] = self._made_plan(numbers) if numbers else None
        return self._plans[numbers]

    def _made_plan(self, numbers: tuple[int, ...]) -> Plan:
        """A plan out of the store, or a new one."""
        found = load_plan(self._kept, numbers) if self._kept else None
        if found is not None:
            return found
        commonness, background = self._guesses
        plan = make_plan(numbers, [program_of(self._rules[n], commonness) for n in numbers], background)
        if self._kept:
            save_plan(self._kept, numbers, plan)
        return plan

    @cached_property
    def _guesses(self) -> tuple[Commonness, Background]:
        """How common texts are; made when a plan is, since all rules have to be looked at for it."""
        commonness = Commonness(self._rules)
        return commonness, Background(list(commonness.texts))

    def _group(self, plan: Plan, columns: Columns, members: Ints) -> Matched:
        """Matches among the rows `members`, which are all of one log source."""
        later = _later(plan, columns, members)
        low, high, true = _scan(plan, columns, members, later.texts is plan.later)
        if plan.given_up.any():
            self.stalls.leave_out(plan.rules_given_up())
        extra = np.zeros((len(plan.extras), len(members)), np.uint8)
        for number, (predicate, _) in enumerate(plan.extras):
            extra[number] = _extra(predicate, columns)[members]
        extra_numbers = np.array([number for _, number in plan.extras], np.int32)
        answers = np.zeros((max(1, len(plan.asked)), len(members)), np.uint8)
        for number in plan.told_early:
            self._asking.tell_early(plan.asked[number], columns, members, answers[number])
        seen = running.Seen(low, high, true, extra, extra_numbers, answers, later)
        found, pending, stamped = _run(plan, seen)
        pieces = [found]
        took: dict[tuple[int, int], float] = defaultdict(float)
        timer = self.stalls.timer
        waited = 0.0
        while len(pending):
            started = timer() if timer else 0.0
            pending = self._ask(plan, columns, members, pending, answers, took)
            out = np.empty((len(pending), 2), np.int32)
            filled, waiting = running.resume_programs(seen, plan.programs, stamped, pending, out)
            pieces.append(out[:filled])
            pending = pending[:waiting]
            if timer and len(pending):
                waited += min(timer() - started, _LONGEST_ROUND_S) / len(pending)
                if waited >= _LONGEST_WAIT_S:  # thousands of questions of which each takes no time
                    self.stalls.leave_out(np.unique(plan.rules[pending[:, 1]]), waited)
        found = np.concatenate(pieces)
        return Matched(members[found[:, 0]], plan.rules[found[:, 1]])

    def _ask(
        self,
        plan: Plan,
        columns: Columns,
        members: Ints,
        pending: Ints,
        answers: npt.NDArray[np.uint8],
        took: dict[tuple[int, int], float],
    ) -> Ints:
        """Fill in the answers that rules wait for; the (row, rule, test) that go on, since rules that take too long are left out."""
        if len(self.stalls.out):
            pending = pending[~np.isin(plan.rules[pending[:, 1]], self.stalls.out)]
        asked = plan.programs.tests[pending[:, 2], 3]
        order = np.argsort(asked, kind="stable")
        for places in np.split(order, np.flatnonzero(np.diff(asked[order])) + 1) if len(order) else ():
            waiting = pending[places]
            rows = _distinct(waiting[:, 0])
            number = asked[places[0]]
            held, seconds = self._asking.of(plan.asked[number], columns, members[rows])
            answers[number, rows] = np.where(held, running.TRUE, running.FALSE)
            for at, spent in seconds.items():
                for rule in plan.rules[waiting[waiting[:, 0] == rows[at], 1]].tolist():
                    took[int(rows[at]), rule] += spent
                    if took[int(rows[at]), rule] >= STALL_S:
                        self.stalls.leave_out(np.array([rule], np.int32), took[int(rows[at]), rule])
        return pending


def _distinct(numbers: Ints) -> Ints:
    """Each of some numbers, which are in order, once."""
    return numbers[np.concatenate(([True], numbers[1:] != numbers[:-1]))]


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


def _later(plan: Plan, columns: Columns, members: Ints) -> Later:
    """What is told later; nothing where the field is missing, holds arrays, or one of its values is long."""
    parts = columns.of(column_of(plan.later_field)) if plan.later_field else []
    if len(parts) == 1 and parts[0].bounds is None and parts[0].longest <= LONGEST_VALUE:
        return later_in(parts[0], plan.later, members)
    return later_in(NO_TEXTS, plan.at_once, members)


def _scan(plan: Plan, columns: Columns, members: Ints, sparsely: bool) -> tuple[Ints, Ints, Ints]:
    """Bounds (columns, rows) of the true predicates, and these, over all fields that the plan looks at; `sparsely` without those that are
    told later."""
    lows: list[Ints] = []
    highs: list[Ints] = []
    found: list[Ints] = []
    filled = 0
    for part, tables in _work(plan, columns, sparsely):
        if part.bounds is None and part.valid.shape[0] and not part.valid[members].any():
            continue  # a field that only events of other log sources have; of many sources that is most of them
        low, high, true = _scan_part(part, tables, plan.predicate_count, members)
        if not len(true):
            continue
        lows.append(low + np.int32(filled))
        highs.append(high + np.int32(filled))
        found.append(true)
        filled += len(true)
    if not found:
        empty = np.zeros((0, len(members)), np.int32)
        return empty, empty, np.zeros(0, np.int32)
    return np.stack(lows), np.stack(highs), np.concatenate(found)


def _work(plan: Plan, columns: Columns, sparsely: bool) -> Iterator[tuple[TextColumn, FieldTables]]:
    looked_at = set()
    for field, whole in plan.fields.items():
        tables = plan.sparse if sparsely and plan.sparse and field == plan.later_field else whole
        looked_at.add(column_of(field))
        for part in columns.of(column_of(field)):
            yield part, tables
    if plan.everywhere is not None:
        for column in columns.fields:
            if column not in looked_at and not (columns.are_numbers(column) and plan.everywhere.need_letters):
                for part in columns.of(column):
                    yield part, plan.everywhere


def _scan_part(part: TextColumn, tables: FieldTables, predicate_count: int, members: Ints) -> tuple[Ints, Ints, Ints]:
    wanted = members
    if part.bounds is not None:
        wanted = np.arange(part.bounds[-1], dtype=np.int32)
    low, high = np.zeros(len(wanted), np.int32), np.zeros(len(wanted), np.int32)
    if not _may_have(part, tables):
        empty = np.zeros(len(members), np.int32)
        return empty, empty, np.zeros(0, np.int32)
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


def _may_have(part: TextColumn, tables: FieldTables) -> bool:
    """Whether the bytes of a column would do for any of the texts; numbers and digests have few letters."""
    if not len(tables.bytes_of):
        return True
    start, end = part.offsets[0], part.offsets[-1]
    if tables.need_letters and not kernels.has_letters(part.data, start, end):
        return False
    there = np.zeros(256, np.uint8)
    for begin, stop in ((start, min(end, start + _PREFIX)), (min(end, start + _PREFIX), end)):
        kernels.mark_bytes(part.data, begin, stop, there)
        if there[128:].any() or not (tables.bytes_of & (_folded(there) == 0)).any(axis=1).all():
            return True
    return False


def _folded(there: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """With small letters where capitals are marked."""
    there[ord("a") : ord("z") + 1] |= there[ord("A") : ord("Z") + 1]
    return there


def _run(plan: Plan, seen: running.Seen) -> tuple[Ints, Ints, Ints]:
    """(row, rule) of each program that answers yes, (row, rule, test) of each that has to ask, by row; and a scratch for going on.

    Rules are as the plan counts them.
    """
    rules, rows = len(plan.rules), seen.low.shape[1]
    stamped = np.full(max(1, plan.predicate_count), -1, np.int32)
    scratch = running.ProgramScratch(stamped, np.full(rules, -1, np.int32), np.empty(rules, np.int32))
    out = np.empty((rows + 2 * rules, 2), np.int32)
    pending = np.empty((rows + 2 * rules, 3), np.int32)
    at = filled = waiting = 0
    while True:
        at, filled, waiting = running.run_programs(seen, plan.programs, scratch, out, pending, at, filled, waiting)
        if at == rows:
            return out[:filled], pending[:waiting], stamped
        out = np.concatenate((out, np.empty_like(out)))
        pending = np.concatenate((pending, np.empty_like(pending)))


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
    return columns.has_text(column)
