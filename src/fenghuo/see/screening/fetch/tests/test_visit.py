"""A visit: one home page for all checks, the budget kept, failures with their names."""

import asyncio

import pytest
from aiohttp import web

from fenghuo.see.screening.checks.base import VerdictKind
from fenghuo.see.screening.checks.profiles import Profile
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.checks.samples import html
from fenghuo.see.screening.facts import CheckClass, Failure, Page, Why, needs
from fenghuo.see.screening.fetch.screen import Screened, screen
from fenghuo.see.screening.fetch.tests.loopback import KeptLog, means, permit, site
from fenghuo.see.screening.permit import Budget

CHECKS = list(all_checks().values())


def verdict(screened: Screened, check: str) -> tuple[VerdictKind, str]:
    found = next(v for v in screened.verdicts if v.check == check)
    return found.kind, found.reason


async def honest(request: web.Request) -> web.Response:
    if request.path == "/":
        return web.Response(text=html("<a href=/news>新闻</a>"), content_type="text/html")
    if request.path == "/.git/HEAD":
        return web.Response(text="ref: refs/heads/master\n")
    return web.Response(status=404, text=html("没有", "404 Not Found"), content_type="text/html")


async def test_the_home_page_is_loaded_once_and_faults_are_found() -> None:
    log = KeptLog()
    async with site(honest) as asked:
        screened = await screen(asked.target(), permit(), CHECKS, means(log))
    assert verdict(screened, "exposed-vcs") == (VerdictKind.FAIL, "")
    plain_loads = [h for _at, path, h in asked.asked if path == "/" and "Baiduspider" not in h["User-Agent"]]
    own_loads = needs.VARIANTS.http + needs.ORIGINS.http
    assert len(plain_loads) <= len(Profile) + own_loads, "one visit serves every check of its profile"
    assert len(asked.asked) == sum(c.what.startswith("GET") and c.port == asked.port for c in log.contacts)
    assert all(
        "Fenghuo-Screening" in h["User-Agent"] and h["From"] == "wangxin@fengsui.example" for _a, _p, h in asked.asked
    )


async def test_what_is_over_the_budget_could_not_be_tested() -> None:
    log = KeptLog()
    async with site(honest) as asked:
        screened = await screen(asked.target(), permit(budget=Budget(http=2)), CHECKS, means(log))
    assert sum(c.what.startswith("GET") for c in log.contacts) == 2 * len(Profile)
    assert verdict(screened, "exposed-vcs") == (VerdictKind.COULD_NOT_TEST, Why.BUDGET_USED)


async def test_a_class_that_is_not_allowed_is_not_contacted() -> None:
    classes = frozenset({CheckClass.VISIT, CheckClass.LOOKUP})
    async with site(honest) as asked:
        screened = await screen(asked.target(), permit(classes=classes), CHECKS, means())
    assert not any(path.startswith("/.") for path in asked.paths)
    assert verdict(screened, "exposed-vcs") == (VerdictKind.COULD_NOT_TEST, Why.NOT_AUTHORISED)


async def refuses(_request: web.Request) -> web.Response:
    return web.Response(status=503, text="busy")


async def resets(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def half(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "text/html"})
    await answer.prepare(request)
    await answer.write(b"<html>")
    assert request.transport is not None
    request.transport.close()
    return answer


@pytest.mark.parametrize(("answer", "why"), [(refuses, Why.SLOW_DOWN), (resets, Why.RESET), (half, Why.INCOMPLETE)])
async def test_a_site_that_does_not_answer_properly_never_passes(answer: object, why: Why) -> None:
    async with site(answer) as asked:  # type: ignore[arg-type]
        screened = await screen(asked.target(), permit(), CHECKS, means())
    assert verdict(screened, "exposed-vcs") == (VerdictKind.COULD_NOT_TEST, why)
    assert not [v.check for v in screened.verdicts if v.kind is VerdictKind.PASS and all_checks()[v.check].probes]


async def test_a_closed_port_is_asked_with_and_without_tls_and_then_left_alone() -> None:
    async with site(honest) as asked:
        target = asked.target()
    log = KeptLog()
    screened = await screen(target, permit(), CHECKS, means(log))
    home = screened.facts.values[needs.HOME.name]
    assert isinstance(home, Failure)
    assert home.why is Why.REFUSED
    asked_there = [c.what for c in log.contacts if c.port == asked.port]
    assert asked_there == [f"GET {target.url}", f"GET https{target.url.removeprefix('http')}"]


async def test_never_more_than_two_connections() -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.02)
        return await honest(request)

    async with site(slow) as asked:
        shared = means()
        await asyncio.gather(*(screen(asked.target(), permit(), CHECKS, shared) for _ in range(6)))
    assert asked.most_at_once <= 2


_DUMP = b"-- MySQL dump 10.13\n" + b"INSERT INTO `user` VALUES (1);\n" * 2000


async def parts(request: web.Request) -> web.StreamResponse:
    """A server that honours ranges, as nginx does with files."""
    if request.path == "/":
        return web.Response(text=html("<p>首页</p>"), content_type="text/html")
    body = {"/backup.sql": _DUMP, "/.git/HEAD": b"ref: refs/heads/master\n"}.get(request.path)
    if body is None:
        return web.Response(status=404)
    span = request.http_range
    sent = body[span.start or 0 : span.stop or len(body)]
    stated = {"Content-Range": f"bytes 0-{len(sent) - 1}/{len(body)}"}
    return web.Response(status=206, body=sent, headers=stated)


async def test_a_part_of_a_file_is_known_to_be_a_part() -> None:
    async with site(parts) as asked:
        screened = await screen(asked.target(), permit(), CHECKS, means())
    dump, head = (screened.facts.probes[path] for path in ("/backup.sql", "/.git/HEAD"))
    assert isinstance(dump, Page)
    assert isinstance(head, Page)
    assert (dump.cut, head.cut) == (True, False)
    assert verdict(screened, "leaked-database-dump") == (VerdictKind.FAIL, "")
