"""Emergency plans with their versions, and runs of playbooks."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.common.ids import random_id
from fenghuo.base.units.models import Unit
from fenghuo.respond.plans.decide import OPEN, PlanKind, State

KINDS = [
    (PlanKind.COMPREHENSIVE.value, _("comprehensive plan")),
    (PlanKind.SPECIFIC.value, _("specific plan")),
]
STATES = [
    (State.DRAFT.value, pgettext_lazy("plan", "draft")),
    (State.FILED.value, pgettext_lazy("plan", "filed, to be looked at")),
    (State.RETURNED.value, pgettext_lazy("plan", "returned")),
    (State.IN_FORCE.value, pgettext_lazy("plan", "in force")),
    (State.REPLACED.value, pgettext_lazy("plan", "replaced")),
    (State.RETIRED.value, pgettext_lazy("plan", "retired")),
]


class Plan(models.Model):
    """One emergency plan (预案) through all its versions.

    Attributes:
        unit: whose it is; null for the office's own.
        playbook: class of incident of a specific plan (a playbook's key), "" for any.
        review_days: how often it is looked through.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="plans")
    kind = models.CharField(max_length=15, choices=KINDS)
    title = models.CharField(max_length=200)
    playbook = models.CharField(max_length=40, blank=True)
    review_days = models.PositiveIntegerField(default=365)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """What the audit trail and the clocks call it."""
        return f"plan:{self.id}"


class PlanVersion(models.Model):
    """A version; what was in force stays as it was.

    Attributes:
        changes: what is new in it. file_…: its document, "" for none; the bytes lie beside those of notices, under their SHA-256.
        clauses: [{"number", "title", "text"}], what drills test one by one.
        contacts: [{"role", "name", "phone", "under"}], the contact tree; `under` is the number of a row before it, 0 for the top.
        resources: [{"name", "amount", "place", "keeper"}], people, equipment and services to fall back on.
        writers: ids of those who wrote or filed it; none of them accepts it.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=STATES, default=State.DRAFT.value, db_index=True)
    changes = models.TextField(blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_kind = models.CharField(max_length=10, blank=True)
    file_size = models.PositiveIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)
    clauses = models.JSONField(default=list)
    contacts = models.JSONField(default=list)
    resources = models.JSONField(default=list)
    writers = models.JSONField(default=list)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    filed_by = models.CharField(max_length=150, blank=True)
    filed_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_version_of_a_plan_and_number"),
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(state=State.IN_FORCE.value), name="one_version_in_force_of_a_plan"
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=models.Q(state__in=sorted(state.value for state in OPEN)),
                name="one_open_version_of_a_plan",
            ),
        ]


class ReviewNudge(models.Model):
    """That somebody was reminded of a review, once for each due moment and distance."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="nudges")
    due_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "due_at", "days"], name="one_nudge_of_a_review")]


class PlaybookRun(models.Model):
    """A playbook at work.

    Attributes:
        subject: what it was started for, "incident:…", as in the audit trail.
        steps: the steps as they were at the start: key, role, by, zh, en.
    """

    subject = models.CharField(max_length=200, db_index=True)
    playbook = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    steps = models.JSONField()
    started_by = models.CharField(max_length=150)
    started_at = models.DateTimeField()

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [models.UniqueConstraint(fields=["subject", "playbook"], name="one_run_of_a_playbook")]


class StepOutcome(models.TextChoices):
    """What became of a step."""

    DONE = "done", pgettext_lazy("step of a playbook", "done")
    NOT_NEEDED = "not-needed", pgettext_lazy("step of a playbook", "not needed here")
    REOPENED = "reopened", pgettext_lazy("step of a playbook", "open again")


class StepMark(models.Model):
    """Who ticked a step, when, with what outcome; never changed, a later mark of the step holds."""

    run = models.ForeignKey(PlaybookRun, on_delete=models.PROTECT, related_name="marks")
    key = models.CharField(max_length=40)
    outcome = models.CharField(max_length=12, choices=StepOutcome.choices)
    note = models.TextField(blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
