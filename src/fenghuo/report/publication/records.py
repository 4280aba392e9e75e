"""Sections out of records: goals and money of a project, fixed assets at a day. Each figure remembers where it comes from."""

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from fenghuo.report.disclosure import Disclosure
from fenghuo.report.disclosure.model import Asset, Assets, Indicator, Performance, PlanPoint, ProjectGoal
from fenghuo.report.holdings.models import HoldingKind
from fenghuo.report.holdings.queries import standing_at, sums_of
from fenghuo.report.performance.actions import row_of
from fenghuo.report.performance.amounts import amount_in
from fenghuo.report.performance.models import Project, Stage
from fenghuo.report.publication.decide import leaves

_COLUMNS = ("level1", "level2", "name", "description", "target", "basis")
_EQUIPMENT, _OTHER = "单价在20万元以上的设备", "其他固定资产"
_BUILDINGS, _OFFICES, _VEHICLES = "房屋（平方米）", "其中：办公用房（平方米）", "车辆（台、辆）"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure comes from: its path, "project:<id>" or "holdings:<day>", and what the records said."""

    path: str
    source: str
    value: str

    def plain(self) -> dict[str, str]:
        """As it is stored."""
        return {"path": self.path, "source": self.source, "value": self.value}


def goal_of(project: Project, office: str) -> ProjectGoal:
    """A project's two tables; targets and budget as they were declared, else as they stand now."""
    declared = project.freezes.filter(stage=Stage.DECLARED).order_by("-version").first()
    if declared is not None:
        budget, rows = declared.budget_fen, [one.row for one in declared.values.all()]
    else:
        budget, rows = project.budget_fen, [row_of(one) for one in project.indicators.all()]
    return ProjectGoal(
        title=f"{project.name}绩效目标表",
        code=project.code,
        name=project.name,
        budget=amount_in(budget, "万元"),
        owner=office,
        plan=tuple(PlanPoint(int(month), Decimal(percent)) for month, percent in project.plan),
        goal=project.goal,
        indicators=tuple(Indicator(*(str(row[name]) for name in _COLUMNS)) for row in rows),
    )


def with_project(document: Disclosure, project: Project) -> tuple[Disclosure, list[Origin]]:
    """The document with a project's tables, in place of those of the same name; and where its figures come from."""
    goal = goal_of(project, document.office)
    performance = document.performance or Performance()
    known = list(performance.projects)
    place = next((n for n, one in enumerate(known) if one.name == goal.name), len(known))
    if place < len(known):
        before = known[place]
        goal = replace(goal, title=before.title, use=before.use, fiscal=before.fiscal, other=before.other)
    known[place : place + 1] = [goal]
    changed = replace(document, performance=replace(performance, projects=tuple(known)))
    base = f"performance.projects[{place}]"
    kept = {f"{base}.{name}" for name in ("title", "use", "fiscal", "other", "owner")}
    own = [one for one in leaves(goal, base) if one.path not in kept]
    return changed, [Origin(one.path, f"project:{project.id}", one.text) for one in own]


def with_holdings(document: Disclosure, day: date) -> tuple[Disclosure, list[Origin]]:
    """The document with its section of fixed assets as they stood at a day."""
    sums = {one.kind: one for one in sums_of(standing_at(day))}
    offices, buildings = sums[HoldingKind.OFFICES], sums[HoldingKind.BUILDINGS]
    rows = (
        _row(_BUILDINGS, offices.count + buildings.count, offices.value_fen + buildings.value_fen),
        _row(_OFFICES, offices.count, offices.value_fen),
        *(
            _row(name, sums[kind].count, sums[kind].value_fen)
            for name, kind in (
                (_VEHICLES, HoldingKind.VEHICLES),
                (_EQUIPMENT, HoldingKind.EQUIPMENT),
                (_OTHER, HoldingKind.OTHER),
            )
        ),
    )
    total = amount_in(sum(one.value_fen for one in sums.values()), "万元")
    before = document.assets
    made = Assets(
        amount=total,
        as_of=day.isoformat(),
        total=total,
        note=before.note if before else "",
        owner=(before.owner if before else "") or document.office,
        rows=rows,
    )
    changed = replace(document, assets=made)
    kept = {"assets.note", "assets.owner", "assets.title"}
    own = [one for one in leaves(made, "assets") if one.path not in kept and not one.path.endswith(".name")]
    return changed, [Origin(one.path, f"holdings:{day.isoformat()}", one.text) for one in own]


def _row(name: str, count: Decimal, fen: int) -> Asset:
    """A row of the table; a kind of which there is nothing stays blank, as in the form."""
    if not count and not fen:
        return Asset(name)
    plain = count.quantize(Decimal(1)) if count == count.to_integral_value() else count
    return Asset(name, plain, amount_in(fen, "万元"))


def plain_of(text: str) -> dict[str, Any]:
    """A data file as plain JSON."""
    found: dict[str, Any] = json.loads(text)
    return found
