"""A document comes back as the data that it was made of; what fits nowhere is listed; nothing is guessed."""

import io
import random
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement

from fenghuo.base.papers import to_docx
from fenghuo.report.disclosure import BadData, Disclosure, Level, check, from_json, to_json
from fenghuo.report.disclosure.layout import layout
from fenghuo.report.disclosure.model import Change
from fenghuo.report.disclosure.reading import BadDocument, Reading, docx_blocks, read, text_blocks
from fenghuo.report.disclosure.tests.county import County, as_text, sample

REAL = next(
    (
        p / "shared/data/disclosure/xianghe-2020-budget.txt"
        for p in Path(__file__).parents
        if (p / "shared/data").is_dir()
    ),
    None,
)


def read_docx(document: Disclosure, draft: bool = False) -> Reading:
    return read(docx_blocks(to_docx(layout(document, draft))))


def read_text(text: str) -> Reading:
    return read(text_blocks(text))


def test_the_sample_comes_back_from_docx_and_text() -> None:
    for reading in (read_docx(sample()), read_docx(sample(), draft=True), read_text(as_text(layout(sample())))):
        assert reading.unplaced == ()
        assert reading.disclosure == sample()


@pytest.mark.parametrize("seed", range(20))
def test_random_documents_come_back(seed: int) -> None:
    document = County(seed).document()
    readings = [read_text(as_text(layout(document))), *([read_docx(document)] if seed < 6 else [])]
    for reading in readings:
        assert reading.unplaced == ()
        assert reading.disclosure == document


def test_wrong_figures_come_back_wrong() -> None:
    """A contradiction is kept as it is written, else nobody could see it."""
    text = as_text(layout(sample())).replace("共计安排28.25万元", "共计安排28.52万元").replace("≤78.5万元", "≤75.8万元")
    reading = read_text(text)
    assert reading.disclosure is not None
    assert {f.rule for f in check(reading.disclosure)} == {"operating-same", "cost-cap"}


VARIATIONS: dict[str, Callable[[str], str]] = {
    "windows line ends": lambda t: t.replace("\n", "\r\n"),
    "half-width commas in figures' sentences": lambda t: t.replace("万元，", "万元,"),
    "half-width colons": lambda t: t.replace("其中：", "其中:"),
    "half-width semicolons": lambda t: t.replace("万元；", "万元;"),
    "half-width brackets": lambda t: t.replace("（其中", "(其中"),
    "mixed brackets of numbers": lambda t: t.replace("（二）", "（二)"),
    "full-width digits": lambda t: t.replace("312.40万元", "３１２．４０万元"),
    "thousands": lambda t: t.replace("3124000", "3,124,000"),
    "yuan in the text": lambda t: t.replace("共计安排28.25万元", "共计安排282500元"),
    "space before the unit": lambda t: t.replace("28.25万元", "28.25 万元"),
    "spaces at the ends of lines": lambda t: t.replace("。\n", "。 \n"),
    "indented paragraphs": lambda t: t.replace("\n本办", "\n　　本办"),
    "blank lines": lambda t: t.replace("\n二、", "\n\n\n二、"),
    "trailing zeros": lambda t: t.replace("126.00万元", "126万元"),
    "another phrase for running": lambda t: t.replace("公务用车运维费", "公务用车运行维护费"),
    "another phrase for the sum": lambda t: t.replace("共计安排", "预算安排"),
    "our department": lambda t: t.replace("我单位财政拨款", "本部门财政拨款"),
    "colon behind a sub-heading": lambda t: t.replace("\n机构设置\n", "\n机构设置：\n"),
    "point instead of comma in numbering": lambda t: t.replace("1.监测预警", "1、监测预警"),
    "per cent sign in the plan": lambda t: t.replace("\t20\n", "\t20%\n"),
    "headings that Word numbers by itself": lambda t: re.sub(r"\n[一二三四五六七八九]、(.{4,21})(?=\n)", r"\n\1", t),
    "sub-headings that Word numbers by itself": lambda t: t.replace("\n1、收入说明", "\n收入说明"),
    "percentage in words": lambda t: t.replace("（8.04%）", "，增长8.04 %"),
    "percentages in words everywhere": lambda t: re.sub(r"（([\d.]+)%）", r"，增长\1%", t),
    "compared by another word": lambda t: t.replace("较上年", "比上年"),
    "nothing changed": lambda t: t.replace("较上年0万元持平", "较上年0万元无增减变化"),
    "title in two lines": lambda t: t.replace("办公室2026年部门预算信息", "办公室\n2026年部门预算信息", 1),
}


