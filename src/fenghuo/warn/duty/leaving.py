"""What a person who leaves holds on duty goes to another; part of this room's verbs."""

from django.db import transaction

from fenghuo.base.accounts.models import Person
from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.warn.duty.actions import give_to
from fenghuo.warn.duty.models import Deputy, Shift, Swap, SwapState


def held_by(person: Person) -> int:
    """How many shifts of a person are not over."""
    return Shift.objects.filter(person=person, ends_at__gt=clock.now()).count()


@transaction.atomic
def pass_on(actor: Actor, person: Person, to: Person) -> int:
    """Give every shift of a person that is not over to another; swaps that wait and times as a deputy end. How many shifts.

    Raises:
        CannotDo: "two-posts", "person"; nothing has changed then.
    """
    now = clock.now()
    shifts = list(Shift.objects.select_for_update().filter(person=person, ends_at__gt=now).order_by("starts_at"))
    for shift in shifts:
        give_to(shift, to)
        detail = {"from": str(person.pk), "to": str(to.pk), "post": shift.post, "reason": ""}
        record(actor, "shift.replaced", f"shift:{shift.pk}", detail)
    waiting = Swap.objects.filter(state=SwapState.ASKED)
    for swap in waiting.filter(holder=person) | waiting.filter(other=person):
        swap.state, swap.answered_at = SwapState.WITHDRAWN, now
        swap.save(update_fields=["state", "answered_at"])
        record(actor, "swap.withdrawn", f"swap:{swap.pk}", {"shift": swap.shift_id})
    for row in Deputy.objects.select_for_update().filter(person=person, ends_at__gt=now):
        row.starts_at, row.ends_at = min(row.starts_at, now), now
        row.save(update_fields=["starts_at", "ends_at"])
        record(actor, "deputy.ended", f"deputy:{row.pk}", {"person": str(row.person_id), "for": str(row.for_person_id)})
    return len(shifts)
