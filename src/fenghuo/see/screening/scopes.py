"""What a verdict speaks about: the home page and the site as a whole, or one page behind it; pure.

A finding on a page can be closed by a verdict about that very page only. A look at the home page, or a visit that chose other pages, says
nothing about it.
"""

from collections import defaultdict
from dataclasses import replace

from fenghuo.see.screening.checks.base import Finding, Verdict, VerdictKind
from fenghuo.see.screening.checks.places import place_of
from fenghuo.see.screening.facts import Facts, Failure, Page, needs

WATCHES_PAGES = frozenset({"tampered-page", "dark-link", "cloaking", "hijacked-title"})
"""Checks that the daily tour makes of pages behind the home page."""
_BY_PLACE = "dark-link"
"""The check of a visit whose findings on other pages carry the page as their locus."""
GONE_STATUS = (404, 410)


def scopes(verdict: Verdict, facts: Facts | None) -> list[tuple[str, Verdict]]:
    """(place, part of the verdict): "" for the home page and all that is no page of its own."""
    if verdict.check != _BY_PLACE:
        return [("", verdict)]
    own = {"/"}
    if facts is not None and isinstance(home := facts.find(needs.HOME), Page):
        own.add(place_of(home.url))
    by_place: dict[str, list[Finding]] = defaultdict(list)
    for finding in verdict.findings:
        of_page = finding.locus.startswith("/") and finding.locus not in own
        by_place[finding.locus if of_page else ""].append(finding)
    parts = [(place, replace(verdict, findings=tuple(found))) for place, found in by_place.items()]
    if "" not in by_place:
        # pages failed, so that nothing follows about the home page from this verdict
        parts.append(("", replace(verdict, findings=(), whole=False)))
    clean = [place for place in _seen(facts) if place not in by_place and place not in own]
    return [*parts, *((place, replace(verdict, kind=VerdictKind.PASS, findings=())) for place in clean)]


def _seen(facts: Facts | None) -> list[str]:
    """Pages that came, or that are gone from the site."""
    if facts is None:
        return []
    pages = facts.find(needs.PAGES)
    if isinstance(pages, Failure):
        return []
    came = [page for page in pages.seen if page.failure is None and not page.cut]
    seen = [page for page in came if (page.is_html and page.status < 300) or page.status in GONE_STATUS]
    return list(dict.fromkeys(place_of(page.url) for page in seen))
