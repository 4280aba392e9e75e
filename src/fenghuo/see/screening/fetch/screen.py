"""Screening one asset: pin, collect, judge. The same for the server, the laptop and the tests."""

import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from fenghuo.base.common import door
from fenghuo.see.screening.checks.base import Check, Verdict, judge
from fenghuo.see.screening.checks.doubt import doubted, other_site
from fenghuo.see.screening.checks.profiles import Profile, profile_of
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Target, Untested, Why, needs
from fenghuo.see.screening.facts.site import Rota
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.visit import GONE, Collector, collect
from fenghuo.see.screening.fetch.web import Scanner
from fenghuo.see.screening.fetch.wire import CONNECT_S, ContactLog, Wire, failure_of
from fenghuo.see.screening.permit import Permit, canonical

Resolve = Callable[[str, float], Any]


@dataclass(frozen=True, slots=True)
class Means:
    """What a screening process shares among all its visits."""

    limiter: Limiter
    log: ContactLog
    scanner: Scanner
    now: Callable[[], datetime]
    collectors: Mapping[str, Collector] = field(default_factory=dict)
    resolve: Resolve = door.resolve


@dataclass(frozen=True, slots=True)
class Screened:
    """What one visit brought: facts and one verdict for each check asked for."""

    facts: Facts
    verdicts: tuple[Verdict, ...]


async def screen(
    target: Target,
    permit: Permit,
    checks: Iterable[Check],
    means: Means,
    stored: Mapping[str, Any] | None = None,
    rota: Rota | None = None,
) -> Screened:
    """Visit an asset under a permit and judge it by each of the checks that concern its kind.

    Checks of the thorough profile, which try many paths, have a second visit with a budget of its own, so that the first stays light.
    """
    chosen = [check for check in checks if target.kind in check.kinds]
    first = [check for check in chosen if profile_of(check) is Profile.LIGHT]
    further = [check for check in chosen if profile_of(check) is not Profile.LIGHT]
    facts = await _visit(target, permit, first, means, (stored or {}, rota or Rota()))
    verdicts = judge_all(first, facts)
    if further:
        home = facts.find(needs.HOME)
        if isinstance(home, Failure) and home.why in GONE:
            more = nothing(target, further, home, facts.at, stored or {})
        else:
            more = await _visit(target, permit, further, means, (stored or {}, rota or Rota()))
        verdicts += judge_all(further, more)
        facts = replace(facts, values={**more.values, **facts.values}, probes={**facts.probes, **more.probes})
    return Screened(facts, verdicts)


async def _visit(
    target: Target, permit: Permit, checks: Sequence[Check], means: Means, before: tuple[Mapping[str, Any], Rota]
) -> Facts:
    """One visit with the budget of one; `before`: facts that are stored, and which pages have their turn."""
    stored, rota = before
    wire = Wire(permit, means.limiter, means.log, means.now)
    try:
        addresses = await pin(target, wire, means.resolve)
    except Untested as missing:
        return nothing(target, checks, missing.failure, means.now(), stored)
    return await collect(target, wire, means.scanner, addresses, checks, dict(means.collectors), dict(stored), rota)


def judge_all(checks: Iterable[Check], facts: Facts) -> tuple[Verdict, ...]:
    """One verdict for each check; no pass for checks of pages where another site answered in the asset's place."""
    doubt = other_site(facts)
    return tuple(doubted(judge(check, facts), doubt if _sees_pages(check) else None) for check in checks)


def _sees_pages(check: Check) -> bool:
    return bool(check.probes) or any(need.http for need in check.needs)


async def pin(target: Target, wire: Wire, resolve: Resolve = door.resolve) -> list[str]:
    """Bind the permit to addresses for this visit, and give those that may be contacted.

    A name is looked up once. Where the authorisation pins addresses, those of them that the name has now are taken; if it has others
    only, the site has moved and nothing is contacted.

    Raises:
        Untested: nothing may be contacted, and why.
    """
    permit = wire.permit
    late = permit.closed(wire.now())
    if late is not None:
        raise Untested(late)
    found = await _addresses(target.host, wire, resolve)
    if permit.addresses:
        kept = [address for address in found if address in permit.addresses]
        if found and not kept:
            raise Untested(Failure(Why.NOT_AUTHORISED, f"{target.host}: {', '.join(found[:4])}"))
        return kept or sorted(permit.addresses, key=lambda a: ":" in a)
    if not found:
        raise Untested(Failure(Why.NAME_NOT_FOUND, target.host))
    wire.permit = permit.pin(found)
    return found


async def _addresses(host: str, wire: Wire, resolve: Resolve) -> list[str]:
    try:
        return [canonical(str(ipaddress.ip_address(host)))]
    except ValueError:
        pass
    if CheckClass.LOOKUP not in wire.permit.classes:
        if wire.permit.addresses:
            return []
        raise Untested(Failure(Why.NOT_AUTHORISED, CheckClass.LOOKUP))
    wire.look_up_logged("", 53, f"A AAAA {host}")
    try:
        return [canonical(address) for address in await resolve(host, CONNECT_S)]
    except (OSError, TimeoutError, UnicodeError) as error:
        if wire.permit.addresses:
            return []
        raise Untested(Failure(Why.NAME_SERVER_FAILED, failure_of(error).detail)) from error


def nothing(
    target: Target, checks: Iterable[Check], failure: Failure, now: datetime, stored: Mapping[str, Any]
) -> Facts:
    """Facts where none could be collected, each for the same reason; what is stored stands."""
    probes = {probe.path: failure for check in checks for probe in check.probes}
    values = {need.name: failure for need in needs.NEEDS}
    return Facts(target, now, {**values, **stored}, probes)
