"""Questions, quizzes, slips and results.

There is no table of answers. A try leaves points, whether they were enough, its moment and its number on the slip, and adds to the
sums of each question; what one person answered to a question is not stored, so that the room evaluates the training and not what a
person thinks.
"""

from django.db import models
from django.utils.translation import pgettext_lazy

from fenghuo.base.common.ids import random_id
from fenghuo.report.training.decide import Asked, Kind

KINDS = [
    (Kind.SINGLE.value, pgettext_lazy("quiz", "one of several")),
    (Kind.MULTIPLE.value, pgettext_lazy("quiz", "several")),
    (Kind.JUDGE.value, pgettext_lazy("quiz", "true or false")),
]


class _Question(models.Model):
    """What a question of the bank and one of a quiz share. `right`: places of the right choices from 0; of true and false 0 is true."""

    kind = models.CharField(max_length=10, choices=KINDS)
    text = models.CharField(max_length=500)
    choices = models.JSONField(default=list)
    right = models.JSONField(default=list)
    points = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True

    @property
    def asked(self) -> Asked:
        """As a value."""
        return Asked(Kind(self.kind), self.text, self.points, frozenset(self.right), tuple(self.choices))


class BankQuestion(_Question):
    """A question of a course's bank; never changed. `ended_at`: when it was taken out, null while it is asked."""

    course = models.ForeignKey("training.Course", on_delete=models.PROTECT, related_name="bank")
    ended_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Quiz(models.Model):
    """The quiz of a session.

    Attributes:
        pass_points: from how many points on it is passed. tries: how often a slip may be answered.
        opens_at, closes_at: when it can be answered; closes_at itself is over.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    session = models.OneToOneField("training.TrainingSession", on_delete=models.PROTECT, related_name="quiz")
    pass_points = models.PositiveSmallIntegerField()
    tries = models.PositiveSmallIntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    @property
    def subject(self) -> str:
        """What the audit trail calls it."""
        return f"quiz:{self.id}"


class QuizQuestion(_Question):
    """A question as a quiz asks it: a copy, so that a change of the bank changes no quiz.

    Attributes:
        answered, answered_rightly: of first tries only, since a second try tells what the first one taught.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField()
    answered = models.PositiveIntegerField(default=0)
    answered_rightly = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["quiz", "number"], name="one_quiz_question_of_a_number")]


class QuizSlip(models.Model):
    """What a participant got to answer by, and the result: all that stays of a person's tries.

    Attributes:
        hashed: of what stands on the slip. points: of the best try, null before the first. passed: one try was enough.
        answered_at: of the last try.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="slips")
    participant = models.OneToOneField("training.Participant", on_delete=models.PROTECT, related_name="slip")
    hashed = models.CharField(max_length=64, unique=True)
    tries = models.PositiveSmallIntegerField(default=0)
    points = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
