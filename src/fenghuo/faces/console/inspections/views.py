"""Campaigns: the list, a new one, its board of units, its sheet and its summary."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.papers import Sheet, to_docx, to_xlsx
from fenghuo.base.papers.sheets import Value
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.files import download
from fenghuo.faces.console.inspections.forms import CampaignForm, Filters, UnitsForm
from fenghuo.faces.console.inspections.words import answer_word, campaign_kind, check_kind, sentence
from fenghuo.faces.console.pages import list_page
from fenghuo.respond.incidents.playbooks import language
from fenghuo.respond.inspections import actions, letters
from fenghuo.respond.inspections.decide import CampaignState, CheckState, Refused
from fenghuo.respond.inspections.lists import checklists
from fenghuo.respond.inspections.models import Campaign, SelfCheck
from fenghuo.respond.inspections.queries import (
    campaigns_visible_to,
    checks_visible_to,
    closed_defects,
    copies_of,
    item_counts,
    late_ones,
    standings,
    with_visits,
)


@requires(Permission.SEE_INSPECTIONS)
def list_all(request: HttpRequest) -> HttpResponse:
    """The campaigns, with how many units have handed in; a unit is led to its own self-checks."""
    person = person_of(request)
    mine = checks_visible_to(person)
    handed = Count("checks", filter=Q(checks__state=CheckState.SUBMITTED, checks__in=mine))
    form = Filters(request.GET)
    chosen, wanted = campaigns_visible_to(person), form.cleaned_data if form.is_valid() else {}
    if wanted.get("state"):
        chosen = chosen.filter(state=wanted["state"])
    for word in wanted.get("q", "").split():
        chosen = chosen.filter(Q(title__icontains=word) | Q(basis__icontains=word))
    rows = chosen.annotate(handed=handed, asked=Count("checks", filter=Q(checks__in=mine)))
    page = list_page(request, rows, ("-made_at", "id"))
    values = {
        "form": form,
        "page": page,
        "rows": [(campaign, campaign_kind(campaign.state)) for campaign in page.rows],
        "own": mine.filter(campaign__in=page.rows) if person.unit_scope() is not None else [],
        "may_edit": person.can(Permission.EDIT_INSPECTIONS),
    }
    return render(request, "inspections/list.html", values)


@requires(Permission.EDIT_INSPECTIONS)
def new(request: HttpRequest) -> HttpResponse:
    """Prepare a campaign."""
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.prepare(actor_of(request), actions.Wanted(**form.cleaned_data))
        except Refused as error:
            field = {
                "days": "last_day",
                "period": "end_day",
                "list": "list_key",
                "line": "lines",
                "double": "lines",
                "many": "lines",
            }.get(error.code, error.code)
            form.add_error(field if field in form.fields else None, sentence(error))
        else:
            return redirect("inspections:show", made.id)
    return render(request, "form.html", {"form": form, "title": _("New inspection")})


def _campaign(request: HttpRequest, campaign_id: str) -> Campaign:
    return object_or_404(campaigns_visible_to(person_of(request)), id=campaign_id)


@requires(Permission.SEE_INSPECTIONS)
def show(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """One campaign: its units, who has not handed in on top, and its items."""
    return _page(request, _campaign(request, campaign_id))


def _page(request: HttpRequest, campaign: Campaign, problem: str = "") -> HttpResponse:
    person = person_of(request)
    rows = standings(checks_visible_to(person).filter(campaign=campaign))
    counts = item_counts(campaign, [row.check for row in rows])
    values = {
        "campaign": campaign,
        "kind": campaign_kind(campaign.state),
        "list_title": _list_title(campaign),
        "rows": [(row, check_kind(row.check.state)) for row in rows],
        "missing": sum(row.missing for row in rows),
        "visited": sum(row.visits > 0 for row in rows),
        "defects": sum(row.defects for row in rows),
        "closed": sum(row.closed for row in rows),
        "items": [(item, item[language()], *counts[item["number"]]) for item in campaign.items],
        "running": campaign.state == CampaignState.OPEN,
        "may_edit": person.can(Permission.EDIT_INSPECTIONS)
        and campaign.state in {CampaignState.DRAFT, CampaignState.OPEN},
        "is_draft": campaign.state == CampaignState.DRAFT,
        "may_sum_up": person.can(Permission.EDIT_INSPECTIONS),
        "form": UnitsForm(campaign),
        "problem": problem,
    }
    return render(request, "inspections/show.html", values)


def _list_title(campaign: Campaign) -> str:
    """Title and version of the list that it was made from, "" for items of its own."""
    key, _space, version = campaign.list_name.partition(" ")
    known = checklists().get(key)
    return f"{known.title[language()]} {version}" if known is not None else campaign.list_name


@requires(Permission.EDIT_INSPECTIONS)
@require_POST
def open_to(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Ask the chosen units, or all."""
    campaign = _campaign(request, campaign_id)
    try:
        actions.open_to(actor_of(request), campaign.id, UnitsForm(campaign, request.POST).chosen())
    except Refused as error:
        return _page(request, campaign, sentence(error))
    return redirect("inspections:show", campaign.id)


