"""Assigning tasks, working on them, deciding about them."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.clocks.office import today
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.notices.drafting import letterhead
from fenghuo.faces.console.notices.words import sentence as notice_sentence
from fenghuo.faces.console.tasks.forms import TaskForm
from fenghuo.faces.console.tasks.words import sentence
from fenghuo.respond.tasks import actions
from fenghuo.respond.tasks.actions import CannotDo, Proof, Wanted
from fenghuo.respond.tasks.decide import Verb
from fenghuo.respond.tasks.models import Task
from fenghuo.respond.tasks.queries import tasks_visible_to
from fenghuo.warn.notices.steps import CannotDo as NoticeCannotDo

_WORK = {verb.value: verb for verb in (Verb.START, Verb.NOTE, Verb.HAND_IN)}
_DECIDE = {verb.value: verb for verb in (Verb.ACCEPT, Verb.RETURN, Verb.WITHDRAW)}


@requires(Permission.EDIT_TASKS)
def new(request: HttpRequest) -> HttpResponse:
    """Assign a task."""
    form = TaskForm(person_of(request), request.POST or None, initial={"decided_on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.assign(actor_of(request), Wanted(**form.cleaned_data))
        except CannotDo as error:
            field = {"decided": "decided_on", "due": "due_on"}.get(error.code, error.code)
            form.add_error(field if field in form.fields else None, sentence(error))
        else:
            return redirect("tasks:show", made.id)
    return render(request, "form.html", {"form": form, "title": _("New task")})


def _task(request: HttpRequest, task_id: str) -> Task:
    return object_or_404(tasks_visible_to(person_of(request)), id=task_id)


@requires(Permission.WORK_TASKS)
@require_POST
def step(request: HttpRequest, task_id: str) -> HttpResponse:
    """Begin a task, tell of its progress, or hand it in; with a proof."""
    task, verb = _task(request, task_id), _WORK.get(request.POST.get("verb", ""))
    brought = request.FILES.get("proof")
    proof = Proof(brought.name or "", brought.read()) if isinstance(brought, UploadedFile) else None
    words = request.POST.get("words", "")
    return _done(request, task, lambda: actions.step(actor_of(request), task.id, verb, words, proof) if verb else None)


@requires(Permission.EDIT_TASKS)
@require_POST
def decide(request: HttpRequest, task_id: str) -> HttpResponse:
    """Accept, return, withdraw or extend a task."""
    task, verb, words = _task(request, task_id), request.POST.get("verb", ""), request.POST.get("words", "")
    if verb == Verb.EXTEND:
        return _done(request, task, lambda: actions.extend(actor_of(request), task.id, _day(request), words))
    known = _DECIDE.get(verb)
    return _done(request, task, lambda: actions.step(actor_of(request), task.id, known, words) if known else None)


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("due_on", ""))
    except ValueError as error:
        raise CannotDo("due") from error


@requires(Permission.EDIT_TASKS)
@require_POST
def supervise(request: HttpRequest, task_id: str) -> HttpResponse:
    """Draft the letter about a late task, and lead to it."""
    task = _task(request, task_id)
    try:
        made = actions.supervise(actor_of(request), task.id, letterhead())
    except CannotDo as error:
        messages.error(request, sentence(error))
    except NoticeCannotDo as error:
        messages.error(request, notice_sentence(error))
    else:
        return redirect("notices:show", made.id)
    return redirect("tasks:show", task.id)


def _done(request: HttpRequest, task: Task, does: Callable[[], object]) -> HttpResponse:
    try:
        does()
    except CannotDo as error:
        messages.error(request, sentence(error))
    return redirect("tasks:show", task.id)
