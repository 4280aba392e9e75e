"""The look-up itself, compiled: hash, probe, exact confirmation.

Every `find_…` takes the texts as slices starts[i]:ends[i] of `data` and writes one line (text number, entry, start, end of
what was met, both relative to the text's slice) into `out` for each entry that is met; it returns how many there are, which
may be more than `out` holds. An entry of -2 asks for the slow path: a host name outside ASCII.
"""

import numpy as np
from numba import njit

from fenghuo.see.intel.engine.reading import (
    LONGEST_URL,
    U64,
    canonical_url,
    hex_bytes,
    hex_end,
    lower,
    read_address,
    trimmed,
    url_authority,
    without_port,
)
from fenghuo.see.intel.engine.types import Bytes, Int32, Int64, Keys, Uint64

SLOW = -2
_PRIME = U64(0x100000001B3)
_MIX_1 = U64(0xFF51AFD7ED558CCD)
_MIX_2 = U64(0xC4CEB9FE1A85EC53)
_LOW = U64(0xFFFFFFFF)
_NONE = U64(0)
_LONGEST_NAME = 255


@njit(cache=True)
def spread(value: np.uint64) -> np.uint64:
    """The finishing mix of a hash."""
    value = (value ^ (value >> U64(33))) * _MIX_1
    value = (value ^ (value >> U64(33))) * _MIX_2
    return value ^ (value >> U64(33))


@njit(cache=True)
def name_hash(data: Bytes, start: int, end: int, seed: np.uint64) -> np.uint64:
    """Hash of a name, from its last byte to its first, so that its suffixes come for free."""
    value = seed
    for at in range(end - 1, start - 1, -1):
        value = (value ^ U64(data[at])) * _PRIME
    return spread(value)


@njit(cache=True)
def hash_of(data: Bytes, start: int, end: int, seed: np.uint64) -> np.uint64:
    """Hash of any other key, eight bytes at a time."""
    value = seed ^ U64(end - start)
    while start + 8 <= end:
        word = _NONE
        for offset in range(8):
            word |= U64(data[start + offset]) << U64(8 * offset)
        value = (value ^ word) * _MIX_2
        value ^= value >> U64(29)
        start += 8
    word = _NONE
    for at in range(start, end):
        word = (word << U64(8)) | U64(data[at])
    return spread(value ^ word)


@njit(cache=True)
def probe(keys: Keys, slots: Uint64, key_hash: np.uint64, data: Bytes, start: int, end: int) -> int:
    """The first entry whose key is data[start:end], byte for byte; -1 where there is none."""
    mask = U64(len(slots) - 1)
    place = key_hash & mask
    while slots[place] != _NONE:
        slot = slots[place]
        if slot >> U64(32) == key_hash >> U64(32):
            entry = int(slot & _LOW) - 1
            first, last = int(keys.starts[entry]), int(keys.starts[entry + 1])
            if last - first == end - start:
                same = True
                for offset in range(end - start):
                    if keys.arena[first + offset] != data[start + offset]:
                        same = False
                        break
                if same:
                    return entry
        place = (place + U64(1)) & mask
    return -1


@njit(cache=True)
def _put(keys: Keys, entry: int, text: int, start: int, end: int, out: Int32, count: int) -> int:
    while entry >= 0:
        if count < len(out):
            out[count, 0], out[count, 1], out[count, 2], out[count, 3] = text, entry, start, end
        count += 1
        entry = keys.following[entry]
    return count


@njit(cache=True)
def _network(keys: Keys, high: np.uint64, low: np.uint64) -> int:
    """First entry of the innermost network around an address, -1 where there is none."""
    left, right = 0, len(keys.bound_entry)
    while left < right:
        middle = (left + right) // 2
        at_high = keys.bound_high[middle]
        if at_high < high or (at_high == high and keys.bound_low[middle] <= low):
            left = middle + 1
        else:
            right = middle
    return keys.bound_entry[left - 1] if left else -1


@njit(cache=True)
def find_addresses(keys: Keys, data: Bytes, starts: Int64, ends: Int64, out: Int32) -> int:
    """Addresses, by themselves and by the networks around them."""
    count = 0
    key = np.empty(16, np.uint8)
    for text in range(len(starts)):
        if starts[text] == ends[text]:
            continue
        good, high, low = read_address(data, starts[text], ends[text])
        if not good:
            continue
        if len(keys.address_slots) > 1:
            for at in range(8):
                key[7 - at] = np.uint8((high >> U64(8 * at)) & U64(255))
                key[15 - at] = np.uint8((low >> U64(8 * at)) & U64(255))
            entry = probe(keys, keys.address_slots, hash_of(key, 0, 16, keys.seed[0]), key, 0, 16)
            count = _put(keys, entry, text, 0, ends[text] - starts[text], out, count)
        if len(keys.bound_entry):
            count = _put(keys, _network(keys, high, low), text, 0, ends[text] - starts[text], out, count)
    return count


