"""What only the reference evaluator knows: whether a rule that may match does, and why a match is one.

A rule looks at few fields, and values come back again and again: each answer is kept by the rule and the values that it looked at.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from fenghuo.see.detection.ast import AllOf, AnyOf, Detection, FieldNode, ItemNode, KeywordNode
from fenghuo.see.detection.columns import Columns
from fenghuo.see.detection.reference import Outcome, evaluate
from fenghuo.see.detection.rule import Rule
from fenghuo.see.events import Event, Match, matches_to_json
from fenghuo.see.events.batch import column_of

Ints = npt.NDArray[np.int32]
_MAX_KEPT = 100_000
_MAX_KEPT_LENGTH = 4096
STALL_S = 0.05
"""A rule may take so long over one event."""
Key = tuple[int, tuple[object, ...]]


class Evidence:
    """Outcomes of the reference evaluator for rows of batches; keeps at most `_MAX_KEPT` of them."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._fields: dict[int, tuple[str, ...] | None] = {}
        self._known: dict[Key, Outcome] = {}
        self._texts: dict[int, tuple[tuple[Match, ...], str]] = {}
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

    def _evaluate(self, rule: int, event: Event) -> Outcome:
        if self._timer is None:
            return evaluate(self._rules[rule], event)
        seconds = 0.0
        for _ in range(2):  # a machine that is busy elsewhere makes one evaluation slow, hardly two
            started = self._timer()
            outcome = evaluate(self._rules[rule], event)
            seconds = self._timer() - started
            if seconds < STALL_S:
                return outcome
        self.leave_out(np.array([rule], np.int32), seconds)
        return outcome

    def leave_out(self, rules: Ints, seconds: float = 0.0) -> None:
        """Leave these rules out from now on; `seconds` is what one took over one event, 0 where bytes compared were counted."""
        for rule in np.setdiff1d(rules, self.out).tolist():
            self._stalled[rule] = seconds
        self.out = np.union1d(self.out, rules).astype(np.int32)

    def confirmed(self, columns: Columns, rows: Ints, rules: Ints) -> npt.NDArray[np.bool_]:
        """For each pair of row and rule, whether the rule matches the row."""
        return np.array([held for held, _ in self.outcomes(columns, rows, rules)], np.bool_)

    def outcomes(self, columns: Columns, rows: Ints, rules: Ints) -> list[Outcome]:
        """For each pair of row and rule, whether the rule matches, and why."""
        found: list[Outcome] = [(False, ())] * len(rows)
        order = np.argsort(rules, kind="stable")
        borders = np.flatnonzero(np.diff(rules[order])) + 1
        for members in np.split(order, borders):
            if len(members) and rules[members[0]] not in self.out:
                rule = int(rules[members[0]])
                for at, outcome in zip(members.tolist(), self._of_rule(columns, rows[members], rule), strict=True):
                    found[at] = outcome
        return found

    def texts(self, columns: Columns, rows: Ints, rules: Ints) -> list[str]:
        """For each pair of row and rule that match, the matches as `matches_to_json` writes them."""
        return [self._text(matches) for _, matches in self.outcomes(columns, rows, rules)]

    def _text(self, matches: tuple[Match, ...]) -> str:
        """Outcomes are kept, so the same matches come as the same object."""
        known = self._texts.get(id(matches))
        if known is not None and known[0] is matches:
            return known[1]
        if len(self._texts) >= _MAX_KEPT:
            self._texts.clear()
        text = matches_to_json(matches)
        self._texts[id(matches)] = (matches, text)
        return text

    def _of_rule(self, columns: Columns, rows: Ints, rule: int) -> Iterator[Outcome]:
        fields = self._columns_of(rule)
        looked_at = columns.fields if fields is None else fields
        for row, values in zip(rows.tolist(), _values(columns, rows, looked_at), strict=True):
            key = (rule, values)
            outcome = self._known.get(key) if fields is not None else None
            if outcome is None:
                outcome = self._evaluate(rule, columns.event(row, looked_at))
                if fields is not None and sum(len(v) for v in values if isinstance(v, str)) < _MAX_KEPT_LENGTH:
                    if len(self._known) >= _MAX_KEPT:
                        self._known.clear()
                    self._known[key] = outcome
            yield outcome

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
