"""Where the thing that a "kind:id" names can be looked at."""

from django.urls import NoReverseMatch, reverse

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission

_PAGES = {
    "warning": ("warnings:show", "warnings:list", Permission.SEE_WARNINGS),
    "incident": ("incidents:show", "incidents:list", Permission.SEE_DESK),
    "bulletin": ("bulletins:show", "bulletins:list", Permission.SEE_NOTICES),
    "notice": ("notices:show", "notices:list", Permission.SEE_NOTICES),
    "notice-copy": ("notices:copy", "notices:list", Permission.SEE_NOTICES),
    "task": ("tasks:show", "tasks:list", Permission.SEE_TASKS),
    "inspection": ("inspections:show", "inspections:list", Permission.SEE_INSPECTIONS),
    "self-check": ("inspections:check", "inspections:list", Permission.SEE_INSPECTIONS),
    "delivery": ("", "channels:list", Permission.SEE_CHANNELS),
    "shift": ("duty:shift", "duty:list", Permission.SEE_DUTY),
    "roll-call": ("", "duty:roll-calls", Permission.SEE_DUTY),
}


def link_of(person: Person, subject: str) -> str:
    """The address of the thing's page, or of its list for "kind:*"; "" where there is none for this person."""
    kind, _colon, number = subject.partition(":")
    one, many, permission = _PAGES.get(kind, ("", "", None))
    if permission is None or not person.can(permission):
        return ""
    try:
        return reverse(one, args=[number]) if one and number != "*" else reverse(many)
    except NoReverseMatch:
        return ""
