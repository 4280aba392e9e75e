"""From rules to programs: predicates over fields, and for each rule a list of tests with two ways on.

A program answers whether a rule matches. Each has witnesses: predicates of which one at least is true wherever the program answers yes, so
that only rules with a true witness are run. What is costly to tell (regular expressions, networks, numbers …) is asked only where a
program comes to it; texts that must be there where it is true, and whatever else the rule wants, come first.
"""

import dataclasses
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
from fenghuo.see.detection.ordinary import ORDINARY
from fenghuo.see.detection.required import Required, required_of
from fenghuo.see.detection.rule import Rule
from fenghuo.see.detection.strings import Place, StringTest
from fenghuo.see.detection.tests_of_values import RegexTest

ANY_FIELD = ""
"""The field of predicates that look at every value of the event."""

YES, NO = -1, -2
_ORDINARY_SHARE = 0.3
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
class Meets:
    """True where a value of the field meets a test; `key` stands for the test."""

    field: str
    key: tuple[object, ...]
    test: ValueTest = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Refers:
    """True where a value of the field compares with the value of another one as `ref` says."""

    field: str
    ref: FieldRef
    cased: bool


Predicate = Texts | HasText | Present | IsNull | Meets | Refers
ASKED = (Meets, Refers)
"""Predicates that are costly to tell."""


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

    `witnesses` is None where nothing can be required; `share` is a guess of how many events have one.
    """

    tests: tuple[tuple[Predicate, int, int], ...]
    start: int
    witnesses: frozenset[Predicate] | None
    share: float


def program_of(rule: Rule, commonness: "Commonness") -> Program:
    """The program of a rule with its filters."""
    expression = _all([_detection(rule.detection), *(_negated(_detection(f)) for f in rule.filters)])
    found = _witnesses(expression, commonness)
    tests: list[tuple[Predicate, int, int]] = []
    start = _compile(expression, YES, NO, tests)
    share, witnesses = found or (1.0, None)
    return Program(tuple(tests), start, witnesses, share)


def _detection(detection: Detection) -> Expression:
    return _condition(detection.condition, detection)


def _condition(node: ConditionNode, detection: Detection) -> Expression:
    if isinstance(node, Name):
        return _item(detection.items[node.name])
    if isinstance(node, Not):
        return _negated(_condition(node.part, detection))
    if isinstance(node, Count):
        return _at_least(node.need, [_item(detection.items[name]) for name in node.names])
    parts = [_condition(part, detection) for part in node.parts]
    return _all(parts) if isinstance(node, And) else _at_least(1, parts)


def _item(node: ItemNode) -> Expression:
    if isinstance(node, FieldNode):
        return _field(node.field, node.tests)
    if isinstance(node, KeywordNode):
        return _values(ANY_FIELD, node.tests)
    parts = [_item(part) for part in node.parts]
    if isinstance(node, AllOf):
        return _all(parts)
    assert isinstance(node, AnyOf)
    return _at_least(1, parts)


def _field(field: str, tests: ItemTests) -> Expression:
    if tests.exists is not None:
        return Present(field) if tests.exists is not tests.negated else _negated(Present(field))
    if tests.negated:
        others = [Present(ref.field) for ref in tests.refs]
        return _all([Present(field), *others, _negated(_values(field, tests))])
    return _values(field, tests)


def _values(field: str, tests: ItemTests) -> Expression:
    values = [_alternatives(field, alternatives) for alternatives in tests.tests]
    values += [_all([HasText(field), Refers(field, ref, tests.cased)]) for ref in tests.refs]
    if tests.nulls and field != ANY_FIELD:
        values.append(IsNull(field))
    if tests.every and values:
        return _all(values)
    return _at_least(1, _joined(field, values))


def _alternatives(field: str, tests: Sequence[ValueTest]) -> Expression:
    texts: list[tuple[Place, str]] = []
    others: list[Expression] = []
    for test in tests:
        if not isinstance(test, StringTest) or test.literal is None or test.cased:
            required: list[Expression] = [Texts(field, found) for found in required_of(test)]
            others.append(_all([*(required or [HasText(field)]), meets(field, test)]))
        elif test.literal or test.place is Place.EQUALS:
            texts.append((test.place, test.literal))
        else:
            others.append(HasText(field))
    found: list[Expression] = [Texts(field, tuple(sorted(set(texts), key=_order)))] if texts else []
    return _at_least(1, found + others)


def meets(field: str, test: ValueTest) -> Meets:
    """The predicate that a value of the field meets a test."""
    return Meets(field, _key(test), test)


def _key(test: ValueTest) -> tuple[object, ...]:
    """What two tests have in common that tell the same of every value."""
    if isinstance(test, StringTest):
        return StringTest, test.parts, test.cased
    return type(test), test.expression if isinstance(test, RegexTest) else test.pattern


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
    """Without what is always true or never; what is costly to tell comes last."""
    kept: list[Expression] = []
    for part in parts:
        if part == TRUE:
            need -= 1
        elif part != FALSE:
            kept.append(part)
    if need <= 0:
        return TRUE
    if need > len(kept):
        return FALSE
    kept.sort(key=_is_costly)
    return kept[0] if len(kept) == 1 else AtLeast(need, tuple(kept))


def _is_costly(node: Expression) -> bool:
    return any(isinstance(predicate, ASKED) for predicate in _predicates(node))


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
    parts, starts = node.parts, {0: yes}
    for at in reversed(range(len(parts))):
        # where to begin with this part, by how many of it and those behind it are still needed
        left = len(parts) - at
        needs = range(max(1, node.need - at), min(node.need, left) + 1)
        starts = {n: _compile(parts[at], starts[n - 1], starts.get(n, no), tests) for n in needs} | {0: yes}
    return starts[node.need]


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
            found = _predicates(_detection(rule.detection))
            self._uses.update({text for predicate in found for text in _texts(predicate)})

    @property
    def texts(self) -> Iterable[str]:
        """Every text that some rule looks for, folded."""
        return self._uses

    def of(self, predicate: Predicate) -> float:
        """0 for never, 1 for always."""
        if not isinstance(predicate, Texts):
            return 0.9
        used = sum(0.002 * (self._uses[text] - 1) for _, text in predicate.texts)
        ordinary = sum(_ORDINARY_SHARE for _, text in predicate.texts if any(text in line for line in ORDINARY))
        return min(length_share(predicate.texts) + used + ordinary, 0.8)


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
        return None if isinstance(node, ASKED) else (commonness.of(node), frozenset((node,)))
    found = [w for w in (_witnesses(part, commonness) for part in node.parts) if w]
    spare = len(node.parts) - node.need
    if len(found) <= spare:
        return None
    chosen = sorted(found, key=lambda w: (w[0], len(w[1])))[: spare + 1]
    return sum(w[0] for w in chosen), frozenset().union(*(w[1] for w in chosen))
