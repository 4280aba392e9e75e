"""Projects, their indicators, what persons enter about them, and what was frozen when."""

from django.db import models
from django.utils.translation import pgettext_lazy

from fenghuo.base.common.ids import random_id
from fenghuo.base.units.models import Unit
from fenghuo.report.performance.ledger import Acceptance, Adjustment, Contract, Payment
from fenghuo.report.performance.presence import Platform, PlatformPost, Withdrawal

__all__ = ["Acceptance", "Adjustment", "Contract", "Payment", "Platform", "PlatformPost", "Withdrawal"]


class Stage(models.TextChoices):
    """When figures are fixed."""

    DECLARED = "declared", pgettext_lazy("performance", "declaration")
    MONITORED = "monitored", pgettext_lazy("performance", "monitoring")
    ASSESSED = "assessed", pgettext_lazy("performance", "self-assessment")


class Project(models.Model):
    """A project of one budget year.

    Attributes:
        code: as the budget has it. budget_fen: as approved; later changes are `Adjustment` rows.
        plan: how much is to be spent by the end of a month, [[3, "25"], …], percent as text.
        unit: the office in the register, whose sites and applications count as its platforms; null where nobody said so.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    year = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    budget_fen = models.BigIntegerField()
    goal = models.TextField(blank=True)
    plan = models.JSONField(default=list)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-year", "name", "id"]
        constraints = [models.UniqueConstraint(fields=["year", "name"], name="one_project_of_a_name_and_year")]

    @property
    def subject(self) -> str:
        """What the audit trail calls it."""
        return f"project:{self.id}"


class Indicator(models.Model):
    """One row of the table.

    Attributes:
        code: the built-in row that it comes from, "" for one of the office's own.
        target: as written (`targets.parse_target`). basis: 指标值确定依据. weight: null where none was given.
        measure: a key of `measures.MEASURES`, or "entry" for what software can not know.
        numerator, denominator: language → what is counted.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="indicators")
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40, blank=True)
    level1 = models.CharField(max_length=40)
    level2 = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    target = models.CharField(max_length=200)
    basis = models.CharField(max_length=200, blank=True)
    weight = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    measure = models.CharField(max_length=30)
    numerator = models.JSONField(default=dict)
    denominator = models.JSONField(default=dict)

    class Meta:
        ordering = ["place", "id"]
        constraints = [models.UniqueConstraint(fields=["project", "place"], name="one_indicator_of_a_place")]

    @property
    def subject(self) -> str:
        """What the audit trail and the clocks call it."""
        return f"indicator:{self.id}"


class Entry(models.Model):
    """What a person states about an indicator, with the document that shows it; never changed, a later one holds.

    Attributes:
        on: the day for which it holds. number: null where it is words. said_by: who answers for it.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="entries")
    on = models.DateField()
    number = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    words = models.TextField(blank=True)
    said_by = models.CharField(max_length=100)
    document = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-id"]


class Activity(models.Model):
    """An event that the office held: for whom, how many were invited, registered and present; null where nobody counted."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="activities")
    on = models.DateField()
    name = models.CharField(max_length=200)
    group = models.CharField(max_length=200, blank=True)
    invited = models.PositiveIntegerField(null=True)
    registered = models.PositiveIntegerField(null=True)
    present = models.PositiveIntegerField(null=True)
    document = models.CharField(max_length=200)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "id"]


class Judgement(models.Model):
    """Score, reason of a deviation and improvement, by a person; never changed, a later one holds."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="judgements")
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    reason = models.TextField(blank=True)
    improvement = models.TextField(blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]


class Freeze(models.Model):
    """A stage of a project, fixed; never changed. A correction is a further version and says why.

    Attributes:
        month: of monitoring (3, 6, 10 or 12), 0 for the other stages. until: up to when records counted.
        planned: percent of the budget that was to be spent, null for the declaration.
        budget_fen, paid_fen: as they were.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="freezes")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    month = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveSmallIntegerField()
    why = models.TextField(blank=True)
    until = models.DateTimeField()
    planned = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    budget_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "stage", "month", "version"], name="one_version_of_a_stage")
        ]


class FrozenValue(models.Model):
    """An indicator as it stood at a freeze.

    Attributes:
        row: the row of the table as it was then, `actions.row_of`.
        query: the measure, and the version of this program. value: null where there was none, `none` says why.
        numerator, denominator: null where the value has none. beside: [[key, value]] shown beside it.
        rows: every record behind it, [[kind, id, when, text, part]].
    """

    freeze = models.ForeignKey(Freeze, on_delete=models.PROTECT, related_name="values")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="frozen")
    row = models.JSONField()
    query = models.CharField(max_length=80)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    words = models.TextField(blank=True)
    none = models.CharField(max_length=40, blank=True)
    numerator = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    denominator = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    met = models.BooleanField(null=True)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    deviation = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    reason = models.TextField(blank=True)
    improvement = models.TextField(blank=True)
    beside = models.JSONField(default=list)
    rows = models.JSONField(default=list)

    class Meta:
        ordering = ["indicator__place"]
        constraints = [models.UniqueConstraint(fields=["freeze", "indicator"], name="one_value_of_a_freeze")]


class MonthNudge(models.Model):
    """That somebody was told that an indicator is about to miss its month, once for each distance."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="nudges")
    due_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["indicator", "due_at", "days"], name="one_nudge_of_a_month")]
