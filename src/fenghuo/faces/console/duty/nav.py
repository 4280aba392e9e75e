"""The pages of duty beside each other."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import person_of

Link = tuple[str, str, bool]


def nav(person: Person, here: str) -> list[Link]:
    """(address, title, whether it is this page) of each page of duty that the person may open."""
    titles = {"list": pgettext("duty", "Roster")}
    if person.can(Permission.SEE_DESK):
        titles |= {"handovers": _("Handovers"), "log": _("Duty log"), "brief": _("Duty brief")}
    titles |= {"roll-calls": _("Roll-calls"), "arrangements": _("Deputies and important periods")}
    return [(reverse(f"duty:{name}"), title, name == here) for name, title in titles.items()]


def page(request: HttpRequest, template: str, here: str, values: dict[str, object]) -> HttpResponse:
    """A page of duty: its values, and the other pages beside it."""
    return render(request, f"duty/{template}.html", {**values, "nav": nav(person_of(request), here)})
