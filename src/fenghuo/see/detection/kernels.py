"""Machine code over Arrow buffers, compiled by numba at first use and kept on disk: no Python object for an event.

`scan_column` finds for each value of a text column the predicates that it makes true. Values are arrays of UTF-8 bytes with int32 offsets,
as Arrow keeps them.
"""

from typing import Any, NamedTuple

import numpy as np

from fenghuo.see.detection.folding import FOLD, fold_into, machine, machine_hot, machine_inline

MEMO = 4096
SPARE = 2_000_000
"""Comparisons of bytes that one value may cost, beside some for each of its bytes."""
EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)
"""Key of a free slot in the hash tables."""
TWO_BYTES = np.uint64(2 << 32)


class Scratch(NamedTuple):
    """Room for `scan_column`: `words`, `folded` and `quads` are one memory; `memo` starts with -1, the stamps with 0."""

    words: "np.ndarray[Any, np.dtype[np.uint64]]"
    folded: "np.ndarray[Any, np.dtype[np.uint8]]"
    quads: "np.ndarray[Any, np.dtype[np.uint32]]"
    fold: "np.ndarray[Any, np.dtype[np.uint32]]"
    seen: "np.ndarray[Any, np.dtype[np.int64]]"
    stamped: "np.ndarray[Any, np.dtype[np.int64]]"
    found: "np.ndarray[Any, np.dtype[np.int32]]"
    memo: "np.ndarray[Any, np.dtype[np.int32]]"
    spent: "np.ndarray[Any, np.dtype[np.int64]]"


