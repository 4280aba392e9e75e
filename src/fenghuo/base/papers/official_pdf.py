"""An official paper as PDF, set by Typst with fonts of this machine; nothing is fetched."""

import json
from collections.abc import Sequence
from pathlib import Path

import typst

from fenghuo.base.papers import official as o
from fenghuo.base.papers.official import Official
from fenghuo.base.papers.pdf import NoFont, families

_TEMPLATE = Path(__file__).with_name("official.typ")


def official_pdf(paper: Official) -> bytes:
    """The paper as a PDF file.

    Raises:
        NoFont: this machine has no font with Chinese characters.
    """
    fonts = {"body": _here(o.FANGSONG), "mark": _here(o.XIAOBIAOSONG), "hei": _here(o.HEITI), "kai": _here(o.KAITI)}
    leads = [dict(zip(("style", "lead", "rest"), o.lead_of(p), strict=True)) for p in paper.paragraphs]
    stated = {
        "agency": paper.agency,
        "number": paper.number,
        "title": paper.title,
        "urgency": paper.urgency,
        "addressed": paper.addressed,
        "paragraphs": leads,
        "annexes": list(paper.annexes),
        "signed": paper.agency,
        "dated": o.day_of(paper.dated),
        "note": paper.note,
        "copies-to": "，".join(paper.copies_to),
        "printed-by": paper.printed_by or paper.agency,
        "printed-on": f"{o.day_of(paper.dated)}印发",
        "fonts": fonts,
        "measures": _measures(paper),
    }
    made: bytes = typst.compile(str(_TEMPLATE), sys_inputs={"paper": json.dumps(stated, ensure_ascii=False)})
    return made


def _here(wanted: Sequence[str]) -> str:
    for name in wanted:
        if name in families():
            return name
    raise NoFont(", ".join(wanted))


def _measures(paper: Official) -> dict[str, float]:
    return {
        "top": o.TOP_MM,
        "left": o.LEFT_MM,
        "right": o.RIGHT_MM,
        "bottom": o.BOTTOM_MM,
        "line": o.LINE_PT,
        "character": o.CHARACTER_PT,
        "body": o.BODY_PT,
        "title": o.TITLE_PT,
        "small": o.SMALL_PT,
        "mark": o.mark_points(paper.agency),
        "mark-below": o.MARK_BELOW_MM,
        "red-line-below": o.RED_LINE_BELOW_MM,
        "number-below": o.NUMBER_BELOW_MM,
    }
