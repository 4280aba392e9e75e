"""File tail: lines that programs on this machine append to a file, stored once, also across restarts and rotation."""

import asyncio
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from fenghuo.faces.intake.senders import Senders
from fenghuo.faces.intake.store import Line, Store
from fenghuo.see.eventlog import EventLog
from fenghuo.see.events import SourceStamp

log = logging.getLogger(__name__)
_LOOK_EVERY_S = 0.1
_CHUNK = 1024 * 1024


class _Tail:
    """One followed file: where the reading stands, and the inode that this counts in."""

    def __init__(self, file: BinaryIO, inode: int, place: int) -> None:
        self.file = file
        self.inode = inode
        self.place = place


class FileTails:
    """Follows the files of the directory of sources.

    A line's key is its file, inode and place, so that a kill between storing and remembering stores nothing twice. A file
    that was replaced (rotation) is read to its end before the new one is begun; one that was cut is begun anew.
    """

    def __init__(self, event_log: EventLog, store: Store, senders: Senders) -> None:
        self._store = store
        self._senders = senders
        self._offsets = event_log.offsets("files")
        self._tails: dict[str, _Tail] = {}

    async def follow(self) -> None:
        """Follow until cancelled."""
        while True:
            moved = False
            files: Mapping[str, SourceStamp] = self._senders.directory.by_file
            for gone in self._tails.keys() - files.keys():
                self._tails.pop(gone).file.close()
            for path, stamp in files.items():
                try:
                    moved = await self._step(path, stamp) or moved
                except OSError as error:
                    self._store.count(stamp, "", "refused", 1, f"{path}: {error.strerror}")
                    await asyncio.sleep(_LOOK_EVERY_S)
            if not moved:
                await asyncio.sleep(_LOOK_EVERY_S)

    async def _step(self, path: str, stamp: SourceStamp) -> bool:
        """Store what one file holds beyond the place, at most a chunk; whether there was something."""
        tail = self._tails.get(path) or self._open(path, stamp)
        if tail is None:
            return False
        if os.fstat(tail.file.fileno()).st_size < tail.place:
            tail.place = 0
        tail.file.seek(tail.place)
        data = tail.file.read(_CHUNK)
        end = data.rfind(b"\n") + 1
        if not end and len(data) >= min(_CHUNK, self._store.line_limit):
            end = len(data)
        if end:
            await self._keep(path, stamp, tail, data[:end])
            return True
        if self._replaced(path, tail):
            tail.file.close()
            del self._tails[path]
        return False

    async def _keep(self, path: str, stamp: SourceStamp, tail: _Tail, data: bytes) -> None:
        lines, place = [], tail.place
        for raw in data.splitlines(keepends=True):
            text = raw.rstrip(b"\r\n")[: self._store.line_limit]
            if text:
                lines.append(Line(text, stamp, "", key=f"{stamp.source_id}|{tail.inode}:{place}"))
            place += len(raw)
        await self._store.put_patiently(lines, "file")
        tail.place = place
        self._offsets.save({f"{path}:{tail.inode}": place})

    def _open(self, path: str, stamp: SourceStamp) -> _Tail | None:
        if not Path(path).exists():
            return None
        file = Path(path).open("rb")  # noqa: SIM115 -- held while the file is followed
        inode = os.fstat(file.fileno()).st_ino
        self._tails[path] = _Tail(file, inode, self._offsets.load().get(f"{path}:{inode}", 0))
        return self._tails[path]

    def _replaced(self, path: str, tail: _Tail) -> bool:
        try:
            return os.stat(path).st_ino != tail.inode
        except FileNotFoundError:
            return True
