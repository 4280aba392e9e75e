"""Ports and hellos: what is open, what serves strangers, and what only looks like it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from fenghuo.see.screening.facts import CheckClass, Target, Untested, Why
from fenghuo.see.screening.facts.network import Hello, Port
from fenghuo.see.screening.fetch import hellos, ports
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.tests.loopback import HOST, NOW, KeptLog, permit
from fenghuo.see.screening.fetch.web import Scanner
from fenghuo.see.screening.fetch.wire import Denied, Wire
from fenghuo.see.screening.permit import Budget

TARGET = Target(HOST, "website", HOST, f"http://{HOST}/")
SCANNER = Scanner("wangxin@fengsui.example")


def wire(**changes: object) -> Wire:
    return Wire(permit(**changes), Limiter(spacing=0), KeptLog(), lambda: NOW)


@asynccontextmanager
async def listener(*said: bytes | None, first: bytes = b"") -> AsyncIterator[tuple[int, list[bytes]]]:
    """Says `first`, then one of `said` for each thing that it hears, then hangs up; None: it stays silent instead."""
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        for one in said:
            data = await reader.read(4096)
            if not data:
                break
            heard.append(data)
            if one is None:
                await reader.read()
            else:
                writer.write(one)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], heard
    server.close()


async def hello(service: str, *said: bytes | None, first: bytes = b"") -> tuple[Hello, list[bytes]]:
    talk = next(talk for name, talk in hellos.HELLOS.values() if name == service)
    async with listener(*said, first=first) as (port, heard):
        known = {port: (service, talk)}
        [found] = await hellos.collect(wire(), TARGET, ["127.0.0.1"], [Port(port, "open")], SCANNER, known)
    return found, heard


def http(body: str, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n\r\n{body}".encode()


NACOS = '{"version":"2.2.3","standalone_mode":"standalone","function_mode":null%s}'
MONGO_HELLO = bytes(20) + b"\x08ismaster\x00\x01\x10maxWireVersion\x00" + (17).to_bytes(4, "little") + b"\x00"


def mongo(body: bytes, kind: int = 2013) -> bytes:
    return (16 + len(body)).to_bytes(4, "little") + bytes(8) + kind.to_bytes(4, "little") + body


OPEN: list[tuple[str, Sequence[bytes], bytes]] = [
    ("redis", [b"+PONG\r\n"], b""),
    ("memcached", [b"VERSION 1.6.18\r\n"], b""),
    ("zookeeper", [b"imok"], b""),
    ("rsync", [b"www            \tweb files\n@RSYNCD: EXIT\n"], b"@RSYNCD: 31.0 sha512 sha256\n"),
    ("elasticsearch", [http('{"name":"n","cluster_name":"c","version":{"number":"7.1.1"},"tagline":"You Know"}')], b""),
    ("docker", [http('{"Version":"20.10.5","ApiVersion":"1.41"}')], b""),
    ("nacos", [http(NACOS % "")], b""),
    ("nacos", [http(NACOS % ',"auth_enabled":"false"')], b""),
    ("mongodb", [mongo(MONGO_HELLO, 1), mongo(b"\x00" * 9 + b"\x08quiet\x00\x00\x01ok\x00")], b""),
    (
        "ftp",
        [b"331 any\r\n", b"230-Welcome\r\n230 in\r\n", b'257 "/"\r\n', b"221 Bye\r\n"],
        b"220-Hello\r\n220 ready\r\n",
    ),
]
SHUT: list[tuple[str, Sequence[bytes], bytes]] = [
    ("redis", [b"-NOAUTH Authentication required.\r\n"], b""),
    ("redis", [b"-DENIED Redis is running in protected mode\r\n"], b""),
    ("redis", [http("{}", "400 Bad Request")], b""),
    ("redis", [b""], b""),
    ("memcached", [b"ERROR\r\n"], b""),
    ("zookeeper", [b"ruok is not executed because it is not in the whitelist.\n"], b""),
    ("rsync", [], b"220 ftp here\r\n"),
    ("rsync", [b"Welcome\n@RSYNCD: EXIT\n"], b"@RSYNCD: 31.0 sha512 sha256\n"),
    ("rsync", [b"@ERROR: not for you\n"], b"@RSYNCD: 31.0 sha512 sha256\n"),
    ("elasticsearch", [http('{"error":{"type":"security_exception"},"status":401}', "401 Unauthorized")], b""),
    ("elasticsearch", [http("<html>cluster_name and version: a page about it</html>")], b""),
    ("elasticsearch", [http('{"cluster_name":"c","version":"7"}')], b""),
    ("docker", [http('{"message":"page not found"}', "404 Not Found")], b""),
    ("nacos", [http(NACOS % ',"auth_enabled":"true"')], b""),
    ("nacos", [http('{"version":"1"}')], b""),
    ("mongodb", [mongo(MONGO_HELLO, 1), mongo(b"\x02errmsg\x00requires authentication\x00")], b""),
    ("mongodb", [http("It looks like you are trying to access MongoDB over HTTP")], b""),
    ("ftp", [b"530 This server does not allow anonymous access.\r\n"], b"220 ready\r\n"),
    ("ftp", [b"331 any\r\n", b"530 Login incorrect.\r\n"], b"220 ready\r\n"),
    ("ftp", [], b"421 Too many connections\r\n"),
]


@pytest.mark.parametrize(("service", "said", "first"), OPEN)
async def test_what_serves_strangers(service: str, said: Sequence[bytes], first: bytes) -> None:
    found, _heard = await hello(service, *said, first=first)
    assert (found.service, found.open, found.failure) == (service, True, None)
    assert found.said


@pytest.mark.parametrize(("service", "said", "first"), SHUT)
async def test_what_does_not(service: str, said: Sequence[bytes], first: bytes) -> None:
    found, _heard = await hello(service, *said, first=first)
    assert (found.open, found.failure) == (False, None)


async def test_only_words_that_read_nothing_are_said() -> None:
    found = {service: await hello(service, *said, first=first) for service, said, first in OPEN}
    heard = {service: list(words) for service, (_hello, words) in found.items()}
    assert heard["redis"] == [b"PING\r\n"]
    assert heard["memcached"] == [b"version\r\n"]
    assert heard["zookeeper"] == [b"ruok\n"]
    assert heard["rsync"] == [b"@RSYNCD: 30.0\n#list\n"]
    assert heard["ftp"] == [b"USER anonymous\r\n", b"PASS wangxin@fengsui.example\r\n", b"PWD\r\n", b"QUIT\r\n"]
    assert b"listDatabases" not in b"".join(heard["mongodb"])
    for service in ("elasticsearch", "docker", "nacos"):
        assert heard[service][0].startswith(b"GET /")
        assert b"order W-1" in heard[service][0], "the request says under which order it is made"


async def test_silence_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hellos, "_ANSWER_S", 0.05)
    with pytest.raises(Untested) as missing:
        await hello("redis", None)
    assert missing.value.failure.why is Why.TIMED_OUT


async def test_what_is_open_is_told_even_where_another_keeps_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hellos, "_ANSWER_S", 0.05)
    talks = dict(hellos.HELLOS.values())
    async with listener(b"+PONG\r\n") as (redis, _), listener(None) as (memcached, _):
        known = {redis: ("redis", talks["redis"]), memcached: ("memcached", talks["memcached"])}
        listed = [Port(redis, "open"), Port(memcached, "open"), Port(1, "closed")]
        found = await hellos.collect(wire(), TARGET, ["127.0.0.1"], listed, SCANNER, known)
    assert [(one.service, one.open, one.failure is None) for one in found] == [
        ("redis", True, True),
        ("memcached", False, False),
    ]


async def test_without_the_class_services_nobody_is_greeted() -> None:
    made = wire(classes=frozenset({CheckClass.PORTS}))
    with pytest.raises(Untested):
        await hellos.collect(made, TARGET, ["127.0.0.1"], [Port(6379, "open")], SCANNER)


async def test_ports_open_and_closed_with_what_they_say() -> None:
    async with AsyncExitStack() as stack:
        talking, _ = await stack.enter_async_context(listener(first=b"SSH-2.0-x\r\n" + b"y" * 500))
        silent, heard = await stack.enter_async_context(listener(None))
        found = await ports.collect(wire(), TARGET, ["127.0.0.1"], [talking, silent, 1])
    assert [(port.number, port.state) for port in found] == [(talking, "open"), (silent, "open"), (1, "closed")]
    assert found[0].banner.startswith(b"SSH-2.0-x")
    assert len(found[0].banner) == 200
    assert (found[1].banner, heard) == (b"", [])


async def test_no_answer_to_a_connection_is_filtered(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(*_arguments: object) -> None:
        raise TimeoutError

    monkeypatch.setattr("fenghuo.base.common.door.open_stream", hang)
    [port] = await ports.collect(wire(), TARGET, ["127.0.0.1"], [3389])
    assert port.state == "filtered"


async def test_a_list_cut_short_by_the_budget_is_no_list() -> None:
    with pytest.raises(Denied):
        await ports.collect(wire(budget=Budget(other=2)), TARGET, ["127.0.0.1"], [1, 2, 3])


async def test_never_more_than_two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most = 0, 0

    async def slow(*_arguments: object) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.01)
        inside -= 1
        raise ConnectionRefusedError

    monkeypatch.setattr("fenghuo.base.common.door.open_stream", slow)
    found = await ports.collect(wire(), TARGET, ["127.0.0.1"], range(1, 21))
    assert (len(found), most) == (20, 2)
