"""Every collector beside those of pages, by the need that it serves."""

from urllib.parse import urlsplit

from fenghuo.see.screening.checks.data_files import toml_of
from fenghuo.see.screening.checks.document import document, host_of
from fenghuo.see.screening.checks.hosts import is_address
from fenghuo.see.screening.checks.learning import script_hosts
from fenghuo.see.screening.checks.whose_host import is_registered
from fenghuo.see.screening.facts import Facts, Failure, Page, Target, Untested, Why, needs
from fenghuo.see.screening.facts.network import (
    Hello,
    MailPolicy,
    MailServer,
    Names,
    OutsideName,
    OverIPv6,
    Port,
    Registration,
    Ssh,
    TlsFacts,
    Transfer,
)
from fenghuo.see.screening.fetch import hellos, mail, names, ports, ssh, tls, transfer, whois
from fenghuo.see.screening.fetch.resolver import Resolver
from fenghuo.see.screening.fetch.visit import Collector, Visit
from fenghuo.see.screening.fetch.web import Web

_SSH_PORT = 22
_WEB_PORTS = (80, 443)
_NO_ROUTE = ("[Errno 99]", "[Errno 101]", "Network is unreachable", "Cannot assign requested address")
"""How the system says that this machine itself has no IPv6."""


async def _tls(visit: Visit) -> TlsFacts:
    return await tls.collect(visit.wire, visit.target, visit.addresses)


async def _names(visit: Visit) -> Names:
    return await names.collect(visit.wire, visit.target, visit.addresses)


async def _outside_names(visit: Visit) -> tuple[OutsideName, ...]:
    return await names.outside_names(visit.wire, outside_hosts(visit.home(), visit.target))


def outside_hosts(home: Page, target: Target) -> dict[str, str]:
    """Hosts that a home page refers to and the register does not know → where; those of scripts and frames come first."""
    found = dict.fromkeys(sorted(script_hosts(home)), "script, iframe")
    for link in document(home).links():
        found.setdefault(host_of(link.url), link.url[:200])
    return {h: where for h, where in found.items() if "." in h and not is_address(h) and not is_registered(h, target)}


async def _transfer(visit: Visit) -> Transfer:
    return await transfer.collect(visit.wire, visit.target, visit.addresses)


async def _mail_policy(visit: Visit) -> MailPolicy:
    return await names.mail_policy(visit.wire, visit.target)


async def _mail_servers(visit: Visit) -> tuple[MailServer, ...]:
    return await mail.collect(visit.wire, visit.target, visit.addresses)


def port_numbers() -> tuple[int, ...]:
    """The fixed list: the web, services that can be greeted, and what the check of ports judges."""
    listed = (port["number"] for port in toml_of("risky-ports", "ports.toml")["ports"])
    return tuple(dict.fromkeys((*_WEB_PORTS, *hellos.HELLOS, *listed)))


async def _ports(visit: Visit) -> tuple[Port, ...]:
    return await ports.collect(visit.wire, visit.target, visit.addresses, port_numbers())


async def _known_ports(visit: Visit, *numbers: int) -> tuple[Port, ...]:
    """What is known of ports; where no check asked for all of them, these are tried."""
    if needs.PORTS.name in visit.values:
        found: tuple[Port, ...] = Facts(visit.target, visit.wire.now(), visit.values)[needs.PORTS]
        return found
    return await ports.collect(visit.wire, visit.target, visit.addresses, numbers)


async def _hellos(visit: Visit) -> tuple[Hello, ...]:
    known = await _known_ports(visit, *hellos.HELLOS)
    return await hellos.collect(visit.wire, visit.target, visit.addresses, known, visit.web.scanner)


async def _ssh(visit: Visit) -> Ssh:
    known = [port for port in await _known_ports(visit, _SSH_PORT) if port.state == "open"]
    speaking = [port.number for port in known if port.number == _SSH_PORT or port.banner.startswith(b"SSH-")]
    if not speaking:
        raise Untested(Failure(Why.REFUSED, f"tcp/{_SSH_PORT}"))
    return await ssh.collect(visit.wire, visit.target, visit.addresses, min(speaking))


async def _registration(visit: Visit) -> Registration:
    return await whois.collect(visit.wire, visit.target, visit.addresses)


async def _over_ipv6(visit: Visit) -> OverIPv6:
    found = await Resolver(visit.wire).find(visit.target.host, "AAAA")
    addresses = tuple(sorted(record.to_text() for record in found.records))
    allowed = [address for address in visit.addresses if ":" in address]
    if not addresses:
        return OverIPv6(())
    if not allowed:
        return OverIPv6(addresses, Failure(Why.NOT_AUTHORISED, addresses[0]))
    port = urlsplit(visit.target.url).port
    hosts = dict.fromkeys(visit.wire.permit.hosts, allowed[0])
    async with Web(visit.wire, visit.web.scanner, hosts, frozenset({*_WEB_PORTS, *([port] if port else [])})) as web:
        try:
            return OverIPv6(addresses, await web.get(visit.home().url))
        except Untested as missing:
            failure = missing.failure
    if failure.why is Why.NO_CONNECTION and any(words in failure.detail for words in _NO_ROUTE):
        failure = Failure(Why.NOT_COLLECTED, "this machine has no IPv6")
    return OverIPv6(addresses, failure)


COLLECTORS: dict[str, Collector] = {
    needs.TLS.name: _tls,
    needs.NAMES.name: _names,
    needs.OUTSIDE_NAMES.name: _outside_names,
    needs.TRANSFER.name: _transfer,
    needs.MAIL_POLICY.name: _mail_policy,
    needs.MAIL_SERVERS.name: _mail_servers,
    needs.PORTS.name: _ports,
    needs.HELLOS.name: _hellos,
    needs.SSH.name: _ssh,
    needs.REGISTRATION.name: _registration,
    needs.OVER_IPV6.name: _over_ipv6,
}
