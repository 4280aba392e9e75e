"""Identifiers: random ones for things that people make, derived ones for things that a replay must make again."""

import hashlib
import secrets
import uuid

NAMESPACE = uuid.UUID("0f4e6f75-66e8-5b52-9c1e-7b1f4f0a9a11")
"""Fenghuo's own, for UUIDs of version 5."""


def random_id() -> str:
    """A new UUID 4 in its canonical form."""
    return str(uuid.uuid4())


def derived_id(kind: str, *parts: str | int) -> str:
    """The UUID 5 of `kind` and `parts`: the same parts always give the same id.

    Parts are joined by their lengths, so ("a", "bc") and ("ab", "c") differ.
    """
    return uuid5_text(kind + "".join(id_part(part) for part in parts))


def id_part(part: str | int) -> str:
    """One part of what a derived id is made of."""
    text = str(part)
    return f"|{len(text)}:{text}"


def uuid5_text(name: str) -> str:
    """The UUID 5 of a name in Fenghuo's namespace, in its canonical form; thousands are made a second."""
    digest = bytearray(hashlib.sha1(NAMESPACE.bytes + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_token(prefix: str) -> str:
    """A secret of 256 bits for a machine, e.g. `fhs_…`; show it once and keep only `token_hash` of it."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def token_hash(token: str) -> str:
    """Hex SHA-256 of a token. Tokens carry 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
