"""Whoever owes what a clock waits for is told: the unit of an incident of its reports upward, the person of a task of the task.

The messages say that a report is due, to whom and by when, not what happened: mail travels through other people's servers.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.units.models import Unit
from fenghuo.respond.incidents.clocks import TASK
from fenghuo.respond.incidents.models import Incident, ReportDuty, Task
from fenghuo.respond.incidents.words import party_name
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Addressee, Message
from fenghuo.warn.channels.roads import of_person
from fenghuo.warn.notices.messages import LANGUAGES, persons_of

UNIT = "operator"
"""The party of the table of duties that the unit of an incident is."""


def holders_of(row: Deadline) -> list[Addressee]:
    """The person of the office who holds the task that a clock waits for; none where the name is nobody's, or two persons'."""
    kind, _colon, number = row.kind.partition(":")
    if kind != TASK:
        return []
    name = Task.objects.filter(pk=int(number)).values_list("assignee", flat=True).first()
    found = list(Person.objects.filter(name=name, is_active=True)[:2]) if name else []
    return [of_person(found[0])] if len(found) == 1 else []


def tell_unit(incident: Incident, now: datetime) -> int:
    """Tell a unit what it must report upward since a person graded its incident; how many messages, 0 where it owes nothing.

    Each duty is told once for each time by which it is due: a grade that is confirmed again says nothing new.
    """
    owes = incident.duties.filter(sender=UNIT, ours=True, met_at=None, withdrawn_at=None)
    running = {row.kind: row for row in Deadline.objects.filter(subject=incident.subject, stopped_at=None)}
    rows = [running[duty.clock] for duty in owes if duty.clock in running]
    return sum(remind_unit(incident, row, 0, now) for row in rows)


def remind_unit(incident: Incident, row: Deadline, percent: int, now: datetime) -> int:
    """Tell a unit of its own report upward at a part of its time; how many messages, 0 where it is not the unit that owes it."""
    duty = _duty(incident, row)
    unit = Unit.objects.filter(id=incident.unit_id).first()
    people = _people(unit, percent) if unit is not None and duty is not None else []
    if not people or duty is None or unit is None:
        return 0
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = _texts(incident, duty, row, now)
    values = {"incident": incident.number, "unit_id": unit.id, "clock": row.kind, "due_at": row.due_at.isoformat()}
    occasion = f"owed:{row.kind}:{percent}:{row.due_at:%Y%m%dT%H%M}"
    rank = 1 if percent >= 75 else 2
    message = Message(incident.subject, occasion, rank, texts, values, incident.exercise)
    return enqueue(message, people, now, named_only=True)


def _duty(incident: Incident, row: Deadline) -> ReportDuty | None:
    key, _colon, receiver = row.kind.partition(":")
    return incident.duties.filter(key=key, receiver=receiver, sender=UNIT, withdrawn_at=None).first()


def _people(unit: Unit, percent: int) -> Sequence[Addressee]:
    """Contact, deputy, head as far as they can be written to: the first at once, the second from 75 percent, all from 90."""
    found = list(persons_of(unit).values())
    return found[: 1 if percent < 75 else 2 if percent < 90 else 3]


def _texts(incident: Incident, duty: ReportDuty, row: Deadline, now: datetime) -> tuple[str, str]:
    words = {
        "number": incident.number,
        "whom": party_name(duty.receiver),
        "due": localtime(row.due_at).strftime("%Y-%m-%d %H:%M"),
        "article": duty.terms["article"],
    }
    if row.due_at > now:
        title = _("Incident %(number)s: your unit reports to %(whom)s by %(due)s")
    else:
        title = _("Incident %(number)s: the report of your unit to %(whom)s is overdue since %(due)s")
    if incident.exercise:
        title = _("[Exercise] ") + title
    text = _(
        "Incident %(number)s of your unit must be reported to %(whom)s by %(due)s (%(article)s).\n\nYour unit sends the report itself, by "
        "the official channel; the office has its form ready. Tell the office channel and number of the receipt."
    )
    return title % words, text % words