@requires(Permission.EDIT_INSPECTIONS)
@require_POST
def close(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """End a campaign with its conclusion."""
    campaign = _campaign(request, campaign_id)
    try:
        actions.close(actor_of(request), campaign.id, request.POST.get("conclusion", ""))
    except Refused as error:
        messages.error(request, sentence(error))
    return redirect("inspections:show", campaign.id)


@requires(Permission.EDIT_INSPECTIONS)
@require_POST
def drop(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Throw away a campaign that nobody was asked about yet."""
    campaign = _campaign(request, campaign_id)
    try:
        actions.drop(actor_of(request), campaign.id, request.POST.get("why", ""))
    except Refused as error:
        messages.error(request, sentence(error))
    return redirect("inspections:show", campaign.id)


@requires(Permission.SEE_INSPECTIONS)
def sheet(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Units × items as xlsx, and the defects with what became of them."""
    campaign = _campaign(request, campaign_id)
    person = person_of(request)
    rows = list(with_visits(checks_visible_to(person).filter(campaign=campaign)))
    late, office = late_ones(rows), person.unit_scope() is None
    defects = [(row, visit, d) for row in rows for visit in row.visits.all() for d in visit.defects.all()]
    copies = copies_of(d for _row, _visit, d in defects)
    units: list[tuple[Value, ...]] = [
        (
            row.unit.name,
            row.get_state_display(),
            pgettext("inspection", "late") if row.id in late else "",
            localtime(row.handed_in_at).date() if row.handed_in_at else None,
            *(answer_word(word) for word in _said(row)),
        )
        for row in rows
    ]
    found: list[tuple[Value, ...]] = [
        (
            row.unit.name,
            visit.on,
            d.number,
            d.text,
            d.notice.title if d.notice and (office or d.id in copies) else "",
            copies[d.id].get_state_display() if d.id in copies else "",
        )
        for row, visit, d in defects
    ]
    head = [
        _("Unit"),
        _("State"),
        pgettext("inspection", "Late"),
        pgettext("inspection", "Handed in on"),
        *campaign.numbers,
    ]
    second = [_("Unit"), pgettext("inspection", "Day of the visit"), pgettext("inspection", "Item")]
    second += [pgettext("inspection", "Defect"), _("Notice"), _("State")]
    made = [Sheet(pgettext("inspection", "Self-checks"), head, units)]
    made.append(Sheet(pgettext("inspection", "Defects"), second, found))
    return download(to_xlsx(made), "xlsx", "inspection.xlsx")


def _said(check: SelfCheck) -> list[str]:
    """Its answers in the order of the items; what is still being written is no answer."""
    answers = check.answers if check.state == CheckState.SUBMITTED else {}
    return [answers.get(number, {}).get("answer", "") for number in check.campaign.numbers]


@requires(Permission.EDIT_INSPECTIONS)
def summary(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """The summary as docx."""
    campaign = _campaign(request, campaign_id)
    rows = list(with_visits(checks_visible_to(person_of(request)).filter(campaign=campaign)))
    closed = closed_defects(copies_of(d for row in rows for visit in row.visits.all() for d in visit.defects.all()))
    return download(to_docx(letters.summary(campaign, rows, closed, late_ones(rows))), "docx", f"{campaign.title}.docx")
