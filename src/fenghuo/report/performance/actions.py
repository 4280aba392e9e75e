"""The verbs of projects, indicators, entries and stages; with `money` the only writer of this room's tables."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.db import IntegrityError, transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.clocks.office import today, zone
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.report.performance import queries
from fenghuo.report.performance.amounts import MOST_FEN
from fenghuo.report.performance.decide import PLAN, Refused, month_ends, stage_until, year_begins
from fenghuo.report.performance.measures import ENTRY, MEASURES, VERSION, is_computed
from fenghuo.report.performance.models import (
    Entry,
    Freeze,
    FrozenValue,
    Indicator,
    Judgement,
    Project,
    Stage,
)
from fenghuo.report.performance.shipped import levels_of, table_of
from fenghuo.report.performance.targets import parse_target

MONTH = "month"
_MOST_WEIGHT = Decimal(100)
_YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A project as it is to be. `plan`: (month, percent as text)."""

    year: int
    name: str
    budget_fen: int
    code: str = ""
    goal: str = ""
    unit: Unit | None = None
    plan: Sequence[tuple[int, str]] = PLAN


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table as it is to be."""

    level1: str
    level2: str
    name: str
    target: str
    measure: str = ENTRY
    description: str = ""
    basis: str = ""
    weight: Decimal | None = None
    numerator: str = ""
    denominator: str = ""


@transaction.atomic
def add_project(actor: Actor, wanted: Wanted) -> Project:
    """Enter a project of a budget year.

    Raises:
        Refused: "name", "year", "budget", "plan" (months or percent that do not grow to 100), "exists".
    """
    if not wanted.name.strip():
        raise Refused("name")
    if wanted.year not in _YEARS:
        raise Refused("year")
    if not 0 < wanted.budget_fen <= MOST_FEN:
        raise Refused("budget")
    plan = [(month, Decimal(percent)) for month, percent in wanted.plan]
    if plan != sorted(plan) or len({m for m, percent in plan}) != len(plan) or plan[-1:] != [(12, Decimal(100))]:
        raise Refused("plan")
    if any(a[1] > b[1] for a, b in pairwise(plan)) or plan[0][1] < 0:
        raise Refused("plan")
    made = Project(
        year=wanted.year,
        code=wanted.code.strip()[:60],
        name=wanted.name.strip()[:200],
        budget_fen=wanted.budget_fen,
        goal=wanted.goal.strip(),
        plan=[[month, percent] for month, percent in wanted.plan],
        unit=wanted.unit,
        made_by=actor.name[:150],
        made_at=clock.now(),
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("exists") from error
    record(actor, "project.added", made.subject, {"year": made.year, "name": made.name, "budget_fen": made.budget_fen})
    return made


@transaction.atomic
def adopt_table(actor: Actor, project_id: str) -> int:
    """Give a project without indicators the built-in table, in the structure of its year; how many rows.

    Raises:
        Refused: "rows": it has indicators already. Project.DoesNotExist.
    """
    project = Project.objects.select_for_update().get(id=project_id)
    if project.indicators.exists():
        raise Refused("rows")
    rows = table_of(project.year)
    for place, row in enumerate(rows, 1):
        made = Indicator.objects.create(
            project=project,
            place=place,
            code=row.code,
            level1=row.level1,
            level2=row.level2,
            name=row.name,
            description=row.description,
            target=row.target,
            basis=row.basis,
            measure=row.measure,
            numerator=dict(row.numerator),
            denominator=dict(row.denominator),
        )
        _start_clock(made)
    record(actor, "project.table-adopted", project.subject, {"rows": len(rows)})
    return len(rows)


@transaction.atomic
def add_indicator(actor: Actor, project_id: str, line: Line) -> Indicator:
    """Add a row of the office's own.

    Raises:
        Refused: "levels", "name", "target", "measure", "weight", "definition" (what is counted was not written). Project.DoesNotExist.
    """
    project = Project.objects.select_for_update().get(id=project_id)
    if line.level2 not in levels_of(project.year).get(line.level1, ()):
        raise Refused("levels")
    for code, text in (("name", line.name), ("target", line.target), ("definition", line.numerator)):
        if not text.strip():
            raise Refused(code)
    if line.measure != ENTRY and line.measure not in MEASURES:
        raise Refused("measure")
    _check_weight(line.weight)
    last = project.indicators.order_by("-place").values_list("place", flat=True).first() or 0
    made = Indicator.objects.create(
        project=project,
        place=last + 1,
        level1=line.level1,
        level2=line.level2,
        name=line.name.strip()[:200],
        description=line.description.strip(),
        target=line.target.strip()[:200],
        basis=line.basis.strip()[:200],
        weight=line.weight,
        measure=line.measure,
        numerator={"": line.numerator.strip()},
        denominator={"": line.denominator.strip()},
    )
    _start_clock(made)
    record(actor, "indicator.added", made.subject, row_of(made))
    return made


def _check_weight(weight: Decimal | None) -> None:
    if weight is not None and not 0 <= weight <= _MOST_WEIGHT:
        raise Refused("weight")


@transaction.atomic
def change_indicator(actor: Actor, indicator_id: str, target: str, weight: Decimal | None, why: str) -> Indicator:
    """Change target or weight of a row, with the reason; what was frozen keeps the old ones.

    Raises:
        Refused: "target", "weight", "why". Indicator.DoesNotExist.
    """
    row = Indicator.objects.select_for_update().select_related("project").get(id=indicator_id)
    if not target.strip():
        raise Refused("target")
    if not why.strip():
        raise Refused("why")
    _check_weight(weight)
    before = {"target": row.target, "weight": _text(row.weight)}
    row.target, row.weight = target.strip()[:200], weight
    row.save(update_fields=["target", "weight"])
    _start_clock(row)
    after = {"target": row.target, "weight": _text(row.weight)}
    record(actor, "indicator.changed", row.subject, {"before": before, "after": after, "why": why.strip()})
    return row


def _start_clock(row: Indicator) -> None:
    """A target that names a month has a clock; a change of it sets the clock anew or stops it."""
    target = parse_target(row.target)
    if not target.is_month or target.number is None:
        clocks.stop(row.subject, clock.now(), MONTH)
        return
    begins = year_begins(row.project.year, zone())
    ends = month_ends(row.project.year, int(target.number), zone())
    clocks.start(row.subject, MONTH, begins, clocks.Limit(seconds=int((ends - begins).total_seconds())))


@transaction.atomic
def enter(
    actor: Actor,
    indicator_id: str,
    on: date,
    said_by: str,
    document: str,
    number: Decimal | None,
    words: str,
    content: bytes = b"",
) -> Entry:
    """State something about an indicator that no record says: who answers for it, for which day, and the document that shows it.

    Raises:
        Refused: "computed", "day" (not of the budget year, or not come yet), "value", "person", "document". Indicator.DoesNotExist.
    """
    row = Indicator.objects.select_related("project").get(id=indicator_id)
    if is_computed(row.measure):
        raise Refused("computed")
    if on.year != row.project.year or on > today():
        raise Refused("day")
    if number is None and not words.strip():
        raise Refused("value")
    if not said_by.strip():
        raise Refused("person")
    if not document.strip():
        raise Refused("document")
    made = Entry.objects.create(
        indicator=row,
        on=on,
        number=number,
        words=words.strip(),
        said_by=said_by.strip()[:100],
        document=document.strip()[:200],
        sha256=hashlib.sha256(content).hexdigest() if content else "",
        by=actor.name[:150],
        at=clock.now(),
    )
    told = {"on": on.isoformat(), "number": _text(number), "words": made.words, "said_by": made.said_by}
    record(actor, "indicator.entered", row.subject, {**told, "document": made.document, "sha256": made.sha256})
    return made


@transaction.atomic
def judge(actor: Actor, indicator_id: str, score: Decimal | None, reason: str, improvement: str) -> Judgement:
    """Say score, reason of a deviation and improvement of an indicator.

    Raises:
        Refused: "value" (nothing was said), "score" (without a weight, or beyond it). Indicator.DoesNotExist.
    """
    row = Indicator.objects.get(id=indicator_id)
    if score is None and not reason.strip() and not improvement.strip():
        raise Refused("value")
    if score is not None and (row.weight is None or not 0 <= score <= row.weight):
        raise Refused("score")
    values = {"score": score, "reason": reason.strip(), "improvement": improvement.strip()}
    made = Judgement.objects.create(indicator=row, **values, by=actor.name[:150], at=clock.now())
    record(actor, "indicator.judged", row.subject, {**values, "score": _text(score)})
    return made


@transaction.atomic
def freeze(actor: Actor, project_id: str, stage: Stage, month: int = 0, why: str = "") -> Freeze:
    """Fix a stage: every value with query, time and rows. Fixing it again is a correction: a further version that says why.

    Raises:
        Refused: "stage" (no such stage or month), "early" (the month is not over), "rows" (no indicators), "why". Project.DoesNotExist.
    """
    project = Project.objects.select_for_update().get(id=project_id)
    months = [int(point[0]) for point in project.plan]
    if (stage is Stage.MONITORED) != bool(month) or (month and month not in months):
        raise Refused("stage")
    now = clock.now()
    until = stage_until(project.year, month, now, zone())
    if not project.indicators.exists():
        raise Refused("rows")
    earlier = project.freezes.filter(stage=stage, month=month).order_by("-version").first()
    if earlier is not None and not why.strip():
        raise Refused("why")
    money = queries.spending(project, until)
    made = Freeze.objects.create(
        project=project,
        stage=stage,
        month=month,
        version=earlier.version + 1 if earlier else 1,
        why=why.strip(),
        until=until,
        planned=queries.planned(project, month or 12) if stage is not Stage.DECLARED else None,
        budget_fen=money.budget,
        paid_fen=money.paid,
        by=actor.name[:150],
        at=now,
    )
    FrozenValue.objects.bulk_create(_frozen(made, one) for one in queries.table(project, until))
    told = {"stage": stage.value, "month": month, "version": made.version, "until": until.isoformat(), "why": made.why}
    record(actor, "project.frozen", project.subject, told)
    return made


def _frozen(made: Freeze, one: queries.Standing) -> FrozenValue:
    found, judged = one.measured, one.judgement
    return FrozenValue(
        freeze=made,
        indicator=one.indicator,
        row=row_of(one.indicator),
        query=f"{one.indicator.measure}/{VERSION}",
        value=found.value,
        words=found.words,
        none=found.none,
        numerator=found.numerator,
        denominator=found.denominator,
        met=one.outcome.met,
        score=one.score,
        deviation=one.outcome.deviation,
        reason=judged.reason if judged else "",
        improvement=judged.improvement if judged else "",
        beside=[list(pair) for pair in found.beside],
        rows=[[r.kind, r.id, r.when, r.text, r.part] for r in found.rows],
    )


def row_of(row: Indicator) -> dict[str, object]:
    """The row of the table as plain values, for what must not change with it."""
    names = (
        "code",
        "level1",
        "level2",
        "name",
        "description",
        "target",
        "basis",
        "measure",
        "numerator",
        "denominator",
    )
    return {**{name: getattr(row, name) for name in names}, "weight": _text(row.weight)}


def _text(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")
