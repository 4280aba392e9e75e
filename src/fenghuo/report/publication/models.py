"""The public document of a year: every saved version of its data file, and every release."""

from django.db import models
from django.utils.translation import pgettext_lazy

from fenghuo.base.common.ids import random_id


class PublicationState(models.TextChoices):
    """Where a document stands; `decide.STEPS` says what follows what."""

    DRAFT = "draft", pgettext_lazy("disclosure", "draft")
    REVIEW = "review", pgettext_lazy("disclosure", "to be approved")
    PUBLISHED = "published", pgettext_lazy("disclosure", "published")


class Publication(models.Model):
    """The document of one budget year.

    Attributes:
        asked_by, asked_name: who asked for approval; another person approves.
        approved_on, approval: the day on which the finance department approved the budget, and its document.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    year = models.PositiveSmallIntegerField(unique=True)
    state = models.CharField(max_length=12, choices=PublicationState.choices, default=PublicationState.DRAFT)
    asked_by = models.CharField(max_length=40, blank=True)
    asked_name = models.CharField(max_length=150, blank=True)
    approved_on = models.DateField(null=True)
    approval = models.CharField(max_length=200, blank=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-year"]

    @property
    def subject(self) -> str:
        """What the audit trail and the clocks call it."""
        return f"publication:{self.id}"


class Version(models.Model):
    """The whole data file as it was saved once; never changed.

    Attributes:
        number: counts from 1. data: the data file (JSON). section: what was edited, "" where all came at once.
        origins: figures from records, [{"path", "source", "value"}]; source "project:<id>" or "holdings:<day>".
        overtyped: figures from records that a person changed, [{"path", "source", "was", "value", "why", "by"}].
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    data = models.TextField()
    sha256 = models.CharField(max_length=64)
    section = models.CharField(max_length=20, blank=True)
    what = models.CharField(max_length=20)
    why = models.TextField(blank=True)
    origins = models.JSONField(default=list)
    overtyped = models.JSONField(default=list)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["publication", "number"], name="one_version_of_a_document")]


class Release(models.Model):
    """That a version was published: where, when, who asked and who approved; never changed.

    Attributes:
        number: 1 for the first, then corrections, which say why. late: after the twentieth day.
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="releases")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    on = models.DateField()
    address = models.CharField(max_length=300)
    why = models.TextField(blank=True)
    late = models.BooleanField()
    asked_name = models.CharField(max_length=150)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["publication", "number"], name="one_release_of_a_number")]


class PublicationNudge(models.Model):
    """That those who keep the document were told that its twentieth day is near or over, once for each distance."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="nudges")
    due_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["publication", "due_at", "days"], name="one_nudge_of_a_day")]
