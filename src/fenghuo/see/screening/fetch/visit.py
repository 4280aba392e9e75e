"""One visit to one asset: each fact once, in an order in which what is known spares further requests."""

import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from fenghuo.see.screening.checks.base import Check
from fenghuo.see.screening.checks.document import document, host_of
from fenghuo.see.screening.checks.places import place_of
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Need, Page, Probe, Target, Untested, Why, needs
from fenghuo.see.screening.facts.site import Links, LinkTry, Origins, Pages, Rota, Variants
from fenghuo.see.screening.fetch.web import Scanner, Web
from fenghuo.see.screening.fetch.wire import Wire

SEARCH_ENGINE = "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)"
PHONE = (
    "Mozilla/5.0 (Linux; Android 13; HUAWEI) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0 Mobile Safari/537.36"
)
SEARCHED = "https://www.baidu.com/s?wd="
DOCUMENTS = (".xls", ".xlsx", ".doc", ".docx", ".csv", ".pdf")
NOT_PAGES = (".jpg", ".jpeg", ".png", ".gif", ".zip", ".rar", ".mp4", ".exe", ".apk", ".css", ".js", ".ico", ".svg")
_MOST_ICON = 256 * 1024
GONE = {Why.NAME_NOT_FOUND, Why.NO_CONNECTION, Why.REFUSED, Why.OUTSIDE_WINDOW, Why.NOT_AUTHORISED, Why.TIMED_OUT}
"""A home page that failed so spares every further request for pages: they would fail in the same way."""
_CLOSED = {Why.REFUSED, Why.NO_CONNECTION}
_NO_PLAIN_HTTP = {*_CLOSED, Why.RESET, Why.UNREADABLE, Why.TIMED_OUT}

Collector = Callable[["Visit"], Awaitable[Any]]


@dataclass(slots=True)
class Visit:
    """What collectors share: the target, the way out, and the facts so far."""

    target: Target
    wire: Wire
    web: Web
    addresses: Sequence[str]
    rota: Rota = field(default_factory=Rota)
    values: dict[str, Any] = field(default_factory=dict)
    probes: dict[str, Page | Failure] = field(default_factory=dict)

    def home(self) -> Page:
        """The home page.

        Raises:
            Untested: it did not come, or it is none from which something follows.
        """
        return Facts(self.target, self.wire.now(), self.values)[needs.HOME]

    def same_host(self, urls: Iterable[str]) -> list[str]:
        """Those of the home page's own host, each once, in order, without fragments."""
        own = self.home().host
        plain = (urlunsplit(urlsplit(url)._replace(fragment="")) for url in urls if host_of(url) == own)
        return list(dict.fromkeys(plain))


async def home_page(visit: Visit) -> Page:
    """The home page by the registered address; over HTTPS where the register names no scheme and there is no plain HTTP."""
    url = visit.target.url
    try:
        page = await visit.web.follow(url)
    except Untested as missing:
        if not url.startswith("http://") or missing.failure.why not in _NO_PLAIN_HTTP:
            raise
        try:
            return await visit.web.follow("https" + url.removeprefix("http"))
        except Untested as further:
            closed = missing.failure.why in _CLOSED and further.failure.why not in _CLOSED
            raise (further if closed else missing) from further
    if page.status == 400 and b"HTTPS" in page.body[:2000] and url.startswith("http://"):
        return await visit.web.follow("https" + url.removeprefix("http"))
    return page


def _first_of(scheme: str) -> Collector:
    async def collect(visit: Visit) -> Page:
        return await visit.web.get(f"{scheme}://{_bracketed(visit.target.host)}/")

    return collect


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


async def _missing(visit: Visit) -> Page:
    return await visit.web.get(_origin(visit.home()) + f"/{secrets.token_hex(8)}/{secrets.token_hex(4)}.html")


