"""What pages and indicators ask of surveys."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from fenghuo.report.surveys.decide import HIDDEN_BELOW, SMALL_BELOW, ScaleResult, satisfied_share, scale_result
from fenghuo.report.surveys.models import Question, QuestionKind, Survey, SurveyToken


def surveys() -> QuerySet[Survey]:
    """Every survey, the youngest first."""
    return Survey.objects.all()


def hashed(token: str) -> str:
    """How a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def by_token(token: str) -> SurveyToken | None:
    """The slip that a link names, None for a link that is none."""
    return SurveyToken.objects.select_related("survey").filter(hashed=hashed(token)).first()


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its sums; `scale` is None for other kinds and where nothing is shown. `comments` only of free text."""

    question: Question
    counts: Mapping[int, int]
    scale: ScaleResult | None
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Slips given out, answers, and the questions; `hidden` and `small` are about the size of the sample."""

    given_out: int
    answers: int
    hidden: bool
    small: bool
    satisfied: tuple[int, int]
    questions: tuple[Answered, ...]


def result(survey: Survey) -> Result:
    """The sums of a survey; with fewer than five answers none of them, since they would tell who said what."""
    given_out = survey.tokens.count()
    answers = survey.tokens.filter(used=True).count()
    hidden = answers < HIDDEN_BELOW
    rows, scales = [], []
    for question in survey.questions.prefetch_related("tallies"):
        counts = {} if hidden else {one.option: one.count for one in question.tallies.all()}
        is_scale = question.kind == QuestionKind.SCALE
        if is_scale:
            scales.append(counts)
        comments = () if hidden else tuple(survey.comments.get(str(question.number), ()))
        rows.append(Answered(question, counts, scale_result(counts) if is_scale else None, comments))
    return Result(given_out, answers, hidden, answers < SMALL_BELOW, satisfied_share(scales), tuple(rows))
