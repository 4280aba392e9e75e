"""Whether others can send mail in the name of a domain: SPF and DMARC."""

from fenghuo.see.screening.checks.base import WEB, Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.hosts import has_domain, registered_domain
from fenghuo.see.screening.checks.mail_policy.dmarc import BadDmarc, dmarc_texts, parse_dmarc
from fenghuo.see.screening.checks.mail_policy.spf import MOST_TERMS
from fenghuo.see.screening.checks.mail_policy.spf_survey import Survey, lets_anybody_pass, survey
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Untested
from fenghuo.see.screening.facts.needs import MAIL_POLICY
from fenghuo.see.screening.facts.network import MailPolicy

_NO_EXCHANGER = ((), ("",))


def _judge(facts: Facts) -> Judgement:
    if not has_domain(facts.target):
        return NotApplicable(NotMeant.NO_DOMAIN)
    policy = facts[MAIL_POLICY]
    for looked_up in (policy.mx, policy.dmarc):
        if isinstance(looked_up, Failure):
            raise Untested(looked_up)
    spf = survey(policy)
    is_mail_domain = facts.target.kind == "mail-domain"
    below = registered_domain(policy.domain) != policy.domain
    if below and not is_mail_domain and not spf.texts and policy.mx in _NO_EXCHANGER:
        return NotApplicable(NotMeant.NO_MAIL)  # the registered domain above it is where policies are demanded
    if not is_mail_domain and not below and _without_mail(policy, spf):
        return _null_policy(policy, spf)
    return [
        *_spf(policy, spf, demanded=is_mail_domain or not below),
        *_dmarc(policy, demanded=not below),
    ]


def _without_mail(policy: MailPolicy, spf: Survey) -> bool:
    """Whether a domain neither receives mail nor names anybody who sends it."""
    return policy.mx == ("",) or (policy.mx == () and (not spf.texts or spf.sends_nothing))


def _null_policy(policy: MailPolicy, spf: Survey) -> list[Finding]:
    """A domain without mail has to say so, else its name is free for everybody."""
    assert not isinstance(policy.dmarc, Failure)
    records = dmarc_texts(policy.dmarc)
    if spf.sends_nothing and len(records) == 1 and _rejects(records[0]):
        return []
    evidence = (
        f"MX: {policy.mx!r}\nSPF: {' | '.join(spf.texts)[:500] or '–'}\nDMARC: {' | '.join(records)[:500] or '–'}"
    )
    return [Finding("null-policy", policy.domain, evidence)]


def _rejects(record: str) -> bool:
    try:
        dmarc = parse_dmarc(record)
    except BadDmarc:
        return False
    return dmarc.policy == dmarc.below == "reject"


def _spf(policy: MailPolicy, spf: Survey, demanded: bool) -> list[Finding]:
    shown = f"{policy.domain} TXT {' | '.join(spf.texts)[:1000] or '–'}"
    if not spf.texts:
        return [Finding("spf-missing", policy.domain, shown)] if demanded else []
    if len(spf.texts) > 1:
        return [Finding("spf-several", policy.domain, shown)]
    found = []
    if spf.problems:
        found.append(Finding("spf-broken", policy.domain, "\n".join((shown, *spf.problems[:10]))))
    if spf.look_ups > MOST_TERMS:
        found.append(Finding("spf-look-ups", policy.domain, f"{shown}\n{spf.look_ups} > {MOST_TERMS}"))
    if spf.ending == "+" or lets_anybody_pass(policy):
        found.append(Finding("spf-open", policy.domain, shown))
    elif spf.ending == "?":
        found.append(Finding("spf-neutral", policy.domain, shown))
    return found


def _dmarc(policy: MailPolicy, demanded: bool) -> list[Finding]:
    assert not isinstance(policy.dmarc, Failure)
    name, records = f"_dmarc.{policy.domain}", dmarc_texts(policy.dmarc)
    shown = f"{name} TXT {' | '.join(policy.dmarc)[:1000] or '–'}"
    if not records:
        return [Finding("dmarc-missing", name, shown)] if demanded else []
    if len(records) > 1:
        return [Finding("dmarc-broken", name, shown)]
    try:
        dmarc = parse_dmarc(records[0])
    except BadDmarc as error:
        return [Finding("dmarc-broken", name, f"{shown}\n{error}")]
    watches_only = "none" in {dmarc.policy, dmarc.below} or dmarc.percent == 0
    return [Finding("dmarc-none", name, shown)] if watches_only else []


CHECK = Check(
    id="mail-policy",
    number=36,
    version=1,
    check_class=CheckClass.LOOKUP,
    kinds=(*WEB, "domain", "mail-domain"),
    needs=(MAIL_POLICY,),
    outcomes=(
        Outcome("spf-missing", Severity.MEDIUM, 30),
        Outcome("spf-several", Severity.MEDIUM, 30),
        Outcome("spf-broken", Severity.MEDIUM, 30),
        Outcome("spf-look-ups", Severity.MEDIUM, 30),
        Outcome("spf-open", Severity.MEDIUM, 30),
        Outcome("spf-neutral", Severity.MEDIUM, 30),
        Outcome("dmarc-missing", Severity.MEDIUM, 30),
        Outcome("dmarc-broken", Severity.MEDIUM, 30),
        Outcome("dmarc-none", Severity.MEDIUM, 30),
        Outcome("null-policy", Severity.MEDIUM, 30),
    ),
    rules=("rfc7208", "rfc7489", "csl-21"),
    judge=_judge,
)
