"""From rules to programs: predicates over fields, and for each rule a list of tests with two ways on.

A program answers whether a rule *may* match: exactly where all that the rule asks are strings, and never too rarely
where it asks more (regular expressions, networks, numbers …); `Program.exact` tells which. Each program has witnesses:
predicates of which one at least is true wherever the program answers yes, so that only rules with a true witness are run.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fenghuo.see.detection.ast import (
    AllOf,
    And,
    AnyOf,
    ConditionNode,
    Count,
    Detection,
    FieldNode,
    ItemNode,
    KeywordNode,
    Name,
    Not,
)
from fenghuo.see.detection.modifiers import FieldRef, ItemTests, ValueTest
from fenghuo.see.detection.required import Required, least_length, required_of
from fenghuo.see.detection.rule import Rule
from fenghuo.see.detection.strings import Place, StringTest
from fenghuo.see.detection.tests_of_values import RegexTest

ANY_FIELD = ""
"""The field of predicates that look at every value of the event."""

YES, NO = -1, -2
_MANY = 0.2
_RARE = 0.16
_RARE_SIGNS = frozenset("`^{}+~|<>;$@#!&*[]")


@dataclass(frozen=True, slots=True)
class Texts:
    """True where a value of the field holds one of the folded texts at its place."""

    field: str
    texts: Required


@dataclass(frozen=True, slots=True)
class HasText:
    """True where the field has a value that is not null."""

    field: str


@dataclass(frozen=True, slots=True)
class Present:
    """True where the event has the field, null or not."""

    field: str


@dataclass(frozen=True, slots=True)
class IsNull:
    """True where the field, or a member of it, is null."""

    field: str


@dataclass(frozen=True, slots=True)
class Found:
    """True where a value of the field, of `least` bytes or more, matches the regular expression (RE2)."""

    field: str
    pattern: str
    least: int


@dataclass(frozen=True, slots=True)
class SameAs:
    """True where the field equals the other one, case aside."""

    field: str
    other: str


Predicate = Texts | HasText | Present | IsNull | Found | SameAs


@dataclass(frozen=True, slots=True)
class Negated:
    """The opposite."""

    part: "Expression"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `need` of the parts: all of them is "and", one is "or"; no parts and nothing needed is true."""

    need: int
    parts: tuple["Expression", ...]


Expression = Predicate | Negated | AtLeast
TRUE = AtLeast(0, ())
FALSE = AtLeast(1, ())


@dataclass(frozen=True, slots=True)
class Program:
    """Tests in order: at each, a predicate, and where to go on if it is true or false (`YES` and `NO` end it).

    `witnesses` is None where nothing can be required.
    """

    tests: tuple[tuple[Predicate, int, int], ...]
    start: int
    exact: bool
    witnesses: frozenset[Predicate] | None


def program_of(rule: Rule, commonness: "Commonness", *, regular: bool) -> Program:
    """The program of a rule with its filters.

    Regular expressions are costly, so they are left to the exact check of rows that may match. Where that would be many rows,
    and `regular`, they are predicates of the program; that pays for many short values, not for few long ones.
    """
    expression, exact = _expression(rule, regular=False)
    found = _witnesses(expression, commonness)
    if regular and not exact and (found is None or found[0] > _MANY):
        expression, exact = _expression(rule, regular=True)
        found = _witnesses(expression, commonness)
    tests: list[tuple[Predicate, int, int]] = []
    start = _compile(expression, YES, NO, tests)
    return Program(tuple(tests), start, exact, found[1] if found else None)


def _expression(rule: Rule, *, regular: bool) -> tuple["Expression", bool]:
    reader = _Reader(regular=regular)
    parts = [reader.detection(rule.detection, positive=True)]
    parts += [_negated(reader.detection(f, positive=False)) for f in rule.filters]
    return _all(parts), reader.exact


class _Reader:
    """Turns trees into expressions: never too rarely true where `positive`, never too often where not."""

    def __init__(self, *, regular: bool) -> None:
        self.exact = True
        self._regular = regular

    def detection(self, detection: Detection, *, positive: bool) -> Expression:
        return self._condition(detection.condition, detection, positive=positive)

    def _condition(self, node: ConditionNode, detection: Detection, *, positive: bool) -> Expression:
        if isinstance(node, Name):
            return self._item(detection.items[node.name], positive=positive)
        if isinstance(node, Not):
            return _negated(self._condition(node.part, detection, positive=not positive))
        if isinstance(node, Count):
            return _at_least(node.need, [self._item(detection.items[n], positive=positive) for n in node.names])
        parts = [self._condition(part, detection, positive=positive) for part in node.parts]
        return _all(parts) if isinstance(node, And) else _at_least(1, parts)

    def _item(self, node: ItemNode, *, positive: bool) -> Expression:
        if isinstance(node, FieldNode):
            return self._field(node.field, node.tests, positive=positive)
        if isinstance(node, KeywordNode):
            return self._values(ANY_FIELD, node.tests, positive=positive)
        parts = [self._item(part, positive=positive) for part in node.parts]
        if isinstance(node, AllOf):
            return _all(parts)
        assert isinstance(node, AnyOf)
        return _at_least(1, parts)

    def _field(self, field: str, tests: ItemTests, *, positive: bool) -> Expression:
        if tests.exists is not None:
            return Present(field) if tests.exists is not tests.negated else _negated(Present(field))
        if tests.negated:
            return _all([Present(field), _negated(self._values(field, tests, positive=not positive))])
        return self._values(field, tests, positive=positive)

    def _values(self, field: str, tests: ItemTests, *, positive: bool) -> Expression:
        values = [self._alternatives(field, alternatives, positive=positive) for alternatives in tests.tests]
        values += [self._reference(field, ref, cased=tests.cased, positive=positive) for ref in tests.refs]
        if tests.nulls and field != ANY_FIELD:
            values.append(IsNull(field))
        if tests.every and values:
            return _all(values)
        return _at_least(1, _joined(field, values))

    def _reference(self, field: str, ref: FieldRef, *, cased: bool, positive: bool) -> Expression:
        if not ref.mode and not cased:
            return SameAs(field, ref.field)
        self.exact = False
        return HasText(field) if positive else FALSE

    def _alternatives(self, field: str, tests: Sequence[ValueTest], *, positive: bool) -> Expression:
        texts: list[tuple[Place, str]] = []
        others: list[Expression] = []
        for test in tests:
            if isinstance(test, StringTest) and test.literal is not None and not test.cased:
                if test.literal or test.place is Place.EQUALS:
                    texts.append((test.place, test.literal))
                else:
                    others.append(HasText(field))
                continue
            required = required_of(test)
            rare = any(length_share(texts) < _RARE for texts in required)
            if self._regular and isinstance(test, RegexTest) and not rare:
                others.append(Found(field, test.expression, least_length(test)))
                continue
            self.exact = False
            if positive:
                others.append(_all([Texts(field, texts) for texts in required] or [HasText(field)]))
        found: list[Expression] = [Texts(field, tuple(sorted(set(texts), key=_order)))] if texts else []
        return _at_least(1, found + others)


