"""Notices, one copy for each unit, the copies' history, and the numbers of official papers."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.common.ids import random_id
from fenghuo.base.units.models import Unit
from fenghuo.see.screening.models import SEVERITIES, StoredFinding
from fenghuo.warn.early_warnings.models import LEVELS, BulletinVersion, EarlyWarning


class KindLabel(models.TextChoices):
    """Labels of `decide.Kind`."""

    WARNING = "warning", _("early-warning notice")
    HAZARD = "hazard", _("hidden-danger notice")
    INCIDENT = "incident", _("incident notice")
    SITUATION = "situation", _("situation notice")
    SUPERVISION = "supervision", _("supervision letter")
    DRILL = "drill", _("drill notice")


class UrgencyLabel(models.TextChoices):
    """Labels of `decide.Urgency`."""

    EXTRA_URGENT = "extra-urgent", pgettext_lazy("urgency of a paper", "extra urgent")
    URGENT = "urgent", pgettext_lazy("urgency of a paper", "urgent")
    PLAIN = "plain", pgettext_lazy("urgency of a paper", "plain")


class NoticeLabel(models.TextChoices):
    """Labels of `decide.NoticeState`."""

    DRAFT = "draft", _("draft")
    REVIEW = "review", _("to be approved")
    ISSUED = "issued", _("issued")
    CLOSED = "closed", pgettext_lazy("notice", "closed")
    VOID = "void", _("void")


class CopyLabel(models.TextChoices):
    """Labels of `decide.CopyState`."""

    QUEUED = "queued", _("not yet sent")
    SENT = "sent", pgettext_lazy("notice", "sent")
    DELIVERED = "delivered", _("delivered")
    READ = "read", _("read")
    REFUSED = "refused", pgettext_lazy("notice", "refused")
    SIGNED = "signed", pgettext_lazy("notice", "signed")
    FEEDBACK = "feedback", _("first feedback given")
    RECTIFYING = "rectifying", _("being rectified")
    EXTENSION_ASKED = "extension-asked", _("more time asked for")
    SUBMITTED = "submitted", _("rectified, to be reviewed")
    IN_REVIEW = "in-review", _("in review")
    RETURNED = "returned", _("returned")
    CLOSED = "closed", pgettext_lazy("notice", "closed")
    EXEMPTED = "exempted", _("risk accepted")
    VOID = "void", _("void")


class NumberSeries(models.Model):
    """The numbers of one agency code (机关代字) in one year; who takes the next locks the row, so that there is no gap and no double."""

    code = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "year"], name="one_series_of_a_code_and_year")]


class PaperNumber(models.Model):
    """A number that was given out; it is never given out again, and a void one says why.

    Attributes:
        text: as it stands on the paper, "云网信〔2026〕3号".
    """

    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="numbers")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=60, unique=True)
    taken_at = models.DateTimeField()
    void_at = models.DateTimeField(null=True)
    void_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["series", "number"]
        constraints = [models.UniqueConstraint(fields=["series", "number"], name="one_paper_of_a_number")]


class Notice(models.Model):
    """One matter that is told to units.

    Attributes:
        severity: gravest danger where no finding says it; rectification has its time from it.
        level: of the warning behind a 预警通报, "" for none. approval: proof that the level above approved red or orange.
        body: the text, a paragraph a line; lines that begin with 一、 or （一） are set as headings.
        agency, code: the issuing body (发文机关) and its code in numbers, as they were when it was drafted.
        copies_to: 抄送, one body a line. contact: whom to ask, in brackets under the date.
        publishes: the version of a formal warning that this notice tells to units, null for others.
        about: the copy whose lateness, end or recurrence made this notice necessary.
        terms: version of the table of terms that holds for it, as it was at the issue; "" before.
        authors: ids of those who wrote it; none of them may approve it.
        version: grows with every edit, so that two editors do not overwrite one another unseen.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    kind = models.CharField(max_length=12, choices=KindLabel.choices)
    urgency = models.CharField(max_length=12, choices=UrgencyLabel.choices, default=UrgencyLabel.PLAIN)
    severity = models.CharField(max_length=12, choices=SEVERITIES, default="medium")
    level = models.CharField(max_length=10, choices=LEVELS, blank=True)
    approval = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=200)
    body = models.TextField()
    agency = models.CharField(max_length=100)
    code = models.CharField(max_length=40)
    copies_to = models.TextField(blank=True)
    contact = models.CharField(max_length=200, blank=True)
    exercise = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=NoticeLabel.choices, default=NoticeLabel.DRAFT, db_index=True)
    units = models.ManyToManyField(Unit, related_name="+")
    warnings = models.ManyToManyField(EarlyWarning, related_name="notices", blank=True)
    publishes = models.ForeignKey(BulletinVersion, null=True, on_delete=models.PROTECT, related_name="notices")
    terms = models.CharField(max_length=40, blank=True)
    about = models.ForeignKey("NoticeCopy", null=True, on_delete=models.PROTECT, related_name="followed_by")
    authors = models.JSONField(default=list)
    drafted_by = models.CharField(max_length=150)
    drafted_at = models.DateTimeField(db_index=True)
    approved_by = models.CharField(max_length=150, blank=True)
    approved_at = models.DateTimeField(null=True)
    issued_by = models.CharField(max_length=150, blank=True)
    issued_at = models.DateTimeField(null=True)
    number = models.OneToOneField(PaperNumber, null=True, on_delete=models.PROTECT, related_name="notice")
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-drafted_at", "id"]

    def __str__(self) -> str:
        return self.title


