"""The official form: the docx by its own numbers; the PDF is measured in tests/service/test_official_papers.py."""

import io
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt

from fenghuo.base.papers import Official, official_docx, official_pdf
from fenghuo.base.papers import official as o

LONG = Official(
    agency="云岭县互联网信息办公室",
    number="云网信〔2026〕1号",
    title="关于教育局网络安全隐患的通报",
    addressed="教育局",
    paragraphs=["一、及时签收。一个工作日内签收。", "（一）反馈。三日内反馈。", *["国" * 26 + "网" * 28 * 9] * 5],
    dated=date(2026, 1, 5),
    urgency="加急",
    annexes=["网络安全隐患清单"],
    note="联系人：张三，电话：0000-000000",
    copies_to=["县委办公室", "县政府办公室"],
)
HOSTILE = '#panic("x") *粗* $a$ <b>=1+1</b> \\ @ref // \x07'


def test_the_docx_states_the_same_measures() -> None:
    read = docx.Document(io.BytesIO(official_docx(LONG)))
    section = read.sections[0]
    sides = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [side.mm for side in sides if side is not None] == pytest.approx([37, 28, 26, 35], abs=0.1)
    body = next(p for p in read.paragraphs if p.text.startswith("国"))
    line = body.paragraph_format.line_spacing
    assert 23 * line > o.HEIGHT_MM / o.POINT_MM * Pt(1) >= 22 * line, "22 lines a page"
    spacing = read.styles["Normal"].element.rPr.find(qn("w:spacing"))
    assert 27 * o.CHARACTER_PT < 28 * (o.BODY_PT + int(spacing.get(qn("w:val"))) / 20) <= 28 * o.CHARACTER_PT
    by_text = {p.text: p for p in read.paragraphs}
    assert by_text[LONG.title].runs[0].font.size.pt == o.TITLE_PT
    assert str(by_text[LONG.agency].runs[0].font.color.rgb if LONG.agency in by_text else "") in {"E60012", "None"}
    fonts = [r._r.rPr.rFonts.get(qn("w:eastAsia")) for r in by_text["一、及时签收。一个工作日内签收。"].runs]
    assert fonts == ["黑体", "仿宋_GB2312"]
    foot = [row.cells[0].text for row in read.tables[0].rows]
    assert foot == ["抄送：县委办公室，县政府办公室。", "云岭县互联网信息办公室\t2026年1月5日印发"]
    assert read.settings.odd_and_even_pages_header_footer


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("一、整改", ("first", "一、整改", "")),
        ("十二、整改。立即整改。", ("first", "十二、整改。", "立即整改。")),
        ("（一）签收。", ("second", "（一）签收", "")),
        ("一件事、两件事", ("text", "", "一件事、两件事")),
    ],
)
def test_headings_end_with_the_first_full_stop(text: str, wanted: tuple[str, str, str]) -> None:
    assert o.lead_of(text) == wanted


def test_no_text_is_taken_for_markup() -> None:
    paper = replace(LONG, title=HOSTILE, paragraphs=[HOSTILE], addressed=HOSTILE, note=HOSTILE, copies_to=[HOSTILE])
    assert official_pdf(paper).startswith(b"%PDF-")
    assert "#panic" in "\n".join(p.text for p in docx.Document(io.BytesIO(official_docx(paper))).paragraphs)


def test_a_paper_that_is_not_dated_leaves_room() -> None:
    assert o.day_of(None).split() == ["年", "月", "日"]
    assert official_pdf(replace(LONG, dated=None, copies_to=[], annexes=[], note="", urgency="")).startswith(b"%PDF-")
