"""What the name service says, asked politely and followed to its end."""

import dns.message
import dns.rcode
import pytest

from fenghuo.see.screening.facts import CheckClass, Failure, Target, Untested, Why
from fenghuo.see.screening.fetch import names
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.resolver import Resolver, configured_servers
from fenghuo.see.screening.fetch.tests.loopback import NOW, KeptLog, permit
from fenghuo.see.screening.fetch.tests.nameserver import NameServer, name_server, records
from fenghuo.see.screening.fetch.wire import Wire

TARGET = Target("www.fengsui.example", "website", "www.fengsui.example")
ZONE = (
    "fengsui.example SOA ns1.fengsui.example. h.fengsui.example. 1 2 3 4 5",
    "fengsui.example NS ns1.fengsui.example.",
    "fengsui.example NS ns2.provider.example.",
    "fengsui.example MX 10 mail.fengsui.example.",
    'fengsui.example TXT "v=spf1 include:_spf.provider.example " "-all"',
    '_dmarc.fengsui.example TXT "v=DMARC1; p=none"',
    "www.fengsui.example A 192.0.2.7",
)


def resolver(server: NameServer, **changes: object) -> tuple[Wire, Resolver, KeptLog]:
    log = KeptLog()
    wire = Wire(permit(**changes), Limiter(spacing=0), log, lambda: NOW)
    return wire, Resolver(wire, ["127.0.0.1"], server.port), log


async def test_records_of_host_and_zone() -> None:
    async with name_server(records(*ZONE)) as server:
        wire, ask, log = resolver(server)
        found = await names.collect(wire, TARGET, [], ask)
    assert found.zone == "fengsui.example"
    assert found.records["A"] == ("192.0.2.7",)
    assert found.records["NS"] == ("ns1.fengsui.example.", "ns2.provider.example.")
    assert found.records["TXT"] == ("v=spf1 include:_spf.provider.example -all",)
    assert found.records["DMARC"] == ("v=DMARC1; p=none",)
    assert (found.records["AAAA"], found.records["CAA"]) == ((), ())
    assert (found.aliases, found.dangling, found.wildcard, found.dnssec) == ((), "", False, "unsigned")
    assert len(log.contacts) == len(server.heard) <= 16
    assert {contact.check_class for contact in log.contacts} == {CheckClass.LOOKUP}


@pytest.mark.parametrize("recursive", [True, False])
async def test_an_alias_that_leads_nowhere_is_named(recursive: bool) -> None:
    lines = (*ZONE[:-1], "www.fengsui.example CNAME old.cdn.example.", "old.cdn.example CNAME gone.cloud.example.")
    async with name_server(records(*lines, recursive=recursive)) as server:
        wire, ask, _log = resolver(server)
        found = await names.collect(wire, TARGET, [], ask)
    assert found.aliases == ("old.cdn.example", "gone.cloud.example")
    assert found.dangling == "gone.cloud.example"


async def test_an_alias_without_address_does_not_dangle() -> None:
    lines = (*ZONE[:-1], "www.fengsui.example CNAME quiet.cdn.example.", 'quiet.cdn.example TXT "here"')
    async with name_server(records(*lines)) as server:
        wire, ask, _log = resolver(server)
        assert (await names.collect(wire, TARGET, [], ask)).dangling == ""


async def test_aliases_in_a_ring_end() -> None:
    lines = (*ZONE[:-1], "www.fengsui.example CNAME a.example.", "a.example CNAME www.fengsui.example.")
    async with name_server(records(*lines, recursive=False)) as server:
        wire, ask, _log = resolver(server)
        found = await names.collect(wire, TARGET, [], ask)
    assert isinstance(found.records["A"], Failure)


async def test_long_answers_come_over_tcp() -> None:
    async with name_server(records(*ZONE), truncates=True) as server:
        _wire, ask, log = resolver(server)
        assert await ask.texts("www.fengsui.example", "A") == ("192.0.2.7",)
    assert [contact.what for contact in log.contacts] == ["A www.fengsui.example", "A www.fengsui.example (TCP)"]


async def test_a_server_that_fails_is_no_missing_name() -> None:
    def answer(question: dns.message.Message) -> dns.message.Message:
        made = dns.message.make_response(question)
        made.set_rcode(dns.rcode.SERVFAIL)
        return made

    async with name_server(answer) as server:
        wire, ask, _log = resolver(server)
        with pytest.raises(Untested) as missing:
            await names.collect(wire, TARGET, [], ask)
        [outside] = await names.outside_names(wire, {"js.other.example": "/"}, ask)
    assert missing.value.failure.why is Why.NAME_SERVER_FAILED
    assert isinstance(outside.exists, Failure)


