"""From a matter ("kind:id", as in the audit trail) to its page."""

from django.urls import reverse

_PAGES = {
    "warning": "warnings:show",
    "notice": "notices:show",
    "notice-copy": "notices:copy",
    "task": "tasks:show",
    "self-check": "inspections:check",
}


def link_of(matter: str) -> str:
    """The address of a matter's page, "" where it has none of its own."""
    kind, _, number = matter.partition(":")
    return reverse(_PAGES[kind], args=[number]) if kind in _PAGES and number else ""
