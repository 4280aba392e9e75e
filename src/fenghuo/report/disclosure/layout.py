"""The data file as a document in the order and words of the public one. It is Chinese in every language of the program."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from datetime import date
from decimal import Decimal

from fenghuo.base.papers import Document, Heading, Paragraph, Part, Table
from fenghuo.report.disclosure import wording
from fenghuo.report.disclosure.amounts import shown
from fenghuo.report.disclosure.model import (
    Assets,
    CodedTable,
    Disclosure,
    Duties,
    Overview,
    Performance,
    Procurement,
    ProjectGoal,
    Tables,
    Term,
)
from fenghuo.report.disclosure.structure import sections

DRAFT = "【草稿】未经审定，不得公开"
INDICATOR_HEAD = ("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据")
PURCHASE_HEAD = (
    *("项目名称", "预算资金", "采购物品名称", "政府采购目录序号", "数量单位", "数量", "单价", "总计"),
    *("当年部门预算安排资金合计", "一般公共预算拨款", "基金预算拨款", "财政专户核拨", "其他来源收入", "其他渠道资金"),
)
TABLE_CAPTIONS = ("资金支出计划", "绩效指标")
ASSET_HEAD = ("项目", "数量", "价值（金额单位：万元）")
CODED_HEAD = ("科目编码", "科目名称", "金额")
PROJECT_HEAD = ("科目编码", "科目名称", "项目名称", "金额")
TABLE_NAMES = {
    "income": "附表一 部门预算收支总表（收入）",
    "spending": "附表二 部门预算收支总表（支出）",
    "basic": "附表三 部门预算基本支出表",
    "projects": "附表四 部门预算项目支出表",
}


def title(disclosure: Disclosure) -> str:
    """The title of the document."""
    return f"{disclosure.office}{disclosure.year}年部门预算信息公开情况说明"


def layout(disclosure: Disclosure, draft: bool = False) -> Document:
    """The document; a draft says on every page that it is one."""
    return Document(
        title(disclosure),
        tuple(_parts(disclosure)),
        subtitle=DRAFT if draft else "",
        foot=DRAFT if draft else disclosure.office,
    )


def _parts(disclosure: Disclosure) -> Iterator[Part]:
    yield from _texts(disclosure.preamble)
    for one in sections():
        stated = getattr(disclosure, one.key)
        if stated is not None:
            yield Heading(f"{one.number}、{one.heading}", 1)
            yield from _section(one.key, stated, disclosure)


def _section(key: str, stated: object, disclosure: Disclosure) -> Iterator[Part]:
    if isinstance(stated, Duties):
        yield from _duties(stated)
    elif isinstance(stated, Overview):
        yield from _overview(stated)
    elif isinstance(stated, Performance):
        yield from _performance(stated)
    elif isinstance(stated, Procurement):
        yield from _procurement(stated)
    elif isinstance(stated, Assets):
        yield from _assets(stated, disclosure.office)
    elif isinstance(stated, Tables):
        yield from _tables(stated)
    elif key == "operating_cost" and disclosure.operating_cost is not None:
        yield Paragraph(wording.operating_cost(disclosure.operating_cost))
    elif key == "public_cost" and disclosure.public_cost is not None:
        yield Paragraph(wording.public_cost(disclosure.public_cost))
    elif key == "glossary":
        yield from _glossary(disclosure.glossary or ())
    else:
        yield from _texts(disclosure.other or ())


def _texts(texts: Sequence[str]) -> Iterator[Part]:
    return (Paragraph(text) for text in texts)


def _glossary(terms: Sequence[Term]) -> Iterator[Part]:
    return (Paragraph(f"{number}、{term.term}：{term.meaning}") for number, term in enumerate(terms, 1))


def _duties(stated: Duties) -> Iterator[Part]:
    yield Heading("部门职责", 2)
    yield from _texts(stated.introduction)
    yield from _texts([f"（{wording.numeral(number)}）{item}" for number, item in enumerate(stated.items, 1)])
    yield Heading("机构设置", 2)
    yield from _texts(stated.organisation)
    if stated.bodies:
        yield Table(
            ("单位名称", "单位性质", "单位规格", "经费保障形式"),
            [astuple(body) for body in stated.bodies],
            (3, 2, 2, 3),
        )


def _overview(stated: Overview) -> Iterator[Part]:
    yield from _texts(stated.introduction)
    yield Heading("1、收入说明", 2)
    if stated.income is not None:
        yield Paragraph(wording.income(stated.income))
    yield Heading("2、支出说明", 2)
    if stated.spending is not None:
        yield Paragraph(wording.spending(stated.spending))
    yield Heading("3、比上年增减情况", 2)
    if stated.changes is not None:
        yield Paragraph(wording.changes(stated.changes))


def _performance(stated: Performance) -> Iterator[Part]:
    yield Heading("第一部分 部门整体绩效目标", 2)
    yield Heading("（一）总体绩效目标", 3)
    yield from _texts(stated.overall)
    yield Heading("（二）分项绩效目标", 3)
    yield from _texts([f"{number}.{text}" for number, text in enumerate(stated.goals, 1)])
    yield Heading("（三）工作保障措施", 3)
    yield from _texts([f"{number}.{text}" for number, text in enumerate(stated.measures, 1)])
    yield Heading("第二部分 资金绩效目标", 2)
    for number, project in enumerate(stated.projects, 1):
        yield Heading(f"{number}、{project.title}", 3)
        yield from _project(project)


def _project(stated: ProjectGoal) -> Iterator[Part]:
    yield Paragraph(f"{stated.owner}　单位：万元".strip("　"), "hint")
    rows = [
        ("项目编码", stated.code),
        ("项目名称", stated.name),
        ("预算数", shown(stated.budget)),
        ("其中：财政资金", shown(stated.fiscal)),
        ("其他资金", shown(stated.other)),
        ("资金用途", stated.use),
        ("绩效目标", stated.goal),
    ]
    yield Table(("项目", "内容"), rows, (1, 4))
    if stated.plan:
        head = ("时间", *(f"{point.month}月底" for point in stated.plan))
        right = frozenset(range(1, len(head)))
        yield Heading(TABLE_CAPTIONS[0], 4)
        yield Table(head, [("资金支出计划（%）", *(shown(point.percent) for point in stated.plan))], (), right)
    yield Heading(TABLE_CAPTIONS[1], 4)  # also keeps Word from joining the tables into one
    yield Table(INDICATOR_HEAD, [astuple(row) for row in stated.indicators], (3, 3, 4, 4, 3, 3))


def cells(row: object) -> list[str]:
    """A row of the model as cells; an amount that is not there is an empty cell."""
    values = (getattr(row, name) for name in type(row).__dataclass_fields__)  # type: ignore[attr-defined]
    return [shown(value) if isinstance(value, Decimal | None) else str(value) for value in values]


def _procurement(stated: Procurement) -> Iterator[Part]:
    yield Paragraph(wording.procurement(stated))
    if stated.rows or stated.total is not None:
        yield Heading("部门政府采购预算", 2)
        yield Paragraph("单位：万元", "hint")
        rows = [cells(row) for row in (*stated.rows, *([stated.total] if stated.total else []))]
        yield Table(PURCHASE_HEAD, rows, (5, 3, 4, 5, 2, 2, *[3] * 8), frozenset({1, *range(5, 14)}))


def _assets(stated: Assets, office: str) -> Iterator[Part]:
    yield Paragraph(f"{office}上年末固定资产金额为{wording.wan(stated.amount)}，{stated.note}")
    yield Heading(stated.title, 2)
    yield Paragraph(f"{f'编制部门：{stated.owner}　' if stated.owner else ''}截止时间：{_day(stated.as_of)}", "hint")
    rows = [("资产总额", shown(stated.total_count), shown(stated.total))]
    number = 0
    for asset in stated.rows:
        number += not asset.name.startswith("其中")
        name = asset.name if asset.name.startswith("其中") else f"{number}、{asset.name}"
        rows.append((name, shown(asset.count), shown(asset.value)))
    yield Table(ASSET_HEAD, rows, (4, 2, 3), frozenset({1, 2}))


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.year}年{day.month}月{day.day}日"


def _tables(stated: Tables) -> Iterator[Part]:
    for name, heading in TABLE_NAMES.items():
        table: CodedTable | None = getattr(stated, name)
        if table is not None:
            yield Heading(heading, 2)
            yield Paragraph(f"单位：{table.unit}", "hint")
            yield _coded(table, name == "projects")


def _coded(table: CodedTable, with_project: bool) -> Table:
    rows: list[tuple[str, ...]] = [
        (r.code, r.name, *((r.project,) if with_project else ()), shown(r.amount)) for r in table.rows
    ]
    rows.append(("合计", *([""] * (2 if with_project else 1)), shown(table.total)))
    head = PROJECT_HEAD if with_project else CODED_HEAD
    widths = (2, 4, 4, 2) if with_project else (2, 5, 2)
    return Table(head, rows, widths, frozenset({len(head) - 1}))
