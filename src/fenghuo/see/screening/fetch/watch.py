"""One availability visit: does the home page come within fifteen seconds, and if not, what failed."""

from dataclasses import replace
from urllib.parse import urlsplit

from fenghuo.see.screening.facts import Failure, Page, Target, Untested, Why
from fenghuo.see.screening.fetch.screen import Means, pin
from fenghuo.see.screening.fetch.visit import Visit, home_page
from fenghuo.see.screening.fetch.web import Web
from fenghuo.see.screening.fetch.wire import Denied, Wire
from fenghuo.see.screening.permit import Budget, Permit

_STAGES = {
    Why.NAME_NOT_FOUND: "dns",
    Why.NAME_SERVER_FAILED: "dns",
    Why.NO_CONNECTION: "tcp",
    Why.REFUSED: "tcp",
    Why.TLS_FAILED: "tls",
}
_BUDGET = Budget(http=8, tls=0, other=2)
_NOT_THE_SITES_FAULT = {Why.NOT_AUTHORISED, Why.OUTSIDE_WINDOW, Why.BUDGET_USED}


async def look(target: Target, permit: Permit, means: Means) -> tuple[str, int] | None:
    """The stage that failed ("" for none) and milliseconds; None where the site was not visited, so that nothing is known."""
    wire = Wire(replace(permit, budget=_BUDGET), means.limiter, means.log, means.now)
    started = means.limiter.moment()
    try:
        addresses = await pin(target, wire, means.resolve)
        port = urlsplit(target.url).port
        hosts = dict.fromkeys(wire.permit.hosts, addresses[0])
        async with Web(wire, means.scanner, hosts, frozenset({80, 443} | ({port} if port else set()))) as web:
            page = await home_page(Visit(target, wire, web, addresses))
    except Denied:
        return None
    except Untested as missing:
        if missing.failure.why in _NOT_THE_SITES_FAULT:
            return None
        return stage_of(missing.failure), round((means.limiter.moment() - started) * 1000)
    return stage_of(page), round(page.seconds * 1000)


def stage_of(found: Page | Failure) -> str:
    """What failed: "dns", "tcp", "tls", "http", or "" for nothing. A site that only refuses our visit is up."""
    if isinstance(found, Page):
        return "http" if found.status >= 500 else ""
    return _STAGES.get(found.why, "http")
