"""Incidents, how they were graded, what was reported to whom, what was done, and the evidence with its chain of custody."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.common.ids import random_id
from fenghuo.base.units.models import Contact
from fenghuo.respond.incidents.decide import Stage
from fenghuo.respond.incidents.grading.scales import Grade
from fenghuo.warn.notices.models import Notice

STAGES = [
    (Stage.REPORTED.value, pgettext_lazy("incident", "reported")),
    (Stage.TRIAGED.value, pgettext_lazy("incident", "triaged")),
    (Stage.REPORTING_UP.value, pgettext_lazy("incident", "being reported upward")),
    (Stage.RESPONDING.value, pgettext_lazy("incident", "response under way")),
    (Stage.CONTAINED.value, pgettext_lazy("incident", "contained")),
    (Stage.ERADICATED.value, pgettext_lazy("incident", "eradicated")),
    (Stage.RECOVERED.value, pgettext_lazy("incident", "recovered")),
    (Stage.ENDED.value, pgettext_lazy("incident", "ended")),
    (Stage.SUMMARISING.value, pgettext_lazy("incident", "being summed up")),
    (Stage.CLOSED.value, pgettext_lazy("incident", "closed")),
    (Stage.VOID.value, pgettext_lazy("incident", "no incident")),
]
GRADES = [
    (Grade.PARTICULARLY_MAJOR.value, pgettext_lazy("incident grade", "particularly major")),
    (Grade.MAJOR.value, pgettext_lazy("incident grade", "major")),
    (Grade.RELATIVELY_MAJOR.value, pgettext_lazy("incident grade", "relatively major")),
    (Grade.GENERAL.value, pgettext_lazy("incident grade", "general")),
]


class Category(models.TextChoices):
    """The classes of GB/T 20986-2023, under keys of our own; the standard's codes are not at hand."""

    MALWARE = "malware", _("malicious programs")
    ATTACK = "attack", _("network attack")
    DATA = "data", _("data security")
    CONTENT = "content", _("information content (counted only)")
    FAULT = "fault", _("fault of equipment or facilities")
    VIOLATION = "violation", _("operation against the rules")
    WEAKNESS = "weakness", _("security weakness")
    ABNORMAL = "abnormal", _("abnormal behaviour")
    FORCE_MAJEURE = "force-majeure", _("force majeure")
    OTHER = "other", pgettext_lazy("incident", "other")


class Kind(models.TextChoices):
    """What a unit sees, in its own words; each belongs to one class of the standard, and a playbook may hang on it."""

    DEFACEMENT = "web-defacement", _("web page changed")
    RANSOMWARE = "ransomware", _("files encrypted, ransom asked")
    LEAK = "data-leak", _("data leaked or stolen")
    DENIAL = "denial", _("flooded, out of reach")
    MINING = "mining", _("machine digs for coins")
    PHISHING = "phishing", _("staff deceived, account taken")
    INTRUSION = "intrusion", _("somebody has broken in")
    FAULT = "fault", _("fault, no attack seen")
    UNCLEAR = "unclear", _("not clear yet")


CATEGORY_OF = {
    Kind.DEFACEMENT.value: Category.ATTACK.value,
    Kind.RANSOMWARE.value: Category.MALWARE.value,
    Kind.LEAK.value: Category.DATA.value,
    Kind.DENIAL.value: Category.ATTACK.value,
    Kind.MINING.value: Category.MALWARE.value,
    Kind.PHISHING.value: Category.ATTACK.value,
    Kind.INTRUSION.value: Category.ATTACK.value,
    Kind.FAULT.value: Category.FAULT.value,
    Kind.UNCLEAR.value: Category.OTHER.value,
}
"""Kind → class of GB/T 20986-2023 where nobody chose another."""


class Origin(models.TextChoices):
    """How an incident came to the office."""

    UNIT = "unit", _("reported by the unit")
    PHONE = "phone", _("by telephone")
    WARNING = "warning", _("from an early warning")
    HIGHER = "higher", _("from a higher level")


