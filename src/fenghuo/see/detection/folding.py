"""Machine code that folds values: simple Unicode lower case, character for character, over UTF-8 bytes."""

from typing import Any

import numpy as np

from fenghuo.base.common.loads import eight_at, put_eight
from fenghuo.base.common.machine_code import machine_code
from fenghuo.see.detection.strings import FOLDED_BELOW, FOLDING

machine: Any = machine_code(_nrt=False)  # nothing is allocated inside, so nothing is counted
machine_inline: Any = machine_code(_nrt=False, inline="always")
machine_hot: Any = machine_code(_nrt=False, forceinline=True)  # an array as argument costs seven registers


def _fold_table() -> "np.ndarray[Any, np.dtype[np.uint32]]":
    table = np.arange(FOLDED_BELOW, dtype=np.uint32)
    for code, lower in FOLDING.items():
        table[code] = lower
    return table


FOLD = _fold_table()


@machine
def _fold_utf8(data, start, end, fold, out):
    """Folded bytes of a value into `out`, where not all of it is ASCII; how many. Broken sequences stay as they are."""
    i, n = start, 0
    while i < end:
        lead = np.uint32(data[i])
        more = 0
        code = lead
        if 0xC2 <= lead < 0xE0:
            more, code = 1, lead & np.uint32(0x1F)
        elif 0xE0 <= lead < 0xF0:
            more, code = 2, lead & np.uint32(0x0F)
        elif 0xF0 <= lead < 0xF5:
            more, code = 3, lead & np.uint32(0x07)
        if i + more >= end and more:
            more, code = 0, np.uint32(0xFFFFFFFF)
        for k in range(more):
            byte = np.uint32(data[i + 1 + k])
            code = (code << np.uint32(6)) | (byte & np.uint32(0x3F))
        if (lead >= 0x80 and more == 0) or code >= fold.shape[0] or fold[code] == code:
            for k in range(more + 1):
                out[n + k] = data[i + k]
            n += more + 1
            i += more + 1
            continue
        i += more + 1
        code = fold[code]
        if code < 0x80:
            out[n] = code
            n += 1
        elif code < 0x800:
            out[n] = 0xC0 | (code >> np.uint32(6))
            out[n + 1] = 0x80 | (code & np.uint32(0x3F))
            n += 2
        elif code < 0x10000:
            out[n] = 0xE0 | (code >> np.uint32(12))
            out[n + 1] = 0x80 | ((code >> np.uint32(6)) & np.uint32(0x3F))
            out[n + 2] = 0x80 | (code & np.uint32(0x3F))
            n += 3
        else:
            out[n] = 0xF0 | (code >> np.uint32(18))
            out[n + 1] = 0x80 | ((code >> np.uint32(12)) & np.uint32(0x3F))
            out[n + 2] = 0x80 | ((code >> np.uint32(6)) & np.uint32(0x3F))
            out[n + 3] = 0x80 | (code & np.uint32(0x3F))
            n += 4
    return n


_LOW = np.uint64(0x7F7F7F7F7F7F7F7F)
_HIGH = np.uint64(0x8080808080808080)
_ONES = np.uint64(0x0101010101010101)


@machine_inline
def _from(low, byte):
    """The high bit of each byte that is at least `byte`; both without their high bits."""
    return low + _ONES * np.uint64(0x80 - byte)


@machine_inline
def _small(word):
    """Eight bytes with small letters for ASCII capitals."""
    low = word & _LOW
    return word | (((_from(low, 0x41) & ~_from(low, 0x5B)) & ~word & _HIGH) >> np.uint64(2))


@machine_inline
def _leads(word):
    """Not 0 where one of eight bytes leads a character of a script that has capitals; Chinese lies between 0xE3 and 0xE9."""
    low = word & _LOW
    return word & _HIGH & _from(low, 0x42) & ~(_from(low, 0x63) & ~_from(low, 0x6A))


@machine_inline
def fold_into(data, start, end, fold, out):
    """Folded bytes of a value at the start of `out`, zeros after them; how many."""
    n = np.int64(end - start)
    whole = n & ~np.int64(7)
    cased = np.uint64(0)
    for i in range(0, whole, 8):
        word = eight_at(data, start + i)
        cased |= _leads(word)
        put_eight(out, i, _small(word))
    word = np.uint64(0)
    if start + whole + 8 <= data.shape[0]:
        word = eight_at(data, start + whole) & ((np.uint64(1) << np.uint64(8 * (n - whole))) - np.uint64(1))
    else:
        for i in range(n - whole):
            word |= np.uint64(data[start + whole + i]) << np.uint64(8 * i)
    cased |= _leads(word)
    put_eight(out, whole, _small(word))
    if cased:
        n = _fold_utf8(data, start, end, fold, out)
    for i in range(n, n + 16):
        out[i] = 0
    return n


@machine_inline
def _same_bytes(first, second, n):
    for i in range(n):  # noqa: SIM110
        if first[i] != second[i]:
            return False
    return True


@machine_inline
def _is_ascii(data, start, end):
    high = np.uint8(0)
    for i in range(start, end):
        high |= data[i]
    return high < np.uint8(0x80)


@machine
def same_values(offsets, data, other_offsets, other_data, fold, first, second, out):
    """Mark the values that equal, case aside, the value of the other column at the same place."""
    for i in range(out.shape[0]):
        start, end = offsets[i], offsets[i + 1]
        other, other_end = other_offsets[i], other_offsets[i + 1]
        if end - start != other_end - other and _is_ascii(data, start, end) and _is_ascii(other_data, other, other_end):
            out[i] = False  # folding keeps the length of ASCII
            continue
        n = fold_into(data, start, end, fold, first)
        m = fold_into(other_data, other, other_end, fold, second)
        out[i] = n == m and _same_bytes(first, second, n)


@machine_inline
def _has_run(data, start, end, kind, run):
    begin = start
    while begin + run <= end:
        at = begin + run - 1
        while at >= begin and kind[data[at]]:
            at -= 1
        if at < begin:
            return True
        begin = at + 1
    return False


@machine
def has_runs(rows, offsets, data, kind, run, wanted):
    """Take the mark from those wanted values that have nowhere `run` bytes of a kind side by side."""
    for i in range(wanted.shape[0]):
        if wanted[i]:
            wanted[i] = _has_run(data, offsets[rows[i]], offsets[rows[i] + 1], kind, run)
