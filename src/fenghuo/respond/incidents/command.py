"""The command of an incident: response level, situation log and tasks."""

from datetime import datetime

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.respond.incidents import clocks
from fenghuo.respond.incidents.actions import LONGEST, CannotDo, locked, touch, write_log
from fenghuo.respond.incidents.decide import FINAL, RESPONSE_LEVELS, Stage
from fenghuo.respond.incidents.models import CommandPost, Incident, LogEntry, LogKind, Post, Task
from fenghuo.respond.incidents.queries import tables_in_force


@transaction.atomic
def set_response(actor: Actor, incident_id: str, level: str, order: str) -> Incident:
    """Start the emergency response at a level ("I" to "IV"), or change it; who ordered it, and by what, is `order`.

    Raises:
        CannotDo: "level", "reason" (no order), "state" (it is void). Incident.DoesNotExist.
    """
    incident = locked(incident_id)
    if level not in RESPONSE_LEVELS:
        raise CannotDo("level")
    if not order.strip():
        raise CannotDo("reason")
    if incident.state == Stage.VOID:
        raise CannotDo("state")
    now = clock.now()
    before, incident.response_level = incident.response_level, level
    incident.response_started_at = incident.response_started_at or now
    touch(incident)
    clocks.next_situation_report(incident, tables_in_force(), now)
    write_log(actor, incident, LogKind.ORDER, f"{before or '–'} → {level}: {order.strip()[:LONGEST]}", now)
    record(
        actor,
        "incident.response-set",
        incident.subject,
        {"level": level, "before": before, "order": order.strip()[:2000]},
    )
    return incident


@transaction.atomic
def give_post(actor: Actor, incident_id: str, post: str, holder: str) -> CommandPost:
    """Somebody holds a post of the command from now on; whoever held it before leaves it.

    Raises:
        CannotDo: "post" (there is no such one), "holder" (nobody is named), "state" (the incident is closed). Incident.DoesNotExist.
    """
    incident, now = locked(incident_id), clock.now()
    if post not in Post.values:
        raise CannotDo("post")
    if not holder.strip():
        raise CannotDo("holder")
    if incident.state in FINAL:
        raise CannotDo("state")
    incident.posts.filter(post=post, left_at=None).update(left_at=now)
    values = {"post": post, "holder": holder.strip()[:150], "by": actor.name[:150], "at": now}
    made = CommandPost.objects.create(incident=incident, **values)
    touch(incident)
    record(actor, "incident.post-given", incident.subject, {"post": post, "holder": made.holder})
    return made


@transaction.atomic
def log(actor: Actor, incident_id: str, kind: str, text: str, happened_at: datetime | None = None) -> LogEntry:
    """Write a line of the situation log; a situation report starts the clock of the next one.

    Raises:
        CannotDo: "text", "time" (in the future), "state" (a line of the states is written by them alone). Incident.DoesNotExist.
    """
    incident, now = locked(incident_id), clock.now()
    if not text.strip():
        raise CannotDo("text")
    if happened_at is not None and happened_at > now:
        raise CannotDo("time")
    if kind not in LogKind.values or kind == LogKind.STATE:
        raise CannotDo("state")
    entry = write_log(actor, incident, kind, text.strip()[:LONGEST], happened_at or now)
    if kind == LogKind.SITUATION:
        clocks.next_situation_report(incident, tables_in_force(), now)
    touch(incident)
    record(actor, "incident.logged", incident.subject, {"kind": kind, "entry": entry.pk})
    return entry


@transaction.atomic
def add_task(
    actor: Actor, incident_id: str, title: str, role: str = "", assignee: str = "", due_at: datetime | None = None
) -> Task:
    """Give somebody something to do.

    Raises:
        CannotDo: "title", "state" (the incident is closed), "task-time" (it should be done already). Incident.DoesNotExist.
    """
    incident, now = locked(incident_id), clock.now()
    if not title.strip():
        raise CannotDo("title")
    if incident.state in FINAL:
        raise CannotDo("state")
    if due_at is not None and due_at <= now:
        raise CannotDo("task-time")
    who = {"role": role.strip()[:100], "assignee": assignee.strip()[:150]}
    values = {"due_at": due_at, "by": actor.name[:150], "at": now, **who}
    task = Task.objects.create(incident=incident, title=title.strip()[:300], **values)
    clocks.start_task(task, now)
    touch(incident)
    record(actor, "incident.task-added", incident.subject, {"task": task.pk, "title": task.title, **who})
    return task


@transaction.atomic
def finish_task(actor: Actor, task_id: int, outcome: str) -> Task:
    """A task is done, with its outcome.

    Raises:
        CannotDo: "done" (it is already), "outcome" (none is given). Task.DoesNotExist.
    """
    incident = locked(Task.objects.values_list("incident_id", flat=True).get(id=task_id))
    task = Task.objects.select_for_update().get(id=task_id)
    if task.done_at is not None:
        raise CannotDo("done")
    if not outcome.strip():
        raise CannotDo("outcome")
    task.done_at, task.done_by, task.outcome = clock.now(), actor.name[:150], outcome.strip()[:LONGEST]
    task.save()
    clocks.stop_task(task, task.done_at)
    touch(incident)
    record(
        actor,
        "incident.task-done",
        incident.subject,
        {"task": task.pk, "title": task.title, "outcome": task.outcome[:2000]},
    )
    return task
