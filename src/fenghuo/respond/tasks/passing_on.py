"""The tasks that a person owns go to another; part of this room's verbs."""

from django.db import transaction
from django.db.models import QuerySet

from fenghuo.base.accounts.models import Person
from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.respond.tasks.models import Task
from fenghuo.respond.tasks.queries import unfinished


def tasks_of(person: Person) -> QuerySet[Task]:
    """The tasks that a person carries out and that have not ended."""
    return unfinished(Task.objects.filter(owner=person))


@transaction.atomic
def pass_on(actor: Actor, person: Person, to: Person) -> int:
    """Give the tasks of a person to another; how many. Their last days stay, and so does who handed in what waits for acceptance."""
    rows = list(tasks_of(person).select_for_update(of=("self",)))
    for row in rows:
        row.owner = to
        row.save(update_fields=["owner"])
        record(actor, "task.handed-over", row.subject, {"from": str(person.pk), "to": str(to.pk)})
    return len(rows)
