"""What others ask of tasks; rows for a person come through `…_visible_to` only."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import QuerySet

from fenghuo.base.clocks.models import Deadline
from fenghuo.base.units.queries import Viewer
from fenghuo.respond.tasks.actions import DUE
from fenghuo.respond.tasks.decide import FINAL, State
from fenghuo.respond.tasks.models import Step, Task


def tasks_visible_to(viewer: Viewer) -> QuerySet[Task]:
    """The tasks that the person may see: a unit sees its own."""
    scope = viewer.unit_scope()
    found = Task.objects.select_related("unit", "owner")
    return found if scope is None else found.filter(unit_id__in=scope)


def steps_visible_to(viewer: Viewer) -> QuerySet[Step]:
    """What was said and brought about these tasks."""
    return Step.objects.select_related("task").filter(task__in=tasks_visible_to(viewer))


def unfinished(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Those that have not ended."""
    return tasks.exclude(state__in=[state.value for state in FINAL])


def to_be_accepted(viewer: Viewer) -> QuerySet[Task]:
    """Those that wait for a second person."""
    return tasks_visible_to(viewer).filter(state=State.HANDED_IN)


def overdue(viewer: Viewer, today: date) -> QuerySet[Task]:
    """Those whose last day is over and that have not been handed in."""
    waiting = unfinished(tasks_visible_to(viewer)).exclude(state=State.HANDED_IN)
    return waiting.filter(due_on__lt=today).order_by("due_on", "id")


def clocks_of(tasks: Iterable[Task]) -> Mapping[str, Deadline]:
    """Task id → its clock."""
    rows = Deadline.objects.filter(subject__in=[task.subject for task in tasks], kind=DUE)
    return {row.subject.partition(":")[2]: row for row in rows}