class NoticeCopy(models.Model):
    """What one unit got, and how far it is with it.

    Attributes:
        severity: of its gravest finding, else the notice's.
        link_hash: SHA-256 of the secret in the link; code_epoch, code_tries, code_sent_at: of the code that came by another message.
        unreached: nobody of the unit could be written to when it was issued.
        signed_by, signed_for, mandate: who signed; where for another, for whom and by what mandate.
        extension, extension_until: decided once. returned: how often.
        machine_passed_at: when screening had closed every finding of it; taken_up_by: who reviews.
        acted_by: ids of persons of the office who acted for the unit; they do not pass what they brought.
        exempt_until: until when the accepted risk stands.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="copies")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="notices")
    state = models.CharField(max_length=16, choices=CopyLabel.choices, default=CopyLabel.QUEUED)
    severity = models.CharField(max_length=12, choices=SEVERITIES)
    link_hash = models.CharField(max_length=64, unique=True)
    code_epoch = models.PositiveIntegerField(default=1)
    code_tries = models.PositiveSmallIntegerField(default=0)
    code_sent_at = models.DateTimeField()
    issued_at = models.DateTimeField()
    unreached = models.BooleanField(default=False)
    signed_by = models.CharField(max_length=100, blank=True)
    signed_for = models.CharField(max_length=100, blank=True)
    mandate = models.CharField(max_length=300, blank=True)
    signed_at = models.DateTimeField(null=True)
    extension = models.CharField(max_length=10, blank=True)
    extension_until = models.DateTimeField(null=True)
    returned = models.PositiveSmallIntegerField(default=0)
    machine_passed_at = models.DateTimeField(null=True)
    taken_up_by = models.CharField(max_length=40, blank=True)
    acted_by = models.JSONField(default=list)
    exempt_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["unit__name"]
        constraints = [models.UniqueConstraint(fields=["notice", "unit"], name="one_copy_of_a_unit")]
        indexes = [
            models.Index(fields=["unit", "state"], name="copies_of_unit"),
            models.Index(fields=["state", "issued_at"], name="copies_by_state"),
        ]


class NoticeFinding(models.Model):
    """A finding that a notice is about, with what it said when the notice was issued: the paper stays what it was.

    Attributes:
        copy: null until the issue.
        recurred_at: when screening saw it again after the copy was closed (复发); null where it did not.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="findings")
    copy = models.ForeignKey(NoticeCopy, null=True, on_delete=models.PROTECT, related_name="findings")
    finding = models.ForeignKey(StoredFinding, on_delete=models.PROTECT, related_name="in_notices")
    severity = models.CharField(max_length=12, choices=SEVERITIES, blank=True)
    asset = models.CharField(max_length=300, blank=True)
    locus = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=300, blank=True)
    risk = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    recurred_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["finding__rank", "asset", "id"]
        constraints = [models.UniqueConstraint(fields=["notice", "finding"], name="one_row_of_a_notice_and_finding")]


