"""Rules of the budget tables: codes, classes and their parts, totals, and the text that states the same."""

import re
from collections.abc import Sequence
from decimal import Decimal

from fenghuo.report.disclosure.amounts import WAN, YUAN, in_wan, shown
from fenghuo.report.disclosure.checking.base import Gatherer, Stated
from fenghuo.report.disclosure.model import Coded, CodedTable, Disclosure, Spending
from fenghuo.report.disclosure.structure import economic, vehicle_class

_CODE = re.compile(r"\d{3}(?:\d{2}){0,2}")
_NAMES = ("income", "spending", "basic", "projects")


def check_coded(disclosure: Disclosure, gather: Gatherer) -> None:
    """All rules of this file."""
    if disclosure.tables is None:
        return
    for name in _NAMES:
        table: CodedTable | None = getattr(disclosure.tables, name)
        if table is None:
            gather.warn("table-missing", f"tables.{name}")
        elif table.unit not in (WAN, YUAN):
            gather.error("unit", f"tables.{name}.unit", f"{WAN}/{YUAN}", table.unit)
        else:
            _table(name, table, gather)
            _against_text(name, table, disclosure, gather)


def _table(name: str, table: CodedTable, gather: Gatherer) -> None:
    path = f"tables.{name}"
    flat = name in ("income", "projects")
    parents = {} if flat else _parents(table.rows)
    if name != "income":
        _codes(table.rows, path, flat, gather)
    top = [_row(path, n, row) for n, row in enumerate(table.rows) if n not in parents]
    if table.total is None:
        gather.error("table-total", f"{path}.total")
    else:
        gather.sums("table-sum", Stated(f"{path}.total", table.total), top)
    for parent in sorted(set(parents.values())):
        children = [_row(path, n, table.rows[n]) for n, above in parents.items() if above == parent]
        gather.sums("class-sum", _row(path, parent, table.rows[parent]), children)


def _row(path: str, number: int, row: Coded) -> Stated:
    return Stated(f"{path}.rows[{number}].amount", row.amount)


def _parents(rows: Sequence[Coded]) -> dict[int, int]:
    """Row → the row of the class that it is part of, for rows whose class stands in the table."""
    places = {row.code: number for number, row in enumerate(rows)}
    made: dict[int, int] = {}
    for number, row in enumerate(rows):
        above = next((row.code[:n] for n in (5, 3) if len(row.code) > n and row.code[:n] in places), None)
        if above is not None:
            made[number] = places[above]
    return made


def _codes(rows: Sequence[Coded], path: str, repeated: bool, gather: Gatherer) -> None:
    seen: dict[str, int] = {}
    for number, row in enumerate(rows):
        here = f"{path}.rows[{number}].code"
        if not _CODE.fullmatch(row.code):
            gather.error("code-form", here, "3/5/7", row.code)
        elif row.code in seen and not repeated:
            gather.error("code-twice", here, "", row.code, [f"{path}.rows[{seen[row.code]}].code"])
        seen.setdefault(row.code, number)


def _wan(path: str, amount: Decimal, table: CodedTable) -> Stated:
    return Stated(path, in_wan(amount, table.unit))


def _against_text(name: str, table: CodedTable, disclosure: Disclosure, gather: Gatherer) -> None:
    overview = disclosure.overview
    if overview is None or table.total is None:
        return
    total = _wan(f"tables.{name}.total", table.total, table)
    spending, income = overview.spending, overview.income
    if name == "income" and income is not None:
        gather.equal("table-text", total, Stated("overview.income.total", income.total))
        places = {part.name: (number, part.amount) for number, part in enumerate(income.parts)}
        for number, row in enumerate(table.rows):
            if row.name in places:
                part, amount = places[row.name]
                here = _wan(f"tables.income.rows[{number}].amount", row.amount, table)
                gather.equal("table-text", here, Stated(f"overview.income.parts[{part}].amount", amount))
    elif spending is not None and name != "income":
        field = {"spending": "total", "basic": "basic", "projects": "projects"}[name]
        gather.equal("table-text", total, Stated(f"overview.spending.{field}", getattr(spending, field)))
        if name == "basic":
            _basic(table, spending, disclosure, gather)
        if name == "projects":
            _projects(table, disclosure, gather)


def _basic(table: CodedTable, spending: Spending, disclosure: Disclosure, gather: Gatherer) -> None:
    """The classes of personnel and of operating cost add up to what the text states; not asked where a class is of neither kind."""
    top = [(n, row) for n, row in enumerate(table.rows) if len(row.code) == 3]
    kinds = {name: economic(name) for name in ("personnel", "operating")}
    if top and all(row.code in [*kinds["personnel"], *kinds["operating"]] for _n, row in top):
        for name, classes in kinds.items():
            parts = [_wan(f"tables.basic.rows[{n}].amount", row.amount, table) for n, row in top if row.code in classes]
            gather.sums("table-kind", Stated(f"overview.spending.{name}", getattr(spending, name)), parts)
    for number, row in enumerate(table.rows):
        public = disclosure.public_cost
        if row.code == vehicle_class() and public is not None:
            amount = in_wan(row.amount, table.unit)
            if amount > public.running.amount:
                path, limit = f"tables.basic.rows[{number}].amount", f"≤ {shown(public.running.amount)}"
                gather.error("table-vehicles", path, limit, shown(amount), ["public_cost.running.amount"])


def _projects(table: CodedTable, disclosure: Disclosure, gather: Gatherer) -> None:
    goals = disclosure.performance.projects if disclosure.performance else ()
    named = {row.project for row in table.rows}
    for number, goal in enumerate(goals):
        path = f"performance.projects[{number}]"
        if goal.budget is None:
            continue
        if goal.name not in named:
            gather.error("project-unknown", f"{path}.name", "", goal.name, ["tables.projects.rows"])
            continue
        parts = [
            _wan(f"tables.projects.rows[{n}].amount", row.amount, table)
            for n, row in enumerate(table.rows)
            if row.project == goal.name
        ]
        gather.sums("project-table", Stated(f"{path}.budget", goal.budget), parts)
