"""RELP 0: syslog whose receipt is acknowledged after it is on disk (rsyslog's omrelp)."""

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from fenghuo.faces.intake.senders import Senders
from fenghuo.faces.intake.store import Line, Store
from fenghuo.faces.intake.syslog import host_of

_OFFER = b"relp_version=0\nrelp_software=fenghuo\ncommands=syslog"
_REMEMBERED = 4096
_TOGETHER = 512
_MOST_WAITING_BYTES = 4 * 1024 * 1024


class BadFrame(Exception):
    """Not RELP; the connection ends."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One RELP frame."""

    number: int
    command: bytes
    data: bytes


async def read_frame(reader: asyncio.StreamReader, limit: int) -> Frame:
    """The next frame.

    Raises:
        BadFrame: it is none, or longer than `limit`. asyncio.IncompleteReadError: the connection ended.
    """
    number = await _word(reader, 9)
    command = await _word(reader, 32)
    length = b""
    while (byte := await reader.readexactly(1)) not in {b" ", b"\n"}:
        length += byte
        if len(length) > 9 or not byte.isdigit():
            raise BadFrame("length")
    if not number.isdigit() or not length or int(length) > limit:
        raise BadFrame("length" if number.isdigit() else "number")
    data = b""
    if byte == b" ":
        data = await reader.readexactly(int(length))
        byte = await reader.readexactly(1)
    if byte != b"\n":
        raise BadFrame("trailer")
    return Frame(int(number), command, data)


async def _word(reader: asyncio.StreamReader, longest: int) -> bytes:
    word = b""
    while (byte := await reader.readexactly(1)) != b" ":
        word += byte
        if len(word) > longest or byte == b"\n":
            raise BadFrame("word")
    return word


class Remembered:
    """What each peer sent lately, so that a message which comes again after a broken session is known as a resend."""

    def __init__(self) -> None:
        self._sent: dict[str, OrderedDict[bytes, None]] = {}

    def add(self, peer: str, raw: bytes) -> None:
        """Remember a stored message."""
        known = self._sent.setdefault(peer, OrderedDict())
        known[hashlib.blake2b(raw, digest_size=16).digest()] = None
        if len(known) > _REMEMBERED:
            known.popitem(last=False)

    def has(self, peer: str, raw: bytes) -> bool:
        """Whether these bytes were stored from this peer lately."""
        return hashlib.blake2b(raw, digest_size=16).digest() in self._sent.get(peer, ())


class Waiting:
    """Bounds what one session has read and not yet stored, in bytes; a single larger message still passes."""

    def __init__(self) -> None:
        self._bytes = 0
        self._room = asyncio.Event()

    async def take(self, size: int) -> None:
        """Wait until there is room for `size` bytes."""
        while self._bytes and self._bytes + size > _MOST_WAITING_BYTES:
            self._room.clear()
            await self._room.wait()
        self._bytes += size

    def give(self, size: int) -> None:
        """Bytes that are stored."""
        self._bytes -= size
        self._room.set()


class RelpServer:
    """Serves RELP connections."""

    def __init__(self, store: Store, senders: Senders) -> None:
        self._store = store
        self._senders = senders
        self._remembered = Remembered()
        self._broken: set[str] = set()
        for record in store.tail(_REMEMBERED):
            if record.transport == "relp":
                self._remembered.add(record.peer, record.raw)
                self._broken.add(record.peer)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One session; messages are stored in groups and acknowledged after they are on disk."""
        peer = str(writer.get_extra_info("peername")[0])
        queue: asyncio.Queue[Frame | None] = asyncio.Queue(_TOGETHER)
        waiting = Waiting()
        storing = asyncio.create_task(self._store_queue(queue, waiting, writer, peer))
        clean = False
        try:
            while True:
                frame = await read_frame(reader, self._store.line_limit)
                await waiting.take(len(frame.data))
                await queue.put(frame)
                if frame.command == b"close":
                    clean = True
                    break
        except (asyncio.IncompleteReadError, ConnectionError, BadFrame, TimeoutError):
            pass
        finally:
            await queue.put(None)
            await storing
            if clean:
                self._broken.discard(peer)
            else:
                self._broken.add(peer)
            writer.close()

    async def _store_queue(
        self, queue: "asyncio.Queue[Frame | None]", waiting: Waiting, writer: asyncio.StreamWriter, peer: str
    ) -> None:
        suspicious = _REMEMBERED if peer in self._broken else 0
        while True:
            group = [await queue.get()]
            while len(group) < _TOGETHER and not queue.empty():
                group.append(queue.get_nowait())
            messages = [f for f in group if f is not None and f.command == b"syslog"]
            raws = [frame.data.rstrip(b"\r\n\x00") for frame in messages]
            stamps = await self._senders.of_peers((peer, host_of(raw)) for raw in raws)
            lines = []
            for raw, stamp in zip(raws, stamps, strict=True):
                resend = suspicious > 0 and self._remembered.has(peer, raw)
                suspicious -= 1
                lines.append(Line(raw, stamp, peer, resend=resend))
            await self._store.put_patiently(lines, "relp")
            waiting.give(sum(len(item.data) for item in group if item is not None))
            for line in lines:
                self._remembered.add(peer, line.raw)
            for item in group:
                if item is None:
                    return
                self._answer(writer, item)

    def _answer(self, writer: asyncio.StreamWriter, frame: Frame) -> None:
        if frame.command in {b"open", b"syslog", b"close"}:
            data = b"200 OK" + (b"\n" + _OFFER if frame.command == b"open" else b"")
        else:
            data = b"500 unknown command"
        writer.write(b"%d rsp %d %s\n" % (frame.number, len(data), data))
        if frame.command == b"close":
            writer.write(b"0 serverclose 0\n")