class Incident(models.Model):
    """One incident.

    Attributes:
        kind: "" where it came without one. reporter, reporter_phone: whom to call back; emptied when it is closed or void.
        number: "2026-0007", without gaps in a year; a reopened incident keeps it.
        unit_id: "" where the unit is not registered. asset: host, domain or system name.
        discovered_at: 发现或获知 by the unit; never later than `received_at`, when the office learned of it.
        facts: what is known, in the form of `fenghuo incidents grade`.
        standard_proposed, annex_proposed: grades of the rule engine for the facts as they stand.
        standard_grade, annex_grade: what a person confirmed, "" while nobody has. grade_waits: a newer proposal waits for a person.
        response_level: "I" to "IV", "" where no response was started.
        ended_at: when handling ended; the 30-day clocks start here.
        notices: notices (事件通报) to its unit that were drafted about it; it does not close while one is open.
        version: grows with every change, for callers that looked at an older one. changed: the same in nanoseconds, for live pages.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    number = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=200)
    unit_id = models.CharField(max_length=36, blank=True, db_index=True)
    asset = models.CharField(max_length=300, blank=True)
    category = models.CharField(max_length=20, choices=Category.choices, default=Category.OTHER)
    kind = models.CharField(max_length=20, choices=Kind.choices, blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    reporter = models.CharField(max_length=100, blank=True)
    reporter_phone = models.CharField(max_length=40, blank=True)
    warning_id = models.CharField(max_length=36, blank=True, db_index=True)
    exercise = models.BooleanField(default=False)
    state = models.CharField(max_length=15, choices=STAGES, default=Stage.REPORTED.value)
    discovered_at = models.DateTimeField()
    received_at = models.DateTimeField(db_index=True)
    facts = models.JSONField(default=dict)
    standard_proposed = models.CharField(max_length=20, choices=GRADES, default=Grade.GENERAL.value)
    annex_proposed = models.CharField(max_length=20, choices=GRADES, default=Grade.GENERAL.value)
    standard_grade = models.CharField(max_length=20, choices=GRADES, blank=True)
    annex_grade = models.CharField(max_length=20, choices=GRADES, blank=True)
    grade_waits = models.BooleanField(default=True)
    response_level = models.CharField(max_length=3, blank=True)
    response_started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)
    notices = models.ManyToManyField(Notice, related_name="incidents")
    version = models.PositiveIntegerField(default=0)
    changed = models.BigIntegerField(db_index=True)

    class Meta:
        ordering = ["-received_at", "id"]
        indexes = [models.Index(fields=["state", "received_at"], name="incidents_by_state")]

    @property
    def subject(self) -> str:
        """What the audit trail and the clocks call it."""
        return f"incident:{self.id}"


class Grading(models.Model):
    """One grading: proposed by the rule engine, or confirmed by a person. Never changed afterwards.

    Attributes:
        detail: the line of `fenghuo incidents grade` at the time, in both languages: rules, sources, sureness, missing facts.
        reason: why a person decided otherwise than proposed.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="gradings")
    number = models.PositiveIntegerField()
    confirmed = models.BooleanField()
    standard = models.CharField(max_length=20, choices=GRADES)
    annex = models.CharField(max_length=20, choices=GRADES)
    facts = models.JSONField()
    detail = models.JSONField()
    reason = models.TextField(blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["incident", "number"], name="one_grading_of_a_number")]


class Request(models.Model):
    """Something that one person asks for and another decides: closing, cancelling, or a lower grade.

    Attributes:
        wanted: {"state": …} or {"standard": …, "annex": …}.
        accepted: null while nobody decided.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="requests")
    wanted = models.JSONField()
    reason = models.TextField()
    by_id = models.CharField(max_length=40)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_why = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=models.Q(accepted=None), name="one_open_request_of_an_incident"
            )
        ]


class ReportDuty(models.Model):
    """That somebody must be told, by when, and when it was done.

    Attributes:
        key, sender, receiver: of the table of duties. ours: whether the unit or the office owes it, so that a clock runs.
        terms: how long, counted from what, article, source and sureness, as the table had them.
        withdrawn_at: when the grade no longer asked for it.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="duties")
    key = models.CharField(max_length=20)
    sender = models.CharField(max_length=40)
    receiver = models.CharField(max_length=40)
    after = models.CharField(max_length=20, blank=True)
    ours = models.BooleanField()
    terms = models.JSONField()
    due_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "key", "receiver"], name="one_duty_towards_a_receiver")
        ]

    @property
    def clock(self) -> str:
        """The kind of its clock."""
        return f"{self.key}:{self.receiver}"


