"""Syslog over UDP, TCP and TLS: frames (RFC 6587, RFC 5426, RFC 5425) and who sent them."""

import asyncio
import re
from collections.abc import Iterator, Sequence

from fenghuo.faces.intake.senders import Senders
from fenghuo.faces.intake.store import Line, Store

_CHUNK = 256 * 1024
_HOST_5424 = re.compile(rb"<\d{1,3}>1 \S+ (\S+) ")
_HOST_3164 = re.compile(rb"(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) (\S+) ")
_COUNT = re.compile(rb"([1-9]\d{0,8}) ")
_MOST_WAITING = 20_000


def host_of(raw: bytes) -> str:
    """The host name that a syslog line states, "" where it states none."""
    found = _HOST_5424.match(raw) or _HOST_3164.match(raw)
    return found.group(1).decode("utf-8", "replace") if found else ""


class FrameError(Exception):
    """The stream can't be cut into frames any more; the text says why."""


class Frames:
    """Cuts a stream into frames: octet-counted where a frame begins with a count, else up to a newline (or NUL)."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._buffer = bytearray()
        self._skipping = False
        self.cut = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The whole frames that `data` completes.

        A line over the limit is cut there and counted in `cut`; its rest is passed over.

        Raises:
            FrameError: an octet count over the limit.
        """
        self._buffer += data
        while (frame := self._next()) is not None:
            if frame:
                yield frame

    def _next(self) -> bytes | None:
        """The next frame, b"" for one that is passed over, None where more bytes are needed."""
        if not self._buffer:
            return None
        counted = None if self._skipping else _COUNT.match(self._buffer)
        if counted:
            return self._counted(counted.end(), int(counted.group(1)))
        if not self._skipping and len(self._buffer) < 10 and self._buffer.isdigit():
            return None
        return self._line()

    def _counted(self, start: int, length: int) -> bytes | None:
        if length > self._limit:
            raise FrameError(f"a frame of {length} bytes; the limit is {self._limit}")
        if len(self._buffer) < start + length:
            return None
        frame = bytes(self._buffer[start : start + length])
        del self._buffer[: start + length]
        return frame.rstrip(b"\r\n\x00")

    def _line(self) -> bytes | None:
        end = self._buffer.find(b"\n")
        too_long = len(self._buffer) > self._limit if end < 0 else end > self._limit
        if end < 0 and not too_long and not self._skipping:
            return None
        line = bytes(self._buffer[: self._limit if end < 0 else end])
        del self._buffer[: len(self._buffer) if end < 0 else end + 1]
        skipped, self._skipping = self._skipping, end < 0
        if skipped:
            return b""
        if too_long:
            self.cut += 1
        return line[: self._limit].rstrip(b"\r\x00")

    def rest(self) -> bytes:
        """What stands unfinished when the sender closes: its last line without an end."""
        left = b"" if self._skipping else bytes(self._buffer).rstrip(b"\r\n\x00")
        self._buffer.clear()
        return left


class SyslogServer:
    """Serves TCP and TLS connections and UDP datagrams."""

    def __init__(self, store: Store, senders: Senders) -> None:
        self._store = store
        self._senders = senders

    async def lines(self, frames: Sequence[tuple[bytes, str]]) -> list[Line]:
        """Frames, each with the address that it came from, with the source that it is of."""
        stamps = await self._senders.of_peers((peer, host_of(raw)) for raw, peer in frames)
        return [Line(raw, stamp, peer) for (raw, peer), stamp in zip(frames, stamps, strict=True)]

    async def serve_stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, transport: str) -> None:
        """One connection; nothing is read ahead of what is on disk."""
        peer = str(writer.get_extra_info("peername")[0])
        frames = Frames(self._store.line_limit)
        try:
            while data := await reader.read(_CHUNK):
                found, problem = _cut(frames, data)
                await self._keep(found, peer, transport)
                if frames.cut:
                    self.refuse(peer, "", "a line over the limit was cut", frames.cut)
                    frames.cut = 0
                if problem:
                    self.refuse(peer, "", problem)
                    return
            if last := frames.rest():
                await self._keep([last], peer, transport)
        except (ConnectionError, TimeoutError):
            pass
        finally:
            writer.close()

    async def _keep(self, frames: list[bytes], peer: str, transport: str) -> None:
        if frames:
            await self._store.put_patiently(await self.lines([(raw, peer) for raw in frames]), transport)

    def refuse(self, peer: str, host: str, why: str, amount: int = 1) -> None:
        """Count lines that were not kept as they came."""
        self._store.count(self._senders.directory.of_peer(peer, host), peer, "refused", amount, why)


def _cut(frames: Frames, data: bytes) -> tuple[list[bytes], str]:
    """The frames that `data` completes, and why the stream can't be cut any further, "" where it can."""
    found: list[bytes] = []
    try:
        found.extend(frames.feed(data))
    except FrameError as error:
        return found, str(error)
    return found, ""


class UdpReceiver(asyncio.DatagramProtocol):
    """Gathers datagrams and stores them together; what does not fit is counted."""

    def __init__(self, server: SyslogServer, store: Store) -> None:
        self._server = server
        self._store = store
        self._waiting: list[tuple[bytes, str]] = []
        self._task: asyncio.Task[None] | None = None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Keep one datagram for storing."""
        raw = data.rstrip(b"\r\n\x00")
        if not raw:
            return
        if len(self._waiting) >= _MOST_WAITING:
            self._server.refuse(addr[0], host_of(raw), "overflow")
            return
        self._waiting.append((raw, addr[0]))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._flush())

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await self._store.put_patiently(await self._server.lines(batch), "udp")
