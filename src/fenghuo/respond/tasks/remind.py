"""Reminders of tasks as their time runs out, and word to the leaders once it is over."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fenghuo.base.accounts.permissions import Role
from fenghuo.base.accounts.queries import with_role
from fenghuo.base.clocks.office import today
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.respond.tasks.decide import Mark, State, marks_due
from fenghuo.respond.tasks.models import Task, TaskReminder
from fenghuo.respond.tasks.queries import clocks_of
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Addressee, Message
from fenghuo.warn.channels.roads import of_person
from fenghuo.warn.notices.messages import LANGUAGES, persons_of

_RANK = {Mark.HALF: 4, Mark.MOST: 4, Mark.OVER: 3, Mark.LATE: 3}
_AT_WORK = (State.OPEN.value, State.WORKING.value, State.RETURNED.value)


def remind_due() -> int:
    """Tell whose turn it is of every task whose mark has come, once for each; how many. Called each second.

    A machine that stood still sends the last mark that was passed, not all of them.
    """
    now, made = clock.now(), 0
    tasks = list(Task.objects.filter(state__in=_AT_WORK).select_related("unit", "owner").order_by("due_on", "id"))
    clocks = clocks_of(tasks)
    told = set(TaskReminder.objects.filter(task__state__in=_AT_WORK).values_list("task_id", "due_on", "mark", "count"))
    for task in tasks:
        deadline = clocks.get(task.id)
        reached = marks_due(deadline.started_at, deadline.due_at, now) if deadline else ()
        if reached and (task.id, task.due_on, reached[-1][0].value, reached[-1][1]) not in told:
            made += _remind(task, *reached[-1], now)
    return made


@transaction.atomic
def _remind(task: Task, mark: Mark, count: int, now: datetime) -> bool:
    key = {"task": task, "due_on": task.due_on, "mark": mark.value, "count": count}
    _row, fresh = TaskReminder.objects.get_or_create(**key, defaults={"at": now})
    people = _whose_turn(task)
    if mark in {Mark.OVER, Mark.LATE} or not people:
        people += [of_person(person) for person in with_role(Role.LEADER)]
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = _texts(task, mark)
    occasion = f"{mark.value}:{task.due_on:%Y%m%d}:{count}"
    values = {"task_id": task.id, "unit_id": task.unit_id or ""}
    if people and fresh:
        enqueue(Message(task.subject, occasion, _RANK[mark], texts, values), people, now, named_only=True)
    return fresh


def _whose_turn(task: Task) -> list[str | Addressee]:
    if task.owner is not None:
        return [of_person(task.owner)]
    return [*list(persons_of(task.unit).values())[:1]] if task.unit is not None else []


def _texts(task: Task, mark: Mark) -> tuple[str, str]:
    days = abs((task.due_on - today()).days)
    words = {
        "title": task.title,
        "due": task.due_on.isoformat(),
        "who": task.whose,
        "days": days,
        "link": f"{settings().public_url.rstrip('/')}/tasks/{task.id}/",
    }
    if mark in {Mark.HALF, Mark.MOST}:
        title = ngettext("A task is due in %(days)s day: %(title)s", "A task is due in %(days)s days: %(title)s", days)
    else:
        title = ngettext("A task is %(days)s day late: %(title)s", "A task is %(days)s days late: %(title)s", days)
    text = _(
        "%(title)s\nWho: %(who)s\nLast day: %(due)s\nHand in the proof, or ask the office for more time:\n%(link)s"
    )
    return title % words, text % words
