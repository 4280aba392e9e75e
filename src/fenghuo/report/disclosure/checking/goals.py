"""Rules of performance: the plan of spending, targets, and that the upper and the lower table of a project agree."""

import re
from decimal import Decimal

from fenghuo.report.disclosure.amounts import WAN, amount_of, narrow, same, shown
from fenghuo.report.disclosure.checking.base import Gatherer, Stated
from fenghuo.report.disclosure.model import Disclosure, Indicator, ProjectGoal
from fenghuo.report.disclosure.structure import levels

_TARGET = re.compile(r"(?P<sign>[≥≤＞＜>=<]*)\s*(?P<number>-?[\d,.]+)\s*(?P<unit>\D*)")
_RATES = ("比率", "百分比", "%", "％")
_WHOLE_COST = re.compile("预算控制|项目预算|总成本|项目总|成本控制数")


def check_goals(disclosure: Disclosure, gather: Gatherer) -> None:
    """All rules of this file."""
    performance = disclosure.performance
    if performance is None:
        return
    for number, project in enumerate(performance.projects):
        _project(project, f"performance.projects[{number}]", gather)
    overview = disclosure.overview
    spending = None if overview is None else overview.spending
    if spending is None:
        return
    budgets = [
        Stated(f"performance.projects[{n}].budget", project.budget)
        for n, project in enumerate(performance.projects)
        if project.budget is not None
    ]
    if performance.projects:
        gather.sums("projects-same", Stated("overview.spending.projects", spending.projects), budgets)
    elif spending.projects:
        gather.error("goals-missing", "performance.projects", "", "", ["overview.spending.projects"])


def _project(project: ProjectGoal, path: str, gather: Gatherer) -> None:
    budget = f"{path}.budget"
    if project.budget is None:
        gather.error("budget-missing", budget)
    elif project.fiscal is not None or project.other is not None:
        parts = {"fiscal": project.fiscal, "other": project.other}
        stated = [Stated(f"{path}.{name}", amount) for name, amount in parts.items() if amount is not None]
        gather.sums("budget-parts", Stated(budget, project.budget), stated)
    if project.name and project.name not in project.title:
        gather.error("goal-name", f"{path}.name", project.title[:40], project.name, [f"{path}.title"])
    for name in ("code", "name", "use", "goal"):
        if not getattr(project, name).strip():
            gather.warn("empty", f"{path}.{name}")
    _plan(project, path, gather)
    if not project.indicators:
        gather.error("indicators-missing", f"{path}.indicators")
    _twice(project, path, gather)
    for number, row in enumerate(project.indicators):
        _indicator(row, f"{path}.indicators[{number}]", gather)
        _cost(row, f"{path}.indicators[{number}]", project, path, gather)


def _plan(project: ProjectGoal, path: str, gather: Gatherer) -> None:
    if not project.plan:
        gather.warn("empty", f"{path}.plan")
        return
    before = Decimal(0)
    for number, point in enumerate(project.plan):
        here = f"{path}.plan[{number}]"
        if not 0 <= point.percent <= 100:
            gather.error("plan-range", f"{here}.percent", "0–100", shown(point.percent))
        elif point.percent < before:
            gather.error("plan-order", f"{here}.percent", f"≥ {shown(before)}", shown(point.percent))
        before = point.percent
        earlier = project.plan[number - 1].month if number else 0
        if not earlier < point.month <= 12:
            gather.error("plan-month", f"{here}.month", f"{earlier + 1}–12", str(point.month))
    last = len(project.plan) - 1
    if project.plan[last].percent != 100:
        gather.error("plan-end", f"{path}.plan[{last}].percent", "100", shown(project.plan[last].percent))


def _twice(project: ProjectGoal, path: str, gather: Gatherer) -> None:
    seen: dict[tuple[str, str], int] = {}
    for number, row in enumerate(project.indicators):
        key = (row.level2, row.name)
        if key in seen:
            first = f"{path}.indicators[{seen[key]}].name"
            gather.error("indicator-twice", f"{path}.indicators[{number}].name", "", row.name, [first])
        seen.setdefault(key, number)


def _indicator(row: Indicator, path: str, gather: Gatherer) -> None:
    for name in ("level1", "level2", "name", "target"):
        if not getattr(row, name).strip():
            gather.error("indicator-empty", f"{path}.{name}")
    for name in ("description", "basis"):
        if not getattr(row, name).strip():
            gather.warn("empty", f"{path}.{name}")
    _levels(row, path, gather)
    number, unit = _target(row.target)
    if number is None:
        return
    if unit in _RATES and not 0 <= number <= 100:
        gather.error("target-range", f"{path}.target", "0–100", row.target)
    elif unit in ("月", "月底") and not (1 <= number <= 12 and number == int(number)):
        gather.error("target-range", f"{path}.target", "1–12月", row.target)
    elif number < 0:
        gather.error("target-range", f"{path}.target", "≥ 0", row.target)


def _levels(row: Indicator, path: str, gather: Gatherer) -> None:
    """The table of levels differs from place to place and year to year: what it does not know is a warning."""
    known = {_bare(first): [_bare(second) for second in seconds] for first, seconds in levels().items()}
    first, second = _bare(row.level1), _bare(row.level2)
    if first and first not in known:
        gather.warn("indicator-level", f"{path}.level1", "/".join(known), row.level1)
    elif first and second and second not in known[first]:
        gather.warn("indicator-level", f"{path}.level2", "/".join(known[first]), row.level2, [f"{path}.level1"])


def _bare(level: str) -> str:
    return level.strip().removesuffix("指标")


def _target(text: str) -> tuple[Decimal | None, str]:
    found = _TARGET.fullmatch(narrow(text).strip())
    return (amount_of(found["number"]), found["unit"].strip()) if found else (None, "")


def _cost(row: Indicator, path: str, project: ProjectGoal, project_path: str, gather: Gatherer) -> None:
    """A cap of cost never exceeds the money of the project; the cap of the whole project is that money."""
    number, unit = _target(row.target)
    if number is None or project.budget is None or "成本" not in row.level1 + row.level2 or unit not in (WAN, "元"):
        return
    cap = number if unit == WAN else number / 10_000
    whole = _WHOLE_COST.search(row.name) is not None
    if cap > project.budget or (whole and not same(cap, project.budget)):
        expected = f"{'' if whole else '≤ '}{shown(project.budget)}{WAN}"
        gather.error("cost-cap", f"{path}.target", expected, row.target, [f"{project_path}.budget"])
