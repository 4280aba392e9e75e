"""One JSON scalar: where it ends, what it is, and its text without escapes. A 0 for an end sends the line the slow way."""

from fenghuo.see.sources.columnar.vectors import backslashes, copy_block, kernel, load8, load32, lowest, special, store8

TEXT, EMPTY, INTEGER, FLOAT, TRUE, FALSE, NULL, ZERO = 1, 2, 3, 4, 5, 6, 7, 8
ESCAPED = 16
"""Added to TEXT where the text has escapes."""

_TRUE, _NULL, _FALS = (int.from_bytes(word, "little") for word in (b"true", b"null", b"fals"))
_LONGEST_INTEGER = 64
_EXACT_DIGITS = 15


@kernel
def _hex(at: int) -> int:
    code = 0
    for place in range(4):
        byte = load8(at + place)
        if 48 <= byte <= 57:
            digit = byte - 48
        elif 97 <= byte | 32 <= 102:
            digit = (byte | 32) - 87
        else:
            return -1
        code = code * 16 + digit
    return code


@kernel
def _escape(at: int) -> int:
    """Length of the \\u at a backslash; 0 where it is none, or half of a surrogate pair."""
    if load8(at + 1) != 117:
        return 0
    code = _hex(at + 2)
    if code < 0 or 0xDC00 <= code <= 0xDFFF:
        return 0
    if code < 0xD800 or code > 0xDFFF:
        return 6
    if load8(at + 6) != 92 or load8(at + 7) != 117:
        return 0
    return 12 if 0xDC00 <= _hex(at + 8) <= 0xDFFF else 0


@kernel
def _character(at: int) -> int:
    """Length of the character beyond ASCII, 0 where it is no UTF-8 (RFC 3629)."""
    first, second = load8(at), load8(at + 1)
    if second & 0xC0 != 0x80 or first < 0xC2:
        return 0
    if first < 0xE0:
        return 2
    if load8(at + 2) & 0xC0 != 0x80:
        return 0
    if first < 0xF0:
        return 0 if (first == 0xE0 and second < 0xA0) or (first == 0xED and second > 0x9F) else 3
    if load8(at + 3) & 0xC0 != 0x80 or first > 0xF4:
        return 0
    return 0 if (first == 0xF0 and second < 0x90) or (first == 0xF4 and second > 0x8F) else 4


@kernel
def _short(byte: int) -> bool:
    """True for what may follow a backslash, other than u."""
    return (
        byte == 92 or byte == 34 or byte == 116 or byte == 110 or byte == 114 or byte == 47 or byte == 98 or byte == 102
    )


@kernel
def scan_text(at: int, end: int) -> tuple[int, int]:
    """Closing quote of the string that begins at `at` (after its quote), and ESCAPED or 0."""
    escaped = 0
    while at < end:
        mask = special(at)
        step = 32
        while mask != 0:
            place = lowest(mask)
            byte = load8(at + place)
            if byte == 34:
                return (at + place, escaped) if at + place < end else (0, 0)
            if byte == 92 and _short(load8(at + place + 1)):
                escaped = ESCAPED
                mask &= ~(3 << place)
                step = max(step, place + 2)
                continue
            if byte == 92:
                step = _escape(at + place)
                escaped = ESCAPED
            else:
                step = _character(at + place) if byte >= 0x80 else 0
            if step == 0:
                return 0, 0
            step += place
            break
        at += step
    return 0, 0


@kernel
def _fraction(start: int, at: int, end: int) -> tuple[int, int]:
    """A float from `start` with its point at `at`: its end, and where its text ends (zeros that say nothing left out).

    Only such as Python writes as they stand: no exponent, at most 15 digits, not below 0.0001.
    """
    whole_zero = load8(at - 1) == 48 and (at - start == 1 or load8(at - 2) == 45)
    point, last, leading = at, at, 0
    at += 1
    while at < end:
        byte = load8(at)
        if byte < 48 or byte > 57:
            break
        if byte != 48:
            if last == point:
                leading = at - point
            last = at + 1
        at += 1
    if at == point + 1 or (at < end and load8(at) | 32 == 101) or at - start > _EXACT_DIGITS + 1:
        return 0, 0
    if whole_zero and (last == point or leading > 4):
        return 0, 0
    return at, last


@kernel
def scan_number(start: int, end: int) -> tuple[int, int, int]:
    """End of the number, end of its text, kind."""
    at = start + 1 if load8(start) == 45 else start
    first = at
    while at < end and 48 <= load8(at) <= 57:
        at += 1
    digits = at - first
    zero = load8(first) == 48
    if digits == 0 or digits > _LONGEST_INTEGER or (zero and digits > 1):
        return 0, 0, 0
    follows = load8(at) if at < end else 0
    if follows == 46:
        stop, text = _fraction(start, at, end)
        return stop, text, FLOAT
    if follows | 32 == 101 or (zero and first != start):
        return 0, 0, 0
    return at, at, ZERO if zero else INTEGER


@kernel
def scan_word(at: int, end: int) -> tuple[int, int]:
    """End and kind of true, false or null."""
    word = load32(at)
    if word == _TRUE and at + 4 <= end:
        return at + 4, TRUE
    if word == _NULL and at + 4 <= end:
        return at + 4, NULL
    if word == _FALS and at + 5 <= end and load8(at + 4) == 101:
        return at + 5, FALSE
    return 0, 0


@kernel
def copy_plain(target: int, at: int, end: int) -> int:
    """Copy a text without escapes; the target's end. Up to 31 bytes behind it are overwritten."""
    stop = target + end - at
    while at < end:
        copy_block(target, at)
        target += 32
        at += 32
    return stop


@kernel
def _put(target: int, code: int) -> int:
    """Write a character as UTF-8; the target's end."""
    if code < 0x80:
        store8(target, code)
        return target + 1
    if code < 0x800:
        store8(target, 0xC0 | code >> 6)
        store8(target + 1, 0x80 | code & 63)
        return target + 2
    if code < 0x10000:
        store8(target, 0xE0 | code >> 12)
        store8(target + 1, 0x80 | code >> 6 & 63)
        store8(target + 2, 0x80 | code & 63)
        return target + 3
    store8(target, 0xF0 | code >> 18)
    store8(target + 1, 0x80 | code >> 12 & 63)
    store8(target + 2, 0x80 | code >> 6 & 63)
    store8(target + 3, 0x80 | code & 63)
    return target + 4


@kernel
def _control(byte: int) -> int:
    if byte == 110:
        return 10
    if byte == 116:
        return 9
    if byte == 114:
        return 13
    if byte == 98:
        return 8
    return 12 if byte == 102 else byte


@kernel
def copy_text(target: int, at: int, end: int) -> int:
    """Copy a string that `scan_text` has found good, with its escapes resolved; the target's end, as `copy_plain`."""
    while at < end:
        mask, start, block = backslashes(at), at, at + 32
        while mask != 0:
            escape = at + lowest(mask)
            copy_block(target, start)
            if escape >= end:
                return target + end - start
            target += escape - start
            byte = load8(escape + 1)
            if byte == 117:
                code = _hex(escape + 2)
                start = escape + 6
                if 0xD800 <= code <= 0xDFFF:
                    code = 0x10000 + ((code - 0xD800) << 10) + _hex(escape + 8) - 0xDC00
                    start += 6
                target = _put(target, code)
                block = start
                break
            store8(target, _control(byte))
            target += 1
            start = escape + 2
            mask &= ~(3 << (escape - at))
        if start < block:
            copy_block(target, start)
            if block >= end:
                return target + end - start
            target += block - start
        at = max(start, block)
    return target
