"""Zone transfers: counted, cut off, and asked only of servers that are ours."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import dns.message
import dns.rcode
import dns.rrset

from fenghuo.see.screening.facts import Failure, Target, Why
from fenghuo.see.screening.fetch import transfer
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.resolver import Resolver
from fenghuo.see.screening.fetch.tests.loopback import NOW, KeptLog, permit
from fenghuo.see.screening.fetch.tests.nameserver import name_server, records
from fenghuo.see.screening.fetch.wire import Wire

TARGET = Target("www.fengsui.example", "website", "www.fengsui.example")
ZONE = (
    "fengsui.example NS ns1.fengsui.example.",
    "fengsui.example NS ns2.provider.example.",
    "ns1.fengsui.example A 127.0.0.1",
    "ns2.provider.example A 127.0.0.1",
)
SOA = ("fengsui.example.", "SOA", "a. b. 1 2 3 4 5")
Answers = Callable[[dns.message.Message], list[dns.message.Message]]


@asynccontextmanager
async def zone_server(answers: Answers) -> AsyncIterator[int]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = int.from_bytes(await reader.readexactly(2), "big")
        for answer in answers(dns.message.from_wire(await reader.readexactly(size))):
            raw = answer.to_wire(max_size=65_535)
            writer.write(len(raw).to_bytes(2, "big") + raw)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


def message(question: dns.message.Message, *lines: tuple[str, str, str], rcode: int = 0) -> dns.message.Message:
    made = dns.message.make_response(question)
    made.set_rcode(dns.rcode.Rcode(rcode))
    made.answer += [dns.rrset.from_text(name, 60, "IN", kind, value) for name, kind, value in lines]
    return made


async def collect(answers: Answers) -> tuple[dict[str, int | Failure], KeptLog]:
    log = KeptLog()
    hosts = frozenset({"ns1.fengsui.example"})
    async with name_server(records(*ZONE)) as server, zone_server(answers) as port:
        wire = Wire(permit(hosts=hosts), Limiter(spacing=0), log, lambda: NOW)
        ask = Resolver(wire, ["127.0.0.1"], server.port)
        found = await transfer.collect(wire, TARGET, [], ask, port)
    return dict(found.servers), log


async def test_a_whole_zone_is_counted_by_its_names() -> None:
    body = [(f"h{i}.fengsui.example.", "A", "192.0.2.1") for i in range(20)]
    found, log = await collect(lambda q: [message(q, SOA, *body[:10]), message(q, *body[10:], SOA)])
    assert found["ns1.fengsui.example"] == 21
    assert [c.what for c in log.contacts if c.check_class == "names"] == ["AXFR fengsui.example"]


async def test_the_providers_servers_are_named_and_left_alone() -> None:
    found, _log = await collect(lambda q: [message(q, SOA, SOA)])
    assert found["ns2.provider.example"] == Failure(Why.NOT_AUTHORISED, "ns2.provider.example: not registered")


async def test_it_ends_after_a_few_hundred_names() -> None:
    def answers(question: dns.message.Message) -> list[dns.message.Message]:
        many = [(f"h{i}.fengsui.example.", "A", "192.0.2.1") for i in range(900)]
        return [
            message(question, SOA, *many[:100]),
            *(message(question, *many[i : i + 100]) for i in range(100, 900, 100)),
        ]

    found, _log = await collect(answers)
    assert 300 <= found["ns1.fengsui.example"] < 500  # type: ignore[operator]


async def test_refusals_and_hanging_up_hand_out_nothing() -> None:
    for answers in (lambda q: [message(q, rcode=5)], lambda q: [message(q, rcode=9)], lambda _q: []):
        found, _log = await collect(answers)
        assert found["ns1.fengsui.example"] == 0


async def test_a_lone_soa_is_no_transfer_of_anything() -> None:
    found, _log = await collect(lambda q: [message(q, SOA), message(q, SOA)])
    assert found["ns1.fengsui.example"] == 1
