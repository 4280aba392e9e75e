"""What an archive is, told by its first bytes; names and status prove nothing."""

import re
import zlib
from dataclasses import dataclass

_ZIP_LOCAL = b"PK\x03\x04"
_RAR = (b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00")
_SEVEN = b"7z\xbc\xaf\x27\x1c"
_GZIP = b"\x1f\x8b\x08"
_PAGE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|\?xml|!--)", re.IGNORECASE)
_ZIP_METHODS = {0, 1, 6, 8, 9, 12, 14, 93, 95, 98, 99}


@dataclass(frozen=True, slots=True)
class Archive:
    """What the bytes are: "zip", "rar", "7z", "tar" or "gzip", and the first name inside, "" where it can't be read."""

    kind: str
    first_name: str = ""


def archive_of(body: bytes) -> Archive | None:
    """The archive of which these are the first bytes, None for anything else."""
    if body.startswith(_ZIP_LOCAL):
        return _zip(body)
    if body.startswith(_RAR):
        return Archive("rar")
    if body.startswith(_SEVEN) and body[6:7] == b"\x00":
        return Archive("7z")
    if body.startswith(_GZIP):
        return _gzip(body)
    return _tar(body)


def _zip(body: bytes) -> Archive | None:
    if len(body) < 30:
        return None
    version, flags, method = (int.from_bytes(body[at : at + 2], "little") for at in (4, 6, 8))
    length = int.from_bytes(body[26:28], "little")
    if version & 0xFF > 63 or method not in _ZIP_METHODS or not 0 < length <= 1024:
        return None
    name = body[30 : 30 + length]
    return Archive("zip", _readable(name, "utf-8" if flags & 0x800 else "gb18030"))


def _gzip(body: bytes) -> Archive | None:
    """A gzip stream; a page that a server keeps compressed is none of ours."""
    if len(body) < 18 or body[3] & 0xE0:
        return None
    try:
        inside = zlib.decompressobj(31).decompress(body, 4096)
    except zlib.error:
        return None
    if not inside or _PAGE.match(inside):
        return None
    return _tar(inside) or Archive("gzip", _stored_name(body))


def _tar(body: bytes) -> Archive | None:
    """A tar header: "ustar" at its place, and a checksum that is right."""
    if len(body) < 512 or body[257:262] != b"ustar":
        return None
    try:
        stated = int(body[148:156].strip(b"\x00 ") or b"-1", 8)
    except ValueError:
        return None
    if stated != sum(body[:148]) + 8 * 0x20 + sum(body[156:512]):
        return None
    return Archive("tar", _readable(body[:100].rstrip(b"\x00"), "utf-8"))


def _stored_name(body: bytes) -> str:
    """The file name in a gzip header, if it has one and nothing before it."""
    if body[3] & 0x0C != 0x08:
        return ""
    return _readable(body[10:].partition(b"\x00")[0][:200], "utf-8")


def _readable(name: bytes, charset: str) -> str:
    text = name.decode(charset, errors="replace")
    return "".join(c if c.isprintable() else "?" for c in text)[:120]
