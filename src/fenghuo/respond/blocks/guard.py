"""What a block list must not carry, whoever asks. Pure: the table, our own assets and the order are given."""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fenghuo.respond.blocks.decide import Reason
from fenghuo.see.intel import normal
from fenghuo.see.intel.guard import OwnAssets
from fenghuo.see.intel.refusals import Reason as IntelReason
from fenghuo.see.intel.values import Kind

Cells = Mapping[str, Any]
LONGEST_TEXT = 1000


class Refused(ValueError):
    """The order is not possible. `code` is a word of a closed list that pages put into a sentence."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


_OF_INTEL = {
    IntelReason.PRIVATE_ADDRESS: "special-address",
    IntelReason.TOO_WIDE: "too-wide",
    IntelReason.TOP_LEVEL: "top-level",
    IntelReason.COMMON: "shared",
    IntelReason.PERSON: "person",
    IntelReason.TOO_LONG: "too-long",
    IntelReason.UNSUPPORTED: "unsupported",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants blocked: `text` as it was typed, `stated` why a government or school domain must be on the list."""

    text: str
    reason: str
    until: datetime
    stated: str = ""
    exercise: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """What may be blocked, in its canonical form."""

    kind: Kind
    value: str


class Guard:
    """The table of guards and our own assets, to be asked about an order."""

    def __init__(self, cells: Cells, own: Iterable[str]) -> None:
        self._cells = cells
        self._own = OwnAssets(own)
        self._never = [ipaddress.ip_network(address) for address in cells["never"]["addresses"]]
        self._exercise = [ipaddress.ip_network(network) for network in cells["exercise"]["networks"]]

    def check(self, wanted: Wanted, now: datetime) -> Target:
        """The target of an order that may be given.

        Raises:
            Refused: "reason", "term", "not-understood", "hash", "special-address", "too-wide", "top-level", "shared", "person",
                "too-long", "unsupported", "own", "never", "stated", "exercise-only".
        """
        self._check_term(wanted, now)
        target = self._target(wanted)
        try:
            self._own.check(target.kind, target.value)
        except normal.Refused as error:
            raise Refused("own") from error
        host = normal.host_of(target.value) if target.kind is Kind.URL else target.value
        network = _network(host)
        if network is not None:
            self._check_network(network)
        else:
            self._check_name(host, wanted.stated)
        return target

    def _check_term(self, wanted: Wanted, now: datetime) -> None:
        longest = self._cells["longest_days"]
        if wanted.reason not in set(Reason) or wanted.reason not in longest:
            raise Refused("reason")
        if not now < wanted.until <= now + timedelta(days=longest[wanted.reason]):
            raise Refused("term", str(longest[wanted.reason]))

    def _target(self, wanted: Wanted) -> Target:
        text = normal.refanged(wanted.text)
        network = _network(text)
        if network is not None and any(_inside(network, kept) for kept in self._exercise):
            if not wanted.exercise and not self._cells["exercise"]["everywhere"]:
                raise Refused("exercise-only")
            return Target(*_plain(network))
        try:
            kind, value = normal.normalise(text)
        except normal.Refused as error:
            raise Refused(_OF_INTEL.get(error.reason, "not-understood")) from error
        if kind is Kind.HASH:
            raise Refused("hash")
        return Target(kind, value)

    def _check_network(self, network: "ipaddress.IPv4Network | ipaddress.IPv6Network") -> None:
        if network.prefixlen < self._cells["widest"][str(network.version)]:
            raise Refused("too-wide", str(self._cells["widest"][str(network.version)]))
        if any(one.version == network.version and one.overlaps(network) for one in self._never):
            raise Refused("never")

    def _check_name(self, name: str, stated: str) -> None:
        labels = name.split(".")
        above = {".".join(labels[start:]) for start in range(len(labels))}
        never = [normal.ascii_host(domain) for domain in self._cells["never"]["domains"]]
        if above & set(never) or any(one.endswith("." + name) for one in never):
            raise Refused("never")
        if above & {normal.ascii_host(domain) for domain in self._cells["stated"]["domains"]} and not stated.strip():
            raise Refused("stated")


def _network(text: str) -> "ipaddress.IPv4Network | ipaddress.IPv6Network | None":
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def _inside(network: Any, other: Any) -> bool:
    return bool(network.version == other.version and network.subnet_of(other))


def _plain(network: "ipaddress.IPv4Network | ipaddress.IPv6Network") -> tuple[Kind, str]:
    if network.prefixlen == network.max_prefixlen:
        return Kind.ADDRESS, str(network.network_address)
    return Kind.NETWORK, str(network)


def names(target: Target, observables: Sequence[str]) -> bool:
    """Whether evidence names the target: one of its addresses, domains or URLs is it, lies in it, or lies below it."""
    wanted = _network(target.value) if target.kind in {Kind.ADDRESS, Kind.NETWORK} else None
    for text in observables:
        seen = _network(text)
        if wanted is not None:
            if seen is not None and _inside(seen, wanted):
                return True
        elif target.kind is Kind.URL:
            if (normal.canonical_url(text) or text) == target.value:
                return True
        elif seen is None:
            host = normal.host_of(normal.canonical_url(text) or text.lower())
            if host == target.value or host.endswith("." + target.value):
                return True
    return False
