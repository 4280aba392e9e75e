"""Rules of the budget tables: codes, classes and their parts, totals, and the text that states the same."""

import re
from collections.abc import Sequence
from decimal import Decimal

from fenghuo.report.disclosure.amounts import WAN, YUAN, in_wan, same, shown
from fenghuo.report.disclosure.checking.base import Gatherer, Stated
from fenghuo.report.disclosure.model import Coded, CodedTable, Disclosure, Spending, Tables
from fenghuo.report.disclosure.structure import economic, public_classes

_CODE = re.compile(r"\d{3}(?:\d{2}){0,2}")
_PUBLIC = {"running": "vehicles", "reception": "reception", "abroad": "abroad"}
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
    _within_classes(disclosure.tables, gather)


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
    public = disclosure.public_cost
    for number, row in enumerate(table.rows):
        field = public_classes().get(row.code)
        if field is None or public is None:
            continue
        amount, limit = in_wan(row.amount, table.unit), getattr(public, field).amount
        if amount > limit:
            rule, path = f"table-{_PUBLIC[field]}", f"tables.basic.rows[{number}].amount"
            gather.error(rule, path, f"≤ {shown(limit)}", shown(amount), [f"public_cost.{field}.amount"])


def _within_classes(tables: Tables, gather: Gatherer) -> None:
    """Projects of a class cost no more than the table of spending states for the class: it holds basic spending too."""
    spending, projects = tables.spending, tables.projects
    if spending is None or projects is None or not {spending.unit, projects.unit} <= {WAN, YUAN}:
        return
    for number, row in enumerate(spending.rows):
        parts = [n for n, one in enumerate(projects.rows) if row.code and one.code == row.code]
        cost = sum((in_wan(projects.rows[n].amount, projects.unit) for n in parts), Decimal(0))
        stated = in_wan(row.amount, spending.unit)
        if cost > stated and not same(cost, stated):
            related = [f"tables.projects.rows[{n}].amount" for n in parts]
            path = f"tables.spending.rows[{number}].amount"
            gather.error("class-projects", path, f"≥ {shown(cost)}", shown(stated), related)


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
