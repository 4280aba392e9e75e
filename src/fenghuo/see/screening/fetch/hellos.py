"""Read-only hellos to services that ought not to serve strangers: who is there, and does it ask for a password. No data is read."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fenghuo.base.common import door
from fenghuo.see.screening.facts import CheckClass, Failure, Target, Untested, Why
from fenghuo.see.screening.facts.network import Hello, Port
from fenghuo.see.screening.fetch import mongodb
from fenghuo.see.screening.fetch.reading import first_bytes, named_failures
from fenghuo.see.screening.fetch.web import Scanner
from fenghuo.see.screening.fetch.wire import Wire

_ANSWER_S = 5.0
_MOST_SAID = 1000
_RSYNC_END = b"@RSYNCD: EXIT"
_RSYNC_OVER = re.compile(rb"^@(?:RSYNCD: EXIT|ERROR)", re.MULTILINE)
_RSYNC_MODULE = re.compile(rb"^(?!@)\S[^\t\n]*\t[^\n]*", re.MULTILINE)
_FTP_LINE = re.compile(rb"^\d{3} [^\n]*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a hello needs to know."""

    host: str
    scanner: Scanner
    work_order: str


Talk = Callable[[door.Streams, _Asked], Awaitable[tuple[bool, bytes]]]
"""Says a hello over a connection and gives whether it was served without a password, and what was said."""


async def _say(streams: door.Streams, words: bytes, end: bytes = b"", most: int = _MOST_SAID) -> bytes:
    """Say something (or only listen) and give the answer.

    Raises:
        TimeoutError: nothing came at all, so that nothing follows.
    """
    reader, writer = streams
    writer.write(words)
    await writer.drain()
    said = await first_bytes(reader, most, _ANSWER_S, end)
    if not said and not reader.at_eof():
        raise TimeoutError("no answer to a hello")
    return said


async def _redis(streams: door.Streams, _asked: _Asked) -> tuple[bool, bytes]:
    said = await _say(streams, b"PING\r\n", b"\r\n")
    return said.startswith(b"+PONG"), said


async def _memcached(streams: door.Streams, _asked: _Asked) -> tuple[bool, bytes]:
    said = await _say(streams, b"version\r\n", b"\r\n")
    return said.startswith(b"VERSION "), said


async def _zookeeper(streams: door.Streams, _asked: _Asked) -> tuple[bool, bytes]:
    said = await _say(streams, b"ruok\n", b"imok")
    return said.startswith(b"imok"), said


async def _rsync(streams: door.Streams, _asked: _Asked) -> tuple[bool, bytes]:
    """Anybody gets a greeting; only the names of modules, where it tells them, show that it serves strangers."""
    said = await _say(streams, b"", b"\n")
    if not said.startswith(b"@RSYNCD: "):
        return False, said
    listed = await _say(streams, b"@RSYNCD: 30.0\n#list\n", _RSYNC_END, 8192)
    modules = b"\n".join(_RSYNC_MODULE.findall(listed))
    if not modules and not _RSYNC_OVER.search(listed):
        raise ValueError("a list of rsync modules without end")
    return bool(modules), (said.partition(b"\n")[0] + b"\n" + (modules or listed))[:_MOST_SAID]


