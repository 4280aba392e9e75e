"""Segments: files of frames. The active one grows; closed ones are compressed, with an index to start anywhere.

`00000000000000000000.seg` holds frames from sequence 0 on. Closed, it becomes `….seg.zst`: zstd frames one after another
(so that the `zstd` program unpacks it to the very segment), with `….seg.idx` saying where each begins.
"""

import json
import mmap
import os
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import zstandard

from fenghuo.see.eventlog.frames import HEADER_SIZE, Frame, parse_header, scan

_CHUNK = 1 << 20
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment file by its first sequence. `path` is that of the plain file, whether it stands or is compressed."""

    first: int
    path: Path

    @property
    def packed(self) -> Path:
        """The compressed file."""
        return self.path.with_suffix(".seg.zst")

    @property
    def index(self) -> Path:
        """The index of the compressed file."""
        return self.path.with_suffix(".seg.idx")

    @property
    def keys(self) -> Path:
        """The sorted idempotency keys of a closed segment."""
        return self.path.with_suffix(".seg.keys")

    def remove(self) -> None:
        """Delete every file of the segment."""
        for path in (self.path, self.packed, self.index, self.keys):
            path.unlink(missing_ok=True)

    def size(self) -> int:
        """Bytes on disk."""
        total = 0
        for path in (self.path, self.packed, self.index, self.keys):
            try:
                total += path.stat().st_size
            except FileNotFoundError:
                continue
        return total


def new_segment(folder: Path, first: int) -> Segment:
    """The segment that begins at sequence `first`."""
    return Segment(first, folder / f"{first:020d}.seg")


def segments(folder: Path) -> list[Segment]:
    """The segments of a stream, in order."""
    firsts = set()
    for name in os.listdir(folder):
        number, _, rest = name.partition(".")
        if number.isdigit() and rest in {"seg", "seg.zst"}:
            firsts.add(int(number))
    return [new_segment(folder, first) for first in sorted(firsts)]


class PlainFrames:
    """Frames of a plain segment, by their headers; payloads are read when asked for."""

    def __init__(self, segment: Segment) -> None:
        self._fd = os.open(segment.path, os.O_RDONLY | os.O_CLOEXEC)
        self._offset = 0

    def next_frame(self) -> tuple[Frame, bytes] | None:
        """The next frame and its payload; None at the end, or where the bytes are not a whole undamaged frame."""
        frame = parse_header(os.pread(self._fd, HEADER_SIZE, self._offset), self._offset)
        if frame is None:
            return None
        payload = os.pread(self._fd, frame.size, self._offset + HEADER_SIZE)
        if len(payload) < frame.size or zlib.crc32(payload) != frame.crc:
            return None
        self._offset = frame.end
        return frame, payload

    def skip_to(self, sequence: int) -> None:
        """Step over frames that end at or before `sequence`, by their headers alone."""
        while frame := parse_header(os.pread(self._fd, HEADER_SIZE, self._offset), self._offset):
            if frame.next > sequence:
                return
            self._offset = frame.end

    def close(self) -> None:
        """Let the file go."""
        os.close(self._fd)


class PackedFrames:
    """Frames of a compressed segment, unpacked chunk by chunk."""

    def __init__(self, segment: Segment) -> None:
        self._chunks = json.loads(segment.index.read_text())["chunks"]
        with segment.packed.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._number = 0
        self._frames: Iterator[tuple[Frame, memoryview]] = iter(())
        self._sequence = 0

    def next_frame(self) -> tuple[Frame, bytes] | None:
        """The next frame and its payload; None at the end or at damage."""
        while True:
            for frame, payload in self._frames:
                if frame.next > self._sequence:
                    return frame, bytes(payload)
            if self._number >= len(self._chunks):
                return None
            _, offset, size = self._chunks[self._number]
            self._number += 1
            try:
                data = zstandard.ZstdDecompressor().decompress(self._map[offset : offset + size])
            except zstandard.ZstdError:
                return None
            self._frames = scan(data)

    def skip_to(self, sequence: int) -> None:
        """Go to the chunk that holds `sequence`."""
        self._sequence = sequence
        self._number = max(0, bisect_right([first for first, _, _ in self._chunks], sequence) - 1)
        self._frames = iter(())

    def close(self) -> None:
        """Let the file go."""
        self._map.close()


def open_segment(segment: Segment) -> PlainFrames | PackedFrames:
    """The frames of a segment, plain or compressed.

    Raises:
        FileNotFoundError: it was removed meanwhile.
    """
    try:
        return PlainFrames(segment)
    except FileNotFoundError:
        return PackedFrames(segment)


def pack(segment: Segment) -> None:
    """Compress a closed segment; readers that have it open read on. A kill at any point leaves it readable."""
    chunks: list[tuple[int, int, int]] = []
    temporary = segment.packed.with_suffix(".tmp")
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    last_at = 0
    with segment.path.open("rb") as source, temporary.open("wb") as target:
        data = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
        begin, first = 0, segment.first
        for frame, payload in scan(memoryview(data)):
            payload.release()
            last_at = frame.at
            if frame.end - begin >= _CHUNK:
                chunks.append((first, target.tell(), target.write(compressor.compress(data[begin : frame.end]))))
                begin, first = frame.end, frame.next
        if begin < len(data):
            chunks.append((first, target.tell(), target.write(compressor.compress(data[begin:]))))
        target.flush()
        os.fsync(target.fileno())
    index = segment.index.with_suffix(".tmp-idx")
    index.write_text(json.dumps({"chunks": chunks, "last_at": last_at}))
    index.replace(segment.index)
    temporary.replace(segment.packed)
    segment.path.unlink()


def last_append(segment: Segment) -> int:
    """Append time of the last frame, nanoseconds since 1970 UTC; 0 where the segment holds none."""
    if segment.index.exists() and not segment.path.exists():
        return int(json.loads(segment.index.read_text())["last_at"])
    last = 0
    frames = PlainFrames(segment)
    try:
        while found := frames.next_frame():
            last = found[0].at
    finally:
        frames.close()
    return last


def first_append(segment: Segment) -> int | None:
    """Append time of the first frame, None where the segment holds none."""
    frames = open_segment(segment)
    try:
        found = frames.next_frame()
    finally:
        frames.close()
    return found[0].at if found else None
