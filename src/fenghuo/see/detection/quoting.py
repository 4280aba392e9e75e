"""Machine code that fills templates: the evidence of matches as JSON, byte for byte what orjson makes of the reference's."""

from typing import Any, NamedTuple

import numpy as np

from fenghuo.base.common.loads import eight_at, four_at, put_eight
from fenghuo.see.detection.folding import fold_into, machine, machine_hot, machine_inline

_STARTS, _ENDS, _CONTAINS = 1, 2, 3
_PAIR_BITS = 1024
_MANY = 4
_LONG = 4096
_QUOTE, _BACKSLASH = 34, 92
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_SHORT_ESCAPES = np.zeros(32, np.uint8)
for _control, _letter in zip(b"\b\t\n\f\r", b"btnfr", strict=True):
    _SHORT_ESCAPES[_control] = _letter


class QuoteScratch(NamedTuple):
    """Room for `fill_templates`: a folded value, short ones apart, and its byte pairs.

    `known` tells which long value is in `folded` and its length there, which was quoted last, with its start and end in the output, and of
    which one `pairs` are.
    """

    short: "np.ndarray[Any, np.dtype[np.uint8]]"
    folded: "np.ndarray[Any, np.dtype[np.uint8]]"
    pairs: "np.ndarray[Any, np.dtype[np.uint8]]"
    known: "np.ndarray[Any, np.dtype[np.int64]]"


def quote_scratch(longest: int) -> QuoteScratch:
    """Room for values of `longest` bytes at most."""
    known = np.full(6, -1, np.int64)
    short, folded = (np.zeros(2 * size + 64, np.uint8) for size in (_LONG, longest))
    return QuoteScratch(short, folded, np.zeros(_PAIR_BITS, np.uint8), known)


def pair_place(first: int, second: int) -> int:
    """Place of two bytes side by side in the filter of a value's byte pairs."""
    return (first * 37 + second * 211) % _PAIR_BITS


@machine_inline
def _note_pairs(folded, n, pairs):
    for i in range(_PAIR_BITS):
        pairs[i] = 0
    for i in range(n - 1):
        pairs[(np.uint32(folded[i]) * np.uint32(37) + np.uint32(folded[i + 1]) * np.uint32(211)) & np.uint32(1023)] = 1


@machine_inline
def _stands(texts, start, size, folded, at):
    for i in range(size):  # noqa: SIM110
        if folded[at + i] != texts[start + i]:
            return False
    return True


@machine_hot
def _place_of(place, texts, start, size, folded, n):
    """Where a text stands in a folded value, -1 where it does not."""
    if size > n:
        return -1
    if place == _CONTAINS:
        if size == 0:
            return 0
        if size >= 4:
            word = four_at(texts, start)
            for at in range(n - size + 1):  # four bytes at once are seldom equal, which the processor guesses
                if four_at(folded, at) == word and _stands(texts, start, size, folded, at):
                    return at
            return -1
        first = texts[start]
        for at in range(n - size + 1):
            if folded[at] == first and _stands(texts, start, size, folded, at):
                return at
        return -1
    at = n - size if place == _ENDS else 0
    if place < _STARTS and size != n:
        return -1
    return at if _stands(texts, start, size, folded, at) else -1


@machine_hot
def _first_test(tables, leaf, cell, folded, n, scratch):
    """(test, place) of the first text of a leaf that stands in the value of a cell; (-1, -1) where none does."""
    begin, end = tables.test_ptr[leaf], tables.test_ptr[leaf + 1]
    many, pairs = end - begin > _MANY, scratch.pairs
    if many and scratch.known[5] != cell:
        _note_pairs(folded, n, pairs)
        scratch.known[5] = cell
    for test in range(begin, end):
        if many:
            a, b, c = tables.pairs[test, 0], tables.pairs[test, 1], tables.pairs[test, 2]
            if a >= 0 and not (pairs[a] & pairs[b] & pairs[c]):
                continue
        start = tables.text_ptr[test]
        at = _place_of(tables.places[test], tables.texts, start, tables.text_ptr[test + 1] - start, folded, n)
        if at >= 0:
            return test, at
    return -1, -1


@machine_hot
def _copy(source, start, end, out, filled):
    size = end - start
    whole = size & ~7
    for i in range(0, whole, 8):
        put_eight(out, filled + i, eight_at(source, start + i))
    for i in range(whole, size):
        out[filled + i] = source[start + i]
    return filled + size


@machine_hot
def _quoted(data, start, end, out, filled):
    """A value as a JSON string."""
    out[filled] = _QUOTE
    filled += 1
    for i in range(start, end):
        byte = data[i]
        if byte < 32:
            out[filled] = _BACKSLASH
            if _SHORT_ESCAPES[byte]:
                out[filled + 1] = _SHORT_ESCAPES[byte]
                filled += 2
            else:
                out[filled + 1] = 117
                out[filled + 2] = out[filled + 3] = 48
                out[filled + 4] = _HEX[byte >> 4]
                out[filled + 5] = _HEX[byte & 15]
                filled += 6
            continue
        out[filled] = _BACKSLASH
        filled += np.int64(byte == _QUOTE) | np.int64(byte == _BACKSLASH)
        out[filled] = byte
        filled += 1
    out[filled] = _QUOTE
    return filled + 1


