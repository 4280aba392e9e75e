"""The roster: who is on duty now and in the next two weeks, what waits for me, and one shift with its verbs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.clocks.models import SpecialDay
from fenghuo.base.clocks.workdays import is_workday
from fenghuo.base.common import clock
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.duty.forms import ReplaceForm, SwapForm
from fenghuo.faces.console.duty.nav import page
from fenghuo.faces.console.duty.words import calendar_note, roster_notes, sentence, two_weeks
from fenghuo.warn.duty import actions
from fenghuo.warn.duty.decide import CannotDo
from fenghuo.warn.duty.handovers import BEFORE_THE_END
from fenghuo.warn.duty.models import Handover, Shift
from fenghuo.warn.duty.queries import (
    HANDOVER_KEPT_OPEN,
    ladder,
    my_roll_calls,
    needs_handover,
    next_shift,
    on_duty,
    pace,
    swaps_of,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch of the roster: its day, what kind of day, its times, and the shift on each post (None: nobody)."""

    day: date
    name: str
    rest: bool
    starts_at: datetime
    ends_at: datetime
    a: Shift | None
    b: Shift | None
    now: bool


def rows_of(shifts: Iterable[Shift], now: datetime) -> list[Row]:
    """Shifts that begin and end together, in one row."""
    together: dict[tuple[datetime, datetime], dict[str, Shift]] = {}
    for shift in shifts:
        together.setdefault((shift.starts_at, shift.ends_at), {})[shift.post] = shift
    days = {localtime(starts).date() for starts, _ends in together}
    special = {row.day: row for row in SpecialDay.objects.filter(day__in=days)}
    works = {day: row.works for day, row in special.items()}
    rows = []
    for (starts, ends), held in sorted(together.items()):
        day = localtime(starts).date()
        name = special[day].name if day in special else ""
        values = (held.get("A"), held.get("B"), starts <= now < ends)
        rows.append(Row(day, name, not is_workday(day, works), starts, ends, *values))
    return rows


@requires(Permission.SEE_DUTY)
def list_all(request: HttpRequest) -> HttpResponse:
    """Who is on duty now and in the next two weeks, and what waits for the reader."""
    person, now = person_of(request), clock.now()
    until = now + two_weeks()
    shifts = Shift.objects.filter(ends_at__gt=now, starts_at__lt=until).select_related("person")
    found = list(shifts)
    mine = [shift for shift in found if shift.person_id == person.pk]
    values: dict[str, object] = {
        "rows": rows_of(found, now),
        "now": now,
        "duty": on_duty(now),
        "ladder": ladder(now),
        "pace": pace(now),
        "notes": roster_notes(now),
        "calendar": calendar_note(now, until) if found else "",
        "roll_calls": my_roll_calls(person, now),
        "swaps": swaps_of(person),
        "mine": mine[:3],
        "to_give": _to_give(person.pk, now),
        "to_take": _to_take(person.pk),
        "may_edit": person.can(Permission.EDIT_DUTY),
    }
    return page(request, "list", "list", values)


def _to_give(person: int, now: datetime) -> list[Shift]:
    """Shifts of a person that end within the hour, or ended within a day, and are not handed over."""
    near = Shift.objects.filter(person=person, handover=None, ends_at__lte=now + BEFORE_THE_END)
    return [
        shift
        for shift in near.filter(ends_at__gt=now - HANDOVER_KEPT_OPEN, starts_at__lte=now)
        if needs_handover(shift)
    ]


def _to_take(person: int) -> list[Handover]:
    """Handovers that wait for this person as the next on the post."""
    waiting = Handover.objects.filter(taken_at=None).select_related("shift", "given_by")[:20]
    return [row for row in waiting if (following := next_shift(row.shift)) and following.person_id == person]


@requires(Permission.SEE_DUTY)
def show(request: HttpRequest, shift_id: int) -> HttpResponse:
    """One shift, and what can be done with it."""
    person, now = person_of(request), clock.now()
    shift = object_or_404(Shift.objects.select_related("person"), pk=shift_id)
    may_edit, mine = person.can(Permission.EDIT_DUTY), shift.person_id == person.pk
    ahead = shift.starts_at > now
    given = Handover.objects.filter(shift=shift).first()
    values: dict[str, object] = {
        "shift": shift,
        "given": given,
        "asked": shift.swaps.filter(state="asked").select_related("other", "other_shift").first(),
        "swaps": shift.swaps.exclude(state="asked").select_related("holder", "other"),
        "mine": mine,
        "ahead": ahead,
        "may_see_notes": person.can(Permission.SEE_DESK),
        "may_give": given is None and (mine or may_edit) and now >= shift.ends_at - BEFORE_THE_END,
        "may_remove": may_edit and ahead,
        "swap_form": SwapForm(holder=person) if mine and ahead else None,
        "replace_form": ReplaceForm(auto_id="replace_%s") if may_edit and shift.ends_at > now else None,
    }
    return page(request, "shift", "list", values)


def tried(request: HttpRequest, verb: Callable[[], object], done: str) -> bool:
    """Do something, and say that it is done or why not; whether it was."""
    try:
        verb()
    except CannotDo as error:
        messages.error(request, sentence(error))
        return False
    messages.success(request, done)
    return True


@requires(Permission.EDIT_DUTY)
@require_POST
def replace_holder(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Put another person on a shift."""
    shift = object_or_404(Shift.objects.all(), pk=shift_id)
    form = ReplaceForm(request.POST)
    if form.is_valid():
        v = form.cleaned_data
        tried(request, lambda: actions.replace(actor_of(request), shift.pk, v["person"], v["why"]), _("Changed."))
    else:
        messages.error(request, _("Choose a person, and say why."))
    return redirect("duty:shift", shift.pk)


@requires(Permission.EDIT_DUTY)
@require_POST
def remove(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Take a shift off the roster."""
    shift = object_or_404(Shift.objects.all(), pk=shift_id)
    why = request.POST.get("why", "")
    done = tried(request, lambda: actions.remove_shift(actor_of(request), shift.pk, why), _("Taken off the roster."))
    return redirect("duty:list") if done else redirect("duty:shift", shift.pk)
