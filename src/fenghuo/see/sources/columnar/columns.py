"""The columns that a batch grows: their buffers, their names, and the Arrow arrays they become."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fenghuo.see.events import Event, Value, text_of
from fenghuo.see.events.batch import clean, column_of
from fenghuo.see.sources.columnar.fill import (
    COLUMN_FIELDS,
    COLUMN_WIDTH,
    DATA,
    DATA_END,
    DATA_ROOM,
    LIST,
    NAME_LENGTH,
    NAME_TEXT,
    NULL_NAMES,
    NULLS,
    OFFSETS,
    ORDER,
    PRESENT_NULL,
    ROWS,
    ROWS_ROOM,
    SLACK,
    VALID,
    VALID_COUNT,
    apply,
    close_rows,
)
from fenghuo.see.sources.columnar.plans import ADDRESS_SLOTS, SAME, TEXT_SLOTS
from fenghuo.see.sources.columnar.scan import NULL, TEXT
from fenghuo.see.sources.columnar.tables import ELEMENT, MOVE_CHILD, MOVE_COLUMN, SCALAR, Longs, Tables
from fenghuo.see.sources.columnar.vectors import PADDING

Bytes = npt.NDArray[np.uint8]
_FIRST_DATA, _FIRST_ROWS = 1024, 256
_ENDLESS = 1 << 60


@dataclass(slots=True)
class Columns:
    """All columns that were ever seen, by number; `start` begins a batch."""

    tables: Tables
    table: Longs = field(default_factory=lambda: np.zeros((256, COLUMN_FIELDS), np.int64))
    numbers: dict[tuple[str, ...], int] = field(default_factory=dict)
    children: dict[int, int] = field(default_factory=dict)
    inner: set[int] = field(default_factory=set)
    mean: list[float] = field(default_factory=list)
    buffers: dict[int, list[Any]] = field(default_factory=dict)
    counter: Longs = field(default_factory=lambda: np.zeros(1, np.int64))
    rows: int = 0

    def __post_init__(self) -> None:
        self._list(("@@nulls",), "")

    @property
    def address(self) -> int:
        """Where the table is now; valid until a column is added."""
        return self.table.ctypes.data

    def _number(self, key: tuple[str, ...], name: str) -> int:
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = len(self.mean)
            self.mean.append(0.0)
            if number == len(self.table):
                self.table = np.concatenate([self.table, np.zeros_like(self.table)])
            text = name.encode()
            self.table[number] = 0
            self.table[number, ORDER] = -1
            self.table[number, NAME_TEXT], self.table[number, NAME_LENGTH] = self.tables.text(text), len(text)
        return number

    def _list(self, key: tuple[str, ...], name: str) -> tuple[int, int]:
        column = self._number(key, name)
        child = self.children.get(column)
        if child is None:
            child = self.children[column] = self._number((*key, "inner"), "")
            self.inner.add(child)
        return column, child

    def scalar(self, name: str) -> int:
        """Number of the column with a field's scalars."""
        column = column_of(name)
        return self._number(("field", column), column)

    def listing(self, name: str) -> tuple[int, int]:
        """Numbers of the column with a field's lists and of what is in them."""
        return self._list(("list", column_of(name)), "")

    def slot(self, name: str, way: str) -> int:
        """Number of the hidden column that holds, for a slot of the envelope, what `way` is still to be done with."""
        return self._number(("slot", name, way), "")

    def start(self, rows: int) -> None:
        """Begin a batch of so many rows."""
        self.rows = rows
        self.buffers = {}
        self.table[:, :NAME_TEXT] = 0
        self.table[:, ORDER] = -1
        self.counter[0] = 0

    def ensure(self, column: int, row: int, length: int) -> None:
        """Make room in the column for a value of this length at this row."""
        entry = self.table[column]
        if column in self.children:
            length = 0
        if column not in self.buffers:
            self.buffers[column] = [None, None, None]
            self._grow_rows(column, max(row + 1, _FIRST_ROWS if column in self.inner else self.rows))
            if column in self.children:
                entry[DATA_ROOM] = _ENDLESS
        if row >= entry[ROWS_ROOM]:
            self._grow_rows(column, 2 * row + 1)
        needed = int(entry[DATA_END]) + length + SLACK
        if needed > entry[DATA_ROOM]:
            guess = self.mean[column] or entry[DATA_END] / max(row, 1)
            self._grow_data(column, max(needed + needed // 2, int(guess * self.rows * 1.1) + length, _FIRST_DATA))

    def _grow_rows(self, column: int, room: int) -> None:
        held, entry = self.buffers[column], self.table[column]
        offsets, valid = np.empty(room + 1, np.int32), np.zeros((room + 8) // 8, np.uint8)
        offsets[0] = 0
        if held[1] is not None:
            offsets[: entry[ROWS] + 1] = held[1][: entry[ROWS] + 1]
            valid[: len(held[2])] = held[2]
        held[1:] = offsets, valid
        entry[OFFSETS], entry[VALID], entry[ROWS_ROOM] = offsets.ctypes.data, valid.ctypes.data, room

    def _grow_data(self, column: int, room: int) -> None:
        held, entry = self.buffers[column], self.table[column]
        data = np.empty(room, np.uint8)
        if held[0] is not None:
            data[: entry[DATA_END]] = held[0][: entry[DATA_END]]
        held[0] = data
        entry[DATA], entry[DATA_ROOM] = data.ctypes.data, room

    def make_room(self, moves: Longs, row: int, values: Longs) -> None:
        """Make room for all that a row's moves bring; `values` as in `walk`."""
        longest, names = 0, 0
        if len(values):
            longest = int((values[:, 1] - values[:, 0]).max())
        for move in moves:
            column = int(move[MOVE_COLUMN])
            names += int(self.table[column, NAME_LENGTH])
            value = int(move[1])
            self.ensure(column, row, int(values[value, 1] - values[value, 0]) if value >= 0 else int(move[5]))
            if move[MOVE_CHILD] >= 0:
                number = int(self.table[column, DATA_END]) + len(moves)
                self.ensure(int(move[MOVE_CHILD]), number, longest * len(moves))
        self.ensure(NULLS, row, 0)
        self.ensure(NULL_NAMES, int(self.table[NULLS, DATA_END]) + len(moves), names)

    def put(self, row: int, event: Event) -> None:
        """Write the fields and the envelope's texts of an event that came the slow way."""
        moves: list[tuple[int, ...]] = []
        texts: list[bytes | None] = []
        for name, value in event.fields.items():
            _moves_of(self, name, value, moves, texts)
        if len({m[2] for m in moves if m[0] != ELEMENT}) < len(event.fields):
            moves = _without_doubles(moves)
        for slot, text in _slots(event):
            if text is not None:
                moves.append((SCALAR, len(texts), self.slot(slot, SAME), 0, 0, 0, -1))
                texts.append(clean(text).encode())
        joined = b"".join(t or b"" for t in texts)
        scratch = np.zeros(len(joined) + PADDING, np.uint8)
        scratch[: len(joined)] = np.frombuffer(joined, np.uint8)
        values = np.zeros((len(texts), 3), np.int64)
        ends = np.cumsum([len(t or b"") for t in texts]) if texts else np.zeros(0, np.int64)
        values[1:, 0], values[:, 1] = ends[:-1], ends
        values[:, :2] += scratch.ctypes.data
        values[:, 2] = [NULL if t is None else TEXT for t in texts]
        table = np.array(moves, np.int64).reshape(-1, 7)
        self.make_room(table, row, values)
        pool, counter = self.tables.pool.ctypes.data, self.counter.ctypes.data
        apply(table.ctypes.data, len(table), self.address, row, values.ctypes.data, pool, counter)

    def used(self) -> list[tuple[tuple[str, ...], int]]:
        """The columns of fields that the batch has, in order of first appearance, scalars before lists."""
        seen = [(key, n) for key, n in self.numbers.items() if self.table[n, ORDER] >= 0 and key[0] in {"field", "list"}]
        return sorted(seen, key=lambda pair: (pair[0][0], self.table[pair[1], ORDER]))

    def strings(self, column: int, rows: int | None = None) -> pa.Array:
        """The column as string array; None rows: those of the batch."""
        rows = self.rows if rows is None else rows
        if column not in self.buffers:
            return pa.nulls(rows, pa.string())
        entry, (data, offsets, valid) = self.table[column], self.buffers[column]
        close_rows(self.address + column * COLUMN_WIDTH, rows)
        end, nulls = int(entry[DATA_END]), rows - int(entry[VALID_COUNT])
        self.mean[column] = end / max(rows, 1)
        texts = pa.py_buffer(data[:end]) if data is not None else pa.py_buffer(b"")
        return pa.StringArray.from_buffers(
            rows, pa.py_buffer(offsets[: rows + 1]), texts, pa.py_buffer(valid) if nulls else None, nulls
        )

    def lists(self, column: int) -> pa.Array:
        """The column as array of lists of strings."""
        if column not in self.buffers:
            return pa.nulls(self.rows, pa.list_(pa.string()))
        entry, (_, offsets, valid) = self.table[column], self.buffers[column]
        close_rows(self.address + column * COLUMN_WIDTH, self.rows)
        nulls = self.rows - int(entry[VALID_COUNT])
        child = self.strings(self.children[column], int(entry[DATA_END]))
        buffers = [pa.py_buffer(valid) if nulls else None, pa.py_buffer(offsets[: self.rows + 1])]
        return pa.Array.from_buffers(pa.list_(pa.string()), self.rows, buffers, nulls, children=[child])

    def slots(self, name: str) -> list[tuple[str, int]]:
        """The hidden columns of a slot that hold something: way and number."""
        keys = [key for key in self.numbers if key[0] == "slot" and key[1] == name]
        return [(key[2], self.numbers[key]) for key in keys if self.table[self.numbers[key], VALID_COUNT]]


def _moves_of(
    columns: Columns, name: str, value: Value, moves: list[tuple[int, ...]], texts: list[bytes | None]
) -> None:
    if value is None:
        moves.append((PRESENT_NULL, -1, columns.scalar(name), 0, 0, 0, -1))
    elif isinstance(value, list):
        column, child = columns.listing(name)
        moves.append((LIST, -1, column, 0, 0, 0, -1))
        for inner in value:
            moves.append((ELEMENT, len(texts), column, 0, 0, 0, child))
            text = text_of(inner)
            texts.append(None if text is None else clean(text).encode())
    else:
        moves.append((SCALAR, len(texts), columns.scalar(name), 0, 0, 0, -1))
        texts.append(clean(text_of(value) or "").encode())


def _without_doubles(moves: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Names that differ in halves of surrogate pairs only are one column: the last value stands."""
    kept: list[tuple[int, ...]] = []
    filled: set[int] = set()
    for move in reversed(moves):
        column, action = move[2], move[0]
        if column in filled and action != PRESENT_NULL:
            continue
        if action != ELEMENT:
            filled.add(column)
        kept.append(move)
    return kept[::-1]


def _slots(event: Event) -> list[tuple[str, str | None]]:
    named = [(slot, getattr(event, slot)) for slot in ("product", "category", "service", "host", "parse_error")]
    seen = event.observables
    return named + [(slot, getattr(seen, slot)) for slot in (*TEXT_SLOTS[4:], *ADDRESS_SLOTS)]
