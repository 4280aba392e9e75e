"""What TLS servers do with a hello, and what follows from it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from fenghuo.see.screening.facts import Failure, Target, Untested, Why
from fenghuo.see.screening.fetch import tls
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.tests.loopback import HOST, NOW, KeptLog, permit
from fenghuo.see.screening.fetch.tls_hello import VERSIONS, Flight, NotTls, client_hello, suites
from fenghuo.see.screening.fetch.trust import Roots
from fenghuo.see.screening.fetch.wire import Wire
from fenghuo.see.screening.permit import Budget

ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
NOBODY = Roots((b"",))


def server_hello(version: int, suite: int) -> bytes:
    body = version.to_bytes(2, "big") + bytes(32) + b"\x00" + suite.to_bytes(2, "big") + b"\x00"
    message = b"\x02" + len(body).to_bytes(3, "big") + body + b"\x0e\x00\x00\x00"
    return b"\x16\x03\x03" + len(message).to_bytes(2, "big") + message


@asynccontextmanager
async def server(answer: Callable[[int, list[int]], bytes | None]) -> AsyncIterator[tuple[Target, list[int]]]:
    """A server that reads a hello's version and suites and says what `answer` makes of them; None: nothing at all, b"": it hangs up."""
    heard: list[int] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readexactly(5)
        hello = await reader.readexactly(int.from_bytes(head[3:], "big"))
        version, at = int.from_bytes(hello[4:6], "big"), 39 + hello[38]
        size = int.from_bytes(hello[at : at + 2], "big")
        offered = [int.from_bytes(hello[i : i + 2], "big") for i in range(at + 2, at + 2 + size, 2)]
        if 0x1301 in offered:
            version = VERSIONS["TLSv1.3"]
        heard.append(version)
        said = answer(version, offered)
        if said is None:
            await asyncio.sleep(30)
        writer.write(said or b"")
        writer.close()

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    yield Target(HOST, "website", HOST, f"https://{HOST}:{port}/"), heard
    listening.close()


def wire(**changes: object) -> Wire:
    return Wire(permit(**changes), Limiter(spacing=0), KeptLog(), lambda: NOW)


async def collect(target: Target, made: Wire | None = None) -> tls.TlsFacts:
    return await tls.collect(made or wire(), target, ["127.0.0.1"], NOBODY)


def only(version: str, suite: int, otherwise: bytes = ALERT) -> Callable[[int, list[int]], bytes]:
    def answer(asked: int, offered: list[int]) -> bytes:
        fits = asked == VERSIONS[version] and suite in offered
        return server_hello(VERSIONS[version], suite) if fits else otherwise

    return answer


async def test_an_old_server_that_hangs_up_on_all_else_has_refused_it() -> None:
    async with server(only("SSLv3", 0x0003, otherwise=b"")) as (target, heard):
        found = await collect(target)
    assert {name for name, said in found.offered.items() if said is True} == {"SSLv3", "export"}
    assert {said for name, said in found.offered.items() if name not in {"SSLv3", "export"}} == {False}
    assert heard[-1] == VERSIONS["SSLv3"], "asked again at the end, to see that we are not shut out"
    assert len(heard) == 11


async def test_a_server_that_shuts_us_out_half_way_has_refused_nothing() -> None:
    asked = 0

    def answer(version: int, offered: list[int]) -> bytes:
        nonlocal asked
        asked += 1
        return server_hello(version, offered[0]) if asked < 4 and version < VERSIONS["TLSv1.3"] else b""

    async with server(answer) as (target, _heard):
        found = await collect(target)
    assert found.offered["TLSv1.2"] is True
    assert isinstance(found.offered["rc4"], Failure)
    assert isinstance(found.offered["SSLv3"], Failure)


async def test_a_lower_version_than_asked_for_is_no_yes() -> None:
    async with server(lambda _version, offered: server_hello(VERSIONS["TLSv1"], offered[-2])) as (target, _heard):
        found = await collect(target)
    assert (found.offered["TLSv1.2"], found.offered["TLSv1"]) == (False, True)


async def test_what_is_no_tls_is_no_fact() -> None:
    async with server(lambda _version, _offered: b"HTTP/1.1 400 Bad Request\r\n\r\n") as (target, _heard):
        with pytest.raises(Untested) as missing:
            await collect(target)
    assert missing.value.failure.why is Why.TLS_FAILED


async def test_silence_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "ANSWER_S", 0.05)
    rest = only("TLSv1.2", 0xC02F)
    async with server(lambda v, o: None if v == VERSIONS["TLSv1"] else rest(v, o)) as (target, _heard):
        found = await collect(target)
    silent = found.offered["TLSv1"]
    assert isinstance(silent, Failure)
    assert silent.why is Why.TIMED_OUT
    assert found.offered["TLSv1.1"] is False


async def test_the_budget_ends_the_questions_and_says_so() -> None:
    async with server(only("TLSv1.2", 0xC02F)) as (target, heard):
        found = await collect(target, wire(budget=Budget(tls=3)))
    assert len(heard) == 3
    assert found.offered["3des"] == Failure(Why.BUDGET_USED, "tls: 3")


async def test_nobody_listens() -> None:
    target = Target(HOST, "website", HOST, f"https://{HOST}:1/")
    made = wire()
    with pytest.raises(Untested) as missing:
        await collect(target, made)
    assert missing.value.failure.why is Why.REFUSED
    assert made.left("tls") == 11


def test_a_hello_is_read_back_as_it_was_made() -> None:
    for version in VERSIONS.values():
        for listed in (suites().broad, suites().modern, suites().groups["rc4"]):
            hello = client_hello(version, listed, "www.jiaoyu.example")
            assert int.from_bytes(hello[3:5], "big") == len(hello) - 5
            assert version == VERSIONS["SSLv3"] or not 256 <= len(hello) - 5 < 512
            assert (b"www.jiaoyu.example" in hello) == (version > VERSIONS["SSLv3"])
    assert len(suites().broad) < 128


def test_openssl_reads_our_hello() -> None:
    """Answers of a real one, to hellos by hand, in memory."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("aNULL:@SECLEVEL=0")
    for name, wanted in (("TLSv1.2", True), ("TLSv1", False)):
        into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
        made = context.wrap_bio(into, out, server_side=True)
        into.write(client_hello(VERSIONS[name], suites().broad, HOST))
        with pytest.raises(ssl.SSLError):
            made.do_handshake()
        flight = Flight()
        flight.feed(out.read())
        assert (flight.version == VERSIONS[name]) is wanted


@pytest.mark.parametrize("size", [1, 3, 7])
def test_pieces_of_any_size_make_the_same_flight(size: int) -> None:
    said = b"\x15\x03\x03\x00\x02\x01\x70" + server_hello(VERSIONS["TLSv1.2"], 0xC02F)
    flight = Flight()
    for at in range(0, len(said), size):
        flight.feed(said[at : at + size])
    assert (flight.version, flight.suite, flight.done, flight.alert) == (VERSIONS["TLSv1.2"], 0xC02F, True, None)


@pytest.mark.parametrize(
    "said", [b"SSH-2.0-OpenSSH_9\r\n", b"\x16\x03\x03\xff\xff", b"\x16\x03\x03\x00\x06\x02\x00\x00\x02\x03\x03"]
)
def test_broken_answers_are_no_tls(said: bytes) -> None:
    with pytest.raises(NotTls):
        Flight().feed(said)
