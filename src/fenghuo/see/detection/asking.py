"""Answers to what is costly to tell of a value: expressions, networks, numbers, wildcards inside, other fields.

Expressions over many values are run by Arrow (RE2); whatever else is asked value by value, with the reference's own tests.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fenghuo.see.detection.columns import MISSING, Columns, TextColumn
from fenghuo.see.detection.folding import has_runs
from fenghuo.see.detection.modifiers import ValueTest
from fenghuo.see.detection.program import ANY_FIELD, Meets, Predicate, Refers
from fenghuo.see.detection.reference import shown
from fenghuo.see.detection.required import least_length, longest_run
from fenghuo.see.detection.running import FALSE, TRUE
from fenghuo.see.detection.stalls import STALL_S, Stalls
from fenghuo.see.detection.tests_of_values import RegexTest, compare_fields
from fenghuo.see.events.batch import column_of

Ints = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
_MANY = 16
_SHORT = 4096
_MAX_KEPT = 4_000
_MOST_OF = 8
_WORTH_A_NOTE = 0.001


@dataclass(frozen=True, slots=True)
class _Need:
    """What a value must have for an expression to match: bytes, and a run of bytes that are marked in `kind`; 0 where none is known."""

    length: int
    run: int
    kind: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, test: RegexTest) -> "_Need":
        kind = np.zeros(256, np.uint8)
        found = longest_run(test)
        if found is None:
            return cls(least_length(test), 0, kind)
        kind[list(found[0])] = 1
        return cls(least_length(test), found[1], kind)


class Asking:
    """Tells whether predicates are true; keeps answers, since values come back again and again."""

    def __init__(self, stalls: Stalls) -> None:
        self._stalls = stalls
        self._known: dict[Predicate, dict[Hashable, bool]] = defaultdict(dict)
        self._needs: dict[Predicate, _Need] = {}
        self._slow: set[Predicate] = set()

    def tell_early(self, predicate: Predicate, columns: Columns, rows: Ints, answers: npt.NDArray[np.uint8]) -> None:
        """Fill in what is cheap to tell for all rows at once; the rest stays unknown."""
        if isinstance(predicate, Refers):
            if not predicate.ref.mode and not predicate.cased:
                held = columns.same(column_of(predicate.field), column_of(predicate.ref.field))[rows]
                answers[:] = np.where(held, TRUE, FALSE)
            return
        assert isinstance(predicate, Meets)
        column = column_of(predicate.field)
        parts = columns.of(column) if predicate.field != ANY_FIELD else []
        if len(parts) == 1 and isinstance(predicate.test, RegexTest) and columns.is_plain(column):
            wanted, lengths = self._may_match(predicate, predicate.test, parts[0], rows)
            answers[~wanted & (lengths <= _SHORT)] = FALSE

    def of(self, predicate: Predicate, columns: Columns, rows: Ints) -> tuple[Mask, dict[int, float]]:
        """For each of `rows`, whether the predicate is true; seconds by place among them, where it took some."""
        if isinstance(predicate, Refers):
            return self._refers(predicate, columns, rows), {}
        assert isinstance(predicate, Meets)
        if predicate.field == ANY_FIELD:
            return self._each(predicate, _of_all_fields(columns, rows))
        column = column_of(predicate.field)
        parts = columns.of(column)
        many = isinstance(predicate.test, RegexTest) and len(rows) >= _MANY and predicate not in self._slow
        if many and len(parts) == 1 and columns.is_plain(column):
            return self._together(predicate, parts[0], rows)
        return self._each(predicate, iter(columns.values(rows, column)))

    def _together(self, predicate: Meets, part: TextColumn, rows: Ints) -> tuple[Mask, dict[int, float]]:
        """An expression over many values at once, but for long ones, over which the clock is held."""
        assert isinstance(predicate.test, RegexTest)
        wanted, lengths = self._may_match(predicate, predicate.test, part, rows)
        short, long = np.flatnonzero(wanted), np.flatnonzero(lengths > _SHORT)
        found = np.zeros(len(rows), np.bool_)
        timer = self._stalls.timer
        started = timer() if timer else 0.0
        if len(short):
            asked = part.array.take(pa.array(rows[short]))
            answers = pc.match_substring_regex(asked, predicate.test.expression)
            found[short] = answers.to_numpy(zero_copy_only=False)
        if timer and timer() - started > STALL_S:
            self._slow.add(predicate)  # one value may have taken that long: from now on each is timed
        took: dict[int, float] = {}
        if len(long):
            found[long], seconds = self._each(predicate, iter(part.array.take(pa.array(rows[long])).to_pylist()))
            took = {int(long[at]): value for at, value in seconds.items()}
        return found, took

    def _may_match(self, predicate: Meets, test: RegexTest, part: TextColumn, rows: Ints) -> tuple[Mask, Ints]:
        """Which values, of those that are not long, have what the expression needs; and the length of each, -1 for none."""
        need = self._needs.get(predicate)
        if need is None:
            need = self._needs[predicate] = _Need.of(test)
        lengths = part.offsets[rows + 1] - part.offsets[rows]
        if part.valid.shape[0]:
            lengths[part.valid[rows] == 0] = -1
        wanted = (lengths >= need.length) & (lengths <= _SHORT)
        if need.run:
            has_runs(rows, part.offsets, part.data, need.kind, need.run, wanted)
        return wanted, lengths

    def _each(self, predicate: Meets, values: Iterator[Any]) -> tuple[Mask, dict[int, float]]:
        """A test of value by value, which are as `Columns.values` gives them."""
        known = self._known[predicate]
        timer = self._stalls.timer
        found: list[bool] = []
        took: dict[int, float] = {}
        for value in values:
            answer = known.get(value)
            if answer is None:
                started = timer() if timer else 0.0
                answer = _meets(predicate.test, value)
                if timer and (seconds := timer() - started) > _WORTH_A_NOTE:
                    took[len(found)] = seconds
                _keep(known, value, answer)
            found.append(answer)
        return np.array(found, np.bool_), took

    def _refers(self, predicate: Refers, columns: Columns, rows: Ints) -> Mask:
        field, other = column_of(predicate.field), column_of(predicate.ref.field)
        if not predicate.ref.mode and not predicate.cased and _MOST_OF * len(rows) > columns.rows:
            return columns.same(field, other)[rows]
        ours, theirs = columns.values(rows, field), columns.values(rows, other)
        return np.array([_compares(predicate, a, b) for a, b in zip(ours, theirs, strict=True)], np.bool_)


def _keep(known: dict[Hashable, bool], value: Hashable, answer: bool) -> None:
    if isinstance(value, str) and len(value) <= _SHORT:
        if len(known) >= _MAX_KEPT:
            known.clear()
        known[value] = answer


def _meets(test: ValueTest, value: object) -> bool:
    return any(test.span(text) is not None for text in _texts(value))


def _texts(value: object) -> list[str]:
    if isinstance(value, tuple):
        return [text for text in value if text is not None]
    return [value] if isinstance(value, str) else []


def _of_all_fields(columns: Columns, rows: Ints) -> Iterator[tuple[str, ...]]:
    """All texts of each row."""
    by_column = [columns.values(rows, column) for column in columns.fields]
    for values in zip(*by_column, strict=True) if by_column else iter([()] * len(rows)):
        yield tuple(text for value in values for text in _texts(value))


def _compares(predicate: Refers, value: object, other: object) -> bool:
    if other is MISSING:
        return False
    text = shown(list(other) if isinstance(other, tuple) else other)  # type: ignore[arg-type]
    mode, cased = predicate.ref.mode, predicate.cased
    return text is not None and any(compare_fields(one, text, mode, cased=cased) for one in _texts(value))
