"""Tasks: the list with its sheet, one task with what was said and brought, a proof."""

from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import Act
from fenghuo.base.clocks.office import end_of, today
from fenghuo.base.papers import Sheet, to_xlsx
from fenghuo.base.papers.sheets import Value
from fenghuo.faces.console.access import object_or_404, person_of, requires
from fenghuo.faces.console.files import download, kept_file
from fenghuo.faces.console.pages import list_page
from fenghuo.faces.console.tasks.forms import Filters
from fenghuo.faces.console.tasks.words import task_kind
from fenghuo.faces.console.values import TimelineEntry
from fenghuo.respond.tasks.decide import FINAL, TRANSITIONS, State, Verb
from fenghuo.respond.tasks.models import Step, Task
from fenghuo.respond.tasks.queries import (
    clocks_of,
    overdue,
    steps_visible_to,
    tasks_visible_to,
    to_be_accepted,
    unfinished,
)

_MOST_ROWS = 5000


def _chosen(person: Person, form: Filters) -> "QuerySet[Task]":
    rows = tasks_visible_to(person)
    wanted = form.cleaned_data if form.is_valid() else {}
    state, whose = wanted.get("state", ""), wanted.get("whose", "")
    if state == "unfinished":
        rows = unfinished(rows)
    elif state == "late":
        rows = rows.filter(id__in=overdue(person, today()).order_by().values("id"))
    elif state:
        rows = rows.filter(state=state)
    if wanted.get("source"):
        rows = rows.filter(source=wanted["source"])
    if whose == "me":
        rows = rows.filter(owner_id=person.pk)
    elif whose == "office":
        rows = rows.filter(unit=None)
    elif whose:
        rows = rows.filter(unit_id=whose)
    for word in wanted.get("q", "").split():
        rows = rows.filter(title__icontains=word) | rows.filter(document__icontains=word)
    return rows


@requires(Permission.SEE_TASKS)
def list_all(request: HttpRequest) -> HttpResponse:
    """The tasks, what is due first on top; above them what is late and what waits to be accepted."""
    person = person_of(request)
    form = Filters(person, request.GET)
    page = list_page(request, _chosen(person, form), ("due_on", "id"))
    clocks = clocks_of(page.rows)
    values = {
        "form": form,
        "page": page,
        "rows": [{"task": task, "kind": task_kind(task.state), "deadline": clocks.get(task.id)} for task in page.rows],
        "late": overdue(person, today()).count(),
        "waiting": to_be_accepted(person).count(),
        "may_assign": person.can(Permission.EDIT_TASKS),
        "query": request.GET.urlencode(),
    }
    return render(request, "tasks/list.html", values)


@requires(Permission.SEE_TASKS)
def sheet(request: HttpRequest) -> HttpResponse:
    """The tasks that the filters leave, as xlsx."""
    person = person_of(request)
    names = [
        pgettext("task", "Source"),
        pgettext("task", "Paper or meeting"),
        pgettext("task", "Decided on"),
        _("Title"),
    ]
    names += [pgettext("task", "What is to be done"), pgettext("task", "Whose"), pgettext("task", "Who helps")]
    names += [pgettext("task", "Last day"), pgettext("task", "First last day"), _("State"), pgettext("task", "Ended")]
    names += [pgettext("task", "Days late")]
    chosen = _chosen(person, Filters(person, request.GET))[:_MOST_ROWS]
    return download(
        to_xlsx([Sheet(pgettext("rail", "Tasks"), names, [_cells(task) for task in chosen])]), "xlsx", "tasks.xlsx"
    )


def _cells(task: Task) -> tuple[Value, ...]:
    ended: date | None = localtime(task.ended_at).date() if task.ended_at else None
    late = 0 if task.state == State.WITHDRAWN else max(0, ((ended or today()) - task.due_on).days)
    whose = (task.get_source_display(), task.document, task.decided_on, task.title, task.what, task.whose, task.helpers)
    return (*whose, task.due_on, task.first_due_on, task.get_state_display(), ended, late)


@requires(Permission.SEE_TASKS)
def show(request: HttpRequest, task_id: str) -> HttpResponse:
    """One task."""
    person = person_of(request)
    task = object_or_404(tasks_visible_to(person), id=task_id)
    state = State(task.state)
    verbs = {verb for known, verb in TRANSITIONS if known is state}
    handed_in_by_me = task.handed_in_by_id == str(person.pk)[:40]
    late = state not in FINAL | {State.HANDED_IN} and today() > task.due_on
    values = {
        "task": task,
        "kind": task_kind(task.state),
        "deadline": clocks_of([task]).get(task.id),
        "end": end_of(task.due_on),
        "steps": [(_entry(step), step) for step in task.steps.order_by("-id")],
        "may_work": person.can(Permission.WORK_TASKS) and Verb.HAND_IN in verbs,
        "may_start": Verb.START in verbs,
        "may_edit": person.can(Permission.EDIT_TASKS) and state not in FINAL,
        "to_accept": state is State.HANDED_IN,
        "handed_in_by_me": handed_in_by_me,
        "may_extend": Verb.EXTEND in verbs,
        "late_days": (today() - task.due_on).days if late else 0,
        "notices": task.notices.order_by("-drafted_at") if person.can(Permission.SEE_NOTICES) else [],
    }
    return render(request, "tasks/show.html", values)


def _entry(step: Step) -> TimelineEntry:
    what = step.get_verb_display()
    if step.due_on is not None:
        what = pgettext("task", "given more time, until %(day)s") % {"day": step.due_on.isoformat()}
    return TimelineEntry(step.at, step.by, what, step.text)


@requires(Permission.SEE_TASKS)
def proof(request: HttpRequest, step_id: int) -> HttpResponse:
    """A proof, checked against its hash."""
    step = object_or_404(steps_visible_to(person_of(request)), id=step_id)
    act = Act("task.proof-taken", step.task.subject, {"sha256": step.file_sha256})
    found = kept_file(request, step.file_sha256, step.file_kind, step.file_name, act)
    return found or redirect("tasks:show", step.task_id)
