"""The register of authorisations, the ledger, findings, and what was seen of sites over time."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.common.ids import random_id
from fenghuo.base.units.models import Asset, Unit

SEVERITIES = [
    ("critical", _("critical")),
    ("high", _("high")),
    ("medium", _("medium")),
    ("low", _("low")),
    ("compliance", _("compliance")),
    ("info", _("note")),
]


class VerdictLabel(models.TextChoices):
    """Labels of `checks.base.VerdictKind`."""

    PASS = "pass", _("passed")
    FAIL = "fail", _("failed")
    NOT_APPLICABLE = "not-applicable", _("not applicable")
    COULD_NOT_TEST = "could-not-test", _("could not test")


class FindingLabel(models.TextChoices):
    """Labels of `decide.FindingState`."""

    OPEN = "open", pgettext_lazy("finding", "open")
    PASSED_ONCE = "passed-once", _("passed once, to be confirmed")
    CLOSED = "closed", pgettext_lazy("finding", "closed")
    FALSE_POSITIVE = "false-positive", _("false positive")
    ACCEPTED = "accepted", _("risk accepted")


class RoundKind(models.TextChoices):
    """What a screening round is for."""

    COMPREHENSIVE = "comprehensive", _("comprehensive screening")
    SPECIAL = "special", _("special screening")
    BEFORE_LAUNCH = "before-launch", _("assessment before launch")
    ANNUAL = "annual", _("annual test")


class RoundState(models.TextChoices):
    """Where a screening round stands."""

    PLANNED = "planned", _("planned")
    AUTHORISED = "authorised", _("authorised")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    REPORTED = "reported", _("reported")


class Origin(models.TextChoices):
    """How a verdict came into the ledger."""

    SERVER = "server", _("this platform")
    LAPTOP = "laptop", _("a laptop on site")
    COMPANY = "company", _("a testing company's report")


class Authorisation(models.Model):
    """Who allowed what to be contacted, when, and how much: the only source of permits.

    Attributes:
        work_order: number under which every contact is logged, "2026-0001", without gaps.
        classes: values of `facts.CheckClass`. addresses: pinned addresses, [] for those that the name has at the time.
        quiet: spans of the day without contact, [["22:00", "06:00"]].
        http_budget: HTTP requests a visit.
        given_by: the person of the unit who gave it; document: reference of the paper or file.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    work_order = models.CharField(max_length=20, unique=True)
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="authorisations")
    classes = models.JSONField(default=list)
    addresses = models.JSONField(default=list)
    quiet = models.JSONField(default=list)
    http_budget = models.PositiveIntegerField(default=60)
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    given_by = models.CharField(max_length=100)
    document = models.CharField(max_length=200, blank=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-begins"]


class Round(models.Model):
    """A screening round: the assets that it is due for stand in `RoundAsset` as they were on the day."""

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    kind = models.CharField(max_length=20, choices=RoundKind.choices, default=RoundKind.COMPREHENSIVE)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=RoundState.choices, default=RoundState.PLANNED)
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    checks = models.JSONField(default=list)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-begins"]


