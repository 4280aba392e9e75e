"""Illegal promotion on a page: what its head says of it, and its links with what hides them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from fenghuo.see.screening.checks.document import Link, document
from fenghuo.see.screening.checks.hidden import Hiding, Sight
from fenghuo.see.screening.checks.words import promotion
from fenghuo.see.screening.checks.written import hidden_by_scripts, inline_scripts, rendered, unescaped
from fenghuo.see.screening.facts import Page

_TITLE_SET = re.compile(r"""document\s*\.\s*title\s*=\s*(["'])(.{1,300}?)\1""")
_MOST_LINKS = 3000


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A link, all its words (its text, title and pictures' texts), and what hides it."""

    link: Link
    words: str
    hiding: Hiding | None

    @property
    def pictured(self) -> bool:
        """Whether a picture stands in it; links for search engines have none."""
        return self.link.node.css_first("img") is not None


@lru_cache(maxsize=32)
def looked_at(page: Page) -> tuple[LookedAt, ...]:
    """The links of a page as a browser would show them or not, scripts' writing included."""
    shown = rendered(page)
    sight = Sight(shown.tree, hidden_by_scripts(page))
    found: list[LookedAt] = []
    for link in shown.links():
        if link.url.lower().startswith(("http:", "https:")) and link.host and len(found) < _MOST_LINKS:
            found.append(LookedAt(link, _words_of(link), sight.hiding(link.node)))
    return tuple(found)


def _words_of(link: Link) -> str:
    texts = [link.text, link.node.attributes.get("title") or ""]
    texts += [image.attributes.get("alt") or "" for image in link.node.css("img")]
    return " ".join(dict.fromkeys(filter(None, texts)))


def head(page: Page) -> Iterator[tuple[str, str]]:
    """(what, text) of title, keywords and description, entities decoded (twice where they were written twice), and titles by script."""
    parsed = document(page)
    yield "title", unescape(parsed.title)
    for name in ("keywords", "description"):
        yield name, unescape(parsed.meta(name))
    for script in inline_scripts(page):
        for match in _TITLE_SET.finditer(script):
            yield "document.title", unescape(unescaped(match.group(2)))


def promoted(page: Page) -> Mapping[str, str]:
    """Word → class of what the head and the links of a page surely promote."""
    found: dict[str, str] = {}
    for text in [*(text for _, text in head(page)), *(each.words for each in looked_at(page))]:
        said = promotion(text)
        if said.sure:
            found |= {**said.weak, **said.strong}
    return found
