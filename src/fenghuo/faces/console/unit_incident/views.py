"""A unit reports an incident from a phone, by its standing link and code, without an account, an app or a script.

GET changes nothing: mail scanners and chat previews fetch every link. What the link alone shows is the unit's name; what it reported comes
after the code. The session remembers an opened link for two hours, and only as long as its code is not renewed.
"""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.faces.console.incidents.command import moment
from fenghuo.faces.console.incidents.entering import systems_of
from fenghuo.faces.console.incidents.forms import ReportForm
from fenghuo.faces.console.incidents.reports import channel_names, file_response
from fenghuo.faces.console.incidents.rows import DutyRow, duty_rows
from fenghuo.faces.console.incidents.words import sentence, state_kind
from fenghuo.respond.incidents import links, reporting, unit_side
from fenghuo.respond.incidents.actions import CannotDo
from fenghuo.respond.incidents.decide import FINAL
from fenghuo.respond.incidents.grading.duties import CountedFrom
from fenghuo.respond.incidents.models import Incident, ReportDuty, ReportKind, ReportVersion, UnitLink
from fenghuo.respond.incidents.papers import report_docx

_KEY = "incident_links_open"
_OPEN_FOR = timedelta(hours=2)
_SHOWN = 10


def _link(token: str) -> UnitLink:
    found = links.find_by_token(token)
    if found is None:
        raise Http404
    return found


def _is_open(request: HttpRequest, link: UnitLink) -> bool:
    known = request.session.get(_KEY, {}).get(link.id)
    return (
        bool(known) and known[0] == link.code_epoch and clock.now().timestamp() - known[1] < _OPEN_FOR.total_seconds()
    )


def _actor(request: HttpRequest, link: UnitLink) -> Actor:
    return Actor(f"unit:{link.contact.unit_id}"[:40], link.contact.name, request.META.get("REMOTE_ADDR", ""))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Before the code: whose link it is. After it: the short form, and what the unit has reported."""
    link = _link(token)
    if not _is_open(request, link):
        return _private(render(request, "unit_incident/enter.html", {"link": link, "token": token}))
    return _page(request, link, token, _form(link))


def _form(link: UnitLink, data: object = None) -> ReportForm:
    contact = link.contact
    return ReportForm(
        data, systems=systems_of(contact.unit), initial={"reporter": contact.name, "phone": contact.phone}
    )


def _page(request: HttpRequest, link: UnitLink, token: str, form: ReportForm) -> HttpResponse:
    own = Incident.objects.filter(unit_id=link.contact.unit_id).order_by("-received_at")[:_SHOWN]
    rows = [(incident, state_kind(incident.state), _due(incident), incident.state not in FINAL) for incident in own]
    values = {"link": link, "token": token, "form": form, "rows": rows, "channels": channel_names()}
    return _private(render(request, "unit_incident/show.html", values))


def _due(incident: Incident) -> list[tuple[DutyRow, ReportVersion | None]]:
    """What the unit itself still has to tell, by when, and the form for it, as far as the office has prepared one."""
    rows = duty_rows(incident, operators_only=True)
    return [
        (row, _form_for(incident, row.duty))
        for row in rows
        if row.duty.met_at is None and row.duty.withdrawn_at is None and row.deadline is not None
    ]


def _form_for(incident: Incident, duty: ReportDuty) -> ReportVersion | None:
    """The last version that meets a duty: of the summary for what is counted from the end of handling, else of the report."""
    summary = incident.reports.filter(kind=ReportKind.SUMMARY)
    reports = incident.reports.exclude(kind=ReportKind.SUMMARY)
    return (summary if duty.terms["counted_from"] == CountedFrom.END else reports).order_by("-number").first()


@require_POST
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Open the link with its code."""
    link = _link(token)
    problem = links.try_code(link.id, request.POST.get("code", ""), _actor(request, link))
    if problem:
        messages.error(request, sentence(CannotDo(problem)))
    else:
        opened = {**request.session.get(_KEY, {}), link.id: [link.code_epoch, clock.now().timestamp()]}
        request.session[_KEY] = dict(list(opened.items())[-20:])
    return _private(redirect("unit-incident:show", token))


