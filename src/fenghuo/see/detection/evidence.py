"""What the programs do not tell: whether a rule that may match does, and why a match is one.

A rule looks at few fields, and values come back again and again: each answer is kept by the rule and the values that it looked at.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from fenghuo.see.detection.ast import AllOf, AnyOf, Detection, FieldNode, ItemNode, KeywordNode
from fenghuo.see.detection.columns import MISSING, Columns
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


class Evidence:
    """Answers for rows of batches; keeps at most `_MAX_KEPT` of each sort."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._fields: dict[int, tuple[str, ...] | None] = {}
        self._known: dict[Key, bool] = {}
        self._deciders: dict[int, Decider] = {}
        self._texts: dict[Key, str] = {}
        self._finders: dict[int, Finder] = {}
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
        for rule, members in _by_rule(rules):
            if rule not in self.out:
                found[members] = list(self._of_rule(columns, rows[members], rule))
        return found

    def texts(self, columns: Columns, rows: Ints, rules: Ints) -> list[str]:
        """For each pair of row and rule that match, the matches as `matches_to_json` writes them."""
        found = [""] * len(rows)
        kept = self._texts
        for rule, members, names, find in self._by_rule(columns, rules):
            keeps = self._columns_of(rule) is not None
            for at, values in zip(members.tolist(), _values(columns, rows[members], names), strict=True):
                key = (rule, values)
                text = kept.get(key) if keeps else None
                if text is None:
                    text = matches_to_json(find(_event(names, values)))
                    if keeps and len(text) < _MAX_KEPT_LENGTH:
                        if len(kept) >= _MAX_KEPT:
                            kept.clear()
                        kept[key] = text
                found[at] = text
        return found

    def matches(self, columns: Columns, rows: Ints, rules: Ints) -> list[tuple[Match, ...]]:
        """For each pair of row and rule that match, why."""
        found: list[tuple[Match, ...]] = [()] * len(rows)
        for _rule, members, names, find in self._by_rule(columns, rules):
            for at, values in zip(members.tolist(), _values(columns, rows[members], names), strict=True):
                found[at] = find(_event(names, values))
        return found

    def _by_rule(self, columns: Columns, rules: Ints) -> Iterator[tuple[int, Ints, Sequence[str], Finder]]:
        for rule, members in _by_rule(rules):
            names = self._columns_of(rule)
            yield rule, members, columns.fields if names is None else names, self._finder(rule)

    def _finder(self, rule: int) -> Finder:
        if rule not in self._finders:
            self._finders[rule] = finder_of(self._rules[rule].detection)
        return self._finders[rule]

    def _text(self, matches: tuple[Match, ...]) -> str:
        """Outcomes that are kept come again as the same object."""
        return matches_to_json(matches)

    def _of_rule(self, columns: Columns, rows: Ints, rule: int) -> Iterator[bool]:
        names = self._columns_of(rule)
        looked_at = columns.fields if names is None else names
        for values in _values(columns, rows, looked_at):
            held = self._known.get((rule, values)) if names is not None else None
            if held is None:
                held = self._decide(rule, _event(looked_at, values))
                if names is not None and sum(len(v) for v in values if isinstance(v, str)) < _MAX_KEPT_LENGTH:
                    if len(self._known) >= _MAX_KEPT:
                        self._known.clear()
                    self._known[rule, values] = held
            yield held

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


def _by_rule(rules: Ints) -> Iterator[tuple[int, Ints]]:
    """Each rule with the places at which it stands."""
    order = np.argsort(rules, kind="stable").astype(np.int32)
    borders = np.flatnonzero(np.diff(rules[order])) + 1
    for members in np.split(order, borders):
        if len(members):
            yield int(rules[members[0]]), members


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


def _values(columns: Columns, rows: Ints, looked_at: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """What decides the outcome in each row: for each column text, list of texts, null, or that it is missing."""
    by_column = [columns.values(rows, name) for name in looked_at]
    return zip(*by_column, strict=True) if by_column else iter([()] * len(rows))
