"""The verbs of the bank and of quizzes: questions, a quiz, its slips, and a try."""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.ids import token_hash
from fenghuo.report.training import bank_sheet
from fenghuo.report.training.decide import (
    MOST_QUESTIONS,
    MOST_TRIES,
    Asked,
    Marked,
    Refused,
    State,
    checked,
    is_over,
    mark,
)
from fenghuo.report.training.models import Attendance, Course, TrainingSession
from fenghuo.report.training.quiz_models import BankQuestion, Quiz, QuizQuestion, QuizSlip

SOMEBODY = Actor("quiz", "quiz")
"""Who answers: the audit trail tells that a try was made, not whose, and nothing of what it said."""
_LONGEST = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class WantedQuiz:
    """A quiz as it is to be; `questions` are ids of the bank, in the order of the paper."""

    questions: Sequence[int]
    pass_points: int
    tries: int
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Tried:
    """A try that was taken: the slip as it is now, what the try brought, and whether it was the last one."""

    slip: QuizSlip
    marked: Marked
    over: bool


def _question(asked: Asked) -> dict[str, object]:
    values = {"kind": asked.kind.value, "text": asked.text, "points": asked.points}
    return {**values, "choices": list(asked.choices), "right": sorted(asked.right)}


@transaction.atomic
def add_question(actor: Actor, course_id: str, asked: Asked) -> BankQuestion:
    """Put a question into the bank of a course.

    Raises:
        Refused: what `decide.checked` refuses; "exists", "bank" (it is full). Course.DoesNotExist.
    """
    course = Course.objects.select_for_update().get(id=course_id)
    asked = checked(asked)
    standing = course.bank.filter(ended_at=None)
    if standing.filter(text=asked.text).exists():
        raise Refused("exists")
    if standing.count() >= bank_sheet.MOST_BANK:
        raise Refused("bank", str(bank_sheet.MOST_BANK))
    made = BankQuestion.objects.create(course=course, by=actor.name[:150], at=clock.now(), **_question(asked))
    record(actor, "course.question-added", course.subject, {"question": made.pk})
    return made