@pytest.mark.parametrize("name", VARIATIONS)
def test_harmless_variations_read_the_same(name: str) -> None:
    text = as_text(layout(sample()))
    varied = VARIATIONS[name](text)
    assert varied != text
    reading = read_text(varied)
    assert reading.unplaced == ()
    assert reading.disclosure == sample()


def test_rows_may_be_lines_with_tabs() -> None:
    document = sample()
    rows = [
        ["项目", "数量", "价值"],
        ["资产总额", "60", "96.73"],
        ["1、房屋（平方米）", "320", "41.20"],
        ["其中：办公用房", "", ""],
    ]
    lines = "\n".join("\t".join(row) for row in rows)
    text = (
        f"{document.office}2026年部门预算公开\n七、国有资产信息\n上年末固定资产金额为96.73万元，详见下表。\n{lines}\n"
    )
    reading = read_text(text)
    assert reading.unplaced == ()
    assert reading.disclosure is not None
    assert reading.disclosure.assets is not None
    assert [row.name for row in reading.disclosure.assets.rows] == ["房屋（平方米）", "其中：办公用房"]


@pytest.mark.parametrize("seed", range(60))
def test_of_a_spoilt_text_no_figure_is_lost_in_silence(seed: int) -> None:
    """Lines lost, doubled, moved or cut: each figure is in the data or in the list, and nothing breaks on the way."""
    dice = random.Random(seed)
    lines = as_text(layout(sample())).split("\n")
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(3, len(lines))
        how = dice.randrange(4)
        if how == 0:
            del lines[place]
        elif how == 1:
            lines.insert(dice.randrange(3, len(lines)), lines[place])
        elif how == 2:
            lines.insert(dice.randrange(3, len(lines)), lines.pop(place))
        else:
            lines[place] = lines[place][: dice.randint(0, len(lines[place]))]
    text = "\n".join(lines)
    reading = read_text(text)
    assert reading.disclosure is not None
    check(reading.disclosure)
    layout(reading.disclosure)
    kept = to_json(reading.disclosure) + "".join(piece.text for piece in reading.unplaced)
    for figure in re.findall(r"\d+\.\d+", text):
        assert figure in kept, figure


def test_a_change_without_last_years_figure() -> None:
    text = as_text(layout(sample()))
    for before, after in (
        ("较上年0.90万元减少", "，比上年减少"),
        ("较上年0万元持平", "与上年持平"),
        ("较上年181.15万元增加", "比上年增加"),
    ):
        text = text.replace(before, after)
    reading = read_text(text)
    assert reading.unplaced == ()
    assert reading.disclosure is not None
    public, overview = reading.disclosure.public_cost, reading.disclosure.overview
    assert public is not None
    assert overview is not None
    assert overview.changes is not None
    assert (public.reception.change, public.abroad.change) == (
        Change("公务接待费", "减少", Decimal("0.10"), reason="接待批次减少"),
        Change("因公出国（境）费", "持平", Decimal(0)),
    )
    assert overview.changes.parts[0].last is None
    assert check(reading.disclosure) == ()


def test_a_sentence_made_to_keep_patterns_busy_is_listed() -> None:
    text = as_text(layout(sample()))
    before = "2026年预算收入312.40万元，其中："
    reading = read_text(text.replace(before, before + "1" * 50_000))
    assert [len(piece.text) > 50_000 for piece in reading.unplaced] == [True]


def test_what_fits_nowhere_is_listed_with_its_line() -> None:
    text = as_text(layout(sample()))
    strange = "2026年，另安排专项资金若干。"
    reading = read_text(text.replace("\n四、财政", f"\n{strange}\n四、财政").replace("1.监测预警：", "监测预警："))
    assert next(piece.text for piece in reading.unplaced) == strange
    assert text.split("\n四、财政")[0].count("\n") + 2 == reading.unplaced[0].line
    assert reading.unplaced[1].text.startswith("监测预警：")
    assert len(reading.unplaced) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026年预算收入312.40万元", "2026年预算收入为三百余万元"),
        ("；项目支出126.00万元", "；项目支出若干"),
        ("基本支出较上年181.15万元增加5.25万元", "基本支出较上年有所增加"),
        ("机关运行经费共计安排28.25万元", "机关运行经费与上年相同"),
        ("我部门安排政府采购预算24.60万元", "我部门将按规定采购"),
        ("上年末固定资产金额为96.73万元", "上年末固定资产情况见表"),
        ("\t78.50\n", "\t约78万\n"),
        ("\t17.58\n", "\t不详\n"),
    ],
)
def test_a_figure_that_is_not_stated_is_never_made_up(before: str, after: str) -> None:
    text = as_text(layout(sample()))
    assert before in text
    assert read_text(text.replace(before, after)).unplaced


