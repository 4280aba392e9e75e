"""Deputies, and important periods: part of this room's verbs."""

from datetime import datetime

from django.db import transaction

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.warn.duty.decide import CannotDo
from fenghuo.warn.duty.models import Deputy, ImportantPeriod

_FULL = 100


@transaction.atomic
def name_deputy(
    by: Person,
    person: Person,
    for_person: Person,
    starts_at: datetime,
    ends_at: datetime,
    why: str = "",
    address: str = "",
) -> Deputy:
    """Let a person decide for another who is away. One names one's own deputy; a leader names one for others, but never himself:
    an administrator who keeps the roster must not come by a leader's rights.

    Raises:
        CannotDo: "right"; "times" where it ends before it begins or is over already, "person" where one stands in for himself or sees only
            the rows of units, "taken" where another deputy stands at that time.
    """
    leads = by.is_active and Role.LEADER.value in by.roles and by.pk != person.pk
    if by.pk != for_person.pk and not leads:
        raise CannotDo("right")
    if ends_at <= max(starts_at, clock.now()):
        raise CannotDo("times")
    if person.pk == for_person.pk or not person.is_active or person.unit_scope() is not None:
        raise CannotDo("person", person.name)
    if Deputy.objects.filter(for_person=for_person, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise CannotDo("taken")
    values = {"person": person, "for_person": for_person, "starts_at": starts_at, "ends_at": ends_at}
    made = Deputy.objects.create(why=why.strip()[:300], by=by.name[:150], **values)
    detail = {"person": str(person.pk), "for": str(for_person.pk), "from": starts_at, "to": ends_at, "reason": made.why}
    record(by.actor(address), "deputy.named", f"deputy:{made.pk}", detail)
    return made


@transaction.atomic
def end_deputy(actor: Actor, deputy_id: int) -> None:
    """End a deputy's time now, or before it began.

    Raises:
        CannotDo: "state" where it is over. Deputy.DoesNotExist.
    """
    row, now = Deputy.objects.select_for_update().get(pk=deputy_id), clock.now()
    if row.ends_at <= now:
        raise CannotDo("state")
    row.ends_at = now
    row.starts_at = min(row.starts_at, now)
    row.save(update_fields=["starts_at", "ends_at"])
    record(actor, "deputy.ended", f"deputy:{row.pk}", {"person": str(row.person_id), "for": str(row.for_person_id)})


@transaction.atomic
def begin_period(
    actor: Actor, name: str, starts_at: datetime, ends_at: datetime, rungs: int, percent: int
) -> ImportantPeriod:
    """State an important period (重保).

    Raises:
        CannotDo: "times", "text" without a name, "figures" where the ladder would not be raised, or an interval would be nothing.
    """
    if ends_at <= max(starts_at, clock.now()):
        raise CannotDo("times")
    if not name.strip():
        raise CannotDo("text")
    if not (1 <= rungs <= 5 and 10 <= percent <= _FULL) or (rungs == 1 and percent == _FULL):
        raise CannotDo("figures")
    values = {"starts_at": starts_at, "ends_at": ends_at, "rungs": rungs, "percent": percent}
    made = ImportantPeriod.objects.create(name=name.strip()[:100], by=actor.name[:150], **values)
    record(actor, "important-period.set", f"important-period:{made.pk}", {"name": made.name, **values})
    return made


@transaction.atomic
def end_period(actor: Actor, period_id: int) -> None:
    """End an important period now, or before it began.

    Raises:
        CannotDo: "state" where it is over. ImportantPeriod.DoesNotExist.
    """
    row, now = ImportantPeriod.objects.select_for_update().get(pk=period_id), clock.now()
    if row.ends_at <= now:
        raise CannotDo("state")
    row.ends_at = now
    row.starts_at = min(row.starts_at, now)
    row.save(update_fields=["starts_at", "ends_at"])
    record(actor, "important-period.ended", f"important-period:{row.pk}", {"name": row.name})
