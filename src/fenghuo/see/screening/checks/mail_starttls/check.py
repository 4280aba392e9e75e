"""Mail exchangers: whether mail to them is encrypted on the way, with a certificate that holds."""

from cryptography.x509 import load_der_x509_certificate

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Untested, Why
from fenghuo.see.screening.facts.needs import MAIL_SERVERS
from fenghuo.see.screening.facts.network import MailServer


def _judge(facts: Facts) -> Judgement:
    servers: tuple[MailServer, ...] = facts[MAIL_SERVERS]
    if not servers:
        return NotApplicable(NotMeant.NO_MAIL)
    found = []
    failures = []
    for server in servers:
        try:
            found.extend(_server(facts, server))
        except Untested as missing:
            failures.append(missing)
    if failures and not found:  # one that is bad is proof enough; good is only where all were seen
        raise failures[0]
    return found


def _server(facts: Facts, server: MailServer) -> list[Finding]:
    locus, shown = f"smtp {server.host}", f"{server.host} [{server.address}] {server.banner[:200]}"
    if isinstance(server.starttls, Failure):
        raise Untested(server.starttls)
    if not server.starttls:
        if not server.extensions:
            raise Untested(Failure(Why.INCOMPLETE, f"{server.host}: EHLO"))
        return [Finding("no-starttls", locus, f"{shown}\nEHLO: {', '.join(server.extensions)[:500]}")]
    if not server.chain:
        raise Untested(Failure(Why.INCOMPLETE, f"{server.host}: TLS"))
    try:
        leaf = load_der_x509_certificate(server.chain[0])
    except ValueError as error:
        raise Untested(Failure(Why.UNREADABLE, f"{server.host}: TLS")) from error
    valid = f"{leaf.not_valid_before_utc:%Y-%m-%d} – {leaf.not_valid_after_utc:%Y-%m-%d}"
    if leaf.not_valid_after_utc < facts.at:
        return [Finding("expired", locus, f"{shown}\n{valid}")]
    if not server.trusted or leaf.not_valid_before_utc > facts.at:
        subject, issuer = leaf.subject.rfc4514_string(), leaf.issuer.rfc4514_string()
        return [Finding("untrusted", locus, f"{shown}\n{subject[:300]} ← {issuer[:300]}\n{valid}")]
    return []


CHECK = Check(
    id="mail-starttls",
    number=37,
    version=1,
    check_class=CheckClass.MAIL,
    kinds=("mail-domain", "domain"),
    needs=(MAIL_SERVERS,),
    outcomes=(
        Outcome("no-starttls", Severity.MEDIUM, 30),
        Outcome("expired", Severity.MEDIUM, 30),
        Outcome("untrusted", Severity.MEDIUM, 30),
    ),
    rules=("rfc3207", "csl-21", "gb22239"),
    judge=_judge,
)
