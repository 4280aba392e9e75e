"""Signed heads: (number, digest) of the trail at a moment, signed with Ed25519, kept in a file beside the database.

Who can rewrite the database cannot make these: the key is `keys/audit.key`, and copies of the file leave the machine.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from fenghuo.base.common.secrets import key_file
from fenghuo.base.common.settings import settings

FILE = "audit-heads.jsonl"
_KEY = "audit.key"


@dataclass(frozen=True, slots=True)
class Head:
    """A signed statement that row `number` had `digest` at `at` (RFC 3339)."""

    number: int
    digest: str
    at: str
    signature: str

    def message(self) -> bytes:
        """What is signed."""
        return f"fenghuo-audit-head|{self.number}|{self.digest}|{self.at}".encode()


class BadHeads(Exception):
    """The file of heads was tampered with; the message names the line."""


def _key() -> Ed25519PrivateKey:
    fresh = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    )
    return Ed25519PrivateKey.from_private_bytes(key_file(_KEY, make=fresh))


def path() -> Path:
    """The file of signed heads of this installation."""
    return settings().data / FILE


def append(number: int, digest: str, at: str) -> Head:
    """Sign a head and append it durably. The file is made before the key, so that a key without it means a removal."""
    descriptor = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        unsigned = Head(number, digest, at, "")
        head = Head(number, digest, at, _key().sign(unsigned.message()).hex())
        line = {"number": number, "digest": digest, "at": at, "signature": head.signature}
        file.write(json.dumps(line).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return head


def read() -> list[Head]:
    """Every head, its signature checked.

    A last line without an end is what a power cut leaves; it is passed over.

    Raises:
        BadHeads: a line is no head, its signature is not of our key, numbers run backwards, or the file is gone although
            the key shows that heads were signed.
    """
    if not path().exists():
        if (settings().keys / _KEY).exists():
            raise BadHeads(FILE)
        return []
    public: Ed25519PublicKey = _key().public_key()
    heads: list[Head] = []
    for place, line in enumerate(path().read_bytes().splitlines(keepends=True), 1):
        if not line.endswith(b"\n"):
            break
        try:
            head = Head(**json.loads(line))
            public.verify(bytes.fromhex(head.signature), head.message())
        except (ValueError, TypeError, InvalidSignature) as error:
            raise BadHeads(f"{FILE}:{place}") from error
        if heads and head.number < heads[-1].number:
            raise BadHeads(f"{FILE}:{place}")
        heads.append(head)
    return heads
