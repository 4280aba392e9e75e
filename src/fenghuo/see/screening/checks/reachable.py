"""What port facts say when taken together: some answers are the network's, not the server's."""

from collections.abc import Sequence

from fenghuo.see.screening.facts import Facts, Failure, Untested, Why
from fenghuo.see.screening.facts.needs import PORTS
from fenghuo.see.screening.facts.network import Port

_WEB = {80, 443}
_FEW = 12
_SAME = 0.8


def ports_of(facts: Facts) -> Sequence[Port]:
    """Every port that was tried.

    Raises:
        Untested: none was tried; a device before the server answers for every port; or not even the web ports answered, as when our
            own address is shut out.
    """
    ports: tuple[Port, ...] = facts[PORTS]
    if not ports:
        raise Untested(Failure(Why.NOT_COLLECTED, PORTS.name))
    silent = [port for port in ports if port.state == "open" and not port.banner]
    if len(ports) >= _FEW and len(silent) >= _SAME * len(ports):
        raise Untested(Failure(Why.BLOCKED, f"{len(silent)}/{len(ports)} open, silent"))
    web = [port for port in ports if port.number in _WEB]
    if web and all(port.state == "filtered" for port in ports):
        raise Untested(Failure(Why.NO_CONNECTION, f"{len(ports)}/{len(ports)} filtered"))
    return ports
