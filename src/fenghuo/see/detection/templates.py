"""Evidence as templates: what the reference would say of a match, prepared so that machine code need only fill in values and places.

A template is a row of slots. Of a slot's alternatives the first that holds speaks: one whose leaves all hold, and none of whose guards
does. A slot of which none holds says nothing. A leaf is one field with plain texts, of which the first that fits is quoted. Rules that
ask for more have no template; `Evidence` then asks the reference's own functions.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from fenghuo.see.detection.ast import (
    AllOf,
    And,
    AnyOf,
    ConditionNode,
    Count,
    Detection,
    FieldNode,
    ItemNode,
    Name,
    Not,
    Or,
)
from fenghuo.see.detection.modifiers import ValueTest
from fenghuo.see.detection.quoting import pair_place
from fenghuo.see.detection.strings import StringTest
from fenghuo.see.events.batch import column_of

_MAX_ALTERNATIVES = 32
Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field and the texts of which it must hold one; `selection` is the name of the item that it is part of."""

    selection: str
    field: str
    tests: tuple[StringTest, ...]


Leaves = tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Leaves that must all hold, while of each of its guards one at least does not."""

    leaves: Leaves
    guards: tuple[Leaves, ...] = ()


Slot = tuple[Alternative, ...]
Template = tuple[Slot, ...]


class _Unlike(Exception):
    """A rule asks for what templates can't tell."""


def template_of(detection: Detection) -> Template | None:
    """The template of a detection that is known to hold; None where it needs the reference."""
    try:
        return tuple(_slots(detection.condition, detection))
    except _Unlike:
        return None


def _slots(node: ConditionNode, detection: Detection) -> list[Slot]:
    """Slots of a node that is known to hold."""
    if isinstance(node, Not):
        return []
    if isinstance(node, Name):
        return _item_slots(detection.items[node.name], node.name)
    if isinstance(node, And):
        return [slot for part in node.parts for slot in _slots(part, detection)]
    if isinstance(node, Count):
        if node.need == len(node.names):
            return [slot for name in node.names for slot in _item_slots(detection.items[name], name)]
        return [tuple(_item_alternatives(detection.items[name], name)) for name in node.names]
    return [slot for part in node.parts for slot in _slots_of_choice(part, detection)]


def _slots_of_choice(node: ConditionNode, detection: Detection) -> list[Slot]:
    """Slots of a part of an "or": each part that holds speaks."""
    if isinstance(node, Not):
        return []
    if isinstance(node, Name):
        return [tuple(_item_alternatives(detection.items[node.name], node.name))]
    if isinstance(node, And):
        return [tuple(_joined([_condition_alternatives(part, detection) for part in node.parts]))]
    if isinstance(node, Count):
        choices = [_item_alternatives(detection.items[name], name) for name in node.names]
        if node.need == len(node.names):
            return [tuple(_joined(choices))]
        if node.need == 1:
            return [tuple(choice) for choice in choices]
        raise _Unlike
    return [slot for part in node.parts for slot in _slots_of_choice(part, detection)]


def _condition_alternatives(node: ConditionNode, detection: Detection) -> list[Alternative]:
    if isinstance(node, Name):
        return _item_alternatives(detection.items[node.name], node.name)
    if isinstance(node, And):
        return _joined([_condition_alternatives(part, detection) for part in node.parts])
    if isinstance(node, Not):
        return [Alternative((), tuple(_guards(node.part, detection)))]
    if isinstance(node, Count) and node.need == len(node.names):
        return _joined([_item_alternatives(detection.items[name], name) for name in node.names])
    raise _Unlike


def _guards(node: ConditionNode, detection: Detection) -> Iterator[Leaves]:
    """Leaves of which all hold for one of these, where the node holds."""
    if isinstance(node, Or) or (isinstance(node, Count) and node.need == 1):
        parts = node.parts if isinstance(node, Or) else [Name(name) for name in node.names]
        for part in parts:
            yield from _guards(part, detection)
        return
    for alternative in _condition_alternatives(node, detection):
        if alternative.guards:
            raise _Unlike
        yield alternative.leaves


def _item_slots(node: ItemNode, name: str) -> list[Slot]:
    if isinstance(node, AllOf):
        return [slot for part in node.parts for slot in _item_slots(part, name)]
    return [tuple(_item_alternatives(node, name))]


def _item_alternatives(node: ItemNode, name: str) -> list[Alternative]:
    if isinstance(node, FieldNode):
        return [Alternative(_leaves(node, name))]
    if isinstance(node, AnyOf):
        return [found for part in node.parts for found in _item_alternatives(part, name)]
    if isinstance(node, AllOf):
        return _joined([_item_alternatives(part, name) for part in node.parts])
    raise _Unlike


def _joined(choices: Sequence[Sequence[Alternative]]) -> list[Alternative]:
    """Each way to take one of each choice: the first way that holds is made of the first of each choice that holds."""
    ways = 1
    for choice in choices:
        ways *= len(choice)
    if ways > _MAX_ALTERNATIVES:
        raise _Unlike
    return [
        Alternative(
            tuple(leaf for part in way for leaf in part.leaves), tuple(guard for part in way for guard in part.guards)
        )
        for way in product(*choices)
    ]


