"""Errors planted by somebody who has not read the checker, and harmless variations: in the real text and in our own sample.

Most errors here agree with their neighbours (two figures move so that a sum still holds), as errors do that nobody noticed.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from fenghuo.report.disclosure import Finding, Level, check, from_json
from fenghuo.report.disclosure.reading import read, text_blocks
from fenghuo.report.disclosure.tests.county import SAMPLE
from fenghuo.report.disclosure.tests.test_reading import REAL

Edits = dict[str, Any]
_STEP = re.compile(r"([a-z_0-9]+)|\[(\d+)\]")
_GONE = Ellipsis
P = "performance.projects[0]"
TABLE = f"{P}.indicators"
real = pytest.mark.skipif(REAL is None or not REAL.exists(), reason="../shared is not here")


def named(findings: tuple[Finding, ...], place: str) -> bool:
    """Whether an error points at a place or at a part of it."""
    for finding in findings:
        places = (finding.path, *finding.related) if finding.level is Level.ERROR else ()
        if any(one == place or one.startswith((place + ".", place + "[")) for one in places):
            return True
    return False


# What is changed in the real text, and the place that an error must name.
IN_THE_TEXT: list[tuple[list[tuple[str, str]], str]] = [
    ([("一般公共预算收入209.41万元", "一般公共预算收入209.40万元")], "overview.income.parts[0].amount"),
    ([("政府性基金预算收入0万元", "政府性基金预算收入1万元")], "overview.income.parts[1].amount"),
    ([("基本支出139.41万元，包括", "基本支出139.14万元，包括")], "overview.spending.basic"),
    ([("经费119.46万元", "经费119.41万元"), ("公用经费19.95万元", "公用经费20.00万元")], "overview.spending.operating"),
    ([("项目支出70万元，全部", "项目支出7万元，全部")], "overview.spending.projects"),
    ([("上缴上级支出0万元", "上缴上级支出5万元")], "overview.spending.others[0].amount"),
    ([("预算收支安排209.41万元", "预算收支安排209.14万元")], "overview.changes.amount"),
    ([("较2019年预算增加209.41万元", "较2019年预算增加208.41万元")], "overview.changes.total"),
    ([("较2019年预算增加209.41万元", "较2019年预算减少209.41万元")], "overview.changes.total"),
    (
        [("基本支出增加139.41万元", "基本支出增加140.41万元"), ("项目支出增加70万元", "项目支出增加69万元")],
        "overview.changes.parts[0]",
    ),
    ([("因公出国（境）费0万元；", "因公出国（境）费0.3万元；")], "public_cost.abroad.amount"),
    ([("公务用车购置费为0万元", "公务用车购置费为0.5万元")], "public_cost.purchase.amount"),
    ([("与2019年相比增加2.3万元", "与2019年相比增加1.3万元")], "public_cost.total.change"),
    ([("2.3万元", "22.3万元")], "public_cost.running.amount"),
    ([("≤70万元", "≤80万元")], f"{TABLE}[14].target"),
    ([("预算数\n\t70.00", "预算数\n\t72.00"), ("财政资金\n\t70.00", "财政资金\n\t72.00")], f"{P}.budget"),
    ([("财政资金\n\t70.00", "财政资金\n\t60.00")], f"{P}.fiscal"),
    ([("\t50.00\n\t75.00", "\t75.00\n\t50.00")], f"{P}.plan"),
    ([("\t75.00\n\t100.00", "\t75.00\n\t90.00")], f"{P}.plan[3].percent"),
    ([("\t12.86", "\t12.68")], "assets.rows[2].value"),
    ([("资产总额\n\t\n\t30.93", "资产总额\n\t\n\t30.39")], "assets.total"),
    ([("2019年12月31日", "2018年12月31日")], "assets.as_of"),
    ([("≤10月", "≤14月")], f"{TABLE}[10].target"),
    ([("网络安全筛查质量\n\t100比率", "网络安全筛查质量\n\t120比率")], f"{TABLE}[5].target"),
    ([("2020年，我部门机关运行经费", "2021年，我部门机关运行经费")], "operating_cost.year"),
    ([("2020年支出预算209.41", "2019年支出预算209.41")], "overview.spending.year"),
]


@real
@pytest.mark.parametrize(("edits", "place"), IN_THE_TEXT, ids=[p for _e, p in IN_THE_TEXT])
def test_an_error_in_the_real_text_is_named_with_its_place(edits: list[tuple[str, str]], place: str) -> None:
    text = real_text()
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    reading = read(text_blocks(text))
    assert reading.unplaced == ()
    assert reading.disclosure is not None
    assert named(check(reading.disclosure), place), check(reading.disclosure)


def real_text() -> str:
    assert REAL is not None
    return REAL.read_text(encoding="utf-8")


def _changed(*pairs: tuple[str, str]) -> Callable[[str], str]:
    def change(text: str) -> str:
        for before, after in pairs:
            assert before in text
            text = text.replace(before, after)
        return text

    return change


# The same statements in another form, or other figures that agree with each other as before.
HARMLESS_TEXT: dict[str, Callable[[str], str]] = {
    "two places": _changed(("70万元", "70.00万元")),
    "one place more": _changed(("2.3万元", "2.30万元")),
    "yuan": _changed(("共计安排19.95万元", "共计安排199500元")),
    "yuan with commas": _changed(("预算收支安排209.41万元", "预算收支安排2,094,100元")),
    "full-width figures": _changed(("公用经费19.95万元", "公用经费１９．９５万元")),
    "a kind of income is not listed": _changed(("上级拨款收入0万元，", "")),
    "kinds of income in another order": _changed(("事业收入0万元，经营收入0万元", "经营收入0万元，事业收入0万元")),
    "a kind of spending is not listed": _changed(("经营支出0万元；", "")),
    "at most, as two signs": _changed(("≤70万元", "<=70万元")),
    "at most, with a place": _changed(("≤70万元", "≤70.0万元")),
    "at least, where there was no sign": _changed(("\t1次", "\t≥1次")),
    "per cent": _changed(("100比率", "100%")),
    "plan in whole numbers": _changed(("25.00", "25"), ("50.00", "50"), ("75.00", "75"), ("100.00", "100")),
    "another plan": _changed(("\t25.00", "\t10.00"), ("\t50.00", "\t45.00"), ("\t75.00", "\t80.00")),
    "three places of assets": _changed(("\t12.86", "\t12.860")),
    "day with hyphens": _changed(("2019年12月31日  ", "2019-12-31")),
    "telephone of the office": _changed(("我部门无其他需要说明的事项", "联系电话：0316-8312345")),
    "another basis": _changed(("\t需求调研", "\t工作计划")),
    "less by nought": _changed(("公务接待费增加0万元", "公务接待费减少0万元")),
    "all the money of a project": _changed(("70万元", "71万元"), ("\t70.00", "\t71.00"), ("209.41", "210.41")),
    "all the vehicles": _changed(("2.3万元", "3.3万元")),
    "all the assets": _changed(("30.93", "31.93"), ("18.07", "19.07")),
    "more pieces": _changed(("\t46\n", "\t47\n")),
    "another year": _changed(("2020年", "2026年"), ("2019年", "2025年")),
    "another office": _changed(("香河县", "云岭县")),
}


@real
@pytest.mark.parametrize("name", HARMLESS_TEXT)
def test_a_harmless_variation_of_the_real_text_raises_nothing(name: str) -> None:
    """No error, and no other warnings than the text as it is."""
    before, after = (read(text_blocks(t)) for t in (real_text(), HARMLESS_TEXT[name](real_text())))
    assert before.disclosure is not None
    assert after.disclosure is not None
    assert after.unplaced == ()
    found = [(one.rule, one.path) for one in check(after.disclosure)]
    assert found == [(one.rule, one.path) for one in check(before.disclosure)]


# Path → value in the sample, and the place that an error must name.
IN_THE_DATA: list[tuple[Edits, str]] = [
    ({"overview.spending.personnel": "158.20", "overview.spending.operating": "28.20"}, "overview.spending.operating"),
    (
        {"overview.income.total": "313.40", "overview.spending.total": "313.40", "overview.changes.amount": "313.40"},
        "overview.income.total",
    ),
    (
        {f"procurement.rows[0].{name}": "9.06" for name in ("total", "subtotal", "general")},
        "procurement.rows[0].total",
    ),
    ({"procurement.total.total": "24.06", "procurement.amount": "24.06"}, "procurement.total.total"),
    ({"procurement.rows[1].subtotal": "15.00", "procurement.rows[1].channel": "0"}, "procurement.rows[1].subtotal"),
    ({"procurement.rows[0].project": "网络安全宣传与培训"}, "procurement.rows[0]"),
    ({"assets.rows[3].value": "17.58", "assets.rows[4].value": "23.60"}, "assets.rows[3].value"),
    ({"assets.total": "97.63", "assets.amount": "97.63"}, "assets.total"),
    ({"tables.basic.rows[1].amount": "611900", "tables.basic.rows[8].amount": "86600"}, "tables.basic.rows[1]"),
    (
        {f"tables.basic.rows[{n}].amount": a for n, a in ((0, "1533200"), (1, "611500"), (7, "283000"), (8, "87000"))},
        "tables.basic.rows[7].amount",
    ),
    ({"tables.basic.rows[13].amount": "58000", "tables.basic.rows[8].amount": "76500"}, "tables.basic.rows[13].amount"),
    ({"tables.basic.rows[12].amount": "9000", "tables.basic.rows[11].amount": "37000"}, "tables.basic.rows[12].amount"),
    ({"tables.projects.rows[0].amount": "47.50", "tables.projects.rows[1].amount": "78.50"}, "tables.projects.rows[0]"),
    (
        {"tables.spending.rows[4].amount": "775000", "tables.spending.rows[2].amount": "1462300"},
        "tables.spending.rows[4]",
    ),
    ({"tables.spending.unit": "万元"}, "tables.spending"),
    ({"tables.income.rows[0].amount": "3063000", "tables.income.rows[1].amount": "61000"}, "tables.income.rows[0]"),
    (
        {f"{P}.budget": "79.50", f"{P}.fiscal": "73.50", "performance.projects[1].budget": "46.50"}
        | {"performance.projects[1].fiscal": "46.50"},
        f"{P}.budget",
    ),
    (
        {"overview.changes.total.last": "290.15", "overview.changes.total.amount": "22.25"}
        | {"overview.changes.total.percent": "7.67"},
        "overview.changes.total",
    ),
    (
        {"public_cost.vehicles.change.last": "5.30", "public_cost.vehicles.change.amount": "0.50"},
        "public_cost.vehicles",
    ),
    ({"overview.changes.parts[1].percent": "16.76"}, "overview.changes.parts[1].percent"),
    ({"performance.projects[1].plan[1].percent": "90"}, "performance.projects[1].plan"),
    (
        {"operating_cost.amount": "28.52", "overview.spending.operating": "28.52"}
        | {"overview.spending.personnel": "157.88"},
        "overview.spending.operating",
    ),
    ({"public_cost.reception.amount": "8000"}, "public_cost.reception.amount"),
    ({"performance.projects[1].indicators[5].target": "≤54.7万元"}, "performance.projects[1].indicators[5].target"),
]


def edited(edits: Edits) -> Any:
    """The plain data of the sample with places changed or taken out."""
    data: Any = json.loads(SAMPLE.read_text(encoding="utf-8"))
    for path, value in edits.items():
        steps = [name or int(index) for name, index in _STEP.findall(path)]
        inner = data
        for step in steps[:-1]:
            inner = inner[step]
        assert isinstance(inner, list) or steps[-1] in inner, path
        if value is _GONE:
            del inner[steps[-1]]
        else:
            inner[steps[-1]] = value
    return data


@pytest.mark.parametrize(("edits", "place"), IN_THE_DATA, ids=[p for _e, p in IN_THE_DATA])
def test_an_error_in_the_sample_is_named_with_its_place(edits: Edits, place: str) -> None:
    found = check(from_json(json.dumps(edited(edits))))
    assert named(found, place), found


def _reversed(path: str) -> Edits:
    data: Any = json.loads(SAMPLE.read_text(encoding="utf-8"))
    for name, index in _STEP.findall(path):
        data = data[name or int(index)]
    return {path: data[::-1]}


_ROW = {"level1": "产出指标", "level2": "数量指标", "name": "通报期数", "description": "编发通报", "target": "≥12期"}
HARMLESS_DATA: dict[str, Edits] = {
    "other pay": {"tables.basic.rows[1].amount": "611900", "tables.basic.rows[2].amount": "318500"},
    "other running cost": {"tables.basic.rows[8].amount": "86000", "tables.basic.rows[9].amount": "42500"},
    "another plan": {f"{P}.plan[{n}].percent": p for n, p in ((0, "30"), (1, "60"), (2, "90"))},
    "a plan that waits": {f"{P}.plan[0].percent": "0"},
    "no percent": {"overview.changes.parts[0].percent": _GONE},
    "percent to one place": {"overview.changes.total.percent": "8.0"},
    "income in another order": _reversed("overview.income.parts"),
    "larger rooms": {"assets.rows[0].count": "350"},
    "purchases in another order": _reversed("procurement.rows"),
    "projects of the table in another order": _reversed("tables.projects.rows"),
    "goals in another order": _reversed("performance.projects"),
    "a higher aim": {f"{P}.indicators[0].target": "≥5次"},
    "one more indicator": {
        f"{P}.indicators": [*edited({})["performance"]["projects"][0]["indicators"], _ROW | {"basis": "计划"}]
    },
    "projects in yuan": {"tables.projects.unit": "元", "tables.projects.total": "1260000"}
    | {"tables.projects.rows[0].amount": "785000", "tables.projects.rows[1].amount": "475000"},
    "income in 万元": {"tables.income.unit": "万元", "tables.income.total": "312.4"}
    | {"tables.income.rows[0].amount": "306.4", "tables.income.rows[1].amount": "6"},
    "numbers for texts": {"public_cost.total.amount": 5.6, "overview.income.total": 312.4},
    "a cap with two places": {f"{P}.indicators[4].target": "≤78.50万元"},
    "last year is not stated": {f"public_cost.{n}.change.last": _GONE for n in ("total", "vehicles", "reception")},
    "another term": {"glossary[0].term": "基本支出预算"},
    "another note": {"assets.note": "本年拟新增存储服务器，已列入政府采购预算。"},
    "a figure that is nobody's": {"duties.items[3]": "完成县委交办的其他任务，每年不少于3.5万人次。"},
    "whole 万元": {"procurement.rows[1].price": "15", "procurement.rows[1].total": "15"},
}


@pytest.mark.parametrize("name", HARMLESS_DATA)
def test_a_harmless_variation_of_the_sample_raises_nothing(name: str) -> None:
    assert check(from_json(json.dumps(edited(HARMLESS_DATA[name])))) == ()


def test_there_are_enough() -> None:
    assert min(map(len, (IN_THE_TEXT, IN_THE_DATA, HARMLESS_TEXT, HARMLESS_DATA))) >= 20
