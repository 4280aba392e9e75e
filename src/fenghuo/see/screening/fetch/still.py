"""A page made still: no scripts, no frames, no references outside; own style sheets and images within it. What Chromium may be shown."""

import base64
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from fenghuo.see.screening.checks.document import document, host_of
from fenghuo.see.screening.facts import Page, Untested
from fenghuo.see.screening.fetch.web import Web

MOST_PARTS = 24
"""Style sheets and images that are fetched for a picture, from the page's own host only."""
MOST_PART = 512 * 1024
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:"
_DEAD = (
    "script, noscript, iframe, frame, frameset, object, embed, applet, base, video, audio, source, track, portal, "
    "meta[http-equiv], link:not([rel~=stylesheet i])"
)
_URL = re.compile(r"url\(\s*(['\"]?)([^'\")]{1,2000})\1\s*\)", re.IGNORECASE)
_IMPORT = re.compile(r"@import\b[^;{}]{0,2000};?", re.IGNORECASE)
_KINDS = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/x-icon", "image/vnd.microsoft.icon"}
_BEGINS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}


async def parts_of(page: Page, web: Web) -> dict[str, Page]:
    """Own style sheets and images of a page, and images of these style sheets, each once; what does not come is left out."""
    found: dict[str, Page] = {}
    for url in _wanted(page):
        await _get(url, web, found)
    for sheet in [part for part in found.values() if _is_css(part)]:
        for url in _in_css(sheet.text, sheet.url):
            if host_of(url) == page.host:
                await _get(url, web, found)
    return found


async def _get(url: str, web: Web, found: dict[str, Page]) -> None:
    if url in found or len(found) >= MOST_PARTS:
        return
    try:
        part = await web.get(url, most=MOST_PART)
    except Untested:
        return
    if part.status in {200, 206} and not part.cut:
        found[url] = part


def _wanted(page: Page) -> list[str]:
    """Style sheets first: without them a picture says least."""
    shown = document(page)
    sheets = [shown.absolute(node.attributes.get("href")) for node in shown.tree.css("link[rel~=stylesheet i][href]")]
    images = [url for url, _node in shown.sources("img[src], input[src]")]
    backs = [shown.absolute(node.attributes.get("background")) for node in shown.tree.css("[background]")]
    styled = [url for node in shown.tree.css("style") for url in _in_css(node.text(), shown.base)]
    styled += [
        url for node in shown.tree.css("[style]") for url in _in_css(node.attributes.get("style") or "", shown.base)
    ]
    own = [url for url in (*sheets, *images, *backs, *styled) if host_of(url) == page.host]
    return list(dict.fromkeys(own))


def _in_css(text: str, base: str) -> Iterator[str]:
    for match in _URL.finditer(text):
        if not match[2].lower().startswith("data:"):
            yield _absolute(base, match[2])


def _absolute(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference.strip())
    except ValueError:
        return ""


def still(page: Page, parts: Mapping[str, Page]) -> str:
    """The page as HTML that refers to nothing outside itself."""
    shown = document(page)
    tree = LexborHTMLParser(shown.tree.html or "")
    for node in tree.css(_DEAD):
        node.decompose()
    for node in tree.css("link"):
        sheet = parts.get(_absolute(shown.base, node.attributes.get("href") or ""))
        node.replace_with(_style(_plain_css(sheet.text, sheet.url, parts) if sheet is not None else ""))
    for node in tree.css("style"):
        node.replace_with(_style(_plain_css(node.text(), shown.base, parts)))
    for node in tree.css("*"):
        _without_references(node, shown.base, parts)
    body = tree.html or ""
    return f'<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">{body}'


def _style(css: str) -> LexborNode:
    escaped = css.replace("<", r"\3c ")  # nothing in it can end the element
    made = LexborHTMLParser(f"<style>{escaped}</style>").css_first("style")
    assert made is not None
    return made


def _plain_css(css: str, base: str, parts: Mapping[str, Page]) -> str:
    def inside(match: re.Match[str]) -> str:
        if match[2].lower().startswith("data:image/"):
            return match[0]
        return f"url({_data(parts.get(_absolute(base, match[2])))})"

    return _URL.sub(inside, _IMPORT.sub("", css))


_REFERENCES = ("srcset", "ping", "poster", "formaction", "action", "data", "manifest", "xlink:href", "lowsrc", "dynsrc")


def _without_references(node: LexborNode, base: str, parts: Mapping[str, Page]) -> None:
    """Turn images into their own bytes, and drop every other way of asking for something."""
    given = dict(node.attributes)
    for name, value in given.items():
        low = name.lower()
        if low in _REFERENCES or low.startswith("on") or (low == "href" and node.tag not in {"a", "area"}):
            del node.attrs[name]
        elif low in {"src", "background"}:
            node.attrs[name] = _data(parts.get(_absolute(base, value or "")))
        elif low == "style":
            node.attrs[name] = _plain_css(value or "", base, parts)


def _data(part: Page | None) -> str:
    """An image as a data address; an empty one for everything else."""
    if part is None:
        return "data:,"
    kind = next((kind for begin, kind in _BEGINS.items() if part.body.startswith(begin)), part.media_type)
    if kind not in _KINDS:
        return "data:,"
    return f"data:{kind};base64,{base64.b64encode(part.body).decode()}"


def _is_css(part: Page) -> bool:
    return part.media_type == "text/css" or part.url.partition("?")[0].lower().endswith(".css")