def _leaves(node: FieldNode, name: str) -> Leaves:
    """Null is left out: templates are not filled where a field has it."""
    tests = node.tests
    if tests.exists is not None or tests.negated or tests.refs:
        raise _Unlike
    groups = tests.tests if tests.every else (tuple(test for group in tests.tests for test in group),)
    return tuple(Leaf(name, node.field, _plain(group)) for group in groups)


def _plain(tests: Iterable[ValueTest]) -> tuple[StringTest, ...]:
    found = []
    for test in tests:
        if not isinstance(test, StringTest) or test.literal is None or test.cased:
            raise _Unlike
        found.append(test)
    return tuple(found)


class TemplateTables(NamedTuple):
    """Templates one behind the other.

    Slots of template t are from `slot_ptr[t]` to `slot_ptr[t + 1]`, alternatives of slot s from `alternatives[s, 0]` to
    `alternatives[s, 1]`; leaves and tests are counted as slots are. The guards of an
    alternative are alternatives too: those from `guards[a, 0]` to `guards[a, 1]`. A leaf has the number of
    its column and what stands before the value; a test its `Place`, its folded text, how many characters that has, what
    stands behind the value, and places in the filter of byte pairs that a value with this text must have. `longest` is how much may stand
    around a value.
    """

    slot_ptr: Ints
    alternatives: Ints
    guards: Ints
    leaf_ptr: Ints
    test_ptr: Ints
    columns: Ints
    head_ptr: Ints
    heads: Bytes
    places: Ints
    text_ptr: Ints
    texts: Bytes
    characters: Ints
    tail_ptr: Ints
    tails: Bytes
    pairs: Ints
    longest: int


class Templates:
    """The templates of rules that were asked for, in tables that grow."""

    def __init__(self) -> None:
        self.columns: list[str] = []
        self._numbers: dict[str, int] = {}
        self._tables: TemplateTables | None = None
        self._slots: list[int] = [0]
        self._alternatives: list[tuple[int, int]] = []
        self._guards: list[tuple[int, int]] = []
        self._leaves: list[int] = [0]
        self._tests: list[int] = [0]
        self._leaf_columns: list[int] = []
        self._heads: list[bytes] = []
        self._places: list[int] = []
        self._texts: list[bytes] = []
        self._characters: list[int] = []
        self._tails: list[bytes] = []

    def add(self, template: Template) -> tuple[int, frozenset[int]]:
        """The number of a new template, and the numbers of its columns."""
        self._tables = None
        first = len(self._leaf_columns)
        for slot in template:
            begun = len(self._guards)
            for alternative in slot:
                self._add_leaves(alternative.leaves)
            ended = len(self._guards)
            self._alternatives.append((begun, ended))
            for number, alternative in enumerate(slot, begun):
                begin = len(self._guards)
                for guard in alternative.guards:
                    self._add_leaves(guard)
                self._guards[number] = begin, len(self._guards)
        self._slots.append(len(self._alternatives))
        return len(self._slots) - 2, frozenset(self._leaf_columns[first:])

    def _add_leaves(self, leaves: Leaves) -> None:
        for leaf in leaves:
            self._add_leaf(leaf)
        self._leaves.append(len(self._leaf_columns))
        self._guards.append((0, 0))

    def _add_leaf(self, leaf: Leaf) -> None:
        column = column_of(leaf.field)
        if column not in self._numbers:
            self._numbers[column] = len(self.columns)
            self.columns.append(column)
        self._leaf_columns.append(self._numbers[column])
        self._heads.append(b'{"selection":%b,"field":%b,"value":' % (_json(leaf.selection), _json(leaf.field)))
        for test in leaf.tests:
            literal = test.literal or ""
            self._places.append(test.place.value)
            self._texts.append(literal.encode())
            self._characters.append(len(literal))
            self._tails.append(b',"pattern":%b,"span":[' % _json(test.pattern))
        self._tests.append(len(self._places))

    def tables(self) -> TemplateTables:
        """All templates so far."""
        if self._tables is None:
            head_ptr, heads = _bytes(self._heads)
            text_ptr, texts = _bytes(self._texts)
            tail_ptr, tails = _bytes(self._tails)
            self._tables = TemplateTables(
                _ints(self._slots),
                _ints(self._alternatives).reshape(-1, 2),
                _ints(self._guards).reshape(-1, 2),
                _ints(self._leaves),
                _ints(self._tests),
                _ints(self._leaf_columns),
                head_ptr,
                heads,
                _ints(self._places),
                text_ptr,
                texts,
                _ints(self._characters),
                tail_ptr,
                tails,
                _pairs(self._texts),
                max(map(len, self._heads), default=0) + max(map(len, self._tails), default=0),
            )
        return self._tables


def _json(text: str) -> bytes:
    return orjson.dumps(text)


def _ints(values: Sequence[Any]) -> Ints:
    return np.array(values, np.int32)


def _bytes(texts: Sequence[bytes]) -> tuple[Ints, Bytes]:
    lengths = np.cumsum([0, *(len(text) for text in texts)])
    return lengths.astype(np.int32), np.frombuffer(b"".join(texts) + b"\0", np.uint8)


def _pairs(texts: Sequence[bytes]) -> Ints:
    """For each text the filter places of its first, middle and last two bytes; -1 where it is shorter than two."""
    found = np.full((len(texts), 3), -1, np.int32)
    for number, text in enumerate(texts):
        if len(text) > 1:
            for which, at in enumerate((0, (len(text) - 1) // 2, len(text) - 2)):
                found[number, which] = pair_place(text[at], text[at + 1])
    return found
