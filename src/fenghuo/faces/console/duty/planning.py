"""Making a roster: one shift, a pattern with its preview, a sheet in and out."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.faces.console.access import actor_of, requires
from fenghuo.faces.console.duty.forms import PatternForm, SheetForm, ShiftForm, day_asked
from fenghuo.faces.console.duty.nav import page
from fenghuo.faces.console.duty.views import rows_of
from fenghuo.faces.console.duty.words import calendar_note, sentence, stretch
from fenghuo.warn.duty.actions import NewShift, add_shift, add_shifts, spans_between
from fenghuo.warn.duty.decide import CannotDo, Planned, Span, clashes, plan, shares
from fenghuo.warn.duty.models import Shift
from fenghuo.warn.duty.queries import special_days
from fenghuo.warn.duty.sheets import BadSheet, import_roster, write_roster

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PROBLEMS = 20


@requires(Permission.EDIT_DUTY)
def new_shift(request: HttpRequest) -> HttpResponse:
    """One shift by hand."""
    form = ShiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_shift(actor_of(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Added."))
            return redirect("duty:list")
    return page(request, "form", "list", {"form": form, "title": _("Add a shift")})


@requires(Permission.EDIT_DUTY)
def pattern(request: HttpRequest) -> HttpResponse:
    """A roster from a pattern: first what it would be, then, as a second step, saved."""
    today = localtime(clock.now()).date()
    initial = {
        "first": today + timedelta(days=1),
        "last": today + timedelta(days=28),
        "changes": "08:00 18:00",
        "apart": True,
    }
    form = PatternForm(request.POST or None, initial=initial)
    values: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        wanted = form.pattern()
        try:
            planned = plan(wanted, special_days(wanted.first, wanted.last))
            if "save" in request.POST:
                number = add_shifts(actor_of(request), _shifts(planned), "pattern")
                text = ngettext("%(n)d shift stored.", "%(n)d shifts stored.", number)
                messages.success(request, text % {"n": number})
                return redirect("duty:list")
        except CannotDo as error:
            form.add_error(None, sentence(error))
        else:
            values |= _preview(planned)
    return page(request, "pattern", "list", values)


def _shifts(planned: list[Planned]) -> list[NewShift]:
    people = Person.objects.in_bulk({one.person for one in planned})
    return [NewShift(people[one.person], one.post, one.starts_at, one.ends_at) for one in planned]


def _preview(planned: list[Planned]) -> dict[str, object]:
    people = Person.objects.in_bulk({one.person for one in planned})
    first, last = planned[0].starts_at, max(one.ends_at for one in planned)
    spans = [Span(one.post, one.person, one.starts_at, one.ends_at) for one in planned]
    names = {pk: person.name for pk, person in people.items()}
    problems = [
        (_("%(when)s: %(name)s on two posts") if one.post != other.post else _("%(when)s: post %(post)s is taken"))
        % {"when": stretch(one.starts_at, one.ends_at), "name": names.get(one.person, ""), "post": one.post}
        for one, other in clashes(spans, spans_between(first, last))
    ]
    unsaved = [Shift(person=people[p.person], post=p.post, starts_at=p.starts_at, ends_at=p.ends_at) for p in planned]
    return {
        "rows": rows_of(unsaved, datetime.min.replace(tzinfo=get_default_timezone())),
        "shares": [(names[share.person], share) for share in shares(planned, get_default_timezone())],
        "problems": problems[:_PROBLEMS],
        "more_problems": max(0, len(problems) - _PROBLEMS),
        "calendar": calendar_note(first, last),
    }


@requires(Permission.EDIT_DUTY)
def take(request: HttpRequest) -> HttpResponse:
    """A roster from a sheet, or row by row what is wrong with it."""
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            number = import_roster(actor_of(request), form.cleaned_data["sheet"].read())
        except BadSheet as error:
            form.add_error(None, [*error.problems, _("Nothing was imported.")])
        else:
            text = ngettext("%(n)d shift stored.", "%(n)d shifts stored.", number)
            messages.success(request, text % {"n": number})
            return redirect("duty:list")
    return page(request, "form", "list", {"form": form, "title": _("Import a roster"), "files": True})


@requires(Permission.SEE_DUTY)
def export(request: HttpRequest) -> HttpResponse:
    """The roster from the first of the asked month on, three months, as xlsx that can be taken in again."""
    today = localtime(clock.now()).date()
    first = day_asked(request.GET.get("from", ""), today.replace(day=1))
    starts = datetime.combine(first, time(), get_default_timezone())
    shifts = Shift.objects.filter(starts_at__gte=starts, starts_at__lt=starts + timedelta(days=92))
    chinese = (get_language() or "").startswith("zh")
    record(actor_of(request), "roster.exported", f"roster:{first.isoformat()}")
    response = HttpResponse(write_roster(shifts.select_related("person"), chinese=chinese), content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="roster-{first.isoformat()}.xlsx"'
    return response
