"""What others ask of incidents; rows for a person come through `incidents_visible_to` only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from fenghuo.base.clocks.models import Deadline
from fenghuo.base.clocks.queries import running
from fenghuo.base.tables.queries import in_force
from fenghuo.base.units.queries import Viewer, find_asset, importance_of
from fenghuo.respond.incidents.decide import FINAL, Stage, Standing
from fenghuo.respond.incidents.grading import Grade, Tables
from fenghuo.respond.incidents.grading.shipped import FILES, data_of, tables_of
from fenghuo.respond.incidents.models import Incident
from fenghuo.warn.notices.decide import NOTICE_FINAL


def incidents_visible_to(viewer: Viewer) -> QuerySet[Incident]:
    """The incidents that the person may see."""
    scope = viewer.unit_scope()
    return Incident.objects.all() if scope is None else Incident.objects.filter(unit_id__in=scope)


def open_incidents(viewer: Viewer) -> QuerySet[Incident]:
    """Incidents that are neither closed nor void, the oldest first."""
    return incidents_visible_to(viewer).exclude(state__in=FINAL).order_by("received_at", "id")


def of_warning(viewer: Viewer, warning_id: str) -> QuerySet[Incident]:
    """The incidents that came of an early warning."""
    return incidents_visible_to(viewer).filter(warning_id=warning_id)


def last_change() -> int:
    """When an incident last changed, in nanoseconds; 0 while there is none."""
    return Incident.objects.order_by("-changed").values_list("changed", flat=True).first() or 0


def running_clocks(viewer: Viewer) -> Iterator[tuple[Incident, Deadline]]:
    """The clocks of incidents that run, the one that ends soonest first."""
    clocks = list(running().filter(subject__startswith="incident:"))
    seen = {
        i.subject: i for i in incidents_visible_to(viewer).filter(id__in=[c.subject.partition(":")[2] for c in clocks])
    }
    return ((seen[clock.subject], clock) for clock in clocks if clock.subject in seen)


def tables_in_force() -> Tables:
    """The grading tables and duties that hold now, with who confirmed them."""
    stated = []
    for file in FILES:
        row = in_force(str(data_of(file)["name"]))
        stated.append({**row.cells, "version": row.version, "confirmed_by": row.confirmed_by})
    return tables_of(*stated)


def standing_of(incident: Incident) -> Standing:
    """What the transition table judges an incident by."""
    return Standing(
        stage=Stage(incident.state),
        grade_confirmed=bool(incident.annex_grade) and not incident.grade_waits,
        reportable=bool(incident.annex_grade) and Grade(incident.annex_grade) is not Grade.GENERAL,
        response_level=incident.response_level,
        open_tasks=incident.tasks.filter(done_at=None).count(),
        unmet=incident.duties.filter(ours=True, met_at=None, withdrawn_at=None, terms__limited=True).count(),
        open_notices=incident.notices.exclude(state__in=NOTICE_FINAL).count(),
    )


def facts_from_register(unit_id: str, asset: str, tables: Tables) -> Mapping[str, Any]:
    """What the register knows of an object: whether it is critical infrastructure, and how important it is."""
    found = find_asset(unit_id, asset) if unit_id else None
    if found is None:
        return {}
    if found.critical:
        return {"operator": "cii", "importance": importance_of(unit_id, asset).value}
    by_level = tables.standard.importance_of_protection_level.get(found.protection_level or 0)
    return {"importance": by_level or importance_of(unit_id, asset).value}


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the timeline: when, what kind of thing, who, and what."""

    at: datetime
    kind: str
    by: str
    text: str


def timeline(incident: Incident) -> list[Moment]:
    """Everything that happened, in order: the log, gradings, reports, receipts, evidence, tasks done."""
    found = [Moment(e.happened_at, f"log:{e.kind}", e.by, e.text) for e in incident.log.all()]
    found += [
        Moment(
            g.at,
            "grade:confirmed" if g.confirmed else "grade:proposed",
            g.by,
            f"{g.standard} / {g.annex} {g.reason}".strip(),
        )
        for g in incident.gradings.all()
    ]
    for report in incident.reports.prefetch_related("receipts"):
        found.append(Moment(report.at, f"report:{report.kind}", report.by, f"{report.number} {report.sha256}"))
        found += [
            Moment(r.sent_at, "receipt", r.by, f"{r.receiver} {r.channel} {r.receipt_number}")
            for r in report.receipts.all()
        ]
    found += [Moment(e.collected_at, "evidence", e.by, f"{e.name} {e.sha256}") for e in incident.evidence.all()]
    found += [Moment(p.at, f"post:{p.post}", p.by, f"{p.get_post_display()}: {p.holder}") for p in incident.posts.all()]
    done = incident.tasks.exclude(done_at=None)
    found += [Moment(t.done_at, "task", t.done_by, f"{t.title}: {t.outcome}") for t in done if t.done_at]
    return sorted(found, key=lambda moment: moment.at)
