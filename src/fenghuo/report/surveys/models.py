"""Surveys, their tokens and their sums.

There is no table of answers. An answer adds one to the sum of each option that was chosen, and a comment is put in its place in the
alphabet; what one person said is not stored anywhere, so that no order of rows, no moment and no address can lead back to it.
"""

from django.db import models
from django.utils.translation import pgettext_lazy

from fenghuo.base.common.ids import random_id


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SCALE = "scale", pgettext_lazy("survey", "scale of 1 to 5")
    CHOICE = "choice", pgettext_lazy("survey", "one of several")
    TEXT = "text", pgettext_lazy("survey", "free text")


class Survey(models.Model):
    """A survey of a budget year.

    Attributes:
        audience: who is asked. last_day: the last day on which it can be answered. opened_at: null while it is written.
        closed_at: when it was ended, by a person or because its last day was over; then its result stands.
        comments: what was written to each question of free text, {question number: [text]}, each list in the order of the alphabet.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    title = models.CharField(max_length=200)
    introduction = models.TextField(blank=True)
    audience = models.CharField(max_length=200)
    last_day = models.DateField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    comments = models.JSONField(default=dict)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "id"]

    @property
    def subject(self) -> str:
        """What the audit trail calls it."""
        return f"survey:{self.id}"


class Question(models.Model):
    """A question; `choices` are the options of a choice."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=QuestionKind.choices)
    text = models.CharField(max_length=300)
    choices = models.JSONField(default=list)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="one_question_of_a_number")]


class Tally(models.Model):
    """How many chose an option: 1 to 5 of a scale, else the place of the choice from 0."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="tallies")
    option = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["option"]
        constraints = [models.UniqueConstraint(fields=["question", "option"], name="one_tally_of_an_option")]


class SurveyToken(models.Model):
    """A slip of paper, by the hash of what stands on it: used or not, without a moment, without a name."""

    hashed = models.CharField(max_length=64, primary_key=True)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="tokens")
    used = models.BooleanField(default=False)
