"""The columns that a batch grows: their buffers, their names, and the Arrow arrays they become."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fenghuo.see.events import Event, Scalar, text_of
from fenghuo.see.events.batch import clean, column_of
from fenghuo.see.sources.columnar.fill import (
    COLUMN_FIELDS,
    COLUMN_WIDTH,
    DATA,
    DATA_END,
    DATA_ROOM,
    NAME_LENGTH,
    NAME_TEXT,
    NULL_NAMES,
    NULLS,
    OFFSETS,
    ORDER,
    ROWS_ROOM,
    SLACK,
    VALID,
    VALID_COUNT,
    apply,
    close_all,
    close_rows,
    copy_bytes,
)
from fenghuo.see.sources.columnar.plans import ADDRESS_SLOTS, SAME, TEXT_SLOTS
from fenghuo.see.sources.columnar.scan import NULL, TEXT
from fenghuo.see.sources.columnar.tables import ELEMENT, LIST, MOVE_VALUE, PRESENT_NULL, SCALAR, Longs, Tables
from fenghuo.see.sources.columnar.vectors import PADDING

Bytes = npt.NDArray[np.uint8]
_FIRST_DATA, _FIRST_ROWS = 1024, 256
_ENDLESS = 1 << 60
_NOTHING = pa.allocate_buffer(0)
_STRING, _STRINGS = pa.string(), pa.list_(pa.string())


@dataclass(slots=True)
class Columns:
    """All columns that were ever seen, by number; `start` begins a batch."""

    tables: Tables
    table: Longs = field(default_factory=lambda: np.zeros((256, COLUMN_FIELDS), np.int64))
    numbers: dict[tuple[str, ...], int] = field(default_factory=dict)
    keys: list[tuple[str, ...]] = field(default_factory=list)
    ways: dict[str, dict[str, int]] = field(default_factory=dict)
    children: dict[int, int] = field(default_factory=dict)
    inner: set[int] = field(default_factory=set)
    mean: list[float] = field(default_factory=list)
    buffers: dict[int, "_Buffers"] = field(default_factory=dict)
    counter: Longs = field(default_factory=lambda: np.zeros(1, np.int64))
    rows: int = 0
    address: int = 0
    cells: memoryview = field(default_factory=lambda: memoryview(b""))

    def __post_init__(self) -> None:
        self._place()
        self._list(("@@nulls",), "")

    def _place(self) -> None:
        self.address = self.table.ctypes.data
        self.cells = memoryview(self.table.reshape(-1))  # type: ignore[arg-type]

    def _number(self, key: tuple[str, ...], name: str) -> int:
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = len(self.mean)
            self.keys.append(key)
            self.mean.append(0.0)
            if number == len(self.table):
                self.table = np.concatenate([self.table, np.zeros_like(self.table)])
                self._place()
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
        ways = self.ways.setdefault(name, {})
        if way not in ways:
            ways[way] = self._number(("slot", name, way), "")
        return ways[way]

    def start(self, rows: int) -> None:
        """Begin a batch of so many rows."""
        self.rows = rows
        self.buffers = {}
        self.table[:, :NAME_TEXT] = 0
        self.table[:, ORDER] = -1
        self.counter[0] = 0

    def ensure(self, column: int, row: int, length: int) -> None:
        """Make room in the column for a value of this length at this row."""
        held = self.buffers.get(column)
        if held is None:
            held = self.buffers[column] = _Buffers()
            self._grow_rows(held, column, max(row + 1, _FIRST_ROWS if column in self.inner else self.rows))
            if column in self.children:
                self.cells[column * COLUMN_FIELDS + DATA_ROOM] = held.room = _ENDLESS
        if row >= held.rows:
            self._grow_rows(held, column, 2 * row + 1)
        if held.room != _ENDLESS:
            needed = self.cells[column * COLUMN_FIELDS + DATA_END] + length + SLACK
            if needed > held.room:
                guess = self.mean[column] or (needed - SLACK) / (row + 1)
                self._grow_data(held, column, max(needed + needed // 2, int(guess * self.rows * 1.1), _FIRST_DATA))

    def _grow_rows(self, held: "_Buffers", column: int, room: int) -> None:
        offsets, valid = pa.allocate_buffer(4 * (room + 1)), pa.allocate_buffer((room >> 3) + 1)
        if held.rows:
            old = held.rows + 1
            copy_bytes(offsets.address, held.offsets.address, 4 * old, 4 * old)
            copy_bytes(valid.address, held.valid.address, (old + 7) >> 3, valid.size)
        held.offsets, held.valid, held.rows = offsets, valid, room
        first = column * COLUMN_FIELDS
        self.cells[first + OFFSETS], self.cells[first + VALID] = offsets.address, valid.address
        self.cells[first + ROWS_ROOM] = room

    def _grow_data(self, held: "_Buffers", column: int, room: int) -> None:
        data, first = pa.allocate_buffer(room), column * COLUMN_FIELDS
        if held.room:
            copy_bytes(data.address, held.data.address, self.cells[first + DATA_END], self.cells[first + DATA_END])
        held.data, held.room = data, room
        self.cells[first + DATA], self.cells[first + DATA_ROOM] = data.address, room

    def make_room(self, moves: Longs, row: int, values: Longs) -> None:
        """Make room for all that a row's moves bring, if the longest of its values were in each; `values` as in `walk`."""
        values = values[: int(moves[:, MOVE_VALUE].max(initial=-1)) + 1]
        longest, names = int((values[:, 1] - values[:, 0]).max(initial=0)), 0
        for action, value, column, _, _, length, child in moves.tolist():
            names += self.cells[column * COLUMN_FIELDS + NAME_LENGTH]
            if action == ELEMENT:
                count = self.cells[column * COLUMN_FIELDS + DATA_END] + len(moves)
                self.ensure(child, count, longest * len(moves))
            else:
                self.ensure(column, row, longest if value >= 0 else length)
        self._ensure_nulls(row, len(moves), names)

    def _ensure_nulls(self, row: int, count: int, length: int) -> None:
        self.ensure(NULLS, row, 0)
        self.ensure(NULL_NAMES, self.cells[NULLS * COLUMN_FIELDS + DATA_END] + count, length)

    def put(self, row: int, event: Event) -> None:
        """Write the fields and the envelope's texts of an event that came the slow way."""
        texts = _Texts()
        moves: list[tuple[int, ...]] = []
        for name, value in event.fields.items():
            if value is None:
                moves.append((PRESENT_NULL, -1, self.scalar(name), 0, 0, 0, -1, 0))
            elif isinstance(value, list):
                column, child = self.listing(name)
                moves.append((LIST, texts.count, column, 0, 0, len(value), child, texts.add(value)))
            else:
                moves.append((SCALAR, texts.count, self.scalar(name), 0, 0, 0, -1, texts.add([value])))
        if len({move[2] for move in moves}) < len(moves):
            moves = _without_doubles(moves)
        for slot, text in _slots(event):
            if text is not None:
                moves.append((SCALAR, texts.count, self.slot(slot, SAME), 0, 0, 0, -1, texts.add([text])))
        self._apply(row, moves, texts)

    def _apply(self, row: int, moves: list[tuple[int, ...]], texts: "_Texts") -> None:
        """Do the moves; one of a list is followed by one for each of its members."""
        names = sum(self.cells[move[2] * COLUMN_FIELDS + NAME_LENGTH] for move in moves)
        self._ensure_nulls(row, len(moves), names)
        blocks = []
        for move in moves:
            self.ensure(move[2], row, move[7])
            blocks.append(np.array([move[:7]], np.int64))
            if move[0] == LIST:
                self.ensure(move[6], self.cells[move[2] * COLUMN_FIELDS + DATA_END] + move[5], move[7])
                members = np.tile(np.array((ELEMENT, 0, move[2], 0, 0, 0, move[6]), np.int64), (move[5], 1))
                members[:, 1] = move[1] + np.arange(move[5])
                blocks.append(members)
        table = np.concatenate(blocks) if blocks else np.zeros((0, 7), np.int64)
        scratch, values = texts.values()
        pool, counter = self.tables.pool.ctypes.data, self.counter.ctypes.data
        apply(table.ctypes.data, len(table), self.address, row, values.ctypes.data, pool, counter)
        del scratch  # which `values` points into

    def used(self) -> list[tuple[tuple[str, ...], int]]:
        """The columns of fields that the batch has, in order of first appearance, scalars before lists."""
        order = self.table[: len(self.keys), ORDER]
        numbers = np.flatnonzero(order >= 0)
        pairs = [(self.keys[n], int(n)) for n in numbers[np.argsort(order[numbers])]]
        return sorted((p for p in pairs if p[0][0] in {"field", "list"}), key=lambda pair: pair[0][0])

    def close(self) -> None:
        """End the batch: every column gets all its rows."""
        close_all(self.address, len(self.keys), self.rows)
        for column, child in self.children.items():
            if column in self.buffers and child in self.buffers:
                close_rows(self.address + child * COLUMN_WIDTH, self.cells[column * COLUMN_FIELDS + DATA_END])

    def strings(self, column: int, rows: int | None = None) -> pa.Array:
        """The column as string array; None rows: those of the batch."""
        rows = self.rows if rows is None else rows
        held = self.buffers.get(column)
        if held is None:
            return pa.nulls(rows, pa.string())
        first = column * COLUMN_FIELDS
        end, nulls = self.cells[first + DATA_END], rows - self.cells[first + VALID_COUNT]
        self.mean[column] = end / max(rows, 1)
        buffers = [held.valid if nulls else None, held.offsets, held.data.slice(0, end)]
        return pa.Array.from_buffers(_STRING, rows, buffers, nulls)

    def lists(self, column: int) -> pa.Array:
        """The column as array of lists of strings."""
        held = self.buffers.get(column)
        if held is None:
            return pa.nulls(self.rows, _STRINGS)
        first = column * COLUMN_FIELDS
        nulls = self.rows - self.cells[first + VALID_COUNT]
        child = self.strings(self.children[column], self.cells[first + DATA_END])
        buffers = [held.valid if nulls else None, held.offsets]
        return pa.Array.from_buffers(_STRINGS, self.rows, buffers, nulls, children=[child])

    def slots(self, name: str) -> list[tuple[str, int]]:
        """The hidden columns of a slot that hold something: way and number."""
        ways = self.ways.get(name, {})
        return [(way, number) for way, number in ways.items() if self.table[number, VALID_COUNT]]


