"""Servers, languages and content systems whose makers mend them no more; the day of the visit decides."""

from collections.abc import Iterator
from datetime import date, timedelta

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.products_seen import evidence, products_of, seen_enough
from fenghuo.see.screening.content.lifetimes import Lifetime, lifetimes
from fenghuo.see.screening.content.products import Sighting
from fenghuo.see.screening.facts import CheckClass, Facts
from fenghuo.see.screening.facts.needs import HOME, ICON, MISSING, PAGES, PLAIN, SCRIPTS, SECURE

_SOON = timedelta(days=180)


def _judge(facts: Facts) -> Judgement:
    known = lifetimes()
    seen = [one for one in products_of(facts) if one.version and one.product.id in known]
    found = [finding for one in seen for finding in _look(one, known[one.product.id], facts.at.date())]
    if found:
        return found
    seen_enough(facts)
    return [] if seen else NotApplicable(NotMeant.UNKNOWN_PRODUCT)


def _look(sighting: Sighting, lifetime: Lifetime, today: date) -> Iterator[Finding]:
    end = lifetime.end_of(sighting.version)
    if end is None:
        return
    branch, day = end
    outcome = _outcome(sighting, lifetime, day, today)
    if outcome:
        to = f" → {lifetime.move_to}" if lifetime.move_to else ""
        line = f"{sighting.product.name} {branch}: {day.isoformat()}{to} {lifetime.source}".rstrip()
        yield Finding(outcome, sighting.product.id, evidence(sighting, line))


def _outcome(sighting: Sighting, lifetime: Lifetime, day: date, today: date) -> str:
    doubtful = sighting.mended or not sighting.sure or not lifetime.sure
    if day < today:
        return "old-branch" if doubtful else "end-of-life"
    return "ends-soon" if day - today <= _SOON and not doubtful else ""


CHECK = Check(
    id="end-of-life-product",
    number=18,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(HOME, MISSING),
    uses=(PLAIN, SECURE, ICON, SCRIPTS, PAGES),
    outcomes=(
        Outcome("end-of-life", Severity.MEDIUM, 30),
        Outcome("ends-soon", Severity.INFO, 90),
        Outcome("old-branch", Severity.INFO, 90),
    ),
    rules=("csl-21", "gb22239"),
    judge=_judge,
)
