"""Whatever a server sends, a collector says that it makes no sense, and nothing else."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenghuo.see.screening.facts import CheckClass, Target, Untested
from fenghuo.see.screening.fetch import hellos, mongodb, ssh, tls, whois
from fenghuo.see.screening.fetch.tests.loopback import HOST
from fenghuo.see.screening.fetch.tests.test_services import hello, listener, wire
from fenghuo.see.screening.fetch.tests.test_tls import server_hello
from fenghuo.see.screening.fetch.tls_hello import Flight, NotTls
from fenghuo.see.screening.fetch.trust import Roots, certificates_in, issuer_url, names_host

HELLO = server_hello(0x0303, 0x009E)


def changed(data: bytes, at: int, value: int) -> bytes:
    return data[: at % len(data)] + bytes([value]) + data[at % len(data) + 1 :]


@given(at=st.integers(0, 200), value=st.integers(0, 255), tail=st.binary(max_size=60))
def test_flights(at: int, value: int, tail: bytes) -> None:
    with suppress(NotTls):
        Flight().feed(changed(HELLO, at, value) + tail)


@given(body=st.binary(max_size=80), kind=st.sampled_from([2, 11, 12, 14]))
def test_messages(body: bytes, kind: int) -> None:
    message = bytes([kind]) + len(body).to_bytes(3, "big") + body
    flight = Flight(suite=0x009E)
    with suppress(NotTls):
        flight.feed(b"\x16\x03\x03" + len(message).to_bytes(2, "big") + message)
    assert issuer_url(flight.chain) == ""


@given(data=st.binary(max_size=200))
def test_certificates_and_key_offers(data: bytes) -> None:
    assert certificates_in(data) == []
    assert not names_host(data, HOST)
    assert issuer_url([data]) == ""
    with suppress(ValueError):
        ssh.parse_kexinit(b"\x14" + bytes(16) + data)
    mongodb.wire_version(data)


@given(text=st.text(max_size=60))
def test_whois_lines(text: str) -> None:
    whois.expiry(f"Expiration Time: {text}", 8)
    whois.expiry(f"Expiration Date: 2027-{text[:2]}-01 {text}:00", 0)


@pytest.mark.parametrize("service", [name for name, _talk in hellos.HELLOS.values()])
async def test_hellos(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hellos, "_ANSWER_S", 0.3)
    for said in (b"\x00" * 50, b"\xff" * 5000, b"{" * 4000, b"220 \xff\r\n" * 3, b"\r\n\r\n"):
        with suppress(Untested):
            found, _heard = await hello(service, said, said, first=said)
            assert not found.open


async def test_collectors_over_rubbish() -> None:
    for said in (b"\x00" * 50, b"\xff" * 5000, b"\r\n\r\n", b"SSH-2.0-\xff\r\n" + b"\x00" * 40):
        async with listener(said, first=said) as (port, _heard):
            with pytest.raises(Untested):
                await ssh.collect(wire(), Target(HOST, "server", HOST), ["127.0.0.1"], port)
        async with listener(said) as (port, _heard):
            target = Target(HOST, "website", HOST, f"https://{HOST}:{port}/")
            with pytest.raises(Untested):
                await tls.collect(wire(), target, ["127.0.0.1"], Roots((b"",)))


async def test_a_host_that_can_be_no_server_name_is_no_crash() -> None:
    async with listener() as (port, _heard):
        made = wire(hosts=frozenset({".."}))
        with pytest.raises(Untested):
            async with made.connect(CheckClass.TRANSPORT, "..", "127.0.0.1", port, "tls", tls.old_tls(), ".."):
                pass
