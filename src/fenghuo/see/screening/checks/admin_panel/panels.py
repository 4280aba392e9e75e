"""Which console or back end a log-in page belongs to, by the list in `panels.toml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fenghuo.see.screening.checks.data_files import toml_of
from fenghuo.see.screening.checks.document import document
from fenghuo.see.screening.facts import Page

_REALM = re.compile(r"""\b(?:basic|digest)\s[^,]*?realm\s*=\s*"([^"]{0,200})\"""", re.IGNORECASE)
GENERIC = "login"
"""Id of a back end that the list does not know."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A console or back end: `kind` is "console" or "backend"."""

    id: str
    name: str
    kind: str


def panel_of(page: Page) -> Panel | None:
    """What one may log in to on this page, None for any other page."""
    known = toml_of("admin-panel", "panels.toml")
    if page.status == 401:
        return next((_panel(one) for one in known["panel"] if "realm" in one and _asks(page, one["realm"])), None)
    if page.status not in {200, 206} or not page.is_html:
        return None
    found = next((_panel(one) for one in known["panel"] if "realm" not in one and _fits(page, one)), None)
    return found or _generic(page, known["generic"])


def _panel(one: Mapping[str, Any]) -> Panel:
    return Panel(one["id"], one["name"], one["kind"])


def _asks(page: Page, realm: str) -> bool:
    asked = (match.group(1) for value in page.headers_of("www-authenticate") for match in _REALM.finditer(value))
    return any(re.search(realm, one) for one in asked)


def _fits(page: Page, one: Mapping[str, Any]) -> bool:
    parsed = document(page)
    if one.get("password", True) and parsed.tree.css_first("form input[type=password]") is None:
        return False
    if "title" in one and not re.search(one["title"], parsed.title):
        return False
    if any(parsed.tree.css_first(selector) is None for selector in one.get("css", ())):
        return False
    return all(text in page.text for text in one.get("body", ()))


def _generic(page: Page, generic: Mapping[str, Any]) -> Panel | None:
    parsed = document(page)
    form = parsed.tree.css_first("form:has(input[type=password])")
    if form is None or urlsplit(page.url).path not in generic["paths"]:
        return None
    headings = " ".join(node.text() for node in parsed.tree.css("h1, h2, h3, legend"))
    told = f"{parsed.title} {headings} {form.text()}".lower()
    if not any(word in told for word in generic["words"]):
        return None
    return Panel(GENERIC, parsed.title[:60], "backend")
