"""What a host is: an address, a name, and the registered domain that it belongs to."""

from functools import cache, lru_cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

from fenghuo.see.screening.facts import Target


def is_address(host: str) -> bool:
    """Whether a host is an IP address instead of a name."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def has_domain(target: Target) -> bool:
    """Whether an asset stands under a name that someone registered."""
    return "." in target.host and not is_address(target.host)


@lru_cache(maxsize=1024)
def registered_domain(name: str) -> str:
    """Public suffix and one label, e.g. "fengsui.gov.cn" of "www.jiaoyu.fengsui.gov.cn"; "" for a public suffix itself."""
    found: str | None = _suffixes(True).privatesuffix(name.lower().removesuffix("."))
    return found or ""


@lru_cache(maxsize=4096)
def owner_domain(host: str) -> str:
    """The part of a host name that one owner holds, services that give names to others (blogs, clouds) counted as suffixes; the host itself
    for addresses and suffixes."""
    return host if is_address(host) else str(_suffixes(False).privatesuffix(host) or host)


@cache
def _suffixes(only_icann: bool) -> PublicSuffixList:
    return PublicSuffixList(only_icann=only_icann)
