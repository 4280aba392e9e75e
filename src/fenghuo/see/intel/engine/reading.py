"""Reading addresses, hosts and URLs out of bytes, compiled. Texts are slices [start, end) of one byte array."""

import numpy as np
from numba import njit

from fenghuo.base.common.loads import eight_at
from fenghuo.see.intel.engine.types import Bytes

U64 = np.uint64
LONGEST_URL = 8192
_MAPPED = U64(0xFFFF00000000)
_ZERO = U64(0)
_BYTE = U64(8)
_GROUP = U64(16)
_HALF = U64(32)


_LOWER = np.array([byte + 32 if 65 <= byte <= 90 else byte for byte in range(256)], np.uint8)
_HEX = np.array([int(chr(byte), 16) if chr(byte) in "0123456789abcdefABCDEF" else -1 for byte in range(256)], np.int8)


@njit(cache=True)
def lower(byte: int) -> int:
    """ASCII lower case of a byte."""
    return int(_LOWER[byte])


@njit(cache=True)
def hex_digit(byte: int) -> int:
    """Value of a hex digit, -1 for any other byte."""
    return int(_HEX[byte])


_ONES = U64(0x0101010101010101)
_LOW_BITS, _HIGH_BITS = U64(0x7F7F7F7F7F7F7F7F), U64(0x8080808080808080)
_NIBBLES = U64(0x0F0F0F0F0F0F0F0F)
_NINE, _FOUR, _SIX = U64(9), U64(4), U64(6)


@njit(cache=True)
def _are_hex(word: np.uint64) -> bool:
    """Whether eight bytes are hex digits: each is looked at in its own bits of the word, where the high one tells."""
    low = word & _LOW_BITS
    small = low | (_ONES * U64(32))
    digits = (low + _ONES * U64(0x80 - 48)) & ~(low + _ONES * U64(0x80 - 58))
    letters = (small + _ONES * U64(0x80 - 97)) & ~(small + _ONES * U64(0x80 - 103))
    return bool(((digits | letters) & ~word & _HIGH_BITS) == _HIGH_BITS)


@njit(cache=True)
def hex_end(data: Bytes, start: int, end: int) -> int:
    """Where the run of hex digits that begins at `start` ends."""
    while start + 8 <= end and _are_hex(eight_at(data, start)):
        start += 8
    while start < end and hex_digit(int(data[start])) >= 0:
        start += 1
    return start


