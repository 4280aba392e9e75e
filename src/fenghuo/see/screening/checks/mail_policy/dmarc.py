"""DMARC records (RFC 7489): text → what receivers are asked to do with mail that fails."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_VERSION = re.compile(r"v\s*=\s*DMARC1\s*(?:;|\Z)")
_POLICIES = frozenset({"none", "quarantine", "reject"})
_ADDRESS = r"[A-Za-z][A-Za-z0-9+.-]*:[^\s,]+"
_ADDRESSES = re.compile(rf"{_ADDRESS}(?:\s*,\s*{_ADDRESS})*")
_FORMS = {
    "pct": re.compile(r"\d{1,2}|100"),
    "adkim": re.compile(r"[rs]", re.IGNORECASE),
    "aspf": re.compile(r"[rs]", re.IGNORECASE),
    "ri": re.compile(r"\d{1,10}"),
    "rua": _ADDRESSES,
    "ruf": _ADDRESSES,
}


class BadDmarc(ValueError):
    """A record can't be used by receivers; the text says why."""


@dataclass(frozen=True, slots=True)
class Dmarc:
    """A policy.

    Attributes:
        policy, below: "none", "quarantine" or "reject" for the domain and for names below it. percent: share of mail that it covers.
    """

    policy: str
    below: str
    percent: int = 100


def dmarc_texts(texts: Iterable[str]) -> list[str]:
    """Those TXT records that are DMARC records: others under the name are ignored (6.6.3)."""
    return [text for text in texts if _VERSION.match(text)]


def parse_dmarc(text: str) -> Dmarc:
    """The policy in a text that `dmarc_texts` chose.

    Raises:
        BadDmarc: a tag is malformed, or there is no policy in it.
    """
    tags: dict[str, str] = {}
    for part in filter(str.strip, text.split(";")):
        name, equals, value = part.partition("=")
        name, value = name.strip().lower(), value.strip()
        if not equals or not value:
            raise BadDmarc(f"no value: {part.strip()}")
        if name in tags:
            raise BadDmarc(f"twice: {name}")
        if name in _FORMS and not _FORMS[name].fullmatch(value):
            raise BadDmarc(f"{name}={value}")
        tags[name] = value
    policy = tags.get("p", "").lower()
    below = tags.get("sp", policy).lower()
    if policy not in _POLICIES or below not in _POLICIES:
        raise BadDmarc(f"p={tags.get('p', '')} sp={tags.get('sp', '')}".strip())
    return Dmarc(policy, below, int(tags.get("pct", "100")))
