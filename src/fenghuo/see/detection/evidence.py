"""Why a match is one: by templates where these can tell it, else by the reference.

A rule looks at few fields, and values come back again and again: what the reference says is kept by the rule and the values that it
looked at.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fenghuo.see.detection.ast import AllOf, AnyOf, Detection, FieldNode, ItemNode, KeywordNode
from fenghuo.see.detection.columns import MISSING, Columns
from fenghuo.see.detection.quotes import Quotes
from fenghuo.see.detection.rule import Rule
from fenghuo.see.detection.why import Finder, finder_of
from fenghuo.see.events import Event, Match, Value, matches_to_json
from fenghuo.see.events.batch import column_of, field_of

Ints = npt.NDArray[np.int32]
_MAX_KEPT = 10_000
_MAX_KEPT_LENGTH = 4096
_FEW = 64
Key = tuple[int, tuple[object, ...]]
"""A rule and, for each column that it looks at, text, texts, null, or that the row lacks it: what decides the answer."""
Kept = TypeVar("Kept")


class Evidence:
    """Answers for rows of batches; keeps at most `_MAX_KEPT` of each sort."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._fields: dict[int, tuple[str, ...] | None] = {}
        self._texts: dict[Key, str] = {}
        self._finders: dict[int, Finder] = {}
        self._quotes = Quotes(rules)

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
        return _with(found, left, texts)

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


def _with(found: pa.StringArray, places: Ints, texts: Sequence[str]) -> pa.StringArray:
    """The array with these texts at these places, which are in order."""
    ours = pa.array(texts, pa.string())
    if len(places) > _FEW:
        mask = np.zeros(len(found), np.bool_)
        mask[places] = True
        return pc.replace_with_mask(found, pa.array(mask), ours)
    pieces, begin = (
        [],
        0,
    )  # whole stretches are copied many times as fast as text by text, which tells where texts are long
    for number, place in enumerate(places.tolist()):
        pieces += [found[begin:place], ours[number : number + 1]]
        begin = place + 1
    return pa.concat_arrays([*pieces, found[begin:]])


def fields_of(rule: Rule) -> set[str] | None:
    """Fields that a rule and its filters look at; None where it has keywords, which look at all."""
    found: set[str] = set()
    for detection in (rule.detection, *rule.filters):
        for node in leaves(detection):
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


def leaves(detection: Detection) -> Iterator[FieldNode | KeywordNode]:
    """The items of a detection that ask for values."""
    waiting: list[ItemNode] = list(detection.items.values())
    while waiting:
        node = waiting.pop()
        if isinstance(node, AllOf | AnyOf):
            waiting.extend(node.parts)
        else:
            yield node