@njit(cache=True)
def find_domains(keys: Keys, data: Bytes, starts: Int64, ends: Int64, out: Int32) -> int:
    """Host names, by themselves and by every name above them, at label borders."""
    count = 0
    name = np.empty(_LONGEST_NAME, np.uint8)
    for text in range(len(starts)):
        start, end = trimmed(data, starts[text], ends[text])
        start, end = without_port(data, start, end)
        if end > start and data[end - 1] == 46:
            end -= 1
        size = end - start
        if size < 3 or size > _LONGEST_NAME:
            continue
        value, dotted = keys.seed[0], False
        for at in range(size - 1, -1, -1):
            byte = data[start + at]
            if byte >= 128:
                count = _slow(text, out, count)
                break
            name[at] = lower(int(byte))
            value = (value ^ U64(name[at])) * _PRIME
            dotted = dotted or byte == 46
            if dotted and byte != 46 and (at == 0 or data[start + at - 1] == 46):
                entry = probe(keys, keys.domain_slots, spread(value), name, at, size)
                place = start - starts[text]
                count = _put(keys, entry, text, place + at, place + size, out, count)
    return count


@njit(cache=True)
def _slow(text: int, out: Int32, count: int) -> int:
    if count < len(out):
        out[count, 0], out[count, 1], out[count, 2], out[count, 3] = text, SLOW, 0, 0
    return count + 1


@njit(cache=True)
def find_urls(keys: Keys, data: Bytes, starts: Int64, ends: Int64, out: Int32) -> int:
    """Absolute URLs in canonical form."""
    count = 0
    url = np.empty(LONGEST_URL, np.uint8)
    for text in range(len(starts)):
        if ends[text] - starts[text] < 4:
            continue
        length = canonical_url(data, starts[text], ends[text], url)
        if length < 0:
            count = _slow(text, out, count)
        elif length > 0:
            entry = probe(keys, keys.url_slots, hash_of(url, 0, length, keys.seed[0]), url, 0, length)
            count = _put(keys, entry, text, 0, ends[text] - starts[text], out, count)
    return count


@njit(cache=True)
def find_hashes(keys: Keys, data: Bytes, starts: Int64, ends: Int64, out: Int32) -> int:
    """Every run of 32, 40 or 64 hex digits, as in "MD5=…,SHA256=…"; import hashes are of no file and are passed over."""
    count = 0
    key = np.empty(32, np.uint8)
    for text in range(len(starts)):
        begin, end = starts[text], ends[text]
        at = begin
        while at < end:
            run = hex_end(data, at, end)
            size = run - at
            if size in (32, 40, 64) and not _is_import_hash(data, begin, at):
                hex_bytes(data, at, run, key)
                entry = probe(keys, keys.hash_slots, hash_of(key, 0, size // 2, keys.seed[0]), key, 0, size // 2)
                count = _put(keys, entry, text, at - begin, run - begin, out, count)
            at = run + 1
    return count


@njit(cache=True)
def _is_import_hash(data: Bytes, begin: int, at: int) -> bool:
    """Whether "IMPHASH=" stands before a run of digits; "hash=" alone has the letters h, s and no hex run before it."""
    word = (105, 109, 112, 104, 97, 115, 104)
    if at - begin < 8:
        return False
    same = True
    for offset in range(7):
        same = same and lower(int(data[at - 8 + offset])) == word[offset]
    return same


@njit(cache=True)
def url_hosts(data: Bytes, starts: Int64, ends: Int64, host_starts: Int64, host_ends: Int64) -> None:
    """The slices of the hosts of absolute URLs; an empty slice where the text is none."""
    for text in range(len(starts)):
        start, end = trimmed(data, starts[text], ends[text])
        host_starts[text], host_ends[text], _ = url_authority(data, start, end)


@njit(cache=True)
def fill_slots(keys: Keys, slots: Uint64, following: Int32, first: int, last: int, names: bool) -> None:
    """Put the entries [first, last) into the empty `slots`; entries of one key are chained in `following`."""
    mask = U64(len(slots) - 1)
    for entry in range(last - 1, first - 1, -1):
        start, end = int(keys.starts[entry]), int(keys.starts[entry + 1])
        seed = keys.seed[0]
        key_hash = name_hash(keys.arena, start, end, seed) if names else hash_of(keys.arena, start, end, seed)
        following[entry] = probe(keys, slots, key_hash, keys.arena, start, end)
        place = key_hash & mask
        while slots[place] != _NONE and np.int64(slots[place] & _LOW) - 1 != following[entry]:
            place = (place + U64(1)) & mask
        slots[place] = ((key_hash >> U64(32)) << U64(32)) | U64(entry + 1)
