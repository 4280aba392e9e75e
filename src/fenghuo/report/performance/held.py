"""The verbs of activities: one that was held, a sheet of them, and of which number the rate of participation is taken."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks.office import today
from fenghuo.base.common import clock
from fenghuo.report.performance import activity_sheet
from fenghuo.report.performance.activity_sheet import Held, KnownActivities
from fenghuo.report.performance.cells import BadSheet
from fenghuo.report.performance.decide import Refused
from fenghuo.report.performance.models import Activity, Indicator, Project
from fenghuo.report.performance.shipped import rates


def _known(project: Project) -> KnownActivities:
    standing = project.activities.filter(withdrawal=None).values_list("on", "name")
    return KnownActivities(project.year, today(), frozenset(standing))


@transaction.atomic
def add_activity(actor: Actor, project_id: str, held: Held) -> Activity:
    """Enter an event that was held.

    Raises:
        Refused: "name", "day" (not of the budget year, or not come yet), "document", "counts" (more present than invited or
            registered), "exists" (one of this day and name). Project.DoesNotExist.
    """
    project = Project.objects.select_for_update().get(id=project_id)
    known = _known(project)
    held = replace(
        held, name=held.name.strip()[:200], document=held.document.strip()[:200], group=held.group.strip()[:200]
    )
    if held.on.year != known.year or held.on > known.today:
        raise Refused("day")
    for code in ("name", "document"):
        if not getattr(held, code):
            raise Refused(code)
    if activity_sheet.too_many(held):
        raise Refused("counts")
    if (held.on, held.name) in known.stored:
        raise Refused("exists")
    made = _activity(project, held, actor)
    made.save(force_insert=True)
    told = {"name": made.name, "on": made.on.isoformat(), "invited": made.invited, "registered": made.registered}
    record(
        actor, "project.activity-added", project.subject, {**told, "present": made.present, "document": made.document}
    )
    return made


def _activity(project: Project, held: Held, actor: Actor) -> Activity:
    return Activity(
        project=project,
        on=held.on,
        name=held.name,
        group=held.group,
        invited=held.invited,
        registered=held.registered,
        present=held.present,
        document=held.document,
        by=actor.name[:150],
        at=clock.now(),
    )


@transaction.atomic
def import_activities(actor: Actor, project_id: str, content: bytes) -> Sequence[Activity]:
    """Take every activity of a sheet, or none.

    Raises:
        BadSheet: what is wrong in each row, in the reader's language. Project.DoesNotExist.
    """
    project = Project.objects.select_for_update().get(id=project_id)
    rows = activity_sheet.read(content, _known(project))
    made = Activity.objects.bulk_create([_activity(project, one, actor) for one in rows], batch_size=500)
    told = {"rows": len(made), "sha256": hashlib.sha256(content).hexdigest()}
    record(actor, "project.activities-imported", project.subject, told)
    return made


@transaction.atomic
def choose_rate(actor: Actor, indicator_id: str, measure: str, why: str) -> Indicator:
    """Take the rate of participation of those invited or of those registered; its definition changes with it.

    What was frozen keeps measure and definition that it had.

    Raises:
        Refused: "measure" (the row or the wish is no rate of participation), "why". Indicator.DoesNotExist.
    """
    row = Indicator.objects.select_for_update().get(id=indicator_id)
    if row.measure not in rates() or measure not in rates():
        raise Refused("measure")
    if not why.strip():
        raise Refused("why")
    before, chosen = row.measure, rates()[measure]
    row.measure, row.numerator, row.denominator = measure, dict(chosen.numerator), dict(chosen.denominator)
    row.save(update_fields=["measure", "numerator", "denominator"])
    told = {"before": before, "after": measure, "why": why.strip()}
    record(actor, "indicator.rate-chosen", row.subject, told)
    return row


__all__ = ["BadSheet", "Held", "add_activity", "choose_rate", "import_activities"]
