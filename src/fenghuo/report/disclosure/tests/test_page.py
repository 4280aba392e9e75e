"""The HTML page: what can be tested of WCAG without a browser; and the open data."""

import io
import itertools
import re
from decimal import Decimal

import openpyxl
import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from fenghuo.base.papers import to_csv, to_xlsx
from fenghuo.report.disclosure.layout import DRAFT, layout
from fenghuo.report.disclosure.opendata import amounts, sheets
from fenghuo.report.disclosure.page import to_html
from fenghuo.report.disclosure.tests.county import County, sample


def pages() -> list[HTMLParser]:
    documents = [sample(), *(County(seed).document() for seed in range(5))]
    return [HTMLParser(to_html(layout(document))) for document in documents]


@pytest.mark.parametrize("page", pages())
def test_structure(page: HTMLParser) -> None:
    root = page.css_first("html")
    assert root is not None
    assert root.attributes["lang"] == "zh-CN"
    title = page.css_first("title")
    assert title is not None
    assert title.text().strip()
    assert len(page.css("main")) == len(page.css("h1")) == 1
    levels = [int(node.tag[1]) for node in page.css("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert all(node.text().strip() for node in page.css("h1, h2, h3, h4, h5, th, caption"))
    ids = [node.attributes["id"] for node in page.css("[id]")]
    assert len(ids) == len(set(ids))
    assert page.css_first('a.skip[href="#text"]') is not None


@pytest.mark.parametrize("page", pages())
def test_tables(page: HTMLParser) -> None:
    tables = page.css("table")
    assert tables
    captions = []
    for table in tables:
        caption = table.css_first("caption")
        assert caption is not None
        captions.append(caption.text())
        head = table.css("thead th")
        assert all(cell.attributes["scope"] == "col" for cell in head)
        for row in table.css("tbody tr"):
            assert len(row.css("th, td")) == len(head)
            assert all(cell.attributes["scope"] == "row" for cell in row.css("th"))
    regions = page.css('[role="region"]')
    assert all(region.attributes["aria-label"] and region.attributes["tabindex"] == "0" for region in regions)


def test_the_page_needs_nothing_else_and_takes_no_text_for_markup() -> None:
    html = to_html(layout(sample()))
    assert not re.search(r"(?:src|href)=\"(?!#)", html)
    assert "<script" not in html
    hostile = County(1).document()
    hostile = type(hostile)("<script>alert(1)</script>县", hostile.year, ("<img src=x onerror=1>",))
    page = to_html(layout(hostile))
    assert "<script" not in page
    assert "<img" not in page


def test_colours_can_be_told_apart() -> None:
    """Every text colour of the page against its ground: at least 4.5 to 1."""
    for text, ground in (
        ("#1a1a1a", "#ffffff"),
        ("#444444", "#ffffff"),
        ("#1a1a1a", "#f1f1f1"),
        ("#5c3d00", "#fff3c4"),
    ):
        light, dark = sorted((_luminance(text), _luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_figure_and_text_is_in_the_page() -> None:
    text = HTMLParser(to_html(layout(sample()))).text()
    for path, amount in amounts(sample()):
        assert format(amount, "f") in text or (path.endswith("amount") and not amount), path


def test_a_draft_says_so_everywhere() -> None:
    draft = layout(sample(), draft=True)
    assert draft.foot == draft.subtitle == DRAFT
    assert 'class="draft"' in to_html(draft)
    assert "草稿" not in to_html(layout(sample()))


def test_open_data_holds_every_figure() -> None:
    made = sheets(sample())
    assert list(made)[:5] == ["figures", "indicators", "procurement", "assets", "glossary"]
    assert {name for name in made if name.startswith("table-")} == {
        *("table-income", "table-spending", "table-basic", "table-projects"),
    }
    figures = {row[0]: row[2] for row in made["figures"].rows}
    assert figures["overview.spending.operating"] == Decimal("28.25")
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(list(made.values()))))
    assert book.sheetnames[:2] == ["数据", "绩效指标"]
    assert "overview.spending.operating" in to_csv(made["figures"]).decode("utf-8-sig")