def _order(text: tuple[Place, str]) -> tuple[int, str]:
    return text[0].value, text[1]


def _joined(field: str, values: Sequence[Expression]) -> list[Expression]:
    """Several sets of texts of one field as one set: one test instead of many."""
    sets = [v for v in values if isinstance(v, Texts)]
    if len(sets) < 2:
        return list(values)
    union = {text for v in sets for text in v.texts}
    return [Texts(field, tuple(sorted(union, key=_order))), *(v for v in values if not isinstance(v, Texts))]


def _negated(part: Expression) -> Expression:
    if part == TRUE:
        return FALSE
    if part == FALSE:
        return TRUE
    return part.part if isinstance(part, Negated) else Negated(part)


def _all(parts: Sequence[Expression]) -> Expression:
    return _at_least(len(parts), parts)


def _at_least(need: int, parts: Sequence[Expression]) -> Expression:
    """Without what is always true or never."""
    kept = []
    for part in parts:
        if part == TRUE:
            need -= 1
        elif part != FALSE:
            kept.append(part)
    if need <= 0:
        return TRUE
    if need > len(kept):
        return FALSE
    return kept[0] if len(kept) == 1 else AtLeast(need, tuple(kept))


def _compile(node: Expression, yes: int, no: int, tests: list[tuple[Predicate, int, int]]) -> int:
    """Append the tests of a node that goes on to `yes` or `no`; where it starts. Later parts come first in the list."""
    if node == TRUE:
        return yes
    if node == FALSE:
        return no
    if isinstance(node, Negated):
        return _compile(node.part, no, yes, tests)
    if not isinstance(node, AtLeast):
        tests.append((node, yes, no))
        return len(tests) - 1
    known: dict[tuple[int, int], int] = {}

    def start(at: int, need: int) -> int:
        if need == 0:
            return yes
        if need > len(node.parts) - at:
            return no
        if (at, need) not in known:
            known[at, need] = _compile(node.parts[at], start(at + 1, need - 1), start(at + 1, need), tests)
        return known[at, need]

    return start(0, node.need)


def length_share(texts: Required) -> float:
    """A guess, by their lengths alone, of how many values hold one of the texts; signs that few texts have count for three."""
    share = 0.0
    for place, text in texts:
        weight = sum(3 if c in _RARE_SIGNS else 1 for c in text)
        share += 0.5 ** (weight * (0.9 if place is Place.CONTAINS else 1.1))
    return share


class Commonness:
    """Guesses how often a predicate is true in ordinary events: texts that many rules look for are common ones."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._uses: Counter[str] = Counter()
        for rule in rules:
            reader = _Reader(regular=False)
            found = reader.detection(rule.detection, positive=True)
            self._uses.update({text for predicate in _predicates(found) for text in _texts(predicate)})

    @property
    def texts(self) -> Iterable[str]:
        """Every text that some rule looks for, folded."""
        return self._uses

    def of(self, predicate: Predicate) -> float:
        """0 for never, 1 for always."""
        if isinstance(predicate, Found):
            return 0.05
        if isinstance(predicate, SameAs):
            return 0.3
        if not isinstance(predicate, Texts):
            return 0.9
        return min(length_share(predicate.texts) + sum(0.002 * (self._uses[t] - 1) for _, t in predicate.texts), 0.8)


def _texts(predicate: Predicate) -> Iterable[str]:
    return (text for _, text in predicate.texts) if isinstance(predicate, Texts) else ()


def _predicates(node: Expression) -> Iterable[Predicate]:
    if isinstance(node, Negated):
        yield from _predicates(node.part)
    elif isinstance(node, AtLeast):
        for part in node.parts:
            yield from _predicates(part)
    else:
        yield node


def _witnesses(node: Expression, commonness: Commonness) -> tuple[float, frozenset[Predicate]] | None:
    """The rarest set of predicates of which one must be true where the node is, with how common it is."""
    if isinstance(node, Negated):
        return None
    if not isinstance(node, AtLeast):
        return commonness.of(node), frozenset((node,))
    found = [w for w in (_witnesses(part, commonness) for part in node.parts) if w]
    spare = len(node.parts) - node.need
    if len(found) <= spare:
        return None
    chosen = sorted(found, key=lambda w: (w[0], len(w[1])))[: spare + 1]
    return sum(w[0] for w in chosen), frozenset().union(*(w[1] for w in chosen))
