"""Versions of TLS that are given up, and that a server still speaks."""

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.transport import VERSIONS, accepts, no_https
from fenghuo.see.screening.facts import CheckClass, Facts
from fenghuo.see.screening.facts.needs import PLAIN, TLS

_OLD = {"SSLv3": "sslv3", "TLSv1": "old-tls", "TLSv1.1": "old-tls"}


def _judge(facts: Facts) -> Judgement:
    if no_https(facts):
        return NotApplicable(NotMeant.NO_HTTPS)
    tls = facts[TLS]
    spoken = ", ".join(version for version in VERSIONS if tls.offered.get(version) is True)
    found = [
        Finding(outcome, version, f"{facts.target.host}: {spoken}")
        for version, outcome in _OLD.items()
        if tls.offered.get(version) is True
    ]
    if not found:
        for version in _OLD:
            accepts(tls, version)  # an unclear answer is no pass
    return found


CHECK = Check(
    id="old-protocols",
    number=24,
    version=1,
    check_class=CheckClass.TRANSPORT,
    needs=(TLS,),
    uses=(PLAIN,),
    outcomes=(Outcome("sslv3", Severity.MEDIUM, 30), Outcome("old-tls", Severity.MEDIUM, 30)),
    rules=("gb22239", "gbt39786", "rfc8996"),
    judge=_judge,
)
