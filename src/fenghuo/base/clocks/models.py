"""Deadlines as rows, and the calendar of working days as data."""

from django.db import models


class Calendar(models.TextChoices):
    """How a deadline counts."""

    NATURAL = "natural"
    WORKDAYS = "workdays"


class Deadline(models.Model):
    """A clock that runs for a thing.

    Attributes:
        subject: "kind:id" of the thing, as in the audit trail.
        kind: what must happen, e.g. "acknowledge".
        stopped_at: when it happened; null while the clock runs.
        late_at: when lateness was seen; it stays, whatever happens afterwards.
    """

    subject = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    calendar = models.CharField(max_length=10, choices=Calendar.choices)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    stopped_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "kind"], name="one_deadline_of_a_kind")]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(stopped_at=None), name="clocks_running")]


class SpecialDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a weekend day on which offices work (调休)."""

    day = models.DateField(primary_key=True)
    works = models.BooleanField()
    name = models.CharField(max_length=60)
    source = models.CharField(max_length=200)
