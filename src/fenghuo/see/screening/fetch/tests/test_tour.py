"""The daily tour of a site on loopback: two levels, within the budget, and never outside the permit."""

from aiohttp import web

from fenghuo.see.screening.checks.base import VerdictKind
from fenghuo.see.screening.checks.samples import html
from fenghuo.see.screening.facts import Failure, Why
from fenghuo.see.screening.fetch.tests.loopback import KeptLog, means, permit, site
from fenghuo.see.screening.fetch.tour import Plan, Step, tour
from fenghuo.see.screening.permit import Budget
from fenghuo.see.screening.rota import Candidate

DARK = '<div style="position:absolute;left:-9999px"><a href="http://x.example/">澳门新葡京网址</a></div>'
NEW = Plan((), {}, False, Failure(Why.STILL_LEARNING), {})


async def town(request: web.Request) -> web.Response:
    """A home page, ten pages behind it, each with two more; a dark link on one of the second level, another page for search engines."""
    path = request.path
    engine = "Baiduspider" in request.headers["User-Agent"]
    if path == "/":
        links = "".join(f"<a href='/a/{n}.html'>栏目{n}</a>" for n in range(10))
        more = "<a href='http://elsewhere.example/x.html'>外</a><a href='/logout.do'>退出</a><a href='/b.jpg'>图</a><a href='/t.xls'>表</a>"
        return web.Response(text=html(links + more), content_type="text/html")
    if path == "/a/3.html" and engine:
        return web.Response(text=html("澳门新葡京网址", "澳门新葡京官网"), content_type="text/html")
    if path.startswith("/a/"):
        number = path[3:-5]
        links = "".join(f"<a href='/b/{number}-{n}.html'>文章</a>" for n in range(2))
        return web.Response(text=html(f"栏目{number}<p>{'内容' * 40}</p>{links}"), content_type="text/html")
    if path == "/b/1-1.html":
        return web.Response(text=html("文章<a href='/c/deep.html'>更深</a>" + DARK), content_type="text/html")
    if path.startswith("/b/"):
        return web.Response(text=html("文章" * 30), content_type="text/html")
    return web.Response(status=404, text=html("没有", "404 Not Found"), content_type="text/html")


async def steps_of(plan: Plan, log: KeptLog, budget: int = 60) -> tuple[list[Step], list[str]]:
    async with site(town) as asked:
        found = [step async for step in tour(asked.target(), permit(budget=Budget(http=budget)), means(log), plan)]
        return found, asked.paths


async def test_two_levels_are_seen_and_what_is_wrong_is_found_on_its_page() -> None:
    log = KeptLog()
    steps, paths = await steps_of(NEW, log)
    assert steps[0].place == ""
    seen = [step.place for step in steps[1:]]
    assert {f"/a/{n}.html" for n in range(10)} <= set(seen)
    assert any(place.startswith("/b/") for place in seen)
    assert not [p for p in paths if p.startswith(("/logout", "/b.jpg", "/t.xls", "/c/"))]
    assert len(paths) <= 60
    assert {c.host for c in log.contacts if c.check_class != "lookup"} == {"www.jiaoyu.example"}
    cloaked = next(step for step in steps if step.place == "/a/3.html")
    assert {f.locus for v in cloaked.verdicts for f in v.findings} == {"search-engine /a/3.html"}


async def test_the_pages_that_were_not_seen_have_their_turn_next() -> None:
    log = KeptLog()
    steps, _paths = await steps_of(NEW, log, budget=30)
    levels = {place: level for step in steps for place, level in step.links.items()}
    seen = {step.place: step.at for step in steps[1:]}
    known = tuple(Candidate(place, level, seen.get(place)) for place, level in levels.items())
    again, _paths = await steps_of(Plan(known, {}, False, NEW.baseline, {}), log, budget=60)
    assert not {step.place for step in again[1:]} & set(seen)
    found = {f.locus for step in again for v in step.verdicts for f in v.findings if v.check == "dark-link"}
    assert found == {"/b/1-1.html"}


async def test_a_test_that_was_asked_for_is_about_the_page_only_and_asks_as_everyone() -> None:
    log = KeptLog()
    plan = Plan((), {"/a/3.html": frozenset({"cloaking"})}, True, NEW.baseline, {})
    steps, paths = await steps_of(plan, log)
    assert [step.place for step in steps] == ["", "/a/3.html"]
    assert paths == ["/", *["/a/3.html"] * 5]
    assert {v.check: v.kind for v in steps[1].verdicts}["cloaking"] is VerdictKind.FAIL


async def test_a_site_whose_home_page_does_not_come_is_left_alone() -> None:
    async def busy(_request: web.Request) -> web.Response:
        return web.Response(status=503)

    async with site(busy) as asked:
        steps = [step async for step in tour(asked.target(), permit(), means(), NEW)]
    assert [step.missing.why for step in steps if step.missing] == [Why.SLOW_DOWN]
    assert len(asked.paths) == 1
