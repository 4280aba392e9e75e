"""Whether browsers can trust the certificate that a site shows: its names, and its way to a root."""

from cryptography import x509

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.certificates import covers, described, in_force, self_signed, served
from fenghuo.see.screening.checks.transport import no_https
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Untested, Why
from fenghuo.see.screening.facts.needs import PLAIN, TLS
from fenghuo.see.screening.facts.network import TlsFacts


def _way(facts: Facts, tls: TlsFacts, chain: list[x509.Certificate]) -> str | None:
    """What is wrong with the way to a root.

    Raises:
        Untested: the certificate is out of date, so that no way counts and none is wrong.
    """
    leaf, *issuers = chain
    if tls.trusted:
        return None
    if self_signed(leaf):
        return "self-signed"
    above = [one for one in issuers if one.subject == leaf.issuer]
    if above and not any(in_force(one, facts.at) for one in above):
        return "expired-issuer"
    if tls.with_issuers:
        return "incomplete-chain"
    if not in_force(leaf, facts.at):
        raise Untested(Failure(Why.TLS_FAILED, "the certificate is out of date, its chain can't be judged"))
    return "unknown-root"


def _judge(facts: Facts) -> Judgement:
    if no_https(facts):
        return NotApplicable(NotMeant.NO_HTTPS)
    tls = facts[TLS]
    chain = served(tls.chain)
    host = facts.target.host
    found = [] if covers(chain[0], host) else [Finding("name-mismatch", host, described(chain[0]))]
    try:
        fault = _way(facts, tls, chain)
    except Untested:
        if not found:
            raise
        fault = None
    if fault is not None:
        found.append(Finding(fault, host, "\n".join(map(described, chain[:6]))))
    return found


CHECK = Check(
    id="certificate-chain",
    number=21,
    version=1,
    check_class=CheckClass.TRANSPORT,
    needs=(TLS,),
    uses=(PLAIN,),
    outcomes=(
        Outcome("name-mismatch", Severity.HIGH, 7),
        Outcome("self-signed", Severity.HIGH, 7),
        Outcome("unknown-root", Severity.HIGH, 7),
        Outcome("expired-issuer", Severity.HIGH, 7),
        Outcome("incomplete-chain", Severity.MEDIUM, 30),
    ),
    rules=("gb22239", "gbt39786", "rfc9525", "rfc5280"),
    judge=_judge,
)
