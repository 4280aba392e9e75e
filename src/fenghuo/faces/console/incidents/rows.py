"""Incidents, their clocks and duties as rows of a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fenghuo.base.clocks.models import Deadline
from fenghuo.base.units.queries import Viewer, names
from fenghuo.faces.console.incidents.words import clock_word, counted_from, state_kind
from fenghuo.respond.incidents.clocks import clocks_of
from fenghuo.respond.incidents.grading.report import limit_text
from fenghuo.respond.incidents.models import Incident, ReportDuty
from fenghuo.respond.incidents.queries import running_clocks, tables_in_force
from fenghuo.respond.incidents.words import language, party_name


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident, its unit's name, how its state is drawn, and the clock that ends first with what it waits for."""

    incident: Incident
    unit: str
    kind: str
    deadline: Deadline | None
    waits_for: str


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty to tell somebody: who tells whom, how long, counted from what, by which article, how sure, and its clock."""

    duty: ReportDuty
    sender: str
    receiver: str
    limit: str
    counted_from: str
    source: str
    deadline: Deadline | None

    @property
    def waits(self) -> bool:
        """Whether its clock begins with something that has not happened yet."""
        return self.duty.terms["limited"] and self.duty.due_at is None


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A running clock for desk and wall."""

    incident: Incident
    unit: str
    deadline: Deadline
    waits_for: str


def shown(incidents: Iterable[Incident]) -> list[IncidentRow]:
    """The rows for these incidents."""
    found, units = list(incidents), names()
    running = Deadline.objects.filter(subject__in=[i.subject for i in found], stopped_at=None).order_by("-due_at")
    first = {deadline.subject: deadline for deadline in running}
    rows = []
    for incident in found:
        deadline = first.get(incident.subject)
        waits_for = clock_word(deadline.kind) if deadline else ""
        rows.append(
            IncidentRow(incident, units.get(incident.unit_id, ""), state_kind(incident.state), deadline, waits_for)
        )
    return rows


def clock_rows(viewer: Viewer, most: int, *, exercises: bool = True) -> list[ClockRow]:
    """The clocks of incidents that run, the one that ends soonest first."""
    units, found = names(), []
    for incident, deadline in running_clocks(viewer):
        if incident.exercise and not exercises:
            continue
        found.append(ClockRow(incident, units.get(incident.unit_id, ""), deadline, clock_word(deadline.kind)))
        if len(found) == most:
            break
    return found


def _order(duty: ReportDuty) -> tuple[bool, float, int]:
    """What is withdrawn last, before it what has no due time, first what is due soonest."""
    due = duty.due_at.timestamp() if duty.due_at else float("inf")
    return duty.withdrawn_at is not None, due, duty.pk


def duty_rows(incident: Incident, *, operators_only: bool = False) -> list[DutyRow]:
    """The duties that stand, those of others included; withdrawn ones last."""
    clocks = {deadline.kind: deadline for deadline in clocks_of(incident)}
    duties = incident.duties.filter(sender="operator") if operators_only else incident.duties.all()
    stated = {one.key: one for one in tables_in_force().duties.duties}
    rows = []
    for duty in sorted(duties, key=_order):
        terms: Mapping[str, Any] = duty.terms
        source = f"{terms['source'][language()]} {terms['article']}".strip()
        where = counted_from(terms["counted_from"])
        limit = limit_text(stated[duty.key], language()) if duty.key in stated else ""
        parties = (party_name(duty.sender), party_name(duty.receiver))
        rows.append(DutyRow(duty, *parties, limit, where, source, clocks.get(duty.clock)))
    return rows
