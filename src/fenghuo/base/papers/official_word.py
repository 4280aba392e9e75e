"""An official paper as docx, in the fonts of official papers, with the standard's lines; a person may still change it."""

import io
import math
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from fenghuo.base.papers import official as o
from fenghuo.base.papers.official import Official
from fenghuo.base.papers.word import legal

_LATIN = "Times New Roman"
_RED = "E60012"
_TWIPS = 20
_LINE = Pt(math.floor(o.LINE_PT * _TWIPS) / _TWIPS)
"""A hair less than a 22nd of the page: rounded up, the last line would not fit."""


def official_docx(paper: Official) -> bytes:
    """The paper as a docx file."""
    made = docx.Document()
    made.core_properties.title = legal(paper.title)
    made.core_properties.language = "zh-CN"
    made.core_properties.author = legal(paper.agency)
    _page(made)
    _head(made, paper)
    _text(made, paper)
    _foot(made, paper)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _page(made: Any) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(o.TOP_MM), Mm(o.BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(o.LEFT_MM), Mm(o.RIGHT_MM)
    section.footer_distance = Mm(o.BOTTOM_MM - o.NUMBER_BELOW_MM - o.SMALL_PT * o.POINT_MM)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:
        section._sectPr.remove(
            grid
        )  # LibreOffice gives a character that is wider than its cell two of them; exact lines hold everywhere
    normal = made.styles["Normal"]
    normal.font.size, normal.font.name = Pt(o.BODY_PT), _LATIN
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), o.FANGSONG[0])
    closer = OxmlElement("w:spacing")
    closer.set(qn("w:val"), str(math.floor((o.CHARACTER_PT - o.BODY_PT) * _TWIPS)))
    normal.element.get_or_add_rPr().append(closer)
    normal.paragraph_format.widow_control = False
    made.settings.odd_and_even_pages_header_footer = True
    _number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)


