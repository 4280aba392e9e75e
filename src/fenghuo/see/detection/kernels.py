"""Machine code over Arrow buffers, compiled by numba at first use and kept on disk: no Python object for an event.

`scan_column` finds for each value of a text column the predicates that it makes true. Values are arrays of UTF-8 bytes with int32 offsets,
as Arrow keeps them.
"""

from typing import Any, NamedTuple

import numpy as np

from fenghuo.base.common.loads import eight_at
from fenghuo.see.detection.folding import FOLD, fold_into, machine, machine_hot, machine_inline
from fenghuo.see.detection.windows import (
    EMPTY,
    SPARE,
    edge_slot,
    emit,
    find_crowded,
    find_long,
    find_pairs,
    find_short,
    find_singles,
    is_at,
    note_short,
)

MEMO = 4096


class Scratch(NamedTuple):
    """Room for `scan_column`: `words` and `folded` are one memory; `memo` starts with -1, the stamps with 0."""

    words: "np.ndarray[Any, np.dtype[np.uint64]]"
    folded: "np.ndarray[Any, np.dtype[np.uint8]]"
    spots: "np.ndarray[Any, np.dtype[np.int32]]"
    pair_spots: "np.ndarray[Any, np.dtype[np.int32]]"
    fold: "np.ndarray[Any, np.dtype[np.uint32]]"
    stood: "np.ndarray[Any, np.dtype[np.int32]]"
    seen: "np.ndarray[Any, np.dtype[np.int32]]"
    stamped: "np.ndarray[Any, np.dtype[np.int32]]"
    found: "np.ndarray[Any, np.dtype[np.int32]]"
    memo: "np.ndarray[Any, np.dtype[np.int32]]"
    spent: "np.ndarray[Any, np.dtype[np.int64]]"


