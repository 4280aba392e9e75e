"""What an SSH server says by itself; real ones are asked in tests/screening."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from fenghuo.see.screening.facts import Target, Untested, Why
from fenghuo.see.screening.facts.network import Ssh
from fenghuo.see.screening.fetch import ssh
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.tests.loopback import HOST, NOW, KeptLog, permit
from fenghuo.see.screening.fetch.wire import Wire


def string(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def packet(payload: bytes) -> bytes:
    return (len(payload) + 9).to_bytes(4, "big") + b"\x08" + payload + bytes(8)


def kexinit(kex: str, keys: str) -> bytes:
    lists = [
        kex,
        keys,
        "aes128-ctr,3des-cbc",
        "aes128-ctr,arcfour",
        "hmac-sha2-256",
        "hmac-md5",
        "none",
        "none",
        "",
        "",
    ]
    return packet(b"\x14" + bytes(16) + b"".join(string(one.encode()) for one in lists) + bytes(5))


@asynccontextmanager
async def server(greeting: bytes, offer: bytes = b"") -> AsyncIterator[int]:
    """Greets, offers, and answers each exchange with a key named after the kind that was asked for."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await reader.readline()
        writer.write(offer)
        if offer:
            size = int.from_bytes(await reader.readexactly(4), "big")
            asked = await reader.readexactly(size)
            kind = asked[18:].split(b"\x00\x00\x00")[2][1:]
            writer.write(
                packet(b"\x02" + string(b"noise"))
                + packet(b"\x1f" + string(b"key " + kind) + string(b"") + string(b""))
            )
        writer.close()

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield listening.sockets[0].getsockname()[1]
    listening.close()


async def collect(port: int) -> tuple[Ssh, KeptLog]:
    log = KeptLog()
    wire = Wire(permit(), Limiter(spacing=0), log, lambda: NOW)
    return await ssh.collect(wire, Target(HOST, "server", HOST), ["127.0.0.1"], port), log


async def test_banner_algorithms_and_a_key_of_each_sort() -> None:
    offer = kexinit("diffie-hellman-group1-sha1,curve25519-sha256", "ssh-ed25519,ssh-rsa")
    async with server(b"Only for staff\r\nSSH-2.0-OpenSSH_5.3\r\n", offer) as port:
        found, log = await collect(port)
    assert found.banner == "SSH-2.0-OpenSSH_5.3"
    assert found.algorithms["kex"] == ("diffie-hellman-group1-sha1", "curve25519-sha256")
    assert found.algorithms["host-key"] == ("ssh-ed25519", "ssh-rsa")
    assert found.algorithms["cipher"] == ("aes128-ctr", "3des-cbc", "arcfour")
    assert found.algorithms["mac"] == ("hmac-sha2-256", "hmac-md5")
    assert len(log.contacts) == 2
    assert len(found.host_keys) == 2


async def test_an_exchange_that_we_do_not_speak_leaves_the_keys_out() -> None:
    async with server(b"SSH-1.99-old\r\n", kexinit("diffie-hellman-group-exchange-sha1", "ssh-rsa")) as port:
        found, log = await collect(port)
    assert (found.banner, found.host_keys, len(log.contacts)) == ("SSH-1.99-old", (), 1)


@pytest.mark.parametrize("greeting", [b"220 ready\r\n", b"", b"SSH-2.0-x\r\n"])
async def test_what_speaks_no_ssh_is_said(greeting: bytes) -> None:
    async with server(greeting) as port:
        with pytest.raises(Untested) as missing:
            await collect(port)
    assert missing.value.failure.why in {Why.UNREADABLE, Why.INCOMPLETE, Why.RESET}


async def test_a_server_older_than_ssh_2_is_known_by_its_banner() -> None:
    async with server(b"SSH-1.5-ancient\r\n") as port:
        found, log = await collect(port)
    assert (found.banner, found.algorithms, len(log.contacts)) == ("SSH-1.5-ancient", {}, 1)