@pytest.mark.parametrize("row", ["资产总额", "合计", "预算数", "截止时间"])
def test_what_stands_twice_is_taken_once_and_listed(row: str) -> None:
    lines = as_text(layout(sample())).split("\n")
    place = next(
        number
        for number, line in enumerate(lines)
        if line.removeprefix("\t") == row or (row == "截止时间" and row in line)
    )
    block = lines[place : lines.index("", place) + 1] if lines[place].startswith("\t") else [lines[place]]
    wrong = [re.sub(r"\d+\.\d+", "1.23", line) for line in block]
    after = place + len(block)
    reading = read_text("\n".join([*lines[:after], *wrong, *lines[after:]]))
    assert reading.disclosure == sample()
    assert reading.unplaced


def test_an_unknown_section_is_listed_whole() -> None:
    text = as_text(layout(sample())).replace("\n八、名词解释", "\n八、对下转移支付情况\n没有。\n九、名词解释")
    reading = read_text(text)
    assert [piece.text for piece in reading.unplaced] == ["八、对下转移支付情况", "没有。"]


def test_text_without_title_is_no_document() -> None:
    assert read_text("会议纪要\n今天开会。\n").disclosure is None
    assert read_text("").disclosure is None


def test_docx_with_tracked_changes_is_refused() -> None:
    made = docx.Document(io.BytesIO(to_docx(layout(sample()))))
    made.paragraphs[3]._p.append(OxmlElement("w:ins"))
    out = io.BytesIO()
    made.save(out)
    with pytest.raises(BadDocument, match="changes"):
        docx_blocks(out.getvalue())


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0 old Word"])
def test_what_is_no_docx_is_refused(body: bytes) -> None:
    with pytest.raises(BadDocument, match="docx"):
        docx_blocks(body)


def test_merged_cells_count_once() -> None:
    made = docx.Document()
    table = made.add_table(rows=1, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "资产总额"
    table.cell(0, 2).text = "30"
    out = io.BytesIO()
    made.save(out)
    assert [block.cells for block in docx_blocks(out.getvalue())] == [("资产总额", "30")]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    [
        ('"28.25"', '"1e3"', "overview.spending.operating", "amount"),
        ('"28.25"', "NaN", "overview.spending.operating", "amount"),
        ('"28.25"', '"二十八"', "overview.spending.operating", "amount"),
        ('"28.25"', "[]", "overview.spending.operating", "amount"),
        ('"year": 2026,', '"year": "2026",', "year", "year"),
        ('"office": ', '"bureau": ', "office", "missing"),
        ('"office": ', '"bureau": ', "bureau", "unknown"),
        ('"fenghuo-disclosure"', '"other"', "format", "format"),
        ('"version": 1', '"version": 2', "format", "format"),
    ],
)
def test_faults_of_a_data_file_are_named(old: str, new: str, path: str, code: str) -> None:
    with pytest.raises(BadData) as error:
        from_json(to_json(sample()).replace(old, new, 1))
    assert (path, code) in [(p, c) for p, c, _v in error.value.problems]


def test_amounts_stay_exact() -> None:
    text = to_json(sample()).replace('"28.25"', "28.250000000000001", 1)
    with pytest.raises(BadData):
        from_json(text)  # more than eight decimals is no amount of money
    spending = from_json(to_json(sample()).replace('"28.25"', "28.25000001", 1)).overview
    assert spending is not None
    assert spending.spending is not None
    assert spending.spending.operating == Decimal("28.25000001")


