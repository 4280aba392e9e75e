"""The report of a unit: complete, in both languages, and never silent about what was not tested."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fenghuo.base.papers import Document, Heading, Items, Paragraph, Pictures, Table
from fenghuo.see.screening import report
from fenghuo.see.screening.checks.base import Severity
from fenghuo.see.screening.decide import Covered, FindingState, Uptime
from fenghuo.see.screening.exports import Exported
from fenghuo.see.screening.report import AssetFacts, ReportFacts
from fenghuo.see.screening.report_pages import Look, Looks, PageCount
from fenghuo.see.screening.tests.test_exports import finding

AT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def facts(language: str = "zh", *still: Exported) -> ReportFacts:
    return ReportFacts(
        unit="教育局",
        office="县委网信办",
        period="2026-11",
        made_at=AT,
        language=language,
        zone="Asia/Shanghai",
        covered=Covered(3, 1, 1, 1),
        assets=[
            AssetFacts(
                "门户", "www.jy.example", True, True, False, Uptime(86_000, 400, 0, 0), PageCount(40, 27, 38, 2)
            ),
            AssetFacts("学籍", "xj.jy.example", False, False, False, None),
            AssetFacts("公众号", "gzh", False, True, True, None),
        ],
        new=still,
        closed=[finding(state=FindingState.CLOSED, title="已经修好的")],
        open=still,
        untested={("xj.jy.example", "未授权"): ["版本库文件泄露", "安全响应头"]},
    )


def said(document: Document) -> str:
    out = [document.title, document.subtitle]
    for part in document.parts:
        if isinstance(part, Heading | Paragraph):
            out.append(part.text)
        elif isinstance(part, Items):
            out += part.items
        elif isinstance(part, Pictures):
            out += [caption for _image, caption in part.images]
        else:
            assert isinstance(part, Table)
            assert all(len(row) == len(part.head) for row in part.rows)
            out += [*part.head, *(cell for row in part.rows for cell in row)]
    return "\n".join(out)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh",
            [
                "新发现",
                "未能检测不等于通过",
                "33.3 %",
                "已经修好的",
                "安全响应头",
                "99.537 %",
                "未授权",
                "没有适用的检测项",
            ],
        ),
        (
            "en",
            ["What is new", "is no pass", "33.3 %", "已经修好的", "99.537 %", "not authorised", "no check concerns it"],
        ),
    ],
)
def test_everything_is_said(language: str, words: list[str]) -> None:
    text = said(report.document(facts(language, finding())))
    for word in words:
        assert word in text, word


def test_the_gravest_stands_first_and_the_same_fault_stands_once() -> None:
    many = [finding(id=f"{n:064}", locus=f"/{n}/.git/HEAD") for n in range(20)]
    grave = finding(check="open-services", outcome="redis", title="Redis", severity=Severity.CRITICAL)
    document = report.document(facts("en", *many, grave))
    headings = [p.text for p in document.parts if isinstance(p, Heading) and p.level == 2]
    assert headings == ["Redis (critical)", "Git 版本库可被下载 (high)"]
    assert "and 8 more" in said(document)


def test_a_quiet_month_says_so() -> None:
    text = said(report.document(facts("en")))
    assert "Nothing new was found in what was tested." in text
    assert "Nothing is open in what was tested." in text


def test_the_sheets_hold_every_row() -> None:
    sheets = report.sheets(facts("en", finding()))
    assert [len(sheet.rows) for sheet in sheets] == [1, 1, 2, 3]
    assert all(len(row) == len(sheet.head) for sheet in sheets for row in sheet.rows)


def test_how_a_page_looked_stands_beside_the_finding_or_why_it_does_not() -> None:
    one = finding(severity=Severity.CRITICAL)
    before, found = Look(AT, b"png-1", "a" * 64), Look(AT, b"png-2", "b" * 64)
    for looks, images, words in [
        (Looks(before, found), [b"png-1", b"png-2"], ["Before 2026-11-25 04:00", "SHA-256 " + "b" * 64]),
        (Looks(None, found), [b"png-2"], ["At the finding"]),
        (Looks(before, Look(AT, b"", "", "Chromium is missing.")), [], ["Chromium is missing."]),
    ]:
        made = report.document(replace(facts("en", one), looks={one.id: looks}))
        assert [image for part in made.parts if isinstance(part, Pictures) for image, _caption in part.images] == images
        assert all(word in said(made) for word in words)


def test_the_pages_behind_home_pages_are_counted() -> None:
    made = report.document(facts("en"))
    table = next(p for p in made.parts if isinstance(p, Table) and "Known pages" in p.head)
    assert [list(row) for row in table.rows] == [["www.jy.example", "40", "27", "38", "2"]]