@machine_hot
def _number(value, out, filled):
    size, rest = 1, value
    while rest >= 10:
        rest //= 10
        size += 1
    for i in range(size):
        out[filled + size - 1 - i] = 48 + value % 10
        value //= 10
    return filled + size


@machine_hot
def _characters(folded, end):
    """How many characters stand before a place."""
    found = np.int64(0)
    for i in range(end):
        found += np.int64((folded[i] & np.uint8(0xC0)) != np.uint8(0x80))
    return found


@machine_inline
def _folded(cell, offsets, data, fold, scratch):
    """A folded value and its length; a long one is folded once for the leaves that ask for it one after the other."""
    known = scratch.known
    if offsets[cell + 1] - offsets[cell] < _LONG:
        return scratch.short, fold_into(data, offsets[cell], offsets[cell + 1], fold, scratch.short)
    if known[0] != cell:
        known[1] = fold_into(data, offsets[cell], offsets[cell + 1], fold, scratch.folded)
        known[0] = cell
    return scratch.folded, known[1]


@machine
def _fill_leaf(tables, leaf, offsets, data, cell, fold, scratch, out, filled):
    """One leaf over one value; how much is filled then, -1 where the leaf does not hold."""
    folded, n = _folded(cell, offsets, data, fold, scratch)
    test, at = _first_test(tables, leaf, cell, folded, n, scratch)
    if test < 0:
        return -1
    filled = _copy(tables.heads, tables.head_ptr[leaf], tables.head_ptr[leaf + 1], out, filled)
    known = scratch.known
    if known[2] == cell:
        filled = _copy(out, known[3], known[4], out, filled)
    else:
        begin = filled
        filled = _quoted(data, offsets[cell], offsets[cell + 1], out, filled)
        if filled - begin > _LONG:
            known[2], known[3], known[4] = cell, begin, filled
    filled = _copy(tables.tails, tables.tail_ptr[test], tables.tail_ptr[test + 1], out, filled)
    begin = _characters(folded, at)
    filled = _number(begin, out, filled)
    out[filled] = 44
    filled = _number(begin + tables.characters[test], out, filled + 1)
    out[filled], out[filled + 1], out[filled + 2] = 93, 125, 44
    return filled + 3


@machine_inline
def _fill_alternative(tables, alternative, hit, cells, offsets, data, valid, fold, scratch, out, filled):
    """All leaves of an alternative; how much is filled then, -1 where one does not hold, -2 where `out` may be too small."""
    for leaf in range(tables.leaf_ptr[alternative], tables.leaf_ptr[alternative + 1]):
        cell = cells[tables.columns[leaf], hit]
        if cell < 0 or (valid.shape[0] and valid[cell] == 0):
            return -1
        if filled + 6 * (offsets[cell + 1] - offsets[cell]) + tables.longest + 64 > out.shape[0]:
            return -2
        filled = _fill_leaf(tables, leaf, offsets, data, cell, fold, scratch, out, filled)
        if filled < 0:
            return -1
    return filled


@machine
def _is_guarded(tables, alternative, hit, cells, offsets, data, valid, fold, scratch):
    """Whether a guard of the alternative holds."""
    for guard in range(tables.guards[alternative, 0], tables.guards[alternative, 1]):
        held = True
        for leaf in range(tables.leaf_ptr[guard], tables.leaf_ptr[guard + 1]):
            cell = cells[tables.columns[leaf], hit]
            if cell < 0 or (valid.shape[0] and valid[cell] == 0):
                held = False
                break
            folded, n = _folded(cell, offsets, data, fold, scratch)
            if _first_test(tables, leaf, cell, folded, n, scratch)[0] < 0:
                held = False
                break
        if held:
            return True
    return False


@machine
def fill_templates(templates, cells, offsets, data, valid, fold, tables, scratch, ends, out, begin, filled):
    """Write the evidence of each hit from `begin` on into `out`, its end into `ends`; (next hit, filled).

    It ends early where `out` may be too small; call it again with a larger one.

    Args:
        templates: number of each hit's template, -1 for one without: nothing is written for it.
        cells: (columns, hits): the value of a template's column that a hit looks at, -1 where it has none.
        offsets, data, valid: these values, as Arrow keeps them; `valid` is empty where none is null.
        tables: `TemplateTables`.
    """
    scratch.known[2] = -1  # what stood behind `filled` in an earlier call counts no more
    for hit in range(begin, templates.shape[0]):
        template, start = templates[hit], filled
        if template >= 0:
            if filled + 64 > out.shape[0]:
                return hit, start
            out[filled] = 91
            filled += 1
            for slot in range(tables.slot_ptr[template], tables.slot_ptr[template + 1]):
                for alternative in range(tables.alternatives[slot, 0], tables.alternatives[slot, 1]):
                    if _is_guarded(tables, alternative, hit, cells, offsets, data, valid, fold, scratch):
                        continue
                    after = _fill_alternative(
                        tables, alternative, hit, cells, offsets, data, valid, fold, scratch, out, filled
                    )
                    if after == -2:
                        return hit, start
                    if after >= 0:
                        filled = after
                        break
            if out[filled - 1] == 44:
                filled -= 1
            out[filled] = 93
            filled += 1
        ends[hit] = filled
    return templates.shape[0], filled