@pytest.mark.shared_data
@pytest.mark.skipif(REAL is None or not REAL.exists(), reason="../shared is not here")
def test_the_real_document() -> None:
    assert REAL is not None
    reading = read_text(REAL.read_text(encoding="utf-8"))
    document = reading.disclosure
    assert reading.unplaced == ()
    assert document is not None
    assert document.overview is not None
    spending, public, assets = document.overview.spending, document.public_cost, document.assets
    assert spending is not None
    assert public is not None
    assert assets is not None
    stated = (spending.total, spending.basic, spending.projects, spending.personnel, spending.operating)
    assert stated == tuple(map(Decimal, ("209.41", "139.41", "70", "119.46", "19.95")))
    three = (public.total, public.abroad, public.vehicles, public.reception)
    assert [item.amount for item in three] == [Decimal("2.3"), 0, Decimal("2.3"), 0]
    pieces = [(row.count, row.value) for row in assets.rows if row.count]
    assert (assets.total, pieces) == (Decimal("30.93"), [(1, Decimal("12.86")), (46, Decimal("18.07"))])
    assert document.performance is not None
    project = document.performance.projects[0]
    assert (len(project.indicators), project.budget, project.fiscal) == (19, 70, 70)
    assert [point.percent for point in project.plan] == [25, 50, 75, 100]
    assert document.duties is not None
    assert (len(document.duties.items), len(document.glossary or ())) == (15, 10)
    assert read_docx(document).disclosure == document


@pytest.mark.shared_data
@pytest.mark.skipif(REAL is None or not REAL.exists(), reason="../shared is not here")
def test_the_real_document_is_warned_about_and_kept() -> None:
    assert REAL is not None
    reading = read_text(REAL.read_text(encoding="utf-8"))
    assert reading.disclosure is not None
    found = [(f.level, f.rule, f.path) for f in check(reading.disclosure)]
    assert {level for level, _rule, _path in found} == {Level.WARNING}
    indicators = "performance.projects[0].indicators"
    assert {(rule, path) for _level, rule, path in found} == {
        ("tables-missing", "tables"),
        ("empty", "duties.organisation"),
        ("field-code", "performance.projects[0].title"),
        ("cut-off", "performance.projects[0].goal"),
        ("doubled", f"{indicators}[15].name"),
        ("doubled", f"{indicators}[15].target"),
        ("doubled", f"{indicators}[17].name"),
        ("foreign-term", "glossary[0].meaning"),
        ("foreign-term", "glossary[6].meaning"),
        ("purchase-unplanned", f"{indicators}[2].target"),
    }


REAL_FAULTS = [
    ("预算收入209.41万元", "预算收入209.14万元", "income-sum"),
    ("支出预算209.41万元", "支出预算204.91万元", "spending-sum"),
    ("人员经费119.46万元", "人员经费119.64万元", "basic-sum"),
    ("日常公用经费19.95万元", "日常公用经费19.59万元", "operating-same"),
    ("共计安排19.95万元", "共计安排19.5万元", "operating-same"),
    ("基本支出增加139.41万元", "基本支出增加139.14万元", "changes-sum"),
    ("项目支出增加70万元", "项目支出减少70万元", "changes-sum"),
    ("较2019年预算", "较2018年预算", "year"),
    ("经费预算安排2.3万元", "经费预算安排3.2万元", "public-sum"),
    ("公务用车运维费2.3万元)；公务接待费0万元", "公务用车运维费2.3万元)；公务接待费0.3万元", "public-sum"),
    ("其他固定资产\n\t46\n\t18.07", "其他固定资产\n\t46\n\t18.70", "assets-sum"),
    ("固定资产金额为30.93万元", "固定资产金额为39.03万元", "assets-same"),
    ("≤70万元", "≤80万元", "cost-cap"),
    ("\t预算数\n\t70.00", "\t预算数\n\t77.00", "projects-same"),
    ("\t50.00\n", "\t20.00\n", "plan-order"),
    ("截止时间：2019年", "截止时间：2020年", "as-of"),
    ("≤10月", "≤15月", "target-range"),
]


@pytest.mark.shared_data
@pytest.mark.skipif(REAL is None or not REAL.exists(), reason="../shared is not here")
@pytest.mark.parametrize(("before", "after", "rule"), REAL_FAULTS)
def test_faults_planted_in_the_real_document(before: str, after: str, rule: str) -> None:
    assert REAL is not None
    text = REAL.read_text(encoding="utf-8")
    assert before in text
    reading = read_text(text.replace(before, after, 1))
    assert reading.unplaced == ()
    assert reading.disclosure is not None
    assert rule in {f.rule for f in check(reading.disclosure) if f.level is Level.ERROR}
