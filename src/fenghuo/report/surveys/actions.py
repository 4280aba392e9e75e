"""The verbs of surveys: the only writer of this room's tables."""

import secrets
from bisect import insort
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks.office import today
from fenghuo.base.common import clock
from fenghuo.report.surveys.decide import MOST_TOKENS, SCALE, Refused, checked, questions_of
from fenghuo.report.surveys.models import Question, QuestionKind, Survey, SurveyToken, Tally
from fenghuo.report.surveys.queries import by_token, hashed

SOMEBODY = Actor("survey", "survey")
"""Who answers: the audit trail tells that an answer came, not from whom, not from where and not what it said."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A survey as it is to be; `questions` one a line, as `decide.questions_of` reads them."""

    title: str
    audience: str
    last_day: date
    questions: str
    introduction: str = ""


@transaction.atomic
def write(actor: Actor, wanted: Wanted) -> Survey:
    """Write a survey; it can be answered once slips are given out.

    Raises:
        Refused: "title", "audience", "day", and what `questions_of` refuses.
    """
    for code, text in (("title", wanted.title), ("audience", wanted.audience)):
        if not text.strip():
            raise Refused(code)
    if wanted.last_day < today():
        raise Refused("day")
    asked = questions_of(wanted.questions)
    made = Survey.objects.create(
        title=wanted.title.strip()[:200],
        introduction=wanted.introduction.strip()[:2000],
        audience=wanted.audience.strip()[:200],
        last_day=wanted.last_day,
        made_by=actor.name[:150],
        made_at=clock.now(),
    )
    for number, one in enumerate(asked, 1):
        question = Question.objects.create(
            survey=made, number=number, kind=one.kind, text=one.text, choices=list(one.choices)
        )
        options = SCALE if one.kind == QuestionKind.SCALE else range(len(one.choices))
        Tally.objects.bulk_create([Tally(question=question, option=option) for option in options])
    record(actor, "survey.written", made.subject, {"title": made.title, "questions": len(asked)})
    return made


@transaction.atomic
def give_out(actor: Actor, survey_id: str, many: int) -> list[str]:
    """Make slips; what stands on them is returned once and stored only as a hash.

    Raises:
        Refused: "many" (1 to 5,000 in all), "closed". Survey.DoesNotExist.
    """
    survey = Survey.objects.select_for_update().get(id=survey_id)
    if not is_open_for_slips(survey):
        raise Refused("closed")
    if not 0 < many <= MOST_TOKENS - survey.tokens.count():
        raise Refused("many", str(MOST_TOKENS))
    tokens = [secrets.token_urlsafe(16) for _n in range(many)]
    # In the order of their hashes: the order of rows tells nothing of the order of slips.
    rows = sorted((SurveyToken(hashed=hashed(token), survey=survey) for token in tokens), key=lambda row: row.hashed)
    SurveyToken.objects.bulk_create(rows, batch_size=500)
    if survey.opened_at is None:
        survey.opened_at = clock.now()
        survey.save(update_fields=["opened_at"])
    record(actor, "survey.slips-given-out", survey.subject, {"slips": many})
    return tokens


def is_open_for_slips(survey: Survey) -> bool:
    """Whether slips may still be made."""
    return survey.closed_at is None and survey.last_day >= today()


@transaction.atomic
def answer(token: str, given: Mapping[int, str]) -> Survey:
    """Take an answer: its slip is used up, sums grow, a comment takes its place in the alphabet.

    Raises:
        Refused: "unknown", "used", "closed", and what `decide.checked` refuses; then the slip is as it was.
    """
    slip = by_token(token)
    if slip is None:
        raise Refused("unknown")
    survey = Survey.objects.select_for_update().get(id=slip.survey_id)
    if survey.closed_at is not None or survey.last_day < today():
        raise Refused("closed")
    questions = {one.number: one for one in survey.questions.all()}
    kinds = {number: (one.kind, len(one.choices)) for number, one in questions.items()}
    options, comments = checked(kinds, given)
    if not SurveyToken.objects.filter(hashed=slip.hashed, used=False).update(used=True):
        raise Refused("used")
    for number, option in options.items():
        Tally.objects.filter(question=questions[number], option=option).update(count=F("count") + 1)
    for number, text in comments.items():
        insort(survey.comments.setdefault(str(number), []), text)
    if comments:
        survey.save(update_fields=["comments"])
    record(SOMEBODY, "survey.answered", survey.subject, {})
    return survey


@transaction.atomic
def close(actor: Actor, survey_id: str) -> Survey:
    """End a survey; its result stands.

    Raises:
        Refused: "closed", "unopened". Survey.DoesNotExist.
    """
    survey = Survey.objects.select_for_update().get(id=survey_id)
    if survey.closed_at is not None:
        raise Refused("closed")
    if survey.opened_at is None:
        raise Refused("unopened")
    survey.closed_at = clock.now()
    survey.save(update_fields=["closed_at"])
    record(actor, "survey.closed", survey.subject, {"answers": survey.tokens.filter(used=True).count()})
    return survey
