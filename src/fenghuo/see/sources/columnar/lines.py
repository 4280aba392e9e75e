"""The lines of a chunk of bytes, white space around them and empty ones left out, in one buffer that can be a column."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fenghuo.see.sources.columnar.vectors import (
    PADDING,
    copy_block,
    kernel,
    load8,
    lowest,
    newlines,
    put,
    store8,
    store32,
)

_SHORT_LINE = 64


@dataclass(frozen=True, slots=True)
class Lines:
    """`data[offsets[i]:offsets[i + 1]]` is line i, whose 1-based number in the chunk is `numbers[i]`.

    `data` has PADDING bytes more. `consumed`: bytes of the chunk that were read; `passed`: lines of it, empty ones included.
    """

    data: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int32]
    numbers: npt.NDArray[np.int64]
    consumed: int
    passed: int


@kernel
def _line_end(at: int, end: int) -> int:
    while at + 32 <= end:
        mask = newlines(at)
        if mask:
            return at + lowest(mask)
        at += 32
    while at < end and load8(at) != 10:
        at += 1
    return at


@kernel
def _white(byte: int) -> bool:
    return byte == 32 or byte == 9 or byte == 13


@kernel
def _copy(target: int, at: int, end: int, readable: int) -> None:
    while at < end and at + 32 <= readable:
        copy_block(target, at)
        target += 32
        at += 32
    while at < end:
        store8(target, load8(at))
        target += 1
        at += 1


@kernel
def _split(
    start: int, end: int, last: bool, target: int, offsets: int, numbers: int, most: int
) -> tuple[int, int, int]:
    """Number of lines, bytes read, lines passed. A line that lacks its end is left, unless it is the `last`."""
    at, count, passed, place = start, 0, 0, 0
    while at < end and count < most:
        stop = _line_end(at, end)
        if stop == end and not last:
            break
        passed += 1
        left, right = at, stop
        while left < right and _white(load8(left)):
            left += 1
        while left < right and _white(load8(right - 1)):
            right -= 1
        if left < right:
            _copy(target + place, left, right, end)
            place += right - left
            put(numbers, count, passed)
            count += 1
            store32(offsets + 4 * count, place)
        at = min(stop + 1, end)
    return count, at - start, passed


def split_lines(data: bytes | memoryview, last: bool, most: int) -> Lines:
    """Up to `most` lines of the chunk; the rest is not consumed."""
    chunk = np.frombuffer(data, np.uint8)
    most = min(most, len(chunk) // 2 + 1)
    target = np.empty(len(chunk) + PADDING, np.uint8)
    start, room = chunk.ctypes.data, min(most, len(chunk) // _SHORT_LINE + 1)
    while True:
        offsets, numbers = np.zeros(room + 1, np.int32), np.empty(room, np.int64)
        tables = (target.ctypes.data, offsets.ctypes.data, numbers.ctypes.data)
        count, consumed, passed = _split(start, start + len(chunk), last, *tables, room)
        if count < room or room == most:
            return Lines(target, offsets[: count + 1], numbers[:count], consumed, passed)
        room = most  # once more: lines are shorter than any event of use
