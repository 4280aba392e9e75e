"""What an SSH server says before anybody logs in: its banner, what it offers, and host keys by key exchanges that are never finished."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress

from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fenghuo.base.common import door
from fenghuo.see.screening.facts import CheckClass, Failure, Target, Untested, Why
from fenghuo.see.screening.facts.network import Ssh
from fenghuo.see.screening.fetch.reading import named_failures
from fenghuo.see.screening.fetch.wire import Wire

_BANNER = "SSH-2.0-Fenghuo_screening"
_ANSWER_S = 8.0
_DISCONNECT, _KEXINIT, _KEX_START, _KEX_REPLY = 1, 20, 30, 31
_KINDS = ("kex", "host-key", "cipher", "cipher-back", "mac", "mac-back")
_KEY_KINDS = (
    ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa", "ssh-dss"),
    ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-ed25519"),
)
"""One exchange for each row: keys that may be too short first, then others."""
_CURVES = {"curve25519-sha256", "curve25519-sha256@libssh.org"}
_FIELDS = {
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group1-sha1",
}
_EXCHANGES = (*sorted(_CURVES), "ecdh-sha2-nistp256", *sorted(_FIELDS, reverse=True))


async def collect(wire: Wire, target: Target, addresses: Sequence[str], port: int = 22) -> Ssh:
    """Banner, algorithms and at most two host keys of the SSH server at a port of the target's first address; two connections.

    Raises:
        Untested: nothing answers there, or it does not speak SSH.
    """
    if not addresses:
        raise Untested(Failure(Why.NAME_NOT_FOUND, target.host))
    banner = ""
    algorithms: Mapping[str, tuple[str, ...]] = {}
    keys: list[bytes] = []
    for number, wanted in enumerate(_KEY_KINDS):
        if number and not set(wanted) & set(algorithms.get("host-key", ())):
            continue
        try:
            async with wire.connect(
                CheckClass.SERVICES, target.host, addresses[0], port, "SSH banner and keys"
            ) as streams:
                with named_failures():
                    async with asyncio.timeout(_ANSWER_S):
                        said, offered, key = await _talk(streams, wanted)
        except Untested:
            if not number:
                raise
            continue
        banner, algorithms = banner or said, algorithms or offered
        keys += [key] if key else []
    return Ssh(port, banner, algorithms, tuple(dict.fromkeys(keys)))


async def _talk(streams: door.Streams, wanted: Sequence[str]) -> tuple[str, Mapping[str, tuple[str, ...]], bytes]:
    reader, writer = streams
    writer.write(f"{_BANNER}\r\n".encode())
    banner = await _banner(reader)
    if not banner.startswith(("SSH-2.0-", "SSH-1.99-")):
        return banner, {}, b""  # a protocol older than 2 is a fact in itself
    offered = parse_kexinit(await _packet(reader))
    key = b""
    exchange = next((name for name in _EXCHANGES if name in offered["kex"]), None)
    kind = next((name for name in wanted if name in offered["host-key"]), None)
    if exchange and kind:
        with suppress(OSError, EOFError, ValueError):  # what was said before stands without a key
            writer.write(_framed(_kexinit(exchange, kind, offered)) + _framed(bytes([_KEX_START]) + _share(exchange)))
            await writer.drain()
            key = _host_key(await _packet(reader))
    with suppress(OSError):
        writer.write(_framed(bytes([_DISCONNECT]) + (11).to_bytes(4, "big") + _string(b"done") + _string(b"")))
    return banner, offered, key


async def _banner(reader: asyncio.StreamReader) -> str:
    for _ in range(20):  # RFC 4253, 4.2: other lines may come before it
        line = await reader.readline()
        if line.startswith(b"SSH-"):
            return line[:255].decode("utf-8", "replace").strip()
        if not line or len(line) > 1000:
            break
    raise ValueError("no SSH banner")


async def _packet(reader: asyncio.StreamReader) -> bytes:
    """The payload of the next packet that is neither IGNORE nor DEBUG."""
    for _ in range(10):
        size = int.from_bytes(await reader.readexactly(4), "big")
        if not 2 <= size <= 35_000:
            raise ValueError(f"packet of {size} bytes")
        packet = await reader.readexactly(size)
        payload = packet[1 : size - packet[0]]
        if payload[:1] not in {b"\x02", b"\x04"}:
            return payload
    raise ValueError("no packet of use")


def parse_kexinit(payload: bytes) -> Mapping[str, tuple[str, ...]]:
    """What a server offers, by kind (RFC 4253, 7.1); ciphers and MACs of both directions together.

    Raises:
        ValueError: it is no such packet.
    """
    if payload[:1] != bytes([_KEXINIT]) or len(payload) < 17:
        raise ValueError("no KEXINIT")
    at, lists = 17, {}
    for kind in _KINDS:
        text, at = _take(payload, at)
        lists[kind] = [name for name in text.decode("ascii", "replace").split(",") if name]
    both = {
        "cipher": dict.fromkeys(lists["cipher"] + lists["cipher-back"]),
        "mac": dict.fromkeys(lists["mac"] + lists["mac-back"]),
    }
    return {
        "kex": tuple(lists["kex"]),
        "host-key": tuple(lists["host-key"]),
        "cipher": tuple(both["cipher"]),
        "mac": tuple(both["mac"]),
    }


def _host_key(payload: bytes) -> bytes:
    if payload[:1] != bytes([_KEX_REPLY]):
        return b""
    return _take(payload, 1)[0]


def _kexinit(exchange: str, kind: str, offered: Mapping[str, tuple[str, ...]]) -> bytes:
    """Our half: one exchange and one kind of key, and whatever else the server likes; no cipher is ever used."""
    ciphers, macs = ",".join(offered["cipher"]).encode(), ",".join(offered["mac"]).encode()
    lists = (exchange.encode(), kind.encode(), ciphers, ciphers, macs, macs, b"none", b"none", b"", b"")
    return bytes([_KEXINIT]) + secrets.token_bytes(16) + b"".join(map(_string, lists)) + bytes(5)


def _share(exchange: str) -> bytes:
    """Our public value. Nobody needs the secret that belongs to it: the exchange ends with the server's answer."""
    if exchange in _FIELDS:
        # Any number of 1,000 bits lies inside the smallest of these fields; with its upper half set it fits the tests of servers.
        number = int.from_bytes(secrets.token_bytes(124), "big") | 1 << 999
        return _string(number.to_bytes(126, "big"))
    if exchange in _CURVES:
        made = x25519.X25519PrivateKey.generate().public_key()
        return _string(made.public_bytes(Encoding.Raw, PublicFormat.Raw))
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    return _string(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _framed(payload: bytes) -> bytes:
    padding = 8 - (len(payload) + 5) % 8
    padding += 8 if padding < 4 else 0
    return (len(payload) + padding + 1).to_bytes(4, "big") + bytes([padding]) + payload + bytes(padding)


def _string(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def _take(payload: bytes, at: int) -> tuple[bytes, int]:
    end = at + 4 + int.from_bytes(payload[at : at + 4], "big")
    if end > len(payload):
        raise ValueError("broken length")
    return payload[at + 4 : end], end
