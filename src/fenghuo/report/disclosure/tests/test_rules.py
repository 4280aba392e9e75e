"""What is wrong is found with its place; what is right raises nothing."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from fenghuo.report.disclosure import Finding, Level, check, from_json, to_json
from fenghuo.report.disclosure.opendata import amounts
from fenghuo.report.disclosure.tests.county import SAMPLE, County, sample
from fenghuo.report.disclosure.words import rules, told

PROJECT = "performance.projects[0]"
_STEP = re.compile(r"([a-z_0-9]+)|\[(\d+)\]")
MISSING = Ellipsis
# (path, new value, rule that must name the path)
MUTATIONS: list[tuple[str, Any, str]] = [
    ("overview.income.total", "312.41", "income-sum"),
    ("overview.income.total", "3124000", "income-spending"),
    ("overview.income.parts[3].amount", "5.99", "income-sum"),
    ("overview.spending.total", "213.40", "spending-sum"),
    ("overview.spending.basic", "186.04", "basic-sum"),
    ("overview.spending.personnel", "158.16", "basic-sum"),
    ("overview.spending.operating", "28.52", "operating-same"),
    ("overview.spending.projects", "120", "projects-same"),
    ("overview.spending.others[1].amount", "0.01", "spending-sum"),
    ("overview.spending.personnel", "-158.15", "negative"),
    ("overview.spending.year", 2025, "year"),
    ("overview.income.year", 2062, "year"),
    ("overview.changes.last_year", 2024, "year"),
    ("overview.changes.amount", "312.50", "changes-amount"),
    ("overview.changes.total.amount", "23.35", "change-difference"),
    ("overview.changes.total.last", "289.51", "change-difference"),
    ("overview.changes.total.direction", "减少", "change-direction"),
    ("overview.changes.total.percent", "8.40", "percent"),
    ("overview.changes.parts[0].amount", "5.52", "changes-sum"),
    ("overview.changes.parts[1].direction", "持平", "change-direction"),
    ("overview.changes.parts[1].direction", "上升", "change-word"),
    ("overview.changes.parts[1].percent", "18", "percent"),
    ("operating_cost.amount", "28.26", "operating-same"),
    ("operating_cost.amount", "4.20", "vehicles-within"),
    ("operating_cost.year", 2025, "year"),
    ("public_cost.total.amount", "6.50", "public-sum"),
    ("public_cost.abroad.amount", "0.50", "public-sum"),
    ("public_cost.vehicles.amount", "8.40", "vehicles-sum"),
    ("public_cost.running.amount", "4.08", "vehicles-sum"),
    ("public_cost.running.amount", "4.08", "table-vehicles"),
    ("public_cost.reception.amount", "0.08", "public-sum"),
    ("public_cost.total.change.amount", "0.60", "public-change-sum"),
    ("public_cost.vehicles.change.direction", "增加", "change-direction"),
    ("public_cost.reception.change.last", "0.09", "change-difference"),
    ("public_cost.reception.change", MISSING, "changes-missing"),
    ("public_cost.last_year", MISSING, "changes-missing"),
    ("public_cost.last_year", 2026, "year"),
    (f"{PROJECT}.budget", "87.50", "projects-same"),
    (f"{PROJECT}.budget", "785000", "budget-parts"),
    (f"{PROJECT}.fiscal", "72.05", "budget-parts"),
    (f"{PROJECT}.budget", MISSING, "budget-missing"),
    (f"{PROJECT}.name", "别的项目", "goal-name"),
    (f"{PROJECT}.name", "别的项目", "project-unknown"),
    (f"{PROJECT}.plan[1].percent", "15", "plan-order"),
    (f"{PROJECT}.plan[2].percent", "108", "plan-range"),
    (f"{PROJECT}.plan[3].percent", "99", "plan-end"),
    (f"{PROJECT}.plan[1].month", 3, "plan-month"),
    (f"{PROJECT}.indicators", [], "indicators-missing"),
    (f"{PROJECT}.indicators[0].name", "服务器数量", "indicator-twice"),
    (f"{PROJECT}.indicators[2].target", "", "indicator-empty"),
    (f"{PROJECT}.indicators[2].target", "105%", "target-range"),
    (f"{PROJECT}.indicators[3].target", "≤13月", "target-range"),
    (f"{PROJECT}.indicators[4].target", "≤75.8万元", "cost-cap"),
    (f"{PROJECT}.indicators[4].target", "≤785元", "cost-cap"),
    ("performance.projects", [], "goals-missing"),
    ("procurement.amount", "26.40", "procurement-amount"),
    ("procurement.amount", "0", "procurement-amount"),
    ("procurement.year", 2025, "year"),
    ("procurement.rows[0].quantity", "3", "purchase-cost"),
    ("procurement.rows[0].price", "4.08", "purchase-cost"),
    ("procurement.rows[0].total", MISSING, "purchase-total"),
    ("procurement.rows[0].funds", "7.85", "purchase-funds"),
    ("procurement.rows[1].channel", "2", "purchase-parts"),
    ("procurement.rows[1].general", "9.90", "purchase-parts"),
    ("procurement.total.subtotal", "21.06", "procurement-column"),
    ("assets.amount", "93.76", "assets-same"),
    ("assets.total", "96.37", "assets-sum"),
    ("assets.total", MISSING, "assets-total"),
    ("assets.total_count", "61", "assets-count"),
    ("assets.rows[4].count", "85", "assets-count"),
    ("assets.rows[4].count", "57.5", "asset-pieces"),
    ("assets.rows[4].count", MISSING, "asset-count"),
    ("assets.rows[2].value", "14.53", "assets-sum"),
    ("assets.rows[3].value", "13.60", "asset-floor"),
    ("assets.rows[1].value", "46.05", "asset-part"),
    ("assets.as_of", "2024-12-31", "as-of"),
    ("tables.income.total", "312.40", "table-text"),
    ("tables.income.rows[0].amount", "3046000", "table-text"),
    ("tables.spending.total", "3142000", "table-sum"),
    ("tables.spending.rows[2].amount", "1453200", "class-sum"),
    ("tables.spending.rows[2].code", "20137010", "code-form"),
    ("tables.spending.rows[3].code", "2013701", "code-twice"),
    ("tables.basic.rows[1].amount", "621000", "class-sum"),
    ("tables.basic.rows[14].amount", "48700", "table-kind"),
    ("tables.basic.total", MISSING, "table-total"),
    ("tables.projects.rows[1].amount", "45.70", "project-table"),
    ("tables.projects.unit", "亿元", "unit"),
    ("tables.basic.rows[12].amount", "9000", "table-reception"),
    ("tables.spending.rows[4].amount", "775000", "class-projects"),
    ("overview.income", MISSING, "section-missing"),
    ("glossary", MISSING, "section-missing"),
    ("assets", MISSING, "section-missing"),
    ("public_cost", MISSING, "section-missing"),
    ("other[0]", "咨询电话13912345678，欢迎来电。", "personal-data"),
    ("preamble[0]", "现将2025年部门预算公开如下：", "year"),
]
WARNINGS: list[tuple[str, Any, str]] = [
    (f"{PROJECT}.indicators[5].level2", "数量指标", "indicator-level"),
    (f"{PROJECT}.indicators[5].level1", "别的指标", "indicator-level"),
    ("tables", MISSING, "tables-missing"),
    ("tables.basic", MISSING, "table-missing"),
    ("other", [], "empty"),
    ("duties.items", [], "empty"),
    ("duties.items[0]", "承担委员会的日常工作，督办委员会议定的重大", "cut-off"),
    ("duties.items[1]", "统筹全县网络安全监测监测，组织检查。", "doubled"),
    ("glossary[0].meaning", "由省级财政安排的开支。", "foreign-term"),
    ("performance.projects[0].title", "网络安全监测预警平台运行维护绩效目标表 TC \\f C", "field-code"),
    ("duties.introduction[0]", "依照××文件，职责如下：", "placeholder"),
    ("other[0]", "本办没有\ufffd\ufffd支出。", "garbled"),
    ("assets.note", "本年无拟购置的固定资产，没有列入政府采购的预算。", "assets-procurement"),
    ("assets.rows[4].value", "0", "asset-value"),
]


def mutated(path: str, value: Any) -> Any:
    """The plain data of the sample with one place changed or taken out."""
    data: Any = json.loads(SAMPLE.read_text(encoding="utf-8"))
    steps = [name or int(index) for name, index in _STEP.findall(path)]
    inner = data
    for step in steps[:-1]:
        inner = inner[step]
    if value is MISSING:
        del inner[steps[-1]]
    else:
        inner[steps[-1]] = value
    return data


def findings_of(path: str, value: Any) -> tuple[Finding, ...]:
    return check(from_json(json.dumps(mutated(path, value))))


def names(finding: Finding, path: str) -> bool:
    """Whether a finding points at a path or at a part of it."""
    return any(place == path or place.startswith(path + ".") for place in (finding.path, *finding.related))


def test_the_sample_is_right() -> None:
    assert check(sample()) == ()


@pytest.mark.parametrize(("path", "value", "rule"), MUTATIONS, ids=[f"{p}={v}" for p, v, _r in MUTATIONS])
def test_a_wrong_figure_is_found_with_its_place(path: str, value: Any, rule: str) -> None:
    found = [finding for finding in findings_of(path, value) if finding.rule == rule]
    assert any(names(finding, path) and finding.level is Level.ERROR for finding in found), findings_of(path, value)


@pytest.mark.parametrize(("path", "value", "rule"), WARNINGS, ids=[p for p, _v, _r in WARNINGS])
def test_what_looks_wrong_is_a_warning(path: str, value: Any, rule: str) -> None:
    assert any(f.rule == rule and names(f, path) and f.level is Level.WARNING for f in findings_of(path, value))


# Figures that stand alone: nothing else in the document says what they must be.
_ALONE = re.compile(r"plan\[[0-2]\]|rows\[\d\]\.funds|assets\.rows\[[01]\]\.count|assets\.rows\[1\]\.value")


@pytest.mark.parametrize("path", [path for path, _amount in amounts(sample()) if not _ALONE.search(path)])
def test_no_figure_can_change_alone(path: str) -> None:
    """A cent more (in 元 tables: 100 元) in any one place, and that place is named."""
    old = dict(amounts(sample()))[path]
    step = 100 if path.startswith("tables.") and "projects" not in path else 1 if "count" in path else Decimal("0.01")
    found = findings_of(path, format(old + step, "f"))
    assert any(names(finding, path) for finding in found), found


@pytest.mark.parametrize("seed", range(40))
def test_a_document_that_agrees_with_itself_raises_nothing(seed: int) -> None:
    document = County(seed).document()
    assert [finding for finding in check(document) if finding.rule != "tables-missing"] == []
    assert from_json(to_json(document)) == document


HARMLESS: list[tuple[str, Any]] = [
    ("overview.spending.projects_note", ""),
    ("overview.spending.others", []),
    ("overview.changes.total.percent", MISSING),
    ("overview.changes.total.last", MISSING),
    ("overview.changes.parts[0].percent", "2.9"),
    ("overview.changes.parts[0].percent", "3"),
    ("operating_cost.amount", "28.250"),
    ("public_cost.purchase.change.direction", "增加"),
    ("public_cost.running.change.direction", ""),
    (f"{PROJECT}.code", "13912345678"),
    (f"{PROJECT}.indicators[4].target", "785000元"),
    (f"{PROJECT}.indicators[4].target", "≤７８．５万元"),
    (f"{PROJECT}.indicators[2].target", "100比率"),
    (f"{PROJECT}.indicators[2].target", "全部覆盖"),
    (f"{PROJECT}.indicators[3].target", "8月底"),
    (f"{PROJECT}.indicators[5].level2", "社会效益"),
    (f"{PROJECT}.indicators[5].level1", "效果指标"),
    ("performance.projects[1].fiscal", MISSING),
    ("procurement.total", MISSING),
    ("assets.total_count", MISSING),
    ("tables.projects.rows[0].code", "20137"),
    ("duties.organisation", []),
    ("other[0]", "联系电话：0316-8001234。"),
    ("glossary[0].meaning", "按《省级部门预算管理办法》的定义。"),
]


@pytest.mark.parametrize(("path", "value"), HARMLESS, ids=[f"{p}={v}" for p, v in HARMLESS])
def test_harmless_changes_raise_nothing(path: str, value: Any) -> None:
    raised = [finding for finding in findings_of(path, value) if finding.level is Level.ERROR]
    assert raised == []


def test_yuan_for_wan_is_said() -> None:
    found = findings_of(f"{PROJECT}.budget", "785000")
    texts = [told(finding, str) for finding in found if finding.slip]
    assert any("10,000" in what for _level, what, _action in texts)


def test_two_statements_may_differ_by_rounding_only() -> None:
    assert findings_of("operating_cost.amount", "28.2504") == ()
    assert findings_of("operating_cost.amount", "28.255") != ()


def test_every_rule_that_is_raised_has_words() -> None:
    raised = {rule for _path, _value, rule in [*MUTATIONS, *WARNINGS]}
    assert raised <= rules()
    assert rules() - raised == {  # raised by the test below
        "table-abroad",
        *("change-too-large", "percent-of-nothing", "reason-missing", "vehicles-change-sum"),
        *("procurement-within", "purchase-unplanned", "assets-vehicle", "vehicles-none"),
    }


def test_rarer_rules() -> None:
    data = mutated("overview.changes.parts[0].last", MISSING)
    data["overview"]["changes"]["parts"][0]["amount"] = "200"
    assert "change-too-large" in rules_of(data)
    data = mutated("overview.changes.parts[0].last", "0")
    assert "percent-of-nothing" in rules_of(data)
    data = mutated("public_cost.purchase.change.amount", "0.1")
    data["public_cost"]["purchase"]["change"]["direction"] = "增加"
    assert "vehicles-change-sum" in rules_of(data)
    data = mutated("public_cost.purchase.amount", "1")
    data["assets"]["note"] = "本年无拟购置的固定资产。"
    assert "assets-vehicle" in rules_of(data)
    assert "procurement-within" in rules_of(mutated("procurement.amount", "900"))
    assert "purchase-unplanned" in rules_of(mutated("procurement", {"amount": "0"}))
    assert "vehicles-none" in rules_of(mutated("assets.rows[2].count", "0"))
    assert "table-abroad" in rules_of(mutated("tables.basic.rows[11].code", "30212"))
    data = mutated("overview.changes.parts[0].reason", "")
    data["overview"]["changes"]["parts"][1]["reason"] = ""
    assert "reason-missing" in rules_of(data)


def rules_of(data: Any) -> set[str]:
    return {finding.rule for finding in check(from_json(json.dumps(data)))}
