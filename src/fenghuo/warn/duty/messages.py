"""The words of duty's messages, in both languages, and who gets them. Each goes to the persons it names only."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.audit import SYSTEM
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Message
from fenghuo.warn.channels.roads import of_person
from fenghuo.warn.duty.models import Handover, RollCallAnswer, Shift, Swap, SwapState
from fenghuo.warn.duty.queries import terms

_BATCH = 50


def _both(make: Callable[[], tuple[str, str]]) -> Mapping[str, tuple[str, str]]:
    texts = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            texts[language] = make()
    return texts


def _send(matter: str, occasion: str, rank: int, make: Callable[[], tuple[str, str]], people: Iterable[Person]) -> int:
    """Put a message in the outbox for these persons; how many deliveries."""
    named = [of_person(person) for person in people]
    return enqueue(Message(matter, occasion, rank, _both(make)), named, clock.now(), named_only=True) if named else 0


def when(moment: datetime) -> str:
    """A moment in a message: date and time in the zone of the office."""
    return localtime(moment).strftime("%Y-%m-%d %H:%M")


def _page() -> str:
    return f"{settings().public_url.rstrip('/')}/duty/"


def _of(shift: Shift) -> str:
    return _("post %(post)s, %(from)s to %(to)s") % {
        "post": shift.post,
        "from": when(shift.starts_at),
        "to": when(shift.ends_at),
    }


def tell_of_swap(swap: Swap, people: Iterable[Person]) -> int:
    """Ask for consent to a swap, or say how it was answered."""

    def texts() -> tuple[str, str]:
        words = {"holder": swap.holder.name, "other": swap.other.name, "shift": _of(swap.shift), "page": _page()}
        if swap.state == SwapState.ASKED:
            title = _("%(holder)s asks you to take a shift") % words
            text = _("%(holder)s asks you to take: %(shift)s.") % words
            if swap.other_shift is not None:
                text += "\n" + _("In return for yours: %(shift)s.") % {"shift": _of(swap.other_shift)}
            return title, text + "\n\n" + _("Nothing changes until you agree: %(page)s") % words
        agreed = swap.state == SwapState.AGREED
        title = _("%(other)s takes your shift") if agreed else _("%(other)s does not take your shift")
        return title % words, _("Shift: %(shift)s.\n\nThe roster: %(page)s") % words

    return _send(f"swap:{swap.pk}", swap.state, 3, texts, people)


def tell_of_handover(row: Handover, people: Iterable[Person], *, late: bool) -> int:
    """Say that a handover waits to be accepted, or that it is late."""

    def texts() -> tuple[str, str]:
        words = {"name": row.shift.person.name, "shift": _of(row.shift), "page": _page()}
        if not late:
            return _("%(name)s hands over to you") % words, _(
                "Read the note and accept the handover.\n\nShift: %(shift)s\n%(page)s"
            ) % words
        title = _("Handover late: %(name)s") if row.pk else _("No handover note: %(name)s")
        return title % words, _("Shift: %(shift)s.\n\nThe roster: %(page)s") % words

    occasion = ("late" if row.pk else "missing") if late else "given"
    return _send(f"handover:{row.shift_id}", occasion, 2 if late else 3, texts, people)


def tell_of_roll_call(owed: RollCallAnswer) -> int:
    """Call one person; the number of the call stands in the occasion, so that each call goes out."""

    def texts() -> tuple[str, str]:
        words = {"due": localtime(owed.roll_call.due_at).strftime("%H:%M"), "page": _page(), "number": owed.calls}
        title = _("Roll-call: answer by %(due)s") % words
        return title, _("Sign in and answer by %(due)s: %(page)s\n\nCall number %(number)s.") % words

    return _send(f"roll-call:{owed.roll_call_id}", f"call:{owed.post}:{owed.calls}", 1, texts, [owed.person])


def tell_of_miss(owed: RollCallAnswer, people: Iterable[Person]) -> int:
    """Say that somebody on duty did not answer in time."""

    def texts() -> tuple[str, str]:
        words = {"name": owed.person.name, "post": owed.post, "at": when(owed.roll_call.at), "page": _page()}
        title = _("Roll-call not answered: %(name)s, post %(post)s") % words
        return title, _("Called at %(at)s; the time has run out. Calls go on.\n\n%(page)s") % words

    return _send(f"roll-call:{owed.roll_call_id}", f"missed:{owed.post}", 1, texts, people)


def remind_of_tomorrow() -> int:
    """Tell everybody whose shift begins tomorrow, once the hour for it has come; how many."""
    now = clock.now()
    here = localtime(now)
    if here.time() < terms().tomorrow_at:
        return 0
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    rows = Shift.objects.filter(
        starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=1), told_at=None, person__is_active=True
    )
    return sum(_remind(pk) for pk in list(rows.values_list("pk", flat=True)[:_BATCH]))


@transaction.atomic
def _remind(shift_id: int) -> int:
    shift = Shift.objects.select_for_update(of=("self",)).select_related("person").get(pk=shift_id)
    if shift.told_at is not None:
        return 0

    def texts() -> tuple[str, str]:
        words = {"shift": _of(shift), "page": _page()}
        return _("You are on duty tomorrow"), _("Your shift: %(shift)s.\n\nThe roster: %(page)s") % words

    shift.told_at = clock.now()
    shift.save(update_fields=["told_at"])
    sent = _send(f"shift:{shift.pk}", f"tomorrow:{shift.person_id}", 4, texts, [shift.person])
    record(SYSTEM, "shift.reminded", f"shift:{shift.pk}", {"person": str(shift.person_id), "messages": sent})
    return 1
