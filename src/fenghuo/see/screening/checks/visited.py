"""Pages that a visit brought, and whether something of them was not seen: a check that looks for a fault on any page can't pass then."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from fenghuo.see.screening.checks.document import host_of
from fenghuo.see.screening.checks.transport import NOBODY_LISTENS
from fenghuo.see.screening.facts import Facts, Failure, Need, Page, Untested, Why
from fenghuo.see.screening.facts.needs import HOME, PAGES


@dataclass(frozen=True, slots=True)
class Visited:
    """Pages in the order of the visit, and why one of them is missing or only half there (None: nothing is)."""

    pages: tuple[Page, ...]
    unseen: Failure | None

    def or_untested(self) -> None:
        """Call before a pass.

        Raises:
            Untested: something was not seen.
        """
        if self.unseen is not None:
            raise Untested(self.unseen)


def visited(facts: Facts, *first_answers: Need[Page], whole: bool = True) -> Visited:
    """The home page, first answers of http:// or https:// where somebody listens, and the pages behind them.

    Args:
        whole: whether half a page counts as unseen; a check that reads headers only does not mind.

    Raises:
        Untested: the home page or the list of pages is not there.
    """
    pages = [facts[HOME]]
    unseen: list[Failure] = []
    for need in first_answers:
        first = facts.find(need)
        if not (isinstance(first, Failure) and first.why in NOBODY_LISTENS):
            _sort(first, pages, unseen)
    for found in facts[PAGES].pages.values():
        # a page that leads off the site is not one of its pages
        if not (isinstance(found, Failure) and found.why is Why.LEFT_THE_SITE):
            _sort(found, pages, unseen)
    if whole:
        unseen += [Failure(Why.INCOMPLETE, page.url) for page in pages if page.cut and page.is_html]
    return Visited(tuple(pages), next(iter(unseen), None))


def _sort(found: Page | Failure, pages: list[Page], unseen: list[Failure]) -> None:
    failure = found if isinstance(found, Failure) else found.failure
    if isinstance(failure, Failure):
        unseen.append(failure)
    elif isinstance(found, Page):
        pages.append(found)


def bare(url: str) -> str:
    """Host and path of an address without what changes by the visit: session in the path, query, fragment."""
    return host_of(url) + bare_path(url)


def shown(url: str) -> str:
    """An address for evidence: with its scheme, without session, query and fragment, short."""
    return f"{url.partition('://')[0]}://{bare(url)}"[:200]


def bare_path(url: str) -> str:
    """The path of an address without a session in it, query or fragment."""
    try:
        return urlsplit(url).path.split(";")[0] or "/"
    except ValueError:
        return "/"


def listed(lines: Iterable[str], most: int = 6) -> str:
    """Lines of evidence, each once, so many at most."""
    once = list(dict.fromkeys(lines))
    return "\n".join([*once[:most], *([f"… ({len(once)})"] if len(once) > most else [])])
