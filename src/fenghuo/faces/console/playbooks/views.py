"""Playbooks: the library, and the first hour of an incident with its steps, its blocks and the plans that fit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.blocks.rows import rows_of_reach
from fenghuo.faces.console.plans.nav import nav
from fenghuo.respond.incidents import playbooks as verbs
from fenghuo.respond.incidents.actions import CannotDo
from fenghuo.respond.incidents.decide import FINAL
from fenghuo.respond.incidents.models import Incident
from fenghuo.respond.incidents.protection import confirmed_at
from fenghuo.respond.incidents.queries import incidents_visible_to
from fenghuo.respond.plans import runs
from fenghuo.respond.plans.models import PlaybookRun
from fenghuo.respond.plans.playbook import PartRole, Playbook, playbooks
from fenghuo.respond.plans.queries import plans_for
from fenghuo.share.blocklists.queries import of_incident


def role_word(role: str) -> str:
    """Who does a step."""
    words = {
        PartRole.COMMANDER: pgettext("playbook", "commander"),
        PartRole.DUTY_OFFICER: pgettext("playbook", "duty officer"),
        PartRole.ANALYST: pgettext("playbook", "analyst"),
        PartRole.UNIT_TECHNICIAN: pgettext("playbook", "technician of the unit"),
    }
    return words[PartRole(role)]


def _titled(found: Playbook) -> str:
    return found.title[verbs.language()]


@requires(Permission.SEE_PLANS)
def list_all(request: HttpRequest) -> HttpResponse:
    """The library: every playbook with its steps."""
    language = verbs.language()
    library = [
        (_titled(p), p.version, [(s.by, role_word(s.role.value), s.text[language]) for s in p.steps])
        for p in playbooks().values()
    ]
    return render(request, "playbooks/list.html", {"library": library, "nav": nav("playbooks")})


@requires(Permission.SEE_PLANS)
def show(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The first hour of an incident."""
    person = person_of(request)
    incident = object_or_404(incidents_visible_to(person), id=incident_id)
    started = verbs.runs_of(incident)
    known = {run.playbook for run in started}
    unit = Unit.objects.filter(id=incident.unit_id).first() if incident.unit_id else None
    may_see_blocks = person.can(Permission.SEE_BLOCKS)
    values = {
        "incident": incident,
        "unit": unit,
        "runs": [_run(run) for run in started],
        "others": [(key, _titled(p)) for key, p in playbooks().items() if key not in known],
        "may_work": person.can(Permission.WORK_PLAYBOOKS) and incident.state not in FINAL,
        "may_order": person.can(Permission.ORDER_BLOCKS) and incident.state not in FINAL,
        "may_see_blocks": may_see_blocks,
        "blocks": [rows_of_reach(reach) for reach in of_incident(incident.id)] if may_see_blocks else [],
        "confirmed_at": confirmed_at(incident),
        "plans": _plans(incident, known) if person.unit_scope() is None else [],
    }
    return render(request, "playbooks/show.html", values)


def _run(run: PlaybookRun) -> dict[str, object]:
    language, now = verbs.language(), clock.now()
    steps = [(s, role_word(s.role), s.text[language], s.open and now > s.due_at) for s in runs.steps_of(run)]
    found = playbooks().get(run.playbook)
    title = _titled(found) if found is not None else run.playbook
    waiting = [s.key for s, *_rest in steps if s.open]
    first = waiting[0] if waiting else ""
    return {"run": run, "title": title, "steps": steps, "done": len(steps) - len(waiting), "next": first}


def _plans(incident: Incident, known: set[str]) -> list[object]:
    found: dict[int, object] = {}
    for key in known or {""}:
        found |= {version.pk: version for version in plans_for(key, incident.unit_id)}
    return list(found.values())


@requires(Permission.WORK_PLAYBOOKS)
@require_POST
def start(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Start a playbook for the incident."""
    incident = object_or_404(incidents_visible_to(person_of(request)), id=incident_id)
    try:
        verbs.start_playbook(actor_of(request), incident.id, request.POST.get("playbook", ""))
    except (CannotDo, runs.CannotDo) as error:
        messages.error(request, _sentence(error.code))
    return redirect("playbooks:show", incident.id)


@requires(Permission.WORK_PLAYBOOKS)
@require_POST
def mark(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Tick a step, state that it is not needed, or open it again."""
    incident = object_or_404(incidents_visible_to(person_of(request)), id=incident_id)
    said = request.POST
    run_id, _colon, key = said.get("step", "").partition(":")
    outcome, note = said.get("outcome", ""), said.get("note", "")
    try:
        verbs.mark_step(actor_of(request), incident.id, int(run_id) if run_id.isdecimal() else 0, key, outcome, note)
    except (CannotDo, runs.CannotDo) as error:
        messages.error(request, _sentence(error.code))
    except PlaybookRun.DoesNotExist:
        messages.error(request, _sentence("step"))
    return redirect("playbooks:show", incident.id)


def _sentence(code: str) -> str:
    texts = {
        "state": _("The incident is closed."),
        "playbook": _("There is no playbook of this class."),
        "running": _("This playbook was started already."),
        "step": _("There is no such step."),
        "outcome": _("There is no such outcome."),
        "note": _("Write why it is not needed, or why it is open again."),
        "unchanged": _("Somebody else has ticked it meanwhile."),
    }
    return texts[code]