class RoundAsset(models.Model):
    """An asset of a round, as the register had it on the day. `excluded` says why it is not due, "" where it is.

    It has no foreign key to the asset, so that a year can be recomputed when the register has changed.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="assets")
    asset_id = models.BigIntegerField()
    value = models.CharField(max_length=300)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    unit_id = models.CharField(max_length=36)
    unit_name = models.CharField(max_length=200)
    critical = models.BooleanField(default=False)
    authorised = models.BooleanField(default=False)
    excluded = models.CharField(max_length=200, blank=True)
    visited_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-critical", "unit_name", "value"]
        constraints = [models.UniqueConstraint(fields=["round", "asset_id"], name="one_row_of_a_round_and_asset")]


class RegisterDay(models.Model):
    """The register as it was on a day, so that coverage of a past period can be computed again. No foreign keys, for the same reason.

    `excluded` says why an asset is not due, "" where it is; `authorised` whether a permit for more than look-ups was in force.
    """

    day = models.DateField()
    asset_id = models.BigIntegerField()
    value = models.CharField(max_length=300)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    unit_id = models.CharField(max_length=36)
    unit_name = models.CharField(max_length=200)
    critical = models.BooleanField(default=False)
    authorised = models.BooleanField(default=False)
    excluded = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "asset_id"], name="one_row_of_a_day_and_asset")]


class Cell(models.Model):
    """The ledger: exactly one verdict for an asset, a check and a period.

    Attributes:
        period: "2026-11" for a calendar month, "round:<id>" for a round.
        reason: `facts.Why` or `checks.base.NotMeant` value, "" for pass and fail. detail: more of it.
        origin, by: how it came, and who brought it where that was a person.
    """

    period = models.CharField(max_length=50)
    asset_id = models.BigIntegerField()
    unit_id = models.CharField(max_length=36)
    check_id = models.CharField(max_length=60)
    check_class = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    verdict = models.CharField(max_length=15, choices=VerdictLabel.choices)
    reason = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.SERVER)
    by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "asset_id", "check_id"], name="one_verdict_of_a_period")
        ]
        indexes = [models.Index(fields=["period", "unit_id"], name="cells_of_unit")]


class VerdictSpan(models.Model):
    """The history of an asset and a check: one row for as long as the verdict stays the same."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="verdicts")
    check_id = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    verdict = models.CharField(max_length=15, choices=VerdictLabel.choices)
    reason = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-last_at"]
        indexes = [models.Index(fields=["asset", "check_id", "-last_at"], name="verdicts_of_asset")]


class StoredFinding(models.Model):
    """A fault at one place of an asset, from when it was first seen until it was proved gone.

    Attributes:
        id: `checks.base.finding_key`.
        evidence: masked excerpt, at most 4,000 characters; sha256 of it in hex.
        due_at: until when the unit has to mend it.
        reopened: how often it came back.
        held_by, confirmed_by, until, held_why: who marked it a false positive or accepted the risk, who confirmed that, until when, why.
        retest_asked_at: when the unit said "rectified, test again"; null when that was answered.
        place: the page behind the home page that it stands on, as path and query, "" for everything else: only a verdict about that very
            page says whether it is gone.
        to_tell: whether it still has to be handed to the judge, who makes an early warning of it.
    """

    id = models.CharField(max_length=64, primary_key=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="findings")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="findings")
    check_id = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    outcome = models.CharField(max_length=60)
    locus = models.CharField(max_length=300)
    severity = models.CharField(max_length=12, choices=SEVERITIES)
    rank = models.PositiveSmallIntegerField()
    evidence = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=15, choices=FindingLabel.choices, default=FindingLabel.OPEN)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    due_at = models.DateTimeField()
    first_pass_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=20, blank=True)
    reopened = models.PositiveIntegerField(default=0)
    held_by = models.CharField(max_length=150, blank=True)
    confirmed_by = models.CharField(max_length=150, blank=True)
    held_why = models.CharField(max_length=500, blank=True)
    until = models.DateTimeField(null=True)
    retest_asked_at = models.DateTimeField(null=True)
    place = models.CharField(max_length=300, blank=True)
    to_tell = models.BooleanField(default=False)

    class Meta:
        ordering = ["rank", "-first_seen"]
        indexes = [
            models.Index(fields=["last_seen"], condition=models.Q(to_tell=True), name="findings_to_tell"),
            models.Index(fields=["asset", "check_id", "state"], name="findings_of_check"),
            models.Index(fields=["unit", "state", "rank"], name="findings_of_unit"),
        ]


class FindingStep(models.Model):
    """One line of a finding's history: what a verdict or a person did to it, with the reason."""

    finding = models.ForeignKey(StoredFinding, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    step = models.CharField(max_length=40)
    by = models.CharField(max_length=150, blank=True)
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "id"]


