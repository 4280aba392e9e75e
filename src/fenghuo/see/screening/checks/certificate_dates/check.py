"""Dates of the certificate that a site shows."""

from datetime import timedelta

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.certificates import described, served
from fenghuo.see.screening.checks.transport import no_https
from fenghuo.see.screening.facts import CheckClass, Facts
from fenghuo.see.screening.facts.needs import PLAIN, TLS

_SOON = timedelta(days=30)


def _judge(facts: Facts) -> Judgement:
    if no_https(facts):
        return NotApplicable(NotMeant.NO_HTTPS)
    leaf = served(facts[TLS].chain)[0]
    since, until = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    left = until - facts.at
    if left < timedelta(0):
        outcome = "expired"
    elif since > facts.at:
        outcome = "not-yet-valid"
    elif left < min(_SOON, (until - since) / 3):  # certificates of a few weeks are renewed late by design
        outcome = "expires-soon"
    else:
        return []
    return [Finding(outcome, facts.target.host, f"{described(leaf)}\n{left.days:+d} d")]


CHECK = Check(
    id="certificate-dates",
    number=20,
    version=1,
    check_class=CheckClass.TRANSPORT,
    needs=(TLS,),
    uses=(PLAIN,),
    outcomes=(
        Outcome("expired", Severity.HIGH, 7),
        Outcome("not-yet-valid", Severity.HIGH, 7),
        Outcome("expires-soon", Severity.MEDIUM, 30),
    ),
    rules=("gb22239", "gbt39786", "rfc5280"),
    judge=_judge,
)
