"""JSON lines to EventBatches without an object per line.

`JsonReader` keeps what it has learnt of the shapes of lines; one belongs to one thread. Whatever it does not know, or what no
plan can say, goes line by line through the parsers, so that its batches equal theirs.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fenghuo.see.events import make_batch
from fenghuo.see.events.batch import ENVELOPE
from fenghuo.see.sources.base import ParseContext
from fenghuo.see.sources.columnar.columns import Columns
from fenghuo.see.sources.columnar.envelope import Origins, envelope
from fenghuo.see.sources.columnar.fill import DONE, GROW, LEARN, TIME_FIELDS, fill
from fenghuo.see.sources.columnar.lines import split_lines
from fenghuo.see.sources.columnar.plans import Found
from fenghuo.see.sources.columnar.roots import Root, root_of_hint, root_of_kind
from fenghuo.see.sources.columnar.scan import ESCAPED
from fenghuo.see.sources.columnar.shapes import LONGEST, shape_of
from fenghuo.see.sources.columnar.stamps import NO_TIME, SETTLED
from fenghuo.see.sources.columnar.tables import MAX_VALUES, PLAN_MOVE_COUNT, PLAN_MOVES, Longs, Tables
from fenghuo.see.sources.columnar.vectors import PADDING
from fenghuo.see.sources.columnar.walk import walk

_MOST_COLUMNS, _MOST_PLANS, _MOST_TEXT = 8192, 8192, 16 << 20
_MOST_PLANS_OF_A_SHAPE = 256
_ROWS_A_LESSON = 32
_LARGEST = 1 << 30


@dataclass(frozen=True, slots=True)
class JsonChunk:
    """What a chunk of JSON lines holds.

    Attributes:
        batch: an EventBatch, one row a line that is not blank.
        numbers: 1-based number of each row's line within the chunk.
        consumed: bytes of the chunk that were read; what follows is to stand before the next one.
        passed: lines of the chunk that were read, blank ones included.
        broken: rows that are no JSON of their own (`parse_error` "not-json").
    """

    batch: pa.RecordBatch
    numbers: npt.NDArray[np.int64]
    consumed: int
    passed: int
    broken: int


@dataclass(frozen=True, slots=True)
class FileOrigin:
    """What the lines of a file have in common; `position`, unless None, stands before a line's number in `@@log_position`."""

    ingest_time: int = 0
    unit_id: str = ""
    source_id: str = ""
    asset: str = ""
    peer: str = ""
    position: str | None = None
    exercise: bool = False
    zone: str = "Asia/Shanghai"
    lines_before: int = 0


@dataclass(frozen=True, slots=True)
class _Source:
    """The lines of a batch: their bytes, where each begins and ends, root and context of each."""

    data: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int32]
    roots: Longs
    padded: bool
    root: Callable[[int], Root]
    context: Callable[[int], ParseContext]


