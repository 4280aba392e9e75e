"""The tables that the compiled loop reads: known shapes of lines as a tree, and plans of what their values become.

A *shape* is what stands between the scalars of a line. In the tree each edge is such a text; a path from a root to a leaf is
one shape, so that shapes with a common beginning share it. A leaf has *plans*: each holds under conditions on values of the
line (these bytes, or this kind) and says into which columns the values go.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from fenghuo.see.sources.columnar.vectors import PADDING

Longs = npt.NDArray[np.int64]

# Columns of the tables below, as the compiled loop indexes them.
EDGE_TEXT, EDGE_LENGTH, EDGE_STATE, EDGE_SIBLING, EDGE_LEAF = range(5)
(
    PLAN_NEXT,
    PLAN_CONDITIONS,
    PLAN_CONDITION_COUNT,
    PLAN_MOVES,
    PLAN_MOVE_COUNT,
    PLAN_SLOW,
    PLAN_TIME,
    PLAN_TIME_LOCAL,
) = range(8)
CONDITION_VALUE, CONDITION_KIND, CONDITION_TEXT, CONDITION_LENGTH = range(4)
MOVE_ACTION, MOVE_VALUE, MOVE_COLUMN, MOVE_DROP_NULL, MOVE_TEXT, MOVE_LENGTH, MOVE_CHILD = range(7)

EDGE_WIDTH, PLAN_WIDTH, CONDITION_WIDTH, MOVE_WIDTH = 5 * 8, 8 * 8, 4 * 8, 7 * 8
"""Bytes of a row of each."""

SCALAR, CONSTANT, PRESENT_NULL, LIST, ELEMENT = range(5)
"""What a move does: value into column; constant text into column; field present and null; list begins; value into the list."""

ANY_TEXT = -1
"""CONDITION_LENGTH of a condition on the kind alone."""

MAX_VALUES = 1000


@dataclass(frozen=True, slots=True)
class Condition:
    """On value number `value`: its kind and, unless None, its bytes."""

    value: int
    kind: int
    text: bytes | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that a plan does with a line, in the order of the event's fields; see the actions above."""

    action: int
    column: int
    value: int = -1
    text: bytes = b""
    drop_null: bool = False
    child: int = -1


@dataclass(frozen=True, slots=True)
class Plan:
    """`time`: the value that holds the stamp, -1 for none; `time_local`: a stamp without zone is in the source's."""

    conditions: tuple[Condition, ...] = ()
    moves: tuple[Move, ...] = ()
    time: int = -1
    time_local: bool = False
    slow: bool = False


class _Rows:
    """A growing table of whole numbers."""

    def __init__(self, width: int) -> None:
        self.data: Longs = np.zeros((64, width), np.int64)
        self.address: int = self.data.ctypes.data
        self.count = 0

    def add(self, *values: int) -> int:
        if self.count == len(self.data):
            self.data = np.concatenate([self.data, np.zeros_like(self.data)])
            self.address = self.data.ctypes.data
        self.data[self.count, : len(values)] = values
        self.count += 1
        return self.count - 1


@dataclass(slots=True)
class Tables:
    """The tree and its plans. Grows by `add_shape` and `add_plan`; never shrinks."""

    states: _Rows = field(default_factory=lambda: _Rows(1))
    edges: _Rows = field(default_factory=lambda: _Rows(5))
    leaves: _Rows = field(default_factory=lambda: _Rows(1))
    plans: _Rows = field(default_factory=lambda: _Rows(8))
    conditions: _Rows = field(default_factory=lambda: _Rows(4))
    moves: _Rows = field(default_factory=lambda: _Rows(7))
    pool: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(1 << 16, np.uint8))
    pooled: int = 0
    known: dict[bytes, int] = field(default_factory=dict)
    plans_of: Counter[int] = field(default_factory=Counter)

    def text(self, text: bytes) -> int:
        """Place of the text in the pool."""
        place = self.known.get(text)
        if place is None:
            while self.pooled + len(text) + PADDING > len(self.pool):
                self.pool = np.concatenate([self.pool, np.zeros_like(self.pool)])
            place = self.known[text] = self.pooled
            self.pool[place : place + len(text)] = np.frombuffer(text, np.uint8)
            self.pooled += len(text)
        return place

    def add_root(self) -> int:
        """A new state without edges."""
        return self.states.add(-1)

    def add_shape(self, root: int, literals: list[bytes]) -> int:
        """The leaf of a shape; the same for the same shape."""
        state = root
        for text in literals[:-1]:
            edge = self._edge(state, text, final=False)
            state = int(self.edges.data[edge, EDGE_STATE])
        edge = self._edge(state, literals[-1], final=True)
        return int(self.edges.data[edge, EDGE_LEAF])

    def _edge(self, state: int, text: bytes, final: bool) -> int:
        place, edge = self.text(text), int(self.states.data[state, 0])
        while edge >= 0:
            row = self.edges.data[edge]
            if row[EDGE_TEXT] == place and row[EDGE_LENGTH] == len(text) and (row[EDGE_LEAF] >= 0) == final:
                return edge
            edge = int(row[EDGE_SIBLING])
        leaf = self.leaves.add(-1) if final else -1
        target = -1 if final else self.add_root()
        edge = self.edges.add(place, len(text), target, int(self.states.data[state, 0]), leaf)
        self.states.data[state, 0] = edge
        return edge

    def add_plan(self, leaf: int, plan: Plan) -> None:
        """Put a plan before those that the leaf has."""
        first = self.conditions.count
        for c in plan.conditions:
            place = self.text(c.text) if c.text is not None else 0
            self.conditions.add(c.value, c.kind, place, len(c.text) if c.text is not None else ANY_TEXT)
        moves = self.moves.count
        for m in plan.moves:
            self.moves.add(m.action, m.value, m.column, m.drop_null, self.text(m.text), len(m.text), m.child)
        row = (len(plan.conditions), moves, len(plan.moves), plan.slow, plan.time, plan.time_local)
        number = self.plans.add(int(self.leaves.data[leaf, 0]), first, *row)
        self.leaves.data[leaf, 0] = number
        self.plans_of[leaf] += 1
