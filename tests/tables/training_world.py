"""A course with a bank, a session that was held, its quiz and its certificates, made through the rooms that write them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from fenghuo.base.audit import Actor
from fenghuo.base.common import clock
from fenghuo.base.units.actions import save_unit
from fenghuo.base.units.models import Unit
from fenghuo.report.training import actions, certificates, queries, quizzes
from fenghuo.report.training.actions import WantedCourse, WantedSession
from fenghuo.report.training.decide import Asked, Kind, Verb
from fenghuo.report.training.models import Attendance, CertifiedBy, Course, TrainingSession
from fenghuo.report.training.participant_sheet import Entered
from fenghuo.report.training.quiz_models import Quiz, QuizSlip

OFFICE = Actor("l-1", "王主任")
AGENCY = "云岭县委网信办"
BANK = (
    Asked(Kind.SINGLE, "发现勒索病毒后第一步做什么？", 40, frozenset({1}), ("关机", "断网", "付赎金", "等待")),
    Asked(Kind.MULTIPLE, "哪些口令是弱口令？", 40, frozenset({0, 2}), ("123456", "Tr9!kq_2z", "admin", "y7#Lm2pQ")),
    Asked(Kind.JUDGE, "收到通报后可以不反馈。", 20, frozenset({1})),
)
RIGHT = {1: [1], 2: [0, 2], 3: [1]}
WRONG = {1: [0], 2: [1], 3: [0]}


def unit_of(code: str = "training-unit") -> Unit:
    """A unit of this name, made once."""
    return Unit.objects.filter(code=code).first() or save_unit(OFFICE, Unit(code=code, name=f"{code}-name"))


def course(
    title: str = "网络安全应急处置", certified_by: str = CertifiedBy.PASSED, months: int | None = 24, bank: bool = True
) -> Course:
    """A course with three questions, 100 points together."""
    wanted = WantedCourse(title, "lecture", "应急处置", Decimal("3.5"), AGENCY, certified_by, months)
    made = actions.add_course(OFFICE, wanted)
    for asked in BANK if bank else ():
        quizzes.add_question(OFFICE, made.id, asked)
    return made


def session(
    of: Course,
    present: Iterable[str] = ("甲", "乙"),
    others: Mapping[str, str] | None = None,
    units: Iterable[Unit] = (),
    held: bool = True,
) -> TrainingSession:
    """A session of today; persons are entered for the first unit. `others`: name → attendance."""
    invited = list(units) or [unit_of()]
    made = actions.plan(OFFICE, of.id, WantedSession(actions.today(), "县政府三楼会议室", "李老师", invited))
    for name in present:
        actions.add_participant(OFFICE, made.id, Entered(invited[0].id, name, "干部", True, Attendance.PRESENT))
    for name, word in (others or {}).items():
        actions.add_participant(OFFICE, made.id, Entered(invited[0].id, name, "干部", True, word))
    return actions.move(OFFICE, made.id, Verb.HOLD) if held else made


def quiz(of: TrainingSession, pass_points: int = 60, tries: int = 2, days: int = 7) -> Quiz:
    """The quiz of a session with the whole bank, open from now on."""
    now: datetime = clock.now()
    numbers = list(of.course.bank.filter(ended_at=None).values_list("id", flat=True))
    wanted = quizzes.WantedQuiz(numbers, pass_points, tries, now, now + timedelta(days=days))
    return quizzes.make(OFFICE, of.id, wanted)


def slips(of: Quiz) -> dict[str, str]:
    """Name → what stands on the person's slip."""
    return {slip.participant.name: token for slip, token in quizzes.give_out(OFFICE, of.id)}


def passed(name: str = "甲") -> QuizSlip:
    """A slip of a session of its own that was answered rightly."""
    made = quiz(session(course(f"课程{name}"), (name,)))
    token = slips(made)[name]
    return quizzes.answer(token, 1, RIGHT).slip


def fields(slip: QuizSlip, right: bool = True) -> dict[str, Any]:
    """What a browser sends for a slip: everything right, or everything wrong."""
    chosen = RIGHT if right else WRONG
    made: dict[str, Any] = {
        f"q{one.number}": [str(place) for place in chosen[one.number]] for one in queries.paper_of(slip)
    }
    return {**made, "try": str(slip.tries + 1)}


def standing() -> dict[str, Any]:
    """For the test of who may open what."""
    slip = passed()
    of = slip.quiz.session
    [made] = certificates.issue(OFFICE, of.id, AGENCY)
    given = certificates.Given(
        "乙", unit_of(), "CISP", "CNITSEC2026", "测评中心", "复印件", file=("a.pdf", b"%PDF-1.7 cisp")
    )
    material = actions.add_material(OFFICE, of.course.id, "a.pdf", b"%PDF-1.7 course")
    question = of.course.bank.first()
    assert question is not None
    return {
        "course_id": of.course.id,
        "session_id": of.id,
        "participant_id": slip.participant_id,
        "quiz_id": slip.quiz_id,
        "certificate_id": made.id,
        "credential_id": certificates.add_credential(OFFICE, given).id,
        "material_id": material.pk,
        "question_id": question.pk,
        "form": "docx",
    }
