"""Headers with which a site tells browsers what it does not want."""

import re

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.facts import CheckClass, Facts, Page
from fenghuo.see.screening.facts.needs import HOME

_REFERRER = {
    "no-referrer",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "unsafe-url",
}
_LEAKY = {"unsafe-url", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin"}


def directives(policy: str) -> dict[str, list[str]]:
    """The directives of a Content-Security-Policy, the first of a name counts (CSP 3, 2.2.1)."""
    found: dict[str, list[str]] = {}
    for part in policy.split(";"):
        name, *values = part.split()[:200] or [""]
        if name:
            found.setdefault(name.lower(), [v.lower() for v in values])
    return found


def _csp(page: Page) -> Finding | None:
    sent = page.headers_of("content-security-policy")
    if not sent:
        return Finding("no-csp", "content-security-policy", "Content-Security-Policy: –")
    policies = [directives(value) for value in sent]
    scripts = [p.get("script-src", p.get("default-src")) for p in policies]
    strict = [s for s in scripts if s is not None and not _weak(s)]
    if strict:
        return None
    return Finding("weak-csp", "content-security-policy", "\n".join(f"Content-Security-Policy: {v}" for v in sent))


def _weak(sources: list[str]) -> bool:
    guarded = any(re.match(r"'(?:nonce-|sha(?:256|384|512)-)", s) for s in sources)
    inline = "'unsafe-inline'" in sources and not guarded
    anything = {"*", "http:", "https:", "data:"} & set(sources) and "'strict-dynamic'" not in sources
    return inline or bool(anything)


def _framing(page: Page) -> Finding | None:
    if any("frame-ancestors" in directives(v) for v in page.headers_of("content-security-policy")):
        return None
    sent = page.header("x-frame-options") or ""
    if sent.strip().lower() in {"deny", "sameorigin"}:
        return None
    return Finding("framing", "x-frame-options", f"X-Frame-Options: {sent or '–'}")


def _nosniff(page: Page) -> Finding | None:
    sent = page.header("x-content-type-options") or ""
    if sent.split(",")[0].strip().lower() == "nosniff":
        return None
    return Finding("sniffing", "x-content-type-options", f"X-Content-Type-Options: {sent or '–'}")


def _referrer(page: Page) -> Finding | None:
    sent = ",".join(page.headers_of("referrer-policy"))
    known = [v.strip().lower() for v in sent.split(",") if v.strip().lower() in _REFERRER]
    if not known or known[-1] not in _LEAKY:
        return None  # without a policy browsers take strict-origin-when-cross-origin
    return Finding("referrer", "referrer-policy", f"Referrer-Policy: {sent}")


def _judge(facts: Facts) -> Judgement:
    page = facts[HOME]
    if not page.is_html:
        return NotApplicable(NotMeant.NO_PAGES)
    return [found for test in (_csp, _framing, _nosniff, _referrer) if (found := test(page)) is not None]


CHECK = Check(
    id="security-headers",
    number=28,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(HOME,),
    outcomes=(
        Outcome("no-csp", Severity.LOW, 60),
        Outcome("weak-csp", Severity.LOW, 60),
        Outcome("framing", Severity.LOW, 60),
        Outcome("sniffing", Severity.LOW, 60),
        Outcome("referrer", Severity.LOW, 60),
    ),
    rules=("gb22239",),
    judge=_judge,
)
