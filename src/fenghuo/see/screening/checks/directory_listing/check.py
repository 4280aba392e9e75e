"""Folders of which the web server shows the content."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.directory_listing.listing import listing_of
from fenghuo.see.screening.checks.gathering import answered, gather, seen_pages, whole
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.facts import CheckClass, Facts, Page, Probe
from fenghuo.see.screening.facts.needs import HOME, PAGES

_PATHS = ("/upload/", "/uploads/", "/images/")
_MOST = 65_536
_SHOWN = 5
_BACKUPS = re.compile(
    r"\.(?:zip|rar|7z|tar|t?gz|bz2|bak|old|sql|dump|mdb|accdb|db|log|env|pem|key|pfx)\Z", re.IGNORECASE
)


def _look(ask: Callable[[], Page]) -> Iterator[Finding]:
    page = ask()
    listing = listing_of(page)
    if listing is None:
        # a list shows itself by its first links; from a body that broke off before any nothing follows
        if page.is_html and b"<a" not in page.body.lower():
            whole(page)
        return
    backups = [name for name in listing.names if _BACKUPS.search(name)]
    names = [*backups, *(name for name in listing.names if name not in backups)][:_SHOWN]
    shown = masked(f"{page.url}: {len(listing.names)}: {', '.join(names)}")
    yield Finding("listing-with-backups" if backups else "listing", listing.folder, shown)


def _judge(facts: Facts) -> Judgement:
    asks: list[Callable[[], Page]] = [
        *seen_pages(facts[HOME], facts[PAGES]),
        *(partial(answered, facts, path) for path in _PATHS),
    ]
    return gather(partial(_look, ask) for ask in asks)


CHECK = Check(
    id="directory-listing",
    number=31,
    version=2,
    check_class=CheckClass.CONTENT,
    needs=(HOME, PAGES),
    probes=tuple(Probe(path, _MOST) for path in _PATHS),
    outcomes=(Outcome("listing-with-backups", Severity.HIGH, 7), Outcome("listing", Severity.MEDIUM, 30)),
    rules=("csl-21", "gb22239"),
    judge=_judge,
)
