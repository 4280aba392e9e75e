"""Why a rule matches an event, as the reference says it, with less work.

Once it is known that a condition holds, why needs no second look at what it denies. Of a long list of texts the first that fits is found
by look-up. The tests hold this equal to the reference.
"""

from collections.abc import Callable, Iterator, Sequence

from fenghuo.see.detection.ast import (
    AllOf,
    And,
    ConditionNode,
    Count,
    Detection,
    FieldNode,
    ItemNode,
    KeywordNode,
    Name,
    Not,
)
from fenghuo.see.detection.modifiers import ItemTests, ValueTest
from fenghuo.see.detection.reference import condition_outcome, holds, texts_of
from fenghuo.see.detection.strings import Place, StringTest, fold
from fenghuo.see.events import Event, Match

_MANY = 4


Finder = Callable[[Event], tuple[Match, ...]]


def finder_of(detection: Detection) -> Finder:
    """What gives the matches of an event for which the detection is known to hold."""
    parts = list(_of_condition(detection.condition, detection))
    if len(parts) == 1:
        return parts[0]
    return lambda event: tuple(match for part in parts for match in part(event))


def _of_condition(node: ConditionNode, detection: Detection) -> Iterator[Finder]:
    if isinstance(node, Name):
        yield from _of_item(detection.items[node.name], node.name)
    elif isinstance(node, And):
        for part in node.parts:
            yield from _of_condition(part, detection)
    elif isinstance(node, Count) and node.need == len(node.names):
        for name in node.names:
            yield from _of_item(detection.items[name], name)
    elif not isinstance(node, Not):
        yield lambda event: condition_outcome(node, detection, event)[1]


def _of_item(node: ItemNode, name: str) -> Iterator[Finder]:
    if isinstance(node, AllOf):
        for part in node.parts:
            yield from _of_item(part, name)
    elif isinstance(node, FieldNode) and (index := _make_index(node.tests)) is not None:
        yield _looked_up(node, name, index)
    elif isinstance(node, KeywordNode) and (words := _words(node.tests)) is not None:
        yield _said(words, name)
    else:
        yield lambda event: holds(node, name, event)[1]


def _looked_up(node: FieldNode, name: str, index: "_Index") -> Finder:
    def find(event: Event) -> tuple[Match, ...]:
        value = event.fields.get(node.field)
        test = index.first(value) if isinstance(value, str) else None
        if test is None or not isinstance(value, str):
            return holds(node, name, event)[1]
        return (Match(name, node.field, value, test.pattern, test.span(value)),)

    return find


def _words(tests: ItemTests) -> list[list[tuple[str, StringTest]]] | None:
    """For each value of the rule, folded texts that may stand anywhere, with their tests; None where it asks for anything else."""
    found = []
    for alternatives in tests.tests:
        texts = []
        for test in alternatives:
            if not isinstance(test, StringTest) or not test.literal or test.cased or test.place is not Place.CONTAINS:
                return None
            texts.append((test.literal, test))
        found.append(texts)
    return found


def _said(words: Sequence[Sequence[tuple[str, StringTest]]], name: str) -> Finder:
    """The first value of the event that has a keyword, for each; they are known to hold."""

    def first(alternatives: Sequence[tuple[str, StringTest]], texts: Sequence[tuple[str, str, str]]) -> Match | None:
        for field, text, folded in texts:
            for literal, test in alternatives:
                if literal in folded:
                    return Match(name, field, text, test.pattern, test.span(text))
        return None

    def find(event: Event) -> tuple[Match, ...]:
        texts = [(field, text, fold(text)) for field, text in texts_of(event)]
        return tuple(match for alternatives in words if (match := first(alternatives, texts)))

    return find


class _Index:
    """Texts by place and length, each with its number in the rule's order."""

    def __init__(self, tests: Sequence[ValueTest]) -> None:
        self._tests = tests
        self._anywhere: list[tuple[int, str]] = []
        self._placed: dict[Place, dict[int, dict[str, int]]] = {Place.EQUALS: {}, Place.STARTS: {}, Place.ENDS: {}}
        for number, test in enumerate(tests):
            assert isinstance(test, StringTest)
            literal = test.literal or ""
            if test.place is Place.CONTAINS:
                self._anywhere.append((number, literal))
            else:
                self._placed[test.place].setdefault(len(literal), {}).setdefault(literal, number)

    def first(self, text: str) -> ValueTest | None:
        folded, size = fold(text), len(text)
        best = len(self._tests)
        whole = self._placed[Place.EQUALS].get(size)
        if whole:
            best = whole.get(folded, best)
        for length, texts in self._placed[Place.STARTS].items():
            if length <= size:
                best = min(best, texts.get(folded[:length], best))
        for length, texts in self._placed[Place.ENDS].items():
            if length <= size:
                best = min(best, texts.get(folded[size - length :], best))
        for number, literal in self._anywhere:
            if number >= best:
                break
            if literal in folded:
                best = number
                break
        return self._tests[best] if best < len(self._tests) else None


def _make_index(tests: ItemTests) -> _Index | None:
    flat = [test for alternatives in tests.tests for test in alternatives]
    plain = all(isinstance(t, StringTest) and t.literal is not None and not t.cased for t in flat)
    if not plain or len(flat) < _MANY or tests.every or tests.negated or tests.nulls or tests.refs:
        return None
    return _Index(flat)
