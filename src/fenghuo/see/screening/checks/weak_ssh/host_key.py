"""SSH host keys as the protocol writes them (RFC 4253, 6.6): their type and size."""

import struct


class BadKey(ValueError):
    """The bytes are no key."""


def strings(blob: bytes) -> list[bytes]:
    """The length-prefixed strings that a blob consists of.

    Raises:
        BadKey: a length leads beyond the end.
    """
    found, at = [], 0
    while at < len(blob):
        if at + 4 > len(blob):
            raise BadKey("cut")
        (length,) = struct.unpack_from(">I", blob, at)
        if at + 4 + length > len(blob):
            raise BadKey("cut")
        found.append(blob[at + 4 : at + 4 + length])
        at += 4 + length
    return found


def kind_and_bits(blob: bytes) -> tuple[str, int]:
    """Type of a host key, and bits of its modulus for RSA and DSA, 0 for others.

    Raises:
        BadKey: the bytes are no key.
    """
    parts = strings(blob)
    kind = parts[0].decode("ascii", errors="replace") if parts else ""
    modulus = {"ssh-rsa": 2, "ssh-dss": 1}.get(kind)
    if not kind or (modulus is not None and len(parts) <= modulus):
        raise BadKey("no key")
    return kind, int.from_bytes(parts[modulus], "big").bit_length() if modulus is not None else 0
