"""Whose a host name is: the unit's own, one that is usual on pages of units, or somebody else's."""

import tomllib
from functools import cache
from importlib import resources

from fenghuo.see.screening.checks.hosts import owner_domain
from fenghuo.see.screening.facts import Target


def is_own(host: str, target: Target) -> bool:
    """Whether a host is the target's, below its registered domain, or one that the register knows (with or without "www.")."""
    if host == target.host or owner_domain(host) == owner_domain(target.host):
        return True
    return is_registered(host, target)


def is_registered(host: str, target: Target) -> bool:
    """Whether the register knows the host, or the same with or without "www."."""
    twin = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    return bool({host, twin} & ({target.host} | target.registered))


def usual_script(host: str) -> bool:
    """Whether scripts of this host are usual on pages of units."""
    return _under(host, "scripts")


def usual_link(host: str) -> bool:
    """Whether links of units usually lead to this host."""
    return _under(host, "links")


def taken_over(host: str) -> bool:
    """Whether the host belongs to a service of scripts that changed hands."""
    return _under(host, "taken_over")


def _under(host: str, use: str) -> bool:
    labels = host.split(".")
    return any(".".join(labels[i:]) in _known()[use] for i in range(len(labels)))


@cache
def _known() -> dict[str, frozenset[str]]:
    data = tomllib.loads((resources.files(__package__) / "known_hosts.toml").read_text(encoding="utf-8"))
    return {
        use: frozenset(name for names in data[use].values() for name in names)
        for use in ("scripts", "links", "taken_over")
    }
