"""Parts of an HTTPS page that come over http://: browsers leave them out, or anybody on the way can change them."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urljoin

from selectolax.lexbor import LexborNode

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.document import Document, document, host_of
from fenghuo.see.screening.checks.transport import redirect_of
from fenghuo.see.screening.checks.visited import listed, shown, visited
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page, Untested, Why
from fenghuo.see.screening.facts.needs import HOME, PAGES, SECURE

_ACTIVE = (
    ("script[src]", "src"),
    ("iframe[src]", "src"),
    ("frame[src]", "src"),
    ("embed[src]", "src"),
    ("object[data]", "data"),
    ("link[rel~=stylesheet][href]", "href"),
    ("form[action]", "action"),
)
_PASSIVE = (
    ("img[src]", "src"),
    ("audio[src]", "src"),
    ("video[src]", "src"),
    ("video[poster]", "poster"),
    ("source[src]", "src"),
    ("input[type=image][src]", "src"),
)
_NOT_LOADED = {"noscript", "template"}
_MARK_HOST = "conac.cn"
_MARK_IN_SCRIPT = re.compile(r"http://(?:dcs|bszs)\.conac\.cn[\w./-]{0,150}", re.IGNORECASE)


def upgraded(page: Page) -> bool:
    """Whether a page tells browsers to fetch all its parts over HTTPS."""
    policies = [*page.headers_of("content-security-policy")]
    for node in document(page).tree.css("meta[http-equiv][content]"):
        if (node.attributes.get("http-equiv") or "").lower() == "content-security-policy":
            policies.append(node.attributes.get("content") or "")
    return any("upgrade-insecure-requests" in part.split() for p in policies for part in p.lower().split(";"))


def _is_loaded(node: LexborNode) -> bool:
    above = node.parent
    while above is not None:
        if above.tag in _NOT_LOADED:
            return False
        above = above.parent
    return True


def _references(said: Document, kinds: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """(element, address) of every part that a browser would fetch over http://."""
    for selector, attribute in kinds:
        for node in said.tree.css(selector):
            url = said.absolute(node.attributes.get(attribute))
            if url.lower().startswith("http://") and _is_loaded(node):
                yield node.tag or "", url
    if kinds is _PASSIVE:
        for node in said.tree.css("img[srcset], source[srcset]"):
            for part in (node.attributes.get("srcset") or "").split(","):
                url = urljoin(said.base, (part.split() or [""])[0])
                if url.lower().startswith("http://") and _is_loaded(node):
                    yield node.tag or "", url


def _marks(said: Document) -> Iterator[str]:
    """Addresses of the mark of party and government organs that a script in the page writes with http:// in all cases."""
    for node in said.tree.css("script:not([src])"):
        code = unquote(node.text() or "")
        if "https:" in code:
            continue  # the code that asks how the page came and follows
        yield from _MARK_IN_SCRIPT.findall(code)


def _parts(page: Page) -> Iterator[tuple[str, str, str]]:
    """(outcome, locus, address) of every part of a page that comes over http://."""
    said = document(page)
    for url in _marks(said):
        yield "conac-mark", host_of(url), url
    for outcome, kinds in (("active", _ACTIVE), ("passive", _PASSIVE)):
        for tag, url in _references(said, kinds):
            host = host_of(url)
            if host == _MARK_HOST or host.endswith("." + _MARK_HOST):
                yield "conac-mark", host, url
            elif host:
                yield outcome, f"{tag} {host}", url


def _secure_pages(facts: Facts, pages: tuple[Page, ...]) -> list[Page]:
    """HTML pages that came over HTTPS, each address once.

    Raises:
        Untested: there are none, and that does not mean that the site has none.
    """
    found = {p.url: p for p in pages if p.secure and p.is_html and 200 <= p.status < 300}
    first = facts.find(SECURE)
    if not found and isinstance(first, Page) and redirect_of(first).startswith("https://"):
        raise Untested(Failure(Why.NOT_COLLECTED, shown(redirect_of(first))))
    return list(found.values())


def _judge(facts: Facts) -> Judgement:
    visit = visited(facts, SECURE)
    pages = _secure_pages(facts, visit.pages)
    seen: dict[tuple[str, str], list[str]] = {}
    for page in pages:
        if not upgraded(page):
            for outcome, locus, url in _parts(page):
                seen.setdefault((outcome, locus), []).append(f"{shown(page.url)}: {shown(url)}")
    if not seen:
        visit.or_untested()
    if not pages:
        return NotApplicable(NotMeant.NO_HTTPS)
    return [Finding(outcome, locus, listed(lines)) for (outcome, locus), lines in seen.items()]


CHECK = Check(
    id="mixed-content",
    number=27,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(HOME, SECURE, PAGES),
    outcomes=(
        Outcome("active", Severity.LOW, 60),
        Outcome("conac-mark", Severity.LOW, 60),
        Outcome("passive", Severity.INFO, 90),
    ),
    rules=("gb22239", "w3c-mixed-content"),
    judge=_judge,
)
