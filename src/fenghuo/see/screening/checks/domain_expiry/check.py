"""When a domain's registration ends, by WHOIS and by the register."""

from datetime import date

from fenghuo.see.screening.checks.base import WEB, Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.hosts import has_domain, registered_domain
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Untested, Why
from fenghuo.see.screening.facts.needs import REGISTRATION

_SOON, _VERY_SOON = 60, 15
_SAME = 1
"""Days that two dates of the same moment may differ: registries count in different zones."""


def _judge(facts: Facts) -> Judgement:
    if not has_domain(facts.target):
        return NotApplicable(NotMeant.NO_DOMAIN)
    found = facts.find(REGISTRATION)
    stated = facts.target.domain_expires
    if isinstance(found, Failure):
        # what the register says is reason enough to act, but not to be at ease
        findings = _ending(facts, registered_domain(facts.target.host), stated, "") if stated else []
        if not findings:
            raise Untested(found)
        return findings
    ends = found.expires or stated
    if ends is None:
        raise Untested(Failure(Why.UNREADABLE, f"WHOIS {found.domain}"))
    shown = f"WHOIS {found.domain}: {found.expires or '–'}"
    findings = _ending(facts, found.domain, ends, shown)
    if found.expires and stated and abs((found.expires - stated).days) > _SAME:
        findings.append(Finding("differs", found.domain, f"{shown}\n{_register(stated)}"))
    return findings


def _ending(facts: Facts, domain: str, ends: date, shown: str) -> list[Finding]:
    left = (ends - facts.at.date()).days
    if left >= _SOON:
        return []
    outcome = "expired" if left < 0 else "very-soon" if left < _VERY_SOON else "soon"
    stated = facts.target.domain_expires
    return [Finding(outcome, domain, "\n".join(filter(None, (shown, _register(stated) if stated else ""))))]


def _register(stated: date) -> str:
    return f"台账 / register: {stated}"


CHECK = Check(
    id="domain-expiry",
    number=38,
    version=1,
    check_class=CheckClass.LOOKUP,
    kinds=(*WEB, "domain", "mail-domain"),
    needs=(REGISTRATION,),
    outcomes=(
        Outcome("expired", Severity.HIGH, 7),
        Outcome("very-soon", Severity.HIGH, 7),
        Outcome("soon", Severity.HIGH, 7),
        Outcome("differs", Severity.COMPLIANCE, 30),
    ),
    rules=("cn-domains", "csl-21"),
    judge=_judge,
)
