"""security.txt as RFC 9116 has it: fields, and what is wrong with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

PATH = "/.well-known/security.txt"
_FIELD = re.compile(r"([!-9;-~]+):[ \t](.*)")
_BROKEN_FIELD = re.compile(r"([A-Za-z][A-Za-z-]*):(\S.*)?")
_WEB_FIELDS = {"contact", "encryption", "acknowledgments", "policy", "hiring", "canonical", "csaf"}
_ONCE = {"expires", "preferred-languages"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)",
)
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"


@dataclass(slots=True)
class SecurityTxt:
    """What was read: field name in lower case → values; `faults` as short English codes, in the order in which they were met."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    expires: datetime | None = None


def parse(text: str, at: datetime, address: str) -> SecurityTxt:
    """Reads a file.

    Args:
        at: now; a file that ended before it is not a fault of form, see `expires`.
        address: where it was found, for Canonical.
    """
    read = SecurityTxt()
    for line in _lines(text, read.faults):
        if not line.strip() or line.startswith("#"):
            continue
        match = _FIELD.fullmatch(line.rstrip())
        if match is None:
            broken = _BROKEN_FIELD.fullmatch(line.rstrip())
            read.faults.append(f"no-space-after: {broken.group(1)}" if broken else f"no-field: {line[:40]}")
            continue
        read.fields.setdefault(match.group(1).lower(), []).append(match.group(2).strip())
    read.expires = _expires(read)
    read.faults.extend(_faults(read, at, address))
    return read


def _lines(text: str, faults: list[str]) -> list[str]:
    """Lines of the message; a cleartext signature (RFC 9580) is taken off, not verified."""
    if text.startswith("\ufeff"):
        faults.append("byte-order-mark")
    lines = text.lstrip("\ufeff").splitlines()
    if not lines or lines[0].strip() != _SIGNED:
        return lines
    if _SIGNATURE not in (line.strip() for line in lines):
        faults.append("signature-incomplete")
        return lines[1:]
    end = next(i for i, line in enumerate(lines) if line.strip() == _SIGNATURE)
    begin = next((i for i, line in enumerate(lines) if not line.strip()), 0)
    return [line.removeprefix("- ") for line in lines[begin:end]]


def _expires(read: SecurityTxt) -> datetime | None:
    values = read.fields.get("expires", [])
    match = _TIME.fullmatch(values[0]) if len(values) == 1 else None
    if match is None:
        return None
    zone = "+00:00" if match.group(3) in "Zz" else match.group(3)
    try:
        return datetime.fromisoformat(f"{match.group(1)}T{match.group(2)}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _faults(read: SecurityTxt, at: datetime, address: str) -> Iterator[str]:
    if "contact" not in read.fields:
        yield "no-contact"
    if "expires" not in read.fields:
        yield "no-expires"
    for name in sorted(_ONCE & set(read.fields)):
        if len(read.fields[name]) > 1:
            yield f"more-than-one: {name}"
    if len(read.fields.get("expires", [])) == 1 and read.expires is None:
        yield "expires-not-a-date"
    for name in sorted(_WEB_FIELDS & set(read.fields)):
        for value in read.fields[name]:
            yield from _address_faults(name, value)
    for tag in (t.strip() for v in read.fields.get("preferred-languages", [])[:1] for t in v.split(",")):
        if not _LANGUAGE.fullmatch(tag):
            yield f"not-a-language: {tag[:20]}"
    canonical = read.fields.get("canonical", [])
    if canonical and address not in canonical:
        yield "canonical-elsewhere"


def _address_faults(name: str, value: str) -> Iterator[str]:
    try:
        scheme = urlsplit(value).scheme.lower()
    except ValueError:
        scheme = ""
    if not scheme:
        yield f"not-an-address: {name}"
    elif scheme == "http":
        yield f"not-https: {name}"
