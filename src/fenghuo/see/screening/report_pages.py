"""What a unit's report says of single pages: how many were seen, and how they looked before and at a finding. Pure but for gettext."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from fenghuo.base.papers import Paragraph, Part, Pictures, Table


@dataclass(frozen=True, slots=True)
class PageCount:
    """Pages behind a site's home page: known, seen in the last day and week, never seen."""

    known: int
    day: int
    week: int
    never: int


@dataclass(frozen=True, slots=True)
class Look:
    """A picture: when it was taken, PNG, its hash; `missing` says in words why there is none."""

    at: datetime | None
    image: bytes
    sha256: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Looks:
    """How a page looked before a finding (None: no picture was taken) and at it."""

    before: Look | None
    found: Look


def coverage(sites: Iterable[tuple[str, PageCount]]) -> Iterator[Part]:
    """A table of sites with their pages."""
    rows = [(name, str(p.known), str(p.day), str(p.week), str(p.never)) for name, p in sites]
    if not rows:
        yield Paragraph(_("No pages behind home pages are known yet."))
        return
    head = (_("Site"), _("Known pages"), _("Seen in 24 hours"), _("Seen in 7 days"), _("Never seen"))
    yield Table(head, rows, (4, 2, 2, 2, 2), frozenset({1, 2, 3, 4}))
    yield Paragraph(
        _("As of the day of this report: two links deep, by turns, so that in time each page is seen."), "hint"
    )


def pictures(looks: Looks, where: str) -> Iterator[Part]:
    """The pictures of a finding beside each other, or why there is none."""
    if looks.found.missing:
        yield Paragraph(f"{where}: {looks.found.missing}", "hint")
        return
    shown = [(looks.found.image, _caption(_("At the finding"), where, looks.found))]
    if looks.before is not None and looks.before.image:
        shown.insert(0, (looks.before.image, _caption(_("Before"), where, looks.before)))
    yield Pictures(shown)
    yield Paragraph(_("Without scripts and without what other hosts add to it."), "hint")


def _caption(title: str, where: str, look: Look) -> str:
    at = f" {look.at:%Y-%m-%d %H:%M}" if look.at else ""
    return f"{title}{at} · {where}\nSHA-256 {look.sha256}"
