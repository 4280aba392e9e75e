"""Swaps of shifts: the holder asks, the other agrees; part of this room's verbs."""

from django.db import transaction

from fenghuo.base.accounts.models import Person
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.warn.duty.actions import give_to
from fenghuo.warn.duty.decide import CannotDo
from fenghuo.warn.duty.messages import tell_of_swap
from fenghuo.warn.duty.models import Shift, Swap, SwapState


@transaction.atomic
def ask(person: Person, shift_id: int, other: Person, other_shift_id: int | None, why: str, address: str = "") -> Swap:
    """Ask another person to take one's shift, for one of theirs or for nothing. Nothing changes until they agree.

    Raises:
        CannotDo: "holder" where a shift is not that person's, "begun", "person", "swap" where one is asked for already. Shift.DoesNotExist.
    """
    shift = _held(shift_id, person)
    given_back = None if other_shift_id is None else _held(other_shift_id, other)
    if other.pk == person.pk or not other.is_active or other.unit_scope() is not None:
        raise CannotDo("person", other.name)
    if shift.swaps.filter(state=SwapState.ASKED).exists():
        raise CannotDo("swap")
    values = {"shift": shift, "holder": person, "other": other, "other_shift": given_back, "why": why.strip()[:500]}
    made = Swap.objects.create(asked_at=clock.now(), **values)
    detail = {"shift": shift.pk, "other": str(other.pk), "other_shift": other_shift_id, "reason": made.why}
    record(person.actor(address), "swap.asked", f"swap:{made.pk}", detail)
    tell_of_swap(made, [other])
    return made


def _held(shift_id: int, person: Person) -> Shift:
    shift = Shift.objects.select_for_update().get(pk=shift_id)
    if shift.person_id != person.pk:
        raise CannotDo("holder")
    if shift.starts_at <= clock.now():
        raise CannotDo("begun")
    return shift


@transaction.atomic
def answer(person: Person, swap_id: int, *, agree: bool, text: str = "", address: str = "") -> Swap:
    """Agree to a swap that one was asked for, or decline it; with consent the shifts change hands at once.

    Raises:
        CannotDo: "person" who was not asked, "state", and whatever stands against the change by now. Swap.DoesNotExist.
    """
    swap = _asked(swap_id)
    if swap.other_id != person.pk:
        raise CannotDo("person")
    if agree:
        shift = _held(swap.shift_id, swap.holder)
        back = None if swap.other_shift_id is None else _held(swap.other_shift_id, person)
        give_to(shift, person, besides=[back.pk] if back else [])
        if back is not None:
            give_to(back, swap.holder)
    _end(swap, SwapState.AGREED if agree else SwapState.DECLINED, text)
    detail = {"shift": swap.shift_id, "other_shift": swap.other_shift_id, "reason": swap.answer}
    record(person.actor(address), f"swap.{swap.state}", f"swap:{swap.pk}", detail)
    tell_of_swap(swap, [swap.holder])
    return swap


@transaction.atomic
def withdraw(person: Person, swap_id: int, address: str = "") -> Swap:
    """Take back what one asked for.

    Raises:
        CannotDo: "person" who did not ask, "state". Swap.DoesNotExist.
    """
    swap = _asked(swap_id)
    if swap.holder_id != person.pk:
        raise CannotDo("person")
    _end(swap, SwapState.WITHDRAWN, "")
    record(person.actor(address), "swap.withdrawn", f"swap:{swap.pk}", {"shift": swap.shift_id})
    return swap


def _asked(swap_id: int) -> Swap:
    swap = Swap.objects.select_for_update().get(pk=swap_id)
    if swap.state != SwapState.ASKED:
        raise CannotDo("state")
    return swap


def _end(swap: Swap, state: SwapState, text: str) -> None:
    swap.state, swap.answered_at, swap.answer = state, clock.now(), text.strip()[:500]
    swap.save(update_fields=["state", "answered_at", "answer"])
