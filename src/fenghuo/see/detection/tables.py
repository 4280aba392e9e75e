"""The look-up tables of one field's texts, for the kernels: hash tables, two tries, and windows of rare bytes.

A text that must stand at the start or end of a value is a path in a trie, one that must equal it an entry of a hash table. Of a
text that may stand anywhere, some rare bytes are its windows: the kernel looks places of a value up in a small bit set of windows and
compares whole texts only where it finds one. A text of seven bytes and more has four windows side by side, so that the kernel need look
at every fourth place only.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fenghuo.see.detection.kernels import text_hash
from fenghuo.see.detection.ordinary import ORDINARY
from fenghuo.see.detection.strings import Place
from fenghuo.see.detection.windows import EMPTY, OTHER_PAIR, TWO_BYTES, mark, place

LONG = 7
"""Texts from this length on, in bytes, are looked for at every fourth place."""
_STRIDE = 4
_SHORT_WINDOW = 3
_BITS_A_WINDOW = 32
_MAX_BITS = 1 << 20
_CROWD = 8
_FEW = 256

Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Numbered = Sequence[tuple[int, bytes]]


class Trie(NamedTuple):
    """Edges (node, byte) → node in a hash table; `ends[node]` is the text that ends there, or -1."""

    keys: Words
    nodes: Ints
    ends: Ints


class Windows(NamedTuple):
    """Bytes that tell of texts: a bit set, and a hash table with rows of (window, first entry << 32 | end of entries).

    An entry is (text, offset of the window in it, offset of four more of its bytes or -1, these four bytes).
    """

    bits: Bytes
    slots: Words
    entries: Ints


class Short(NamedTuple):
    """Texts of three to six bytes: a bit set of their windows, and a hash table in which each has a slot of its own.

    `begins[first + 256 * second]` is 1 where a window of theirs, or a text of two bytes, begins so; one entry where there is none of both.

    A slot is (window, the text's bytes, place, end of its predicates). The place has the offset of the window in three bits, the length in
    three, and from bit 32 the first of the predicates.
    """

    begins: Bytes
    bits: Bytes
    slots: Words


class Pairs(NamedTuple):
    """Texts of two bytes: `numbers[first + 256 * second]`, and the span of predicates of each number.

    The number is 0 for what is no text, `OTHER_PAIR` for a text that stands among the crowded ones. `numbers` has one entry where
    there are no such texts.
    """

    numbers: Bytes
    spans: Ints


class FieldTables(NamedTuple):
    """All texts of one field: bytes of text t are `data[starts[t]:starts[t + 1]]`; its predicates `predicates[ptr[t]:ptr[t + 1]]`.

    `off[t]` is 1 for a text that is no longer looked for, `given_up[p]` for a predicate that cost too much: kernels set both.
    `crowded` are short texts that have their window in common with many, `singles` texts of one byte: rows of byte and predicate.
    `bytes_of[t]` marks the bytes that text t has; it is empty where there are many texts. `need_letters`: each has one behind f.
    """

    equal_count: int
    equal_longest: int
    equal_keys: Words
    equal_texts: Ints
    prefixes: Trie
    suffixes: Trie
    long: Windows
    short: Short
    short_count: int
    crowded: Windows
    crowded_count: int
    pairs: Pairs
    singles: Ints
    data: Bytes
    starts: Ints
    ptr: Ints
    predicates: Ints
    off: Bytes
    given_up: Bytes
    bytes_of: npt.NDArray[np.bool_]
    need_letters: bool


def build_tables(
    texts: Mapping[tuple[Place, str], Sequence[int]], background: "Background", given_up: Bytes
) -> FieldTables:
    """Tables of folded texts at their places, each with the numbers of the predicates that it makes true."""
    encoded = [(where, text.encode()) for where, text in texts]
    at: dict[Place, list[tuple[int, bytes]]] = {where: [] for where in Place}
    for number, (where, data) in enumerate(encoded):
        at[where].append((number, data))
    equal_keys, equal_texts = _equal(at[Place.EQUALS])
    inside = at[Place.CONTAINS]
    predicates = list(texts.values())
    ptr = _offsets([len(found) for found in predicates])
    windows, crowded = _short_windows([t for t in inside if len(t[1]) < LONG], background)
    pairs = _pairs(inside, ptr)
    bytes_of = _bytes_of([data for _, data in encoded])
    return FieldTables(
        len(at[Place.EQUALS]),
        max((len(data) for _, data in at[Place.EQUALS]), default=0),
        equal_keys,
        equal_texts,
        _trie(at[Place.STARTS]),
        _trie([(number, data[::-1]) for number, data in at[Place.ENDS]]),
        _windows(_long_windows([t for t in inside if len(t[1]) >= LONG], background), dict(inside)),
        _short(windows, [*windows, *crowded, *_two_bytes(inside)], dict(inside), ptr),
        sum(1 < len(data) < LONG for _, data in inside),
        _windows(crowded, dict(inside)),
        len(crowded),
        pairs,
        _singles(inside, predicates),
        np.frombuffer(b"".join(data for _, data in encoded) + bytes(8), np.uint8).copy(),
        _offsets([len(data) for _, data in encoded]),
        ptr,
        np.array([p for found in predicates for p in found], np.int32),
        np.zeros(len(encoded), np.uint8),
        given_up,
        bytes_of,
        bool(len(bytes_of)) and bool(bytes_of[:, ord("g") : ord("z") + 1].any(axis=1).all()),
    )


def _bytes_of(texts: Sequence[bytes]) -> npt.NDArray[np.bool_]:
    if len(texts) > _FEW:
        return np.zeros((0, 256), np.bool_)
    found = np.zeros((len(texts), 256), np.bool_)
    for number, data in enumerate(texts):
        found[number, list(data)] = True
    return found


def _offsets(lengths: Sequence[int]) -> Ints:
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))).astype(np.int32)


def _size(entries: int) -> int:
    return 1 << max(4, (2 * entries).bit_length())


def _equal(texts: Numbered) -> tuple[Words, Ints]:
    size = _size(len(texts))
    keys, numbers = np.zeros(size, np.uint64), np.full(size, -1, np.int32)
    for number, data in texts:
        words = np.zeros(len(data) // 8 + 2, np.uint64)
        words.view(np.uint8)[: len(data)] = np.frombuffer(data, np.uint8)
        key = text_hash(words, len(data))
        slot = int(key) & (size - 1)
        while numbers[slot] >= 0:
            slot = (slot + 1) & (size - 1)
        keys[slot], numbers[slot] = key, number
    return keys, numbers


def _trie(texts: Numbered) -> Trie:
    edges: dict[int, int] = {}
    ends = [-1]
    for number, data in texts:
        node = 0
        for byte in data:
            key = node << 8 | byte
            found = edges.get(key)
            if found is None:
                found = edges[key] = len(ends)
                ends.append(-1)
            node = found
        ends[node] = number
    keys, slots = _hashed(list(edges), edges=True)
    nodes = np.zeros(len(keys), np.int32)
    nodes[slots] = np.array(list(edges.values()), np.int32)
    return Trie(keys, nodes, np.array(ends, np.int32))


def _hashed(entries: Sequence[int], *, edges: bool) -> tuple[Words, Ints]:
    """A hash table of trie edges or of windows, and the slot of each."""
    keys = np.full(_size(len(entries)), EMPTY, np.uint64)
    slots = np.zeros(len(entries), np.int32)
    place(np.array(entries, np.uint64), keys, slots, edges)
    return keys, slots


def _long_windows(texts: Numbered, background: "Background") -> "Found":
    found: Found = defaultdict(list)
    for number, data in texts:
        first = background.rarest(data)
        for offset in range(first, first + _STRIDE):
            found[int.from_bytes(data[offset : offset + _STRIDE], "little")].append((number, offset))
    return found


Found = dict[int, list[tuple[int, int]]]
"""Windows, with the number of each text that has it and the window's offset in it."""


def _short_windows(texts: Numbered, background: "Background") -> tuple[Found, Found]:
    """Windows of three bytes; and those that too many texts have in common, with the pairs for which there is no number."""
    found: Found = defaultdict(list)
    crowded: Found = defaultdict(list)
    pairs = 0
    for number, data in texts:
        if len(data) >= _SHORT_WINDOW:
            offset = background.rarest_three(data)
            found[int.from_bytes(data[offset : offset + _SHORT_WINDOW], "little")].append((number, offset))
        elif len(data) == 2:
            pairs += 1
            if pairs >= OTHER_PAIR:
                crowded[int.from_bytes(data, "little") | int(TWO_BYTES)].append((number, 0))
    for window in [window for window, users in found.items() if len(users) > _CROWD]:
        crowded[window] = found.pop(window)
    return found, crowded


def _two_bytes(texts: Numbered) -> list[int]:
    """Texts of two bytes as windows."""
    return [int.from_bytes(data, "little") | int(TWO_BYTES) for _, data in texts if len(data) == 2]


def _short(windows: Found, marked: Sequence[int], texts: Mapping[int, bytes], ptr: Ints) -> Short:
    flat = [(window, number, offset) for window, users in windows.items() for number, offset in users]
    keys = np.full(_size(2 * len(flat)), EMPTY, np.uint64)
    slots = np.zeros(len(flat), np.int32)
    place(np.array([window for window, _, _ in flat], np.uint64), keys, slots, False)
    rows = np.zeros((len(keys), 4), np.uint64)
    rows[:, 0] = keys
    for slot, (_, number, offset) in zip(slots.tolist(), flat, strict=True):
        data = texts[number]
        rows[slot, 1] = int.from_bytes(data, "little")
        rows[slot, 2] = offset | len(data) << 3 | int(ptr[number]) << 32
        rows[slot, 3] = int(ptr[number + 1])
    begins = np.zeros(1 << 16 if marked else 1, np.uint8)
    begins[[window & 0xFFFF for window in marked]] = 1
    return Short(begins, _bits([window for window in marked if window < int(TWO_BYTES)]), rows)


def _windows(windows: Found, texts: Mapping[int, bytes]) -> Windows:
    bits = _bits(list(windows))
    keys, slots = _hashed(list(windows), edges=False)
    rows = np.zeros((len(keys), 2), np.uint64)
    rows[:, 0] = keys
    flat: list[tuple[int, int, int, int]] = []
    for slot, found in zip(slots.tolist(), windows.values(), strict=True):
        first = len(flat)
        flat += [(text, offset, *_aside(texts[text], offset)) for text, offset in found]
        rows[slot, 1] = first << 32 | len(flat)
    return Windows(bits, rows, np.array(flat, np.int64).reshape(-1, 4).astype(np.int32))


def _bits(windows: Sequence[int]) -> Bytes:
    wanted = max(64, min(_MAX_BITS, _BITS_A_WINDOW * len(windows)))
    bits = np.zeros((1 << (wanted - 1).bit_length()) // 8, np.uint8)
    mark(np.array(windows, np.uint64), bits)
    return bits


def _aside(data: bytes, offset: int) -> tuple[int, int]:
    """Offset of four bytes of a text that lie far from its window, and these bytes; -1 where it is too short."""
    if len(data) < _STRIDE:
        return -1, 0
    at = 0 if 2 * offset >= len(data) - _STRIDE else len(data) - _STRIDE
    return at, int.from_bytes(data[at : at + _STRIDE], "little", signed=True)


_NO_PAIRS = np.zeros(1, np.uint8)


def _pairs(texts: Numbered, ptr: Ints) -> Pairs:
    found = [(number, data) for number, data in texts if len(data) == 2]
    numbers = np.zeros(1 << 16, np.uint8) if found else _NO_PAIRS
    spans = np.zeros((256, 2), np.int32)
    for counted, (number, data) in enumerate(found, 1):
        numbers[int.from_bytes(data, "little")] = min(counted, OTHER_PAIR)
        if counted < OTHER_PAIR:
            spans[counted] = ptr[number], ptr[number + 1]
    return Pairs(numbers, spans)


def _singles(texts: Numbered, predicates: Sequence[Sequence[int]]) -> Ints:
    rows = [(data[0], predicate) for number, data in texts if len(data) == 1 for predicate in predicates[number]]
    return np.array(rows, np.int32).reshape(-1, 2)


_ORDINARY_WEIGHT = 200
_COUNT_BITS = 18


def _places(data: bytes, size: int) -> npt.NDArray[np.int64]:
    """Where each `size` bytes in a row of some data are counted."""
    found = np.zeros(max(0, len(data) - size + 1), np.uint64)
    array = np.frombuffer(data, np.uint8).astype(np.uint64)
    for i in range(size):
        found |= array[i : i + len(found)] << np.uint64(8 * i)
    return (found * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(64 - _COUNT_BITS)).astype(np.int64)


class Background:
    """How common some bytes in a row are, judged by the texts of all rules, which are like what they look for, and by ordinary ones.

    Counts of bytes that fall on one place add up, which makes some look more common than they are; that costs little.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        together = "\n".join(texts).encode()
        self._counts: dict[int, npt.NDArray[np.int64]] = {}
        for size in (_SHORT_WINDOW, _STRIDE):
            counts = np.bincount(_places(together, size), minlength=1 << _COUNT_BITS)
            for text in ORDINARY:
                counts[np.unique(_places(text.encode(), size))] += _ORDINARY_WEIGHT
            self._counts[size] = counts

    def rarest(self, data: bytes) -> int:
        """Offset of the rarest four windows of four bytes side by side, in a text of seven bytes or more."""
        weights = self._counts[_STRIDE][_places(data, _STRIDE)]
        return int(np.argmin(np.convolve(weights, np.ones(_STRIDE, np.int64), "valid")))

    def rarest_three(self, data: bytes) -> int:
        """Offset of the rarest three bytes in a text of three bytes or more."""
        return int(np.argmin(self._counts[_SHORT_WINDOW][_places(data, _SHORT_WINDOW)]))
