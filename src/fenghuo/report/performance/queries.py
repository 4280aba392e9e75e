"""What pages and papers ask of projects: the table with its values, money by month, and how far spending is."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet, Sum

from fenghuo.base.clocks.office import zone
from fenghuo.base.common import clock
from fenghuo.report.performance.decide import PLAN, Outcome, month_ends, outcome, year_begins
from fenghuo.report.performance.measured import Measured, Span
from fenghuo.report.performance.measures import is_computed, measure
from fenghuo.report.performance.models import Freeze, Indicator, Judgement, Project
from fenghuo.report.performance.targets import Target, parse_target


@dataclass(frozen=True, slots=True)
class Standing:
    """An indicator with what it says now."""

    indicator: Indicator
    target: Target
    measured: Measured
    outcome: Outcome
    judgement: Judgement | None

    @property
    def score(self) -> Decimal | None:
        """What a person judged, else what the rule gives."""
        return self.judgement.score if self.judgement and self.judgement.score is not None else self.outcome.score


@dataclass(frozen=True, slots=True)
class Spending:
    """Money of a project in fen: as approved, with the changes within the year, and paid."""

    approved: int
    budget: int
    paid: int

    @property
    def percent(self) -> Decimal | None:
        """Paid of the budget, in percent to two places; None without a budget."""
        return None if self.budget <= 0 else (Decimal(100) * self.paid / self.budget).quantize(Decimal("0.01"))


def projects() -> QuerySet[Project]:
    """Every project, the youngest year first."""
    return Project.objects.select_related("unit")


def year_span(year: int, until: datetime | None = None) -> Span:
    """A year up to a moment, or up to now; never beyond its end."""
    end = year_begins(year + 1, zone())
    return Span(year_begins(year, zone()), min(until or clock.now(), end))


def span_of(project: Project, until: datetime | None = None) -> Span:
    """The budget year of a project up to a moment, or up to now; never beyond its end."""
    return year_span(project.year, until)


def standing(indicator: Indicator, span: Span) -> Standing:
    """An indicator at the end of a span."""
    target, found = parse_target(indicator.target), measure(indicator, span)
    judged = indicator.judgements.first()
    follows = outcome(target, found.value, indicator.weight)
    if found.value is None and target.is_month and is_computed(indicator.measure):
        # Records that do not reach their number by the end of its month have missed it, though there is no month to name.
        over = span.until >= month_ends(indicator.project.year, int(target.number or 12), zone())
        follows = Outcome(False if over else None, None, None)
    return Standing(indicator, target, found, follows, judged)


def table(project: Project, until: datetime | None = None) -> list[Standing]:
    """Every row of a project's table."""
    span = span_of(project, until)
    return [standing(one, span) for one in project.indicators.select_related("project", "project__unit")]


def spending(project: Project, until: datetime | None = None) -> Spending:
    """Budget and payments up to a moment."""
    days = span_of(project, until).days
    changed = project.adjustments.filter(on__lte=days[1]).aggregate(sum=Sum("amount_fen"))["sum"] or 0
    paid = project.payments.filter(paid_on__range=days).aggregate(sum=Sum("amount_fen"))["sum"] or 0
    return Spending(project.budget_fen, project.budget_fen + changed, paid)


def by_month(project: Project) -> Mapping[int, int]:
    """Month → fen paid in it, of every month of the year."""
    found: dict[int, int] = defaultdict(int)
    for day, fen in project.payments.filter(paid_on__year=project.year).values_list("paid_on", "amount_fen"):
        found[day.month] += fen
    return {month: found[month] for month in range(1, 13)}


def planned(project: Project, month: int) -> Decimal | None:
    """Percent of the budget that is to be spent by the end of a month; None for a month without a plan."""
    plan = {int(point[0]): Decimal(point[1]) for point in project.plan or [list(p) for p in PLAN]}
    return plan.get(month)


def versions(project: Project) -> QuerySet[Freeze]:
    """What was frozen of a project, the latest first."""
    return project.freezes.all()
