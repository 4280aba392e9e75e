"""Units and their assets."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.units.actions import save_asset, save_unit, set_contact
from fenghuo.base.units.models import Asset, Unit
from fenghuo.base.units.queries import assets_visible_to, units_visible_to
from fenghuo.base.units.sheets import BadSheet, export_rows, import_rows, read_sheet, write_sheet
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.pages import list_page
from fenghuo.faces.console.screening.rows import OPEN
from fenghuo.faces.console.screening.rows import shown as shown_findings
from fenghuo.faces.console.units.forms import AssetForm, ContactsForm, SheetForm, UnitForm
from fenghuo.faces.console.warnings.rows import shown
from fenghuo.see.inventory.queries import sources_visible_to
from fenghuo.see.screening.ledger import month_of
from fenghuo.see.screening.queries import board, findings_visible_to
from fenghuo.warn.early_warnings.queries import warnings_visible_to

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(Permission.SEE_UNITS)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every unit that the person may see."""
    person = person_of(request)
    rows = units_visible_to(person)
    for word in request.GET.get("q", "").split():
        rows = rows.filter(name__icontains=word) | rows.filter(code__icontains=word)
    rows = rows.annotate(assets_number=Count("assets", distinct=True), sources_number=Count("sources", distinct=True))
    page = list_page(request, rows, ("name",))
    may_edit = person.can(Permission.EDIT_UNITS)
    return render(request, "units/list.html", {"page": page, "may_edit": may_edit, "q": request.GET.get("q", "")})


@requires(Permission.SEE_UNITS)
def show(request: HttpRequest, unit_id: str) -> HttpResponse:
    """One unit: assets, sources, contacts, warnings."""
    person = person_of(request)
    unit = object_or_404(units_visible_to(person), id=unit_id)
    values = {
        "unit": unit,
        "assets": assets_visible_to(person).filter(unit=unit),
        "sources": sources_visible_to(person).filter(unit=unit),
        "may_edit": person.can(Permission.EDIT_UNITS),
        "checked": unit.register_checks.first(),
        "own": person.unit_scope() is not None,
        "warnings": shown(warnings_visible_to(person).filter(unit_id=unit.id)[:10])
        if person.can(Permission.SEE_WARNINGS)
        else [],
        **(_screening(person, unit) if person.can(Permission.SEE_SCREENING) else {}),
    }
    return render(request, "units/show.html", values)


def _screening(person: Person, unit: Unit) -> dict[str, object]:
    """Coverage of the month and open findings of a unit, the first due on top."""
    month = month_of(clock.now())
    found = board(month, person, unit.id)
    still_open = findings_visible_to(person).filter(unit=unit, state__in=OPEN).order_by("due_at", "id")
    return {
        "covered": found.total(),
        "findings": shown_findings(still_open[:10]),
        "findings_number": still_open.count(),
        "period": {"chosen": month},
        "screening": True,
    }


@requires(Permission.EDIT_UNITS)
def edit(request: HttpRequest, unit_id: str = "") -> HttpResponse:
    """A new or changed unit."""
    unit = object_or_404(units_visible_to(person_of(request)), id=unit_id) if unit_id else Unit()
    form = UnitForm(request.POST or None, instance=unit, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            save_unit(actor_of(request), form.instance)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("units:show", form.instance.id)
    return render(request, "form.html", {"form": form, "title": unit.name if unit_id else _("New unit")})


@requires(Permission.EDIT_UNITS)
def asset(request: HttpRequest, unit_id: str, asset_id: int = 0) -> HttpResponse:
    """A new or changed asset."""
    person = person_of(request)
    unit = object_or_404(units_visible_to(person), id=unit_id)
    found = object_or_404(assets_visible_to(person), unit=unit, id=asset_id) if asset_id else Asset(unit=unit)
    initial = {} if asset_id else {"value": request.GET.get("value", "")}
    form = AssetForm(request.POST or None, instance=found, initial=initial, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            save_asset(actor_of(request), form.instance)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("units:show", unit.id)
    title = found.name if asset_id else _("New asset of %(unit)s") % {"unit": unit.name}
    return render(request, "form.html", {"form": form, "title": title})


@requires(Permission.EDIT_UNITS)
def contacts(request: HttpRequest, unit_id: str) -> HttpResponse:
    """Who speaks for the unit, and the deputy."""
    unit = object_or_404(units_visible_to(person_of(request)), id=unit_id)
    initial: dict[str, str] = {}
    for found in unit.contacts.all():
        role = "deputy" if found.deputy else "contact"
        initial |= {role: found.name, f"{role}_phone": found.phone, f"{role}_email": found.email}
    form = ContactsForm(request.POST or None, initial=initial, label_suffix="")
    if request.method == "POST" and form.is_valid():
        v = form.cleaned_data
        for role in ("contact", "deputy"):
            if v[role]:
                details = (v[role], v[f"{role}_phone"], v[f"{role}_email"])
                set_contact(actor_of(request), unit, *details, deputy=role == "deputy")
        return redirect("units:show", unit.id)
    return render(request, "form.html", {"form": form, "title": _("Contacts of %(unit)s") % {"unit": unit.name}})


@requires(Permission.EDIT_UNITS)
def take(request: HttpRequest) -> HttpResponse:
    """Import a sheet, or say row by row what is wrong."""
    form = SheetForm(request.POST or None, request.FILES or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        sheet = form.cleaned_data["sheet"]
        try:
            done = import_rows(actor_of(request), read_sheet(sheet.name, sheet.read()))
        except BadSheet as error:
            form.add_error(None, [*error.problems[:50], _("Nothing was imported.")])
        else:
            messages.success(
                request, _("%(units)d units and %(assets)d assets.") % {"units": done.units, "assets": done.assets}
            )
            return redirect("units:list")
    return render(request, "form.html", {"form": form, "title": _("Import units"), "files": True})


@requires(Permission.EDIT_UNITS)
def export(request: HttpRequest) -> HttpResponse:
    """The whole register as xlsx."""
    record(actor_of(request), "units.exported", "unit:*")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "units.xlsx"
        write_sheet(path, export_rows())
        response = HttpResponse(path.read_bytes(), content_type=_XLSX)
    response["Content-Disposition"] = 'attachment; filename="units.xlsx"'
    return response