class Attachment(models.Model):
    """A file that a unit or the office put to a copy; its bytes lie in the data directory under their SHA-256."""

    copy = models.ForeignKey(NoticeCopy, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["copy", "sha256"], name="one_row_of_a_copy_and_file")]


class CopyStep(models.Model):
    """One line of a copy's history; triggers refuse to change or remove it.

    Attributes:
        before, after: states; the same where the verb changes none.
        on_behalf: for whom the person acted, "" for themselves.
        channel: "link", "console", "phone", "screening" or "clock".
        hashes: SHA-256 of files that came with it.
    """

    copy = models.ForeignKey(NoticeCopy, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    verb = models.CharField(max_length=30)
    before = models.CharField(max_length=16)
    after = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by = models.CharField(max_length=150)
    on_behalf = models.CharField(max_length=100, blank=True)
    channel = models.CharField(max_length=12)
    text = models.TextField(blank=True)
    hashes = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]


class Proposal(models.Model):
    """What one person proposed and another must confirm: to make void, or to accept a risk.

    Attributes:
        subject: "notice:id" or "notice-copy:id".
        verb: "void" or "exempt".
    """

    subject = models.CharField(max_length=60, unique=True)
    verb = models.CharField(max_length=10)
    by_id = models.CharField(max_length=40)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    why = models.CharField(max_length=1000)
    until = models.DateTimeField(null=True)


class Nudge(models.Model):
    """A rung of the ladder beside a clock: what happens at a moment unless the clock stops before. A table, so that a restart forgets none.

    Attributes:
        done_at: when it happened; dropped_at: when it became needless.
    """

    copy = models.ForeignKey(NoticeCopy, on_delete=models.CASCADE, related_name="nudges")
    clock = models.CharField(max_length=40)
    mark = models.CharField(max_length=20)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["copy", "clock", "mark"], name="one_nudge_of_a_clock")]
        indexes = [models.Index(fields=["at"], condition=models.Q(done_at=None, dropped_at=None), name="nudges_open")]


class Recheck(models.Model):
    """A closed copy that is looked at again after a while, by sample (抽查复核).

    Attributes:
        days: after how many days from the closing. due_at: when. asked_at: when screening or the office was asked.
        outcome: "" while it is open, "held" where all stays mended, "back" where it came back.
        by: who or what saw it.
    """

    copy = models.ForeignKey(NoticeCopy, on_delete=models.PROTECT, related_name="rechecks")
    days = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True)
    by = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [models.UniqueConstraint(fields=["copy", "days"], name="one_recheck_of_a_copy_and_day")]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(outcome=""), name="rechecks_open")]


class EarlierLabel(models.TextChoices):
    """What a matter of an earlier year was."""

    NOTICE = "notice", pgettext_lazy("matter of an earlier year", "notice")
    INCIDENT = "incident", pgettext_lazy("matter of an earlier year", "incident")


class EarlierMatter(models.Model):
    """A notice or an incident from before Fenghuo, as the office's own list has it; a record, never worked on.

    Attributes:
        number: of the paper or the incident, as it was written. unit_name: as the list says; unit where it is registered.
        grade: severity or grade in the list's words.
    """

    what = models.CharField(max_length=10, choices=EarlierLabel.choices)
    number = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(max_length=60, blank=True)
    began_on = models.DateField(db_index=True)
    due_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    outcome = models.CharField(max_length=500, blank=True)
    imported_by = models.CharField(max_length=150)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["-began_on", "id"]
        constraints = [models.UniqueConstraint(fields=["what", "number", "unit"], name="one_earlier_matter")]
