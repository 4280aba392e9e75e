"""What a TLS server offers: one question, one connection."""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from fenghuo.base.common import door
from fenghuo.see.screening.facts import CheckClass, Failure, Target, Untested, Why
from fenghuo.see.screening.facts.network import TlsFacts
from fenghuo.see.screening.fetch.aia import fetch_issuers
from fenghuo.see.screening.fetch.tls_hello import VERSIONS, Flight, NotTls, client_hello, suites
from fenghuo.see.screening.fetch.trust import NoRoots, Roots, system_roots
from fenghuo.see.screening.fetch.web import old_tls
from fenghuo.see.screening.fetch.wire import Denied, Wire

ANSWER_S = 8.0
_HUNG_UP = Failure(Why.RESET, "closed after the hello")
_SILENT = Failure(Why.TIMED_OUT, "no answer to the hello")
_UNREACHABLE = {Why.NO_CONNECTION, Why.REFUSED, Why.TIMED_OUT, Why.NOT_AUTHORISED}
_GOODBYE = bytes([21, 3, 1, 0, 2, 1, 90])
"""Alert user_canceled: the server need not wait for the rest of a handshake."""

Resolve = Callable[[str, float], Awaitable[list[str]]]


async def collect(
    wire: Wire,
    target: Target,
    addresses: Sequence[str],
    roots: Roots | None = None,
    aia_ports: frozenset[int] = frozenset({80}),
    resolve: Resolve = door.resolve,
) -> TlsFacts:
    """What the TLS server of a target offers, at its registered port or 443; at most 11 connections to its first address.

    Args:
        roots: trusted ones, those of this machine where none are given.
        aia_ports, resolve: where missing certificates may be fetched from, and how the name of that place is looked up.

    Raises:
        Untested: there is no TLS server, it cannot be reached, or there are no roots to judge its chain by.
    """
    try:
        trusted_roots = roots or system_roots()
    except NoRoots as error:
        raise Untested(Failure(Why.NOT_COLLECTED, f"no trusted roots: {error}")) from error
    if not addresses:
        raise Untested(Failure(Why.NAME_NOT_FOUND, target.host))
    asking = _Asking(wire, target.host, addresses[0], tls_port(target))
    await asking.versions()
    await asking.groups()
    await asking.field_size()
    chain, trusted = asking.chain, False
    if chain:
        trusted = trusted_roots.leads_here(chain, wire.now())
    elif asking.offered["TLSv1.3"] is True:
        chain, trusted = await asking.modern_chain(trusted_roots)
    issuers = () if trusted else await fetch_issuers(wire, chain, trusted_roots, aia_ports, resolve)
    helped = trusted or (bool(issuers) and trusted_roots.leads_here([*chain, *issuers], wire.now()))
    return TlsFacts(chain, await asking.settled(), issuers, asking.dh_bits, trusted, helped)


def tls_port(target: Target) -> int:
    """Where a target speaks TLS: the port of its https address, else 443."""
    parts = urlsplit(target.url)
    return (parts.port if parts.scheme == "https" else None) or 443