def _number(paragraph: Any, side: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 —, one character away from the edge."""
    paragraph.alignment = side
    edge = Pt(o.SMALL_PT)
    paragraph.paragraph_format.right_indent = edge if side == WD_ALIGN_PARAGRAPH.RIGHT else None
    paragraph.paragraph_format.left_indent = edge if side == WD_ALIGN_PARAGRAPH.LEFT else None
    _run(paragraph, "— ", o.FANGSONG[0], o.SMALL_PT)
    field = _run(paragraph, "", o.FANGSONG[0], o.SMALL_PT)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        field._r.append(part)
    _run(paragraph, " —", o.FANGSONG[0], o.SMALL_PT)


def _run(paragraph: Any, text: str, font: str, points: float = o.BODY_PT) -> Any:
    run = paragraph.add_run(legal(text))
    run.font.size, run.font.name = Pt(points), _LATIN
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _line(made: Any, text: str = "", font: str = o.FANGSONG[0], points: float = o.BODY_PT, **form: Any) -> Any:
    """A paragraph on the grid; `form` are fields of its format."""
    paragraph = made.add_paragraph()
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for name, value in form.items():
        setattr(paragraph if name == "alignment" else shape, name, value)
    if text:
        _run(paragraph, text, font, points)
    return paragraph


def _head(made: Any, paper: Official) -> None:
    _line(made, paper.urgency, o.HEITI[0])
    points = o.mark_points(paper.agency)
    above = Mm(o.MARK_BELOW_MM) - _LINE
    form: dict[str, Any] = {
        "alignment": WD_ALIGN_PARAGRAPH.CENTER,
        "space_before": above,
        "line_spacing": Pt(points * 1.1),
    }
    mark = _line(made, paper.agency, o.XIAOBIAOSONG[0], points, **form)
    mark.runs[0].font.color.rgb = RGBColor.from_string(_RED)
    _line(made)
    _line(made)
    number = _line(made, paper.number, alignment=WD_ALIGN_PARAGRAPH.CENTER)
    _red_line(number)
    _line(made)
    _line(made)
    centre = WD_ALIGN_PARAGRAPH.CENTER
    _line(made, paper.title, o.XIAOBIAOSONG[0], o.TITLE_PT, alignment=centre, line_spacing=_LINE)
    _line(made)


def _red_line(paragraph: Any) -> None:
    borders = OxmlElement("w:pBdr")
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, *("w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")
    )
    _edge(borders, "bottom", 8, round(o.RED_LINE_BELOW_MM / o.POINT_MM), _RED)


def _text(made: Any, paper: Official) -> None:
    two, four = Pt(2 * o.CHARACTER_PT), Pt(4 * o.CHARACTER_PT)
    _line(made, f"{paper.addressed}：")
    for paragraph in paper.paragraphs:
        style, lead, rest = o.lead_of(paragraph)
        added = _line(made, first_line_indent=two)
        if lead:
            _run(added, lead, o.HEITI[0] if style == "first" else o.KAITI[0])
        if rest:
            _run(added, rest, o.FANGSONG[0])
    if paper.annexes:
        _line(made)
        for number, name in enumerate(paper.annexes, 1):
            label = "附件：" if number == 1 else "　　　"
            _line(made, label + (name if len(paper.annexes) == 1 else f"{number}. {name}"), left_indent=two)
    _line(made)
    _line(made)
    right = WD_ALIGN_PARAGRAPH.RIGHT
    day = o.day_of(paper.dated)
    # The name stands in the middle above the date, the date four characters from the edge.
    wider = (len(paper.agency) * o.CHARACTER_PT - _width(day)) / 2
    by_name, by_date = (four, Pt(4 * o.CHARACTER_PT + wider)) if wider > 0 else (Pt(4 * o.CHARACTER_PT - wider), four)
    _line(made, paper.agency, alignment=right, right_indent=by_name, keep_with_next=True)
    _line(made, day, alignment=right, right_indent=by_date)
    if paper.note:
        _line(made, f"（{paper.note}）", left_indent=two)


def _width(text: str) -> float:
    """Points of a text in the body's size; figures and Latin letters are half as wide."""
    return sum(o.CHARACTER_PT * (0.5 if c.isascii() else 1.0) for c in text)


def _foot(made: Any, paper: Official) -> None:
    """版记: a table without sides that floats at the bottom of the last page's type area."""
    rows = [f"抄送：{'，'.join(paper.copies_to)}。"] if paper.copies_to else []
    rows.append(f"{paper.printed_by or paper.agency}\t{o.day_of(paper.dated)}印发")
    small, width = Pt(o.SMALL_PT), Mm(o.WIDTH_MM)
    table = made.add_table(rows=len(rows), cols=1)
    table.autofit = False
    form: dict[str, Any] = {"left_indent": small, "right_indent": small, "line_spacing": Pt(o.SMALL_PT * 1.5)}
    for row, text in zip(table.rows, rows, strict=True):
        cell = row.cells[0]
        cell.width = width
        paragraph = _line(cell, text, points=o.SMALL_PT, **form)
        paragraph.paragraph_format.tab_stops.add_tab_stop(width - small, WD_TAB_ALIGNMENT.RIGHT)
        cell._tc.remove(cell.paragraphs[0]._p)
    _float(table)
    _line(made, line_spacing=Pt(1))  # what floats needs a paragraph behind it to hold on to


def _float(table: Any) -> None:
    properties = table._tbl.tblPr
    place = OxmlElement("w:tblpPr")
    anchors = {"vertAnchor": "margin", "horzAnchor": "margin", "tblpXSpec": "left", "tblpYSpec": "bottom"}
    for name, value in anchors.items():
        place.set(qn(f"w:{name}"), value)
    properties.insert_element_before(
        place,
        *("w:tblOverlap", "w:tblW", "w:jc", "w:tblInd", "w:tblBorders", "w:tblLayout", "w:tblCellMar", "w:tblLook"),
    )
    borders, margins = OxmlElement("w:tblBorders"), OxmlElement("w:tblCellMar")
    for side, weight_mm in (("top", 0.35), ("bottom", 0.35), ("insideH", 0.25)):
        _edge(borders, side, round(weight_mm / o.POINT_MM * 8))
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties.insert_element_before(borders, *("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"))
    properties.insert_element_before(margins, "w:tblLook")


def _edge(borders: Any, side: str, eighths: int, space: int = 0, colour: str = "000000") -> None:
    edge = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", eighths), ("space", space), ("color", colour)):
        edge.set(qn(f"w:{name}"), str(value))
    borders.append(edge)
