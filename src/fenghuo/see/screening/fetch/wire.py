"""A visit's way out: asks permit, budget and limiter before every contact, writes it down, and gives failures a name."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

import aiohttp

from fenghuo.base.common import door
from fenghuo.base.common.net import Refused
from fenghuo.see.screening.facts import CheckClass, Failure, Untested, Why
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.permit import Permit

PATIENCE_S = 15.0
"""How long an answer may take; the State Council Office's site check gives up after as long."""
CONNECT_S = 6.0
TOO_SLOW_S = 30.0
"""A site that asked to be left alone for longer between two requests is left alone until the next visit."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One line of the log: who is asked what, under which work order; written before it happens."""

    at: datetime
    work_order: str
    check_class: str
    host: str
    address: str
    port: int
    what: str

    def as_line(self) -> dict[str, object]:
        """What is written."""
        return {**asdict(self), "at": self.at.isoformat()}


class ContactLog(Protocol):
    """Where contacts are written down before they happen; append only."""

    def write(self, contact: Contact) -> None:
        """Write one; if that fails, nothing is contacted."""


class Denied(Untested):
    """The contact may not be made: no permit, outside its time, or over the budget."""


@dataclass(slots=True)
class _Spent:
    http: int = 0
    tls: int = 0
    other: int = 0


class Wire:
    """The connections of one visit to one asset.

    Args:
        permit: bound to addresses already (`Permit.pin`).
        now: wall clock with zone.
    """

    def __init__(self, permit: Permit, limiter: Limiter, log: ContactLog, now: Callable[[], datetime]) -> None:
        self.permit = permit
        self.limiter = limiter
        self._log = log
        self._now = now
        self._spent = _Spent()

    def now(self) -> datetime:
        """The moment, with zone."""
        return self._now()

    def left(self, kind: str) -> int:
        """How much of the budget is left: kind is "http", "tls" or "other"."""
        return int(getattr(self.permit.budget, kind) - getattr(self._spent, kind))

    @asynccontextmanager
    async def leave(
        self, check_class: CheckClass, kind: str, host: str, address: str, port: int, what: str
    ) -> AsyncIterator[None]:
        """Wait for leave to contact a registered host, and hold the place in the limiter meanwhile.

        Raises:
            Denied: there is none; nothing was contacted.
        """
        self._admit(check_class, kind, host, address)
        async with self.limiter.slot(host, address):
            self._admit(check_class, kind, host, address)  # the window may have closed while waiting
            setattr(self._spent, kind, getattr(self._spent, kind) + 1)
            self._log.write(Contact(self.now(), self.permit.work_order, check_class, host, address, port, what))
            yield

    def _admit(self, check_class: CheckClass, kind: str, host: str, address: str) -> None:
        refusal = self.permit.refusal(check_class, host, address, self.now())
        if refusal is None and self.limiter.spacing_of(host, address) > TOO_SLOW_S:
            refusal = Failure(Why.SLOW_DOWN, f"{self.limiter.spacing_of(host, address):.0f} s")
        if refusal is None and self.left(kind) <= 0:
            refusal = Failure(Why.BUDGET_USED, f"{kind}: {getattr(self.permit.budget, kind)}")
        if refusal is not None:
            raise Denied(refusal)

    def look_up_logged(self, server: str, port: int, what: str) -> None:
        """Write a look-up about the asset down (DNS, WHOIS, AIA, CRL, OCSP); these go to others than the asset.

        Raises:
            Denied: the class lookup is not allowed, the time is over, or the budget is used.
        """
        late = self.permit.closed(self.now())
        if CheckClass.LOOKUP not in self.permit.classes:
            late = Failure(Why.NOT_AUTHORISED, CheckClass.LOOKUP)
        if late is None and self.left("other") <= 0:
            late = Failure(Why.BUDGET_USED, f"other: {self.permit.budget.other}")
        if late is not None:
            raise Denied(late)
        self._spent.other += 1
        self._log.write(Contact(self.now(), self.permit.work_order, CheckClass.LOOKUP, "", server, port, what))

    @asynccontextmanager
    async def connect(
        self,
        check_class: CheckClass,
        host: str,
        address: str,
        port: int,
        what: str,
        tls: ssl.SSLContext | None = None,
        server_name: str | None = None,
    ) -> AsyncIterator[door.Streams]:
        """A connection to a registered host, closed at the end of the block. It counts as "tls" with `what` beginning so, else "other".

        Raises:
            Untested: with the reason; `Denied` where nothing was contacted.
        """
        kind = "tls" if tls is not None or what.startswith("tls") else "other"
        async with self.leave(check_class, kind, host, address, port, what):
            try:
                permitted = self.permit.names(address)
                streams = await door.open_stream(address, port, CONNECT_S, permitted, tls, server_name)
            except (
                OSError,
                TimeoutError,
                Refused,
                ValueError,
            ) as error:  # ValueError: a host that can be no server name
                raise Untested(failure_of(error)) from error
            try:
                yield streams
            finally:
                await _close(streams[1])


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        async with asyncio.timeout(1):
            await writer.wait_closed()
    except (OSError, TimeoutError):
        writer.transport.abort()


def failure_of(error: BaseException) -> Failure:
    """The named reason for what went wrong on the way."""
    detail = f"{type(error).__name__}: {error}"[:200]
    cause = getattr(error, "os_error", None) or error
    kinds: list[tuple[type[BaseException] | tuple[type[BaseException], ...], Why]] = [
        (Refused, Why.NOT_AUTHORISED),
        ((aiohttp.ClientSSLError, ssl.SSLError), Why.TLS_FAILED),
        (ConnectionRefusedError, Why.REFUSED),
        ((aiohttp.ClientPayloadError, asyncio.IncompleteReadError), Why.INCOMPLETE),
        ((ConnectionResetError, BrokenPipeError, aiohttp.ServerDisconnectedError), Why.RESET),
        (TimeoutError, Why.TIMED_OUT),
        (aiohttp.ClientResponseError, Why.UNREADABLE),
        (OSError, Why.NO_CONNECTION),
        (aiohttp.ClientError, Why.UNREADABLE),
    ]
    for kind, why in kinds:
        if isinstance(error, kind) or isinstance(cause, kind):
            return Failure(why, detail)
    return Failure(Why.UNREADABLE, detail)
