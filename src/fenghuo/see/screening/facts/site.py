"""Facts of a site's pages beside the home page, and what was stored of earlier visits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fenghuo.see.screening.facts.base import Failure
from fenghuo.see.screening.facts.page import Page


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages of the same host that were visited beside the home page, by address."""

    pages: Mapping[str, Page | Failure]

    @property
    def seen(self) -> list[Page]:
        """Those that came."""
        return [page for page in self.pages.values() if isinstance(page, Page)]


@dataclass(frozen=True, slots=True)
class Rota:
    """Which pages behind the home page have their turn in a visit.

    Attributes:
        first: places that have to be seen whatever else is, since a finding that may be gone names them.
        seen: place → when it was last visited, seconds; places that are not in it were never.
    """

    first: tuple[str, ...] = ()
    seen: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Variants:
    """The home page as other visitors get it, once each: a search engine, someone who comes from a search, a phone, and again plainly."""

    search_engine: Page | Failure
    from_search: Page | Failure
    phone: Page | Failure
    again: Page | Failure


@dataclass(frozen=True, slots=True)
class Origins:
    """Answers to two made-up origins (Origin header → page)."""

    answers: Mapping[str, Page]


@dataclass(frozen=True, slots=True)
class LinkTry:
    """A link of the same host: where it stands, and the status that it gave in two tries (0: no connection)."""

    url: str
    on_page: str
    statuses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """A sample of the links of the same host, and how many there were in all."""

    tried: tuple[LinkTry, ...]
    all: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual on the home page, learned from visits that an analyst did not reject.

    Attributes:
        title, keywords, description: as last confirmed.
        shingles: 64-bit simhash of the text, skeleton: of the element structure, one pair a visit of the learning time.
        text_spread, skeleton_spread: largest Hamming distance between neighbouring visits of the learning time.
        script_hosts, link_hosts: hosts of scripts and frames, and of links, that were there.
        learned_until: None while learning.
    """

    title: str
    keywords: str
    description: str
    shingles: tuple[int, ...]
    skeleton: tuple[int, ...]
    text_spread: int
    skeleton_spread: int
    script_hosts: frozenset[str]
    link_hosts: frozenset[str]
    learned_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visits:
    """Availability visits of the last seven days: how many, how many failed by the 15-second rule, and the last ones' stages.

    `last` holds the newest first: "" for a visit that was answered, else the stage that failed: "dns", "tcp", "tls", "http".
    """

    all: int
    failed: int
    last: tuple[str, ...]
    down_since: datetime | None = None
