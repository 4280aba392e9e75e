"""Early warnings: hits grouped into matters, graded, and their life; and the formal warnings that the office publishes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.common.ids import random_id
from fenghuo.base.common.severity import Harm, WarningLevel
from fenghuo.base.units.models import Unit
from fenghuo.see.intel.models import TLPS
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
    JOINED = "joined", _("part of another warning")


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
        joined_to: the warning that it is part of since the result `joined_by` of a chain, a hit's id.
        kept_apart: a person took it out of another warning; it does not become part of one again.
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
    joined_to = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, related_name="parts")
    joined_by = models.CharField(max_length=36, blank=True)
    kept_apart = models.BooleanField(default=False)

    class Meta:
        ordering = ["-last_seen", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit_id", "asset", "threat_class", "exercise", "ordinal"], name="one_warning_of_a_key"
            ),
            models.CheckConstraint(
                condition=models.Q(next_rung_at__isnull=True) | models.Q(state="open"), name="only_open_warnings_climb"
            ),
            models.CheckConstraint(
                condition=models.Q(joined_to__isnull=True) | models.Q(state="joined"),
                name="only_joined_warnings_are_parts",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "rank", "raised_at"], name="warnings_needed"),
            models.Index(
                fields=["rank", "next_rung_at"],
                condition=models.Q(next_rung_at__isnull=False),
                name="warnings_ladder",
            ),
        ]

    @property
    def subject(self) -> str:
        """What the audit trail and the clocks call it."""
        return f"warning:{self.id}"


class WarningHit(models.Model):
    """A hit that belongs to a warning."""

    warning = models.ForeignKey(EarlyWarning, on_delete=models.CASCADE, related_name="hits")
    hit = models.OneToOneField(StoredHit, on_delete=models.PROTECT, related_name="in_warning")


class BulletinLabel(models.TextChoices):
    """Labels of `formal.BulletinState`."""

    DRAFT = "draft", pgettext_lazy("formal warning", "draft")
    PUBLISHED = "published", pgettext_lazy("formal warning", "in force")
    LIFTED = "lifted", pgettext_lazy("formal warning", "lifted")
    ARCHIVED = "archived", pgettext_lazy("formal warning", "archived")
    DISCARDED = "discarded", pgettext_lazy("formal warning", "thrown away")


class VersionLabel(models.TextChoices):
    """Labels of `formal.VersionState`."""

    DRAFT = "draft", pgettext_lazy("formal warning", "draft")
    REVIEW = "review", pgettext_lazy("formal warning", "to be reviewed")
    PUBLISHED = "published", pgettext_lazy("formal warning", "published")
    DISCARDED = "discarded", pgettext_lazy("formal warning", "thrown away")


class ChangeLabel(models.TextChoices):
    """Labels of `formal.Change`."""

    FIRST = "first", pgettext_lazy("version of a warning", "first publication")
    AMEND = "amend", pgettext_lazy("version of a warning", "change of words")
    RAISE = "raise", pgettext_lazy("version of a warning", "raising")
    LOWER = "lower", pgettext_lazy("version of a warning", "lowering")
    LIFT = "lift", pgettext_lazy("version of a warning", "lifting")


class Bulletin(models.Model):
    """A formal early warning (预警) with its versions.

    Attributes:
        origin: "own", or "relayed" for one of a higher level: relayed_from, relayed_number, relayed_on say whose.
        warnings: matters at the desk that stand behind it.
        tlp: how far it may go (TLP 2.0), "" where nobody said; "red" and "amber+strict" of another office need its consent to be published.
        summary: what came of it, written after it was lifted.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    state = models.CharField(max_length=12, choices=BulletinLabel.choices, default=BulletinLabel.DRAFT, db_index=True)
    origin = models.CharField(max_length=10, default="own")
    relayed_from = models.CharField(max_length=100, blank=True)
    relayed_number = models.CharField(max_length=100, blank=True)
    relayed_on = models.DateField(null=True)
    tlp = models.CharField(max_length=14, choices=TLPS, blank=True)
    exercise = models.BooleanField(default=False)
    warnings = models.ManyToManyField(EarlyWarning, related_name="bulletins", blank=True)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(db_index=True)
    lifted_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    summary = models.TextField(blank=True)
    summary_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]

    @property
    def subject(self) -> str:
        """What the audit trail and the clocks call it."""
        return f"bulletin:{self.id}"


class BulletinVersion(models.Model):
    """What a formal warning says from one publication to the next; a published version never changes.

    Attributes:
        change: `formal.Change`; why: its reason.
        level_why: why the level is another than the matrix gives for importance and harm. graded: "level table version" of the matrix.
        starts_at, scope, matter, measures: 起始时间, 可能影响范围, 警示事项, 应采取的措施和时限要求.
        approval_…: proof that the level above approved red or orange; the file lies in the store under its SHA-256.
        authors: ids of who wrote it; none of them publishes it.
        revision: grows with every edit, so that two editors do not overwrite one another unseen.
    """

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    change = models.CharField(max_length=10, choices=ChangeLabel.choices, default=ChangeLabel.FIRST)
    state = models.CharField(max_length=12, choices=VersionLabel.choices, default=VersionLabel.DRAFT)
    why = models.TextField(blank=True)
    level = models.CharField(max_length=10, choices=LEVELS)
    importance = models.CharField(max_length=10, blank=True)
    harm = models.CharField(max_length=15, choices=HARMS, blank=True)
    graded = models.CharField(max_length=80, blank=True)
    level_why = models.CharField(max_length=500, blank=True)
    title = models.CharField(max_length=200)
    threat_class = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    scope = models.TextField()
    matter = models.TextField()
    measures = models.TextField()
    agency = models.CharField(max_length=100)
    code = models.CharField(max_length=40)
    contact = models.CharField(max_length=200, blank=True)
    copies_to = models.TextField(blank=True)
    units = models.ManyToManyField(Unit, related_name="+")
    approval_by = models.CharField(max_length=100, blank=True)
    approval_on = models.DateField(null=True)
    approval_reference = models.CharField(max_length=150, blank=True)
    approval_file = models.CharField(max_length=200, blank=True)
    approval_kind = models.CharField(max_length=10, blank=True)
    approval_sha256 = models.CharField(max_length=64, blank=True)
    authors = models.JSONField(default=list)
    drafted_by = models.CharField(max_length=150)
    drafted_at = models.DateTimeField()
    published_by = models.CharField(max_length=150, blank=True)
    published_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "number"], name="one_version_of_a_number"),
            models.UniqueConstraint(
                fields=["bulletin"], condition=models.Q(state__in=["draft", "review"]), name="one_open_version"
            ),
        ]


class BulletinReport(models.Model):
    """A situation report (态势报告) while a formal warning is in force."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="reports")
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    text = models.TextField()

    class Meta:
        ordering = ["at", "id"]


class BulletinAlarm(models.Model):
    """That the office was told of a clock of a formal warning that ran out; once for each clock."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="alarms")
    clock = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "clock"], name="one_alarm_of_a_bulletin_clock")]
