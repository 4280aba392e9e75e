"""A small stub resolver: asks the name servers that this machine uses, logs each question, and says why there is no answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.TXT import TXT

from fenghuo.base.common import door
from fenghuo.base.common.net import Refused
from fenghuo.see.screening.facts import Failure, Untested, Why
from fenghuo.see.screening.fetch.wire import Wire, failure_of

ANSWER_S = 4.0
_TRIES = 2
_MOST_ALIASES = 8
_PAYLOAD = 1232
_PORT = 53
_CONFIGURATION = Path("/etc/resolv.conf")


def configured_servers() -> list[str]:
    """Addresses of the name servers that this machine uses, in order.

    Raises:
        Untested: none is configured.
    """
    try:
        lines = _CONFIGURATION.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError as error:
        raise Untested(Failure(Why.NAME_SERVER_FAILED, str(error))) from error
    found = [words[1] for line in lines if len(words := line.split()) > 1 and words[0] == "nameserver"]
    if not found:
        raise Untested(Failure(Why.NAME_SERVER_FAILED, f"{_CONFIGURATION}: no nameserver"))
    return found[:3]


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at the end of a name's aliases.

    Attributes:
        name: the last name. aliases: targets of CNAMEs on the way, in order, without the first name.
        exists: False where the last name does not exist. records: of the kind asked for, () where the name has none.
    """

    name: str
    aliases: tuple[str, ...]
    exists: bool
    records: tuple[dns.rdata.Rdata, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The records as zone files write them, sorted; TXT as the text itself."""
        return tuple(sorted(_text(record) for record in self.records))


def _text(record: dns.rdata.Rdata) -> str:
    if isinstance(record, TXT):
        return b"".join(record.strings).decode("utf-8", "replace")
    return record.to_text()


def plain(name: dns.name.Name) -> str:
    """A name as the facts write it: lower case, without the last dot."""
    return name.to_text(omit_final_dot=True).lower()


class Resolver:
    """Asks about the asset of one visit.

    Args:
        servers: addresses; those of this machine's configuration where none are given. They are asked whatever network they are in: whoever
            runs this machine named them.
    """

    def __init__(self, wire: Wire, servers: Sequence[str] | None = None, port: int | None = None) -> None:
        self._wire = wire
        self._given = servers
        self._port = port or _PORT

    @cached_property
    def _servers(self) -> Sequence[str]:
        return self._given if self._given is not None else configured_servers()

    async def ask(self, name: str, kind: str, signed: bool = False) -> dns.message.Message:
        """The answer to one question: the name has such records, has none, or does not exist.

        Args:
            signed: signatures are wanted, and the name server shall not judge them.

        Raises:
            Untested: no name server has an answer, or the permit allows no look-ups.
        """
        try:
            question = dns.message.make_query(name, kind, use_edns=0, payload=_PAYLOAD, want_dnssec=signed)
        except (dns.exception.DNSException, ValueError) as error:
            raise Untested(Failure(Why.NAME_NOT_FOUND, f"{name}: {error}"[:200])) from error
        if signed:
            question.flags |= dns.flags.CD
        failure = Failure(Why.NAME_SERVER_FAILED, name)
        for number in range(_TRIES):
            for server in self._servers:
                try:
                    answer = await self._once(server, question, f"{kind} {name}")
                except (OSError, TimeoutError, EOFError, Refused, dns.exception.DNSException, ValueError) as error:
                    failure = failure_of(error) if isinstance(error, TimeoutError) else _failed(name, error)
                    continue
                if answer.rcode() in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
                    return answer
                failure = Failure(Why.NAME_SERVER_FAILED, f"{name} {kind}: {dns.rcode.to_text(answer.rcode())}")
                if answer.rcode() == dns.rcode.FORMERR and number == 0:
                    question.use_edns(-1)  # a server older than EDNS
        raise Untested(failure)

    async def _once(self, server: str, question: dns.message.Message, what: str) -> dns.message.Message:
        self._wire.look_up_logged(server, self._port, what)
        raw = await door.ask(server, self._port, question.to_wire(), ANSWER_S, permitted=True)
        answer = dns.message.from_wire(raw, ignore_trailing=True, raise_on_truncation=False)
        if not question.is_response(answer):
            raise ValueError(f"{server}: answer to another question")
        if answer.flags & dns.flags.TC:
            self._wire.look_up_logged(server, self._port, f"{what} (TCP)")
            answer = await self._by_tcp(server, question)
        return answer

    async def _by_tcp(self, server: str, question: dns.message.Message) -> dns.message.Message:
        streams = await door.open_stream(server, self._port, ANSWER_S, permitted=True)
        try:
            answer = dns.message.from_wire(await one_message(streams, question.to_wire(), ANSWER_S))
        finally:
            streams[1].close()
        if not question.is_response(answer):
            raise ValueError(f"{server}: answer to another question")
        return answer

    async def find(self, name: str, kind: str) -> Found:
        """The records at the end of a name's aliases. Aliases are followed even where the name server leaves that to us.

        Raises:
            Untested: as `ask`, or the aliases never end.
        """
        aliases: list[str] = []
        here = name
        while len(aliases) <= _MOST_ALIASES:
            answer = await self.ask(here, kind)
            here, passed, records = _walk(answer, here, kind)
            aliases += passed
            whole = bool(answer.flags & dns.flags.RA) or not passed
            if records or answer.rcode() == dns.rcode.NXDOMAIN or whole:
                return Found(here, tuple(aliases), answer.rcode() != dns.rcode.NXDOMAIN, records)
        raise Untested(Failure(Why.NAME_SERVER_FAILED, f"{name}: more than {_MOST_ALIASES} aliases"))

    async def texts(self, name: str, kind: str) -> tuple[str, ...] | Failure:
        """The records of a name as texts, or why they can't be known."""
        try:
            return (await self.find(name, kind)).texts
        except Untested as missing:
            return missing.failure


def _failed(name: str, error: Exception) -> Failure:
    return Failure(Why.NAME_SERVER_FAILED, f"{name}: {type(error).__name__}: {error}"[:200])


def _walk(answer: dns.message.Message, name: str, kind: str) -> tuple[str, list[str], tuple[dns.rdata.Rdata, ...]]:
    """From a name along the aliases of an answer: where they end, which they are, and the records there."""
    here = dns.name.from_text(name)
    passed: list[str] = []
    wanted = dns.rdatatype.from_text(kind)
    while len(passed) <= _MOST_ALIASES:
        records = answer.get_rrset(answer.answer, here, dns.rdataclass.IN, wanted)
        if records is not None:
            return plain(here), passed, tuple(records)
        alias = answer.get_rrset(answer.answer, here, dns.rdataclass.IN, dns.rdatatype.CNAME)
        target = next((one.target for one in alias or () if isinstance(one, CNAME)), None)
        if target is None:
            return plain(here), passed, ()
        here = target
        passed.append(plain(target))
    raise Untested(Failure(Why.NAME_SERVER_FAILED, f"{name}: more than {_MOST_ALIASES} aliases"))


async def one_message(streams: door.Streams, question: bytes, seconds: float) -> bytes:
    """Send a question over TCP and read the first message that comes back.

    Raises:
        OSError, TimeoutError, EOFError: it did not come.
    """
    reader, writer = streams
    async with asyncio.timeout(seconds):
        writer.write(len(question).to_bytes(2, "big") + question)
        await writer.drain()
        return await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