@require_POST
def new_code(request: HttpRequest, token: str) -> HttpResponse:
    """Send another code to the contact."""
    link = _link(token)
    try:
        links.new_code(_actor(request, link), link.id)
        messages.success(request, _("A new code is on its way to the contact of the unit."))
    except CannotDo as error:
        messages.error(request, sentence(error))
    return _private(redirect("unit-incident:show", token))


@require_POST
def report(request: HttpRequest, token: str) -> HttpResponse:
    """Take the short form; pressed twice, it is one incident."""
    link = _link(token)
    if not _is_open(request, link):
        return _closed(request, token)
    form = _form(link, request.POST)
    if not form.is_valid():
        return _page(request, link, token, form)
    said, actor, unit = form.short_form(), _actor(request, link), link.contact.unit
    try:
        made = _told_before(link, said) or unit_side.report_short(
            actor, unit, said, exercise=form.cleaned_data["exercise"]
        )
    except CannotDo as error:
        form.add_error(None, sentence(error))
        return _page(request, link, token, form)
    messages.success(request, _("Reported as %(number)s. The office will call you back.") % {"number": made.number})
    return _private(redirect("unit-incident:show", token))


def _told_before(link: UnitLink, said: unit_side.ShortForm) -> Incident | None:
    """The same as it was reported a moment ago: a phone on a bad line sends a form twice."""
    since = clock.now() - timedelta(minutes=10)
    own = Incident.objects.filter(unit_id=link.contact.unit_id, received_at__gt=since, kind=said.kind)
    return own.filter(asset=said.system.strip(), discovered_at=said.discovered_at).first()


@require_POST
def add(request: HttpRequest, token: str) -> HttpResponse:
    """The unit tells more about one of its own incidents."""
    link = _link(token)
    if not _is_open(request, link):
        return _closed(request, token)
    own = Incident.objects.filter(unit_id=link.contact.unit_id, number=request.POST.get("number", ""))
    incident = own.exclude(state__in=FINAL).first()
    try:
        if incident is None:
            raise CannotDo("state")
        unit_side.add_words(_actor(request, link), incident.id, request.POST.get("text", ""))
        messages.success(request, _("It stands in the log of the incident now."))
    except CannotDo as error:
        messages.error(request, sentence(error))
    return _private(redirect("unit-incident:show", token))


@require_safe
def paper(request: HttpRequest, token: str, number: str, report_number: int) -> HttpResponse:
    """A report on one of the unit's own incidents as docx, as the unit sends it."""
    link = _link(token)
    if not _is_open(request, link):
        return _private(redirect("unit-incident:show", token))
    own = ReportVersion.objects.filter(incident__unit_id=link.contact.unit_id, incident__number=number)
    report = own.select_related("incident").filter(number=report_number).first()
    if report is None:
        raise Http404
    detail = {"report": report.number, "sha256": report.sha256}
    record(_actor(request, link), "incident.report-taken", report.incident.subject, detail)
    return _private(file_response(report_docx(report), "docx", f"incident-{number}-{report.number}"))


@require_POST
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The unit has sent a report that it owes by the official channel, and enters what came back."""
    link = _link(token)
    if not _is_open(request, link):
        return _closed(request, token)
    said, actor = request.POST, _actor(request, link)
    incident = Incident.objects.filter(unit_id=link.contact.unit_id, number=said.get("number", "")).first()
    due = _due(incident) if incident is not None and incident.state not in FINAL else []
    report = next((report for row, report in due if row.duty.receiver == said.get("receiver")), None)
    try:
        if report is None:
            raise CannotDo("receiver")
        sent_at = moment(said.get("sent_at", "")) or clock.now()
        reporting.enter_receipt(
            actor, report, said["receiver"], said.get("channel", ""), said.get("receipt_number", ""), sent_at
        )
        messages.success(request, _("Entered; the clock has stopped."))
    except CannotDo as error:
        messages.error(request, sentence(error))
    return _private(redirect("unit-incident:show", token))


def _closed(request: HttpRequest, token: str) -> HttpResponse:
    messages.error(request, _("Enter the code once more: the page was open for long."))
    return _private(redirect("unit-incident:show", token))
