"""The registered domain that a name of a log belongs to: what somebody bought, not what a content network made up this hour."""

import re
from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+")
_LONGEST = 253
_NOT_REGISTERED = frozenset({"arpa", "local", "localhost", "onion", "alt", "test", "example", "invalid", "internal"})
"""Top-level names that stand for something else (RFC 6761, 6762, 7686, 8375, 9476; ICANN's decision about `internal`)."""


@lru_cache(maxsize=65_536)
def registered_domain(name: str) -> str | None:
    """Public suffix and one label, e.g. "fengsui.gov.cn" of "www.jiaoyu.fengsui.gov.cn".

    Services that give names to others (dynamic DNS, clouds, content networks) count as one domain, that of the service. None for
    addresses, single labels, reverse look-ups, names inside a network (`nas.local`, `printer.lan`) and whatever is no name.
    """
    plain = name.rstrip(".").lower()
    if not plain.isascii():
        plain = _encoded(plain)
    if len(plain) > _LONGEST or not _NAME.fullmatch(plain) or plain.rpartition(".")[2] in _NOT_REGISTERED:
        return None
    found: str | None = _suffixes().privatesuffix(plain)
    return found


def _encoded(name: str) -> str:
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return ""


@cache
def _suffixes() -> PublicSuffixList:
    """The list that comes with the package; a last label that is not in it is nobody's to register."""
    return PublicSuffixList(only_icann=True, accept_unknown=False)
