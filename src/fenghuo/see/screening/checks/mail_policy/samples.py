"""Samples: policies as they are published."""

from collections.abc import Mapping
from dataclasses import replace

from fenghuo.see.screening.checks.samples import TARGET, Sample, facts
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import MAIL_POLICY
from fenghuo.see.screening.facts.network import MailPolicy

_DOMAIN = "jiaoyu.example"
_REJECT = "v=DMARC1; p=reject; rua=mailto:dmarc@jiaoyu.example"
_GOOD = "v=spf1 mx ip4:203.0.113.8 -all"
_SERVICE = {"spf.mail.example": ("v=spf1 ip4:198.51.100.0/24 ~all",)}
_MANY = "v=spf1 " + " ".join(f"a:h{i}.jiaoyu.example" for i in range(11)) + " -all"


def _policy(
    *records: str,
    dmarc: tuple[str, ...] | Failure = (_REJECT,),
    mx: tuple[str, ...] | Failure = ("mail.jiaoyu.example",),
    more: Mapping[str, tuple[str, ...] | Failure] | None = None,
    domain: str = _DOMAIN,
    kind: str = "website",
) -> Facts:
    found = MailPolicy(domain, {domain: records, **(more or {})}, dmarc, mx)
    return facts({MAIL_POLICY: found}, target=replace(TARGET, kind=kind))


SAMPLES = [
    Sample("good", _policy(_GOOD, "site-verification=abc"), "pass"),
    Sample("softfail and quarantine are enough", _policy("v=spf1 mx ~all", dmarc=("v=DMARC1;p=quarantine",)), "pass"),
    Sample(
        "a provider's policy",
        _policy("v=spf1 include:spf.mail.example -all", more=_SERVICE, kind="mail-domain"),
        "pass",
    ),
    Sample("a provider's whole policy", _policy("v=spf1 redirect=spf.mail.example", more=_SERVICE), "pass"),
    Sample("nothing", _policy(dmarc=()), ["spf-missing", "dmarc-missing"]),
    Sample("texts about SPF", _policy("v=spf10 -all", "spf2.0/pra -all"), ["spf-missing"]),
    Sample("two records", _policy(_GOOD, "v=spf1 -all"), ["spf-several"]),
    Sample("an address without its kind", _policy("v=spf1 203.0.113.8 -all"), ["spf-broken"]),
    Sample(
        "an include that went away",
        _policy("v=spf1 include:old.example -all", more={"old.example": Failure(Why.NAME_NOT_FOUND)}),
        ["spf-broken"],
    ),
    Sample(
        "a circle",
        _policy("v=spf1 include:b.example -all", more={"b.example": (f"v=spf1 include:{_DOMAIN} -all",)}),
        ["spf-broken"],
    ),
    Sample("eleven look-ups", _policy(_MANY), ["spf-look-ups"]),
    Sample("eleven look-ups after all", _policy("v=spf1 mx -all" + _MANY.removeprefix("v=spf1")), "pass"),
    Sample("everybody", _policy("v=spf1 mx +all"), ["spf-open"]),
    Sample(
        "everybody through a provider",
        _policy("v=spf1 include:b.example -all", more={"b.example": ("v=spf1 all",)}),
        ["spf-open"],
    ),
    Sample("everybody in two halves", _policy("v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all"), ["spf-open"]),
    Sample("neutral", _policy("v=spf1 mx ?all"), ["spf-neutral"]),
    Sample("no ending", _policy("v=spf1 mx"), ["spf-neutral"]),
    Sample("two DMARC records", _policy(_GOOD, dmarc=(_REJECT, "v=DMARC1; p=none")), ["dmarc-broken"]),
    Sample("a policy that is none", _policy(_GOOD, dmarc=("v=DMARC1; p=block",)), ["dmarc-broken"]),
    Sample("watches only", _policy(_GOOD, dmarc=("v=DMARC1; p=none; rua=mailto:a@jiaoyu.example",)), ["dmarc-none"]),
    Sample("names below are free", _policy(_GOOD, dmarc=("v=DMARC1; p=reject; sp=none",)), ["dmarc-none"]),
    Sample("no mail, and it says so", _policy("v=spf1 -all", mx=(), dmarc=("v=DMARC1; p=reject",)), "pass"),
    Sample("no mail, and it says nothing", _policy(mx=(), dmarc=()), ["null-policy"]),
    Sample("null exchanger only", _policy(mx=("",), dmarc=()), ["null-policy"]),
    Sample("sends, receives nothing", _policy("v=spf1 ip4:203.0.113.8 -all", mx=()), "pass"),
    Sample("a name below without mail", _policy(mx=(), dmarc=(), domain="www.jiaoyu.example"), "not-applicable"),
    Sample(
        "a name below that lets everybody", _policy("v=spf1 +all", dmarc=(), domain="www.jiaoyu.example"), ["spf-open"]
    ),
    Sample(
        "a mail domain below a domain",
        _policy(dmarc=(), domain="oa.jiaoyu.example", kind="mail-domain"),
        ["spf-missing"],
    ),
    Sample("an address", facts({}, target=replace(TARGET, host="203.0.113.8")), "not-applicable"),
    Sample("no answer about DMARC", _policy(_GOOD, dmarc=Failure(Why.TIMED_OUT)), "could-not-test"),
    Sample(
        "no answer about an include",
        _policy("v=spf1 include:b.example -all", more={"b.example": Failure(Why.NAME_SERVER_FAILED)}),
        "could-not-test",
    ),
    Sample("no answer", facts({MAIL_POLICY: Failure(Why.NAME_SERVER_FAILED)}), "could-not-test"),
]
