"""Mail exchangers: asked for what they offer, and left with QUIT; no sender, no recipient."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from fenghuo.see.screening.facts import CheckClass, Failure, Target, Untested, Why
from fenghuo.see.screening.facts.network import MailServer
from fenghuo.see.screening.fetch import mail
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.resolver import Resolver
from fenghuo.see.screening.fetch.tests.loopback import NOW, KeptLog, permit
from fenghuo.see.screening.fetch.tests.nameserver import name_server, records
from fenghuo.see.screening.fetch.trust import Roots
from fenghuo.see.screening.fetch.wire import Wire

TARGET = Target("www.fengsui.example", "website", "www.fengsui.example")
ZONE = (
    "fengsui.example MX 20 mx.provider.example.",
    "fengsui.example MX 10 mail.fengsui.example.",
    "mail.fengsui.example A 127.0.0.1",
    "mx.provider.example A 127.0.0.1",
)
EHLO = "250-mail.fengsui.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n"


@asynccontextmanager
async def exchanger(
    answers: dict[str, str], greeting: str = "220 mail.fengsui.example ESMTP\r\n"
) -> AsyncIterator[tuple[int, list[str]]]:
    heard: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting.encode())
        while line := await reader.readline():
            heard.append(line.decode("latin-1").strip())
            said = answers.get(heard[-1].split(" ")[0])
            if said is None:
                break
            writer.write(said.encode("latin-1"))
        writer.close()

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield listening.sockets[0].getsockname()[1], heard
    listening.close()


async def collect(port: int, hosts: set[str], *zone: str) -> tuple[tuple[MailServer, ...], KeptLog]:
    log = KeptLog()
    async with name_server(records(*(zone or ZONE))) as server:
        wire = Wire(permit(hosts=frozenset(hosts)), Limiter(spacing=0), log, lambda: NOW)
        ask = Resolver(wire, ["127.0.0.1"], server.port)
        return await mail.collect(wire, TARGET, [], ask, Roots((b"",)), port), log


async def test_without_starttls() -> None:
    answers = {"EHLO": "250-mail.fengsui.example\r\n250 SIZE 1000\r\n", "QUIT": "221 bye\r\n"}
    async with exchanger(answers) as (port, heard):
        [found], log = await collect(port, {"mail.fengsui.example"})
    assert (found.host, found.banner, found.extensions) == (
        "mail.fengsui.example",
        "mail.fengsui.example ESMTP",
        ("SIZE 1000",),
    )
    assert (found.starttls, found.trusted, found.chain) == (False, False, ())
    assert heard == ["EHLO screening.invalid", "QUIT"]
    assert [c.host for c in log.contacts if c.check_class is CheckClass.MAIL] == ["mail.fengsui.example"], (
        "none but the permit's"
    )


async def test_starttls_that_is_refused_or_broken_is_said() -> None:
    for answer in ("454 not now\r\n", "220 go ahead\r\nHTTP/1.1 400\r\n\r\n"):
        async with exchanger({"EHLO": EHLO, "STARTTLS": answer, "QUIT": "221 bye\r\n"}) as (port, _heard):
            [found], _log = await collect(port, {"mail.fengsui.example"})
        assert isinstance(found.starttls, Failure)
        assert found.starttls.why is Why.TLS_FAILED


async def test_who_is_not_in_the_permit_is_not_contacted() -> None:
    async with exchanger({}) as (port, heard):
        with pytest.raises(Untested) as missing:
            await collect(port, {"www.fengsui.example"})
    assert missing.value.failure == Failure(Why.NOT_AUTHORISED, "mail.fengsui.example")
    assert heard == []


async def test_a_domain_without_mail_has_no_exchangers() -> None:
    found, _log = await collect(1, {"mail.fengsui.example"}, "fengsui.example MX 0 .")
    assert found == ()


async def test_a_server_that_turns_us_away_is_no_server_without_tls() -> None:
    async with exchanger({}, "554 go away\r\n") as (port, _heard):
        with pytest.raises(Untested):
            await collect(port, {"mail.fengsui.example"})
