"""The duties of an incident as rows, and their clocks; called inside the transaction of a verb of this room."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fenghuo.base.clocks import actions as clocks
from fenghuo.base.clocks.actions import Limit
from fenghuo.base.clocks.models import Deadline
from fenghuo.respond.incidents.decide import BEFORE_END, clocks_follow
from fenghuo.respond.incidents.grading import Due, Grade, Tables, as_line, assess, dues, read_case
from fenghuo.respond.incidents.grading.duties import CountedFrom
from fenghuo.respond.incidents.grading.facts import Case
from fenghuo.respond.incidents.models import Incident, ReportDuty, Task

OURS = frozenset({"operator", "county-office"})
"""Whose duties the office keeps clocks for; those of others are shown only."""
TRIAGE = "triage"
SITUATION = "situation-report"
TASK = "task"


def case_of(incident: Incident, facts: Mapping[str, Any]) -> Case:
    """The case that grading sees; the incident's own moments stand above what the facts say of them.

    Raises:
        BadCase: a fact can't be what it is.
    """
    own = {"id": incident.number, "discovered_at": incident.discovered_at.isoformat()}
    own["county_knew_at"] = incident.received_at.isoformat()
    ended = {"ended_at": incident.ended_at.isoformat()} if incident.ended_at else {}
    return read_case({**facts, **own, **ended}, incident.discovered_at.tzinfo or UTC)


def followed_grade(incident: Incident) -> Grade:
    """The grade whose duties run now."""
    confirmed = Grade(incident.annex_grade) if incident.annex_grade else None
    return clocks_follow(confirmed, Grade(incident.annex_proposed), incident.grade_waits)


def sync(incident: Incident, tables: Tables, now: datetime) -> None:
    """Bring duties and clocks in line with the grade: new ones start, those no longer asked for are withdrawn, met ones stay."""
    wanted = {
        (due.duty.key, due.receiver): due
        for due in dues(case_of(incident, incident.facts), followed_grade(incident), tables.duties)
    }
    standing = {(row.key, row.receiver): row for row in incident.duties.all()}
    for name, row in standing.items():
        if name not in wanted and row.met_at is None and row.withdrawn_at is None:
            withdraw(incident, row, now)
    for name, due in wanted.items():
        duty = standing.get(name) or _fresh(incident, due)
        if duty.met_at is None:
            _start(incident, duty, due, now)


def _fresh(incident: Incident, due: Due) -> ReportDuty:
    duty = due.duty
    return ReportDuty(
        incident=incident,
        key=duty.key,
        sender=duty.sender,
        receiver=due.receiver,
        after=duty.after,
        ours=duty.sender in OURS,
        terms={
            "minutes": duty.minutes,
            "days": duty.days,
            "limited": duty.limit is not None,
            "counted_from": duty.counted_from.value,
            "article": duty.article,
            "source": dict(duty.sources),
            "sureness": duty.sureness.value,
            "confirmed": duty.confirmed,
            "proposal": duty.proposal,
        },
    )


def _start(incident: Incident, row: ReportDuty, due: Due, now: datetime) -> None:
    again = row.withdrawn_at is not None
    reported = row.due_at if due.duty.counted_from is CountedFrom.RECEIPT else None  # a receipt has set it already
    before, row.due_at, row.withdrawn_at = row.due_at, reported or due.due_at, None
    row.save()
    limit = due.duty.limit
    if not row.ours or limit is None:
        return
    if row.due_at is None:
        clocks.stop(incident.subject, now, row.clock)
    elif again or row.due_at != before:
        clocks.start(incident.subject, row.clock, row.due_at - limit, Limit(seconds=int(limit.total_seconds())))


def withdraw(incident: Incident, row: ReportDuty, now: datetime) -> None:
    """A duty is no longer asked for; lateness up to now stays written down."""
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    clocks.stop(incident.subject, now, row.clock)


def meet(incident: Incident, receiver: str, summary: bool, sent_at: datetime) -> list[str]:
    """Mark the duties met that a report to a receiver meets, and start what its receipt starts; the keys of those met."""
    rows = incident.duties.filter(receiver=receiver, met_at=None, withdrawn_at=None)
    met = [row for row in rows if (row.terms["counted_from"] == CountedFrom.END) == summary]
    for row in met:
        row.met_at = sent_at
        row.save(update_fields=["met_at"])
        clocks.stop(incident.subject, sent_at, row.clock)
        for onward in incident.duties.filter(after=row.key, met_at=None):
            onward.due_at = sent_at + timedelta(minutes=onward.terms["minutes"])
            onward.save(update_fields=["due_at"])
    return [row.key for row in met]


def start_triage(incident: Incident, tables: Tables) -> None:
    """From the moment at which the office knows, somebody must grade the incident."""
    clocks.start(
        incident.subject, TRIAGE, incident.received_at, Limit(seconds=int(tables.duties.triage.total_seconds()))
    )


def next_situation_report(incident: Incident, tables: Tables, now: datetime) -> None:
    """Start the clock of the next situation report, as often as the confirmed grade asks for one."""
    clocks.stop(incident.subject, now, SITUATION)
    every = tables.duties.situation.get(followed_grade(incident))
    if every is not None and incident.response_level and incident.state in BEFORE_END:
        clocks.start(incident.subject, SITUATION, now, Limit(seconds=int(every.total_seconds())))


def start_task(task: Task, now: datetime) -> None:
    """Start the clock of a task that has a day by which it must be done."""
    if task.due_at is not None and task.due_at > now:
        left = int((task.due_at - now).total_seconds())
        clocks.start(task.incident.subject, task.clock, now, Limit(seconds=left))


def stop_task(task: Task, now: datetime) -> None:
    """Stop the clock of a task that is done; its lateness stays written down."""
    clocks.stop(task.incident.subject, now, task.clock)


def stop_all(incident: Incident, now: datetime) -> None:
    """Stop every clock of an incident."""
    clocks.stop(incident.subject, now)


def clocks_of(incident: Incident) -> list[Deadline]:
    """Every clock of an incident, the one that ends soonest first."""
    return list(Deadline.objects.filter(subject=incident.subject).order_by("due_at"))


def assessed(incident: Incident, facts: Mapping[str, Any], tables: Tables) -> tuple[Grade, Grade, dict[str, Any]]:
    """The grades that the rule engine proposes (standard, annex), and the whole assessment in both languages.

    Raises:
        BadCase.
    """
    found = assess(case_of(incident, facts), tables)
    detail = {language: as_line(found, tables, language) for language in ("zh", "en")}
    return found.standard.grade, found.annex.grade, detail
