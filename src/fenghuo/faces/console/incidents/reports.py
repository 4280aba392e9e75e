"""Reports upward: prepared with all that the law asks, frozen, compared, taken as docx; receipts; timeline and summary as files."""

import difflib
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import record
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.incidents.forms import ReceiptForm
from fenghuo.faces.console.incidents.words import sentence
from fenghuo.respond.incidents import papers, reporting
from fenghuo.respond.incidents.actions import CannotDo
from fenghuo.respond.incidents.decide import SHORT_FORM, Change, changes
from fenghuo.respond.incidents.drafting import prepared
from fenghuo.respond.incidents.models import Incident, ReportDuty, ReportKind, ReportVersion
from fenghuo.respond.incidents.queries import incidents_visible_to
from fenghuo.respond.incidents.words import item_names, party_name

CHANNELS = (
    "12387",
    "https://12387.cert.org.cn",
    "12387@cert.org.cn",
    "010-82992387",
)
"""Official channels for reports (hotline, site, mail, fax); their words come from `channel_names`."""
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def channel_names() -> list[str]:
    """The official channels, to choose from; any other can be written."""
    hotline, site, mail, fax = CHANNELS
    return [
        _("hotline %s") % hotline,
        _("site %s") % site,
        pgettext("report channel", "mini-program"),
        _("public account of CNCERT"),
        _("mail %s") % mail,
        _("fax %s") % fax,
        _("in person"),
    ]


@requires(Permission.EDIT_INCIDENTS)
def new(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The next report, filled with what is known; freezing it makes a version that never changes."""
    incident = object_or_404(incidents_visible_to(person_of(request)), id=incident_id)
    summary = "summary" in request.GET
    items = item_names(summary)
    content = dict(prepared(incident, summary=summary))
    problem = ""
    if request.method == "POST":
        content = {item: request.POST.get(item, "") for item in items}
        try:
            made = reporting.freeze_report(actor_of(request), incident.id, content, summary=summary)
        except CannotDo as error:
            problem = sentence(error)
        else:
            return redirect("incidents:report-version", incident.id, made.number)
    rows = [(item, name, content.get(item, ""), summary or item in SHORT_FORM) for item, name in items.items()]
    values = {"incident": incident, "rows": rows, "summary": summary, "problem": problem}
    return render(request, "incidents/report_new.html", values)


def _version(request: HttpRequest, incident_id: str, number: int) -> ReportVersion:
    incident = object_or_404(incidents_visible_to(person_of(request)), id=incident_id)
    return object_or_404(ReportVersion.objects.select_related("incident").filter(incident=incident), number=number)


@requires(Permission.SEE_INCIDENTS)
def show(request: HttpRequest, incident_id: str, report_number: int) -> HttpResponse:
    """One version, what it says differently from another one, and its receipts."""
    return _page(request, _version(request, incident_id, report_number))


def _page(request: HttpRequest, report: ReportVersion, form: ReceiptForm | None = None) -> HttpResponse:
    incident = report.incident
    others = [r for r in incident.reports.all() if r.number < report.number]
    asked = request.GET.get("with", "")
    before = next((r for r in others if asked == str(r.number)), others[-1] if others else None)
    summary = report.kind == ReportKind.SUMMARY
    names = {**item_names(summary=True), **item_names(summary=False), **item_names(summary)}
    person = person_of(request)
    may_edit = person.unit_scope() is None and person.can(Permission.EDIT_INCIDENTS)
    values: dict[str, Any] = {
        "incident": incident,
        "report": report,
        "items": [(name, report.content.get(item, "")) for item, name in item_names(summary).items()],
        "others": others,
        "before": before,
        "changes": [(names[c.item], lines_of(c)) for c in changes(before.content, report.content)] if before else [],
        "receipts": [(party_name(r.receiver), r) for r in report.receipts.all()],
        "form": form or (ReceiptForm(_receivers(incident)) if may_edit else None),
        "channels": channel_names(),
    }
    return render(request, "incidents/report.html", values)


def lines_of(change: Change) -> list[tuple[str, str]]:
    """What differs line by line: ("=", "-" or "+", line); a line that changed stands twice."""
    before, after = change.before.splitlines(), change.after.splitlines()
    found: list[tuple[str, str]] = []
    for _tag, start, end, begin, stop in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if before[start:end] == after[begin:stop]:
            found += [("=", line) for line in before[start:end]]
        else:
            found += [("-", line) for line in before[start:end]] + [("+", line) for line in after[begin:stop]]
    return found


def _receivers(incident: Incident) -> list[tuple[str, str]]:
    """Whom the unit and the office must tell, those still waiting first."""
    rows = sorted(incident.duties.filter(withdrawn_at=None), key=lambda d: (d.met_at is not None, not d.ours, d.pk))
    return list(dict.fromkeys((row.receiver, _choice(row)) for row in rows))


def _choice(row: ReportDuty) -> str:
    return party_name(row.receiver)


@requires(Permission.EDIT_INCIDENTS)
@require_POST
def receipt(request: HttpRequest, incident_id: str, report_number: int) -> HttpResponse:
    """A person sent it by the official channel and enters what came back."""
    report = _version(request, incident_id, report_number)
    form = ReceiptForm(_receivers(report.incident), request.POST)
    if not form.is_valid():
        return _page(request, report, form)
    told = form.cleaned_data
    try:
        reporting.enter_receipt(
            actor_of(request), report, told["receiver"], told["channel"], told["receipt_number"], told["sent_at"]
        )
    except CannotDo as error:
        form.add_error(None, sentence(error))
        return _page(request, report, form)
    messages.success(
        request, _("Entered; the clock towards %(whom)s has stopped.") % {"whom": party_name(told["receiver"])}
    )
    return redirect("incidents:report-version", incident_id, report_number)


@requires(Permission.SEE_INCIDENTS)
def docx(request: HttpRequest, incident_id: str, report_number: int) -> HttpResponse:
    """A version as docx."""
    report = _version(request, incident_id, report_number)
    detail = {"report": report.number, "sha256": report.sha256}
    record(actor_of(request), "incident.report-taken", report.incident.subject, detail)
    return file_response(papers.report_docx(report), "docx", f"incident-{report.incident.number}-{report.number}")


@requires(Permission.EDIT_INCIDENTS)
def summary(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The whole matter as docx."""
    incident = object_or_404(incidents_visible_to(person_of(request)), id=incident_id)
    record(actor_of(request), "incident.summary-taken", incident.subject, {})
    return file_response(papers.summary_docx(incident), "docx", f"incident-{incident.number}-summary")


@requires(Permission.EDIT_INCIDENTS)
def timeline(request: HttpRequest, incident_id: str, sheet: str) -> HttpResponse:
    """The timeline as csv, xlsx or JSON."""
    incident = object_or_404(incidents_visible_to(person_of(request)), id=incident_id)
    if sheet not in ("csv", "xlsx", "json"):
        raise Http404
    record(actor_of(request), "incident.timeline-taken", incident.subject, {"form": sheet})
    return file_response(papers.timeline_file(incident, sheet), sheet, f"incident-{incident.number}-timeline")


def file_response(content: bytes, kind: str, name: str) -> HttpResponse:
    """Content as a file to be kept, named with its kind."""
    response = HttpResponse(content, content_type=_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
