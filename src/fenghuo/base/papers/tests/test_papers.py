"""One document, three papers: nothing is lost, and no text is taken for markup or a formula."""

import io
import os
from datetime import UTC, datetime
from decimal import Decimal

import docx
import openpyxl
import pytest

from fenghuo.base.papers import (
    Document,
    Heading,
    Items,
    NoFont,
    Paragraph,
    Sheet,
    Table,
    to_csv,
    to_docx,
    to_pdf,
    to_xlsx,
)

HOSTILE = '#panic("x") *粗* $a$ <b>=1+1</b> \\ @ref // \x07'
PAPER = Document(
    "网站安全检测报告",
    [
        Heading("发现的问题"),
        Paragraph(HOSTILE),
        Paragraph("ref: refs/heads/master\n第二行", "code", strong="证据："),
        Items(["第一步 " + HOSTILE, "第二步"], numbered=True),
        Table(["检查项", "结论"], [["版本库文件泄露", HOSTILE], ["安全响应头", "通过"]], (2, 1), frozenset({1})),
    ],
    subtitle="教育局 · 2026-11-25",
    foot="烽燧县网信办",
)


def test_docx_holds_every_text() -> None:
    read = docx.Document(io.BytesIO(to_docx(PAPER)))
    text = "\n".join(p.text for p in read.paragraphs)
    for wanted in (
        "网站安全检测报告",
        "发现的问题",
        '#panic("x") *粗* $a$ <b>=1+1</b>',
        "证据：ref: refs/heads/master",
        "第二步",
    ):
        assert wanted in text
    assert [c.text for c in read.tables[0].rows[2].cells] == ["安全响应头", "通过"]
    assert read.sections[0].footer.paragraphs[0].text == "烽燧县网信办"


def test_pdf_is_made_and_takes_no_text_for_markup() -> None:
    try:
        made = to_pdf(PAPER)
    except NoFont:
        assert not os.environ.get("CI"), "CI has a Chinese font"
        pytest.skip("this machine has no Chinese font; .ci/run installs fonts-noto-cjk")
    assert made.startswith(b"%PDF-")
    assert len(made) > 5000


def test_without_a_chinese_font_there_is_no_pdf_of_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fenghuo.base.papers.pdf.families", lambda: frozenset({"Libertinus Serif"}))
    with pytest.raises(NoFont):
        to_pdf(PAPER)


SHEET = Sheet(
    "发现/清单",
    ["名称", "金额", "时间"],
    [["=cmd|' /C calc'!A0", Decimal("209.41"), datetime(2026, 1, 2, tzinfo=UTC)], ["-1", None, None]],
)


def test_xlsx_cells_are_texts_not_formulas() -> None:
    page = openpyxl.load_workbook(io.BytesIO(to_xlsx([SHEET]))).worksheets[0]
    assert page.title == "发现 清单"
    assert (page["A2"].value, page["A2"].data_type) == ("=cmd|' /C calc'!A0", "s")
    assert page["B2"].value == pytest.approx(209.41)
    assert page["C2"].value == datetime(2026, 1, 2)


def test_csv_opens_in_office_programs_without_running_anything() -> None:
    text = to_csv(SHEET).decode("utf-8-sig").splitlines()
    assert text[1].startswith("'=cmd|")
    assert text[2] == "'-1,,"


def test_a_row_may_be_shorter_or_longer_than_the_head() -> None:
    made = to_xlsx([Sheet("rows", ["a", "b", "c"], [["1"], [], ["1", "2", "3", "4"]]), Sheet("none", [], [])])
    page = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    assert [list(row) for row in page.iter_rows(values_only=True)][1:] == [
        ["1", None, None, None],
        [None, None, None, None],
        ["1", "2", "3", "4"],
    ]