async def _get(streams: door.Streams, asked: _Asked, path: str) -> tuple[int, Any, bytes]:
    """Status and JSON of an answer over HTTP, {} where it holds none."""
    headers = {"Host": asked.host, "Connection": "close", "Accept": "application/json"}
    headers |= asked.scanner.headers(asked.work_order)
    lines = [f"GET {path} HTTP/1.0", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    said = await _say(streams, "\r\n".join(lines).encode("ascii", "replace"), most=8192)
    status = re.match(rb"HTTP/1\.[01] (\d{3})", said)
    text = said.partition(b"\r\n\r\n")[2].decode("utf-8", "replace")
    try:
        found = json.loads(text[text.index("{") : text.rindex("}") + 1])
    except (ValueError, RecursionError):
        found = {}
    return int(status.group(1)) if status else 0, found, said


async def _elasticsearch(streams: door.Streams, asked: _Asked) -> tuple[bool, bytes]:
    status, found, said = await _get(streams, asked, "/")
    version = found.get("version")
    return status == 200 and "cluster_name" in found and isinstance(version, dict) and "number" in version, said


async def _docker(streams: door.Streams, asked: _Asked) -> tuple[bool, bytes]:
    status, found, said = await _get(streams, asked, "/version")
    return status == 200 and "ApiVersion" in found and "Version" in found, said


async def _nacos(streams: door.Streams, asked: _Asked) -> tuple[bool, bytes]:
    """Its state is open to anybody; newer ones say in it whether the rest wants a password."""
    status, found, said = await _get(streams, asked, "/nacos/v1/console/server/state")
    is_nacos = status == 200 and "version" in found and ("standalone_mode" in found or "function_mode" in found)
    return is_nacos and str(found.get("auth_enabled", "false")).lower() != "true", said


async def _mongodb(streams: door.Streams, _asked: _Asked) -> tuple[bool, bytes]:
    """Anybody gets an answer to a hello; whether the rest wants a password shows in a harmless parameter."""
    reader, writer = streams
    said = b""
    try:
        async with asyncio.timeout(_ANSWER_S):
            writer.write(mongodb.HELLO)
            await writer.drain()
            said = await mongodb.reply(reader)
            version = mongodb.wire_version(said)
            if version is None:
                return False, said[:_MOST_SAID]
            writer.write(mongodb.parameter(version))
            await writer.drain()
            answer = await mongodb.reply(reader)
    except mongodb.NotMongo as error:
        return False, said[:_MOST_SAID] or str(error).encode()
    served = mongodb.is_served(answer)
    return served, (answer if served else said)[:_MOST_SAID]


async def _ftp(streams: door.Streams, asked: _Asked) -> tuple[bool, bytes]:
    """Anonymous FTP (RFC 1635): this name, and a mail address for a password. PWD shows a session; no file is listed."""
    said = await _ftp_line(streams, b"")
    served = False
    if said.startswith(b"220"):
        said += (answer := await _ftp_line(streams, b"USER anonymous\r\n"))
        if answer.startswith(b"331"):
            address = re.sub(r"[^\w.@+-]", "", asked.scanner.contact, flags=re.ASCII) or "screening@"
            said += (answer := await _ftp_line(streams, f"PASS {address}\r\n".encode("ascii")))
        served = answer.startswith(b"230")
        if served:
            said += await _ftp_line(streams, b"PWD\r\n")
        with suppress(OSError, TimeoutError):
            await _ftp_line(streams, b"QUIT\r\n")
    return served, said[:_MOST_SAID]


async def _ftp_line(streams: door.Streams, words: bytes) -> bytes:
    """An answer, which may have several lines; the last of them has a space after its number."""
    reader, writer = streams
    writer.write(words)
    found = b""
    async with asyncio.timeout(_ANSWER_S):
        while len(found) < 4000 and not _FTP_LINE.search(found):
            line = await reader.readline()
            if not line:
                break
            found += line
    return found


HELLOS: dict[int, tuple[str, Talk]] = {
    21: ("ftp", _ftp),
    873: ("rsync", _rsync),
    2181: ("zookeeper", _zookeeper),
    2375: ("docker", _docker),
    6379: ("redis", _redis),
    8848: ("nacos", _nacos),
    9200: ("elasticsearch", _elasticsearch),
    11211: ("memcached", _memcached),
    27017: ("mongodb", _mongodb),
}
"""Port → service that lives there, and how it is greeted."""


async def collect(
    wire: Wire,
    target: Target,
    addresses: Sequence[str],
    ports: Sequence[Port],
    scanner: Scanner,
    known: dict[int, tuple[str, Talk]] | None = None,
) -> tuple[Hello, ...]:
    """A hello to each open port where a service of `HELLOS` lives.

    Args:
        ports: what `ports.collect` found. known: other ports than the usual ones, for tests.

    Raises:
        Untested: no service is open to strangers as far as was seen, but one could not be asked; what is open is reported in any case.
    """
    if not addresses:
        raise Untested(Failure(Why.NAME_NOT_FOUND, target.host))
    asked = _Asked(target.host, scanner, wire.permit.work_order)
    found: list[Hello] = []
    for port in ports:
        service, talk = (known or HELLOS).get(port.number, ("", None))
        if port.state == "open" and talk is not None:
            found.append(await _greet(wire, asked, addresses[0], port.number, service, talk))
    failure = next((hello.failure for hello in found if hello.failure is not None), None)
    if failure is not None and not any(hello.open for hello in found):
        raise Untested(failure)
    return tuple(found)


async def _greet(wire: Wire, asked: _Asked, address: str, port: int, service: str, talk: Talk) -> Hello:
    try:
        async with wire.connect(CheckClass.SERVICES, asked.host, address, port, f"hello to {service}") as streams:
            with named_failures():
                served, said = await talk(streams, asked)
    except Untested as missing:
        if missing.failure.why in {Why.RESET, Why.INCOMPLETE}:  # it hung up on the hello, so it serves nobody this way
            return Hello(service, port, False)
        return Hello(service, port, False, failure=missing.failure)
    return Hello(service, port, served, said)
