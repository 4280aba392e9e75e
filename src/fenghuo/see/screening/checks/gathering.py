"""Looking in many places: what was found counts even where another place stayed unseen; a pass needs every place."""

from collections.abc import Callable, Iterable
from urllib.parse import urljoin, urlsplit

from fenghuo.see.screening.checks.base import Finding, probed
from fenghuo.see.screening.facts import Facts, Failure, Page, Untested, Why
from fenghuo.see.screening.facts.site import Pages

Look = Callable[[], Iterable[Finding]]

_MOVED = {301, 302, 303, 307, 308}


def gather(looks: Iterable[Look]) -> list[Finding]:
    """Findings of every look.

    A look that can't see (`Untested`) takes nothing from what the others found: a leaked file must be told of even where a firewall
    swallowed the question for the next one.

    Raises:
        Untested: nothing was found, and at least one place was not seen.
    """
    found: list[Finding] = []
    unseen: Untested | None = None
    for look in looks:
        try:
            found.extend(look())
        except Untested as missing:
            unseen = unseen or missing
    if unseen is not None and not found:
        raise unseen
    return found


def answered(facts: Facts, path: str) -> Page:
    """The page under a probed path, as `probed`, but a move of the same path to another address is no answer.

    A site that sends every address from http to https would else pass without anybody having seen what lies there.

    Raises:
        Untested: as `probed`, or the path was only sent elsewhere.
    """
    page = probed(facts, path)
    moved_to = page.header("location") if page.status in _MOVED else None
    if moved_to and _path(page.url, moved_to) == _path(page.url):
        raise Untested(Failure(Why.LEFT_THE_SITE, f"{page.status} {moved_to}"))
    return page


def _path(url: str, reference: str = "") -> str:
    try:
        return urlsplit(urljoin(url, reference)).path.rstrip("/")
    except ValueError:
        return ""


def is_served(page: Page, missing: Page) -> bool:
    """Whether a file came, and not the answer that the site gives to any path.

    For files that are proved by their bytes; a page for people is compared with `likeness.is_nothing`.
    """
    if page.status not in {200, 206} or not page.body:
        return False
    shared = min(len(page.body), len(missing.body))
    return not (missing.status in {200, 206} and shared and page.body[:shared] == missing.body[:shared])


def seen_pages(home: Page, more: Pages) -> list[Callable[[], Page]]:
    """The home page and those beside it, each to be asked for; asking for one that did not come raises `Untested`."""

    def asked(found: Page | Failure) -> Callable[[], Page]:
        def ask() -> Page:
            failure = found if isinstance(found, Failure) else found.failure
            if isinstance(failure, Failure):
                raise Untested(failure)
            assert isinstance(found, Page)
            return found

        return ask

    others = (page for url, page in more.pages.items() if url != home.url)
    return [asked(page) for page in (home, *others)]


def whole(page: Page) -> None:
    """Nothing can be ruled out from half a body.

    Raises:
        Untested: the body was cut.
    """
    if page.cut:
        raise Untested(Failure(Why.INCOMPLETE, page.url))