def _origin(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


async def _each(visit: Visit, urls: Iterable[str], most: int) -> dict[str, Page | Failure]:
    found: dict[str, Page | Failure] = {}
    for url in islice(urls, most):
        try:
            found[url] = await visit.web.get(url)
        except Untested as missing:
            found[url] = missing.failure
    return found


async def _icon(visit: Visit) -> Page:
    home = visit.home()
    named = (
        document(home).absolute(n.attributes.get("href")) for n in document(home).tree.css("link[rel~=icon i][href]")
    )
    return await visit.web.get(next(iter(visit.same_host(named)), _origin(home) + "/favicon.ico"), most=_MOST_ICON)


async def _scripts(visit: Visit) -> Pages:
    sources = (url for url, _node in document(visit.home()).sources("script[src]"))
    return Pages(await _each(visit, visit.same_host(sources), needs.SCRIPTS.http))


async def _pages(visit: Visit) -> Pages:
    """First those on which something is open. Then, up to half of the budget, what the home page links to, documents first among those
    that were never seen, else what was seen longest ago; the rest for what these pages link to."""
    home = visit.home()
    most, rota = needs.PAGES.http, visit.rota
    known = {home.url, visit.target.url}
    found = await _each(visit, [urljoin(home.url, place) for place in rota.first if place != "/"], most)
    first = _ranked(visit.same_host(link.url for link in document(home).links()), {*known, *found}, rota)
    found |= await _each(visit, first, max(0, most // 2 - len(found)))
    further = [
        link.url
        for page in found.values()
        if isinstance(page, Page) and page.is_html and page.status == 200
        for link in document(page).links()
    ]
    second = _ranked(visit.same_host(further), {*known, *found}, rota)
    return Pages({**found, **await _each(visit, second, most - len(found))})


def _ranked(urls: Sequence[str], known: set[str], rota: Rota) -> list[str]:
    """Never seen before seen, documents before pages, then as long unseen as may be; in the order of the page."""
    fresh = [url for url in urls if url not in known and not urlsplit(url).path.lower().endswith(NOT_PAGES)]

    def turn(url: str) -> tuple[bool, bool, float]:
        seen = rota.seen.get(place_of(url))
        return seen is not None, not urlsplit(url).path.lower().endswith(DOCUMENTS), seen or 0.0

    return sorted(fresh, key=turn)


def as_client(visit: Visit, agent: str) -> dict[str, str]:
    """The header of another kind of visitor, who says nevertheless who asks."""
    own = visit.web.scanner.headers(visit.wire.permit.work_order)["User-Agent"]
    return {"User-Agent": f"{agent} {own.partition('(compatible; ')[2].rstrip(')')}"}


async def _variants(visit: Visit) -> Variants:
    home = visit.home()
    begin = (
        home.chain[0] if home.chain else home.url
    )  # where the home page was found: over HTTPS where there is no plain HTTP

    async def by(headers: dict[str, str]) -> Page | Failure:
        try:
            return await visit.web.follow(begin, headers)
        except Untested as missing:
            return missing.failure

    return Variants(
        search_engine=await by(as_client(visit, SEARCH_ENGINE)),
        from_search=await by({"Referer": SEARCHED + visit.target.host}),
        phone=await by(as_client(visit, PHONE)),
        again=await by({}),
    )


async def _origins(visit: Visit) -> Origins:
    url = visit.home().url
    made = [f"https://{secrets.token_hex(6)}.example" for _ in range(needs.ORIGINS.http)]
    return Origins({origin: await visit.web.get(url, headers={"Origin": origin}) for origin in made})


async def _links(visit: Visit) -> Links:
    """Links that no other collector followed, with a second try for those that failed."""
    home = visit.home()
    urls = visit.same_host(link.url for link in document(home).links())
    pages = visit.values.get(needs.PAGES.name)
    known = pages.pages if isinstance(pages, Pages) else {}
    tried = [LinkTry(url, home.url, (page.status,)) for url, page in known.items() if isinstance(page, Page)]
    tried = [one for one in tried if one.statuses[0] < 400]
    left = needs.LINKS.http
    for url in [*(u for u, p in known.items() if isinstance(p, Page) and p.status >= 400), *urls]:
        if left < 1 or any(one.url == url for one in tried):
            continue
        statuses = [page.status] if isinstance(page := known.get(url), Page) else []
        while left and len(statuses) < 2 and not (statuses and 0 < statuses[-1] < 400):
            statuses.append(await _status(visit, url))
            left -= 1
        tried.append(LinkTry(url, home.url, tuple(statuses)))
    return Links(tuple(tried), len(urls))


async def _status(visit: Visit, url: str) -> int:
    try:
        return (await visit.web.get(url, most=512)).status
    except Untested as missing:
        if missing.failure.why in {Why.BUDGET_USED, Why.OUTSIDE_WINDOW}:
            raise
        return 0


WEB_COLLECTORS: dict[str, Collector] = {
    needs.HOME.name: home_page,
    needs.PLAIN.name: _first_of("http"),
    needs.SECURE.name: _first_of("https"),
    needs.MISSING.name: _missing,
    needs.ICON.name: _icon,
    needs.SCRIPTS.name: _scripts,
    needs.PAGES.name: _pages,
    needs.VARIANTS.name: _variants,
    needs.ORIGINS.name: _origins,
    needs.LINKS.name: _links,
}
"""Need name → how it is collected; the others are in `collectors`."""


def wanted(checks: Iterable[Check]) -> tuple[list[Need[Any]], list[Probe]]:
    """What checks need together, each once: facts in the order of collecting, and paths with the largest size asked for."""
    chosen: set[str] = set()
    paths: dict[str, Probe] = {}
    for check in checks:
        chosen |= {need.name for need in (*check.needs, *check.uses)}
        for probe in check.probes:
            before = paths.get(probe.path)
            paths[probe.path] = probe if before is None or before.most < probe.most else before
    if paths or chosen & _FROM_HOME:
        chosen.add(needs.HOME.name)
    return [need for need in needs.NEEDS if need.name in chosen], list(paths.values())


_FROM_HOME = {
    n.name for n in (needs.MISSING, needs.ICON, needs.SCRIPTS, needs.PAGES, needs.VARIANTS, needs.ORIGINS, needs.LINKS)
}


async def collect(
    target: Target,
    wire: Wire,
    scanner: Scanner,
    addresses: Sequence[str],
    checks: Iterable[Check],
    others: dict[str, Collector],
    stored: dict[str, Any],
    rota: Rota | None = None,
) -> Facts:
    """Everything that the checks need of one asset, each fact or why it is not there; one visit.

    Args:
        addresses: those of the target's host that may be contacted, the first is asked for pages.
        others: collectors of what is no page, by need name. stored: facts that come from what was stored.
        rota: which pages behind the home page have their turn.
    """
    wanted_needs, wanted_probes = wanted(checks)
    port = urlsplit(target.url).port
    ports = frozenset({80, 443} | ({port} if port else set()))
    hosts = dict.fromkeys(wire.permit.hosts, addresses[0]) if addresses else {}
    collectors = {**WEB_COLLECTORS, **others}
    async with Web(wire, scanner, hosts, ports) as web:
        visit = Visit(target, wire, web, addresses, rota or Rota())
        for need in wanted_needs:
            visit.values[need.name] = (
                stored.get(need.name, Failure(Why.STILL_LEARNING))
                if need.stored
                else await _one(collectors.get(need.name), visit)
            )
        await _probe(visit, wanted_probes)
    return Facts(target, wire.now(), visit.values, visit.probes)


async def _one(collector: Collector | None, visit: Visit) -> Any:
    if collector is None:
        return Failure(Why.NOT_COLLECTED)
    try:
        return await collector(visit)
    except Untested as missing:
        return missing.failure


async def _probe(visit: Visit, probes: Sequence[Probe]) -> None:
    home = visit.values.get(needs.HOME.name, Failure(Why.NOT_COLLECTED))
    gone = home if isinstance(home, Failure) and home.why in GONE else None
    origin = _origin(home) if isinstance(home, Page) else visit.target.url.rstrip("/")
    for probe in probes:
        if gone is not None:
            visit.probes[probe.path] = gone
            continue
        url = origin + probe.path.replace("{host}", visit.target.host)
        try:
            visit.probes[probe.path] = await visit.web.get(url, CheckClass.CONTENT, most=probe.most)
        except Untested as missing:
            visit.probes[probe.path] = missing.failure