async def test_an_answer_to_another_question_is_not_taken() -> None:
    def answer(question: dns.message.Message) -> dns.message.Message:
        other = dns.message.make_query("other.example", "A")
        other.id = question.id
        return records("other.example A 192.0.2.9")(other)

    async with name_server(answer) as server:
        _wire, ask, _log = resolver(server)
        assert isinstance(await ask.texts("www.fengsui.example", "A"), Failure)


async def test_without_leave_nothing_is_asked() -> None:
    async with name_server(records(*ZONE)) as server:
        wire, ask, _log = resolver(server, classes=frozenset({CheckClass.VISIT}))
        with pytest.raises(Untested) as denied:
            await names.collect(wire, TARGET, [], ask)
    assert denied.value.failure.why is Why.NOT_AUTHORISED
    assert server.heard == []


async def test_outside_names_are_denied_twice_before_they_count_as_gone() -> None:
    lines = ("here.other.example A 192.0.2.8", "other.example SOA a. b. 1 2 3 4 5")
    used = {"here.other.example": "/a", "gone.other.example": "/b", "js.expired.example": "/c"}
    async with name_server(records(*lines)) as server:
        wire, ask, _log = resolver(server)
        here, gone, expired = await names.outside_names(wire, used, ask)
    assert (here.exists, here.used_in) == (True, "/a")
    assert (gone.exists, gone.parent_exists) == (False, True)
    assert (expired.exists, expired.parent_exists) == (False, False)
    assert sum("gone.other.example" in question for question in server.heard) == 2


async def test_what_spf_includes_is_looked_up_once_each_and_not_for_ever() -> None:
    endless = [f's{i}.example TXT "v=spf1 include:s{i + 1}.example redirect=fengsui.example"' for i in range(40)]
    lines = ('fengsui.example TXT "v=spf1 include:s0.example include:%{i}.example ~all"', "fengsui.example MX 0 .")
    async with name_server(records(*lines, *endless)) as server:
        wire, ask, _log = resolver(server)
        found = await names.mail_policy(wire, TARGET, ask)
    assert list(found.txt)[:3] == ["fengsui.example", "s0.example", "s1.example"]
    assert len(found.txt) == 12
    assert found.mx == ("",)
    assert found.has_address is False
    assert len(server.heard) <= 16


async def test_a_mail_domain_is_asked_for_itself_and_a_website_for_the_domain_above_it() -> None:
    lines = ('xx.fengsui.example TXT "v=spf1 -all"', 'fengsui.example TXT "v=spf1 mx -all"')
    async with name_server(records(*lines)) as server:
        wire, ask, _log = resolver(server)
        for kind, domain in (("mail-domain", "xx.fengsui.example"), ("website", "fengsui.example")):
            found = await names.mail_policy(wire, Target("xx.fengsui.example", kind, "xx.fengsui.example"), ask)
            assert (found.domain, list(found.txt)) == (domain, [domain])


def test_the_machine_says_whom_to_ask(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "resolv.conf"
    monkeypatch.setattr("fenghuo.see.screening.fetch.resolver._CONFIGURATION", file)
    file.write_text("# made by hand\nsearch fengsui.example\nnameserver 192.0.2.53\nnameserver 2001:db8::53\n")
    assert configured_servers() == ["192.0.2.53", "2001:db8::53"]
    file.write_text("search fengsui.example\n")
    with pytest.raises(Untested):
        configured_servers()


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.b.fengsui.gov.cn", "fengsui.gov.cn"),
        ("www.shiyan.com", "shiyan.com"),
        ("www.fengsui.example", "fengsui.example"),
    ],
)
def test_the_registered_domain_is_one_label_below_the_public_suffix(host: str, domain: str) -> None:
    assert names.zone_of(host) == domain


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "gov.cn"])
def test_some_hosts_have_no_domain(host: str) -> None:
    with pytest.raises(Untested):
        names.zone_of(host)


async def test_a_name_server_that_knows_no_top_of_names_accuses_nobody() -> None:
    async with name_server(records("here.other.example A 192.0.2.8")) as server:
        wire, ask, _log = resolver(server)
        (gone,) = await names.outside_names(wire, {"beian.miit.gov.cn": "/a"}, ask)
    assert isinstance(gone.exists, Failure)
    assert gone.exists.why is Why.NAME_SERVER_FAILED
