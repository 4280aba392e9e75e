"""Machine code that finds texts that may stand anywhere in a value, by windows of rare bytes."""

import numpy as np

from fenghuo.base.common.loads import eight_at, four_at
from fenghuo.see.detection.folding import machine, machine_hot, machine_inline
from fenghuo.see.detection.words import same_bytes

SPARE = 2_000_000
"""Comparisons of bytes that one value may cost, beside some for each of its bytes."""
EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)
"""Key of a free slot in the hash tables."""
TWO_BYTES = np.uint64(2 << 32)
THREE_BYTES = np.uint64(0xFFFFFF)
FEW_SINGLES = 4
"""So many bytes are looked for one by one, many places at once; of more it is noted what stands in a value."""
OTHER_PAIR = 255
"""Mark of a pair of bytes whose texts stand in the hash table of windows, because there are too many."""


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


@machine_inline
def is_at(data, starts, text, folded, at, n):
    """Whether a text stands at a place of a value."""
    start = starts[text]
    length = starts[text + 1] - start
    return at >= 0 and at + length <= n and same_bytes(data, start, folded, at, length)


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
def _probe(windows, texts, key, folded, at, n, scratch, token, count, cost):
    """Texts whose window is `key`, which stands at `at`."""
    spent, ptr, predicates, off, given_up = cost
    data, starts = texts
    slots, entries, seen, found = windows.slots, windows.entries, scratch.seen, scratch.found
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
            and (aside < 0 or four_at(folded, min(begin + aside, n)) == np.uint64(np.uint32(entries[entry, 3])))
            and seen[text] != token
        ):
            if is_at(data, starts, text, folded, begin, n):
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


@machine_inline
def _mark_of(bits, mask, window):
    bit = window_slot(window, mask)
    return (np.uint64(bits[bit >> np.uint64(3)]) >> (bit & np.uint64(7))) & np.uint64(1)


@machine
def find_long(windows, texts, folded, n, scratch, token, count, cost):
    """Texts of seven bytes and more: of four windows of each, one begins at a multiple of four.

    Places that may matter are noted first, without a branch, since the processor could not guess it.
    """
    bits, spots = windows.bits, scratch.spots
    mask = np.uint64(bits.shape[0] * 8 - 1)
    noted = np.uint64(0)
    for place in range(0, n, 4):
        spots[noted] = place
        noted += _mark_of(bits, mask, four_at(folded, place))
    for i in range(np.int64(noted)):
        at = np.int64(spots[i])
        count = _probe(windows, texts, four_at(folded, at), folded, at, n, scratch, token, count, cost)
    return count


@machine_inline
def emit(predicates, first, end, stamped, token, out, filled):
    """Append predicates that are not stamped for this value, without a branch."""
    for p in range(first, end):
        predicate = predicates[p]
        out[filled] = predicate
        filled += stamped[predicate] != token
        stamped[predicate] = token
    return filled


@machine
def note_short(short, pairs, folded, n, spots, pair_spots):
    """Places of windows of three bytes and of pairs that may be a text; how many of each.

    They are noted without a branch, since the processor could not guess it: first by two bytes, which is one look into a table, then
    the few that are left.
    """
    begins, bits, numbers = short.begins, short.bits, pairs.numbers
    mask, pair_mask = np.uint64(bits.shape[0] * 8 - 1), np.uint64(numbers.shape[0] - 1)
    begun = noted = paired = np.uint64(0)
    for at in range(n):
        spots[begun] = at
        begun += np.uint64(begins[four_at(folded, at) & np.uint64(0xFFFF)])
    for i in range(np.int64(begun)):
        at = spots[i]
        four = four_at(folded, np.int64(at))
        spots[noted] = at
        noted += _mark_of(bits, mask, four & THREE_BYTES)
        pair_spots[paired] = at
        paired += np.uint64(numbers[four & pair_mask] != 0)
    return np.int64(noted), np.int64(paired)


@machine
def find_short(short, predicates, folded, n, spots, noted, stamped, token, out, filled):
    """Predicates of texts of three to six bytes, each of which stands in a slot of its own."""
    slots = short.slots
    mask = np.uint64(slots.shape[0] - 1)
    for i in range(noted):
        at = np.int64(spots[i])
        window = four_at(folded, at) & THREE_BYTES
        slot = window_slot(window, mask)
        while slots[slot, 0] != EMPTY:
            if slots[slot, 0] == window:
                place = slots[slot, 2]
                begin, size = at - np.int64(place & np.uint64(7)), np.int64(place >> np.uint64(3)) & 7
                if begin >= 0 and begin + size <= n:
                    difference = eight_at(folded, begin) ^ slots[slot, 1]
                    if difference << np.uint64(64 - 8 * size) == 0:
                        first, end = np.int64(place >> np.uint64(32)), np.int64(slots[slot, 3])
                        filled = emit(predicates, first, end, stamped, token, out, filled)
            slot = (slot + np.uint64(1)) & mask
    return filled


@machine
def find_pairs(pairs, predicates, folded, n, spots, noted, stamped, token, out, filled):
    """Predicates of texts of two bytes, but for those that are `OTHER_PAIR`."""
    numbers, spans = pairs.numbers, pairs.spans
    for i in range(noted):
        at = np.int64(spots[i])
        number = numbers[four_at(folded, at) & np.uint64(0xFFFF)]
        if at + 2 <= n:
            filled = emit(predicates, spans[number, 0], spans[number, 1], stamped, token, out, filled)
    return filled


@machine
def find_crowded(crowded, numbers, texts, folded, n, noted, paired, scratch, token, count, cost):
    """Texts of two to six bytes that have their window in common with many."""
    for i in range(noted):
        at = np.int64(scratch.spots[i])
        window = four_at(folded, at) & THREE_BYTES
        count = _probe(crowded, texts, window, folded, at, n, scratch, token, count, cost)
    for i in range(paired):
        at = np.int64(scratch.pair_spots[i])
        pair = four_at(folded, at) & np.uint64(0xFFFF)
        if numbers[pair] == OTHER_PAIR:
            count = _probe(crowded, texts, pair | TWO_BYTES, folded, at, n, scratch, token, count, cost)
    return count


@machine
def find_singles(singles, folded, n, stood, stamped, token, out, filled):
    """Predicates of texts of one byte, rows of byte and predicate; `stood` is the value in which each byte stood last."""
    if singles.shape[0] <= FEW_SINGLES:
        for i in range(singles.shape[0]):
            byte, there = np.uint8(singles[i, 0]), np.uint8(0)
            for at in range(n):
                there |= np.uint8(folded[at] == byte)
            if there:
                predicate = singles[i, 1]
                out[filled] = predicate
                filled += stamped[predicate] != token
                stamped[predicate] = token
        return filled
    for at in range(n):
        stood[folded[at]] = token
    for i in range(singles.shape[0]):
        predicate = singles[i, 1]
        there = stood[singles[i, 0]] == token
        out[filled] = predicate
        filled += there & (stamped[predicate] != token)
        stamped[predicate] = token if there else stamped[predicate]
    return filled
