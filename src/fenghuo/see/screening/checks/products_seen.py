"""The products of a visited site: what its pages state, gathered for the pack of products."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from selectolax.lexbor import LexborNode

from fenghuo.see.screening.checks.document import Document, document, host_of
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.checks.standing_page import firewalled, require_site
from fenghuo.see.screening.checks.visited import listed
from fenghuo.see.screening.content.products import Product, Sighting, products, sightings
from fenghuo.see.screening.facts import Facts, Failure, Page, Untested, Why
from fenghuo.see.screening.facts.needs import HOME, ICON, MISSING, PAGES, PLAIN, SCRIPTS, SECURE
from fenghuo.see.screening.facts.site import Pages

_LOADED, _LINKED = "script[src], link[href], iframe[src]", "img[src], form[action], a[href]"
_ELSEWHERE = re.compile(r"\A(?:#|[a-z][a-z0-9+.-]*:(?!//))", re.IGNORECASE)
_NUMBER = re.compile(r"\d{3,}")
_MOST_ERROR_TEXT = 4000
_MOST_SCRIPT = 100_000
_Observed = dict[str, list[tuple[str, str]]]


_last: tuple[Facts, Mapping[str, Product], list[Sighting]] | None = None


def products_of(facts: Facts) -> list[Sighting]:
    """Every product that the answers of the site itself show.

    Raises:
        Untested: the home page did not come, or a firewall answered instead, whose own marks would be taken for the site's.
    """
    global _last  # noqa: PLW0603
    last = _last
    if last is not None and last[0] is facts and last[1] is products():
        return last[2]  # several checks ask for the products of the same visit, one after the other
    home = facts[HOME]
    if firewalled(home):
        raise Untested(Failure(Why.BLOCKED, f"{home.status} {home.url}"))
    observed: _Observed = defaultdict(list)
    own = {facts.target.host, home.host}
    for page in (home, *_first_answers(facts)):
        if page.host in own:
            _observe(page, observed, with_links=True)
    for page in _further_pages(facts):
        if page.host in own:
            _observe(page, observed, with_links=False)  # their links are mostly those of the home page
    observed["icon"] = [("", digest) for digest in _icon(facts)]
    found = sightings(observed)
    _last = facts, products(), found
    return found


def _icon(facts: Facts) -> Iterator[str]:
    """SHA-256 of the site's icon, as hex, where a whole file came that is no page."""
    icon = facts.find(ICON)
    if isinstance(icon, Page) and icon.status == 200 and icon.body and not icon.cut and not icon.is_html:
        yield hashlib.sha256(icon.body).hexdigest()


def seen_enough(facts: Facts) -> None:
    """Call before a pass: nothing follows from a site that did not show its home page and how it says that there is nothing.

    Raises:
        Untested: one of them was not seen.
    """
    _ = facts[MISSING]
    require_site(facts[HOME])


def evidence(sighting: Sighting, *more: str) -> str:
    """Product, marks and what follows from them, a few lines."""
    marks = listed(f"{one.place}: {one.text}" for one in sighting.seen if one.version or one.sure)
    return masked("\n".join([sighting.shown, marks, *more]))


def _first_answers(facts: Facts) -> Iterator[Page]:
    """Answers beside the home page from which something follows; a page of a firewall says nothing about the site."""
    for need in (MISSING, PLAIN, SECURE):
        page = facts.find(need)
        if isinstance(page, Page) and page.failure is None and not firewalled(page):
            yield page


def _further_pages(facts: Facts) -> Iterator[Page]:
    for more in (facts.find(PAGES), facts.find(SCRIPTS)):
        if isinstance(more, Pages):
            yield from (page for page in more.seen if page.failure is None)


def _observe(page: Page, observed: _Observed, with_links: bool) -> None:
    for name, value in page.headers:
        observed["header"].append((name.lower(), value.strip()[:500]))
        if name.lower() == "set-cookie":
            observed["cookie"].append(("", value.partition("=")[0].strip()[:100]))
    if not page.is_html:
        return
    read = document(page)
    observed["title"].append(("", read.title[:300]))
    for node in read.tree.css("meta[name][content]"):
        _observe_meta(node, observed)
    observed["address"] += [("", address) for address in _addresses(read, page, with_links)]
    for node in read.tree.css("script:not([src])"):
        observed["script"].append(("", node.text()[:_MOST_SCRIPT]))
    if page.status >= 400:
        text = read.visible_text if len(page.body) < 200_000 else ""
        observed["error-page"].append(("", f"{read.title} {text}"[:_MOST_ERROR_TEXT].strip()))


def _observe_meta(node: LexborNode, observed: _Observed) -> None:
    name = (node.attributes.get("name") or "").strip().lower()
    content = " ".join((node.attributes.get("content") or "").split())[:300]
    if name == "generator":
        observed["generator"].append(("", content))
        return
    data = [f"{key}={value}" for key, value in node.attributes.items() if key.startswith("data-")]
    observed["meta"].append((name, " ".join([content, *data])[:500]))


def _addresses(read: Document, page: Page, with_links: bool) -> Iterator[str]:
    """Path and query of what lies on the same host: all that the page loads; of what it links to, one of a shape, since pages of news
    differ by their numbers only."""
    told: set[str] = set()
    for selector, by_shape in ((_LOADED, False), (_LINKED, True))[: 1 + with_links]:
        for node in read.tree.css(selector):
            values = node.attributes
            reference = (values.get("src") or values.get("href") or values.get("action") or "").strip()[:400]
            shape = _NUMBER.sub("0", reference) if by_shape else reference
            if not reference or shape in told or _ELSEWHERE.match(reference):
                continue
            told.add(shape)
            address = read.absolute(reference)
            if host_of(address) == page.host:
                yield "/" + address.partition("://")[2].partition("#")[0].partition("/")[2]
