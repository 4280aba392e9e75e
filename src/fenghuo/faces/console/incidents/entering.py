"""How an incident comes in: typed by the officer during a call, out of a warning, or reported by a unit that is signed in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.units.models import Asset, Unit
from fenghuo.base.units.queries import assets_visible_to, units_visible_to
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.incidents.forms import OfficeForm, ReportForm
from fenghuo.faces.console.incidents.words import sentence
from fenghuo.respond.incidents import unit_side
from fenghuo.respond.incidents.actions import CannotDo
from fenghuo.respond.incidents.decide import FINAL
from fenghuo.respond.incidents.models import Kind, Origin
from fenghuo.respond.incidents.queries import incidents_visible_to
from fenghuo.warn.early_warnings.models import EarlyWarning
from fenghuo.warn.early_warnings.queries import warnings_visible_to

_KIND_OF_CLASS = {
    "ransomware": Kind.RANSOMWARE,
    "cryptomining": Kind.MINING,
    "denial-of-service": Kind.DENIAL,
    "data-tampering": Kind.DEFACEMENT,
    "data-theft": Kind.LEAK,
    "phishing": Kind.PHISHING,
    "device-fault": Kind.FAULT,
}
"""Threat class of a warning → the kind that the form begins with; others begin with "somebody has broken in"."""


def systems_of(unit: Unit | None) -> list[str]:
    """What a unit has registered, to choose from."""
    return list(Asset.objects.filter(unit=unit).values_list("value", flat=True)[:100]) if unit else []


@requires(Permission.EDIT_INCIDENTS)
def new(request: HttpRequest) -> HttpResponse:
    """The officer types what the caller says."""
    person = person_of(request)
    return _office(
        request,
        OfficeForm(request.POST or None, systems=list(assets_visible_to(person).values_list("value", flat=True)[:200])),
    )


@requires(Permission.EDIT_INCIDENTS)
def from_warning(request: HttpRequest, warning_id: str) -> HttpResponse:
    """An incident out of an early warning: what the warning knows stands in the form already."""
    warning = object_or_404(warnings_visible_to(person_of(request)), id=warning_id)
    initial = {
        "unit": warning.unit_id or None,
        "kind": _KIND_OF_CLASS.get(warning.threat_class, Kind.INTRUSION),
        "system": warning.asset,
        "discovered_at": warning.first_seen,
        "exercise": warning.exercise,
    }
    unit = Unit.objects.filter(id=warning.unit_id).first()
    form = OfficeForm(request.POST or None, initial=initial, systems=systems_of(unit))
    return _office(request, form, warning)


def _office(request: HttpRequest, form: OfficeForm, warning: EarlyWarning | None = None) -> HttpResponse:
    if warning is not None:
        del form.fields["origin"]
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        origin, warning_id = (Origin.WARNING, warning.id) if warning else (told["origin"], "")
        try:
            made = unit_side.report_short(
                actor_of(request), told["unit"], form.short_form(), origin, warning_id, told["exercise"]
            )
        except CannotDo as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("incidents:show", made.id)
    title = _("Incident from a warning") if warning else _("Incident by telephone")
    return render(request, "incidents/new.html", {"form": form, "title": title, "warning": warning})


@requires(Permission.REPORT_INCIDENTS)
def own(request: HttpRequest) -> HttpResponse:
    """A unit's contact who is signed in reports for one of the own units."""
    person = person_of(request)
    units = units_visible_to(person) if person.unit_scope() is not None else Unit.objects.none()
    chosen = units.filter(id=request.POST.get("unit", "")).first() or units.first()
    form = ReportForm(
        request.POST or None, systems=systems_of(chosen), initial={"reporter": person.name, "phone": person.phone}
    )
    if request.method == "POST" and chosen is not None and form.is_valid():
        try:
            made = unit_side.report_short(
                actor_of(request), chosen, form.short_form(), exercise=form.cleaned_data["exercise"]
            )
        except CannotDo as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("incidents:show", made.id)
    values = {"form": form, "title": _("Report an incident"), "units": units, "chosen": chosen}
    return render(request, "incidents/new.html", values)


@requires(Permission.REPORT_INCIDENTS)
@require_POST
def add(request: HttpRequest, incident_id: str) -> HttpResponse:
    """A unit's contact who is signed in tells more about an incident of the own unit."""
    incident = object_or_404(incidents_visible_to(person_of(request)), id=incident_id)
    try:
        if incident.state in FINAL:
            raise CannotDo("state")
        unit_side.add_words(actor_of(request), incident.id, request.POST.get("text", ""))
        messages.success(request, _("It stands in the log of the incident now."))
    except CannotDo as error:
        messages.error(request, sentence(error))
    return redirect("incidents:show", incident.id)
