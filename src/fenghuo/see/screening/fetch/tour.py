"""The daily tour of a public site: its home page, and by turns the pages one and two links behind it, within the budget of a visit."""

import re
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from fenghuo.see.screening.checks.base import Verdict
from fenghuo.see.screening.checks.document import document
from fenghuo.see.screening.checks.learning import Learning
from fenghuo.see.screening.checks.on_page import GONE_STATUS, SeenPage, judge_page, learned_page, suspicious
from fenghuo.see.screening.checks.places import place_of
from fenghuo.see.screening.checks.profiles import MOST_DAILY_REQUESTS
from fenghuo.see.screening.checks.standing_page import standing_failure
from fenghuo.see.screening.facts import Facts, Failure, Page, Target, Untested, Why, needs
from fenghuo.see.screening.facts.site import Baseline, Variants
from fenghuo.see.screening.fetch.screen import Means, pin
from fenghuo.see.screening.fetch.visit import (
    DOCUMENTS,
    NOT_PAGES,
    PHONE,
    SEARCH_ENGINE,
    SEARCHED,
    Visit,
    as_client,
    home_page,
)
from fenghuo.see.screening.fetch.web import Web
from fenghuo.see.screening.fetch.wire import Wire
from fenghuo.see.screening.permit import Permit
from fenghuo.see.screening.rota import MOST_KNOWN, Candidate, Turns

_EACH = 4
"""Requests that a page can cost: plainly and as a search engine, each with a redirect; a page is begun only with so many left."""
_MOST_QUERIES = 60
"""Pages of one path that differ by their query only; a calendar has no end."""
_LONGEST = 300
_ACTS = re.compile(r"(?:log|sign)[-_]?(?:out|off)|delete|remove|unsubscribe", re.IGNORECASE)
"""Links that do something: never followed."""
_ENDS = {Why.BUDGET_USED, Why.OUTSIDE_WINDOW, Why.NOT_AUTHORISED, Why.SLOW_DOWN}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known before a tour.

    Attributes:
        known: pages. open: place → ids of checks with an open finding there; these come first.
        only_open: only these. baseline: of the home page. usual: what was learned of pages, by place.
    """

    known: tuple[Candidate, ...]
    open: Mapping[str, frozenset[str]]
    only_open: bool
    baseline: Baseline | Failure
    usual: Mapping[str, Learning]


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one page (place "" for the home page): verdicts, or why it did not come, and the links that it holds (place → level).

    `page` is the page that shows what was found: of a cloaked one that which a search engine gets.
    """

    place: str
    level: int
    at: datetime
    title: str = ""
    missing: Failure | None = None
    verdicts: tuple[Verdict, ...] = ()
    learning: Learning | None = None
    links: Mapping[str, int] = field(default_factory=dict)
    page: Page | None = None


async def tour(target: Target, permit: Permit, means: Means, plan: Plan) -> AsyncGenerator[Step, None]:
    """Go through the pages that are due, one at a time. The first step is the home page; where that does not come it is the only one."""
    least = replace(permit.budget, http=min(permit.budget.http, MOST_DAILY_REQUESTS))
    wire = Wire(replace(permit, budget=least), means.limiter, means.log, means.now)
    try:
        addresses = await pin(target, wire, means.resolve)
    except Untested as missing:
        yield Step("", 0, means.now(), missing=missing.failure)
        return
    port = urlsplit(target.url).port
    hosts = dict.fromkeys(wire.permit.hosts, addresses[0])
    async with Web(wire, means.scanner, hosts, frozenset({80, 443} | ({port} if port else set()))) as web:
        visit = Visit(target, wire, web, addresses)
        first = await _home(visit)
        yield first
        if first.missing is None:
            async with aclosing(_behind(visit, plan, first)) as steps:
                async for step in steps:
                    yield step


async def _home(visit: Visit) -> Step:
    try:
        page = await home_page(visit)
    except Untested as missing:
        return Step("", 0, visit.wire.now(), missing=missing.failure)
    failure = page.failure or standing_failure(page)
    if failure is not None:
        return Step("", 0, visit.wire.now(), missing=failure)
    visit.values[needs.HOME.name] = page
    return Step("", 0, visit.wire.now(), document(page).title, links=links_of(page, page, 1), page=page)


