"""What happens by itself as time goes on: receipts, reminders, escalation, drafts about what is late. Called each second."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from fenghuo.base.accounts.permissions import Role
from fenghuo.base.accounts.queries import with_role
from fenghuo.base.audit import SYSTEM
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.clocks.office import local
from fenghuo.base.common import clock
from fenghuo.warn.channels.message import Addressee
from fenghuo.warn.channels.models import ARRIVED, Delivery
from fenghuo.warn.channels.roads import of_person
from fenghuo.warn.notices import texts
from fenghuo.warn.notices.decide import CopyState, CopyVerb, Kind
from fenghuo.warn.notices.drafts import draft_about
from fenghuo.warn.notices.messages import first_of_duty, persons_of, send_link, tell_office
from fenghuo.warn.notices.models import NoticeCopy, Nudge
from fenghuo.warn.notices.steps import MACHINE, enter, locked, note, stop, subject
from fenghuo.warn.notices.terms import Clock, Mark

_BATCH = 200
_NOBODY = "–"
_REMINDERS = [mark.value for mark in Mark if mark.is_reminder]


def track_due() -> int:
    """Take copies whose first message left to "sent"; how many."""
    queued = NoticeCopy.objects.filter(state=CopyState.QUEUED)
    if not queued.exists():  # most seconds of a year: the question below costs several times as much
        return 0
    gone = Delivery.objects.filter(
        matter=Concat(Value("notice-copy:"), OuterRef("id")), occasion__startswith="issued", state__in=ARRIVED
    )
    waiting = queued.filter(Exists(gone)).order_by("issued_at")
    return sum(_sent(copy_id) for copy_id in waiting.values_list("id", flat=True)[:_BATCH])


@transaction.atomic
def _sent(copy_id: str) -> bool:
    copy = locked(copy_id)
    begun = Deadline.objects.filter(subject=subject(copy), kind__startswith=Clock.DELIVER, stopped_at=None).first()
    if copy.state != CopyState.QUEUED or begun is None:
        return False
    sent = Delivery.objects.filter(matter=subject(copy), occasion__startswith="issued", state__in=ARRIVED)
    if not sent.filter(created_at__gte=begun.started_at).exists():
        return False  # what left was the message before the copy was refused and sent again
    enter(copy, CopyVerb.SENT, MACHINE)
    stop(copy, [Clock.DELIVER])
    return True


def remind_due() -> int:
    """Remind whose turn it is, at the marks that have come; how many."""
    return _fire_all(_open().filter(mark__in=_REMINDERS))


def escalate_due() -> int:
    """Tell the next one of what is late, and make the drafts that lateness asks for; how many."""
    return _fire_all(_open().exclude(mark__in=_REMINDERS))


def _open() -> "QuerySet[Nudge]":
    return Nudge.objects.filter(done_at=None, dropped_at=None, at__lte=clock.now())


def _fire_all(due: "QuerySet[Nudge]") -> int:
    return sum(_fire(nudge) for nudge in due.order_by("at", "id")[:_BATCH])


@transaction.atomic
def _fire(nudge: Nudge) -> bool:
    copy = locked(nudge.copy_id)
    if not Nudge.objects.filter(id=nudge.pk, done_at=None, dropped_at=None).update(done_at=clock.now()):
        return False  # its clock was stopped since the row was read
    told = _act(copy, nudge)
    note(copy, nudge.mark, MACHINE, f"{nudge.clock} → {told}")
    return True


def _act(copy: NoticeCopy, nudge: Nudge) -> str:
    """Do what a mark asks for; who was told, or which draft was made, for the history in no language."""
    mark, kind, now = Mark(nudge.mark), nudge.clock.partition("-")[0], clock.now()
    occasion = f"{nudge.clock}:{mark.value}"
    if mark in {Mark.SUPERVISE, Mark.CRITICISE, Mark.EXEMPTION_ENDS}:
        return _draft(copy, nudge, mark)
    if kind in {Clock.DELIVER, Clock.REVIEW}:
        people = _leaders() if mark == Mark.OFFICE else first_of_duty(now)
        tell_office(copy, occasion, "unreached" if kind == Clock.DELIVER else "review", people, now)
        return _named(people)
    if mark == Mark.OFFICE:
        people = [*_leaders(), *_department(copy)]
        tell_office(copy, occasion, "late", people, now)
        return _named(people)
    persons = persons_of(copy.unit)
    part = mark.value if mark in {Mark.DEPUTY, Mark.HEAD} else next(iter(persons), "")
    if part in persons and send_link(copy, occasion, now, [persons[part]]):
        return _named([persons[part]])
    people = first_of_duty(now)
    tell_office(copy, occasion, "unreached", people, now)
    return f"{part} {_NOBODY} → {_named(people)}"


def _named(people: Sequence[Addressee]) -> str:
    """Who they are, for the history in no language: by what they were reached, else by name."""
    return ", ".join(person.email or person.phone or person.name for person in people) or _NOBODY


def _leaders() -> list[Addressee]:
    return [of_person(person) for person in with_role(Role.LEADER)]


def _department(copy: NoticeCopy) -> list[Addressee]:
    """The competent department's (主管部门) contacts: those of the unit above."""
    return list(persons_of(copy.unit.parent).values())[:1] if copy.unit.parent else []


def _draft(copy: NoticeCopy, nudge: Nudge, mark: Mark) -> str:
    number = copy.notice.number.text if copy.notice.number else ""
    unit, title = copy.unit.name, copy.notice.title
    if mark == Mark.EXEMPTION_ENDS:
        made = draft_about(SYSTEM, copy, Kind.HAZARD, texts.exemption_ended(unit, number, title))
        return f"notice:{made.id}"
    deadline = Deadline.objects.get(subject=subject(copy), kind=nudge.clock)
    due = local(deadline.due_at).strftime("%Y年%-m月%-d日")
    words = (texts.supervision if mark == Mark.SUPERVISE else texts.criticism)(unit, number, title, due)
    kind = Kind.SUPERVISION if mark == Mark.SUPERVISE else Kind.SITUATION
    return f"notice:{draft_about(SYSTEM, copy, kind, words).id}"
