"""The one door for outbound connections of code that waits for many at once (asyncio); the rules are those of `net`.

Nothing here resolves a name and connects to whatever it means: an address is given, it is checked, and the connection goes there. Who
holds a permit for an address that is not public says so with `permitted`.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from fenghuo.base.common.i18n import _
from fenghuo.base.common.net import Refused, may_contact

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_DATAGRAM = 65_535


def check(address: str, permitted: bool = False) -> None:
    """Let an address pass, or raise.

    Raises:
        Refused: it is not public, in no network of the setting `outbound_private`, and not permitted by name.
    """
    if not permitted and not may_contact(address):
        raise Refused(_("{address} is not a public address, and no permit names it.").format(address=address))


async def resolve(host: str, seconds: float) -> list[str]:
    """The addresses of a name by the system's resolver, IPv4 first; [] where it has none.

    Raises:
        OSError: the resolver failed. TimeoutError.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}:
            return []
        raise
    addresses = [str(where[0]) for _family, _kind, _protocol, _name, where in found]
    return sorted(dict.fromkeys(addresses), key=lambda a: ":" in a)


async def open_stream(
    address: str,
    port: int,
    seconds: float,
    permitted: bool = False,
    tls: ssl.SSLContext | None = None,
    server_name: str | None = None,
) -> Streams:
    """A connection to this very address.

    Raises:
        Refused: see `check`. OSError, ssl.SSLError, TimeoutError: it did not come about.
    """
    check(address, permitted)
    async with asyncio.timeout(seconds):
        return await asyncio.open_connection(
            address, port, ssl=tls, server_hostname=(server_name or address) if tls else None
        )


class _OneAnswer(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, _from: tuple[str | Any, int]) -> None:
        if not self.answer.done():
            self.answer.set_result(data[:_DATAGRAM])

    def error_received(self, problem: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(problem)


async def ask(address: str, port: int, question: bytes, seconds: float, permitted: bool = False) -> bytes:
    """Send one datagram and give the first one that comes back from there.

    Raises:
        Refused: see `check`. OSError, TimeoutError: no answer.
    """
    check(address, permitted)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(seconds):
        transport, protocol = await loop.create_datagram_endpoint(_OneAnswer, remote_addr=(address, port))
        try:
            transport.sendto(question)
            return await protocol.answer
        finally:
            transport.close()


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An HTTP answer: headers in order, the body decompressed and cut at the limit."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    cut: bool


class _Pinned(AbstractResolver):
    """Names mean the one address that was given for them, and no other name means anything."""

    def __init__(self) -> None:
        self.addresses: dict[str, str] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self.addresses[host]
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
        ]

    async def close(self) -> None:
        self.addresses.clear()


class HttpDoor:
    """HTTP to given addresses, redirects never followed, certificates not judged; one keeps connections of one host and address.

    Args:
        may: whether this permit names the address; asked at each new connection.
        connections: most at once.
    """

    def __init__(self, may: Callable[[str], bool], tls: ssl.SSLContext, connections: int = 2) -> None:
        self._may = may
        self._pinned = _Pinned()
        connector = aiohttp.TCPConnector(
            resolver=self._pinned,
            socket_factory=self._socket,
            use_dns_cache=False,
            limit=connections,
            ssl=tls,
            keepalive_timeout=5,
        )
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=True
        )

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _name, where = info
        check(str(where[0]), self._may(str(where[0])))
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    async def get(
        self, url: str, host: str, address: str, headers: Mapping[str, str], seconds: float, most: int
    ) -> HttpAnswer:
        """GET an address from one server; at most `most` bytes of the body are read.

        Raises:
            Refused: see `check`. OSError, TimeoutError, aiohttp.ClientError: no whole answer.
        """
        self._pinned.addresses[host] = address
        limits = aiohttp.ClientTimeout(total=seconds)
        async with self._session.get(
            url, headers=headers, allow_redirects=False, timeout=limits, max_line_size=32_768, max_field_size=32_768
        ) as answer:
            body, cut = await _read(answer, most)
            raw = tuple((k.decode("latin-1"), v.decode("utf-8", "replace")) for k, v in answer.raw_headers)
            return HttpAnswer(answer.status, raw, body, cut)

    async def close(self) -> None:
        """Close what is open."""
        await self._session.close()


async def _read(answer: aiohttp.ClientResponse, most: int) -> tuple[bytes, bool]:
    body = bytearray()
    async for piece in answer.content.iter_chunked(16_384):
        body += piece
        if len(body) > most:
            answer.close()
            return bytes(body[:most]), True
    return bytes(body), False
