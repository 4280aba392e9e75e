"""Name servers of a domain: what they give away, and whether one failure takes the domain down."""

from fenghuo.see.screening.checks.base import WEB, Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.hosts import has_domain
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Untested, Why
from fenghuo.see.screening.facts.needs import NAMES, TRANSFER
from fenghuo.see.screening.facts.network import Names, Transfer

_HANDED_OUT = 2
"""A zone's own name alone tells nothing new."""


def _judge(facts: Facts) -> Judgement:
    if not has_domain(facts.target):
        return NotApplicable(NotMeant.NO_DOMAIN)
    names, transfer = facts[NAMES], facts[TRANSFER]
    return [*_transfers(names, transfer), *_single(names), *_wildcard(names)]


def _transfers(names: Names, transfer: Transfer) -> list[Finding]:
    """Servers that hand out the zone. One that does is proof enough; none is only where all of them were asked."""
    open_ones = {s: n for s, n in transfer.servers.items() if not isinstance(n, Failure) and n >= _HANDED_OUT}
    if open_ones:
        return [Finding("transfer", f"{s} {names.zone}", f"AXFR {names.zone} @{s}: {n}") for s, n in open_ones.items()]
    failures = [found for found in transfer.servers.values() if isinstance(found, Failure)]
    if failures or not transfer.servers:
        raise Untested(failures[0] if failures else Failure(Why.NOT_COLLECTED, TRANSFER.name))
    return []


def _single(names: Names) -> list[Finding]:
    found = names.records.get("NS", Failure(Why.NOT_COLLECTED, "NS"))
    if isinstance(found, Failure):
        raise Untested(found)
    servers = sorted({server.lower().removesuffix(".") for server in found})
    if not servers:
        raise Untested(Failure(Why.UNREADABLE, f"{names.zone} NS"))
    return [Finding("single", names.zone, f"{names.zone} NS {servers[0]}")] if len(servers) == 1 else []


def _wildcard(names: Names) -> list[Finding]:
    if isinstance(names.wildcard, Failure):
        raise Untested(names.wildcard)
    return [Finding("wildcard", names.zone, f"*.{names.zone} A/AAAA")] if names.wildcard else []


CHECK = Check(
    id="name-servers",
    number=35,
    version=1,
    check_class=CheckClass.NAMES,
    kinds=(*WEB, "domain", "mail-domain"),
    needs=(NAMES, TRANSFER),
    outcomes=(
        Outcome("transfer", Severity.MEDIUM, 30),
        Outcome("single", Severity.LOW, 60),
        Outcome("wildcard", Severity.LOW, 60),
    ),
    rules=("csl-21", "gb22239"),
    judge=_judge,
)
