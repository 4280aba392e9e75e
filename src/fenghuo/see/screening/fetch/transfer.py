"""Whether name servers hand out a whole zone to anybody: asked once each, and cut off as soon as that is clear."""

import asyncio
from collections.abc import Sequence

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

from fenghuo.base.common import door
from fenghuo.see.screening.facts import CheckClass, Failure, Target, Untested, Why
from fenghuo.see.screening.facts.network import Transfer
from fenghuo.see.screening.fetch.names import zone_of
from fenghuo.see.screening.fetch.reading import named_failures
from fenghuo.see.screening.fetch.resolver import Resolver
from fenghuo.see.screening.fetch.wire import Wire

_MOST_SERVERS = 4
_MOST_NAMES = 300
_ANSWER_S = 8.0


async def collect(
    wire: Wire, target: Target, _addresses: Sequence[str], resolver: Resolver | None = None, port: int = 53
) -> Transfer:
    """How many names each name server of the target's registered domain hands out.

    Only servers that the register knows or that stand in the domain itself are asked, and only where the permit holds their name and
    address; the others are the provider's and are named with `NOT_AUTHORISED`.

    Raises:
        Untested: the domain's name servers can't be looked up.
    """
    ask = resolver or Resolver(wire)
    zone = zone_of(target.host)
    names = await ask.texts(zone, "NS")
    if isinstance(names, Failure):
        raise Untested(names)
    found: dict[str, int | Failure] = {}
    for text in names[:_MOST_SERVERS]:
        server = text.lower().removesuffix(".")
        ours = server in target.registered or server == zone or server.endswith(f".{zone}")
        found[server] = await _handed_out(wire, ask, zone, server, port) if ours else _foreign(server)
    return Transfer(found)


def _foreign(server: str) -> Failure:
    return Failure(Why.NOT_AUTHORISED, f"{server}: not registered")


async def _handed_out(wire: Wire, ask: Resolver, zone: str, server: str, port: int) -> int | Failure:
    addresses = await ask.texts(server, "A") or await ask.texts(server, "AAAA")
    if isinstance(addresses, Failure):
        return addresses
    if not addresses:
        return Failure(Why.NAME_NOT_FOUND, server)
    try:
        async with wire.connect(CheckClass.NAMES, server, addresses[0], port, f"AXFR {zone}") as streams:
            with named_failures():
                return await _count(streams, zone)
    except Untested as missing:
        refused = {Why.REFUSED, Why.RESET, Why.INCOMPLETE}  # who does not speak TCP, or hangs up, hands nothing out
        return 0 if missing.failure.why in refused else missing.failure


async def _count(streams: door.Streams, zone: str) -> int:
    reader, writer = streams
    origin = dns.name.from_text(zone)
    question = dns.message.make_query(origin, dns.rdatatype.AXFR)
    sent = question.to_wire()
    names: set[dns.name.Name] = set()
    ends = 0
    async with asyncio.timeout(_ANSWER_S):
        writer.write(len(sent).to_bytes(2, "big") + sent)
        await writer.drain()
        while ends < 2 and len(names) < _MOST_NAMES:
            size = int.from_bytes(await reader.readexactly(2), "big")
            answer = _read(await reader.readexactly(size), question)
            if answer.rcode() != dns.rcode.NOERROR or not answer.answer:
                break
            for rrset in answer.answer:
                names.add(rrset.name)
                ends += rrset.rdtype == dns.rdatatype.SOA and rrset.name == origin
    return len(names)


def _read(raw: bytes, question: dns.message.Message) -> dns.message.Message:
    try:
        answer = dns.message.from_wire(raw, xfr=True, one_rr_per_rrset=True)
    except dns.exception.DNSException as error:
        raise ValueError(f"no answer to a transfer: {error}") from error
    if answer.id != question.id:
        raise ValueError("answer to another question")
    return answer
