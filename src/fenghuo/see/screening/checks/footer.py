"""What a home page shows of itself: words, pictures' names, links, and what its own scripts and footer frames write.

Footers are often written by a script or stand in a frame. So "it is not there" needs more than its absence in one page: `not_all_seen`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from fenghuo.see.screening.checks.document import Document, document, host_of
from fenghuo.see.screening.facts import Facts, Failure, Need, Page, Untested, Why
from fenghuo.see.screening.facts.needs import HOME, PAGES, SCRIPTS
from fenghuo.see.screening.facts.site import Pages

_REFERRING = ("a[href]", "area[href]", "script[src]", "img[src]", "iframe[src]", "frame[src]", "link[href]")
_FOOT = re.compile(r"foot|bottom|copyright|banquan|dibu|yejiao|beian|_bq|_db\b", re.IGNORECASE)
_FEW_WORDS = 120
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class Shown:
    """A home page with its footer frames and scripts.

    Attributes:
        home: the page. pages: it and its frames that were seen. scripts: texts of its scripts, in it and beside it.
    """

    home: Page
    pages: tuple[Page, ...]
    scripts: tuple[str, ...]
    not_all_seen: Failure | None

    @cached_property
    def spaced(self) -> str:
        """Visible words and pictures' names: widths made plain."""
        parts = [part for page in self.pages for part in _words(document(page))]
        return " ".join(unicodedata.normalize("NFKC", " ".join(parts)).split())

    @cached_property
    def text(self) -> str:
        """The same without space."""
        return plain(self.spaced)

    @cached_property
    def written(self) -> str:
        """What scripts may write, escapes undone, space removed."""
        return plain(" ".join(self.scripts))

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Hosts that the page links to or loads from."""
        return frozenset(host_of(url) for page in self.pages for url in _references(document(page)))

    def refers_to(self, hosts: Iterable[str]) -> bool:
        """Whether the page links to or loads from one of these hosts, or a script of it writes that it does."""
        wanted = tuple(hosts)
        if self.hosts & frozenset(wanted):
            return True
        return any(re.search(rf"(?<![\w.-]){re.escape(host)}(?![\w.-])", self.written) for host in wanted)

    def seen_all(self) -> None:
        """To be called before saying that something is not there.

        Raises:
            Untested: it may stand where nobody looked.
        """
        if self.not_all_seen is not None:
            raise Untested(self.not_all_seen)


def plain(text: str) -> str:
    """Text with widths made plain (NFKC) and without space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def shown_by(facts: Facts) -> Shown | None:
    """The home page as visitors see it; None where it is no page.

    Raises:
        Untested: it did not come, or is not the home page (an error page, a page that only leads on).
    """
    home = facts[HOME]
    if not home.is_html:
        return None
    if not 200 <= home.status < 300:
        raise Untested(Failure(Why.UNREADABLE, str(home.status)))
    pages, scripts = _came(facts, PAGES), _came(facts, SCRIPTS)
    frames = [url for url, _ in document(home).sources("iframe[src], frame[src]")]
    whole = (home, *(pages[url] for url in frames if url in pages))
    texts = [_unescaped(node.text()) for page in whole for node in document(page).tree.css("script")]
    texts += [_unescaped(script.text) for script in scripts.values()]
    unseen = _unseen(home, {*pages, *scripts})
    return Shown(home, whole, tuple(texts), unseen)


def _came(facts: Facts, need: Need[Pages]) -> dict[str, Page]:
    found = facts.find(need)
    return {} if isinstance(found, Failure) else {u: p for u, p in found.pages.items() if isinstance(p, Page)}


def _unseen(home: Page, seen: set[str]) -> Failure | None:
    """Why a footer may stand where nobody looked."""
    if home.cut:
        return Failure(Why.INCOMPLETE, home.url)
    parsed = document(home)
    if parsed.tree.css_first("meta[http-equiv=refresh i]") is not None and len(parsed.visible_text) < _FEW_WORDS:
        return Failure(Why.UNREADABLE, "refresh")
    for url, node in parsed.sources("iframe[src], frame[src], script[src]"):
        its = " ".join(filter(None, (url, node.attributes.get("id"), node.attributes.get("name"))))
        own = host_of(url) == home.host
        if own and url not in seen and (node.tag == "frame" or _FOOT.search(its)):
            return Failure(Why.INCOMPLETE, url[:200])
    if len(plain(parsed.visible_text)) < _FEW_WORDS and parsed.tree.css_first("script") is not None:
        return Failure(Why.UNREADABLE, "script")  # a page that scripts build, or a barrier before the page
    return None


def _words(parsed: Document) -> Iterator[str]:
    yield parsed.visible_text
    for node in parsed.tree.css("img, a, area, input"):
        yield from filter(None, (node.attributes.get(name) for name in ("alt", "title")))


def _references(parsed: Document) -> Iterator[str]:
    for node in parsed.tree.css(", ".join(_REFERRING)):
        yield parsed.absolute(node.attributes.get("href") or node.attributes.get("src"))


def _unescaped(script: str) -> str:
    text = _ESCAPED.sub(lambda m: chr(int(m.group(1), 16)), script.replace("\\/", "/"))
    return unquote(text, errors="replace")
