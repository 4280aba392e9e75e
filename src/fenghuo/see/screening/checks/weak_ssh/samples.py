"""Samples: SSH servers of several ages."""

import struct
from collections.abc import Mapping
from typing import Any

from fenghuo.see.screening.checks.samples import Sample, facts
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import PORTS, SSH
from fenghuo.see.screening.facts.network import Port, Ssh

_NEW = "SSH-2.0-OpenSSH_9.2p1 Debian-2"
_GOOD = {
    "kex": ("curve25519-sha256", "diffie-hellman-group16-sha512"),
    "host-key": ("ssh-ed25519", "rsa-sha2-512"),
    "cipher": ("chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com"),
    "mac": ("hmac-sha2-256-etm@openssh.com", "hmac-sha1"),
}
_OPEN = (Port(443, "open"), Port(22, "open", b"SSH-2.0-OpenSSH_9.2p1\r\n"))
_CLOSED = (Port(443, "open"), Port(22, "closed"))


def _key(kind: str, *numbers: int) -> bytes:
    parts = [kind.encode(), *(n.to_bytes(n.bit_length() // 8 + 1, "big") for n in numbers)]
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def _ssh(banner: str = _NEW, keys: tuple[bytes, ...] = (), more: Mapping[str, tuple[str, ...]] | None = None) -> Facts:
    return facts({PORTS: _OPEN, SSH: Ssh(22, banner, {**_GOOD, **(more or {})}, keys)})


def _without(ssh: Any) -> Facts:
    return facts({PORTS: _OPEN, SSH: ssh})


_LONG = _key("ssh-rsa", 65537, (1 << 2047) + 1)
SAMPLES = [
    Sample("up to date", _ssh(keys=(_LONG, _key("ssh-ed25519", 7))), "pass"),
    Sample("both protocols", _ssh("SSH-1.99-Cisco-1.25"), ["protocol-1"]),
    Sample("the first protocol only", _without(Ssh(22, "SSH-1.5-Server-VIII", {})), ["protocol-1"]),
    Sample("old exchange", _ssh(more={"kex": ("diffie-hellman-group1-sha1",)}), ["weak-exchange"]),
    Sample("DSA offered", _ssh(more={"host-key": ("ssh-rsa", "ssh-dss")}), ["weak-host-key"]),
    Sample("old ciphers", _ssh(more={"cipher": ("aes128-ctr", "3des-cbc", "arcfour256")}), ["weak-cipher"]),
    Sample("old MACs", _ssh(more={"mac": ("hmac-md5-etm@openssh.com",)}), ["weak-mac"]),
    Sample("short RSA key", _ssh(keys=(_key("ssh-rsa", 65537, (1 << 1023) + 1),)), ["short-host-key"]),
    Sample("DSA key", _ssh(keys=(_key("ssh-dss", (1 << 1023) + 1, 7, 7, 7),)), ["short-host-key"]),
    Sample("no SSH", facts({PORTS: _CLOSED}), "pass"),
    Sample("kept out", facts({PORTS: (Port(443, "open"), Port(22, "filtered"))}), "pass"),
    Sample("not tried", facts({PORTS: (Port(443, "open"),)}), "could-not-test"),
    Sample("open, but no answer", _without(Failure(Why.RESET)), "could-not-test"),
    Sample("banner, but no exchange", _without(Ssh(22, _NEW, {})), "could-not-test"),
    Sample("another service at its port", _without(Ssh(22, "HTTP/1.1 400 Bad Request", {})), "could-not-test"),
    Sample("half a key", _ssh(keys=(_LONG[:40],)), "could-not-test"),
]
