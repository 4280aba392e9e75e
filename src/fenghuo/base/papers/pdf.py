"""A document as PDF, set by Typst with fonts of this machine; nothing is fetched."""

import json
from functools import cache
from pathlib import Path

import typst

from fenghuo.base.papers.document import Document, Heading, Items, Paragraph, Table

_TEMPLATE = Path(__file__).with_name("document.typ")
_CHINESE = (
    "FangSong",
    "STFangsong",
    "SimSun",
    "Songti SC",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
)
_HEADINGS = ("SimHei", "Heiti SC", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Serif CJK SC")


class NoFont(Exception):
    """This machine has no font with Chinese characters; `fenghuo doctor` says which to install."""


@cache
def families() -> frozenset[str]:
    """Font families that Typst finds on this machine."""
    return frozenset(typst.Fonts().families())


def chinese_font() -> str:
    """The first font with Chinese characters that is here.

    Raises:
        NoFont: there is none.
    """
    for name in _CHINESE:
        if name in families():
            return name
    raise NoFont(", ".join(_CHINESE))


def to_pdf(document: Document) -> bytes:
    """The document as a PDF file with selectable text and a table of contents for readers of screens.

    Raises:
        NoFont: Chinese could not be shown.
    """
    body = chinese_font()
    heading = next((name for name in _HEADINGS if name in families()), body)
    stated = {
        "title": document.title,
        "subtitle": document.subtitle,
        "foot": document.foot,
        "language": document.language,
        "body": body,
        "heading": heading,
        "parts": [_plain(part) for part in document.parts],
    }
    made: bytes = typst.compile(str(_TEMPLATE), sys_inputs={"document": json.dumps(stated, ensure_ascii=False)})
    return made


def _plain(part: Heading | Paragraph | Items | Table) -> dict[str, object]:
    if isinstance(part, Heading):
        return {"kind": "heading", "text": part.text, "level": part.level}
    if isinstance(part, Paragraph):
        return {"kind": "paragraph", "text": part.text, "style": part.style, "strong": part.strong}
    if isinstance(part, Items):
        return {"kind": "items", "items": list(part.items), "numbered": part.numbered}
    widths = list(part.widths) or [1] * len(part.head)
    rows = [list(row) for row in part.rows]
    return {"kind": "table", "head": list(part.head), "rows": rows, "widths": widths, "right": sorted(part.right)}
