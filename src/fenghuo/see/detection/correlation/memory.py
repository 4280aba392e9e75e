"""When each of a million values was seen last: 16 bytes a value, and stored by small pieces.

A value is known by an 8-byte fingerprint of it and its group. Sorted arrays hold most of them, a dict what changed since these were
made. To the tables go pages of changes, and now and then some of the 256 parts of the arrays, one after another, so that no turn stores
much; once all parts were stored again, the pages from before the last round can go.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from fenghuo.see.detection.correlation.model import Row

PARTS = 256
_ENTRY = np.dtype([("key", "<u8"), ("slot", "<u4"), ("owner", "<u4")])
_PAGE = 256
_MERGED_AT = 4096
_COST_OF_A_PART = _MERGED_AT // PARTS
_PARTS, _PLACE = "parts", "place"
_LATEST = (1 << 32) - 1
_Array = npt.NDArray[Any]


def fingerprint(group: str, value: str) -> int:
    """64 bits; that two of a million values are taken for one happens once in 10⁷ installations."""
    digest = blake2b(f"{group}\0{value}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def owner_of(group: str) -> int:
    """32 bits that stand for a group, so that it is known who holds how much."""
    return int.from_bytes(blake2b(group.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "little")


class Memory:
    """Fingerprint → (slot in which it was seen last, group)."""

    def __init__(self) -> None:
        self._base: _Array = np.empty(0, _ENTRY["key"])
        self._slots: _Array = np.empty(0, _ENTRY["slot"])
        self._owners: _Array = np.empty(0, _ENTRY["owner"])
        self._keys = self._base.data
        self._fresh: dict[int, tuple[int, int]] = {}
        self._unsaved: dict[int, tuple[int, int]] = {}
        self._page: dict[int, tuple[int, int]] = {}
        self._pages = 0
        self._round = 0
        self._part = 0
        self._owed = 0

    def __len__(self) -> int:
        """Values remembered; one that changed since the arrays were made may count twice."""
        return len(self._base) + len(self._fresh)

    @property
    def is_full_of_changes(self) -> bool:
        """Whether it is time to `merge`."""
        return len(self._fresh) >= _MERGED_AT

    def last(self, key: int) -> int | None:
        """The slot in which it was seen last."""
        found = self._fresh.get(key)
        if found is not None:
            return found[0]
        keys = self._keys
        at = bisect_left(keys, key)
        if at < len(keys) and keys[at] == key:
            return int(self._slots[at])
        return None

    def note(self, key: int, slot: int, owner: int, tracked: bool) -> None:
        """It was seen in this slot, later than in any before; `tracked`: and this is to be stored."""
        entry = self._fresh[key] = (min(max(slot, 0), _LATEST), owner)
        if tracked:
            self._unsaved[key] = entry

    def merge(self, oldest: int, most: int) -> dict[int, int]:
        """Put what changed into the arrays, drop what was seen before slot `oldest`, and what is more than `most`.

        Returns, of each group that had to let go of values, the slot from which on it still knows all.
        """
        self._take_fresh()
        kept = self._slots >= max(oldest, 0)
        if len(kept) - np.count_nonzero(kept) > len(kept) // 16:
            self._keep(kept)
        return self._let_go(most) if len(self._base) > most else {}

    def _take_fresh(self) -> None:
        self._owed += len(self._fresh)
        self._take(_entries(self._fresh))
        self._fresh = {}

    def _take(self, new: _Array) -> None:
        """Each value once, with the latest slot that is known of it."""
        new = new[np.lexsort((new["slot"], new["key"]))]
        latest = np.ones(len(new), np.bool_)
        latest[:-1] = new["key"][1:] != new["key"][:-1]
        new = new[latest]
        at = np.searchsorted(self._base, new["key"])
        known = np.zeros(len(new), np.bool_)
        inside = at < len(self._base)
        known[inside] = self._base[at[inside]] == new["key"][inside]
        places = at[known]
        self._slots[places] = np.maximum(self._slots[places], new["slot"][known])
        other, at = new[~known], at[~known]
        self._set(
            np.insert(self._base, at, other["key"]),
            np.insert(self._slots, at, other["slot"]),
            np.insert(self._owners, at, other["owner"]),
        )

    def _keep(self, kept: _Array) -> None:
        self._set(self._base[kept], self._slots[kept], self._owners[kept])

    def _set(self, keys: _Array, slots: _Array, owners: _Array) -> None:
        self._base, self._slots, self._owners = keys, slots, owners
        self._keys = keys.data

    def _let_go(self, most: int) -> dict[int, int]:
        """Room for an eighth: those groups that hold most give up what they have not seen for longest."""
        owners, of, counts = np.unique(self._owners, return_inverse=True, return_counts=True)
        share = _share(counts, most - most // 8)
        kept = np.ones(len(self._base), np.bool_)
        reach = {}
        for number in np.flatnonzero(counts > share):
            mine = np.flatnonzero(of == number)
            order = np.argsort(self._slots[mine], kind="stable")
            gone = mine[order[: counts[number] - share]]
            kept[gone] = False
            reach[int(owners[number])] = int(self._slots[gone[-1]]) + 1
        self._keep(kept)
        return reach

    def rows(self, rule: str) -> Iterator[Row]:
        """What must be stored since the last call."""
        place = (self._round, self._part, self._pages)
        yield from self._changes(rule)
        for _ in range(PARTS if self._owed > 0 else 0):
            row = self._part_row(rule, self._part)
            yield row
            self._owed -= len(row.data or b"") // _ENTRY.itemsize + _COST_OF_A_PART
            self._part += 1
            if self._part == PARTS:
                self._part, self._round = 0, self._round ^ 1
                self._page, self._pages = {}, 0
                yield Row(rule, _changes_name(self._round), 0, None)
            if self._owed <= 0:
                break
        self._owed = min(self._owed, 0)
        if place != (self._round, self._part, self._pages):
            yield Row(rule, _PLACE, 0, orjson.dumps([self._round, self._part, self._pages]))

    def _changes(self, rule: str) -> Iterator[Row]:
        """The last page is filled before a new one is begun."""
        entries, self._unsaved = list(self._unsaved.items()), {}
        while entries:
            self._pages += not self._page
            room = _PAGE - len(self._page)
            self._page.update(entries[:room])
            entries = entries[room:]
            yield Row(rule, _changes_name(self._round), self._pages - 1, _entries(self._page).tobytes())
            if len(self._page) >= _PAGE:
                self._page = {}

    def _part_row(self, rule: str, part: int) -> Row:
        first, end = (bisect_left(self._keys, at << 56) for at in (part, part + 1))
        entries = np.empty(end - first, _ENTRY)
        entries["key"], entries["slot"] = self._base[first:end], self._slots[first:end]
        entries["owner"] = self._owners[first:end]
        return Row(rule, _PARTS, part, entries.tobytes())

    def all_rows(self, rule: str) -> Iterator[Row]:
        """The whole."""
        self._take_fresh()
        yield Row(rule, _PLACE, 0, orjson.dumps([self._round, self._part, 0]))
        for part in range(PARTS):
            row = self._part_row(rule, part)
            if row.data:
                yield row

    def restore(self, name: str, segments: Sequence[bytes]) -> bool:
        """Take up rows of this name; False where they are none of ours."""
        if name == _PLACE:
            self._round, self._part, self._pages = orjson.loads(segments[0])
        elif name in {_PARTS, _changes_name(0), _changes_name(1)}:
            self._take(np.frombuffer(b"".join(segments), _ENTRY))
        else:
            return False
        return True


def _entries(changes: dict[int, tuple[int, int]]) -> _Array:
    entries = np.empty(len(changes), _ENTRY)
    entries["key"] = np.fromiter(changes, np.uint64, len(changes))
    entries["slot"] = np.fromiter((slot for slot, _ in changes.values()), np.uint32, len(changes))
    entries["owner"] = np.fromiter((owner for _, owner in changes.values()), np.uint32, len(changes))
    return entries


def _share(counts: _Array, room: int) -> int:
    """The most that each may keep so that all together have room."""
    left, others = room, len(counts)
    for count in np.sort(counts).tolist():
        if count * others > left:
            return left // others
        left -= count
        others -= 1
    return int(counts.max(initial=0))


def _changes_name(number: int) -> str:
    return f"changes-{number}"
