"""Campaigns, the self-checks of units, visits, and defects."""

from django.db import models
from django.utils.translation import pgettext_lazy

from fenghuo.base.accounts.models import Person
from fenghuo.base.common.ids import random_id
from fenghuo.base.units.models import Unit
from fenghuo.respond.inspections.decide import CampaignState, CheckState
from fenghuo.warn.notices.models import Notice

CAMPAIGN_STATES = [
    (CampaignState.DRAFT.value, pgettext_lazy("inspection", "being prepared")),
    (CampaignState.OPEN.value, pgettext_lazy("inspection", "running")),
    (CampaignState.CLOSED.value, pgettext_lazy("inspection", "ended")),
    (CampaignState.DROPPED.value, pgettext_lazy("inspection", "thrown away")),
]
CHECK_STATES = [
    (CheckState.WAITING.value, pgettext_lazy("inspection", "not handed in")),
    (CheckState.SUBMITTED.value, pgettext_lazy("inspection", "handed in")),
    (CheckState.RETURNED.value, pgettext_lazy("inspection", "returned")),
]


class Campaign(models.Model):
    """One inspection of many units.

    Attributes:
        basis: the paper that orders it. list_name: the checklist's key and version, "" where it was written for this one.
        items: [{"number", "zh", "en", "basis"}], as they were when it was opened.
        last_day: until when units check themselves. first_day, end_day: the period in which it is planned, null where the paper names none.
        conclusion: what came out of it, or why it was thrown away.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    title = models.CharField(max_length=200)
    basis = models.CharField(max_length=300)
    list_name = models.CharField(max_length=60, blank=True)
    items = models.JSONField()
    last_day = models.DateField()
    first_day = models.DateField(null=True)
    end_day = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=CAMPAIGN_STATES, default=CampaignState.DRAFT.value)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    conclusion = models.TextField(blank=True)

    class Meta:
        ordering = ["-made_at", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """What the audit trail calls it."""
        return f"inspection:{self.id}"

    @property
    def numbers(self) -> list[str]:
        """The numbers of its items, in their order."""
        return [item["number"] for item in self.items]


class SelfCheck(models.Model):
    """What one unit says of itself.

    Attributes:
        answers: {item number: {"answer", "note"}}; kept while it is written, and fixed once it is handed in.
        returns: how often it came back; each time it is asked for anew, with reminders of its own.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="checks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="self_checks")
    state = models.CharField(max_length=9, choices=CHECK_STATES, default=CheckState.WAITING.value)
    answers = models.JSONField(default=dict)
    why_returned = models.TextField(blank=True)
    returns = models.PositiveIntegerField(default=0)
    handed_in_by = models.CharField(max_length=150, blank=True)
    handed_in_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["unit__name"]
        constraints = [models.UniqueConstraint(fields=["campaign", "unit"], name="one_self_check_of_a_unit")]

    @property
    def subject(self) -> str:
        """What the audit trail and the clocks call it."""
        return f"self-check:{self.id}"


class Visit(models.Model):
    """What two inspectors saw at a unit; never changed, the database refuses it: a second look is a visit of its own.

    Attributes:
        seen: {item number: {"seen", "note"}}, every item.
    """

    check_of = models.ForeignKey(SelfCheck, on_delete=models.PROTECT, related_name="visits")
    on = models.DateField()
    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    met = models.CharField(max_length=100)
    seen = models.JSONField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-id"]


class Defect(models.Model):
    """Something that inspectors found wrong; the notice, once one is drafted, closes it."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="defects")
    number = models.CharField(max_length=10)
    text = models.TextField()
    notice = models.ForeignKey(Notice, null=True, on_delete=models.PROTECT, related_name="defects")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["visit", "number"], name="one_defect_of_an_item")]


class Proof(models.Model):
    """A file that shows something about an item: of the unit's self-check, or of a visit."""

    check_of = models.ForeignKey(SelfCheck, on_delete=models.PROTECT, related_name="proofs")
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT, related_name="proofs")
    number = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number", "id"]


class CheckReminder(models.Model):
    """That a unit was reminded, once for each mark and week of lateness each time that it was asked; `turn` is how often it came back."""

    check_of = models.ForeignKey(SelfCheck, on_delete=models.PROTECT, related_name="reminders")
    turn = models.PositiveIntegerField(default=0)
    due_on = models.DateField()
    mark = models.CharField(max_length=8)
    count = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["check_of", "turn", "due_on", "mark", "count"], name="one_reminder_of_a_check_and_mark"
            )
        ]
