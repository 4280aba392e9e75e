"""WHOIS: one question, the day on which a registration ends, and nobody's telephone number."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest

from fenghuo.see.screening.facts import Target, Untested, Why
from fenghuo.see.screening.fetch import whois
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.tests.loopback import NOW, KeptLog, permit
from fenghuo.see.screening.fetch.wire import Wire

CN = """Domain Name: fengsui.gov.cn
ROID: 20200101s10001s00000001-cn
Domain Status: clientTransferProhibited
Registrant: 烽燧县人民政府办公室
Registrant Contact Email: wang@fengsui.gov.cn
Sponsoring Registrar: 政务和公益机构域名注册管理中心
Name Server: ns1.fengsui.gov.cn
Registration Time: 2010-03-01 09:00:00
Expiration Time: 2027-03-01 23:30:00
DNSSEC: unsigned
"""
LINES = [
    ("Expiration Time: 2027-03-01 23:30:00", 8, date(2027, 3, 1)),
    ("   Registry Expiry Date: 2027-03-01T20:00:00Z", 0, date(2027, 3, 2)),
    ("Registrar Registration Expiration Date: 2027-03-01T09:00:00+0800", 0, date(2027, 3, 1)),
    ("Expiration Date: 01-Mar-2027", 0, date(2027, 3, 1)),
    ("Expiry date:  01/03/2027", 0, date(2027, 3, 1)),
    ("paid-till: 2027-03-01T21:00:00Z", 0, date(2027, 3, 2)),
    ("expires: 20270301", 0, date(2027, 3, 1)),
    ("expires............: 1.3.2027 00:00:00", 8, date(2027, 3, 1)),
    ("Expires On: 2027-03-01 10:00:00 CST", 0, date(2027, 3, 1)),
    ("Expiration Time: Mon Mar  1 10:00:00 2027", 0, date(2027, 3, 1)),
    ("到期时间：2027年3月1日", 8, date(2027, 3, 1)),
    ("Expiration Time: never", 8, None),
    ("Expiration Time: 2027-13-41 00:00:00", 8, None),
    ("This notice expires when: 2027-03-01", 8, None),
    ("Registration Time: 2010-03-01 09:00:00", 8, None),
]


@pytest.mark.parametrize(("line", "hours", "day"), LINES)
def test_the_last_day_in_china(line: str, hours: int, day: date | None) -> None:
    assert whois.expiry(f"Domain Name: fengsui.gov.cn\n{line}\nStatus: ok\n", hours) == day


@asynccontextmanager
async def server(*answers: str) -> AsyncIterator[tuple[int, list[bytes]]]:
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readline())
        writer.write(answers[min(len(heard), len(answers)) - 1].replace("\n", "\r\n").encode())
        writer.close()

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield listening.sockets[0].getsockname()[1], heard
    listening.close()


async def collect(port: int, host: str = "www.fengsui.gov.cn") -> tuple[whois.Registration, KeptLog]:
    async def resolve(_host: str, _seconds: float) -> list[str]:
        return ["127.0.0.1"]

    log = KeptLog()
    wire = Wire(permit(), Limiter(spacing=0), log, lambda: NOW)
    return await whois.collect(wire, Target(host, "website", host), [], resolve=resolve, port=port), log


@pytest.fixture(autouse=True)
def loopback_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fenghuo.base.common.door.may_contact", lambda address: address == "127.0.0.1")


async def test_a_registration_without_persons() -> None:
    async with server(CN) as (port, heard):
        found, log = await collect(port)
    assert heard == [b"fengsui.gov.cn\r\n"]
    assert (found.domain, found.expires) == ("fengsui.gov.cn", date(2027, 3, 1))
    assert "烽燧县人民政府办公室" in found.text
    assert "wang@" not in found.text
    assert [contact.what for contact in log.contacts] == ["WHOIS fengsui.gov.cn at whois.cnnic.cn"]


async def test_a_thin_registry_sends_on_once() -> None:
    thin = "Domain Name: SHIYAN.COM\nRegistrar WHOIS Server: whois.registrar.example\n"
    async with server(thin, "Expiry Date: 2027-05-01\n" + thin) as (port, heard):
        found, log = await collect(port, "www.shiyan.com")
    assert found.expires == date(2027, 5, 1)
    assert len(heard) == 2
    assert log.contacts[1].what == "WHOIS shiyan.com at whois.registrar.example"


async def test_sending_on_in_a_ring_ends() -> None:
    thin = "Registrar WHOIS Server: whois.registrar.example\n"
    async with server(thin) as (port, heard):
        found, _log = await collect(port, "www.shiyan.com")
    assert (found.expires, len(heard)) == (None, 2)


async def test_asked_too_often_is_no_answer() -> None:
    async with server("Queried interval is too short.\n") as (port, _heard):
        with pytest.raises(Untested) as missing:
            await collect(port)
    assert missing.value.failure.why is Why.SLOW_DOWN


async def test_nothing_is_no_answer() -> None:
    async with server("") as (port, _heard):
        with pytest.raises(Untested) as missing:
            await collect(port)
    assert missing.value.failure.why is Why.INCOMPLETE


async def test_an_unknown_registry_is_said() -> None:
    with pytest.raises(Untested) as missing:
        await collect(1, "www.fengsui.unknown")
    assert missing.value.failure.why is Why.NOT_COLLECTED
