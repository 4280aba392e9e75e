"""The pages of screening beside each other, and its periods."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.faces.console.access import person_of
from fenghuo.faces.console.screening.words import period_title
from fenghuo.see.screening.ledger import month_of, round_period
from fenghuo.see.screening.models import RoundState
from fenghuo.see.screening.queries import periods, rounds_visible_to

Link = tuple[str, str, bool]


def nav(person: Person, here: str) -> list[Link]:
    """(address, title, whether it is this page) of each page of screening that the person may open."""
    titles = {
        "coverage": _("Coverage"),
        "findings": _("Findings"),
        "uptime": _("Availability"),
        "authorisations": _("Authorisations"),
        "rounds": _("Rounds"),
        "hosts": _("Unregistered hosts"),
    }
    if person.can(Permission.EDIT_SCREENING):
        titles["import"] = pgettext("screening", "Import results")
    return [(reverse(f"screening:{name}"), title, name == here) for name, title in titles.items()]


@dataclass(frozen=True, slots=True)
class Periods:
    """The period that the address asks for, and those that one can switch to: (value, title)."""

    chosen: str
    title: str
    months: tuple[tuple[str, str], ...]
    rounds: tuple[tuple[str, str], ...]


def periods_of(request: HttpRequest, person: Person, now: datetime | None = None) -> Periods:
    """The periods of which there is a ledger; the present month where the address names none.

    Raises:
        Http404: the address names a period that there is not.
    """
    present = month_of(now or clock.now())
    begun = rounds_visible_to(person).exclude(state__in=[RoundState.PLANNED, RoundState.AUTHORISED])
    names = dict(begun.values_list("id", "name"))
    months = tuple((month, period_title(month, {})) for month in periods(present))
    rounds = tuple((round_period(number), name) for number, name in names.items())
    chosen = request.GET.get("period") or present
    if chosen not in dict(months) | dict(rounds):
        raise Http404
    return Periods(chosen, period_title(chosen, names), months, rounds)


def page(request: HttpRequest, template: str, here: str, values: dict[str, object]) -> HttpResponse:
    """A page of screening: its values, and the other pages beside it."""
    return render(request, f"screening/{template}.html", {**values, "nav": nav(person_of(request), here)})
