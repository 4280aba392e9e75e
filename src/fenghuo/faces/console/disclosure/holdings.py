"""The register of fixed assets: what stands at a day, taking up, writing off, sheets in and out."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.clocks.office import zone
from fenghuo.base.common import clock
from fenghuo.base.papers import to_xlsx
from fenghuo.base.papers.sheets import Sheet
from fenghuo.base.units.sheets import MAX_BYTES, BadSheet
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.disclosure import forms as own
from fenghuo.faces.console.disclosure.words import sentence
from fenghuo.faces.console.performance.views import attachment
from fenghuo.report.holdings import actions, queries
from fenghuo.report.holdings.models import Holding, HoldingKind, OffReason
from fenghuo.report.performance.amounts import amount_in, shown
from fenghuo.report.performance.decide import Refused
from fenghuo.report.publication.decide import Refused as NotDone


def _day_of(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.now().astimezone(zone()).date()


def _said(error: Refused) -> str:
    return sentence(NotDone(error.code, error.detail))


@requires(Permission.SEE_MONEY)
def show(request: HttpRequest) -> HttpResponse:
    """What the office holds at the end of a day, by kind and one by one."""
    day = _day_of(request)
    standing = queries.standing_at(day)
    sums = queries.sums_of(standing)
    gone = [one for holding in Holding.objects.prefetch_related("write_offs") for one in holding.write_offs.all()]
    return render(request, "disclosure/holdings.html", {
        "day": day,
        "sums": [(one.kind.label, one.count.normalize(), shown(one.value_fen, "元"), shown(one.value_fen)) for one in sums],
        "total": shown(sum(one.value_fen for one in sums)),
        "rows": [(one.holding, one.count.normalize(), shown(one.value_fen, "元")) for one in standing],
        "gone": [(one, shown(one.value_fen, "元"), OffReason(one.reason).label) for one in gone if one.on <= day],
        "may_enter": person_of(request).can(Permission.ENTER_MONEY),
        "here": "holdings",
    })  # fmt: skip


def _form_page(request: HttpRequest, form: forms.Form, title: str, problems: list[str] | None = None) -> HttpResponse:
    values = {"form": form, "title": title, "problems": problems or [], "here": "holdings"}
    return render(request, "disclosure/form.html", values)


@requires(Permission.ENTER_MONEY)
def new(request: HttpRequest) -> HttpResponse:
    """Take something up."""
    form = own.HoldingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        kind, value = HoldingKind(given.pop("kind")), given.pop("value")
        try:
            actions.take_up(actor_of(request), actions.Taken(kind, value_fen=value, **given))
            messages.success(request, _("It is entered."))
            return redirect("disclosure:holdings")
        except Refused as error:
            form.add_error(None, _said(error))
    return _form_page(request, form, _("Enter a fixed asset"))


@requires(Permission.ENTER_MONEY)
def write_off(request: HttpRequest, holding_id: str) -> HttpResponse:
    """Write something off."""
    holding = object_or_404(Holding.objects.all(), id=holding_id)
    form = own.WriteOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        gone = actions.Gone(given["on"], given["count"], given["value"], OffReason(given["reason"]), given["document"])
        try:
            actions.write_off(actor_of(request), holding.id, gone)
            messages.success(request, _("It is written off."))
            return redirect("disclosure:holdings")
        except Refused as error:
            form.add_error(None, _said(error))
    return _form_page(request, form, _("Write off: %(name)s") % {"name": holding.name})


@requires(Permission.ENTER_MONEY)
def take(request: HttpRequest) -> HttpResponse:
    """Take up every row of a sheet, or none."""
    form = own.SheetForm(request.POST or None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = actions.import_sheet(actor_of(request), file.name, file.read(MAX_BYTES + 1))
            text = ngettext("%(n)s entry was taken.", "%(n)s entries were taken.", len(made))
            messages.success(request, text % {"n": len(made)})
            return redirect("disclosure:holdings")
        except BadSheet as error:
            problems = error.problems
    return _form_page(request, form, _("Import fixed assets"), problems)


@requires(Permission.SEE_MONEY)
def sheet(request: HttpRequest) -> HttpResponse:
    """The register at a day as xlsx; its headings are those of the import."""
    day = _day_of(request)
    rows = [
        (
            actions.KIND_WORDS[HoldingKind(one.holding.kind)],
            one.holding.name,
            one.count,
            amount_in(one.value_fen, "元"),
            one.holding.since.isoformat(),
            one.holding.place,
            one.holding.document,
        )
        for one in queries.standing_at(day)
    ]
    made = Sheet(_("Fixed assets"), list(actions.COLUMNS.values()), rows)
    return attachment(to_xlsx([made]), f"assets-{day.isoformat()}.xlsx")
