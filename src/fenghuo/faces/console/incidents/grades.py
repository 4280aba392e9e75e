"""Facts, the two gradings that follow from them, and the person who confirms; a second person where a grade gets lower."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.incidents.forms import FactsForm
from fenghuo.faces.console.incidents.words import sentence
from fenghuo.respond.incidents import actions
from fenghuo.respond.incidents.actions import CannotDo
from fenghuo.respond.incidents.models import Request
from fenghuo.respond.incidents.queries import incidents_visible_to


@requires(Permission.EDIT_INCIDENTS)
def facts(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Enter what is known; grades and clocks follow at once."""
    incident = object_or_404(incidents_visible_to(person_of(request)), id=incident_id)
    form = FactsForm(incident.facts, request.POST or None, initial={"version": incident.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_facts(actor_of(request), incident.id, form.facts(), form.cleaned_data["version"])
        except CannotDo as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Graded anew by these facts; a person has to confirm what changed."))
            return redirect("incidents:show", incident.id)
    return render(request, "incidents/facts.html", {"incident": incident, "form": form})


@requires(Permission.EDIT_INCIDENTS)
@require_POST
def confirm(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Confirm both grades; a lower one becomes a request that another person decides."""
    incident = object_or_404(incidents_visible_to(person_of(request)), id=incident_id)
    said, actor = request.POST, actor_of(request)
    standard, annex, reason = said.get("standard", ""), said.get("annex", ""), said.get("reason", "")
    version = said.get("version", "")
    try:
        try:
            actions.confirm_grades(
                actor, incident.id, standard, annex, reason, int(version) if version.isdecimal() else None
            )
            messages.success(request, _("Both grades are confirmed."))
        except CannotDo as error:
            if error.code != "second-person":
                raise
            actions.ask(actor, incident.id, {"standard": standard, "annex": annex}, reason)
            messages.success(request, _("A lower grade takes two persons: it waits for another person's decision."))
    except CannotDo as error:
        messages.error(request, sentence(error))
    return redirect("incidents:show", incident.id)


@requires(Permission.DECIDE_INCIDENTS)
@require_POST
def decide(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Decide what another person asked for."""
    incident = object_or_404(incidents_visible_to(person_of(request)), id=incident_id)
    asked = Request.objects.filter(incident=incident, id=_number(request.POST.get("request", ""))).first()
    if asked is not None:
        try:
            actions.decide(actor_of(request), asked.pk, "accept" in request.POST, request.POST.get("why", ""))
        except CannotDo as error:
            messages.error(request, sentence(error))
    return redirect("incidents:show", incident.id)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