class ReportKind(models.TextChoices):
    """Which report it is."""

    FIRST = "first", _("first report")
    SUPPLEMENT = "supplement", _("supplement")
    SUMMARY = "summary", _("summary of handling")


class ReportVersion(models.Model):
    """A report as it was sent; frozen. `content`: item → text. `sha256` is of its canonical JSON."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=ReportKind.choices)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["incident", "number"], name="one_report_of_a_number")]


class Receipt(models.Model):
    """That a person sent a report by the official channel, with the number that came back."""

    report = models.ForeignKey(ReportVersion, on_delete=models.PROTECT, related_name="receipts")
    receiver = models.CharField(max_length=40)
    channel = models.CharField(max_length=100)
    receipt_number = models.CharField(max_length=100)
    sent_at = models.DateTimeField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["sent_at", "id"]


class LogKind(models.TextChoices):
    """What a line of the situation log is."""

    NOTE = "note", pgettext_lazy("situation log", "note")
    SITUATION = "situation", pgettext_lazy("situation log", "situation report")
    MEASURE = "measure", _("measure taken")
    ORDER = "order", _("order of the command")
    STATE = "state", _("change of state")


class LogEntry(models.Model):
    """A line of the situation log; never changed. `happened_at` is when it was, `at` when it was entered."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="log")
    kind = models.CharField(max_length=10, choices=LogKind.choices)
    text = models.TextField()
    happened_at = models.DateTimeField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "id"]


class Task(models.Model):
    """Something that somebody has to do; an incident does not close while one is open."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="tasks")
    title = models.CharField(max_length=300)
    role = models.CharField(max_length=100, blank=True)
    assignee = models.CharField(max_length=150, blank=True)
    due_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=150, blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    @property
    def clock(self) -> str:
        """The kind of its clock."""
        return f"task:{self.pk}"


class Post(models.TextChoices):
    """What somebody does in the command of an incident."""

    COMMANDER = "commander", _("commander")
    HANDLING = "handling", _("technical handling")
    LIAISON = "liaison", _("liaison with unit and higher levels")
    EVIDENCE = "evidence", _("keeper of evidence")
    RECORD = "record", _("keeper of the log")


class CommandPost(models.Model):
    """Who holds a post of the command, from when on; `left_at` when somebody else took over."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="posts")
    post = models.CharField(max_length=12, choices=Post.choices)
    holder = models.CharField(max_length=150)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "post"], condition=models.Q(left_at=None), name="one_holder_of_a_post"
            )
        ]


class UnitLink(models.Model):
    """The standing link by which a contact of a unit reports incidents; it goes with the contact.

    Attributes:
        holder: name and address of whom it was made for; when the contact is another person by now it opens nothing.
        link_hash: of the secret part of the link. code_epoch: grows with each new code. code_tries: wrong tries of this code.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="incident_link")
    holder = models.CharField(max_length=400)
    link_hash = models.CharField(max_length=64, unique=True)
    code_epoch = models.PositiveIntegerField(default=1)
    code_tries = models.PositiveSmallIntegerField(default=0)
    code_sent_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    @property
    def subject(self) -> str:
        """What the audit trail calls it."""
        return f"incident-link:{self.id}"


class Evidence(models.Model):
    """A piece of evidence: what it is, its hashes and size, where it came from. Never changed."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="evidence")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    place = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    collected_at = models.DateTimeField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["incident", "number"], name="one_evidence_of_a_number")]


class CustodyStep(models.Model):
    """Who held a piece of evidence from when on, and why; each step carries the digest of the one before."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="custody")
    number = models.PositiveIntegerField()
    holder = models.CharField(max_length=150)
    reason = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["evidence", "number"], name="one_custody_step_of_a_number")]


class ClockAlarm(models.Model):
    """That the desk was told of a clock at a part of its time; once for each run of the clock."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="alarms")
    clock = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    percent = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "clock", "due_at", "percent"], name="one_alarm_of_a_clock")
        ]