class SiteState(models.Model):
    """What the screening process must remember of an asset between visits.

    Attributes:
        next_at: when it is due. asked_by: who asked for a visit out of turn.
        failures: visits in a row that brought nothing.
        facts: the last facts, zstd-compressed JSON (`facts.stored`), so that new content judges without new traffic; facts_at: their time.
        learning: what is usual on its home page and how far learning that has come (`checks.learning.Learning`), JSON text.
        toured_at: when its pages behind the home page were last gone through; next_tour_at: when they are due, null for at once.
    """

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, primary_key=True, related_name="screening")
    next_at = models.DateTimeField(db_index=True)
    last_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=150, blank=True)
    failures = models.PositiveIntegerField(default=0)
    facts = models.BinaryField(null=True)
    facts_at = models.DateTimeField(null=True)
    learning = models.TextField(blank=True)
    toured_at = models.DateTimeField(null=True)
    next_tour_at = models.DateTimeField(null=True)


class KnownPage(models.Model):
    """A page one or two links behind the home page of a public site, and what was seen of it: coverage by page.

    Attributes:
        place: path and query without sessions (`checks.places.place_of`). level: 1 or 2 links from the home page.
        first_at, listed_at: when a link to it was seen first and last.
        tried_at: when it was last asked for by the daily tour; seen_at: when it last came and was judged; reason: why it did not then,
            a `facts.Why` value.
        visited_at: when a planned visit last asked for it.
        learning: what is usual on it (`checks.learning.Learning`), JSON text.
    """

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="known_pages")
    place = models.CharField(max_length=300)
    level = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200, blank=True)
    first_at = models.DateTimeField()
    listed_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    visited_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    learning = models.TextField(blank=True)

    class Meta:
        ordering = ["level", "place"]
        constraints = [models.UniqueConstraint(fields=["asset", "place"], name="one_row_of_an_asset_and_page")]


class Shot(models.Model):
    """A picture of a home page as it looked without scripts: usual ("good"), or at a finding ("found").

    Attributes:
        finding: the finding that it shows; null for a usual look. before: the last usual look before that finding.
        image: PNG. sha256 of it in hex. reason: why there is no picture, `picture.NoPicture` value, "" where there is one.
    """

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="shots")
    finding = models.ForeignKey(StoredFinding, on_delete=models.CASCADE, null=True, related_name="shots")
    before = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    url = models.CharField(max_length=500)
    image = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["asset", "-at"], name="shots_of_asset")]


class UpSpan(models.Model):
    """Availability of a site: one row for as long as its state stays the same.

    `state` is "up", "pending" (failed once, being tried again), "down", "maintenance" or "unwatched" (nobody looked); `stage` says
    what failed: "dns", "tcp", "tls", "http".
    """

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="up_spans")
    state = models.CharField(max_length=12)
    stage = models.CharField(max_length=5, blank=True)
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    visits = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-begins"]
        indexes = [models.Index(fields=["asset", "-begins"], name="up_spans_of_asset")]


class UpDay(models.Model):
    """A day of availability visits to a site: how many, how many failed by the 15-second rule, how long answers took."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="up_days")
    day = models.DateField()
    visits = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    slowest_ms = models.PositiveIntegerField(default=0)
    total_ms = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "day"], name="one_row_of_an_asset_and_day")]


class Maintenance(models.Model):
    """A time in which a site may be down; it is not counted as such."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="maintenances")
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    reason = models.CharField(max_length=300)
    made_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-begins"]


class SeenHost(models.Model):
    """A host name that a registered site refers to and the register does not know: listed, never contacted."""

    host = models.CharField(max_length=255, unique=True)
    seen_on = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="seen_hosts")
    how = models.CharField(max_length=300, blank=True)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    dismissed_by = models.CharField(max_length=150, blank=True)
    dismissed_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["host"]
