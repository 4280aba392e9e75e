"""Script libraries with known faults: by what a file says of itself or its hash; by an address alone only unconfirmed."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.document import document, host_of
from fenghuo.see.screening.checks.gathering import gather, seen_pages, whole
from fenghuo.see.screening.checks.places import place_of
from fenghuo.see.screening.checks.standing_page import firewalled
from fenghuo.see.screening.checks.visited import listed
from fenghuo.see.screening.content import versions
from fenghuo.see.screening.content.libraries import Found, in_address, in_text, released
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page, Untested, Why
from fenghuo.see.screening.facts.needs import HOME, SCRIPTS
from fenghuo.see.screening.facts.site import Pages

_OUTCOMES = ("vulnerable", "unconfirmed", "unmaintained")
"""Gravest first: a library is told of once."""


def _judge(facts: Facts) -> Judgement:
    home, today = facts[HOME], facts.at.date()
    if firewalled(home):
        raise Untested(Failure(Why.BLOCKED, f"{home.status} {home.url}"))
    pages = seen_pages(home, facts[SCRIPTS])
    each = gather(
        [partial(_in_page, ask, home, today) for ask in pages] + [partial(_in_addresses, home, facts[SCRIPTS], today)]
    )
    return _together(each)


def _together(each: list[Finding]) -> list[Finding]:
    """One finding a library, the gravest, with every place that shows it."""
    gravest: dict[str, str] = {}
    for one in sorted(each, key=lambda f: _OUTCOMES.index(f.outcome)):
        gravest.setdefault(one.locus, one.outcome)
    return [
        Finding(outcome, library, listed(f.evidence for f in each if (f.locus, f.outcome) == (library, outcome)))
        for library, outcome in gravest.items()
    ]


def _in_page(ask: Callable[[], Page], home: Page, today: date) -> Iterator[Finding]:
    page = ask()
    if page.status != 200 or (page.is_html and page is not home):
        return  # a page for people under a script's address is the site's "there is nothing"
    texts = _inline(page) if page is home else [page.text]
    known = None if page is home or page.cut else released(hashlib.sha256(page.body).hexdigest())
    shown = [known] if known else [one for text in texts for one in in_text(text)]
    place = page.url.partition("?")[0][:150]
    found = [finding for one in shown for finding in _tell(one, place, today, True)]
    if not found:
        whole(page)
    yield from found


def _inline(page: Page) -> list[str]:
    return [node.text() for node in document(page).tree.css("script:not([src])")]


def _in_addresses(home: Page, scripts: Pages, today: date) -> Iterator[Finding]:
    for url, _node in document(home).sources("script[src]"):
        query = url.partition("#")[0].partition("?")[2]
        found = in_address(place_of(url).partition("?")[0] + (f"?{query}" if query else ""))
        if found is not None and not _says_itself(found, scripts.pages.get(url.partition("#")[0])):
            yield from _tell(found, f"//{host_of(url)}", today, False)


def _says_itself(found: Found, file: Page | Failure | None) -> bool:
    """Whether the file behind an address says which version of the library it is; then its name counts for nothing."""
    if not isinstance(file, Page) or file.status != 200 or file.is_html:
        return False
    known = released(hashlib.sha256(file.body).hexdigest())
    return known is not None or any(one.library.id == found.library.id for one in in_text(file.text))


def _tell(found: Found, place: str, today: date, proved: bool) -> Iterator[Finding]:
    library, version = found.library, found.version
    faults = [(fault.id, fixed) for fault in library.faults if (fixed := fault.fixed_in(version)) is not None]
    ended = [day for branch, day in library.ends.items() if versions.of_branch(version, branch) and day < today]
    to = f" → {library.move_to}" if library.move_to else ""
    head = f"{library.name} {version}{to} {place}: {found.text}"
    if faults:
        names = ", ".join(f"{name} (< {fixed})" if fixed else name for name, fixed in faults)
        yield Finding("vulnerable" if proved else "unconfirmed", library.id, f"{head}\n{names}")
    elif ended:
        yield Finding("unmaintained", library.id, f"{head}\n{max(ended).isoformat()}")


CHECK = Check(
    id="vulnerable-script-library",
    number=19,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(HOME, SCRIPTS),
    outcomes=(
        Outcome("vulnerable", Severity.MEDIUM, 30),
        Outcome("unconfirmed", Severity.LOW, 60),
        Outcome("unmaintained", Severity.LOW, 60),
    ),
    rules=("csl-21", "gb22239"),
    judge=_judge,
)
