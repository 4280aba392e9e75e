"""Who is on duty, and who is told next."""

from dataclasses import dataclass
from datetime import datetime

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.accounts.queries import with_role
from fenghuo.warn.duty.models import Shift


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who holds the posts now, and when the next handover is; None where the roster is silent."""

    a: Person | None
    b: Person | None
    handover: datetime | None


def on_duty(now: datetime) -> OnDuty:
    """The posts at a moment."""
    shifts = Shift.objects.filter(starts_at__lte=now, ends_at__gt=now, person__is_active=True).select_related("person")
    held = {shift.post: shift for shift in shifts}
    ends = [shift.ends_at for shift in held.values()]
    a, b = held.get("A"), held.get("B")
    return OnDuty(a.person if a else None, b.person if b else None, min(ends) if ends else None)


def ladder(now: datetime) -> list[list[Person]]:
    """Whom to tell, rung by rung: post A, post B, the leaders. Every rung has somebody; [] where nobody can be told.

    Where no roster stands, every duty officer is the first rung: a beacon that nobody watches is not lit in vain.
    """
    posts = on_duty(now)
    rungs = [[person] for person in (posts.a, posts.b) if person is not None]
    if not rungs:
        rungs = [officers] if (officers := with_role(Role.DUTY_OFFICER)) else []
    leaders = with_role(Role.LEADER)
    return [*rungs, leaders] if leaders else rungs