def scratch_for(longest: int, texts: int, predicates: int) -> Scratch:
    """Room for values of `longest` bytes at most, and so many texts and predicates."""
    words = np.zeros(longest // 4 + 16, np.uint64)  # a folded value is at most one and a half times as long
    return Scratch(
        words,
        words.view(np.uint8),
        np.empty(2 * longest + 16, np.int32),
        np.empty(2 * longest + 16, np.int32),
        FOLD,
        np.zeros(256, np.int32),
        np.zeros(max(1, texts), np.int32),
        np.zeros(max(1, predicates), np.int32),
        np.empty(2 * texts + 16, np.int32),
        np.full(MEMO, -1, np.int32),
        np.zeros(1, np.int64),
    )


@machine
def text_hash(words, length):
    """Hash of `length` bytes in little-endian words, zero after their end."""
    found = np.uint64(length) * np.uint64(0x9E3779B97F4A7C15)
    for i in range((length + 7) >> 3):
        found = (found ^ words[i]) * np.uint64(0xFF51AFD7ED558CCD)
        found ^= found >> np.uint64(32)
    return found


@machine_inline
def _raw_hash(data, start, end):
    found = np.uint64(end - start) * np.uint64(0x9E3779B97F4A7C15)
    i = start
    while i + 8 <= end:
        found = (found ^ eight_at(data, i)) * np.uint64(0xFF51AFD7ED558CCD)
        found ^= found >> np.uint64(32)
        i += 8
    word = np.uint64(0)
    while i < end:
        word = (word << np.uint64(8)) | np.uint64(data[i])
        i += 1
    found = (found ^ word) * np.uint64(0xFF51AFD7ED558CCD)
    return found ^ (found >> np.uint64(29))


@machine_inline
def _same(data, a, a_end, b, b_end):
    if a_end - a != b_end - b:
        return False
    while a + 8 <= a_end:
        if eight_at(data, a) != eight_at(data, b):
            return False
        a += 8
        b += 8
    while a < a_end:
        if data[a] != data[b]:
            return False
        a += 1
        b += 1
    return True


@machine_hot
def _walk(keys, nodes, ends, folded, n, step, found, count):
    """Texts of a trie along a value, from its start (step 1) or its end (step -1); how many are in `found` then."""
    mask = np.uint64(keys.shape[0] - 1)
    node = np.uint64(0)
    at = 0 if step > 0 else n - 1
    for _ in range(n):
        key = (node << np.uint64(8)) | np.uint64(folded[at])
        slot = edge_slot(key, mask)
        while keys[slot] != key:
            if keys[slot] == EMPTY:
                return count
            slot = (slot + np.uint64(1)) & mask
        node = np.uint64(nodes[slot])
        if ends[node] >= 0:
            found[count] = ends[node]
            count += 1
        at += step
    return count


@machine_hot
def _equal(keys, texts, data, starts, folded, words, n, found, count):
    mask = np.uint64(keys.shape[0] - 1)
    key = text_hash(words, n)
    slot = key & mask
    while texts[slot] >= 0:
        text = texts[slot]
        if keys[slot] == key and starts[text + 1] - starts[text] == n and is_at(data, starts, text, folded, 0, n):
            found[count] = text
            return count + 1
        slot = (slot + np.uint64(1)) & mask
    return count


@machine
def scan_column(rows, offsets, data, valid, tables, scratch, low, high, out, begin, filled):
    """For each of `rows` from `begin` on, the predicates that its value makes true; (next row, filled).

    It ends early where `out` may be too small for one row more; call it again with a larger one.

    Args:
        rows: indices of values to look at.
        offsets, data: the column; value i is data[offsets[i]:offsets[i + 1]].
        valid: 1 for a value, 0 for null, one byte a value; empty where there is no null.
        tables: `FieldTables`.
        scratch: `Scratch`, with room for the longest value.
        low, high: filled for each of `rows` with the bounds of its predicates in `out`.
        filled: how much of `out` is filled already.
    """
    equal_longest, equal_keys, equal_texts = tables.equal_longest, tables.equal_keys, tables.equal_texts
    prefix_keys, prefix_nodes, prefix_ends = tables.prefixes.keys, tables.prefixes.nodes, tables.prefixes.ends
    suffix_keys, suffix_nodes, suffix_ends = tables.suffixes.keys, tables.suffixes.nodes, tables.suffixes.ends
    ptr, predicates, starts = tables.ptr, tables.predicates, tables.starts
    texts, short, pairs = (tables.data, starts), tables.short, tables.pairs
    singles, has_singles = tables.singles, tables.singles.shape[0] > 0
    spots, pair_spots = scratch.spots, scratch.pair_spots
    has_equal = tables.equal_count > 0
    has_prefixes, has_suffixes = prefix_ends.shape[0] > 1, suffix_ends.shape[0] > 1
    has_long, has_short, has_crowded = (
        tables.long.entries.shape[0] > 0,
        tables.short_count > 0,
        tables.crowded_count > 0,
    )
    words, folded, fold = scratch.words, scratch.folded, scratch.fold
    stamped, found, memo, spent = scratch.stamped, scratch.found, scratch.memo, scratch.spent
    cost = (spent, ptr, predicates, tables.off, tables.given_up)
    remembers, looked = True, 0
    for k in range(begin, rows.shape[0]):
        if filled + stamped.shape[0] >= out.shape[0]:
            return k, filled
        row = rows[k]
        low[k] = high[k] = filled
        if valid.shape[0] and valid[row] == 0:
            continue
        start, end = offsets[row], offsets[row + 1]
        if remembers:
            place = _raw_hash(data, start, end) & np.uint64(MEMO - 1)
            other = memo[place]
            if other >= 0 and _same(data, start, end, offsets[rows[other]], offsets[rows[other] + 1]):
                low[k], high[k] = low[other], high[other]
                continue
            memo[place] = k
            looked += 1
            remembers = (looked & 1023) != 0 or 4 * looked < 3 * (k - begin + 1)  # else hardly a value comes back
        n = fold_into(data, start, end, fold, folded)
        token = np.int32(k + 1)
        spent[0] = SPARE + 16 * n
        count = 0
        if has_equal and n <= equal_longest:
            count = _equal(equal_keys, equal_texts, tables.data, starts, folded, words, n, found, count)
        if has_prefixes:
            count = _walk(prefix_keys, prefix_nodes, prefix_ends, folded, n, 1, found, count)
        if has_suffixes:
            count = _walk(suffix_keys, suffix_nodes, suffix_ends, folded, n, -1, found, count)
        if has_long:
            count = find_long(tables.long, texts, folded, n, scratch, token, count, cost)
        if has_short:
            noted, paired = note_short(short, pairs, folded, n, spots, pair_spots)
            if has_crowded:
                numbers = pairs.numbers
                count = find_crowded(
                    tables.crowded, numbers, texts, folded, n, noted, paired, scratch, token, count, cost
                )
            filled = find_short(short, predicates, folded, n, spots, noted, stamped, token, out, filled)
            filled = find_pairs(pairs, predicates, folded, n, pair_spots, paired, stamped, token, out, filled)
        if has_singles:
            filled = find_singles(singles, folded, n, scratch.stood, stamped, token, out, filled)
        for i in range(count):
            text = found[i]
            filled = emit(predicates, ptr[text], ptr[text + 1], stamped, token, out, filled)
        high[k] = filled
    return rows.shape[0], filled


@machine
def has_letters(data, start, end):
    """Whether any byte is a letter behind f, which digests and numbers lack, or no ASCII."""
    for begin in range(start, end, 1024):
        part = data[begin : min(begin + 1024, end)]
        found = np.uint8(0)
        for i in range(part.shape[0]):
            byte = part[i]
            letter = np.uint8(np.uint8(np.uint8(byte | np.uint8(32)) - np.uint8(103)) < np.uint8(20))
            found = np.uint8(found | letter | (byte & np.uint8(0x80)))
        if found:
            return True
    return False


@machine
def mark_bytes(data, start, end, there):
    """Mark the bytes that stand between two places."""
    for i in range(start, end):
        there[data[i]] = 1