@transaction.atomic
def import_questions(actor: Actor, course_id: str, content: bytes) -> int:
    """Take every question of a sheet, or none; how many.

    Raises:
        BadSheet: what is wrong in each row, in the reader's language. Course.DoesNotExist.
    """
    course = Course.objects.select_for_update().get(id=course_id)
    standing = frozenset(course.bank.filter(ended_at=None).values_list("text", flat=True))
    rows = bank_sheet.read(content, standing)
    now, by = clock.now(), actor.name[:150]
    BankQuestion.objects.bulk_create(
        [BankQuestion(course=course, by=by, at=now, **_question(one)) for one in rows], batch_size=200
    )
    told = {"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest()}
    record(actor, "course.questions-imported", course.subject, told)
    return len(rows)


@transaction.atomic
def end_question(actor: Actor, question_id: int) -> BankQuestion:
    """Take a question out of the bank; quizzes that ask it keep it.

    Raises:
        Refused: "ended". BankQuestion.DoesNotExist.
    """
    row = BankQuestion.objects.select_for_update(of=("self",)).select_related("course").get(id=question_id)
    if row.ended_at is not None:
        raise Refused("ended")
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    record(actor, "course.question-ended", row.course.subject, {"question": row.pk})
    return row


@transaction.atomic
def make(actor: Actor, session_id: str, wanted: WantedQuiz) -> Quiz:
    """Make the quiz of a session out of the bank of its course.

    Raises:
        Refused: "state" (cancelled), "exists", "questions" (none, above 50, or not of the bank), "pass" (0, or above all points),
            "tries" (1 to 5), "window" (ends before it begins or in the past, or is longer than 92 days). TrainingSession.DoesNotExist.
    """
    session = TrainingSession.objects.select_for_update(of=("self",)).select_related("course").get(id=session_id)
    if session.state == State.CANCELLED:
        raise Refused("state")
    if Quiz.objects.filter(session=session).exists():
        raise Refused("exists")
    by_id = {one.pk: one for one in session.course.bank.filter(ended_at=None)}
    chosen = list(dict.fromkeys(wanted.questions))
    if not 0 < len(chosen) <= MOST_QUESTIONS or not set(chosen) <= set(by_id):
        raise Refused("questions", str(MOST_QUESTIONS))
    asked = [by_id[number].asked for number in chosen]
    whole = sum(one.points for one in asked)
    _fits(wanted, whole)
    made = Quiz.objects.create(
        session=session,
        pass_points=wanted.pass_points,
        tries=wanted.tries,
        opens_at=wanted.opens_at,
        closes_at=wanted.closes_at,
        made_by=actor.name[:150],
        made_at=clock.now(),
    )
    QuizQuestion.objects.bulk_create(
        [QuizQuestion(quiz=made, number=number, **_question(one)) for number, one in enumerate(asked, 1)]
    )
    told = {"session": session.id, "questions": len(asked), "pass": wanted.pass_points, "of": whole}
    record(actor, "quiz.made", made.subject, {**told, "tries": wanted.tries})
    return made


def _fits(wanted: WantedQuiz, whole: int) -> None:
    if not 0 < wanted.pass_points <= whole:
        raise Refused("pass", str(whole))
    if not 1 <= wanted.tries <= MOST_TRIES:
        raise Refused("tries", str(MOST_TRIES))
    long = wanted.closes_at - wanted.opens_at
    if not timedelta() < long <= _LONGEST or wanted.closes_at <= clock.now():
        raise Refused("window")


@transaction.atomic
def change(actor: Actor, quiz_id: str, wanted: WantedQuiz) -> Quiz:
    """Change pass mark, tries and time of a quiz; its questions stay.

    Raises:
        Refused: as `make`; "given-out" (slips were: only a later end is possible, since those who hold one were told the rules).
            Quiz.DoesNotExist.
    """
    quiz = Quiz.objects.select_for_update(of=("self",)).get(id=quiz_id)
    _fits(wanted, sum(one.points for one in quiz.questions.all()))
    rules = (wanted.pass_points, wanted.tries, wanted.opens_at)
    same = rules == (quiz.pass_points, quiz.tries, quiz.opens_at) and wanted.closes_at >= quiz.closes_at
    if quiz.slips.exists() and not same:
        raise Refused("given-out")
    before = {"pass": quiz.pass_points, "tries": quiz.tries, "closes": quiz.closes_at.isoformat()}
    quiz.pass_points, quiz.tries, quiz.opens_at = rules
    quiz.closes_at = wanted.closes_at
    quiz.save(update_fields=["pass_points", "tries", "opens_at", "closes_at"])
    after = {"pass": quiz.pass_points, "tries": quiz.tries, "closes": quiz.closes_at.isoformat()}
    record(actor, "quiz.changed", quiz.subject, {"before": before, "after": after})
    return quiz


@transaction.atomic
def give_out(actor: Actor, quiz_id: str, anew: Collection[int] = ()) -> list[tuple[QuizSlip, str]]:
    """(slip, what stands on it) for each participant who was present and has none; what stands on it is returned once.

    Args:
        anew: participants whose slip was lost: it gets another link, the old one opens nothing more, and its tries stay.

    Raises:
        Refused: "unheld" (the list of the session does not stand), "closed", "nobody". Quiz.DoesNotExist.
    """
    quiz = Quiz.objects.select_for_update(of=("self",)).select_related("session").get(id=quiz_id)
    if quiz.session.state != State.HELD:
        raise Refused("unheld")
    if clock.now() >= quiz.closes_at:
        raise Refused("closed")
    present = quiz.session.participants.filter(attendance=Attendance.PRESENT).select_related("unit", "slip")
    made = []
    for person in present:
        standing: QuizSlip | None = getattr(person, "slip", None)
        if (anew and person.pk not in anew) or (not anew and standing is not None):
            continue
        token = secrets.token_urlsafe(16)
        slip = standing or QuizSlip(quiz=quiz, participant=person)
        slip.hashed = token_hash(token)
        slip.save()
        made.append((slip, token))
    if not made:
        raise Refused("nobody")
    record(actor, "quiz.slips-given-out", quiz.subject, {"slips": len(made), "anew": sorted(anew)})
    return made


@transaction.atomic
def answer(token: str, number: int, given: Mapping[int, Collection[int]]) -> Tried:
    """Take a try: points and sums are stored, what was chosen is not.

    Args:
        number: which try it is, from 1 on, as the page said; so that a form that was sent twice is one try.
        given: number of question → places of the choices, in the order of the paper and not in that of the page.

    Raises:
        Refused: "unknown", "early", "closed", "over" (no try is left), "twice" (this try was taken already), and what
            `decide.mark` refuses; then the slip is as it was.
    """
    slip = QuizSlip.objects.select_for_update().filter(hashed=token_hash(token)).first()
    if slip is None:
        raise Refused("unknown")
    quiz, now = slip.quiz, clock.now()
    if now < quiz.opens_at:
        raise Refused("early")
    if now >= quiz.closes_at:
        raise Refused("closed")
    if is_over(slip.tries, quiz.tries, slip.passed):
        raise Refused("over")
    if number != slip.tries + 1:
        raise Refused("twice")
    questions = {one.number: one.asked for one in quiz.questions.all()}
    marked = mark(questions, given)
    if slip.tries == 0:
        quiz.questions.update(answered=F("answered") + 1)
        quiz.questions.filter(number__in=marked.right).update(answered_rightly=F("answered_rightly") + 1)
    slip.tries, slip.answered_at = slip.tries + 1, now
    slip.points = max(slip.points or 0, marked.points)
    slip.passed = slip.points >= quiz.pass_points
    slip.save(update_fields=["tries", "answered_at", "points", "passed"])
    record(SOMEBODY, "quiz.answered", quiz.subject, {})
    return Tried(slip, marked, is_over(slip.tries, quiz.tries, slip.passed))