class JsonReader:
    """Reads JSON lines; the longer it lives, the more shapes it knows.

    `lessons`: how many shapes it may study at once. Each costs as much as several slow lines, so that lines which never repeat
    a shape are left to the slow way; every 32 fast lines earn another.

    Attributes:
        slow: lines that went the slow way so far.
    """

    def __init__(self, lessons: int = 512) -> None:
        self.slow = 0
        self._lessons = lessons
        self._forget()

    def _forget(self) -> None:
        self._tables = Tables()
        self._columns = Columns(self._tables)
        self._roots: dict[tuple[str, ...], Root] = {}
        self._values: Longs = np.zeros((MAX_VALUES + 1, 3), np.int64)
        self._credit: float = self._lessons

    def _root(self, *key: str) -> Root:
        root = self._roots.get(key)
        if root is None:
            state = self._tables.add_root()
            root = self._roots[key] = (
                root_of_hint(key[0], state) if len(key) == 1 else root_of_kind(key[0], key[1], state)
            )
        return root

    def read(
        self,
        data: bytes | memoryview,
        hint: str = "",
        origin: FileOrigin | None = None,
        *,
        last: bool = True,
        most: int = 1 << 20,
    ) -> JsonChunk:
        """The events of a chunk of JSON lines, equal to `parse_json_event` of each.

        `hint` as for `read_events`. Not `last`: a line without its end is left for the next chunk. `most`: at most so many lines.

        Raises:
            ValueError: the chunk is longer than 1 GiB.
        """
        if len(data) > _LARGEST:
            raise ValueError("a chunk of JSON lines may have 1 GiB at most")
        origin = origin or FileOrigin()
        lines = split_lines(data, last, most)
        root, context = self._prepared(hint), ParseContext(origin.zone, origin.ingest_time)
        count = len(lines.numbers)
        source = _Source(
            lines.data,
            lines.offsets,
            np.full(count, root.state, np.int64),
            True,
            lambda row: root,
            lambda row: context,
        )
        raw = pa.Array.from_buffers(
            pa.binary(), count, [None, pa.py_buffer(lines.offsets), pa.py_buffer(lines.data[: lines.offsets[-1]])]
        )
        batch = self._batch(source, _file_origins(origin, lines.numbers, raw))
        errors = batch.column("@@parse_error")
        broken = 0 if errors.null_count == count else errors.to_pylist().count("not-json")
        return JsonChunk(batch, lines.numbers, lines.consumed, lines.passed, broken)

    def parse_records(self, records: pa.RecordBatch, positions: Sequence[str]) -> pa.RecordBatch:
        """The EventBatch of a batch of `RECORD_SCHEMA`, equal to `sources.parse_records`; `positions` as there."""
        if records.num_rows == 0:
            return make_batch([], [])
        if len(positions) != records.num_rows:
            raise ValueError("each record needs its position")
        words = {n: records.column(n) for n in ("kind", "options", "zone")}
        self._prepared("")
        codes = {name: np.asarray(column.indices) for name, column in words.items()}
        texts = {name: column.dictionary.to_pylist() for name, column in words.items()}
        ingest = records.column("ingest_time")

        def root(row: int) -> Root:
            return self._root(texts["kind"][codes["kind"][row]], texts["options"][codes["options"][row]])

        def context(row: int) -> ParseContext:
            zone = texts["zone"][codes["zone"][row]]
            return ParseContext(zone, ingest[row].as_py(), root(row).asker.context.options)

        pairs = codes["kind"].astype(np.int64) * len(texts["options"]) + codes["options"]
        known, inverse = np.unique(pairs, return_inverse=True)
        sample = {int(p): row for row, p in reversed(list(enumerate(pairs)))} if len(known) > 1 else {int(known[0]): 0}
        states = np.array([root(sample[int(p)]).state for p in known], np.int64)[inverse]
        raw = records.column("raw")
        data = np.frombuffer(raw.buffers()[2] or b"", np.uint8)
        offsets = np.frombuffer(raw.buffers()[1], np.int32)[raw.offset : raw.offset + len(raw) + 1]
        unit_id, source_id, asset, peer = (
            records.column(name).dictionary_decode() for name in ("unit_id", "source_id", "asset", "peer")
        )
        origins = Origins(
            ingest,
            unit_id,
            source_id,
            pa.array(positions, pa.string()),
            asset,
            peer,
            records.column("exercise"),
            raw,
            texts["zone"],
            codes["zone"],
        )
        return self._batch(_Source(data, offsets, states, False, root, context), origins)

    def _prepared(self, hint: str) -> Root:
        """The root of a hint; what was learnt goes where it has grown too large."""
        t = self._tables
        if len(self._columns.mean) > _MOST_COLUMNS or t.plans.count > _MOST_PLANS or t.pooled > _MOST_TEXT:
            self._forget()
        return self._root(hint)

    def _batch(self, source: _Source, origins: Origins) -> pa.RecordBatch:
        count = len(source.roots)
        if count == 0:
            return make_batch([], [])
        times: Longs = np.zeros((count, TIME_FIELDS), np.int64)
        self._columns.start(count)
        (_tail, tail_address), copied = _padded_tail(source)
        addresses = (source.data.ctypes.data, source.offsets.ctypes.data, source.roots.ctypes.data)
        lines = (*addresses, count, copied, tail_address)
        row = 0
        while True:
            before = row
            why, row, plan = self._run(row, lines, times)
            self._credit = min(self._lessons, self._credit + (row - before) / _ROWS_A_LESSON)
            if why == DONE:
                break
            if why == GROW:
                self._make_room(plan, row)
            elif why != LEARN or not self._learn(source, row):
                self._go_slowly(source, times, row)
                row += 1
        self._columns.close()
        arrays = envelope(self._columns, times, source.data, origins)
        names = list(ENVELOPE.names)
        for key, number in self._columns.used():
            listed = key[0] == "list"
            names.append(key[1] + "[]" if listed else key[1])
            arrays.append(self._columns.lists(number) if listed else self._columns.strings(number))
        return pa.RecordBatch.from_arrays(arrays, names=names)

    def _run(self, row: int, lines: tuple[int, ...], times: Longs) -> tuple[int, int, int]:
        t, c = self._tables, self._columns
        tables = (t.states, t.edges, t.leaves, t.plans, t.conditions, t.moves)
        pool, values, counter = t.pool.ctypes.data, self._values.ctypes.data, c.counter.ctypes.data
        frame = np.array(
            [*lines, *(x.address for x in tables), pool, c.address, values, times.ctypes.data, counter], np.int64
        )
        return fill(row, frame.ctypes.data)

    def _make_room(self, plan: int, row: int) -> None:
        first, count = self._tables.plans.data[plan, [PLAN_MOVES, PLAN_MOVE_COUNT]]
        self._columns.make_room(self._tables.moves.data[first : first + count], row, self._values)

    def _learn(self, source: _Source, row: int) -> bool:
        """Learn the shape of the row and what becomes of its values; False where that can't be."""
        start, stop = int(source.offsets[row]), int(source.offsets[row + 1])
        if self._credit < 1 or stop - start > LONGEST:
            return False
        self._credit -= 1
        line = source.data[start:stop].tobytes()
        shape = shape_of(line)
        if shape is None:
            return False
        root, t = source.root(row), self._tables
        leaf = t.add_shape(root.state, shape.literals)
        if t.plans_of[leaf] >= _MOST_PLANS_OF_A_SHAPE:
            return False
        padded = np.frombuffer(line + bytes(PADDING), np.uint8)
        at = padded.ctypes.data
        pool = t.pool.ctypes.data
        values = self._values.ctypes.data
        if walk(at, at + len(line), root.state, t.states.address, t.edges.address, pool, values) != leaf:
            return False
        found = []
        for token, (begin, end, kind) in zip(shape.tokens, self._values.tolist(), strict=False):
            found.append(Found(kind & ~ESCAPED, line[begin - at : end - at], _value(token)))
        t.add_plan(leaf, root.asker.plan(leaf, shape, found, self._columns))
        return True

    def _go_slowly(self, source: _Source, times: Longs, row: int) -> None:
        self.slow += 1
        raw = source.data[source.offsets[row] : source.offsets[row + 1]].tobytes()
        event = source.root(row).slowly(raw, source.context(row))
        self._columns.put(row, event)
        moment = event.event_time
        if moment is not None and -(2**62) < moment < 2**62:
            times[row, :2] = moment, SETTLED
        else:
            times[row, 1] = NO_TIME


