"""Signed names (DNSSEC), and who may issue certificates for them (CAA)."""

import re

from fenghuo.see.screening.checks.base import WEB, Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.hosts import has_domain
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Untested, Why
from fenghuo.see.screening.facts.needs import NAMES
from fenghuo.see.screening.facts.network import Names

_ISSUE = re.compile(r"\d{1,3}\s+issue(?:wild)?\s", re.IGNORECASE)
_STATES = {"unsigned": "unsigned", "bogus": "bogus"}


def _judge(facts: Facts) -> Judgement:
    if not has_domain(facts.target):
        return NotApplicable(NotMeant.NO_DOMAIN)
    names = facts[NAMES]
    return [*_dnssec(names), *_caa(names)]


def _dnssec(names: Names) -> list[Finding]:
    if isinstance(names.dnssec, Failure):
        raise Untested(names.dnssec)
    if names.dnssec not in {"secure", *_STATES}:
        raise Untested(Failure(Why.UNREADABLE, f"DNSSEC {names.dnssec}"))
    outcome = _STATES.get(names.dnssec)
    return [Finding(outcome, names.zone, f"{names.zone} DNSSEC: {names.dnssec}")] if outcome else []


def _caa(names: Names) -> list[Finding]:
    found = names.records.get("CAA", Failure(Why.NOT_COLLECTED, "CAA"))
    if isinstance(found, Failure):
        raise Untested(found)
    if any(_ISSUE.match(record) for record in found):
        return []
    return [Finding("no-caa", names.zone, f"{names.zone} CAA {' | '.join(found)[:500] or '–'}")]


CHECK = Check(
    id="dnssec-caa",
    number=45,
    version=1,
    check_class=CheckClass.LOOKUP,
    kinds=(*WEB, "domain", "mail-domain"),
    needs=(NAMES,),
    outcomes=(
        Outcome("bogus", Severity.INFO, 90),
        Outcome("unsigned", Severity.INFO, 90),
        Outcome("no-caa", Severity.INFO, 90),
    ),
    rules=("rfc4035", "rfc8659"),
    judge=_judge,
)
