"""Who is on duty, who is told next, who decides for whom, and what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission, Role
from fenghuo.base.accounts.queries import with_role
from fenghuo.base.clocks.models import SpecialDay
from fenghuo.warn.duty.decide import gaps, raised
from fenghuo.warn.duty.models import (
    Deputy,
    Handover,
    ImportantPeriod,
    Post,
    RollCallAnswer,
    Shift,
    Swap,
    SwapState,
    Terms,
)

HANDOVER_KEPT_OPEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who holds the posts now, and when the next handover is; None where the roster is silent."""

    a: Person | None
    b: Person | None
    handover: datetime | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How the ladder runs now: so many rungs at once, and which part of each interval is left (1 for all of it)."""

    rungs: int
    part: float
    period: str


def terms() -> Terms:
    """How long things take on duty: the office's figures, or the proposals that come with Fenghuo."""
    return Terms.objects.filter(pk=Terms.ONLY).first() or Terms(pk=Terms.ONLY)


def shifts_at(now: datetime) -> list[Shift]:
    """The shifts that run at a moment, of persons who may sign in."""
    rows = Shift.objects.filter(starts_at__lte=now, ends_at__gt=now, person__is_active=True)
    return list(rows.select_related("person").order_by("post"))


def on_duty(now: datetime) -> OnDuty:
    """The posts at a moment."""
    held = {shift.post: shift for shift in shifts_at(now)}
    ends = [shift.ends_at for shift in held.values()]
    a, b = held.get("A"), held.get("B")
    return OnDuty(a.person if a else None, b.person if b else None, min(ends) if ends else None)


def ladder(now: datetime) -> list[list[Person]]:
    """Whom to tell, rung by rung: post A, post B, the leaders. Every rung has somebody; [] where nobody can be told.

    Where no roster stands, every duty officer is the first rung: a beacon that nobody watches is not lit in vain. Beside a leader
    who is away stands the deputy. In an important period the first rungs are told at once.
    """
    posts = on_duty(now)
    rungs = [[person] for person in (posts.a, posts.b) if person is not None]
    if not rungs:
        rungs = [officers] if (officers := with_role(Role.DUTY_OFFICER)) else []
    leaders = with_role(Role.LEADER)
    if leaders:
        rungs.append([*leaders, *(d for d in _deputies_of(leaders, now) if d not in leaders)])
    at_once = pace(now).rungs
    people = {person.pk: person for rung in rungs for person in rung}
    return [[people[pk] for pk in rung] for rung in raised([[p.pk for p in rung] for rung in rungs], at_once)]


def pace(now: datetime) -> Pace:
    """How the ladder runs at a moment; of periods that overlap, the strictest figures hold."""
    periods = list(ImportantPeriod.objects.filter(starts_at__lte=now, ends_at__gt=now))
    if not periods:
        return Pace(1, 1.0, "")
    rungs = max(period.rungs for period in periods)
    return Pace(rungs, min(period.percent for period in periods) / 100, periods[0].name)


def _deputies_of(people: Iterable[Person], now: datetime) -> list[Person]:
    rows = Deputy.objects.filter(for_person__in=[p.pk for p in people], starts_at__lte=now, ends_at__gt=now)
    found = {row.person_id: row.person for row in rows.filter(person__is_active=True).select_related("person")}
    return [found[pk] for pk in sorted(found)]


def may_decide_for(person: Person, now: datetime) -> list[Person]:
    """The persons for whom this one decides now, as their deputy; [] for none. A person who may not sign in decides for nobody."""
    if not person.is_active:
        return []
    rows = Deputy.objects.filter(person=person, starts_at__lte=now, ends_at__gt=now, for_person__is_active=True)
    found = {row.for_person_id: row.for_person for row in rows.select_related("for_person")}
    return [found[pk] for pk in sorted(found)]


def decides_as(person: Person, permission: Permission, now: datetime) -> Person | None:
    """As whom a person may do what a permission allows: as himself, as the deputy of one who has it, or not at all (None)."""
    if person.can(permission):
        return person
    return next((away for away in may_decide_for(person, now) if away.can(permission)), None)


def uncovered(now: datetime, days: int = 7) -> list[tuple[datetime, datetime]]:
    """The hours of the coming days in which nobody active is on post A, once a roster is in use; [] where none is."""
    until = now + timedelta(days=days)
    if not Shift.objects.filter(ends_at__gt=now - timedelta(days=days)).exists():
        return []
    rows = Shift.objects.filter(post=Post.A, ends_at__gt=now, starts_at__lt=until, person__is_active=True)
    return gaps(rows.values_list("starts_at", "ends_at"), now, until)


def next_shift(shift: Shift) -> Shift | None:
    """The shift of the same post that takes over where this one ends, None where nobody follows at once."""
    rows = Shift.objects.filter(post=shift.post, starts_at__gte=shift.ends_at, starts_at__lte=shift.ends_at)
    return rows.select_related("person").first()


def needs_handover(shift: Shift) -> bool:
    """Whether its holder hands over: post A keeps the log, and whoever goes on by themself hands nothing over."""
    following = next_shift(shift)
    return shift.post == Post.A and (following is None or following.person_id != shift.person_id)


def handovers_due(now: datetime) -> list[Shift]:
    """Shifts that ended within a day, whose handover is not yet accepted though it must be; the oldest first."""
    ended = Shift.objects.filter(post=Post.A, ends_at__lte=now, ends_at__gt=now - HANDOVER_KEPT_OPEN)
    rows = ended.exclude(handover__taken_at__isnull=False).select_related("person", "handover")
    return [shift for shift in rows.order_by("ends_at") if needs_handover(shift)]


def last_handover() -> Handover | None:
    """The last note that was handed over."""
    return Handover.objects.select_related("given_by", "taken_by", "shift").first()


def my_roll_calls(person: Person, now: datetime) -> "QuerySet[RollCallAnswer]":
    """Roll-calls that wait for this person's answer; after a day they wait no more."""
    rows = RollCallAnswer.objects.filter(person=person, answered_at=None, roll_call__at__gt=now - timedelta(days=1))
    return rows.select_related("roll_call").order_by("roll_call__at")


def swaps_of(person: Person) -> "QuerySet[Swap]":
    """Swaps that wait for an answer and concern this person."""
    rows = Swap.objects.filter(state=SwapState.ASKED)
    mine = rows.filter(holder=person) | rows.filter(other=person)
    return mine.select_related("shift", "other_shift", "holder", "other")


def special_days(first: date, last: date) -> Mapping[date, bool]:
    """The holiday calendar between two days."""
    return dict(SpecialDay.objects.filter(day__gte=first, day__lte=last).values_list("day", "works"))


def unknown_years(first: date, last: date) -> list[int]:
    """The years between two days whose holidays are not known: there the weekday alone decides."""
    known = set(SpecialDay.objects.values_list("day__year", flat=True))
    return [year for year in range(first.year, last.year + 1) if year not in known]
