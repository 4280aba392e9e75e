"""The verbs of clocks; the only writer of their tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks.calendar import Day, shipped_days
from fenghuo.base.clocks.models import Calendar, Deadline, SpecialDay
from fenghuo.base.clocks.workdays import after_workdays
from fenghuo.base.common.settings import settings


@dataclass(frozen=True, slots=True)
class Limit:
    """How long: so many seconds of natural time, or so many working days."""

    seconds: int = 0
    workdays: int = 0


def start(subject: str, kind: str, started: datetime, limit: Limit) -> Deadline:
    """Start a clock, inside the caller's transaction; a clock of this kind that stands for the subject is set anew."""
    if limit.workdays:
        special = dict(SpecialDay.objects.filter(day__gte=started.date()).values_list("day", "works"))
        due = after_workdays(started.astimezone(ZoneInfo(settings().time_zone)), limit.workdays, special)
    else:
        due = started + timedelta(seconds=limit.seconds)
    calendar = Calendar.WORKDAYS if limit.workdays else Calendar.NATURAL
    row, _ = Deadline.objects.update_or_create(
        subject=subject,
        kind=kind,
        defaults={"calendar": calendar, "started_at": started, "due_at": due, "stopped_at": None},
    )
    return row


def start_all(due: Mapping[str, datetime], kind: str, started: datetime) -> None:
    """Start clocks in natural time, subject → when each is due, as `start` does, all at once."""
    rows = [
        Deadline(subject=subject, kind=kind, calendar=Calendar.NATURAL, started_at=started, due_at=moment)
        for subject, moment in due.items()
    ]
    Deadline.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["subject", "kind"],
        update_fields=["calendar", "started_at", "due_at", "stopped_at"],
    )


def stop(subject: str, moment: datetime, kind: str = "") -> None:
    """Stop the running clocks of a subject, or the one of a kind; one that is due already is marked late first."""
    running = Deadline.objects.filter(subject=subject, stopped_at=None)
    if kind:
        running = running.filter(kind=kind)
    running.filter(due_at__lt=moment, late_at=None).update(late_at=moment)
    running.update(stopped_at=moment)


def mark_late(moment: datetime) -> int:
    """Write lateness down where it has happened; how many."""
    return Deadline.objects.filter(stopped_at=None, late_at=None, due_at__lt=moment).update(late_at=moment)


@transaction.atomic
def set_days(actor: Actor, days: Sequence[Day]) -> int:
    """Take up days of the calendar in place of what stood for them; how many. Clocks that run keep their end."""
    for day in days:
        values = {"works": day.works, "name": day.name, "source": day.source}
        SpecialDay.objects.update_or_create(day=day.day, defaults=values)
    years = sorted({day.day.year for day in days})
    record(actor, "calendar.set", "calendar:" + ",".join(map(str, years)), {"days": len(days), "years": years})
    return len(days)


def sync_shipped_days() -> None:
    """Take up the days that come with this version, for years of which the office has set none."""
    known = set(SpecialDay.objects.values_list("day__year", flat=True))
    fresh = [day for day in shipped_days() if day.day.year not in known]
    SpecialDay.objects.bulk_create([SpecialDay(d.day, d.works, d.name, d.source) for d in fresh])
