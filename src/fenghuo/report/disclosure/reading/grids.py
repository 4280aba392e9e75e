"""The tables of the document: goals of projects, procurement, assets, budget tables."""

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from fenghuo.report.disclosure.amounts import amount_of
from fenghuo.report.disclosure.layout import TABLE_CAPTIONS
from fenghuo.report.disclosure.model import Asset, Coded, CodedTable, Indicator, PlanPoint, ProjectGoal, Purchase
from fenghuo.report.disclosure.reading.blocks import Block, Paragraph, Row
from fenghuo.report.disclosure.reading.notes import Notes
from fenghuo.report.disclosure.reading.sentences import even

_MONTH = re.compile(r"(\d{1,2})月底?")
_PURCHASE = [field.name for field in fields(Purchase)]
_WORDS = frozenset({"project", "item", "catalogue", "unit"})
_TOTAL = re.compile(r"合\s*计|总\s*计")
_HEAD_OF_PURCHASE = re.compile("项目名称|政府采购项目来源|采购物品名称|当年部门预算|一般公共预算拨款|合计")


def project_goal(title: str, blocks: Sequence[Block], path: str, notes: Notes) -> ProjectGoal:
    """The two tables of one project; `blocks` is all that stands below its title."""
    rows = _joined(blocks, notes)
    texts: dict[str, str] = {"title": title}
    plan: tuple[PlanPoint, ...] = ()
    indicators: list[Indicator] = []
    position = 0
    while position < len(rows):
        row = rows[position]
        following = rows[position + 1] if position + 1 < len(rows) else None
        if row.cells[0] in ("一级指标", "一级"):
            indicators = _indicators(rows[position + 1 :], path, notes)
            break
        months = [int(found[1]) for cell in row.cells if (found := _MONTH.fullmatch(cell))]
        if months and following is not None and not plan:
            plan = _plan(months, following, notes)
            notes.at(f"{path}.plan", following)
            position += 1
        else:
            _labelled(row, rows[position - 1] if position else None, texts, path, notes)
        position += 1
    return _goal(texts, plan, tuple(indicators))


def _joined(blocks: Sequence[Block], notes: Notes) -> list[Row]:
    """Rows only: a paragraph between rows is the rest of the cell before it; one in front of them says whose table it is."""
    rows: list[Row] = []
    for number, block in enumerate(blocks):
        if isinstance(block, Row):
            rows.append(block)
        elif block.text in TABLE_CAPTIONS:
            continue
        elif not rows:
            rows.append(Row(tuple(filter(None, re.split(r"[\s\u3000]+", block.text))), block.line))
        elif any(isinstance(later, Row) for later in blocks[number:]):
            before = rows[-1]
            rows[-1] = replace(before, cells=(*before.cells[:-1], f"{before.cells[-1]}\n{block.text}"))
        else:
            notes.lost(block)
    return rows


_LABELS = {
    "项目编码": "code",
    "项目名称": "name",
    "预算数": "budget",
    "其中：财政资金": "fiscal",
    "财政资金": "fiscal",
    "其他资金": "other",
    "资金用途": "use",
    "绩效目标": "goal",
}
_MONEY = ("budget", "fiscal", "other")
_SILENT = frozenset({"预算规模及资金用途", "项目", "内容", ""})


def _labelled(row: Row, before: Row | None, texts: dict[str, str], path: str, notes: Notes) -> None:
    cells = list(row.cells)
    if "owner" not in texts and any(even(cell).startswith("单位：") for cell in cells):
        texts["owner"] = next((cell for cell in cells if not even(cell).startswith("单位：")), "")
        return
    if len(cells) == 2 and not cells[0] and "use" not in texts and before is not None and "预算数" in before.cells:
        texts["use"] = cells[1]
        return
    while cells:
        label = cells.pop(0)
        name = _LABELS.get(even(label))
        if name is not None and cells and name not in texts:
            texts[name] = cells.pop(0)
            notes.at(f"{path}.{name}", row)
            if name in _MONEY and texts[name] and amount_of(texts[name]) is None:
                notes.lost(row, f"{label} {texts[name]}")
        elif label not in _SILENT:
            notes.lost(row, label)


def _plan(months: Sequence[int], row: Row, notes: Notes) -> tuple[PlanPoint, ...]:
    numbers = [amount_of(cell.removesuffix("%")) for cell in row.cells[-len(months) :]]
    if len(numbers) != len(months) or None in numbers:
        notes.lost(row)
        return ()
    return tuple(PlanPoint(month, percent or Decimal(0)) for month, percent in zip(months, numbers, strict=True))