@dataclass(slots=True)
class _Asking:
    """The questions to one server and what it answered."""

    wire: Wire
    host: str
    address: str
    port: int
    offered: dict[str, bool | Failure] = field(default_factory=dict)
    chain: tuple[bytes, ...] = ()
    dh_bits: int = 0

    @property
    def legacy(self) -> int:
        """The newest version before TLS 1.3 that is spoken, 0 for none: the one in which old suites are asked for."""
        return max(
            (number for name, number in VERSIONS.items() if name != "TLSv1.3" and self.offered.get(name) is True),
            default=0,
        )

    async def versions(self) -> None:
        """Ask for each version.

        Raises:
            Untested: the place cannot be reached, or no version got a clear answer.
        """
        for name, number in VERSIONS.items():
            said = await self._ask(name, number, suites().modern if name == "TLSv1.3" else suites().broad)
            if not self.offered and isinstance(said, Failure) and said.why in _UNREACHABLE and said is not _SILENT:
                raise Untested(said)
            self.offered[name] = said if isinstance(said, Failure) else said.version == number
        if True not in self.offered.values():
            unclear = next((said for said in self.offered.values() if isinstance(said, Failure)), None)
            raise Untested(unclear or Failure(Why.TLS_FAILED, "every version is refused"))

    async def groups(self) -> None:
        """Ask for each group of weak suites; who speaks TLS 1.3 only has none of them."""
        unclear = (said for said in self.offered.values() if isinstance(said, Failure) and said is not _HUNG_UP)
        without = next(unclear, False)
        for name, listed in suites().groups.items():
            if not self.legacy:
                self.offered[name] = without
                continue
            said = await self._ask(name, self.legacy, listed)
            self.offered[name] = said if isinstance(said, Failure) else said.suite in listed

    async def field_size(self) -> None:
        """Ask for a finite-field exchange, to learn the size of its group."""
        if self.legacy:
            await self._ask("dhe", self.legacy, suites().dhe)

    async def settled(self) -> dict[str, bool | Failure]:
        """The answers. Hanging up is a refusal if the server still takes a hello that it took before; else it has shut us out."""
        if _HUNG_UP not in self.offered.values():
            return self.offered
        spoken = next(name for name, said in self.offered.items() if said is True)
        listed = suites().modern if spoken == "TLSv1.3" else suites().broad
        said = await self._ask(f"{spoken} again", VERSIONS[spoken], listed)
        if isinstance(said, Failure) or not said.version:
            return self.offered
        return {name: False if said is _HUNG_UP else said for name, said in self.offered.items()}

    async def _ask(self, name: str, version: int, listed: Sequence[int]) -> Flight | Failure:
        """What the server says to a hello of this version and these suites; a flight without version is a refusal."""
        hello = client_hello(version, listed, _server_name(self.host))
        flight = Flight()
        try:
            await self._answer(f"tls {name}", hello, flight)
        except Untested as missing:
            if isinstance(missing, Denied) and not self.offered:
                raise
            return missing.failure
        if not flight.version and flight.alert is None:
            return _HUNG_UP
        self.chain = self.chain or flight.chain
        if flight.dh_bits:
            self.dh_bits = min(self.dh_bits or flight.dh_bits, flight.dh_bits)
        return flight

    async def _answer(self, what: str, hello: bytes, flight: Flight) -> None:
        """Read what the server says to a hello; nothing where it hangs up on it.

        Raises:
            Untested: no connection, no answer in time, or no TLS.
        """
        async with self.wire.connect(CheckClass.TRANSPORT, self.host, self.address, self.port, what) as streams:
            try:
                await read_flight(streams, hello, flight)
            except TimeoutError as error:
                if not flight.version:
                    self.wire.limiter.answered(self.host, self.address, ANSWER_S, refused=True)
                    raise Untested(_SILENT) from error
            except NotTls as error:
                raise Untested(Failure(Why.TLS_FAILED, f"no TLS: {error}"[:200])) from error
            except OSError:
                return

    async def modern_chain(self, roots: Roots) -> tuple[tuple[bytes, ...], bool]:
        """The first certificate of a server that encrypts its chain (TLS 1.3), and whether what it sent leads to a root.

        Raises:
            Untested: it did not come.
        """
        failure = Failure(Why.TLS_FAILED, "no certificate")
        for context, trusted in ((roots.context(), True), (old_tls(), False)):
            what = "tls TLSv1.3 certificate" + ("" if trusted else ", whatever it is")
            try:
                async with self.wire.connect(
                    CheckClass.TRANSPORT, self.host, self.address, self.port, what, context, self.host
                ) as (_reader, writer):
                    leaf = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            except Untested as missing:
                failure = missing.failure
            else:
                if leaf:
                    return (leaf,), trusted
        raise Untested(failure)


async def read_flight(streams: door.Streams, hello: bytes, flight: Flight) -> None:
    """Send a hello and read the answer into `flight`, then take leave.

    Raises:
        NotTls, OSError. TimeoutError: the server did not come to an end.
    """
    reader, writer = streams
    async with asyncio.timeout(ANSWER_S):
        writer.write(hello)
        await writer.drain()
        while not flight.done and (data := await reader.read(16_384)):
            flight.feed(data)
    with suppress(OSError):
        writer.write(_GOODBYE)


def _server_name(host: str) -> str:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host if host.isascii() else ""
    return ""
