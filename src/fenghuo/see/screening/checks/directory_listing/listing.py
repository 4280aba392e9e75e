"""Whether a page is a web server's list of a folder, told by its links: each leads into the folder, under its own name."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes, urlsplit

from selectolax.lexbor import LexborNode

from fenghuo.see.screening.checks.document import Document, document
from fenghuo.see.screening.facts import Page

_UP_WORDS = re.compile(
    r"\A\W*(?:\.\.|parent directory|to parent directory|up to .{0,200}|转到父目录|上级目录|上一级|父目录)\W*\Z",
    re.IGNORECASE,
)
_SORT = re.compile(r"\A(?:C=[NMSDL]|[NMSD]=[AD])(?:[;&]O=[AD])?\Z")
_DATES = re.compile(
    r"\d{1,2}-[A-Z][a-z]{2}-\d{4} \d\d:\d\d"  # nginx, lighttpd (with other order below)
    r"|\d{4}-(?:\d\d|[A-Z][a-z]{2})-\d\d \d\d:\d\d"  # Apache, lighttpd
    r"|\d{1,2}/\d{1,2}/\d{4}\s+\d{1,2}:\d\d(?: [AP]M)?"  # IIS
    r"|\d{4}[/年]\d{1,2}[/月]\d{1,2}日?\s+\d{1,2}:\d\d"  # IIS in Chinese
    r"|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d"  # Tomcat
)
_CUT_NAME = re.compile(r"(?:\.\.>|\.{2,3}|…)\Z")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of a folder: its path, and the names in it as far as they were sent; a folder's name ends with "/"."""

    folder: str
    names: tuple[str, ...]


@dataclass(slots=True)
class _Links:
    """The links of a page, by what they are to a list of the folder."""

    names: list[str] = field(default_factory=list)
    up: int = 0
    sort: int = 0
    other: int = 0


def listing_of(page: Page) -> Listing | None:
    """The list that a page is, None for any other page."""
    if page.status not in {200, 206} or not page.is_html:
        return None
    parsed = document(page)
    folder = urlsplit(page.url).path.rpartition("/")[0] + "/"
    links = _links(parsed, page.host, folder)
    # the last link of half a page may have lost half its name
    if not links.names or links.other > (1 if page.cut else 0):
        return None
    if parsed.tree.css_first("form, input, img[src*='logo'], video") is not None:
        return None
    framed = links.up or links.sort or _heading_names(parsed, folder)
    if not framed or not (_has_dates(parsed, links) or _is_bare(parsed, links)):
        return None
    return Listing(folder, tuple(links.names))


def _links(parsed: Document, host: str, folder: str) -> _Links:
    links = _Links()
    for node in parsed.tree.css("a[href]"):
        reference = (node.attributes.get("href") or "").strip()
        words = " ".join(node.text().split())
        if reference.startswith("?") and _SORT.match(reference[1:]):
            links.sort += 1
        elif (name := _entry(parsed.absolute(reference), words, host, folder)) is not None:
            links.names.append(name)
        elif _leads_up(parsed.absolute(reference), words, host, folder):
            links.up += 1
        elif words and not reference.startswith("mailto:"):
            links.other += 1
    return links


def _entry(url: str, words: str, host: str, folder: str) -> str | None:
    """The name of what a link leads to, if it lies directly in the folder and the link's words are that name."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    rest = parts.path.removeprefix(folder)
    if parts.hostname != host or parts.query or parts.path == rest or not rest or "/" in rest[:-1]:
        return None
    raw = unquote_to_bytes(rest)
    for charset in ("utf-8", "gb18030"):
        name = raw.decode(charset, errors="replace")
        if _is_called(name.rstrip("/"), words.rstrip("/")):
            return name
    return None


def _is_called(name: str, words: str) -> bool:
    name, shown = " ".join(name.split()), words.strip()
    if shown == name:
        return True
    begin = _CUT_NAME.sub("", shown)
    return begin != shown and len(begin) >= 8 and name.startswith(begin)


def _leads_up(url: str, words: str, host: str, folder: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    above = (parts.path or "/").rstrip("/") + "/"
    return parts.hostname == host and folder.startswith(above) and bool(_UP_WORDS.match(words))


def _heading_names(parsed: Document, folder: str) -> bool:
    """Whether a heading is of the folder: it has the path as a word of its own."""
    wanted = unquote_to_bytes(folder).decode(errors="replace")
    for node in parsed.tree.css("h1, h2"):
        words = node.text()
        if re.search(rf"(?:\A|[\s\[“”\"'「-]){re.escape(wanted)}(?:\Z|[\s\]“”\"'」])", words):
            return True
    return False


def _has_dates(parsed: Document, links: _Links) -> bool:
    """Whether nearly every name has a time beside it."""
    body = parsed.tree.body
    dates = len(_DATES.findall(" ".join(body.text().split()))) if body is not None else 0
    return dates * 5 >= len(links.names) * 4


def _is_bare(parsed: Document, links: _Links) -> bool:
    """Whether beside a heading the page is a plain list of names and nothing else, as Python's server makes it."""
    items: list[LexborNode] = parsed.tree.css("body > ul > li")
    body = parsed.tree.body
    if body is None or len(items) < len(links.names):
        return False
    headings = "".join(node.text() for node in parsed.tree.css("h1, h2"))
    text = "".join(body.text().split())
    inside = "".join(node.text() for node in items)
    return len(text) <= len("".join((headings + inside).split())) + 20