async def _behind(visit: Visit, plan: Plan, first: Step) -> AsyncGenerator[Step, None]:
    turns = Turns(plan.known, plan.open, visit.wire.now(), plan.only_open)
    turns.learn(first.links)
    while visit.wire.left("http") >= _EACH and (chosen := turns.next()) is not None:
        step = await _Look(visit, plan, chosen).step()
        if step.missing is not None and step.missing.why in _ENDS:
            return
        turns.learn(step.links)
        yield step


@dataclass(frozen=True, slots=True)
class _Look:
    """The look at one page."""

    visit: Visit
    plan: Plan
    chosen: Candidate

    async def step(self) -> Step:
        """What came of it."""
        place, home = self.chosen.place, self.visit.home()
        url = urljoin(home.url, place)
        try:
            page = await self.visit.web.follow(url)
            failure = page.failure or (standing_failure(page) if page.status not in GONE_STATUS else None)
            if failure is not None:
                return self._missing(failure)
            variants = await self._variants(url, page)
        except Untested as missing:
            return self._missing(missing.failure)
        values = {needs.HOME.name: home, needs.BASELINE.name: self.plan.baseline}
        facts = Facts(self.visit.target, self.visit.wire.now(), values)
        seen = SeenPage(place, page, variants, self.plan.usual.get(place))
        verdicts = judge_page(seen, facts)
        if suspicious(verdicts):
            again = replace(variants, again=await self._as(url, {}))
            seen = replace(seen, variants=again)
            verdicts = judge_page(seen, facts)
        step = Step(
            place,
            self.chosen.level,
            facts.at,
            document(page).title[:200],
            verdicts=verdicts,
            page=_showing(seen, verdicts),
        )
        if page.status in GONE_STATUS:
            return replace(step, missing=Failure(Why.UNREADABLE, str(page.status)))
        links = links_of(page, home, 2) if self.chosen.level == 1 else {}
        return replace(step, learning=learned_page(seen, verdicts, facts), links=links)

    def _missing(self, failure: Failure) -> Step:
        return Step(self.chosen.place, self.chosen.level, self.visit.wire.now(), missing=failure)

    async def _variants(self, url: str, page: Page) -> Variants:
        """As a search engine gets it; as others do where cloaking is open on it. The second plain load is made only to confirm."""
        nobody = Failure(Why.NOT_COLLECTED)
        thorough = "cloaking" in self.plan.open.get(self.chosen.place, ())
        return Variants(
            search_engine=await self._as(url, as_client(self.visit, SEARCH_ENGINE)),
            from_search=await self._as(url, {"Referer": SEARCHED + self.visit.target.host}) if thorough else nobody,
            phone=await self._as(url, as_client(self.visit, PHONE)) if thorough else nobody,
            again=page,
        )

    async def _as(self, url: str, headers: Mapping[str, str]) -> Page | Failure:
        try:
            return await self.visit.web.follow(url, headers)
        except Untested as missing:
            if missing.failure.why in _ENDS:
                raise
            return missing.failure


def _showing(seen: SeenPage, verdicts: Iterable[Verdict]) -> Page:
    engine = seen.variants.search_engine
    cloaked = any(f.outcome == "search-engine" for v in verdicts for f in v.findings)
    return engine if cloaked and isinstance(engine, Page) else seen.page


def is_watched(place: str) -> bool:
    """Whether the daily tour looks at it: pages, no files."""
    return not place.partition("?")[0].lower().endswith((*NOT_PAGES, *DOCUMENTS))


def links_of(page: Page, home: Page, level: int) -> dict[str, int]:
    """Pages of the home page's own host that a page links to (place → level): no files, nothing that acts, nothing without end."""
    found: dict[str, int] = {}
    of_path: Counter[str] = Counter()
    own = {"/", place_of(home.url)}
    for link in document(page).links():
        place = place_of(link.url) if link.host == home.host and link.url.startswith(("http:", "https:")) else "/"
        path = place.partition("?")[0]
        if place in own or place in found or len(place) > _LONGEST or not is_watched(place):
            continue
        of_path[path] += 1
        if of_path[path] <= _MOST_QUERIES and not _ACTS.search(place) and len(found) < MOST_KNOWN:
            found[place] = level
    return found
