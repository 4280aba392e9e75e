"""What mail exchangers offer: EHLO, STARTTLS and their chain. No sender, no recipient, no message."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from fenghuo.base.common import door
from fenghuo.see.screening.facts import CheckClass, Failure, Target, Untested, Why
from fenghuo.see.screening.facts.network import MailServer
from fenghuo.see.screening.fetch.names import mail_domain_of
from fenghuo.see.screening.fetch.reading import named_failures
from fenghuo.see.screening.fetch.resolver import Resolver
from fenghuo.see.screening.fetch.tls import read_flight
from fenghuo.see.screening.fetch.tls_hello import VERSIONS, Flight, NotTls, client_hello, suites
from fenghuo.see.screening.fetch.trust import NoRoots, Roots, names_host, system_roots
from fenghuo.see.screening.fetch.wire import Wire, failure_of

_MOST_SERVERS = 3
_GREETING_S = 15.0
"""Exchangers like to wait before they greet."""
_US = "screening.invalid"
_NO_CERTIFICATE = Failure(Why.TLS_FAILED, "STARTTLS without a certificate")


async def collect(
    wire: Wire,
    target: Target,
    _addresses: Sequence[str],
    resolver: Resolver | None = None,
    roots: Roots | None = None,
    port: int = 25,
) -> tuple[MailServer, ...]:
    """The first three exchangers of the target's mail domain that the permit allows; () where the domain takes no mail.

    Raises:
        Untested: none of the exchangers may be or could be contacted.
    """
    ask = resolver or Resolver(wire)
    try:
        trusted = roots or system_roots()
    except NoRoots as error:
        raise Untested(Failure(Why.NOT_COLLECTED, f"no trusted roots: {error}")) from error
    hosts = await _exchangers(ask, mail_domain_of(target))
    found: list[MailServer] = []
    failures: list[Failure] = []
    for host in hosts:
        if len(found) == _MOST_SERVERS:
            break
        try:
            found.append(await _server(wire, ask, host, port, trusted))
        except Untested as missing:
            failures.append(missing.failure)
    if failures and not found:
        raise Untested(failures[0])
    return tuple(found)


async def _exchangers(ask: Resolver, domain: str) -> list[str]:
    found = await ask.texts(domain, "MX")
    if isinstance(found, Failure):
        raise Untested(found)
    pairs = sorted((int(preference), host.lower().removesuffix(".")) for preference, host in (t.split() for t in found))
    return [host for _preference, host in pairs if host]


async def _server(wire: Wire, ask: Resolver, host: str, port: int, roots: Roots) -> MailServer:
    if host not in wire.permit.hosts:
        raise Untested(Failure(Why.NOT_AUTHORISED, host))
    addresses = await ask.texts(host, "A") or await ask.texts(host, "AAAA")
    if isinstance(addresses, Failure):
        raise Untested(addresses)
    if not addresses:
        raise Untested(Failure(Why.NAME_NOT_FOUND, host))
    async with wire.connect(CheckClass.MAIL, host, addresses[0], port, "EHLO, STARTTLS") as streams:
        talk = _Talk(streams)
        with named_failures():
            await talk.greet()
            await talk.secure(host)
    trusted = bool(talk.chain) and names_host(talk.chain[0], host) and roots.leads_here(talk.chain, wire.now())
    return MailServer(host, addresses[0], talk.banner, talk.extensions, talk.starttls, talk.chain, trusted)


@dataclass(slots=True)
class _Talk:
    """A conversation up to STARTTLS."""

    streams: door.Streams
    banner: str = ""
    extensions: tuple[str, ...] = ()
    starttls: bool | Failure = False
    chain: tuple[bytes, ...] = field(default=())

    async def greet(self) -> None:
        """Hear the greeting and say EHLO; a server that knows HELO only has no extensions."""
        code, lines = await self._hear()
        if code != 220:
            raise ValueError(f"{code} {lines[0]}"[:120])
        self.banner = lines[0]
        code, lines = await self._say(f"EHLO {_US}")
        self.extensions = tuple(line.upper() for line in lines[1:] if line) if code == 250 else ()

    async def secure(self, host: str) -> None:
        """Take STARTTLS where it is offered, and leave."""
        if any(line.split()[0] == "STARTTLS" for line in self.extensions):
            code, lines = await self._say("STARTTLS")
            if code == 220:
                await self._chain(host)
                return
            self.starttls = Failure(Why.TLS_FAILED, f"STARTTLS: {code} {lines[0]}"[:120])
        with suppress(OSError, TimeoutError, EOFError, ValueError):
            await self._say("QUIT")

    async def _chain(self, host: str) -> None:
        flight = Flight()
        numbers = [number for name, number in VERSIONS.items() if name != "TLSv1.3"]
        try:
            await read_flight(self.streams, client_hello(max(numbers), suites().broad, host), flight)
        except (OSError, TimeoutError) as error:
            if not flight.chain:
                self.starttls = failure_of(error)
                return
        except NotTls as error:
            self.starttls = Failure(Why.TLS_FAILED, f"no TLS after STARTTLS: {error}"[:120])
            return
        self.chain = flight.chain
        self.starttls = True if flight.chain else _NO_CERTIFICATE

    async def _say(self, line: str) -> tuple[int, list[str]]:
        self.streams[1].write(f"{line}\r\n".encode("ascii"))
        await self.streams[1].drain()
        return await self._hear()

    async def _hear(self) -> tuple[int, list[str]]:
        lines: list[str] = []
        async with asyncio.timeout(_GREETING_S):
            while len(lines) < 60:
                raw = await self.streams[0].readline()
                if not raw:
                    raise EOFError("the server hung up")
                line = raw[:500].decode("utf-8", "replace").rstrip("\r\n")
                if len(line) < 3 or not line[:3].isdigit():
                    raise ValueError(f"no SMTP: {line[:60]}")
                lines.append(line[4:].strip())
                if line[3:4] != "-":
                    return int(line[:3]), lines
        raise ValueError("an answer without end")
