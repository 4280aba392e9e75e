"""The duty log (值班日志) of a stretch of time: what happened, line by line, out of the audit trail and the free lines of the officers."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.base.accounts.models import Person
from fenghuo.base.audit import SYSTEM
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.units.queries import names
from fenghuo.respond.incidents.models import Incident
from fenghuo.warn.duty.models import Entry, Shift
from fenghuo.warn.early_warnings.models import LEVELS, BulletinVersion, EarlyWarning
from fenghuo.warn.early_warnings.names import class_name
from fenghuo.warn.notices.models import Notice

MOST = 500
_GRAVE = ("red", "orange")
_WHOLE = ("warning.raised", "warning.level-raised")
"""Of these only red and orange stand in the log; the rest is counted in the brief."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when, who ("" for the platform), what, and the thing it is about as "kind:id" ("" for none)."""

    at: datetime
    who: str
    what: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Log:
    """The lines in order of time, and how many acts of the same kinds were left out because there were too many."""

    lines: list[Line]
    left_out: int


def log_of(since: datetime, until: datetime) -> Log:
    """What happened from a moment to another, in the reader's language."""
    sentences = _sentences()
    rows = AuditRow.objects.filter(at__gte=since, at__lt=until, verb__in=list(sentences))
    grave = Q()
    for level in _GRAVE:
        grave |= Q(detail__contains=f'"level":"{level}"')
    rows = rows.filter(~Q(verb__in=_WHOLE) | grave).order_by("number")
    number = rows.count()
    found = list(rows[:MOST])
    things = _Things(found)
    lines = [_line(row, sentences[row.verb], things) for row in found]
    lines += [
        Line(
            entry.happened_at,
            entry.by,
            entry.get_kind_display() + pgettext("before a reason", ": ") + entry.text,
            f"duty-entry:{entry.pk}",
        )
        for entry in Entry.objects.filter(happened_at__gte=since, happened_at__lt=until)
    ]
    return Log(sorted(lines, key=lambda line: line.at), number - len(found))


def _sentences() -> Mapping[str, str]:
    """Verb of the audit trail → sentence with the thing (and, for some, the person or the reason) in it."""
    return {
        "warning.raised": _("Warning raised: %(thing)s"),
        "warning.level-raised": _("Warning raised to a graver level: %(thing)s"),
        "warning.escalated": _("Nobody acknowledged in time; the next were called: %(thing)s"),
        "warning.acknowledged": _("Acknowledged: %(thing)s"),
        "warning.triaged": _("Confirmed real: %(thing)s%(reason)s"),
        "warning.false-positive": _("False alarm: %(thing)s%(reason)s"),
        "warning.closed": _("Closed: %(thing)s%(reason)s"),
        "warning.handed-over": _("Handed on: %(thing)s%(reason)s"),
        "bulletin.published": _("Early warning published: %(thing)s"),
        "incident.reported": _("Incident received: %(thing)s"),
        "incident.graded": _("Incident graded: %(thing)s"),
        "incident.receipt-entered": _("Incident reported upward: %(thing)s"),
        "incident.clock-alarm": _("Clock of an incident warns: %(thing)s"),
        "notice.issued": _("Notice issued: %(thing)s"),
        "notice.void": _("Notice made void: %(thing)s"),
        "handover.given": _("Handover note of %(thing)s: %(note)s"),
        "handover.taken": _("Handover of %(thing)s accepted"),
        "handover.late": _("Handover of %(thing)s not accepted in time"),
        "handover.missing": _("No handover note for %(thing)s in time"),
        "roll-call.called": _("Roll-call%(reason)s"),
        "roll-call.answered": _("Roll-call answered after %(seconds)s s"),
        "roll-call.missed": _("Roll-call not answered in time by %(person)s"),
        "shift.replaced": _("%(person)s takes over %(thing)s%(reason)s"),
        "swap.agreed": _("Swap of shifts agreed"),
        "deputy.named": _("%(person)s decides for %(for)s%(reason)s"),
        "deputy.ended": _("%(person)s no longer decides for %(for)s"),
        "important-period.set": _("Important period: %(name)s"),
        "important-period.ended": _("Important period ended: %(name)s"),
        "person.matters-handed-over": _("Open matters of %(person)s handed to %(for)s"),
    }


class _Things:
    """What the subjects of rows are called; asked of the tables once for all rows."""

    def __init__(self, rows: Iterable[AuditRow]) -> None:
        wanted: dict[str, set[str]] = {}
        for row in rows:
            kind, _colon, number = row.subject.partition(":")
            wanted.setdefault(kind, set()).add(number)
        units = names()
        levels = dict(LEVELS)
        self._names: dict[str, str] = {}
        for warning in EarlyWarning.objects.filter(id__in=wanted.get("warning", ())):
            unit = units.get(warning.unit_id) or _("unknown sender")
            words = {"level": levels[warning.level], "unit": unit, "what": class_name(warning.threat_class)}
            exercise = _("[Exercise] ") if warning.exercise else ""
            self._names[f"warning:{warning.id}"] = exercise + _("[%(level)s] %(unit)s, %(what)s") % words
        for bulletin in BulletinVersion.objects.filter(bulletin__in=wanted.get("bulletin", ())).order_by("number"):
            title = f"{levels[bulletin.level]} {bulletin.title}"
            self._names[f"bulletin:{bulletin.bulletin_id}"] = title
        for incident in Incident.objects.filter(id__in=wanted.get("incident", ())):
            self._names[incident.subject] = f"{incident.number} {incident.title}"
        for notice in Notice.objects.filter(id__in=wanted.get("notice", ())).select_related("number"):
            number = notice.number.text if notice.number else ""
            self._names[f"notice:{notice.id}"] = f"{number} {notice.title}".strip()
        for shift in Shift.objects.filter(pk__in=wanted.get("shift", ())).select_related("person"):
            words = {"post": shift.post, "name": shift.person.name}
            self._names[f"shift:{shift.pk}"] = pgettext("a shift", "%(name)s (post %(post)s)") % words
        self.people = {str(pk): name for pk, name in Person.objects.values_list("pk", "name")}

    def name(self, subject: str) -> str:
        """What the thing is called; its number where it is gone."""
        return self._names.get(subject) or subject.partition(":")[2]


def _line(row: AuditRow, sentence: str, things: _Things) -> Line:
    detail: dict[str, Any] = json.loads(row.detail) or {}
    person: Callable[[str], str] = lambda key: things.people.get(str(detail.get(key, "")), "–")  # noqa: E731
    reason = str(detail.get("reason") or "").strip()
    words = {
        "thing": things.name(row.subject),
        "reason": pgettext("before a reason", ": ") + reason if reason else "",
        "note": detail.get("note", ""),
        "seconds": detail.get("seconds", ""),
        "name": detail.get("name", ""),
        "person": person("to" if row.verb == "shift.replaced" else "person"),
        "for": person("for"),
    }
    return Line(row.at, "" if row.actor_id == SYSTEM.id else row.actor_name, sentence % words, row.subject)
