"""The brief of 24 hours on one page, and the duty log, as documents in the reader's language."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from fenghuo.base.papers import Document, Heading, Items, Paragraph, Part, Table
from fenghuo.report.periodicals.daily.figures import Figures
from fenghuo.report.periodicals.daily.lines import Log
from fenghuo.report.periodicals.daily.matters import Matter
from fenghuo.warn.duty.models import Shift
from fenghuo.warn.early_warnings.models import LEVELS, State
from fenghuo.warn.early_warnings.names import class_name

_MINUTES = "%Y-%m-%d %H:%M"


def _span(since: datetime, until: datetime) -> str:
    return f"{localtime(since).strftime(_MINUTES)} – {localtime(until).strftime(_MINUTES)}"


def _language() -> str:
    return "zh" if (get_language() or "").startswith("zh") else "en"


def rows_of(figures: Figures) -> list[tuple[str, str]]:
    """What was counted, as (what, figure) in the reader's language; a figure that there is not says so."""
    minutes = figures.acknowledge_minutes
    uncovered = figures.uncovered_minutes
    return [
        (_("New warnings"), _levels(figures.new)),
        (_("Warnings not closed"), _levels(figures.still_open)),
        (_("Acknowledged"), str(figures.acknowledged)),
        (_("Minutes to acknowledge, mean"), "–" if minutes is None else f"{minutes:g}"),
        (_("Not acknowledged in time"), str(figures.acknowledged_late)),
        (_("Incidents received / open"), f"{figures.incidents} / {figures.incidents_open}"),
        (_("Notices issued / copies"), f"{figures.notices} / {figures.copies}"),
        (_("Copies overdue"), str(figures.overdue_copies)),
        (_("Findings of screening, new"), str(figures.findings)),
        (_("Messages sent / not delivered"), f"{figures.sent} / {figures.undelivered}"),
        (_("Handovers accepted"), str(figures.handovers)),
        (_("Called by roll-call / missed"), f"{figures.roll_calls} / {figures.missed_calls}"),
        (_("Post A without anybody, h:min"), _("no roster") if uncovered is None else _hours(uncovered)),
    ]


def _hours(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _levels(numbers: dict[str, int]) -> str:
    named = [f"{word} {numbers[level]}" for level, word in LEVELS if numbers.get(level)]
    total = sum(numbers.values())
    listed = pgettext("between levels", ", ").join(named)
    return pgettext("levels", "%(total)d (%(listed)s)") % {"total": total, "listed": listed} if named else "0"


def gravest_of(figures: Figures) -> list[str]:
    """The gravest new warnings, a line each."""
    levels, states = dict(LEVELS), dict(State.choices)
    text = _("[%(level)s] %(unit)s: %(what)s, %(state)s")
    return [
        text
        % {
            "level": levels[row.level],
            "unit": row.unit or _("unknown sender"),
            "what": class_name(row.threat_class),
            "state": states.get(row.state, row.state),
        }
        for row in figures.gravest
    ]


def duty_of(figures: Figures) -> list[str]:
    """Who was on duty, a line each."""
    text = pgettext("a shift in the brief", "Post %(post)s %(name)s, %(from)s to %(to)s")
    lines = []
    for post, name, begins, ends in figures.duty:
        moments = [localtime(datetime.fromisoformat(m)).strftime("%m-%d %H:%M") for m in (begins, ends)]
        lines.append(text % {"post": post, "name": name, "from": moments[0], "to": moments[1]})
    return lines


def brief(figures: Figures, since: datetime, until: datetime, matters: Sequence[str], office: str) -> Document:
    """The brief of a stretch of time, on one page as far as the day allows it.

    Args:
        matters: lines of what was open at its end.
    """
    half = (len(rows := rows_of(figures)) + 1) // 2
    pairs = [[*rows[n], *(rows[n + half] if n + half < len(rows) else ("", ""))] for n in range(half)]
    parts: list[Part] = [
        Table([_("Item"), _("Figure"), _("Item"), _("Figure")], pairs, (4, 4, 4, 3)),
        Heading(_("The gravest new warnings")),
        *_list(gravest_of(figures), _("No new warning.")),
        Heading(_("Still open")),
        *_list(list(matters), _("Nothing is open.")),
        Heading(_("On duty")),
        *_list(duty_of(figures), _("No roster.")),
    ]
    return Document(_("Duty brief"), parts, _span(since, until), office, _language())


def _list(lines: Sequence[str], none: str) -> list[Part]:
    return [Items(lines)] if lines else [Paragraph(none)]


def duty_log(
    log: Log, shifts: Sequence[Shift], since: datetime, until: datetime, matters: Sequence[Matter], office: str
) -> Document:
    """The duty log for printing and signing."""
    held = [
        [
            s.post,
            s.person.name,
            localtime(s.starts_at).strftime("%m-%d %H:%M"),
            localtime(s.ends_at).strftime("%m-%d %H:%M"),
        ]
        for s in shifts
    ]
    rows = [[localtime(line.at).strftime("%m-%d %H:%M:%S"), line.who or _("platform"), line.what] for line in log.lines]
    parts: list[Part] = [Heading(_("On duty"))]
    parts += (
        [Table([_("Post"), _("Person"), _("From"), _("To")], held, (1, 3, 3, 3))]
        if held
        else [Paragraph(_("No roster."))]
    )
    parts.append(Heading(_("Record of the watch")))
    head = [_("Time"), _("Who"), _("Matter")]
    parts += [Table(head, rows, (3, 2, 9))] if rows else [Paragraph(_("Nothing happened that belongs into the log."))]
    if log.left_out:
        text = _("%(number)d further acts of this time stand in the audit trail; the log shows the first ones.")
        parts.append(Paragraph(text % {"number": log.left_out}, "hint"))
    parts += [
        Heading(_("Open when this was printed")),
        *_list([matter.text for matter in matters], _("Nothing is open.")),
    ]
    parts.append(Paragraph(_("Hands over: ______________    Takes over: ______________    Leader: ______________")))
    return Document(_("Duty log"), parts, _span(since, until), office, _language())
