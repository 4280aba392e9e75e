"""The verbs of an incident's command: states, response level, posts, situation log and tasks."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import get_current_timezone, is_naive, make_aware
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.incidents.words import sentence
from fenghuo.faces.console.notices.drafting import letterhead
from fenghuo.faces.console.notices.words import sentence as notice_sentence
from fenghuo.respond.incidents import actions, command, letters
from fenghuo.respond.incidents.actions import CannotDo
from fenghuo.respond.incidents.models import Incident
from fenghuo.respond.incidents.queries import incidents_visible_to
from fenghuo.warn.notices.steps import CannotDo as NoticeCannotDo


@requires(Permission.EDIT_INCIDENTS)
@require_POST
def do(request: HttpRequest, incident_id: str) -> HttpResponse:
    """One verb."""
    incident = object_or_404(incidents_visible_to(person_of(request)), id=incident_id)
    verb = "ask" if "ask" in request.POST else request.POST.get("verb", "")
    does = _verbs(request, incident)
    if verb in does:
        try:
            does[verb]()
        except CannotDo as error:
            messages.error(request, sentence(error))
    return redirect("incidents:show", incident.id)


@requires(Permission.EDIT_NOTICES)
@require_POST
def notice(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Draft the notice to the unit of an incident; a person edits it next."""
    incident = object_or_404(incidents_visible_to(person_of(request)), id=incident_id)
    try:
        made = letters.draft_notice(actor_of(request), incident.id, letterhead())
    except CannotDo as error:
        messages.error(request, sentence(error))
    except NoticeCannotDo as error:
        messages.error(request, notice_sentence(error))
    else:
        return redirect("notices:edit", made.id)
    return redirect("incidents:show", incident.id)


def _verbs(request: HttpRequest, incident: Incident) -> dict[str, Callable[[], object]]:
    said, actor, key = request.POST, actor_of(request), incident.id
    text = said.get("text", "")
    return {
        "move": lambda: actions.move(actor, key, said.get("state", ""), text),
        "ask": lambda: actions.ask(actor, key, {"state": said.get("ask", "")}, text),
        "response": lambda: command.set_response(actor, key, said.get("level", ""), text),
        "post": lambda: command.give_post(actor, key, said.get("post", ""), said.get("holder", "")),
        "log": lambda: command.log(actor, key, said.get("kind", ""), text, moment(said.get("at", ""))),
        "task": lambda: command.add_task(
            actor, key, text, said.get("role", ""), said.get("assignee", ""), moment(said.get("due", ""))
        ),
        "task-done": lambda: _finish(request, incident),
    }


def _finish(request: HttpRequest, incident: Incident) -> object:
    number = request.POST.get("task", "")
    task = incident.tasks.filter(id=int(number) if number.isdecimal() and len(number) < 10 else 0).first()
    if task is None:
        raise CannotDo("state")
    return command.finish_task(actor_of(request), task.pk, request.POST.get("text", ""))


def moment(text: str) -> datetime | None:
    """A moment of a form in the zone of the office, None for none.

    Raises:
        CannotDo: "time": it is no moment.
    """
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise CannotDo("time") from error
    return make_aware(found, get_current_timezone()) if is_naive(found) else found
