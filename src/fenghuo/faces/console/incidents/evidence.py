"""Evidence: taken up with its hashes, handed over with a reason, given out as it was taken up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import record
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.incidents.forms import EvidenceForm
from fenghuo.faces.console.incidents.words import sentence
from fenghuo.respond.incidents import evidence
from fenghuo.respond.incidents.actions import CannotDo
from fenghuo.respond.incidents.models import Evidence
from fenghuo.respond.incidents.queries import incidents_visible_to


@requires(Permission.EDIT_INCIDENTS)
@require_POST
def add(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Take up a piece of evidence."""
    incident = object_or_404(incidents_visible_to(person_of(request)), id=incident_id)
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        for name, problems in form.errors.items():
            field = form.fields.get(name)
            messages.error(request, f"{field.label if field else name}: {' '.join(str(p) for p in problems)}")
        return redirect("incidents:show", incident.id)
    told = form.cleaned_data
    try:
        if told["file"].size > evidence.MOST_BYTES:
            raise CannotDo("size")
        evidence.add_evidence(
            actor_of(request),
            incident.id,
            told["name"],
            told["file"].read(),
            told["collected_at"],
            told["place"],
            told["description"],
        )
    except CannotDo as error:
        messages.error(request, sentence(error))
    return redirect("incidents:show", incident.id)


def _piece(request: HttpRequest, incident_id: str, number: int) -> Evidence:
    incident = object_or_404(incidents_visible_to(person_of(request)), id=incident_id)
    return object_or_404(Evidence.objects.select_related("incident").filter(incident=incident), number=number)


@requires(Permission.EDIT_INCIDENTS)
@require_POST
def hand_over(request: HttpRequest, incident_id: str, piece_number: int) -> HttpResponse:
    """Another person or place holds it from now on."""
    piece = _piece(request, incident_id, piece_number)
    try:
        evidence.hand_over(actor_of(request), piece, request.POST.get("holder", ""), request.POST.get("reason", ""))
    except CannotDo as error:
        messages.error(request, sentence(error))
    return redirect("incidents:show", incident_id)


@requires(Permission.EDIT_INCIDENTS)
def file(request: HttpRequest, incident_id: str, piece_number: int) -> HttpResponse:
    """The bytes as they were taken up, under a name that nothing opens by itself: it may hold what an attacker left."""
    piece = _piece(request, incident_id, piece_number)
    flaw = evidence.flaw_of(piece)
    if flaw:
        messages.error(request, _("It is not what was taken up (%(flaw)s); it is not given out.") % {"flaw": flaw})
        return redirect("incidents:show", incident_id)
    detail = {"evidence": piece.number, "sha256": piece.sha256}
    record(actor_of(request), "incident.evidence-taken", piece.incident.subject, detail)
    response = HttpResponse(evidence.file_of(piece).read_bytes(), content_type="application/octet-stream")
    name = f"evidence-{piece.incident.number}-{piece.number}.bin"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
