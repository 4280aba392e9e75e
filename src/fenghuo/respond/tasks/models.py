"""Tasks, what was said and brought about them, and reminders."""

from django.db import models
from django.utils.translation import pgettext_lazy

from fenghuo.base.accounts.models import Person
from fenghuo.base.common.ids import random_id
from fenghuo.base.units.models import Unit
from fenghuo.respond.tasks.decide import FINAL, Source, State, Verb
from fenghuo.warn.notices.models import Notice

SOURCES = [
    (Source.COMMITTEE.value, pgettext_lazy("task", "decision of the committee")),
    (Source.ABOVE.value, pgettext_lazy("task", "assignment from above")),
    (Source.OFFICE.value, pgettext_lazy("task", "the office itself")),
]
STATES = [
    (State.OPEN.value, pgettext_lazy("task", "not begun")),
    (State.WORKING.value, pgettext_lazy("task", "in hand")),
    (State.HANDED_IN.value, pgettext_lazy("task", "handed in, to be accepted")),
    (State.RETURNED.value, pgettext_lazy("task", "returned")),
    (State.ACCEPTED.value, pgettext_lazy("task", "done")),
    (State.WITHDRAWN.value, pgettext_lazy("task", "withdrawn")),
]
VERBS = [
    (Verb.START.value, pgettext_lazy("task", "begun")),
    (Verb.NOTE.value, pgettext_lazy("task", "progress")),
    (Verb.HAND_IN.value, pgettext_lazy("task", "handed in")),
    (Verb.ACCEPT.value, pgettext_lazy("task", "accepted")),
    (Verb.RETURN.value, pgettext_lazy("task", "given back")),
    (Verb.EXTEND.value, pgettext_lazy("task", "given more time")),
    (Verb.WITHDRAW.value, pgettext_lazy("task", "taken back")),
]


class Task(models.Model):
    """One decision or assignment that somebody carries out.

    Attributes:
        source, document, decided_on: who decided it, in which paper or meeting, on which day.
        what: what is to be done, and what counts as proof.
        unit, owner: who does it; exactly one of both. helpers: who helps, in words.
        due_on: its last day. first_due_on: the one that was given first.
        handed_in_by_id: the account of who handed it in, who does not accept it.
        notices: notices (督办函) that were drafted because it is late.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    source = models.CharField(max_length=10, choices=SOURCES)
    document = models.CharField(max_length=200)
    decided_on = models.DateField()
    title = models.CharField(max_length=200)
    what = models.TextField()
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="tasks")
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="tasks")
    helpers = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(db_index=True)
    first_due_on = models.DateField()
    state = models.CharField(max_length=10, choices=STATES, default=State.OPEN.value, db_index=True)
    handed_in_by_id = models.CharField(max_length=40, blank=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    notices = models.ManyToManyField(Notice, related_name="tasks")

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit__isnull=True) ^ models.Q(owner__isnull=True), name="a_task_has_one_owner"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(state.value for state in FINAL)) ^ models.Q(ended_at__isnull=True),
                name="what_ended_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """What the audit trail and the clocks call it."""
        return f"task:{self.id}"

    @property
    def whose(self) -> str:
        """The name of the unit or person that does it."""
        return self.unit.name if self.unit is not None else (self.owner.name if self.owner is not None else "")


class Step(models.Model):
    """What somebody did, said or brought; never changed, the database refuses it.

    Attributes:
        due_on: the new last day of an extension. file_…: a proof, "" for none; the bytes lie under their SHA-256.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=10, choices=VERBS)
    text = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_kind = models.CharField(max_length=10, blank=True)
    file_size = models.PositiveIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class TaskReminder(models.Model):
    """That somebody was told, once for each last day, mark and week of lateness."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reminders")
    due_on = models.DateField()
    mark = models.CharField(max_length=8)
    count = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "due_on", "mark", "count"], name="one_reminder_of_a_task_and_mark")
        ]
