"""Frames: the unit of writing. A header with checksums, then one Arrow RecordBatch as an IPC stream."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

_MAGIC = b"FHL1"
_HEADER = struct.Struct("<4sIIQIq")  # magic, payload length, payload crc, first sequence, rows, append time
_CRC = struct.Struct("<I")
HEADER_SIZE = _HEADER.size + _CRC.size
MAX_PAYLOAD = 1 << 30


@dataclass(frozen=True, slots=True)
class Frame:
    """Header of a frame and where it lies. `at` is the append time in nanoseconds since 1970 UTC."""

    offset: int
    size: int
    first: int
    rows: int
    at: int
    crc: int

    @property
    def end(self) -> int:
        """Offset of the next frame."""
        return self.offset + HEADER_SIZE + self.size

    @property
    def next(self) -> int:
        """First sequence of the next frame."""
        return self.first + self.rows


def encode(batch: pa.RecordBatch, first: int, at: int) -> bytes:
    """The frame of a batch whose first row has sequence `first`."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    payload = sink.getvalue()
    head = _HEADER.pack(_MAGIC, payload.size, zlib.crc32(payload), first, batch.num_rows, at)
    return b"".join((head, _CRC.pack(zlib.crc32(head)), payload))


def decode(payload: bytes | memoryview) -> pa.RecordBatch:
    """The batch of a frame's payload."""
    with pa.ipc.open_stream(pa.py_buffer(payload)) as stream:
        return stream.read_next_batch()


def parse_header(data: bytes | memoryview, offset: int) -> Frame | None:
    """The header in these HEADER_SIZE bytes, None where they are no whole header."""
    if len(data) < HEADER_SIZE:
        return None
    head = bytes(data[: _HEADER.size])
    magic, size, crc, first, rows, at = _HEADER.unpack(head)
    (own,) = _CRC.unpack(bytes(data[_HEADER.size : HEADER_SIZE]))
    if magic != _MAGIC or own != zlib.crc32(head) or size > MAX_PAYLOAD:
        return None
    return Frame(offset, size, first, rows, at, crc)


def scan(data: bytes | memoryview, base: int = 0) -> Iterator[tuple[Frame, memoryview]]:
    """Each whole, undamaged frame of `data` with its payload, up to the first that is not; `base` is data's offset."""
    view = memoryview(data)
    offset = 0
    while frame := parse_header(view[offset : offset + HEADER_SIZE], base + offset):
        start = offset + HEADER_SIZE
        payload = view[start : start + frame.size]
        if len(payload) < frame.size or zlib.crc32(payload) != frame.crc:
            return
        yield frame, payload
        offset = start + frame.size
