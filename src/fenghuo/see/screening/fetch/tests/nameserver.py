"""A name server on loopback that answers by a function."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Answer = Callable[[dns.message.Message], dns.message.Message | None]


@dataclass
class NameServer:
    """A running name server and the questions that it heard."""

    port: int = 0
    heard: list[str] = field(default_factory=list)


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, answer: Callable[[bytes, bool], bytes | None]) -> None:
        self._answer = answer

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        said = self._answer(data, False)
        if said is not None:
            self._transport.sendto(said, addr)


@asynccontextmanager
async def name_server(answer: Answer, truncates: bool = False) -> AsyncIterator[NameServer]:
    """UDP and TCP on one port; `truncates` makes it answer over UDP that all is too long."""
    made = NameServer()

    def said(data: bytes, by_tcp: bool) -> bytes | None:
        question = dns.message.from_wire(data)
        made.heard.append(question.question[0].to_text())
        found = answer(question)
        if found is None:
            return None
        if truncates and not by_tcp:
            found.flags |= dns.flags.TC
            found.answer.clear()
        return found.to_wire()

    async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = int.from_bytes(await reader.readexactly(2), "big")
        found = said(await reader.readexactly(size), True) or b""
        writer.write(len(found).to_bytes(2, "big") + found)
        writer.close()

    server = await asyncio.start_server(stream, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Udp(said), local_addr=("127.0.0.1", made.port))
    yield made
    transport.close()
    server.close()


def records(*lines: str, recursive: bool = True) -> Answer:
    """Answers from lines "name kind value"; a name of which there is no line does not exist. Aliases are followed where `recursive`."""
    held: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        name, kind, value = line.split(maxsplit=2)
        held.setdefault((name.lower(), kind), []).append(value)
    names = {name for name, _kind in held}

    def answer(question: dns.message.Message) -> dns.message.Message:
        made = dns.message.make_response(question, recursion_available=recursive)
        name, kind = question.question[0].name.to_text(omit_final_dot=True).lower(), question.question[0].rdtype.name
        for _ in range(4):
            found, alias = held.get((name, kind)), held.get((name, "CNAME"))
            if found:
                made.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, *found))
            elif alias:
                made.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", *alias))
                name = alias[0].removesuffix(".")
                if recursive:
                    continue
            elif name not in names:
                made.set_rcode(dns.rcode.NXDOMAIN)
            break
        return made

    return answer
