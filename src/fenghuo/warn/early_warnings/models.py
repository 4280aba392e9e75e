"""Early warnings: hits grouped into matters, graded, and their life."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.common.severity import Harm, WarningLevel
from fenghuo.see.rulebook.models import StoredHit

LEVELS = [
    (WarningLevel.RED.value, pgettext_lazy("warning level", "Red")),
    (WarningLevel.ORANGE.value, pgettext_lazy("warning level", "Orange")),
    (WarningLevel.YELLOW.value, pgettext_lazy("warning level", "Yellow")),
    (WarningLevel.BLUE.value, pgettext_lazy("warning level", "Blue")),
]

HARMS = [
    (Harm.EXTREME.value, pgettext_lazy("possible harm", "extremely severe")),
    (Harm.SEVERE.value, pgettext_lazy("possible harm", "severe")),
    (Harm.CONSIDERABLE.value, pgettext_lazy("possible harm", "considerable")),
    (Harm.SLIGHT.value, pgettext_lazy("possible harm", "slight")),
]


class State(models.TextChoices):
    """The life of a warning, as far as the desk carries it."""

    OPEN = "open", _("open")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    TRIAGED = "triaged", _("confirmed real")
    FALSE_POSITIVE = "false-positive", _("false alarm")
    CLOSED = "closed", _("closed")


class EarlyWarning(models.Model):
    """One matter: (unit, asset, class, exercise), with every hit that belongs to it while it is open.

    Attributes:
        id: derived from the key and `ordinal`, the number of matters of this key before, so that a replay makes it again.
        unit_id: "" where the sender is not registered.
        rank: 1 for red to 4 for blue, for sorting.
        matrix: name and version of the grading table.
        first_seen, last_seen: event times of the first and last hit.
        raised_at: when it became a warning or its level rose last; clocks start here.
        rung, next_rung_at: how far the ladder was climbed, and when the next person is told; null once acknowledged.
        changed: grows with every change (nanoseconds), for live pages.
    """

    id = models.CharField(max_length=36, primary_key=True)
    unit_id = models.CharField(max_length=36, blank=True, db_index=True)
    asset = models.CharField(max_length=300, blank=True)
    threat_class = models.CharField(max_length=60)
    exercise = models.BooleanField(default=False)
    ordinal = models.PositiveIntegerField(default=0)
    level = models.CharField(max_length=10, choices=LEVELS)
    rank = models.PositiveSmallIntegerField()
    matrix = models.CharField(max_length=60)
    importance = models.CharField(max_length=10)
    harm = models.CharField(max_length=15)
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=15, choices=State.choices, default=State.OPEN)
    count = models.PositiveIntegerField(default=0)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    created_at = models.DateTimeField(db_index=True)
    raised_at = models.DateTimeField()
    handled_by = models.CharField(max_length=150, blank=True)
    rung = models.PositiveSmallIntegerField(default=0)
    next_rung_at = models.DateTimeField(null=True)
    changed = models.BigIntegerField(db_index=True)

    class Meta:
        ordering = ["-last_seen", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit_id", "asset", "threat_class", "exercise", "ordinal"], name="one_warning_of_a_key"
            )
        ]
        indexes = [
            models.Index(fields=["state", "rank", "raised_at"], name="warnings_needed"),
            models.Index(fields=["next_rung_at"], name="warnings_ladder"),
        ]


class WarningHit(models.Model):
    """A hit that belongs to a warning."""

    warning = models.ForeignKey(EarlyWarning, on_delete=models.CASCADE, related_name="hits")
    hit = models.OneToOneField(StoredHit, on_delete=models.PROTECT, related_name="in_warning")
