"""Idempotency keys of one stream: which key was stored at which sequence within the last 24 hours.

The truth is the key column of the frames; what is here is made from it, so the two can't differ.
"""

import hashlib
import mmap
import struct
from pathlib import Path

from fenghuo.see.eventlog.engine import KEY_COLUMN
from fenghuo.see.eventlog.frames import decode
from fenghuo.see.eventlog.segments import Segment, last_append, open_segment

KEEP_NS = 24 * 3600 * 1_000_000_000
_ENTRY = struct.Struct(">16sQ")


def digest(key: str) -> bytes:
    """16 bytes of BLAKE2b of a key."""
    return hashlib.blake2b(key.encode("utf-8", "surrogateescape"), digest_size=16).digest()


class SortedKeys:
    """The keys of a closed segment: fixed-size entries in order, searched where they lie on disk."""

    def __init__(self, path: Path, last_at: int) -> None:
        self.last_at = last_at
        size = path.stat().st_size
        self._count = size // _ENTRY.size
        self._map: mmap.mmap | None = None
        if self._count:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def get(self, key: bytes) -> int | None:
        """Sequence of a key, None where this segment has it not."""
        if self._map is None:
            return None
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            found, sequence = _ENTRY.unpack_from(self._map, middle * _ENTRY.size)
            if found == key:
                return int(sequence)
            if found < key:
                low = middle + 1
            else:
                high = middle
        return None


class Keys:
    """The keys of a stream: a dictionary for the active segment, sorted files for closed ones."""

    def __init__(self) -> None:
        self.active: dict[bytes, int] = {}
        self._closed: list[SortedKeys] = []

    def load(self, closed: list[Segment], active: Segment | None, now_ns: int) -> None:
        """Take up what the segments of the last 24 hours hold."""
        for segment in reversed(closed):
            at = last_append(segment)
            if at < now_ns - KEEP_NS:
                break
            if not segment.keys.exists():
                write_sorted(segment, keys_of(segment))
            self._closed.append(SortedKeys(segment.keys, at))
        if active is not None:
            self.active = keys_of(active)

    def roll(self, segment: Segment, now_ns: int) -> None:
        """The active segment is closed."""
        write_sorted(segment, self.active)
        self._closed.append(SortedKeys(segment.keys, now_ns))
        self.active = {}

    def find(self, key: bytes, now_ns: int) -> int | None:
        """The sequence at which a key was stored within 24 hours."""
        if key in self.active:
            return self.active[key]
        if self._closed and min(s.last_at for s in self._closed) < now_ns - KEEP_NS:
            self._closed = [s for s in self._closed if s.last_at >= now_ns - KEEP_NS]
        for closed in self._closed:
            found = closed.get(key)
            if found is not None:
                return found
        return None


def keys_of(segment: Segment) -> dict[bytes, int]:
    """Key → sequence of every keyed row of a segment."""
    found: dict[bytes, int] = {}
    frames = open_segment(segment)
    try:
        while next_frame := frames.next_frame():
            frame, payload = next_frame
            batch = decode(payload)
            if KEY_COLUMN in batch.schema.names:
                for row, key in enumerate(batch.column(KEY_COLUMN).to_pylist()):
                    if key is not None:
                        found.setdefault(digest(key), frame.first + row)
    finally:
        frames.close()
    return found


def write_sorted(segment: Segment, keys: dict[bytes, int]) -> None:
    """Write the sorted key file of a segment."""
    temporary = segment.keys.with_suffix(".tmp-keys")
    temporary.write_bytes(b"".join(_ENTRY.pack(key, keys[key]) for key in sorted(keys)))
    temporary.replace(segment.keys)
