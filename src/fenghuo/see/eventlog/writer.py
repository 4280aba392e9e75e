"""The local engine's writer: appends are collected, written and synced together by one committer thread."""

import errno
import fcntl
import logging
import mmap
import os
import queue
import struct
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from fenghuo.base.common import clock
from fenghuo.see.eventlog import frames
from fenghuo.see.eventlog.engine import KEY_COLUMN, LogFull, Receipt, StreamBusy
from fenghuo.see.eventlog.keys import Keys, digest
from fenghuo.see.eventlog.segments import new_segment, pack, segments

log = logging.getLogger(__name__)

SEGMENT_BYTES = 64 * 1024 * 1024
SEGMENT_AGE_NS = 3600 * 1_000_000_000
_FRAME_BYTES = 8 * 1024 * 1024
_LOCK_PATIENCE_S = 5.0
_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_KEY_FIELD = pa.field(KEY_COLUMN, pa.string())


class Head:
    """The durable watermark of a stream: the next sequence, in eight bytes that readers of other processes map."""

    def __init__(self, folder: Path) -> None:
        descriptor = os.open(folder / "head", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.fstat(descriptor).st_size < 8:
            os.ftruncate(descriptor, 8)
        self._map = mmap.mmap(descriptor, 8)
        os.close(descriptor)

    def get(self) -> int:
        """The next sequence; all below it are durable."""
        return int(struct.unpack("<Q", self._map[:8])[0])

    def set(self, sequence: int) -> None:
        """Let readers see rows below `sequence`."""
        self._map[:8] = struct.pack("<Q", sequence)


@dataclass(slots=True)
class _Append:
    batch: pa.RecordBatch
    keys: Sequence[str | None] | None
    future: "Future[Receipt]"


class LocalWriter:
    """See `engine.Writer`. One process holds a stream, by a lock that ends with it."""

    def __init__(self, folder: Path, stream: str, schema: pa.Schema, room: "Room") -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder, self._stream, self._room = folder, stream, room
        self._given, self._schema = schema, schema.append(_KEY_FIELD)
        self._lock = _hold(folder, stream)
        self._head = Head(folder)
        self._keys = Keys()
        self._packing: list[threading.Thread] = []
        self._open_last()
        self.opened_at = self._next
        self._queue: queue.SimpleQueue[_Append | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._commit_forever, name=f"commit {stream}", daemon=True)
        self._thread.start()

    def append(self, batch: pa.RecordBatch, keys: Sequence[str | None] | None = None) -> "Future[Receipt]":
        """See `engine.Writer.append`."""
        if not batch.schema.equals(self._given):
            raise ValueError(f"{self._stream}: the batch has other columns than the stream")
        if keys is not None and len(keys) != batch.num_rows:
            raise ValueError(f"{self._stream}: {len(keys)} keys for {batch.num_rows} rows")
        future: Future[Receipt] = Future()
        # Who waits may be cancelled; what was handed over is stored all the same, and the thread that does it goes on.
        future.set_running_or_notify_cancel()
        self._queue.put(_Append(batch, keys, future))
        return future

    def close(self) -> None:
        """Finish what was appended and let the stream go."""
        self._queue.put(None)
        self._thread.join()
        for packing in self._packing:
            packing.join()
        os.close(self._fd)
        os.close(self._lock)

    def _open_last(self) -> None:
        """Find the end of the last segment: a torn tail goes, a kill between two steps of packing is made good."""
        standing = segments(self._folder)
        for segment in standing[:-1]:
            if segment.path.exists():
                pack(segment)
        now = clock.now_ns()
        if standing and not standing[-1].path.exists():
            self._keys.load(standing, None, now)
            self._begin(self._head.get())
            return
        self._segment = standing[-1] if standing else new_segment(self._folder, 0)
        self._fd = os.open(self._segment.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._next, self._end, self._begun = _find_end(self._fd, self._segment.first, now)
        if self._next < self._head.get():
            log.error("%s: rows %d to %d are damaged on disk", self._stream, self._next, self._head.get() - 1)
            self._keys.load(standing, None, now)
            self._begin(self._head.get())
            return
        os.ftruncate(self._fd, self._end)
        os.fsync(self._fd)
        self._head.set(self._next)
        self._keys.load(standing[:-1], self._segment, now)

    def _begin(self, first: int) -> None:
        self._segment = new_segment(self._folder, first)
        self._fd = os.open(self._segment.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._next, self._end, self._begun = first, 0, clock.now_ns()
        _sync_folder(self._folder)

    def _commit_forever(self) -> None:
        while True:
            group, ended = self._collect()
            if group:
                self._commit(group)
            if ended:
                return

    def _collect(self) -> tuple[list[_Append], bool]:
        """What waits now: the first is waited for, the rest taken as they are."""
        group: list[_Append] = []
        size = 0
        item = self._queue.get()
        while item is not None:
            group.append(item)
            size += item.batch.nbytes
            if size >= _FRAME_BYTES or self._queue.empty():
                return group, False
            item = self._queue.get()
        return group, True

    def _commit(self, group: list[_Append]) -> None:
        now = clock.now_ns()
        start = self._next
        added: list[bytes] = []
        receipts = []
        parts = []
        try:
            self._room.check()
            for item in group:
                receipt, part = self._place(item, now, added)
                receipts.append(receipt)
                if part.num_rows:
                    parts.append(part)
            if parts:
                self._write(_merged(parts, self._schema), start, now)
        except (OSError, LogFull) as error:
            self._undo(start, added)
            self._refuse(group, error)
            return
        self._head.set(self._next)
        for item, receipt in zip(group, receipts, strict=True):
            item.future.set_result(receipt)
        if self._end >= SEGMENT_BYTES or (self._end and now - self._begun > SEGMENT_AGE_NS):
            self._roll(now)

    def _place(self, item: _Append, now: int, added: list[bytes]) -> tuple[Receipt, pa.RecordBatch]:
        """Give each row its sequence, and take out rows whose key was stored before."""
        count = item.batch.num_rows
        if item.keys is None or not any(item.keys):
            first, self._next = self._next, self._next + count
            keyed = item.batch.append_column(_KEY_FIELD, pa.nulls(count, pa.string()))
            return Receipt(self._stream, range(first, first + count)), keyed
        positions, kept = [], []
        for row, key in enumerate(item.keys):
            mark = digest(key) if key is not None else None
            known = self._keys.find(mark, now) if mark is not None else None
            if known is None:
                known, self._next = self._next, self._next + 1
                kept.append(row)
                if mark is not None:
                    self._keys.active[mark] = known
                    added.append(mark)
            positions.append(known)
        keyed = item.batch.append_column(_KEY_FIELD, pa.array(item.keys, pa.string()))
        if len(kept) < count:
            keyed = keyed.take(pa.array(kept, pa.int64()))
        return Receipt(self._stream, positions, count - len(kept)), keyed

    def _write(self, batch: pa.RecordBatch, first: int, now: int) -> None:
        data = memoryview(frames.encode(batch, first, now))
        offset = self._end
        while data:
            written = os.pwrite(self._fd, data, offset)
            offset += written
            data = data[written:]
        os.fdatasync(self._fd)
        self._end = offset

    def _undo(self, start: int, added: list[bytes]) -> None:
        self._next = start
        for mark in added:
            self._keys.active.pop(mark, None)
        os.ftruncate(self._fd, self._end)

    def _refuse(self, group: list[_Append], error: OSError | LogFull) -> None:
        """A full disk passes; after any other failure what the disk holds is not known, so this process must not go on."""
        if isinstance(error, OSError) and error.errno in _ROOM:
            error = LogFull(f"the disk is full: {error.strerror}. Make room; the log takes rows again by itself.")
        for item in group:
            item.future.set_exception(error)
        if isinstance(error, OSError):
            log.critical("%s: the disk refuses: %s", self._stream, error)
            os._exit(74)

    def _roll(self, now: int) -> None:
        closed = self._segment
        os.close(self._fd)
        self._keys.roll(closed, now)
        self._begin(self._next)
        packing = threading.Thread(target=pack, args=(closed,), name="pack", daemon=True)
        packing.start()
        self._packing = [p for p in self._packing if p.is_alive()] + [packing]


class Room:
    """Whether there is room: a reserve of the disk stays free, and the log stays below its size bound."""

    RESERVE = 64 * 1024 * 1024
    _EVERY_S = 1.0

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder, self.limit_bytes = folder, limit_bytes
        self._next = 0.0
        self._problem = ""

    def used(self) -> int:
        """Bytes that the log's files hold."""
        total = 0
        for folder, _, names in os.walk(self._folder):
            for name in names:
                try:
                    total += os.stat(os.path.join(folder, name)).st_size
                except FileNotFoundError:
                    continue
        return total

    def free(self) -> int:
        """Bytes that the disk still has."""
        stat = os.statvfs(self._folder)
        return stat.f_bavail * stat.f_frsize

    def check(self) -> None:
        """Raise LogFull where there is no room; looks at the disk once a second."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._EVERY_S
            self._problem = ""
            if self.free() < self.RESERVE:
                self._problem = "the disk has less than 64 MB free. Make room; the log takes rows again by itself."
            elif self.used() > self.limit_bytes:
                self._problem = "the event log has reached its size bound. Raise log_limit_gb; what the law asks for is not removed."
        if self._problem:
            raise LogFull(self._problem)


def _hold(folder: Path, stream: str) -> int:
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    end = time.monotonic() + _LOCK_PATIENCE_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError as error:
            if time.monotonic() > end:
                os.close(descriptor)
                raise StreamBusy(f"{stream}: another process writes this stream") from error
            time.sleep(0.02)


def _find_end(fd: int, first: int, now: int) -> tuple[int, int, int]:
    """Next sequence, offset of the end and time of the first frame of what is whole."""
    size = os.fstat(fd).st_size
    if not size:
        return first, 0, now
    next_sequence, end, begun = first, 0, 0
    for frame, _payload in _frames(fd, size):
        if frame.first != next_sequence:
            break
        next_sequence, end, begun = frame.next, frame.end, begun or frame.at
    return next_sequence, end, begun or now


def _frames(fd: int, size: int) -> Iterator[tuple[frames.Frame, memoryview]]:
    with mmap.mmap(fd, size, access=mmap.ACCESS_READ) as data:
        content = bytes(data)
    yield from frames.scan(content)


def _merged(parts: list[pa.RecordBatch], schema: pa.Schema) -> pa.RecordBatch:
    if len(parts) == 1:
        return parts[0]
    table = pa.Table.from_batches(parts, schema).unify_dictionaries().combine_chunks()
    return table.to_batches(max_chunksize=None)[0]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
