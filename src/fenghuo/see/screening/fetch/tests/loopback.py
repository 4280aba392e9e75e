"""A site on loopback that counts, and the means to screen it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import web

from fenghuo.see.screening.facts import CheckClass, Target
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.screen import Means
from fenghuo.see.screening.fetch.web import Scanner
from fenghuo.see.screening.fetch.wire import Contact
from fenghuo.see.screening.permit import Budget, Permit

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
HOST = "www.jiaoyu.example"
ALL = frozenset(CheckClass)


@dataclass
class KeptLog:
    """The contact log in memory."""

    contacts: list[Contact] = field(default_factory=list)

    def write(self, contact: Contact) -> None:
        self.contacts.append(contact)


@dataclass
class Site:
    """A running site and what was asked of it: (seconds, path, headers)."""

    port: int
    asked: list[tuple[float, str, dict[str, str]]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    @property
    def paths(self) -> list[str]:
        return [path for _at, path, _headers in self.asked]

    def target(self, host: str = HOST) -> Target:
        return Target(host, "website", host, f"http://{host}:{self.port}/", registered=frozenset({host}))


@asynccontextmanager
async def site(
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]], address: str = "127.0.0.1"
) -> AsyncIterator[Site]:
    """A server on a free port of `address` whose answers `answer` makes."""
    made = Site(0)

    async def counted(request: web.BaseRequest) -> web.StreamResponse:
        assert isinstance(request, web.BaseRequest)
        made.asked.append((asyncio.get_running_loop().time(), request.path_qs, dict(request.headers)))
        made.at_once += 1
        made.most_at_once = max(made.most_at_once, made.at_once)
        try:
            return await answer(request)  # type: ignore[arg-type]
        finally:
            made.at_once -= 1

    runner = web.ServerRunner(web.Server(counted))
    await runner.setup()
    listener = web.TCPSite(runner, address, 0)
    await listener.start()
    made.port = runner.addresses[0][1]
    yield made
    await runner.cleanup()


async def none(_host: str, _seconds: float) -> list[str]:
    return []


def permit(address: str = "127.0.0.1", **changes: object) -> Permit:
    values: dict[str, object] = {
        "work_order": "W-1",
        "hosts": frozenset({HOST}),
        "classes": ALL,
        "begins": NOW - timedelta(days=1),
        "ends": NOW + timedelta(days=1),
        "given_by": "张主任",
        "addresses": frozenset({address}),
        "budget": Budget(),
        **changes,
    }
    return Permit(**values)  # type: ignore[arg-type]


def means(log: KeptLog | None = None, spacing: float = 0.0) -> Means:
    return Means(Limiter(spacing=spacing), log or KeptLog(), Scanner("wangxin@fengsui.example"), lambda: NOW, {}, none)
