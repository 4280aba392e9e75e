"""What may be contacted, when, and how much: the value that every collector must hold; pure.

A permit is made from an authorisation of the register (or from a row of a laptop's target file). Nothing that a site says can widen it:
not a redirect, a name, a link or a certificate.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time

from fenghuo.see.screening.facts import CheckClass, Failure, Why


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one visit may cost a site at most."""

    http: int = 60
    tls: int = 12
    other: int = 140


@dataclass(frozen=True, slots=True)
class Permit:
    """An authorisation in force, as the collectors need it.

    Attributes:
        work_order: id under which every contact is logged.
        hosts: host names and literal addresses of the asset, lower case.
        addresses: pinned addresses, the only ones that may be contacted; () where the authorisation names none: then public
            addresses of the hosts, looked up once at the start of a visit (`pin`).
        begins, ends: with zone. quiet: spans of the day, in the zone of `begins`, in which nothing is contacted.
        given_by: who gave it.
    """

    work_order: str
    hosts: frozenset[str]
    classes: frozenset[CheckClass]
    begins: datetime
    ends: datetime
    given_by: str
    addresses: frozenset[str] = frozenset()
    quiet: tuple[tuple[time, time], ...] = ()
    budget: Budget = field(default_factory=Budget)
    pinned_by_lookup: bool = False

    def pin(self, addresses: Iterable[str]) -> "Permit":
        """The same permit for one visit, bound to the addresses that its hosts had at its start."""
        from dataclasses import replace

        if self.addresses:
            return self
        return replace(self, addresses=frozenset(map(canonical, addresses)), pinned_by_lookup=True)

    def names(self, address: str) -> bool:
        """Whether the authorisation itself names this address; then it may be a private one."""
        return not self.pinned_by_lookup and canonical(address) in self.addresses

    def refusal(self, check_class: CheckClass, host: str, address: str, now: datetime) -> Failure | None:
        """Why this may not be contacted now, None where it may."""
        if check_class not in self.classes:
            return Failure(Why.NOT_AUTHORISED, check_class)
        late = self.closed(now)
        if late is not None:
            return late
        if host.lower().rstrip(".") not in self.hosts:
            return Failure(Why.LEFT_THE_SITE, host)
        if canonical(address) not in self.addresses:
            return Failure(Why.NOT_AUTHORISED, address)
        return None

    def closed(self, now: datetime) -> Failure | None:
        """Why nothing at all may be contacted now: outside the window, or quiet hours."""
        if not self.begins <= now < self.ends:
            return Failure(Why.OUTSIDE_WINDOW, f"{self.begins:%Y-%m-%d %H:%M} – {self.ends:%Y-%m-%d %H:%M}")
        local = now.astimezone(self.begins.tzinfo).time()
        for start, end in self.quiet:
            inside = start <= local < end if start <= end else local >= start or local < end
            if inside:
                return Failure(Why.OUTSIDE_WINDOW, f"{start:%H:%M} – {end:%H:%M}")
        return None


def canonical(address: str) -> str:
    """An address in the one way of writing it: IPv4 in IPv6 as IPv4, zones dropped, lower case.

    Raises:
        ValueError: it is none; "127.1", "0x7f000001" and "2130706433" are none either.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    return str(getattr(found, "ipv4_mapped", None) or found)
