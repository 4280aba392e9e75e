"""All collectors together over a site on loopback: every need is served, under the permit, and within its stated cost."""

import asyncio
from collections import Counter

import pytest
from aiohttp import web

from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.checks.samples import html, page
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Target, Untested, Why, needs
from fenghuo.see.screening.facts.network import Names, OutsideName, Port
from fenghuo.see.screening.fetch import collectors, resolver, whois
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.tests.loopback import HOST, NOW, KeptLog, permit, site
from fenghuo.see.screening.fetch.tests.nameserver import name_server, records
from fenghuo.see.screening.fetch.visit import collect
from fenghuo.see.screening.fetch.web import Scanner
from fenghuo.see.screening.fetch.wire import Wire

ZONE = (
    f"{HOST} A 127.0.0.1",
    f"{HOST} AAAA ::1",
    "jiaoyu.example NS ns1.jiaoyu.example.",
    "jiaoyu.example MX 0 .",
    "ns1.jiaoyu.example A 127.0.0.1",
    "news.other.example A 192.0.2.1",
)
PAGE = html('<a href="https://news.other.example/a">新闻</a><a href="https://gone.example/">旧站</a>')


async def visit(monkeypatch: pytest.MonkeyPatch, **changes: object) -> tuple[Facts, KeptLog]:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    log = KeptLog()
    monkeypatch.setattr(resolver, "configured_servers", lambda: ["127.0.0.1"])
    monkeypatch.setattr(whois, "registries", lambda: whois.Registries({}, {}))
    monkeypatch.setattr(collectors, "port_numbers", lambda: (1, 2))
    async with site(answer) as running, name_server(records(*ZONE)) as server:
        monkeypatch.setattr(resolver, "_PORT", server.port)
        wire = Wire(permit(**changes), Limiter(spacing=0), log, lambda: NOW)
        chosen = list(all_checks().values())
        others = dict(collectors.COLLECTORS)
        return await collect(
            running.target(), wire, Scanner("wang@fengsui.example"), ["127.0.0.1"], chosen, others, {}
        ), log


async def test_every_need_of_a_check_is_served_or_says_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    facts, log = await visit(monkeypatch)
    for need in needs.NEEDS:
        found = facts.find(need)
        assert not isinstance(found, Failure) or (found.why, found.detail) != (Why.NOT_COLLECTED, ""), need.name
    names = facts.values["names"]
    assert isinstance(names, Names)
    assert names.records["A"] == ("127.0.0.1",)
    assert facts.values["outside-names"] == (
        OutsideName("news.other.example", "https://news.other.example/a", True),
        OutsideName("gone.example", "https://gone.example/", False, False),
    )
    assert facts.values["ports"] == (Port(1, "closed"), Port(2, "closed"))
    assert facts.values["hellos"] == ()
    assert facts.values["ssh"] == Failure(Why.REFUSED, "tcp/22")
    assert facts.values["over-ipv6"].addresses == ("::1",)
    assert facts.values["over-ipv6"].page.why is Why.NOT_AUTHORISED
    assert facts.values["mail-servers"] == ()
    assert {contact.address for contact in log.contacts} == {"127.0.0.1"}


async def test_lookups_cost_no_more_than_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    _facts, log = await visit(monkeypatch)
    spent = Counter(contact.check_class for contact in log.contacts)
    stated = sum(need.other for need in needs.NEEDS if need.check_class is CheckClass.LOOKUP)
    assert spent[CheckClass.LOOKUP] <= stated


async def test_what_is_not_allowed_is_not_contacted(monkeypatch: pytest.MonkeyPatch) -> None:
    facts, log = await visit(monkeypatch, classes=frozenset({CheckClass.VISIT}))
    assert {contact.check_class for contact in log.contacts} == {CheckClass.VISIT}
    for name in ("tls", "names", "ports", "hellos", "ssh", "transfer", "mail-servers", "registration"):
        assert isinstance(facts.values[name], Failure), name


def test_hosts_that_the_register_knows_are_not_outside() -> None:
    body = html(
        '<script src="//js.cdn.example/a.js"></script><a href="https://www.fengsui.example/">县政府</a>'
        '<a href="http://192.0.2.1/">a</a><a href="mailto:a@b.example">b</a><a href="/own">c</a>'
    )
    target = Target(HOST, "website", HOST, f"https://{HOST}/", registered=frozenset({HOST, "www.fengsui.example"}))
    assert collectors.outside_hosts(page(body), target) == {"js.cdn.example": "script, iframe"}


def test_the_fixed_list_of_ports_is_short_and_holds_what_can_be_greeted() -> None:
    numbers = collectors.port_numbers()
    assert len(numbers) == len(set(numbers)) <= needs.PORTS.other
    assert {22, 80, 443, 3389, 6379, 11211, 27017} <= set(numbers)


async def test_services_are_greeted_where_no_check_asked_for_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"+PONG\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    redis = dict(collectors.hellos.HELLOS.values())["redis"]
    monkeypatch.setattr(collectors.hellos, "HELLOS", {port: ("redis", redis)})
    wire = Wire(permit(), Limiter(spacing=0), KeptLog(), lambda: NOW)
    target = Target(HOST, "website", HOST, f"http://{HOST}/")
    async with collectors.Web(wire, Scanner("wang@fengsui.example"), {}) as made:
        visit = collectors.Visit(target, wire, made, ["127.0.0.1"])
        [found] = await collectors.COLLECTORS[needs.HELLOS.name](visit)
        assert (found.service, found.open) == ("redis", True)
        visit.values[needs.PORTS.name] = Failure(Why.TIMED_OUT)
        with pytest.raises(Untested):
            await collectors.COLLECTORS[needs.HELLOS.name](visit)
    server.close()
