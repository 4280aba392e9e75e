"""Courses, sessions, participants. Quizzes are in `quiz_models`, certificates in `paper_models`.

Of a person there is the name, the unit and the post; no number of an identity card, no phone, no address.
"""

from django.db import models
from django.utils.translation import pgettext_lazy

from fenghuo.base.common.ids import random_id
from fenghuo.base.units.models import Unit
from fenghuo.report.training.decide import State
from fenghuo.report.training.paper_models import (
    Certificate,
    CertificateNudge,
    CertificateSeries,
    Credential,
    Revocation,
)
from fenghuo.report.training.quiz_models import BankQuestion, Quiz, QuizQuestion, QuizSlip

__all__ = ["BankQuestion", "Certificate", "CertificateNudge", "CertificateSeries", "Credential"]
__all__ += ["Quiz", "QuizQuestion", "QuizSlip", "Revocation"]


class CourseKind(models.TextChoices):
    """How a course is given."""

    LECTURE = "lecture", pgettext_lazy("training", "lecture")
    PRACTICE = "practice", pgettext_lazy("training", "practice")
    ONLINE = "online", pgettext_lazy("training", "online course")
    MEETING = "meeting", pgettext_lazy("training", "working meeting")


class CertifiedBy(models.TextChoices):
    """For what a certificate is given."""

    NOTHING = "nothing", pgettext_lazy("training", "no certificate")
    PRESENT = "present", pgettext_lazy("training", "who was present")
    PASSED = "passed", pgettext_lazy("training", "who passed the quiz")


SESSION_STATES = [
    (State.PLANNED.value, pgettext_lazy("training", "planned")),
    (State.HELD.value, pgettext_lazy("training", "held")),
    (State.CANCELLED.value, pgettext_lazy("training", "cancelled")),
]


class Course(models.Model):
    """A course.

    Attributes:
        hours: class hours (学时). giver: who gives it, a body. valid_months: how long a certificate holds, null for always.
        ended_at: when it was taken off the list, null while it is offered.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    title = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=10, choices=CourseKind.choices)
    subject_matter = models.CharField(max_length=200)
    hours = models.DecimalField(max_digits=4, decimal_places=1)
    giver = models.CharField(max_length=200)
    certified_by = models.CharField(max_length=10, choices=CertifiedBy.choices, default=CertifiedBy.NOTHING)
    valid_months = models.PositiveSmallIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """What the audit trail calls it."""
        return f"course:{self.id}"


class Material(models.Model):
    """A file of a course; the bytes lie under their SHA-256. `ended_at`: when it was taken away, null while it is handed out."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="materials")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "sha256"], condition=models.Q(ended_at=None), name="one_material_of_a_content"
            )
        ]


class TrainingSession(models.Model):
    """One time that a course is given.

    Attributes:
        place: a room, or where it is found online. units: who is invited.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    on = models.DateField(db_index=True)
    online = models.BooleanField(default=False)
    place = models.CharField(max_length=200)
    lecturer = models.CharField(max_length=200)
    units = models.ManyToManyField(Unit, related_name="+")
    state = models.CharField(max_length=10, choices=SESSION_STATES, default=State.PLANNED.value)
    why = models.CharField(max_length=500, blank=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "id"]

    def __str__(self) -> str:
        return f"{self.course.title} {self.on.isoformat()}"

    @property
    def subject(self) -> str:
        """What the audit trail calls it."""
        return f"training:{self.id}"


class Attendance(models.TextChoices):
    """Whether somebody came."""

    OPEN = "open", pgettext_lazy("training", "not said yet")
    PRESENT = "present", pgettext_lazy("training", "present")
    EXCUSED = "excused", pgettext_lazy("training", "excused")
    ABSENT = "absent", pgettext_lazy("training", "absent")


class Participant(models.Model):
    """A person of a unit in a session. Two of one name in one unit differ by their post."""

    session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, related_name="participants")
    name = models.CharField(max_length=100)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=100, blank=True)
    registered = models.BooleanField(default=True)
    attendance = models.CharField(max_length=10, choices=Attendance.choices, default=Attendance.OPEN)

    class Meta:
        ordering = ["unit__name", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "unit", "name", "post"], name="one_participant_of_a_name")
        ]