def _indicators(rows: Sequence[Row], path: str, notes: Notes) -> list[Indicator]:
    made: list[Indicator] = []
    level1 = ""
    for row in rows:
        if len(row.cells) != 6:
            notes.lost(row)
            continue
        level1 = row.cells[0] or level1
        notes.at(f"{path}.indicators[{len(made)}]", row)
        made.append(Indicator(level1, *row.cells[1:]))
    return made


def _goal(texts: dict[str, str], plan: tuple[PlanPoint, ...], indicators: tuple[Indicator, ...]) -> ProjectGoal:
    money = {name: amount_of(texts.get(name, "")) for name in _MONEY}
    return ProjectGoal(
        texts["title"],
        texts.get("code", ""),
        texts.get("name", ""),
        money["budget"],
        money["fiscal"],
        money["other"],
        texts.get("owner", ""),
        texts.get("use", ""),
        plan,
        texts.get("goal", ""),
        indicators,
    )


def purchases(blocks: Sequence[Block], notes: Notes) -> tuple[tuple[Purchase, ...], Purchase | None]:
    """The rows of procurement and the row 合计."""
    rows: list[Purchase] = []
    total: Purchase | None = None
    for block in blocks:
        if isinstance(block, Paragraph) or len(block.cells) != len(_PURCHASE):
            if not _is_caption(block):
                notes.lost(block)
        elif _TOTAL.fullmatch(block.cells[0]) and total is not None:
            notes.lost(block)
        elif _TOTAL.fullmatch(block.cells[0]):
            total = _purchase(block, notes)
            total = None if total is None else replace(total, project="合计")
            notes.at("procurement.total", block)
        elif not _is_head(block) and (made := _purchase(block, notes)) is not None:
            notes.at(f"procurement.rows[{len(rows)}]", block)
            rows.append(made)
    return tuple(rows), total


def _is_head(row: Row) -> bool:
    return (
        all(amount_of(cell) is None for cell in row.cells) and len(_HEAD_OF_PURCHASE.findall(" ".join(row.cells))) > 1
    )


def _is_caption(block: Block) -> bool:
    if isinstance(block, Paragraph):
        return "部门政府采购预算" in block.text or even(block.text).startswith("单位：")
    return _is_head(block) or any(even(cell).startswith("单位：") for cell in block.cells)


def _purchase(row: Row, notes: Notes) -> Purchase | None:
    values: dict[str, Any] = {}
    for name, cell in zip(_PURCHASE, row.cells, strict=True):
        values[name] = cell if name in _WORDS else amount_of(cell)
        if cell and values[name] is None:
            notes.lost(row)
            return None
    return Purchase(**values)


def assets(rows: Sequence[Row], notes: Notes) -> tuple[Asset, tuple[Asset, ...]]:
    """The row 资产总额 and the rows of the table of assets."""
    total = Asset("")
    made: list[Asset] = []
    for row in rows:
        numbers = [amount_of(cell) for cell in row.cells[1:3]]
        unreadable = [cell for cell, number in zip(row.cells[1:3], numbers, strict=True) if cell and number is None]
        again = row.cells[0].startswith("资产总额") and bool(total.name)
        if len(row.cells) != 3 or unreadable or again:
            notes.lost(row)
        elif row.cells[0].startswith("资产总额"):
            total = Asset(row.cells[0], *numbers)
            notes.at("assets.total", row)
        else:
            notes.at(f"assets.rows[{len(made)}]", row)
            name = row.cells[0].replace("其中:", "其中：")
            made.append(Asset(re.sub(r"^\d+[、.．]\s*", "", name), *numbers))
    return total, tuple(made)


def coded_table(name: str, blocks: Sequence[Block], notes: Notes) -> CodedTable | None:
    """A budget table: 科目编码, 科目名称, (项目名称,) 金额."""
    unit, total = "万元", None
    made: list[Coded] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            if even(block.text).startswith("单位："):
                unit = block.text[len("单位：") :].strip()
            else:
                notes.lost(block)
            continue
        amount = amount_of(block.cells[-1])
        if block.cells[0] == "科目编码":
            continue
        if amount is None or len(block.cells) not in (3, 4) or (block.cells[0] == "合计" and total is not None):
            notes.lost(block)
        elif block.cells[0] == "合计":
            total = amount
            notes.at(f"tables.{name}.total", block)
        else:
            notes.at(f"tables.{name}.rows[{len(made)}]", block)
            made.append(Coded(block.cells[0], block.cells[1], amount, block.cells[2] if len(block.cells) == 4 else ""))
    return None if total is None and not made else CodedTable(unit, total, tuple(made))
