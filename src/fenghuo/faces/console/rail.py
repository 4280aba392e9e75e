"""The left rail: the pages that there are and that the person may open."""

from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.faces.console.access import SignedIn, may_open


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the rail; `here` where the present page belongs to it."""

    name: str
    title: str
    url: str
    here: bool


def _titles() -> dict[str, str]:
    """Address name → title in the reader's language, in the order of the rail."""
    return {
        "desk:home": _("Duty desk"),
        "warnings:list": _("Warnings"),
        "notices:list": _("Notices"),
        "incidents:list": _("Incidents"),
        "blocks:list": _("Blocks"),
        "plans:list": pgettext("rail", "Plans"),
        "tasks:list": pgettext("rail", "Tasks"),
        "inspections:list": pgettext("rail", "Inspections"),
        "screening:coverage": _("Screening"),
        "units:list": _("Units and assets"),
        "sources:list": _("Log sources"),
        "rules:list": _("Rules"),
        "intel:list": _("Indicators"),
        "performance:list": pgettext("rail", "Performance"),
        "training:list": pgettext("rail", "Training"),
        "surveys:list": pgettext("rail", "Surveys"),
        "disclosure:list": pgettext("rail", "Disclosure"),
        "duty:list": _("Duty"),
        "channels:list": _("Channels"),
        "people:list": _("People"),
        "audit:list": _("Audit"),
        "wall:show": _("Wall"),
    }


_BELOW = {"warnings:list": "/bulletins/", "plans:list": "/playbooks/"}
"""Address name of an entry → where the pages begin that it leads to as well."""


@cache
def _place(name: str) -> tuple[str, object] | None:
    """Address and view of a page, None where this installation has no such page."""
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    return url, resolve(url).func


def rail(person: SignedIn, path: str) -> list[Entry]:
    """The entries for a person on a page."""
    entries = []
    for name, title in _titles().items():
        place = _place(name)
        if place is not None and may_open(person, place[1]):
            url = place[0]
            here = path == url or (url != "/" and path.startswith(url)) or path.startswith(_BELOW.get(name, "//"))
            entries.append(Entry(name.partition(":")[0], title, url, here))
    return entries


def search_url(person: SignedIn) -> str:
    """Where the search box of the top bar leads, "" for who may not see warnings."""
    place = _place("warnings:list")
    return place[0] if place is not None and may_open(person, place[1]) else ""
