"""A site that has no HTTPS, or whose HTTPS is not the site's."""

import re
import tomllib
from importlib import resources
from urllib.parse import urlsplit

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.document import document, host_of
from fenghuo.see.screening.checks.likeness import alike
from fenghuo.see.screening.checks.transport import NOBODY_LISTENS, answered, redirect_of, why_not
from fenghuo.see.screening.checks.visited import bare, shown
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page, Target, Untested, Why
from fenghuo.see.screening.facts.needs import HOME, PLAIN, SECURE

_DEFAULT = tomllib.loads((resources.files(__package__) / "default_pages.toml").read_text(encoding="utf-8"))
_LIKE_ENOUGH = 16
"""Bits: pages with rotating news differ more than a copy does, another site's page much more."""


def _is_default(page: Page) -> bool:
    """Whether a page is what a server shows before there is a site."""
    said = document(page)
    title = re.sub(r"\d+", "0", said.title.lower())
    return title in _DEFAULT["titles"] or (not title and said.visible_text.lower() in _DEFAULT["texts"])


def _reference(facts: Facts) -> Page | None:
    """The site as http:// shows it, None where it does not."""
    shown = [page for page in (answered(facts, PLAIN), answered(facts, HOME)) if page is not None and not page.secure]
    return next((page for page in shown if 200 <= page.status < 300), None)


def _same_site(secure: Page, plain: Page, target: Target) -> bool:
    if secure.status != plain.status or secure.is_html != plain.is_html:
        return False
    if not secure.is_html:
        return secure.media_type == plain.media_type  # an interface; its answers differ from call to call
    title = document(secure).title
    if title and title == document(plain).title:
        return True
    # the text may name every office of the county and prove nothing; the title says whose site it is
    return any(name and name in title for name in (target.unit, *target.names)) or alike(secure, plain, _LIKE_ENOUGH)


def _without(facts: Facts, failure: Failure) -> Judgement:
    """The port of HTTPS is closed: a finding where http:// shows a site."""
    home, plain = answered(facts, HOME), answered(facts, PLAIN)
    if home is not None and home.secure and home.host == facts.target.host:
        if urlsplit(home.url).port in {None, 443}:
            raise Untested(failure)  # a moment ago it answered
        return []  # it is registered with HTTPS at another port, and that works
    seen = plain or home
    if seen is None:
        raise Untested(failure)
    evidence = f"{seen.url}: {seen.status}\nhttps://{facts.target.host}/: {failure.why}"
    return [Finding("no-https", facts.target.host, evidence)]


def _sent_on(facts: Facts, secure: Page, place: str) -> Judgement:
    """HTTPS answers with a redirect."""
    evidence = f"{secure.url}: {secure.status} → {shown(place)}"
    if place.startswith("http://"):
        return [Finding("sent-back", facts.target.host, evidence)]
    plain, home = answered(facts, PLAIN), answered(facts, HOME)
    if plain is not None and bare(redirect_of(plain)) == bare(place):
        return []
    if host_of(place) not in {facts.target.host, *facts.target.registered}:
        return [Finding("other-site", facts.target.host, evidence)]
    if home is not None and home.secure:
        return []
    raise Untested(Failure(Why.NOT_COLLECTED, bare(place)))


def _judge(facts: Facts) -> Judgement:
    found = facts.find(SECURE)
    if isinstance(found, Failure) and found.why in NOBODY_LISTENS:
        return _without(facts, found)
    secure = facts[SECURE]
    if place := redirect_of(secure):
        return _sent_on(facts, secure, place)
    plain = _reference(facts)
    seen = f"https: {secure.status} “{document(secure).title[:80]}”"
    if plain is None:
        if _is_default(secure):
            return [Finding("other-site", facts.target.host, seen)]
        failure = why_not(facts, PLAIN)
        if failure is not None and failure.why not in NOBODY_LISTENS and answered(facts, HOME) is None:
            raise Untested(failure)
        return []  # visitors come over HTTPS only, and this is what they see
    if _same_site(secure, plain, facts.target):
        return []
    return [Finding("other-site", facts.target.host, f"http: {plain.status} “{document(plain).title[:80]}”\n{seen}")]


CHECK = Check(
    id="no-https",
    number=22,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(SECURE,),
    uses=(PLAIN, HOME),
    outcomes=(
        Outcome("no-https", Severity.MEDIUM, 30),
        Outcome("sent-back", Severity.MEDIUM, 30),
        Outcome("other-site", Severity.HIGH, 7),
    ),
    rules=("gb22239", "gbt39786"),
    judge=_judge,
)
