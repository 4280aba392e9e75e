"""Tests of values as plain lists of texts and numbers, and back, without doing again what was done to make them."""

from collections.abc import Callable
from typing import Any

from fenghuo.see.detection.modifiers import FieldRef, ItemTests, ValueTest
from fenghuo.see.detection.strings import Part, SigmaString, StringTest, Wild
from fenghuo.see.detection.tests_of_values import CidrTest, NumberTest, RegexTest, TimeTest

_CASED = 4
_WILDCARDS, _REGEX, _CIDR, _NUMBER, _TIME = range(8, 13)
"""Kinds of tests; a string without wildcards inside has its place, and `_CASED` where case counts."""
_WILDS = list(Wild)


def encode_test(test: ValueTest) -> list[Any]:
    """One test."""
    if isinstance(test, StringTest):
        texts = [p for p in test.parts if isinstance(p, str)]
        if test.literal is not None and len(texts) == 1:
            return [test.place.value + _CASED * test.cased, texts[0]]
        return [_WILDCARDS, [p if isinstance(p, str) else _WILDS.index(p) for p in test.parts], test.cased]
    if isinstance(test, RegexTest):
        return [_REGEX, test.pattern, test.flags]
    if isinstance(test, CidrTest):
        return [_CIDR, test.pattern]
    assert isinstance(test, NumberTest | TimeTest)
    word, _, value = test.pattern.partition(" ")
    return [_NUMBER if isinstance(test, NumberTest) else _TIME, word, value]


class TestReader:
    """Makes tests again. Equal strings of many rules become one test, since none of them ever changes."""

    __test__ = False

    def __init__(self) -> None:
        self._plain: dict[tuple[int, str], StringTest] = {}

    def test(self, found: list[Any]) -> ValueTest:
        """What `encode_test` was given."""
        kind = found[0]
        if kind >= _WILDCARDS:
            return _OTHERS[kind](found)
        key = kind, found[1]
        known = self._plain.get(key)
        if known is None:
            known = self._plain[key] = StringTest.plain(kind & 3, found[1], cased=kind >= _CASED)
        return known

    def tests(self, found: list[Any]) -> ItemTests:
        """What `encode_tests` was given."""
        test = self.test
        tests = tuple([tuple([test(one) for one in alternatives]) for alternatives in found[0]])
        if len(found) == 1:
            return ItemTests(tests)
        nulls, refs, exists, every, negated, cased = found[1:]
        return ItemTests(tests, nulls, tuple(FieldRef(*ref) for ref in refs), exists, every, negated, cased)


def encode_tests(tests: ItemTests) -> list[Any]:
    """What one item asks; of most only the tests."""
    found: list[Any] = [[[encode_test(test) for test in alternatives] for alternatives in tests.tests]]
    if tests != ItemTests(tests.tests):
        refs = [[ref.field, ref.mode] for ref in tests.refs]
        found += [tests.nulls, refs, tests.exists, tests.every, tests.negated, tests.cased]
    return found


def _wildcards(found: list[Any]) -> StringTest:
    parts: list[Part] = [p if isinstance(p, str) else _WILDS[p] for p in found[1]]
    return StringTest(SigmaString(tuple(parts)), cased=found[2])


_OTHERS: dict[int, Callable[[list[Any]], ValueTest]] = {
    _WILDCARDS: _wildcards,
    _REGEX: lambda found: RegexTest(found[1], found[2]),
    _CIDR: lambda found: CidrTest(found[1]),
    _NUMBER: lambda found: NumberTest(found[1], found[2]),
    _TIME: lambda found: TimeTest(found[1], found[2]),
}
