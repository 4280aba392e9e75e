"""Headers with which a site tells browsers what it does not want."""

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.document import document
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
_ANYBODY = {"*", "http:", "https:", "ftp:", "http://*", "https://*", "http://*.*", "https://*.*"}
_GUARDS = ("'nonce-", "'sha256-", "'sha384-", "'sha512-")
_PASSIVE = {"img-src", "media-src", "font-src"}

Policy = dict[str, list[str]]


def directives(policy: str) -> Policy:
    """The directives of a Content-Security-Policy, the first of a name counts (CSP 3, 2.2.1)."""
    found: Policy = {}
    for part in policy.split(";"):
        name, *values = part.split()[:200] or [""]
        if name:
            found.setdefault(name.lower(), [v.lower() for v in values])
    return found


def _stated_in(page: Page, name: str) -> list[str]:
    """What the page itself states by a meta element that counts like a header."""
    return [
        (node.attributes.get("content") or "")
        for node in document(page).tree.css("meta[http-equiv][content]")
        if (node.attributes.get("http-equiv") or "").strip().lower() == name
    ]


def _csp(page: Page) -> Finding | None:
    name = "content-security-policy"
    sent = [value for value in (*page.headers_of(name), *_stated_in(page, name)) if directives(value)]
    if not sent:
        return Finding("no-csp", name, "Content-Security-Policy: –")
    policies = [directives(value) for value in sent]
    # each policy holds by itself, so that one good answer to each question is enough
    if all(any(holds(policy) for policy in policies) for holds in _QUESTIONS):
        return None
    return Finding("weak-csp", name, "\n".join(f"Content-Security-Policy: {v}" for v in sent))


def _scripts(policy: Policy) -> list[str] | None:
    return policy.get("script-src", policy.get("default-src"))


def _is_guarded(sources: list[str]) -> bool:
    return any(source.startswith(_GUARDS) for source in sources)


def _inline_held(policy: Policy) -> bool:
    sources = _scripts(policy)
    return sources is not None and (_is_guarded(sources) or "'unsafe-inline'" not in sources)


def _hosts_held(policy: Policy) -> bool:
    sources = _scripts(policy)
    if sources is not None and "'strict-dynamic'" in sources:
        return _is_guarded(sources)  # without a nonce it keeps everything out, or in old browsers nothing
    return sources is not None and not (_ANYBODY | {"data:"}) & set(sources)


def _eval_held(policy: Policy) -> bool:
    sources = _scripts(policy)
    return sources is not None and "'unsafe-eval'" not in sources


def _objects_held(policy: Policy) -> bool:
    sources = policy.get("object-src", policy.get("default-src"))
    return sources is not None and not _ANYBODY & set(sources)


def _ways_held(policy: Policy) -> bool:
    """Whether nothing that acts may come over http://, where anybody on the way can change it."""
    acting = [source for name, sources in policy.items() if name not in _PASSIVE for source in sources]
    dynamic = "'strict-dynamic'" in policy.get("script-src", [])  # then sources by address do not count
    return dynamic or not any(source.startswith(("http:", "ftp:")) for source in acting)


_QUESTIONS = (_inline_held, _hosts_held, _eval_held, _objects_held, _ways_held)


def _framing(page: Page) -> Finding | None:
    policies = [
        directives(v) for v in page.headers_of("content-security-policy")
    ]  # in a meta element it does not count
    ancestors = [policy["frame-ancestors"] for policy in policies if "frame-ancestors" in policy]
    if ancestors:  # then browsers do not look at the old header
        if any(not _ANYBODY & set(sources) for sources in ancestors):
            return None
        return Finding("framing", "x-frame-options", f"frame-ancestors {' '.join(ancestors[0])}")
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
    sent = ",".join([*page.headers_of("referrer-policy"), *filter(None, [document(page).meta("referrer")])])
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
    version=2,
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
