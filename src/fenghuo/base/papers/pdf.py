"""A document as PDF, set by Typst with fonts of this machine; nothing is fetched."""

import hashlib
import json
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import typst

from fenghuo.base.papers.document import Document, Heading, Items, Paragraph, Part, Pictures

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
    inputs = {"document": json.dumps(stated, ensure_ascii=False)}
    images = _images(document.parts)
    if not images:
        made: bytes = typst.compile(str(_TEMPLATE), sys_inputs=inputs)
        return made
    with tempfile.TemporaryDirectory(
        prefix="fenghuo-paper-"
    ) as folder:  # Typst reads pictures from files beside the template only
        for name, content in {_TEMPLATE.name: _TEMPLATE.read_bytes(), **images}.items():
            (Path(folder) / name).write_bytes(content)
        made = typst.compile(str(Path(folder) / _TEMPLATE.name), sys_inputs=inputs)
        return made


def _images(parts: Sequence[Part]) -> dict[str, bytes]:
    """Each picture under the name by which `_plain` refers to it."""
    return {_name(image): image for part in parts if isinstance(part, Pictures) for image, _caption in part.images}


def _name(image: bytes) -> str:
    return f"{hashlib.sha256(image).hexdigest()}.png"


def _plain(part: Part) -> dict[str, object]:
    if isinstance(part, Pictures):
        return {"kind": "pictures", "images": [{"name": _name(png), "caption": text} for png, text in part.images]}
    if isinstance(part, Heading):
        return {"kind": "heading", "text": part.text, "level": part.level}
    if isinstance(part, Paragraph):
        return {"kind": "paragraph", "text": part.text, "style": part.style, "strong": part.strong}
    if isinstance(part, Items):
        return {"kind": "items", "items": list(part.items), "numbered": part.numbered}
    widths = list(part.widths) or [1] * len(part.head)
    rows = [list(row) for row in part.rows]
    return {"kind": "table", "head": list(part.head), "rows": rows, "widths": widths, "right": sorted(part.right)}
