"""The columns of an EventBatch as the kernels and the exact checks read them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fenghuo.see.detection import folding
from fenghuo.see.detection.reference import shown
from fenghuo.see.detection.strings import fold
from fenghuo.see.events import Value, text_of
from fenghuo.see.events.batch import ENVELOPE

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
MISSING = object()
"""Stands for the value of a field that a row does not have."""
_EMPTY = np.zeros(0, np.uint8)
_ENVELOPE_NAMES = frozenset(ENVELOPE.names)


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Values of a field: value i is `data[offsets[i]:offsets[i + 1]]`, null where `valid` (if it has any) is 0.

    `bounds` is None where each row has one value; else row r has the values from bounds[r] to bounds[r + 1].
    """

    array: pa.StringArray
    offsets: Ints
    data: npt.NDArray[np.uint8]
    valid: npt.NDArray[np.uint8]
    longest: int
    bounds: Ints | None = None


class Columns:
    """The fields of one batch, each read when it is asked for first."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.batch = batch
        self.rows = batch.num_rows
        names = set(batch.schema.names)
        self.fields = list(dict.fromkeys(n.removesuffix("[]") for n in batch.schema.names if n not in _ENVELOPE_NAMES))
        self._names = names
        self._read: dict[str, list[TextColumn]] = {}
        self._nulls: dict[str, Mask] | None = None

    def of(self, column: str) -> list[TextColumn]:
        """The scalar and the list column of a field, those that are there."""
        found = self._read.get(column)
        if found is None:
            found = self._read[column] = [
                text_column(self.batch.column(name)) for name in (column, column + "[]") if name in self._names
            ]
        return found

    def nulls(self, column: str) -> Mask | None:
        """Rows in which the field is there and null; None where there is no such row."""
        if self._nulls is None:
            self._nulls = _null_rows(self.batch) if "@@nulls" in self._names else {}
        return self._nulls.get(column)

    def are_numbers(self, column: str) -> bool:
        """Whether all values of the field are whole numbers."""
        return column + "[]" not in self._names and pa.types.is_integer(self.batch.column(column).type)

    def is_plain(self, column: str) -> bool:
        """Whether each row has one text of the field, or lacks it: no null, no array."""
        return all(part.bounds is None for part in self.of(column)) and self.nulls(column) is None

    def has_text(self, column: str) -> Mask:
        """Rows in which the field has a value that is not null."""
        found = np.zeros(self.rows, np.bool_)
        for part in self.of(column):
            found |= _any_by_row(part, _mask_of_valid(part))
        return found

    def present(self, column: str) -> Mask:
        """Rows that have the field, null or not."""
        found = self.has_text(column)
        nulls = self.nulls(column)
        if nulls is not None:
            found = found | nulls
        if column + "[]" in self._names:
            found = found | self.batch.column(column + "[]").is_valid().to_numpy(zero_copy_only=False)
        return found

    def is_null(self, column: str) -> Mask:
        """Rows in which the field, or a member of it, is null."""
        nulls = self.nulls(column)
        found = np.zeros(self.rows, np.bool_) if nulls is None else nulls.copy()
        for part in self.of(column):
            if part.bounds is not None:
                found |= _any_by_row(part, ~_mask_of_valid(part))
        return found

    def same(self, column: str, other: str) -> Mask:
        """Rows in which the field equals the other one, case aside."""
        found = np.zeros(self.rows, np.bool_)
        ours, theirs = self.of(column), self.of(other)
        if not ours or not theirs:
            return found
        if any(part.bounds is not None for part in (*ours, *theirs)):
            for row in range(self.rows):
                found[row] = _equal(self.value(row, column)[0], self.value(row, other)[0])
            return found
        one, two = ours[0], theirs[0]
        room = 2 * max(one.longest, two.longest) + 64
        scratch = np.zeros(room, np.uint8), np.zeros(room, np.uint8)
        folding.same_values(one.offsets, one.data, two.offsets, two.data, folding.FOLD, *scratch, found)
        return found & _mask_of_valid(one) & _mask_of_valid(two)

    def values(self, rows: Ints, column: str) -> list[object]:
        """A field's values in these rows, as keys: text, tuple of texts, None for null, `MISSING` where it is missing."""
        parts = self.of(column)
        if len(parts) == 1 and parts[0].bounds is None and not parts[0].valid.shape[0]:
            found: list[object] = parts[0].array.take(pa.array(rows)).to_pylist()
            return found
        keys = []
        for row in rows.tolist():
            value, present = self.value(row, column)
            keys.append((tuple(value) if isinstance(value, list) else value) if present else MISSING)
        return keys

    def value(self, row: int, column: str) -> tuple[Value, bool]:
        """A field's value in a row as texts, and whether the row has the field."""
        nulls = self.nulls(column)
        value: Value = None
        present = nulls is not None and bool(nulls[row])
        for part in self.of(column):
            if part.bounds is not None:
                if self.batch.column(column + "[]")[row].is_valid:
                    value, present = part.array[part.bounds[row] : part.bounds[row + 1]].to_pylist(), True
            elif not part.valid.shape[0] or part.valid[row]:
                value, present = bytes(part.data[part.offsets[row] : part.offsets[row + 1]]).decode(), True
        return value, present


