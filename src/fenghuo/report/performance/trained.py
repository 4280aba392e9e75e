"""What the table of indicators counts of training: sessions, persons, units with a trained contact, and the pass rate.

Units and the training are evaluated, not persons: the rows behind a number are sessions, quizzes and units.
"""

from decimal import Decimal

from django.db.models import QuerySet

from fenghuo.base.units.models import Contact, Unit
from fenghuo.report.performance.measured import NO_RECORDS, Measured, Record, Span, percent
from fenghuo.report.performance.models import Project
from fenghuo.report.training.decide import State, pass_share
from fenghuo.report.training.models import Attendance, Participant, TrainingSession
from fenghuo.report.training.quiz_models import Quiz


def _held(span: Span) -> "QuerySet[TrainingSession]":
    rows = TrainingSession.objects.filter(state=State.HELD, on__range=span.days)
    return rows.select_related("course").order_by("on", "id")


def _record(session: TrainingSession, part: str) -> Record:
    return Record("training", session.id, session.on.isoformat(), session.course.title, part)


def trainings(_project: Project, span: Span) -> Measured:
    """Sessions that were held. Nought is a number where one was planned for the time."""
    found = list(_held(span))
    if not found and not TrainingSession.objects.filter(on__range=span.days).exists():
        return Measured(none=NO_RECORDS)
    return Measured(Decimal(len(found)), rows=tuple(_record(one, "counted") for one in found))


def _present(sessions: "list[TrainingSession]") -> list[Participant]:
    return list(Participant.objects.filter(session__in=sessions, attendance=Attendance.PRESENT))


def trained_persons(_project: Project, span: Span) -> Measured:
    """Persons who were present at a session, each once: the same name in the same unit is one person.

    The part of a session is how many it adds, of those who were present; the first numbers of all rows sum up to the value.
    """
    found = list(_held(span))
    if not found:
        return Measured(none=NO_RECORDS)
    people: dict[str, list[tuple[str, str]]] = {one.id: [] for one in found}
    for person in _present(found):
        people[person.session_id].append((person.unit_id, person.name))
    seen: set[tuple[str, str]] = set()
    rows = []
    for session in found:
        fresh = set(people[session.id]) - seen
        seen |= fresh
        rows.append(_record(session, f"{len(fresh)}/{len(people[session.id])}"))
    times = sum(len(one) for one in people.values())
    return Measured(Decimal(len(seen)), beside=(("person-times", str(times)),), rows=tuple(rows))


def units_trained(_project: Project, span: Span) -> Measured:
    """Units whose contact or deputy was present at a session, of all units; known by the name in the register of units."""
    found = list(_held(span))
    units = list(Unit.objects.order_by("name", "id"))
    if not found or not units:
        return Measured(none=NO_RECORDS)
    came = {(person.unit_id, person.name) for person in _present(found)}
    contacts = list(Contact.objects.values_list("unit_id", "name"))
    trained = {unit_id for unit_id, name in contacts if (unit_id, name) in came}
    without = len(units) - len({unit_id for unit_id, _name in contacts})
    rows = tuple(
        Record("unit", one.id, "", one.name, "counted" if one.id in trained else "not-counted") for one in units
    )
    beside = (("without-contact", str(without)),)
    numerator, denominator = Decimal(len(trained)), Decimal(len(units))
    return Measured(percent(numerator, denominator), numerator, denominator, beside, rows)


def pass_rate(_project: Project, span: Span) -> Measured:
    """Persons who passed, of those who answered, of the quizzes that ended in the span; who did not answer stands beside it."""
    quizzes = Quiz.objects.filter(closes_at__gte=span.begins, closes_at__lt=span.until)
    ended = list(quizzes.select_related("session", "session__course").order_by("closes_at", "id"))
    rows, passed, answered, silent = [], 0, 0, 0
    for quiz in ended:
        slips = list(quiz.slips.values_list("tries", "passed"))
        right, whole = pass_share([won for tries, won in slips if tries])
        passed, answered, silent = passed + right, answered + whole, silent + len(slips) - whole
        if whole:
            rows.append(_record(quiz.session, f"{right}/{whole}"))
    beside = (("unanswered", str(silent)),)
    if not answered:
        return Measured(none=NO_RECORDS, beside=beside if silent else ())
    share = percent(Decimal(passed), Decimal(answered))
    return Measured(share, Decimal(passed), Decimal(answered), beside, tuple(rows))
