"""Tables of indicators: feeds, indicators, imports with what they refused, and what the matching processes were told."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.see.intel.names import KIND_NAMES
from fenghuo.see.intel.values import CLASSES, Kind, Tlp

KINDS = [(kind.value, KIND_NAMES[kind]) for kind in Kind]
TLPS = [(tlp.value, f"TLP:{tlp.value.upper()}") for tlp in Tlp]
CLASS_VALUES = [(name, name) for name in CLASSES]


class Feed(models.Model):
    """Where indicators come from.

    Attributes:
        name: short name, stands with every hit.
        origin: address or words on where it is to be had, for people.
        tlp, confidence, threat_class: what holds for a row that does not say it itself.
        expiry_days: days after which a row stops counting unless a newer list names it again; 0 for never.
        number: rows that are not withdrawn, for the overview.
    """

    name = models.CharField(max_length=60, unique=True)
    origin = models.CharField(max_length=300, blank=True)
    tlp = models.CharField(max_length=14, choices=TLPS, default=Tlp.AMBER.value)
    confidence = models.PositiveSmallIntegerField(default=50)
    threat_class = models.CharField(max_length=60, choices=CLASS_VALUES, default="other-attack")
    expiry_days = models.PositiveIntegerField(default=90)
    number = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StoredIndicator(models.Model):
    """One indicator of one feed; the fields of the same name mean what they mean in `values.Indicator`.

    Attributes:
        digest: `queries.digest_of(kind, value)`, so that a value of any length is found through one index.
        valid_from, valid_until: nanoseconds since 1970 UTC, null where open.
        confirmed_at: when a list or a person last named it.
        withdrawn_at: since when it is out of use; a newer list does not bring it back.
        changed: the state of the tables (`IntelState.version`) in which it was last changed.
    """

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="indicators")
    kind = models.CharField(max_length=10, choices=KINDS)
    value = models.TextField()
    digest = models.CharField(max_length=32)
    valid_from = models.BigIntegerField(null=True)
    valid_until = models.BigIntegerField(null=True)
    confidence = models.PositiveSmallIntegerField()
    tlp = models.CharField(max_length=14, choices=TLPS)
    threat_class = models.CharField(max_length=60, choices=CLASS_VALUES)
    note = models.CharField(max_length=300, blank=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=150)
    confirmed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    changed = models.PositiveBigIntegerField(db_index=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["digest", "feed"], name="one_value_a_feed")]


class IntelState(models.Model):
    """One row: a number that grows with every change, and the file that holds all up to `built`."""

    version = models.PositiveBigIntegerField(default=0)
    built = models.PositiveBigIntegerField(default=0)
    file = models.CharField(max_length=60, blank=True)
    entries = models.PositiveIntegerField(default=0)


class ImportState(models.TextChoices):
    """How an import stands."""

    RUNNING = "running", pgettext_lazy("import", "running")
    DONE = "done", pgettext_lazy("import", "done")
    FAILED = "failed", pgettext_lazy("import", "failed")


class ImportRun(models.Model):
    """One import of one file. `refused`: number of refused rows by reason. `problem`: why it ended early, "" where it did not."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="imports")
    name = models.CharField(_("file"), max_length=200)
    format = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.RUNNING)
    by = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    added = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=dict)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]


class RefusedRow(models.Model):
    """A row that an import did not take; the first `actions.MOST_REFUSED` of each reason are kept."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    place = models.CharField(max_length=120)
    value = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=30)

    class Meta:
        ordering = ["id"]
