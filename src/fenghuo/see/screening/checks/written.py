"""What scripts write into a page, read from their text: nothing is run."""

import base64
import binascii
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

from fenghuo.see.screening.checks.document import Document, document
from fenghuo.see.screening.facts import Page

_OPEN = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
_CLOSE = re.compile(r"</script\s*>", re.IGNORECASE)
_WRITES = re.compile(
    r"(?P<raw>document\s*\.\s*write(?:ln)?\s*\()|\.insertAdjacentHTML\s*\(|\.(?:append|prepend|html|after|before)\s*\("
    r"|\.(?:inner|outer)HTML\s*\+?="
)
_PIECE = re.compile(
    r"""(?P<call>(?:unescape|decodeURI(?:Component)?|atob)\s*\(\s*)?(?P<quote>["'`])(?P<text>(?:\\.|(?!(?P=quote))[^\\])*)(?P=quote)"""
    r"""|String\.fromCharCode\s*\((?P<codes>[\d,\sxXa-fA-F]+)\)|(?P<end>;|\n\s*\n)""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_BY_ID = r"""getElementById\(\s*["']([\w-]+)["']\s*\)"""
_HIDES = r"""\.style\.(?:display|visibility)\s*=\s*["'](?:none|hidden)["']"""
_HIDDEN_AT_ONCE = re.compile(_BY_ID + r"\s*" + _HIDES)
_NAMED = re.compile(r"\b(\w+)\s*=\s*document\." + _BY_ID)
_HIDDEN_LATER = re.compile(r"\b(\w+)" + _HIDES)
_HIDDEN_BY_LIBRARY = re.compile(
    r"""\$\(\s*["']#([\w-]+)["']\s*\)\s*\.(?:hide\(\s*\)|css\(\s*["']display["']\s*,\s*["']none["']\s*\))"""
)
_LOADED = re.compile(
    r"""\.src\s*=\s*["']((?:https?:)?//[^"'\s<>]{4,300})["']|\bimport\s*\(\s*["']((?:https?:)?//[^"'\s<>]{4,300})"""
)
_GOES = re.compile(
    r"""(?:\blocation(?:\s*\.\s*href)?\s*=|\blocation\s*\.\s*(?:replace|assign)\s*\()\s*["']((?:https?:)?//[^"'\s<>]{4,300})["']"""
)
_REFRESH = re.compile(r"""^\s*\d*\.?\d*\s*[;,]\s*url\s*=\s*["']?([^"'\s]{4,300})""", re.IGNORECASE)
_MOST = 200_000


@lru_cache(maxsize=64)
def rendered(page: Page) -> Document:
    """The page with every literal that an inline script writes put where the script stands, so that a `div` that a script opens
    takes in the links that follow it, as in a browser."""
    if not page.is_html or not _WRITES.search(page.text):
        return document(page)
    text, parts, done = page.text, [], 0
    for start, script, end in _scripts(text):
        if html := written(script):
            parts += [text[done:start], html]
            done = end
    return Document(LexborHTMLParser("".join([*parts, text[done:]])), document(page).base)


def inline_scripts(page: Page) -> Iterator[str]:
    """Text of each script that stands in the page itself."""
    if page.is_html:
        for _, script, _ in _scripts(page.text):
            yield script[:_MOST]


def _scripts(text: str) -> Iterator[tuple[int, str, int]]:
    """(start, script, end) of each inline script; those that never end are left out, as no browser runs them."""
    at = 0
    while opened := _OPEN.search(text, at):
        closed = _CLOSE.search(text, opened.end())
        if closed is None:
            return
        if not re.search(r"\bsrc\s*=", opened.group(1), re.IGNORECASE):
            yield opened.start(), text[opened.end() : closed.start()], closed.end()
        at = closed.end()


def written(script: str) -> str:
    """HTML that a script writes by literals, "" for none."""
    found = []
    for start in _WRITES.finditer(script[:_MOST]):
        pieces = []
        for piece in _PIECE.finditer(script, start.end(), start.end() + _MOST):
            if piece.group("end"):
                break
            pieces.append(_literal(piece))
        text = "".join(pieces)
        if "<" in text:
            found.append(text if start.group("raw") else _balanced(text))
    return "".join(found)


def _balanced(html: str) -> str:
    """HTML that stands for itself: what is put into an element can't open one around what follows."""
    body = LexborHTMLParser(html).body
    inner = "".join(child.html or "" for child in body.iter(include_text=True)) if body is not None else ""
    return f"<div>{inner}</div>"


def _literal(piece: re.Match[str]) -> str:
    if codes := piece.group("codes"):
        numbers = (int(code, 0) for code in re.findall(r"0[xX][0-9a-fA-F]+|[1-9]\d*|0", codes))
        return "".join(chr(n) for n in numbers if n < 0x110000)
    text = unescaped(piece.group("text"))
    call = piece.group("call") or ""
    if call.startswith("atob"):
        try:
            return base64.b64decode(text, validate=True).decode("utf-8", errors="replace")
        except (binascii.Error, ValueError):
            return ""
    if call:
        text = re.sub(r"%u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), text)
        return unquote(text, errors="replace")
    return text


def unescaped(text: str) -> str:
    r"""A JavaScript string without its escapes (\x3c, \u003c, \n, \/)."""

    def plain(match: re.Match[str]) -> str:
        code = match.group(1) or match.group(2)
        return chr(int(code, 16)) if code else _PLAIN_ESCAPES.get(match.group(3), match.group(3))

    return _ESCAPE.sub(plain, text)


def hidden_by_scripts(page: Page) -> frozenset[str]:
    """Ids of elements that inline scripts hide."""
    found: set[str] = set()
    for script in inline_scripts(page):
        found.update(_HIDDEN_AT_ONCE.findall(script))
        found.update(_HIDDEN_BY_LIBRARY.findall(script))
        named = dict(_NAMED.findall(script))
        found.update(named[name] for name in _HIDDEN_LATER.findall(script) if name in named)
    return frozenset(found)


def loaded_by_scripts(page: Page) -> Iterator[str]:
    """Addresses that inline scripts load scripts from, as written."""
    for script in inline_scripts(page):
        if "script" in script or "import" in script:
            for match in _LOADED.finditer(script):
                yield match.group(1) or match.group(2)


def redirects(page: Page) -> list[str]:
    """Absolute addresses to which the page sends its visitors by a meta element or by the literals of inline scripts."""
    shown = rendered(page)
    found = []
    for node in shown.tree.css("meta[http-equiv]"):
        goes = _REFRESH.match(node.attributes.get("content") or "")
        if (node.attributes.get("http-equiv") or "").lower() == "refresh" and goes:
            found.append(shown.absolute(goes.group(1)))
    for script in inline_scripts(page):
        found += [shown.absolute(unescaped(match.group(1))) for match in _GOES.finditer(script)]
    return found
