"""What the name service says of an asset, of names that its pages refer to, and of its mail; looked up, never contacted."""

import re
import secrets
from collections.abc import Mapping, Sequence

from fenghuo.see.screening.checks.hosts import is_address, registered_domain
from fenghuo.see.screening.facts import Failure, Target, Untested, Why
from fenghuo.see.screening.facts.network import MailPolicy, Names, OutsideName
from fenghuo.see.screening.fetch import dnssec
from fenghuo.see.screening.fetch.resolver import Found, Resolver
from fenghuo.see.screening.fetch.wire import Wire

_OF_ZONE = ("NS", "MX", "TXT", "SOA", "CAA", "DS", "DNSKEY")
_MOST_POLICIES = 12
"""SPF allows ten look-ups; two more show that there are too many."""
_RESERVED = {"example", "test", "invalid", "localhost"}
"""Names that nobody can register (RFC 2606)."""
_MOST_OUTSIDE = 40
_FURTHER = re.compile(r"(?:^|\s)[+?~-]?(?:include:|redirect=)([^\s%]+)(?=\s|$)", re.IGNORECASE)


def zone_of(host: str) -> str:
    """The registered domain of a host: public suffix and one label.

    Raises:
        Untested: it has none, as an address.
    """
    found = "" if is_address(host) else registered_domain(host)
    if not found:
        raise Untested(Failure(Why.NAME_NOT_FOUND, f"{host}: no registered domain"))
    return found


def mail_domain_of(target: Target) -> str:
    """The domain whose mail is judged: an asset that is a domain itself, else the registered domain of its host.

    Raises:
        Untested: it has none.
    """
    above = zone_of(target.host)
    return target.host if target.kind in {"domain", "mail-domain"} else above


async def collect(wire: Wire, target: Target, _addresses: Sequence[str], resolver: Resolver | None = None) -> Names:
    """What the name service says of the target's host and of its registered domain.

    Raises:
        Untested: the host has no domain, or no name server answers.
    """
    ask = resolver or Resolver(wire)
    zone = zone_of(target.host)
    records: dict[str, tuple[str, ...] | Failure] = {}
    aliases: tuple[str, ...] = ()
    dangling = ""
    try:
        found = await ask.find(target.host, "A")
        records["A"], aliases = found.texts, found.aliases
        dangling = await _dangling(ask, found)
    except Untested as missing:
        records["A"] = missing.failure
    records["AAAA"] = await ask.texts(target.host, "AAAA")
    for kind in _OF_ZONE:
        records[kind] = await ask.texts(zone, kind)
    records["DMARC"] = await ask.texts(f"_dmarc.{zone}", "TXT")
    missed = [value for value in records.values() if isinstance(value, Failure)]
    if len(missed) == len(records):
        raise Untested(missed[0])
    return Names(zone, records, aliases, dangling, await _wildcard(ask, zone), await _dnssec(wire, ask, zone))


async def _dangling(ask: Resolver, found: Found) -> str:
    """The alias that leads nowhere, "" where none does; asked for again, so that a slip of a name server accuses nobody."""
    if found.exists or not found.aliases:
        return ""
    return "" if (await ask.find(found.name, "A")).exists else found.name


async def _wildcard(ask: Resolver, zone: str) -> bool | Failure:
    name = f"{secrets.token_hex(8)}.{zone}"
    try:
        return bool((await ask.find(name, "A")).records or (await ask.find(name, "AAAA")).records)
    except Untested as missing:
        return missing.failure


async def _dnssec(wire: Wire, ask: Resolver, zone: str) -> str | Failure:
    try:
        answers = [await ask.ask(zone, kind, signed=True) for kind in ("DS", "DNSKEY", "SOA")]
    except Untested as missing:
        return missing.failure
    return dnssec.state(zone, answers[0], answers[1], answers[2], wire.now().timestamp())


async def outside_names(
    wire: Wire, used: Mapping[str, str], resolver: Resolver | None = None
) -> tuple[OutsideName, ...]:
    """Whether hosts exist that pages refer to, each denial heard twice; they are looked up and never contacted.

    Args:
        used: host → where it is used; the first 40 are looked up.
    """
    ask = resolver or Resolver(wire)
    return tuple([await _outside(ask, host, place) for host, place in list(used.items())[:_MOST_OUTSIDE]])


async def _outside(ask: Resolver, host: str, place: str) -> OutsideName:
    try:
        exists = (await ask.find(host, "A")).exists or (await ask.find(host, "A")).exists
    except Untested as missing:
        return OutsideName(host, place, missing.failure)
    if exists:
        return OutsideName(host, place, True)
    try:
        if not await _knows_the_world(ask, host):
            return OutsideName(host, place, Failure(Why.NAME_SERVER_FAILED, f"SOA {host.rpartition('.')[2]}"))
        parent: bool | Failure = (await ask.find(zone_of(host), "SOA")).exists
    except Untested as missing:
        parent = missing.failure
    return OutsideName(host, place, False, parent)


async def _knows_the_world(ask: Resolver, host: str) -> bool:
    """Whether the name server knows the top of a name; one in a closed network denies everything, and accuses nobody by it."""
    top = host.rpartition(".")[2]
    return top in _RESERVED or (await ask.find(top, "SOA")).exists


async def mail_policy(wire: Wire, target: Target, resolver: Resolver | None = None) -> MailPolicy:
    """The records behind SPF and DMARC of the target's mail domain, with what SPF includes and redirects to.

    Raises:
        Untested: the host has no domain.
    """
    ask = resolver or Resolver(wire)
    domain = mail_domain_of(target)
    txt: dict[str, tuple[str, ...] | Failure] = {}
    waiting = [domain]
    while waiting and len(txt) < _MOST_POLICIES:
        name = waiting.pop(0)
        if name not in txt:
            txt[name] = await ask.texts(name, "TXT")
            waiting += further_policies(txt[name])
    return MailPolicy(
        domain,
        txt,
        dmarc=await ask.texts(f"_dmarc.{domain}", "TXT"),
        mx=await _exchangers(ask, domain),
        has_address=await _has_address(ask, domain),
    )


def further_policies(records: tuple[str, ...] | Failure) -> list[str]:
    """Names whose SPF records the given TXT records include or redirect to; those with macros are left out."""
    if isinstance(records, Failure):
        return []
    policies = [text for text in records if re.match(r"v=spf1(?:\s|$)", text, re.IGNORECASE)]
    return [name.lower().rstrip(".") for text in policies for name in _FURTHER.findall(text)]


async def _exchangers(ask: Resolver, domain: str) -> tuple[str, ...] | Failure:
    found = await ask.texts(domain, "MX")
    if isinstance(found, Failure):
        return found
    pairs = sorted((int(preference), host) for preference, host in (text.split() for text in found))
    return tuple(host.lower().removesuffix(".") for _preference, host in pairs)


async def _has_address(ask: Resolver, domain: str) -> bool:
    found = await ask.texts(domain, "A") or await ask.texts(domain, "AAAA")
    return isinstance(found, Failure) or bool(found)  # unknown counts as yes: less is demanded of a domain without
