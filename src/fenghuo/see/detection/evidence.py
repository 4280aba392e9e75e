"""What the programs do not tell: whether a rule that may match does, and why a match is one.

A rule looks at few fields, and values come back again and again: each answer is kept by the rule and the values that it looked at.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fenghuo.see.detection.ast import AllOf, AnyOf, Detection, FieldNode, ItemNode, KeywordNode
from fenghuo.see.detection.columns import MISSING, Columns
from fenghuo.see.detection.quotes import Quotes
from fenghuo.see.detection.rule import Rule
from fenghuo.see.detection.why import Decider, Finder, decider_of, finder_of
from fenghuo.see.events import Event, Match, Value, matches_to_json
from fenghuo.see.events.batch import column_of, field_of

Ints = npt.NDArray[np.int32]
_MAX_KEPT = 100_000
_MAX_KEPT_LENGTH = 4096
STALL_S = 0.05
"""A rule may take so long over one event."""
Key = tuple[int, tuple[object, ...]]
"""A rule and, for each column that it looks at, text, texts, null, or that the row lacks it: what decides the answer."""
Kept = TypeVar("Kept")


class Evidence:
    """Answers for rows of batches; keeps at most `_MAX_KEPT` of each sort."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._fields: dict[int, tuple[str, ...] | None] = {}
        self._known: dict[Key, bool] = {}
        self._deciders: dict[int, Decider] = {}
        self._texts: dict[Key, str] = {}
        self._finders: dict[int, Finder] = {}
        self._quotes = Quotes(rules)
        self._timer: Callable[[], float] | None = None
        self._stalled: dict[int, float] = {}
        self.out = np.zeros(0, np.int32)
        """Numbers of rules that took too long and are left out from then on."""

    def watch(self, timer: Callable[[], float]) -> None:
        """Leave out rules that take longer than `STALL_S` over one event; `timer` gives seconds."""
        self._timer = timer

    def take_stalled(self) -> list[tuple[Rule, float]]:
        """The rules that were left out since the last call, and the seconds that each took over one event."""
        found = [(self._rules[number], seconds) for number, seconds in self._stalled.items()]
        self._stalled.clear()
        return found

    def _decide(self, rule: int, event: Event) -> bool:
        decide = self._deciders.get(rule) or self._deciders.setdefault(rule, decider_of(self._rules[rule]))
        if self._timer is None:
            return decide(event)
        seconds = 0.0
        for _ in range(2):  # a machine that is busy elsewhere makes one look slow, hardly two
            started = self._timer()
            held = decide(event)
            seconds = self._timer() - started
            if seconds < STALL_S:
                return held
        self.leave_out(np.array([rule], np.int32), seconds)
        return held

    def leave_out(self, rules: Ints, seconds: float = 0.0) -> None:
        """Leave these rules out from now on; `seconds` is what one took over one event, 0 where bytes compared were counted."""
        for rule in np.setdiff1d(rules, self.out).tolist():
            self._stalled[rule] = seconds
        self.out = np.union1d(self.out, rules).astype(np.int32)

    def confirmed(self, columns: Columns, rows: Ints, rules: Ints) -> npt.NDArray[np.bool_]:
        """For each pair of row and rule, whether the rule matches the row."""
        found = np.zeros(len(rows), np.bool_)
        for at, key, names, keeps in self._looks(columns, rows, rules):
            held = self._known.get(key) if keeps else None
            if held is None:
                held = key[0] not in self.out and self._decide(key[0], _event(names, key[1]))
                if keeps:
                    _keep(self._known, key, held)
            found[at] = held
        return found

    def texts(self, columns: Columns, rows: Ints, rules: Ints) -> pa.Array:
        """For each pair of row and rule that match, the matches as `matches_to_json` writes them."""
        found, left = self._quotes.of(columns, rows, rules)
        if not len(left):
            return found
        texts = [""] * len(left)
        for at, key, names, keeps in self._looks(columns, rows[left], rules[left]):
            text = self._texts.get(key) if keeps else None
            if text is None:
                text = matches_to_json(self._find(key, names))
                if keeps:
                    _keep(self._texts, key, text)
            texts[at] = text
        if len(left) == len(rows):
            return pa.array(texts, pa.string())
        mask = np.zeros(len(rows), np.bool_)
        mask[left] = True
        return pc.replace_with_mask(found, pa.array(mask), pa.array(texts, pa.string()))

    def matches(self, columns: Columns, rows: Ints, rules: Ints) -> list[tuple[Match, ...]]:
        """For each pair of row and rule that match, why."""
        found: list[tuple[Match, ...]] = [()] * len(rows)
        for at, key, names, _keeps in self._looks(columns, rows, rules):
            found[at] = self._find(key, names)
        return found

    def _find(self, key: Key, names: Sequence[str]) -> tuple[Match, ...]:
        rule, values = key
        finder = self._finders.get(rule) or self._finders.setdefault(rule, finder_of(self._rules[rule].detection))
        return finder(_event(names, values))

    def _looks(self, columns: Columns, rows: Ints, rules: Ints) -> Iterator[tuple[int, Key, Sequence[str], bool]]:
        """For each pair: its place, rule and values, the columns of these, and whether the answer may be kept.

        A rule with keywords looks at every value, so that its values hardly come again.
        """
        order = np.argsort(rules, kind="stable")
        for members in np.split(order, np.flatnonzero(np.diff(rules[order])) + 1):
            if not len(members):
                continue
            rule = int(rules[members[0]])
            own = self._columns_of(rule)
            names = columns.fields if own is None else own
            by_column = [columns.values(rows[members], name) for name in names]
            tuples = zip(*by_column, strict=True) if by_column else iter([()] * len(members))
            for at, values in zip(members.tolist(), tuples, strict=True):
                yield at, (rule, values), names, own is not None

    def _columns_of(self, rule: int) -> tuple[str, ...] | None:
        """Columns that a rule looks at; None for one that looks at every value."""
        if rule not in self._fields:
            names = fields_of(self._rules[rule])
            self._fields[rule] = None if names is None else tuple(column_of(n) for n in sorted(names))
        return self._fields[rule]


def fields_of(rule: Rule) -> set[str] | None:
    """Fields that a rule and its filters look at; None where it has keywords, which look at all."""
    found: set[str] = set()
    for detection in (rule.detection, *rule.filters):
        for node in _leaves(detection):
            if isinstance(node, KeywordNode):
                return None
            found.add(node.field)
            found.update(ref.field for ref in node.tests.refs)
    return found


def _keep(kept: dict[Key, Kept], key: Key, answer: Kept) -> None:
    if sum(len(value) for value in key[1] if isinstance(value, str)) < _MAX_KEPT_LENGTH:
        if len(kept) >= _MAX_KEPT:
            kept.clear()
        kept[key] = answer


def _event(names: Sequence[str], values: Sequence[object]) -> Event:
    """An event with these columns only."""
    fields: dict[str, Value] = {}
    for name, value in zip(names, values, strict=True):
        if value is not MISSING:
            fields[field_of(name)] = list(value) if isinstance(value, tuple) else value  # type: ignore[assignment]
    return Event(fields)


def _leaves(detection: Detection) -> Iterator[FieldNode | KeywordNode]:
    waiting: list[ItemNode] = list(detection.items.values())
    while waiting:
        node = waiting.pop()
        if isinstance(node, AllOf | AnyOf):
            waiting.extend(node.parts)
        else:
            yield node
