"""Handing over and taking over; part of this room's verbs."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission, Role
from fenghuo.base.accounts.queries import with_role
from fenghuo.base.audit import SYSTEM
from fenghuo.base.audit.actions import record
from fenghuo.base.audit.queries import of_subject
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.warn.duty.decide import CannotDo
from fenghuo.warn.duty.messages import tell_of_handover
from fenghuo.warn.duty.models import Handover, Shift
from fenghuo.warn.duty.queries import handovers_due, next_shift, terms

HANDOVER = "handover"
BEFORE_THE_END = timedelta(hours=1)
_MOST_NOTE = 8000


def subject_of(shift: Shift) -> str:
    """What clocks and audit trail call a shift."""
    return f"shift:{shift.pk}"


@transaction.atomic
def give(person: Person, shift_id: int, note: str, matters: Sequence[tuple[str, str]], address: str = "") -> Handover:
    """Hand a shift over, within its last hour or afterwards. Its holder does; who keeps the roster may do it for a holder who cannot.

    Args:
        note: what the next one must know; needed.
        matters: what is open now, as (subject, line).

    Raises:
        CannotDo: "text", "holder", "early", "given". Shift.DoesNotExist.
    """
    shift, now = Shift.objects.select_for_update().get(pk=shift_id), clock.now()
    if not note.strip():
        raise CannotDo("text")
    if shift.person_id != person.pk and not person.can(Permission.EDIT_DUTY):
        raise CannotDo("holder")
    if now < shift.ends_at - BEFORE_THE_END:
        raise CannotDo("early")
    if Handover.objects.filter(shift=shift).exists():
        raise CannotDo("given")
    lines = [{"subject": subject, "text": text} for subject, text in matters]
    values = {"note": note.strip()[:_MOST_NOTE], "matters": lines}
    made = Handover.objects.create(shift=shift, given_by=person, given_at=now, **values)
    detail = {"shift": shift.pk, "note": made.note[:500], "matters": len(lines), "for": str(shift.person_id)}
    record(person.actor(address), "handover.given", subject_of(shift), detail)
    following = next_shift(shift)
    if following is not None:
        tell_of_handover(made, [following.person], late=False)
    return made


@transaction.atomic
def take(person: Person, handover_id: int, remark: str = "", address: str = "") -> Handover:
    """Accept a handover: the next holder of the post does, or another officer where nobody follows on the roster.

    Raises:
        CannotDo: "same-person", "taker", "state" where it is accepted already. Handover.DoesNotExist.
    """
    row = Handover.objects.select_for_update(of=("self",)).select_related("shift").get(pk=handover_id)
    if row.taken_at is not None:
        raise CannotDo("state")
    if person.pk in {row.given_by_id, row.shift.person_id}:
        raise CannotDo("same-person")
    following = next_shift(row.shift)
    if following is not None and following.person_id != person.pk and not person.can(Permission.EDIT_DUTY):
        raise CannotDo("taker", following.person.name)
    now = clock.now()
    row.taken_by, row.taken_at, row.remark = person, now, remark.strip()[:500]
    row.save(update_fields=["taken_by", "taken_at", "remark"])
    clocks.stop(subject_of(row.shift), now, HANDOVER)
    detail = {"shift": row.shift_id, "from": str(row.given_by_id), "remark": row.remark}
    record(person.actor(address), "handover.taken", subject_of(row.shift), detail)
    return row


def watch_due() -> int:
    """Start the clock of every handover that has come due, and tell the leaders of those that are late; how many were told of."""
    now, told = clock.now(), 0
    for shift in handovers_due(now):
        clock_row = Deadline.objects.filter(subject=subject_of(shift), kind=HANDOVER).first()
        if clock_row is None:
            limit = clocks.Limit(seconds=terms().handover_minutes * 60)
            clocks.start(subject_of(shift), HANDOVER, shift.ends_at, limit)
        elif clock_row.due_at < now and clock_row.stopped_at is None:
            told += _tell_late(shift.pk)
    return told


@transaction.atomic
def _tell_late(shift_id: int) -> int:
    shift = Shift.objects.select_for_update().get(pk=shift_id)
    row = Handover.objects.filter(shift=shift).first()
    verb = "handover.late" if row else "handover.missing"
    if of_subject(subject_of(shift)).filter(verb=verb).exists():
        return 0
    following = next_shift(shift)
    people = [shift.person, *([following.person] if following else []), *with_role(Role.LEADER)]
    record(SYSTEM, verb, subject_of(shift), {"person": str(shift.person_id)})
    tell_of_handover(row or Handover(shift=shift), people, late=True)
    return 1