def _equal(value: Value, other: Value) -> bool:
    text = shown(other)
    members = value if isinstance(value, list) else [value]
    return text is not None and any(m is not None and fold(str(m)) == fold(text) for m in members)


def text_column(array: pa.Array) -> TextColumn:
    """Any column as the kernels read it."""
    bounds = None
    if pa.types.is_list(array.type):
        lengths = pc.list_value_length(array).fill_null(0).to_numpy(zero_copy_only=False)
        bounds = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
        array = array.flatten()
    return _of_strings(_strings(array), bounds)


def _strings(array: pa.Array) -> pa.StringArray:
    """Any column as text, by what `text_of` says of its values."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_string(array.type):
        return array
    if pa.types.is_integer(array.type) or pa.types.is_boolean(array.type) or pa.types.is_large_string(array.type):
        return array.cast(pa.string())
    return pa.array([text_of(v) for v in array.to_pylist()], pa.string())


def _of_strings(array: pa.StringArray, bounds: Ints | None) -> TextColumn:
    validity, offset_buffer, data_buffer = array.buffers()
    if offset_buffer and len(array):
        offsets = np.frombuffer(offset_buffer, np.int32, len(array) + 1, array.offset * 4)
    else:
        offsets = np.zeros(len(array) + 1, np.int32)
    data = np.frombuffer(data_buffer, np.uint8) if data_buffer else np.zeros(0, np.uint8)
    for buffer in (
        offsets,
        data,
    ):  # an array that may be written to is another type to numba, and would compile the kernels again
        buffer.flags.writeable = False
    valid = _EMPTY
    if array.null_count:
        bits = np.unpackbits(np.frombuffer(validity, np.uint8), bitorder="little")
        valid = bits[array.offset : array.offset + len(array)]
    longest = int(np.diff(offsets).max(initial=0))
    return TextColumn(array, offsets, data, valid, longest, bounds)


NO_TEXTS = text_column(pa.array([], pa.string()))
"""A column without a value."""


def _mask_of_valid(part: TextColumn) -> Mask:
    return part.valid.astype(np.bool_) if part.valid.shape[0] else np.ones(len(part.array), np.bool_)


def _any_by_row(part: TextColumn, values: Mask) -> Mask:
    """For each row, whether one of its values is marked."""
    if part.bounds is None:
        return values
    sums = np.concatenate(([0], np.cumsum(values)))
    found: Mask = sums[part.bounds[1:]] > sums[part.bounds[:-1]]
    return found


def _null_rows(batch: pa.RecordBatch) -> dict[str, Mask]:
    column = batch.column("@@nulls")
    if column.null_count == len(column):
        return {}
    rows = pc.list_parent_indices(column).to_numpy()
    names = pc.list_flatten(column).dictionary_encode()
    codes = names.indices.to_numpy()
    found = {}
    for code, name in enumerate(names.dictionary.to_pylist()):
        mask = np.zeros(batch.num_rows, np.bool_)
        mask[rows[codes == code]] = True
        found[name] = mask
    return found
