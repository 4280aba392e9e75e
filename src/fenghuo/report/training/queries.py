"""What pages and indicators ask of training; rows for a person come through `…_visible_to` only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from fenghuo.base.common.ids import token_hash
from fenghuo.base.units.queries import Viewer
from fenghuo.report.training.decide import HIDDEN_BELOW, Asked, Kind, pass_share, shuffled
from fenghuo.report.training.models import Attendance, Course, Participant, TrainingSession
from fenghuo.report.training.paper_models import Certificate, Credential
from fenghuo.report.training.quiz_models import Quiz, QuizQuestion, QuizSlip


def courses() -> QuerySet[Course]:
    """Every course; a course names no unit."""
    return Course.objects.all()


def sessions_visible_to(viewer: Viewer) -> QuerySet[TrainingSession]:
    """Sessions to which a unit of the person's is invited; all of them for the office."""
    scope = viewer.unit_scope()
    found = TrainingSession.objects.select_related("course")
    return found if scope is None else found.filter(units__in=scope).distinct()


def participants_visible_to(viewer: Viewer) -> QuerySet[Participant]:
    """Participants of the person's units."""
    scope = viewer.unit_scope()
    found = Participant.objects.select_related("unit", "session", "session__course", "slip")
    return found if scope is None else found.filter(unit_id__in=scope)


def certificates_visible_to(viewer: Viewer) -> QuerySet[Certificate]:
    """Certificates of persons of the person's units."""
    scope = viewer.unit_scope()
    found = Certificate.objects.select_related("unit", "revocation")
    return found if scope is None else found.filter(unit_id__in=scope)


def credentials_visible_to(viewer: Viewer) -> QuerySet[Credential]:
    """Certificates that others issued to persons of the person's units."""
    scope = viewer.unit_scope()
    found = Credential.objects.select_related("unit", "revocation")
    return found if scope is None else found.filter(unit_id__in=scope)


def by_token(token: str) -> QuizSlip | None:
    """The slip that a link names, None for a link that is none."""
    slips = QuizSlip.objects.select_related("quiz", "quiz__session", "quiz__session__course", "participant")
    return slips.filter(hashed=token_hash(token)).first()


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as one person sees it: `choices` are (place in the order of the paper, text), in that person's order."""

    number: int
    asked: Asked
    choices: tuple[tuple[int, str], ...]


def paper_of(slip: QuizSlip) -> list[Shown]:
    """The questions in the order of a person, the same each time, whatever link the person got."""
    seed = f"{slip.quiz_id}|{slip.participant_id}"
    questions = list(slip.quiz.questions.all())
    return [_shown(questions[place], seed) for place in shuffled(seed, len(questions))]


def _shown(question: QuizQuestion, seed: str) -> Shown:
    asked = question.asked
    if asked.kind is Kind.JUDGE:  # true before false: their order is a habit of the eye
        return Shown(question.number, asked, ((0, ""), (1, "")))
    order = shuffled(f"{seed}|{question.number}", len(asked.choices))
    return Shown(question.number, asked, tuple((place, asked.choices[place]) for place in order))


@dataclass(frozen=True, slots=True)
class QuizResult:
    """What a quiz brought.

    Attributes:
        slips: given out. answered, passed: persons. whole: all points. hidden: sums of questions are not shown.
    """

    slips: int
    answered: int
    passed: int
    whole: int
    hidden: bool
    questions: tuple[QuizQuestion, ...]


def quiz_result(quiz: Quiz) -> QuizResult:
    """The sums of a quiz; those of questions only from five persons on."""
    slips = list(quiz.slips.all())
    passed, answered = pass_share([one.passed for one in slips if one.tries])
    questions = tuple(quiz.questions.all())
    whole = sum(one.points for one in questions)
    return QuizResult(len(slips), answered, passed, whole, answered < HIDDEN_BELOW, questions)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of a session: persons on the list, registered, present, excused, absent."""

    listed: int
    registered: int
    present: int
    excused: int
    absent: int


def counts(sessions: Sequence[TrainingSession]) -> Mapping[str, Counts]:
    """Session id → its counts."""
    found: dict[str, list[tuple[bool, str]]] = {one.id: [] for one in sessions}
    rows = Participant.objects.filter(session__in=sessions).values_list("session_id", "registered", "attendance")
    for session_id, registered, attendance in rows:
        found[session_id].append((registered, attendance))
    return {session_id: _counts(people) for session_id, people in found.items()}


def _counts(people: Sequence[tuple[bool, str]]) -> Counts:
    def came(word: Attendance) -> int:
        return sum(attendance == word for _registered, attendance in people)

    words = (Attendance.PRESENT, Attendance.EXCUSED, Attendance.ABSENT)
    return Counts(len(people), sum(registered for registered, _attendance in people), *map(came, words))


def state_of(row: Certificate | Credential, day: date) -> str:
    """What holds on a day: "revoked", "ended" or "valid"."""
    if hasattr(row, "revocation"):
        return "revoked"
    return "ended" if row.valid_until is not None and row.valid_until < day else "valid"
