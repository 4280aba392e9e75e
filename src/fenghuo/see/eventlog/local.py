"""The local engine: one folder a stream, on one machine."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from fenghuo.see.eventlog.engine import Usage, split_position
from fenghuo.see.eventlog.offsets import FileOffsets
from fenghuo.see.eventlog.reader import LocalReader
from fenghuo.see.eventlog.segments import first_append, last_append, segments
from fenghuo.see.eventlog.writer import Head, LocalWriter, Room

_STREAM = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+\.[a-z0-9-]+")
_DAY_NS = 86_400 * 1_000_000_000
_WARN_AT = 0.8


class LocalLog:
    """See `engine.EventLog`. `limit_bytes` 0 means three quarters of the disk."""

    def __init__(self, folder: Path, limit_bytes: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        stat = os.statvfs(folder)
        self._room = Room(folder, limit_bytes or stat.f_blocks * stat.f_frsize * 3 // 4)

    def writer(self, stream: str, schema: pa.Schema) -> LocalWriter:
        """See `engine.EventLog.writer`."""
        if not _STREAM.fullmatch(stream):
            raise ValueError(f"{stream!r}: a stream is named topic.retention.partition")
        return LocalWriter(self._folder / stream, stream, schema, self._room)

    def reader(self, stream: str, start: int = 0) -> LocalReader:
        """See `engine.EventLog.reader`."""
        return LocalReader(self._folder / stream, stream, start)

    def streams(self, topic: str) -> list[str]:
        """See `engine.EventLog.streams`."""
        return sorted(
            e.name
            for e in os.scandir(self._folder)
            if e.name.startswith(topic + ".")
            and _STREAM.fullmatch(e.name)
            and os.path.exists(os.path.join(e.path, "head"))
        )

    def end(self, stream: str) -> int:
        """See `engine.EventLog.end`."""
        return Head(self._folder / stream).get()

    def offsets(self, consumer: str) -> FileOffsets:
        """See `engine.EventLog.offsets`."""
        return FileOffsets(self._folder / "offsets", consumer)

    def row(self, position: str) -> pa.RecordBatch | None:
        """See `engine.EventLog.row`."""
        stream, sequence = split_position(position)
        if stream not in self.streams(stream.partition(".")[0]):
            return None
        reader = self.reader(stream, sequence)
        try:
            blocks = reader.read(max_rows=1)
        finally:
            reader.close()
        if not blocks or blocks[0].first_sequence != sequence:
            return None
        return blocks[0].batch.slice(0, 1)

    def retain(self, now_ns: int, days: Mapping[str, float]) -> list[str]:
        """See `engine.EventLog.retain`; the active segment of a stream always stays."""
        removed = []
        for entry in sorted(os.scandir(self._folder), key=lambda e: e.name):
            if not _STREAM.fullmatch(entry.name):
                continue
            keep = days.get(entry.name.split(".")[1])
            for segment in segments(Path(entry.path))[:-1]:
                if keep is None or last_append(segment) >= now_ns - int(keep * _DAY_NS):
                    break
                segment.remove()
                removed.append(f"{entry.name}:{segment.first}")
        return removed

    def usage(self) -> Usage:
        """See `engine.EventLog.usage`."""
        used, free, limit = self._room.used(), self._room.free(), self._room.limit_bytes
        oldest = [first_append(s[0]) for name in self.streams("records") if (s := segments(self._folder / name))]
        return Usage(
            used_bytes=used,
            limit_bytes=limit,
            free_bytes=free,
            warn=used > limit * _WARN_AT or free < (used + free) * (1 - _WARN_AT) / 2,
            oldest_ns=min((at for at in oldest if at is not None), default=None),
        )
