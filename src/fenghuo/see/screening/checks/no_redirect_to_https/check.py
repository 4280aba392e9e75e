"""Whether visitors are led to HTTPS and kept there: the redirect at http://, and HSTS."""

import re
from ipaddress import ip_address

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.transport import NOBODY_LISTENS, answered, redirect_of
from fenghuo.see.screening.checks.visited import shown
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page
from fenghuo.see.screening.facts.needs import HOME, PLAIN, SECURE

_HALF_A_YEAR_S = 180 * 86_400
_MAX_AGE = re.compile(r"""max-age\s*=\s*(?:(\d{1,12})|"(\d{1,12})")""", re.IGNORECASE)


def max_age(page: Page) -> int | None:
    """Seconds for which a page asks browsers for HTTPS only, None where it does not in a form that they take (RFC 6797, 6.1 and 8.1)."""
    sent = page.header("strict-transport-security")
    if sent is None:
        return None
    directives = [part.strip() for part in sent.split(";") if part.strip()]
    ages = [part for part in directives if part.lower().startswith("max-age")]
    found = _MAX_AGE.fullmatch(ages[0]) if len(ages) == 1 else None
    return int(found.group(1) or found.group(2)) if found else None


def _redirect(facts: Facts, secure: Page) -> Finding | None:
    """No redirect at http://, or one that does not lead to HTTPS at once."""
    found = facts.find(PLAIN)
    place = redirect_of(secure)
    if place.startswith("http://"):
        return Finding("no-redirect", "https → http", f"{secure.url}: {secure.status} → {shown(place)}")
    if isinstance(found, Failure) and found.why in NOBODY_LISTENS:
        return None
    plain = facts[PLAIN]
    place = redirect_of(plain)
    if place.startswith("https://") or (not place and plain.status >= 400):
        return None  # an error page has nothing to protect
    return Finding("no-redirect", "http", f"{plain.url}: {plain.status}" + (f" → {shown(place)}" if place else ""))


def _hsts(facts: Facts, secure: Page) -> Finding | None:
    if _is_address(facts.target.host):
        return None  # browsers do not keep it for addresses (RFC 6797, 8.1.1)
    home = answered(facts, HOME)
    pages = [secure, *([home] if home is not None and home.secure and home.host == secure.host else [])]
    ages = [age for page in pages if (age := max_age(page)) is not None]
    if ages and max(ages) >= _HALF_A_YEAR_S:
        return None
    sent = secure.header("strict-transport-security") or "–"
    outcome = "short-hsts" if ages and max(ages) > 0 else "no-hsts"
    return Finding(outcome, "strict-transport-security", f"{secure.url}: Strict-Transport-Security: {sent[:200]}")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _judge(facts: Facts) -> Judgement:
    found = facts.find(SECURE)
    if isinstance(found, Failure) and found.why in NOBODY_LISTENS:
        return NotApplicable(NotMeant.NO_HTTPS)
    secure = facts[SECURE]
    return [fault for test in (_redirect, _hsts) if (fault := test(facts, secure)) is not None]


CHECK = Check(
    id="no-redirect-to-https",
    number=26,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(PLAIN, SECURE),
    uses=(HOME,),
    outcomes=(
        Outcome("no-redirect", Severity.LOW, 60),
        Outcome("no-hsts", Severity.LOW, 60),
        Outcome("short-hsts", Severity.LOW, 60),
    ),
    rules=("gb22239", "rfc6797"),
    judge=_judge,
)
