"""The open tasks of a person who leaves go to another; part of this room's verbs."""

from django.db import transaction
from django.db.models import QuerySet

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.respond.incidents.models import Task


def tasks_of(name: str) -> QuerySet[Task]:
    """Open tasks under a name; a task knows its person by name only."""
    return Task.objects.filter(assignee=name[:150], done_at=None)


@transaction.atomic
def pass_on(actor: Actor, name: str, to_name: str) -> int:
    """Put another name on the open tasks; how many."""
    rows = list(tasks_of(name).select_for_update(of=("self",)).select_related("incident"))
    for row in rows:
        row.assignee = to_name[:150]
        row.save(update_fields=["assignee"])
        detail = {"task": row.pk, "from": name, "to": to_name}
        record(actor, "incident.task-handed-over", row.incident.subject, detail)
    return len(rows)
