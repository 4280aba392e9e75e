"""The figures of the document as sheets: xlsx and CSV for who wants to count with them."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields, is_dataclass
from decimal import Decimal
from typing import Any

from fenghuo.base.papers import Sheet
from fenghuo.base.papers.sheets import Value
from fenghuo.report.disclosure.layout import (
    ASSET_HEAD,
    CODED_HEAD,
    INDICATOR_HEAD,
    PROJECT_HEAD,
    PURCHASE_HEAD,
    TABLE_NAMES,
)
from fenghuo.report.disclosure.model import CodedTable, Disclosure
from fenghuo.report.disclosure.places import label


def sheets(disclosure: Disclosure) -> dict[str, Sheet]:
    """Sheets by the name of their CSV file; a table that the document has not is not there."""
    made = {"figures": Sheet("数据", ("路径", "名称", "数值", "单位"), list(_figures(disclosure)))}
    performance = disclosure.performance
    if performance is not None and performance.projects:
        rows = [(project.name, *astuple(row)) for project in performance.projects for row in project.indicators]
        made["indicators"] = Sheet("绩效指标", ("项目名称", *INDICATOR_HEAD), rows)
    if disclosure.procurement is not None:
        made["procurement"] = Sheet("政府采购", PURCHASE_HEAD, [astuple(row) for row in disclosure.procurement.rows])
    if disclosure.assets is not None:
        made["assets"] = Sheet("固定资产", ASSET_HEAD, [astuple(row) for row in disclosure.assets.rows])
    if disclosure.glossary:
        made["glossary"] = Sheet("名词解释", ("名词", "解释"), [astuple(term) for term in disclosure.glossary])
    for name in TABLE_NAMES:
        table: CodedTable | None = getattr(disclosure.tables, name, None)
        if table is not None:
            made[f"table-{name}"] = _coded(name, table)
    return made


def _coded(name: str, table: CodedTable) -> Sheet:
    project = name == "projects"
    head: Sequence[str] = PROJECT_HEAD if project else CODED_HEAD
    rows: list[tuple[Value, ...]] = [
        (row.code, row.name, *((row.project,) if project else ()), row.amount) for row in table.rows
    ]
    rows.append(("合计", *([""] * (2 if project else 1)), table.total))
    return Sheet(TABLE_NAMES[name].partition(" ")[2], (*head[:-1], f"{head[-1]}（{table.unit}）"), rows)


def _figures(disclosure: Disclosure) -> Iterator[tuple[Value, ...]]:
    """Every amount of the text with its place; tables have sheets of their own."""
    for path, value in amounts(disclosure):
        if path.startswith(("tables.", "procurement.rows", "assets.rows")):
            continue
        yield path, label(path, disclosure), value, "%" if path.endswith("percent") else "万元"


def amounts(value: Any, path: str = "") -> Iterator[tuple[str, Decimal]]:
    """Every decimal of the model with its path, in order."""
    if isinstance(value, Decimal):
        yield path, value
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from amounts(one, f"{path}[{number}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from amounts(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)