def scratch_for(longest: int, texts: int, predicates: int) -> Scratch:
    """Room for values of `longest` bytes at most, and so many texts and predicates."""
    words = np.zeros(longest // 4 + 16, np.uint64)  # a folded value is at most one and a half times as long
    return Scratch(
        words,
        words.view(np.uint8),
        words.view(np.uint32),
        FOLD,
        np.zeros(max(1, texts), np.int64),
        np.zeros(max(1, predicates), np.int64),
        np.empty(2 * texts + 16, np.int32),
        np.full(MEMO, -1, np.int32),
        np.zeros(1, np.int64),
    )


@machine_inline
def edge_slot(key, mask):
    """First slot of a trie edge in a table whose size is `mask` + 1, a power of two."""
    return ((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & mask


@machine_inline
def window_slot(key, mask):
    """First slot of a window of bytes in a table whose size is `mask` + 1, a power of two."""
    return ((key * np.uint64(0xD6E8FEB86659FD93)) >> np.uint64(40)) & mask


@machine
def place(entries, keys, slots, edges):
    """Put `entries` into the empty hash table `keys`, of trie edges or of windows; `slots` tells where each went."""
    mask = np.uint64(keys.shape[0] - 1)
    for i in range(entries.shape[0]):
        slot = edge_slot(entries[i], mask) if edges else window_slot(entries[i], mask)
        while keys[slot] != EMPTY:
            slot = (slot + np.uint64(1)) & mask
        keys[slot] = entries[i]
        slots[i] = slot


@machine
def mark(windows, bits):
    """Set the bit of each window."""
    mask = np.uint64(bits.shape[0] * 8 - 1)
    for window in windows:
        bit = window_slot(window, mask)
        bits[bit >> np.uint64(3)] |= np.uint8(np.uint64(1) << (bit & np.uint64(7)))


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
        word = np.uint64(data[i])
        word |= np.uint64(data[i + 1]) << np.uint64(8)
        word |= np.uint64(data[i + 2]) << np.uint64(16)
        word |= np.uint64(data[i + 3]) << np.uint64(24)
        word |= np.uint64(data[i + 4]) << np.uint64(32)
        word |= np.uint64(data[i + 5]) << np.uint64(40)
        word |= np.uint64(data[i + 6]) << np.uint64(48)
        word |= np.uint64(data[i + 7]) << np.uint64(56)
        found = (found ^ word) * np.uint64(0xFF51AFD7ED558CCD)
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
    difference = np.uint8(0)
    for i in range(a_end - a):
        difference |= data[a + i] ^ data[b + i]
    return difference == 0


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


@machine_inline
def _is_at(data, starts, text, folded, at, n):
    start = starts[text]
    length = starts[text + 1] - start
    if at < 0 or at + length > n:
        return False
    for i in range(length):  # noqa: SIM110
        if data[start + i] != folded[at + i]:
            return False
    return True


@machine_hot
def _equal(keys, texts, data, starts, folded, words, n, found, count):
    mask = np.uint64(keys.shape[0] - 1)
    key = text_hash(words, n)
    slot = key & mask
    while texts[slot] >= 0:
        text = texts[slot]
        if keys[slot] == key and starts[text + 1] - starts[text] == n and _is_at(data, starts, text, folded, 0, n):
            found[count] = text
            return count + 1
        slot = (slot + np.uint64(1)) & mask
    return count


@machine_inline
def _four(folded, at):
    return (
        np.uint64(folded[at])
        | (np.uint64(folded[at + 1]) << np.uint64(8))
        | (np.uint64(folded[at + 2]) << np.uint64(16))
        | (np.uint64(folded[at + 3]) << np.uint64(24))
    )


@machine
def _give_up(text, ptr, predicates, off, given_up):
    """Look no more for the texts of the predicates of `text`: they cost too much."""
    for p in range(ptr[text], ptr[text + 1]):
        given_up[predicates[p]] = 1
    for other in range(off.shape[0]):
        for p in range(ptr[other], ptr[other + 1]):
            if given_up[predicates[p]]:
                off[other] = 1


@machine
def _leave(slots, slot, entries, off):
    """Take the texts that are given up out of a slot."""
    first = np.int64(slots[slot, 1] >> np.uint64(32))
    end = first
    for entry in range(first, np.int64(slots[slot, 1] & np.uint64(0xFFFFFFFF))):
        if not off[entries[entry, 0]]:
            for i in range(4):
                entries[end, i] = entries[entry, i]
            end += 1
    slots[slot, 1] = (np.uint64(first) << np.uint64(32)) | np.uint64(end)


@machine_hot
def _probe(slots, entries, data, starts, key, folded, at, n, seen, token, found, count, cost):
    """Texts whose window is `key`, which stands at `at`."""
    spent, ptr, predicates, off, given_up = cost
    mask = np.uint64(slots.shape[0] - 1)
    slot = window_slot(key, mask)
    while slots[slot, 0] != key:
        if slots[slot, 0] == EMPTY:
            return count
        slot = (slot + np.uint64(1)) & mask
    entry = np.int64(slots[slot, 1] >> np.uint64(32))
    while entry < np.int64(slots[slot, 1] & np.uint64(0xFFFFFFFF)):
        text, begin, aside = entries[entry, 0], at - entries[entry, 1], entries[entry, 2]
        spent[0] -= 1
        if (
            begin >= 0
            and (aside < 0 or _four(folded, begin + aside) == np.uint64(np.uint32(entries[entry, 3])))
            and seen[text] != token
        ):
            if _is_at(data, starts, text, folded, begin, n):
                seen[text] = token
                found[count] = text
                count += 1
            else:
                spent[0] -= starts[text + 1] - starts[text]
        entry += 1
        if spent[0] < 0:
            _give_up(text, ptr, predicates, off, given_up)
            _leave(slots, slot, entries, off)
            entry = np.int64(slots[slot, 1] >> np.uint64(32))
            spent[0] += SPARE
    return count


@machine_hot
def _long(quads, n, bits, slots, entries, data, starts, folded, seen, token, found, count, cost):
    """Texts of seven bytes and more: of four windows of each, one begins at a multiple of four."""
    mask = np.uint64(bits.shape[0] * 8 - 1)
    for i in range((n + 3) >> 2):
        window = np.uint64(quads[i])
        bit = window_slot(window, mask)
        if bits[bit >> np.uint64(3)] & np.uint8(np.uint64(1) << (bit & np.uint64(7))):
            count = _probe(slots, entries, data, starts, window, folded, i << 2, n, seen, token, found, count, cost)
    return count


@machine_hot
def _short(n, tiny, bits, slots, entries, data, starts, folded, seen, token, found, count, cost):
    """Texts of three to six bytes by windows of three at every place; shorter ones by what `tiny` says of their first byte."""
    mask = np.uint64(bits.shape[0] * 8 - 1)
    for at in range(n):
        byte = np.uint64(folded[at])
        two = byte | (np.uint64(folded[at + 1]) << np.uint64(8))
        window = two | (np.uint64(folded[at + 2]) << np.uint64(16))
        bit = window_slot(window, mask)
        if bits[bit >> np.uint64(3)] & np.uint8(np.uint64(1) << (bit & np.uint64(7))):
            count = _probe(slots, entries, data, starts, window, folded, at, n, seen, token, found, count, cost)
        if tiny[byte, 0]:
            bit = window_slot(two | TWO_BYTES, mask)
            if bits[bit >> np.uint64(3)] & np.uint8(np.uint64(1) << (bit & np.uint64(7))):
                key = two | TWO_BYTES
                count = _probe(slots, entries, data, starts, key, folded, at, n, seen, token, found, count, cost)
        text = tiny[byte, 1]
        if text >= 0 and seen[text] != token:
            seen[text] = token
            found[count] = text
            count += 1
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
    equal_keys, equal_texts = tables.equal_keys, tables.equal_texts
    prefix_keys, prefix_nodes, prefix_ends = tables.prefixes.keys, tables.prefixes.nodes, tables.prefixes.ends
    suffix_keys, suffix_nodes, suffix_ends = tables.suffixes.keys, tables.suffixes.nodes, tables.suffixes.ends
    long_bits, long_slots, long_entries = tables.long.bits, tables.long.slots, tables.long.entries
    short_bits, short_slots, short_entries = tables.short.bits, tables.short.slots, tables.short.entries
    tiny, texts, starts, ptr, predicates = tables.tiny, tables.data, tables.starts, tables.ptr, tables.predicates
    has_equal = tables.equal_count > 0
    has_prefixes, has_suffixes = prefix_ends.shape[0] > 1, suffix_ends.shape[0] > 1
    has_long, has_short = long_entries.shape[0] > 0, tables.short_count > 0
    words, folded, quads, fold = scratch.words, scratch.folded, scratch.quads, scratch.fold
    seen, stamped, found, memo = scratch.seen, scratch.stamped, scratch.found, scratch.memo
    spent = scratch.spent
    cost = (spent, ptr, predicates, tables.off, tables.given_up)
    for k in range(begin, rows.shape[0]):
        if filled + stamped.shape[0] > out.shape[0]:
            return k, filled
        row = rows[k]
        low[k] = high[k] = filled
        if valid.shape[0] and valid[row] == 0:
            continue
        start, end = offsets[row], offsets[row + 1]
        place = _raw_hash(data, start, end) & np.uint64(MEMO - 1)
        other = memo[place]
        if other >= 0 and _same(data, start, end, offsets[rows[other]], offsets[rows[other] + 1]):
            low[k], high[k] = low[other], high[other]
            continue
        memo[place] = k
        n = fold_into(data, start, end, fold, folded)
        token = k + 1
        spent[0] = SPARE + 16 * n
        count = 0
        if has_equal:
            count = _equal(equal_keys, equal_texts, texts, starts, folded, words, n, found, count)
        if has_prefixes:
            count = _walk(prefix_keys, prefix_nodes, prefix_ends, folded, n, 1, found, count)
        if has_suffixes:
            count = _walk(suffix_keys, suffix_nodes, suffix_ends, folded, n, -1, found, count)
        if has_long:
            count = _long(
                quads, n, long_bits, long_slots, long_entries, texts, starts, folded, seen, token, found, count, cost
            )
        if has_short:
            count = _short(
                n, tiny, short_bits, short_slots, short_entries, texts, starts, folded, seen, token, found, count, cost
            )
        for i in range(count):
            for p in range(ptr[found[i]], ptr[found[i] + 1]):
                predicate = predicates[p]
                if stamped[predicate] != token:
                    stamped[predicate] = token
                    out[filled] = predicate
                    filled += 1
        high[k] = filled
    return rows.shape[0], filled
