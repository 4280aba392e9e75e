"""The products of a visited site: what its pages state, gathered for the pack of products."""

from collections import defaultdict
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from fenghuo.see.screening.checks.document import document, host_of
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.checks.places import place_of
from fenghuo.see.screening.checks.standing_page import firewalled, require_site
from fenghuo.see.screening.checks.visited import listed
from fenghuo.see.screening.content.products import Sighting, sightings
from fenghuo.see.screening.facts import Facts, Failure, Page, Untested, Why
from fenghuo.see.screening.facts.needs import HOME, MISSING, PAGES, PLAIN, SCRIPTS, SECURE
from fenghuo.see.screening.facts.site import Pages

_ADDRESSED = "script[src], link[href], img[src], form[action], a[href], iframe[src]"
_MOST_ERROR_TEXT = 4000
_MOST_SCRIPT = 100_000
_Observed = dict[str, list[tuple[str, str]]]


def products_of(facts: Facts) -> list[Sighting]:
    """Every product that the answers of the site itself show.

    Raises:
        Untested: the home page did not come, or a firewall answered instead, whose own marks would be taken for the site's.
    """
    home = facts[HOME]
    if firewalled(home):
        raise Untested(Failure(Why.BLOCKED, f"{home.status} {home.url}"))
    observed: _Observed = defaultdict(list)
    for page in _answers(facts):
        if page.host in {facts.target.host, home.host}:
            _observe(page, observed)
    return sightings(observed)


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


def _answers(facts: Facts) -> Iterator[Page]:
    """Pages from which something follows; a page of a firewall says nothing about the site."""
    for need in (HOME, MISSING, PLAIN, SECURE):
        page = facts.find(need)
        if isinstance(page, Page) and page.failure is None and not firewalled(page):
            yield page
    for more in (facts.find(PAGES), facts.find(SCRIPTS)):
        if isinstance(more, Pages):
            yield from (page for page in more.seen if page.failure is None)


def _observe(page: Page, observed: _Observed) -> None:
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
    for node in read.tree.css(_ADDRESSED):
        reference = next(filter(None, (node.attributes.get(a) for a in ("src", "href", "action"))), "")
        address = read.absolute(reference)
        if host_of(address) == page.host:
            observed["address"].append(("", _path_and_query(address)))
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


def _path_and_query(address: str) -> str:
    """Path and query, without sessions; versions in the query stay, since they are what is looked for."""
    query = address.partition("#")[0].partition("?")[2]
    return (place_of(address).partition("?")[0] + (f"?{query}" if query else ""))[:400]