def _value(token: bytes) -> Any:
    return json.loads(token)


def _padded_tail(source: _Source) -> tuple[tuple[npt.NDArray[np.uint8], int], int]:
    """A copy of the lines at the end of bytes without padding, as (array, address to count offsets from), and the first of them."""
    count, size = len(source.roots), len(source.data)
    if source.padded:
        return (source.data, 0), count
    first = min(int(np.searchsorted(source.offsets[1:], size - PADDING, side="right")), count)
    start, stop = int(source.offsets[first]), int(source.offsets[-1])
    copy = np.zeros(stop - start + PADDING, np.uint8)
    copy[: stop - start] = source.data[start:stop]
    return (copy, copy.ctypes.data - start), first


def _file_origins(origin: FileOrigin, numbers: npt.NDArray[np.int64], raw: pa.Array) -> Origins:
    count = len(numbers)
    places = pa.repeat("", count)
    if origin.position is not None:
        places = pc.binary_join_element_wise(
            origin.position, pc.cast(pa.array(numbers + origin.lines_before), pa.string()), ""
        )
    return Origins(
        pa.repeat(pa.scalar(origin.ingest_time, pa.int64()), count),
        pa.repeat(origin.unit_id, count),
        pa.repeat(origin.source_id, count),
        places,
        pa.repeat(origin.asset, count),
        pa.repeat(origin.peer, count),
        pa.repeat(origin.exercise, count),
        raw,
        (origin.zone,),
        np.zeros(count, np.int32),
    )
