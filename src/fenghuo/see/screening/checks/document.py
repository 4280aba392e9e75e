"""A page's elements as checks want them: parsed once a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from fenghuo.see.screening.facts import Page

_HIDDEN_TEXT = "script, style, noscript, template"


@dataclass(frozen=True, slots=True)
class Link:
    """A link: its absolute address, its words, and the element."""

    url: str
    text: str
    node: LexborNode

    @property
    def host(self) -> str:
        """Host name, lower case; "" for mailto: and the like."""
        return host_of(self.url)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed page: `base` is the address against which references count."""

    tree: LexborHTMLParser
    base: str

    @property
    def title(self) -> str:
        """The title with entities decoded and space made plain."""
        node = self.tree.css_first("title")
        return " ".join(node.text().split()) if node is not None else ""

    def meta(self, name: str) -> str:
        """Content of the meta element of this name, "" for none."""
        for node in self.tree.css("meta"):
            if (node.attributes.get("name") or "").lower() == name:
                return " ".join((node.attributes.get("content") or "").split())
        return ""

    def links(self) -> Iterator[Link]:
        """Every `a` and `area` with an address."""
        for node in self.tree.css("a[href], area[href]"):
            url = self.absolute(node.attributes.get("href"))
            if url:
                yield Link(url, " ".join(node.text().split()), node)

    def sources(self, selector: str) -> Iterator[tuple[str, LexborNode]]:
        """(absolute address, element) of elements with `src`, e.g. of "script[src], iframe[src]"."""
        for node in self.tree.css(selector):
            url = self.absolute(node.attributes.get("src"))
            if url:
                yield url, node

    def absolute(self, reference: str | None) -> str:
        """The address that a reference means; "" where it means none."""
        try:
            return urljoin(self.base, (reference or "").strip())
        except ValueError:
            return ""

    @property
    def visible_text(self) -> str:
        """Text of the body without scripts and styles, space made plain."""
        copy = LexborHTMLParser(self.tree.html or "")
        for node in copy.css(_HIDDEN_TEXT):
            node.decompose()
        return " ".join(copy.body.text(separator=" ").split()) if copy.body is not None else ""


@lru_cache(maxsize=64)
def document(page: Page) -> Document:
    """The page, parsed. Pages that are no HTML give an empty document."""
    tree = LexborHTMLParser(page.text if page.is_html else "")
    base = tree.css_first("base[href]")
    return Document(tree, urljoin(page.url, (base.attributes.get("href") or "") if base is not None else ""))


def host_of(url: str) -> str:
    """Host name of an address, lower case; "" where it has none or is broken."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
