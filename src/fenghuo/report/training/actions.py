"""The verbs of courses, sessions and participants."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks.office import today
from fenghuo.base.common import clock, filestore
from fenghuo.base.units.models import Unit
from fenghuo.report.training import participant_sheet
from fenghuo.report.training.decide import MOST_HOURS, MOST_PERSONS, Refused, State, Verb, names_identity, step
from fenghuo.report.training.models import (
    Attendance,
    CertifiedBy,
    Course,
    CourseKind,
    Material,
    Participant,
    TrainingSession,
)
from fenghuo.report.training.participant_sheet import Entered

MOST_MATERIALS = 30


@dataclass(frozen=True, slots=True)
class WantedCourse:
    """A course as it is to be."""

    title: str
    kind: str
    subject_matter: str
    hours: Decimal
    giver: str
    certified_by: str = CertifiedBy.NOTHING
    valid_months: int | None = None


@dataclass(frozen=True, slots=True)
class WantedSession:
    """A session as it is to be; `units` are invited."""

    on: date
    place: str
    lecturer: str
    units: Sequence[Unit]
    online: bool = False


@transaction.atomic
def add_course(actor: Actor, wanted: WantedCourse) -> Course:
    """Put a course on the list.

    Raises:
        Refused: "title", "kind", "subject", "hours" (above 0, at most 200, in halves), "giver", "certified", "months" (1 to 120),
            "exists".
    """
    made = Course(made_by=actor.name[:150], made_at=clock.now())
    _fill(made, wanted)
    if Course.objects.filter(title=made.title).exists():
        raise Refused("exists")
    made.save(force_insert=True)
    told = {"title": made.title, "hours": str(made.hours), "certified_by": made.certified_by}
    record(actor, "course.added", made.subject, told)
    return made


@transaction.atomic
def change_course(actor: Actor, course_id: str, wanted: WantedCourse) -> Course:
    """Change a course; certificates keep what they say.

    Raises:
        Refused: as `add_course`. Course.DoesNotExist.
    """
    course = Course.objects.select_for_update().get(id=course_id)
    before = {"title": course.title, "hours": str(course.hours), "certified_by": course.certified_by}
    _fill(course, wanted)
    if Course.objects.filter(title=course.title).exclude(id=course.id).exists():
        raise Refused("exists")
    course.save()
    after = {"title": course.title, "hours": str(course.hours), "certified_by": course.certified_by}
    record(actor, "course.changed", course.subject, {"before": before, "after": after})
    return course


def _fill(course: Course, wanted: WantedCourse) -> None:
    wrongs = (
        (not wanted.title.strip(), "title"),
        (wanted.kind not in CourseKind.values, "kind"),
        (not wanted.subject_matter.strip(), "subject"),
        (not 0 < wanted.hours <= MOST_HOURS or wanted.hours * 2 != int(wanted.hours * 2), "hours"),
        (not wanted.giver.strip(), "giver"),
        (wanted.certified_by not in CertifiedBy.values, "certified"),
        (wanted.valid_months is not None and not 1 <= wanted.valid_months <= 120, "months"),
    )
    for wrong, code in wrongs:
        if wrong:
            raise Refused(code)
    course.title, course.kind = wanted.title.strip()[:200], wanted.kind
    course.subject_matter, course.hours = wanted.subject_matter.strip()[:200], wanted.hours
    course.giver, course.certified_by = wanted.giver.strip()[:200], wanted.certified_by
    course.valid_months = wanted.valid_months if wanted.certified_by != CertifiedBy.NOTHING else None


@transaction.atomic
def end_course(actor: Actor, course_id: str) -> Course:
    """Take a course off the list, or put it back.

    Raises:
        Course.DoesNotExist.
    """
    course = Course.objects.select_for_update().get(id=course_id)
    course.ended_at = clock.now() if course.ended_at is None else None
    course.save(update_fields=["ended_at"])
    record(actor, "course.ended" if course.ended_at else "course.resumed", course.subject, {"title": course.title})
    return course


@transaction.atomic
def add_material(actor: Actor, course_id: str, name: str, content: bytes) -> Material:
    """Put a file to a course.

    Raises:
        Refused: "file-size", "file-kind", "file-number", "exists". Course.DoesNotExist.
    """
    course = Course.objects.select_for_update().get(id=course_id)
    file, standing = kept(name, content), course.materials.filter(ended_at=None)
    if standing.filter(sha256=file.sha256).exists():
        raise Refused("exists")
    if standing.count() >= MOST_MATERIALS:
        raise Refused("file-number", str(MOST_MATERIALS))
    made = Material.objects.create(course=course, by=actor.name[:150], at=clock.now(), **asdict(file))
    record(actor, "course.material-added", course.subject, {"name": made.name, "sha256": made.sha256})
    return made


def kept(name: str, content: bytes) -> filestore.Kept:
    """A file that was kept.

    Raises:
        Refused: "file-size", "file-kind".
    """
    try:
        return filestore.take(name, content)
    except filestore.NotTaken as error:
        raise Refused(error.code) from error


@transaction.atomic
def remove_material(actor: Actor, material_id: int) -> Material:
    """Take a file away from a course; it is handed out no more and its bytes stay.

    Raises:
        Refused: "ended". Material.DoesNotExist.
    """
    row = Material.objects.select_for_update(of=("self",)).select_related("course").get(id=material_id)
    if row.ended_at is not None:
        raise Refused("ended")
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    record(actor, "course.material-removed", row.course.subject, {"name": row.name, "sha256": row.sha256})
    return row


@transaction.atomic
def plan(actor: Actor, course_id: str, wanted: WantedSession) -> TrainingSession:
    """Plan a session of a course; one that was held already may be entered, too.

    Raises:
        Refused: "ended" (the course), "place", "lecturer", "units", "day" (more than two years away). Course.DoesNotExist.
    """
    course = Course.objects.select_for_update().get(id=course_id)
    if course.ended_at is not None:
        raise Refused("ended")
    made = TrainingSession(course=course, made_by=actor.name[:150], made_at=clock.now())
    _fill_session(made, wanted)
    made.save(force_insert=True)
    made.units.set(wanted.units)
    told = {"course": course.title, "on": made.on.isoformat(), "units": len(wanted.units)}
    record(actor, "training.planned", made.subject, told)
    return made


def _fill_session(session: TrainingSession, wanted: WantedSession) -> None:
    wrongs = (
        (abs((wanted.on - today()).days) > 731, "day"),
        (not wanted.place.strip(), "place"),
        (not wanted.lecturer.strip(), "lecturer"),
        (not wanted.units, "units"),
    )
    for wrong, code in wrongs:
        if wrong:
            raise Refused(code)
    session.on, session.online = wanted.on, wanted.online
    session.place, session.lecturer = wanted.place.strip()[:200], wanted.lecturer.strip()[:200]


@transaction.atomic
def change_session(actor: Actor, session_id: str, wanted: WantedSession) -> TrainingSession:
    """Change a session that is planned.

    Raises:
        Refused: "state", "listed" (detail: a unit that is taken out, of which persons stand on the list), and as `plan`.
            TrainingSession.DoesNotExist.
    """
    session = _open(session_id)
    before = {"on": session.on.isoformat(), "place": session.place, "lecturer": session.lecturer}
    _fill_session(session, wanted)
    listed = session.participants.exclude(unit__in=wanted.units).select_related("unit").first()
    if listed is not None:
        raise Refused("listed", listed.unit.name)
    session.save()
    session.units.set(wanted.units)
    after = {"on": session.on.isoformat(), "place": session.place, "lecturer": session.lecturer}
    told = {"before": before, "after": after, "units": len(wanted.units)}
    record(actor, "training.changed", session.subject, told)
    return session


def _open(session_id: str) -> TrainingSession:
    session = TrainingSession.objects.select_for_update(of=("self",)).select_related("course").get(id=session_id)
    if session.state != State.PLANNED:
        raise Refused("state")
    return session


@transaction.atomic
def add_participant(actor: Actor, session_id: str, entered: Entered) -> Participant:
    """Enter a person.

    Raises:
        Refused: "name", "unit" (is not invited), "identity", "exists", "persons", "state". TrainingSession.DoesNotExist.
    """
    session = _open(session_id)
    name, post = entered.name.strip(), entered.post.strip()
    if not name or len(name) > 100 or len(post) > 100:
        raise Refused("name")
    if names_identity(name) or names_identity(post):
        raise Refused("identity")
    if not session.units.filter(id=entered.unit_id).exists():
        raise Refused("unit")
    if session.participants.filter(unit_id=entered.unit_id, name=name, post=post).exists():
        raise Refused("exists")
    if session.participants.count() >= MOST_PERSONS:
        raise Refused("persons", str(MOST_PERSONS))
    made = Participant.objects.create(
        session=session,
        name=name,
        unit_id=entered.unit_id,
        post=post,
        registered=entered.registered,
        attendance=entered.attendance or Attendance.OPEN,
    )
    record(actor, "training.participant-added", session.subject, {"unit": made.unit_id, "participant": made.pk})
    return made


@transaction.atomic
def remove_participant(actor: Actor, participant_id: int) -> str:
    """Take a person off the list of a session that is planned; the id of the session.

    Raises:
        Refused: "state", "papers" (a slip was given out). Participant.DoesNotExist.
    """
    row = Participant.objects.get(id=participant_id)
    session = _open(row.session_id)
    if hasattr(row, "slip") or row.certificates.exists():
        raise Refused("papers")
    record(actor, "training.participant-removed", session.subject, {"unit": row.unit_id, "participant": row.pk})
    row.delete()
    return session.id


@transaction.atomic
def import_participants(actor: Actor, session_id: str, content: bytes) -> Sequence[Entered]:
    """Take every person of a sheet, or none; who stands on the list already is changed to what the sheet says.

    Raises:
        BadSheet: what is wrong in each row, in the reader's language. Refused: "state". TrainingSession.DoesNotExist.
    """
    session = _open(session_id)
    standing = {(one.unit_id, one.name, one.post): one for one in session.participants.all()}
    rows = participant_sheet.read(content, list(session.units.all()), frozenset(standing))
    fresh: list[Participant] = []
    changed: list[Participant] = []
    for one in rows:
        row = standing.get(one.key) or Participant(session=session, name=one.name, unit_id=one.unit_id, post=one.post)
        (changed if row.pk else fresh).append(row)
        row.registered, row.attendance = one.registered, one.attendance or row.attendance
    Participant.objects.bulk_create(fresh, batch_size=500)
    Participant.objects.bulk_update(changed, ["registered", "attendance"], batch_size=200)
    told = {"rows": len(rows), "new": len(fresh), "sha256": hashlib.sha256(content).hexdigest()}
    record(actor, "training.participants-imported", session.subject, told)
    return rows


@transaction.atomic
def note_attendance(
    actor: Actor, session_id: str, said: Mapping[int, str], registered: Collection[int] | None = None
) -> int:
    """Write down who came: number of participant → an `Attendance`; how many changed.

    Args:
        registered: who of them registered, None to leave that as it is.

    Raises:
        Refused: "attendance" (no such word, or of another session), "state". TrainingSession.DoesNotExist.
    """
    session = _open(session_id)
    rows = {one.pk: one for one in session.participants.all()}
    if not set(said) <= set(rows) or not set(said.values()) <= set(Attendance.values):
        raise Refused("attendance")
    changed = []
    for number, word in said.items():
        row = rows[number]
        came = row.registered if registered is None else number in registered
        if (row.attendance, row.registered) != (word, came):
            row.attendance, row.registered = word, came
            changed.append(row)
    if changed:
        Participant.objects.bulk_update(changed, ["attendance", "registered"], batch_size=200)
        sums = {word: sum(one.attendance == word for one in rows.values()) for word in Attendance.values}
        record(actor, "training.attendance", session.subject, {"changed": len(changed), **sums})
    return len(changed)


@transaction.atomic
def move(actor: Actor, session_id: str, verb: Verb, why: str = "") -> TrainingSession:
    """Hold a session, open its list again, or cancel it.

    Raises:
        Refused: what `decide.step` refuses. TrainingSession.DoesNotExist.
    """
    session = TrainingSession.objects.select_for_update().get(id=session_id)
    before, people = session.state, list(session.participants.all())
    papers = sum(hasattr(one, "slip") for one in session.participants.select_related("slip"))
    papers += session.participants.exclude(certificates=None).count()
    after = step(
        State(before),
        verb,
        on=session.on,
        today=today(),
        undecided=sum(one.attendance == Attendance.OPEN for one in people),
        present=sum(one.attendance == Attendance.PRESENT for one in people),
        papers=papers,
        why=why,
    )
    session.state, session.why = after.value, why.strip()[:500]
    session.save(update_fields=["state", "why"])
    record(actor, f"training.{verb.value}", session.subject, {"from": before, "why": session.why})
    return session
