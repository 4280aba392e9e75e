"""Alarms of clocks at 50, 75, 90 and 100 percent of their time: to the duty desk, and to whoever owes what the clock waits for.

A unit whose own report upward is due is told beside the desk: its contact first, from 75 percent on its deputy, from 90 on its head.
"""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from fenghuo.base.audit import SYSTEM
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.clocks.queries import running
from fenghuo.base.common import clock
from fenghuo.respond.incidents import owed
from fenghuo.respond.incidents.clocks import SITUATION, TASK, TRIAGE
from fenghuo.respond.incidents.decide import LAST_DAY, alarms_reached
from fenghuo.respond.incidents.models import ClockAlarm, Incident, Task
from fenghuo.respond.incidents.queries import tables_in_force
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Message
from fenghuo.warn.channels.roads import of_person
from fenghuo.warn.duty.queries import ladder

_RANKS = {50: 3, 75: 2, 90: 1, LAST_DAY: 1, 100: 1}
"""Part of the time → how the message is ranked among others: 1 goes first."""


def alarms_due() -> int:
    """Tell the desk of every clock that has come to an alarm; how many messages.

    Of alarms that were slept through the last is told, once.
    """
    now = clock.now()
    found = 0
    for row in running().filter(subject__startswith="incident:", started_at__lt=now):
        percents = alarms_reached(row.started_at, row.due_at, now)
        if percents and not _told(row, percents[-1]):
            found += _alarm(row, percents, now)
    return found


def _told(row: Deadline, percent: int) -> bool:
    told = ClockAlarm.objects.filter(incident_id=row.subject.partition(":")[2], clock=row.kind, due_at=row.due_at)
    return told.filter(percent__gte=percent).exists()


@transaction.atomic
def _alarm(row: Deadline, percents: tuple[int, ...], now: datetime) -> int:
    incident = Incident.objects.select_for_update().get(id=row.subject.partition(":")[2])
    if _told(row, percents[-1]) or not Deadline.objects.filter(pk=row.pk, stopped_at=None, due_at=row.due_at).exists():
        return 0
    percent = percents[-1]
    ClockAlarm.objects.create(incident=incident, clock=row.kind, due_at=row.due_at, percent=percent, at=now)
    rungs = ladder(now)
    reached = rungs[:1] if percent < 75 else rungs
    people = [of_person(person) for rung in reached for person in rung]
    people += owed.holders_of(row)
    enqueue(_message(incident, row, percent, now), people, now)
    owed.remind_unit(incident, row, percent, now)
    record(
        SYSTEM,
        "incident.clock-alarm",
        incident.subject,
        {"clock": row.kind, "percent": percent, "due": row.due_at.isoformat()},
    )
    return 1


def _message(incident: Incident, row: Deadline, percent: int, now: datetime) -> Message:
    texts = {}
    for language, short in (("zh-hans", "zh"), ("en", "en")):
        with translation.override(language):
            texts[language] = _texts(incident, row, percent, now, short)
    values = {"incident": incident.number, "clock": row.kind, "percent": percent, "due_at": row.due_at.isoformat()}
    occasion = f"clock:{row.kind}:{percent}:{row.due_at.isoformat()}"
    return Message(incident.subject, occasion, _RANKS[percent], texts, values, incident.exercise)


def _texts(incident: Incident, row: Deadline, percent: int, now: datetime, language: str) -> tuple[str, str]:
    words = {
        "number": incident.number,
        "what": what_of(row.kind, language),
        "due": localtime(row.due_at).strftime("%Y-%m-%d %H:%M"),
        "left": max(0, int((row.due_at - now).total_seconds() // 60)),
    }
    if percent < 100:
        title = _("Incident %(number)s: %(left)s minutes left: %(what)s") % words
    else:
        title = _("Incident %(number)s: overdue: %(what)s") % words
    if incident.exercise:
        title = _("[Exercise] ") + title
    return title, _(
        "Incident %(number)s.\n\nTo do: %(what)s\nDue: %(due)s\n\nSign in to the platform for its forms."
    ) % words


def what_of(kind: str, language: str) -> str:
    """What a clock of an incident waits for; `language` is "zh" or "en"."""
    if kind in {TRIAGE, SITUATION}:
        return str(_("grade the incident")) if kind == TRIAGE else str(_("situation report to the command"))
    if kind.startswith(f"{TASK}:"):
        title = Task.objects.filter(pk=int(kind.partition(":")[2])).values_list("title", flat=True).first()
        return str(_("task: %(title)s")) % {"title": title or "–"}
    parties = tables_in_force().duties.parties
    receiver = kind.partition(":")[2]
    name = parties[receiver][language] if receiver in parties else receiver
    return str(_("report to %(name)s")) % {"name": name}
