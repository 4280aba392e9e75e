"""Texts that are looked for only where a program comes to them.

Scanning finds all texts of a field at once, but has to note each, and a value of some fields (command lines above all) holds dozens of the
short ones: ".exe", " -", "e". Hardly any of them decides whether a rule is run. So a plan leaves those of one field out of its tables
that start no program and that few programs ask for; a program that comes to one looks for it in the one value at hand.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fenghuo.base.common.loads import put_eight
from fenghuo.see.detection.columns import TextColumn
from fenghuo.see.detection.folding import FOLD, fold_into, machine
from fenghuo.see.detection.strings import Place
from fenghuo.see.detection.words import LANES, may_stand, same_bytes

LONGEST_VALUE = 8192
"""Longer values, in bytes, are scanned for everything: looking for one text after the other would take long."""
_CLEARED = 2 * LANES
_EQUALS, _STARTS, _ENDS = Place.EQUALS.value, Place.STARTS.value, Place.ENDS.value

Ints = npt.NDArray[np.int32]


class LaterTexts(NamedTuple):
    """Predicate p has the number `numbers[p]`, -1 if scanning tells it; the texts of number i are rows `ptr[i]` to `ptr[i + 1]` of `texts`.

    A row is place (a value of `Place`), start and length of the text in `data`.
    """

    numbers: Ints
    ptr: Ints
    texts: Ints
    data: "np.ndarray[Any, np.dtype[np.uint8]]"


class Later(NamedTuple):
    """`LaterTexts` with the column that they are looked for in; row r of what is matched has its value `members[r]`.

    `folded` is the folded value of the row that `at[0]` names, `at[1]` its length, -1 for null. `untrue[p]` is the row in which predicate p
    was found untrue last.
    """

    texts: LaterTexts
    members: Ints
    offsets: Ints
    data: "np.ndarray[Any, np.dtype[np.uint8]]"
    valid: "np.ndarray[Any, np.dtype[np.uint8]]"
    fold: "np.ndarray[Any, np.dtype[np.uint32]]"
    folded: "np.ndarray[Any, np.dtype[np.uint8]]"
    at: "np.ndarray[Any, np.dtype[np.int64]]"
    untrue: Ints


def later_texts(predicates: int, texts: Mapping[int, Sequence[tuple[Place, str]]]) -> LaterTexts:
    """`LaterTexts` of so many predicates in all, of which some are told later: their folded texts by number of the predicate."""
    numbers = np.full(max(1, predicates), -1, np.int32)
    numbers[list(texts)] = np.arange(len(texts))
    flat = [(place.value, text.encode()) for found in texts.values() for place, text in found]
    starts = np.cumsum([0, *(len(data) for _, data in flat)])
    rows = [(place, start, len(data)) for (place, data), start in zip(flat, starts.tolist(), strict=False)]
    return LaterTexts(
        numbers,
        np.cumsum([0, *(len(found) for found in texts.values())]).astype(np.int32),
        np.array(rows, np.int32).reshape(-1, 3),
        np.frombuffer(b"".join(data for _, data in flat) + bytes(8), np.uint8).copy(),
    )


def later_in(column: TextColumn, texts: LaterTexts, members: Ints) -> Later:
    """These texts in a column of one value a row, of `LONGEST_VALUE` bytes at most."""
    longest_text = int(texts.texts[:, 2].max(initial=0))
    folded = np.zeros(2 * column.longest + _CLEARED + LANES + longest_text, np.uint8)
    untrue = np.full(len(texts.numbers), -1, np.int32)
    at = np.full(2, -1, np.int64)
    return Later(texts, members, column.offsets, column.data, column.valid, FOLD, folded, at, untrue)


@machine
def tell_later(later, stamped, row, predicate):
    """Whether a text of a predicate stands in the row's value; stamps the predicate with the row if so."""
    if later.untrue[predicate] == row:
        return False
    at, folded, texts = later.at, later.folded, later.texts
    if at[0] != row:
        _take_value(later, row)
    n = at[1]
    if n >= 0:
        number = texts.numbers[predicate]
        for i in range(texts.ptr[number], texts.ptr[number + 1]):
            if _stands(texts.data, texts.texts[i, 0], texts.texts[i, 1], texts.texts[i, 2], folded, n):
                stamped[predicate] = row
                return True
    later.untrue[predicate] = row
    return False


@machine
def _take_value(later, row):
    value = later.members[row]
    later.at[0], later.at[1] = row, -1
    if later.valid.shape[0] and later.valid[value] == 0:
        return
    n = fold_into(later.data, later.offsets[value], later.offsets[value + 1], later.fold, later.folded)
    for i in range(0, _CLEARED, 8):
        put_eight(later.folded, n + i, np.uint64(0))
    later.at[1] = n


@machine
def _stands(data, place, start, length, folded, n):
    if length > n:
        return False
    if place == _EQUALS:
        return length == n and same_bytes(data, start, folded, 0, length)
    if place == _STARTS:
        return same_bytes(data, start, folded, 0, length)
    if place == _ENDS:
        return same_bytes(data, start, folded, n - length, length)
    if not may_stand(data[start], data[start + (length >> 1)], data[start + length - 1], length, folded, n):
        return False
    first = data[start]
    for at in range(n - length + 1):  # noqa: SIM110 -- machine code
        if folded[at] == first and same_bytes(data, start, folded, at, length):
            return True
    return False