class _Buffers:
    """The buffers of one column in one batch, and how many rows and bytes they hold."""

    __slots__ = ("data", "offsets", "room", "rows", "valid")

    def __init__(self) -> None:
        self.data = self.offsets = self.valid = _NOTHING
        self.rows = self.room = 0


class _Texts:
    """Texts of one event, to be read by the compiled code."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.kinds: list[int] = []

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.parts)

    def add(self, values: Sequence[Scalar]) -> int:
        """Take the texts of these values; their bytes together."""
        texts = [text_of(value) for value in values]
        parts = [b"" if text is None else clean(text).encode() for text in texts]
        self.parts += parts
        self.kinds += [NULL if text is None else TEXT for text in texts]
        return sum(map(len, parts))

    def values(self) -> tuple[Bytes, Longs]:
        """The bytes, and the texts as `walk` would have them."""
        scratch = np.frombuffer(b"".join(self.parts) + bytes(PADDING), np.uint8)
        values = np.zeros((self.count + 1, 3), np.int64)
        np.cumsum(np.fromiter(map(len, self.parts), np.int64, self.count), out=values[1:, 0])
        values[:-1, 1] = values[1:, 0]
        values[:, :2] += scratch.ctypes.data
        values[:-1, 2] = self.kinds
        return scratch, values


def _without_doubles(moves: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Names that differ in halves of surrogate pairs only are one column: the last value stands."""
    kept: list[tuple[int, ...]] = []
    filled: set[int] = set()
    for move in reversed(moves):
        if move[2] not in filled or move[0] == PRESENT_NULL:
            kept.append(move)
        filled.add(move[2])
    return kept[::-1]


def _slots(event: Event) -> list[tuple[str, str | None]]:
    named = [(slot, getattr(event, slot)) for slot in ("product", "category", "service", "host", "parse_error")]
    seen = event.observables
    return named + [(slot, getattr(seen, slot)) for slot in (*TEXT_SLOTS[4:], *ADDRESS_SLOTS)]
