"""What must never be listed because it is ours: domains and addresses of the units' assets. Pure."""

import ipaddress
from collections.abc import Iterable

from fenghuo.see.intel import normal
from fenghuo.see.intel.refusals import Reason
from fenghuo.see.intel.values import Kind

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class OwnAssets:
    """The assets of the units, to be asked whether an indicator is one of them, contains one, or lies in one."""

    def __init__(self, values: Iterable[str]) -> None:
        self._names: set[str] = set()
        self._above: set[str] = set()
        self._networks: list[Network] = []
        for value in values:
            self._add(value.strip().lower())

    def _add(self, value: str) -> None:
        try:
            self._networks.append(ipaddress.ip_network(value, strict=False))
            return
        except ValueError:
            name = normal.host_of(normal.canonical_url(value) or value)
        if "." in name and not any(c.isspace() for c in name):
            self._names.add(name)
            labels = name.split(".")
            self._above |= {".".join(labels[start:]) for start in range(1, len(labels) - 1)}

    def check(self, kind: Kind, value: str) -> None:
        """Let the indicator pass.

        Raises:
            normal.Refused: it is ours.
        """
        if kind is Kind.HASH:
            return
        host = normal.host_of(value) if kind is Kind.URL else value
        if kind in {Kind.ADDRESS, Kind.NETWORK} or host.replace(".", "").isdigit() or ":" in host:
            network = ipaddress.ip_network(host) if self._networks else None
            ours = network is not None and any(
                own.version == network.version and own.overlaps(network) for own in self._networks
            )
        else:
            labels = host.split(".")
            below = any(".".join(labels[start:]) in self._names for start in range(len(labels)))
            ours = below or (kind is Kind.DOMAIN and host in self._above)
        if ours:
            raise normal.Refused(Reason.OWN_ASSET)
