"""Machine code for the ids of hits: what `derived_id("hit", rule, hash, position)` gives, many at once.

An id is a UUID 5: SHA-1 (FIPS 180-4) over a namespace and a name. Names of one rule begin alike, so the digest of their first blocks
is made once.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fenghuo.base.common.ids import NAMESPACE, id_part
from fenghuo.see.detection.columns import text_column
from fenghuo.see.detection.folding import machine, machine_inline

Ints = npt.NDArray[np.int32]
_BLOCK = 64
_LENGTH = 36
_FIRST = np.array([0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0], np.uint32)
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_DASHES = (4, 6, 8, 10)


class IdScratch(NamedTuple):
    """Room for `make_ids`: what stands before the padding of a message and that, a digest, and the words that are taken into it."""

    room: "np.ndarray[Any, np.dtype[np.uint8]]"
    state: "np.ndarray[Any, np.dtype[np.uint32]]"
    schedule: "np.ndarray[Any, np.dtype[np.uint32]]"


class HitIds:
    """Makes ids; `rules` are (id, hash) of each rule."""

    def __init__(self, rules: Sequence[tuple[str, str]]) -> None:
        starts = [NAMESPACE.bytes + f"hit{id_part(rule)}{id_part(digest)}|".encode() for rule, digest in rules]
        whole = [len(start) // _BLOCK * _BLOCK for start in starts]
        self._lengths = np.array([len(start) for start in starts], np.int32)
        self._states = np.tile(_FIRST, (len(starts), 1))
        schedule = np.zeros(80, np.uint32)
        for state, start, size in zip(self._states, starts, whole, strict=True):
            for at in range(0, size, _BLOCK):
                digest_block(state, np.frombuffer(start, np.uint8, _BLOCK, at).copy(), schedule)
        rests = [start[size:] for start, size in zip(starts, whole, strict=True)]
        self._rest_ptr = np.cumsum([0, *(len(rest) for rest in rests)]).astype(np.int32)
        self._rests = np.frombuffer(b"".join(rests) + b"\0", np.uint8)

    def of(self, rules: Ints, positions: pa.Array) -> pa.Array:
        """The id of each pair of rule number and position."""
        column = text_column(positions)
        out = np.empty(_LENGTH * len(rules), np.uint8)
        scratch = IdScratch(np.zeros(column.longest + 4 * _BLOCK, np.uint8), _FIRST.copy(), np.zeros(80, np.uint32))
        rests = (self._lengths, self._rest_ptr, self._rests)
        make_ids(rules, self._states, *rests, column.offsets, column.data, scratch, out)
        ends = np.arange(0, len(out) + 1, _LENGTH, dtype=np.int32)
        return pa.StringArray.from_buffers(len(rules), pa.py_buffer(ends), pa.py_buffer(out))


@machine_inline
def _turned(word, bits):
    return (word << np.uint32(bits)) | (word >> np.uint32(32 - bits))


@machine
def digest_block(state, block, schedule):
    """Take one block of 64 bytes into the state."""
    for i in range(16):
        at = 4 * i
        word = np.uint32(block[at]) << np.uint32(24) | np.uint32(block[at + 1]) << np.uint32(16)
        schedule[i] = word | np.uint32(block[at + 2]) << np.uint32(8) | np.uint32(block[at + 3])
    for i in range(16, 80):
        schedule[i] = _turned(schedule[i - 3] ^ schedule[i - 8] ^ schedule[i - 14] ^ schedule[i - 16], 1)
    a, b, c, d, e = state[0], state[1], state[2], state[3], state[4]
    for i in range(80):
        if i < 20:
            mixed = ((b & c) | (~b & d)) + np.uint32(0x5A827999)
        elif i < 40:
            mixed = (b ^ c ^ d) + np.uint32(0x6ED9EBA1)
        elif i < 60:
            mixed = ((b & c) | (b & d) | (c & d)) + np.uint32(0x8F1BBCDC)
        else:
            mixed = (b ^ c ^ d) + np.uint32(0xCA62C1D6)
        a, b, c, d, e = np.uint32(_turned(a, 5) + mixed + e + schedule[i]), a, _turned(b, 30), c, d
    state[0] += a
    state[1] += b
    state[2] += c
    state[3] += d
    state[4] += e


@machine_inline
def _write_id(state, out, at):
    """The first 16 bytes of a digest as a UUID of version 5."""
    for i in range(16):
        byte = np.int64(state[i >> 2] >> np.uint32(24 - 8 * (i & 3))) & 255
        if i == 6:
            byte = (byte & 0x0F) | 0x50
        if i == 8:
            byte = (byte & 0x3F) | 0x80
        if i in _DASHES:
            out[at] = 45
            at += 1
        out[at] = _HEX[byte >> 4]
        out[at + 1] = _HEX[byte & 15]
        at += 2


@machine_inline
def _append(source, start, end, out, n):
    for i in range(end - start):
        out[n + i] = source[start + i]
    return n + end - start


@machine_inline
def _append_length(data, start, end, out, n):
    """How many characters some bytes are, in digits."""
    characters, size = np.int64(0), 1
    for i in range(start, end):
        characters += np.int64((data[i] & np.uint8(0xC0)) != np.uint8(0x80))
    rest = characters // 10
    while rest:
        rest //= 10
        size += 1
    for i in range(size):
        out[n + size - 1 - i] = 48 + characters % 10
        characters //= 10
    return n + size


@machine
def make_ids(rules, states, lengths, rest_ptr, rests, offsets, data, scratch, out):
    """The id of each hit into `out`, 36 bytes each.

    Args:
        rules: number of each hit's rule.
        states: for each rule, the digest of the whole blocks that its names begin with.
        lengths, rest_ptr, rests: how many bytes a rule's names begin with, and those behind the whole blocks.
        offsets, data: the hits' positions.
        scratch: `IdScratch`.
    """
    room, state, schedule = scratch.room, scratch.state, scratch.schedule
    for hit in range(rules.shape[0]):
        rule, start, end = rules[hit], offsets[hit], offsets[hit + 1]
        n = _append(rests, rest_ptr[rule], rest_ptr[rule + 1], room, 0)
        before = np.int64(lengths[rule]) - n
        n = _append_length(data, start, end, room, n)
        room[n] = 58
        n = _append(data, start, end, room, n + 1)
        bits = np.int64(8) * (before + n)
        room[n] = 0x80
        n += 1
        while n % _BLOCK != _BLOCK - 8:
            room[n] = 0
            n += 1
        for i in range(8):
            room[n + i] = (bits >> (56 - 8 * i)) & 255
        for i in range(5):
            state[i] = states[rule, i]
        for at in range(0, n, _BLOCK):
            digest_block(state, room[at : at + _BLOCK], schedule)
        _write_id(state, out, hit * _LENGTH)
