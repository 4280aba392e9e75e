"""A document as docx."""

import io
import re
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from fenghuo.base.papers.document import Document, Heading, Items, Paragraph, Part, Pictures, Table

_LATIN, _CHINESE, _CODE = "Times New Roman", "仿宋", "Consolas"
_HEADINGS = "黑体"
_WIDTH_CM = 15.6
_MANY_COLUMNS = 10
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def to_docx(document: Document) -> bytes:
    """The document as a docx file: A4, in the fonts of official papers (which an office PC has; others take their place elsewhere)."""
    made = docx.Document()
    _page(made)
    _styles(made)
    made.core_properties.title = legal(document.title)
    made.core_properties.language = "zh-CN" if document.language == "zh" else "en"
    title = made.add_paragraph(style="Title")
    title.add_run(legal(document.title))
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if document.subtitle:
        below = made.add_paragraph(legal(document.subtitle))
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in document.parts:
        _add(made, part)
    if document.foot:
        foot = made.sections[0].footer.paragraphs[0]
        foot.text = legal(document.foot)
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def legal(text: str) -> str:
    """The text without characters that XML has no place for; evidence may hold them."""
    return _ILLEGAL.sub("\ufffd", text)


def _page(made: Any) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    section.top_margin, section.bottom_margin = Cm(3.0), Cm(2.5)


def _styles(made: Any) -> None:
    for name, size, chinese, bold in [
        ("Normal", 12, _CHINESE, False),
        ("Title", 20, _HEADINGS, True),
        ("Heading 1", 15, _HEADINGS, True),
        ("Heading 2", 13, _HEADINGS, True),
        ("Heading 3", 12, _HEADINGS, True),
    ]:
        style = made.styles[name]
        style.font.name, style.font.size, style.font.bold = _LATIN, Pt(size), bold
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), chinese)
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(attribute), None)


def _add(made: Any, part: Part) -> None:
    if isinstance(part, Heading):
        made.add_heading(legal(part.text), min(part.level, 3))
    elif isinstance(part, Paragraph):
        _paragraph(made, part)
    elif isinstance(part, Items):
        for item in part.items:
            made.add_paragraph(legal(item), style="List Number" if part.numbered else "List Bullet")
    elif isinstance(part, Pictures):
        _pictures(made, part)
    else:
        _table(made, part)


def _pictures(made: Any, part: Pictures) -> None:
    """Beside each other in a table without lines, each with its caption below."""
    table = made.add_table(rows=1, cols=max(1, len(part.images)))
    width = _WIDTH_CM / max(1, len(part.images))
    for cell, (image, caption) in zip(table.rows[0].cells, part.images, strict=True):
        cell.paragraphs[0].add_run().add_picture(io.BytesIO(image), width=Cm(min(width - 0.4, 9)))
        cell.add_paragraph().add_run(legal(caption)).font.size = Pt(9)


def _paragraph(made: Any, part: Paragraph) -> None:
    added = made.add_paragraph()
    if part.strong:
        added.add_run(legal(part.strong)).bold = True
    run = added.add_run(legal(part.text))
    if part.style == "hint":
        run.font.size = Pt(10)
    if part.style == "code":
        run.font.name, run.font.size = _CODE, Pt(9)


def _table(made: Any, part: Table) -> None:
    table = made.add_table(rows=1, cols=len(part.head), style="Table Grid")
    table.autofit = False
    total = sum(part.widths) or len(part.head)
    widths = [Cm(_WIDTH_CM * (part.widths[n] if part.widths else 1) / total) for n in range(len(part.head))]
    dense = len(part.head) > _MANY_COLUMNS
    if dense:
        _narrow_margins(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width  # the grid: LibreOffice and WPS go by it, Word by the cells
    for row in [part.head, *part.rows]:
        cells = table.rows[0].cells if row is part.head else table.add_row().cells
        for number, text in enumerate(row):
            cells[number].width = widths[number]
            paragraph = cells[number].paragraphs[0]
            run = paragraph.add_run(legal(text))
            run.font.size, run.bold = Pt(7.5 if dense else 10), row is part.head
            if number in part.right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)


def _narrow_margins(table: Any) -> None:
    """Half a millimetre beside the text of a cell, so that a figure in one of many columns stands in one line."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "28")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))  # the schema wants the margins before it
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)