@njit(cache=True)
def hex_bytes(data: Bytes, start: int, end: int, out: Bytes) -> None:
    """Write what hex digits say, a multiple of eight of them, into `out`."""
    for at in range(start, end, 8):
        word = eight_at(data, at)
        value = (word & _NIBBLES) + _NINE * ((word >> _SIX) & _ONES)
        pairs = ((value << _FOUR) | (value >> _BYTE)) & U64(0x00FF00FF00FF00FF)
        for byte in range(4):
            out[(at - start) // 2 + byte] = (pairs >> U64(16 * byte)) & U64(255)


@njit(cache=True)
def trimmed(data: Bytes, start: int, end: int) -> tuple[int, int]:
    """The slice without ASCII white space around it."""
    while start < end and (data[start] == 32 or 9 <= data[start] <= 13):
        start += 1
    while end > start and (data[end - 1] == 32 or 9 <= data[end - 1] <= 13):
        end -= 1
    return start, end


@njit(cache=True)
def without_port(data: Bytes, start: int, end: int) -> tuple[int, int]:
    """The host of "host:port", "[v6]:port" or "[v6]"; the slice itself where there is no port."""
    if start < end and data[start] == 91:
        for at in range(start + 1, end):
            if data[at] == 93:
                return start + 1, at
        return start, end
    at = end
    while at > start and 48 <= data[at - 1] <= 57:
        at -= 1
    if at > start and at < end and data[at - 1] == 58:
        for before in range(start, at - 1):
            if data[before] == 58:
                return start, end
        return start, at - 1
    return start, end


@njit(cache=True)
def read_v4(data: Bytes, start: int, end: int) -> int:
    """The number of a dotted quad without leading zeros, -1 where it is none."""
    value, part, digits, dots = 0, 0, 0, 0
    for at in range(start, end):
        byte = int(data[at])
        if byte == 46:
            if digits == 0 or dots == 3:
                return -1
            value, part, digits, dots = value * 256 + part, 0, 0, dots + 1
        elif 48 <= byte <= 57:
            if digits == 3 or (digits > 0 and part == 0):
                return -1
            part, digits = part * 10 + byte - 48, digits + 1
            if part > 255:
                return -1
        else:
            return -1
    return value * 256 + part if digits and dots == 3 else -1


@njit(cache=True)
def _groups(data: Bytes, start: int, end: int) -> tuple[bool, np.uint64, np.uint64, int]:
    """One side of an IPv6 text around "::": (readable, high, low, number of 16-bit groups)."""
    high, low, count, part, digits = _ZERO, _ZERO, 0, 0, 0
    if start == end:
        return True, high, low, 0
    at = start
    group = start
    while at <= end:
        if at == end or data[at] == 58:
            if digits == 0 or count == 8:
                return False, high, low, count
            high = (high << _GROUP) | (low >> U64(48))
            low = (low << _GROUP) | U64(part)
            count, part, digits, group = count + 1, 0, 0, at + 1
        elif data[at] == 46:
            quad = read_v4(data, group, end)
            if quad < 0 or count > 6:
                return False, high, low, count
            high = (high << _HALF) | (low >> _HALF)
            return True, high, (low << _HALF) | U64(quad), count + 2
        else:
            digit = hex_digit(int(data[at]))
            if digit < 0 or digits == 4:
                return False, high, low, count
            part, digits = part * 16 + digit, digits + 1
        at += 1
    return True, high, low, count


@njit(cache=True)
def _shifted(high: np.uint64, low: np.uint64, groups: int) -> tuple[np.uint64, np.uint64]:
    for _ in range(groups):
        high = (high << _GROUP) | (low >> U64(48))
        low = low << _GROUP
    return high, low


@njit(cache=True)
def read_v6(data: Bytes, start: int, end: int) -> tuple[bool, np.uint64, np.uint64]:
    """(readable, upper 64 bits, lower 64 bits) of an IPv6 text (RFC 4291, 2.2)."""
    gap = -1
    for at in range(start, end - 1):
        if data[at] == 58 and data[at + 1] == 58:
            gap = at
            break
    if gap < 0:
        good, high, low, count = _groups(data, start, end)
        return good and count == 8, high, low
    for at in range(start, gap):
        if data[at] == 46:
            return False, _ZERO, _ZERO
    good, high, low, before = _groups(data, start, gap)
    right, more_high, more_low, after = _groups(data, gap + 2, end)
    if not good or not right or before + after > 7:
        return False, high, low
    high, low = _shifted(high, low, 8 - before)
    return True, high | more_high, low | more_low


@njit(cache=True)
def read_address(data: Bytes, start: int, end: int) -> tuple[bool, np.uint64, np.uint64]:
    """(readable, upper, lower) of an address text, with port, brackets or zone allowed; IPv4 as ::ffff:a.b.c.d."""
    start, end = trimmed(data, start, end)
    if end - start < 2 or end - start > 80:
        return False, _ZERO, _ZERO
    start, end = without_port(data, start, end)
    colon = False
    for at in range(start, end):
        byte = data[at]
        if byte == 58:
            colon = True
        elif byte == 37 and colon:
            end = at
            break
        elif byte != 46 and hex_digit(int(byte)) < 0:
            return False, _ZERO, _ZERO
    if colon:
        return read_v6(data, start, end)
    quad = read_v4(data, start, end)
    return quad >= 0, _ZERO, _MAPPED | U64(max(quad, 0))


@njit(cache=True)
def url_authority(data: Bytes, start: int, end: int) -> tuple[int, int, int]:
    """(start, end of host and port, end of the authority) of an absolute URL; (start, start, start) of any other text."""
    at = start
    while at < end and (
        97 <= lower(int(data[at])) <= 122 or (at > start and (48 <= data[at] <= 57 or 43 <= data[at] <= 46))
    ):
        at += 1
    if at == start or at + 3 > end or data[at] != 58 or data[at + 1] != 47 or data[at + 2] != 47:
        return start, start, start
    return authority(data, at + 3, end)


@njit(cache=True)
def authority(data: Bytes, start: int, end: int) -> tuple[int, int, int]:
    """(start, end of host and port, end of the authority) of a URL whose scheme was taken off."""
    stop = start
    while stop < end and data[stop] != 47 and data[stop] != 63 and data[stop] != 35:
        if data[stop] == 64:
            start = stop + 1
        stop += 1
    return start, stop, stop


@njit(cache=True)
def canonical_url(data: Bytes, start: int, end: int, out: Bytes) -> int:
    """Write the canonical form of the URL into `out`; its length, 0 for no URL, -1 for one with a host outside ASCII.

    The same form as `normal.canonical_url`: no scheme, user, default port or fragment; host in lower case; RFC 3986 6.2.2.
    """
    start, end = trimmed(data, start, end)
    if end - start > LONGEST_URL - 2:
        return 0
    host, stop, rest = url_authority(data, start, end)
    if host == stop:
        return 0
    length = 0
    for at in range(host, stop):
        if data[at] >= 128:
            return -1
        out[length] = lower(int(data[at]))
        length += 1
    length = _plain_host(out, length)
    if length == 0:
        return 0
    if rest == end or data[rest] != 47:
        out[length] = 47
        length += 1
    while rest < end and data[rest] != 35:
        if (
            data[rest] == 37
            and rest + 2 < end
            and hex_digit(int(data[rest + 1])) >= 0
            and hex_digit(int(data[rest + 2])) >= 0
        ):
            length = _triplet(out, length, hex_digit(int(data[rest + 1])) * 16 + hex_digit(int(data[rest + 2])))
            rest += 3
        else:
            out[length] = data[rest]
            length, rest = length + 1, rest + 1
    return length


@njit(cache=True)
def _plain_host(out: Bytes, length: int) -> int:
    """Take the default port and the root's dot off a host; the new length."""
    at = length
    while at > 0 and 48 <= out[at - 1] <= 57:
        at -= 1
    if at > 0 and out[at - 1] == 58:
        digits = length - at
        http = digits == 2 and out[at] == 56 and out[at + 1] == 48
        https = digits == 3 and out[at] == 52 and out[at + 1] == 52 and out[at + 2] == 51
        if digits == 0 or http or https:
            length = at - 1
        elif at > 1 and out[at - 2] == 46:
            for move in range(at - 1, length):
                out[move - 1] = out[move]
            return length - 1
    return length - 1 if length > 1 and out[length - 1] == 46 else length


@njit(cache=True)
def _triplet(out: Bytes, length: int, byte: int) -> int:
    """One percent triplet: unreserved characters plain, others with upper-case hex digits."""
    letter = 97 <= lower(byte) <= 122 or 48 <= byte <= 57
    if letter or byte in (45, 46, 95, 126):
        out[length] = byte
        return length + 1
    out[length] = 37
    for place, nibble in ((1, byte >> 4), (2, byte & 15)):
        out[length + place] = nibble + 48 if nibble < 10 else nibble + 55
    return length + 3
