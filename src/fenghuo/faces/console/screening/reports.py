"""The report of a unit as docx, PDF or xlsx."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.papers import NoFont, to_docx, to_pdf, to_xlsx
from fenghuo.base.units.queries import units_visible_to
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.models import SiteProfile
from fenghuo.faces.console.screening.nav import page, periods_of
from fenghuo.faces.console.screening.words import reader
from fenghuo.see.screening import report
from fenghuo.see.screening.report_facts import facts_of

_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@requires(Permission.SEE_SCREENING)
def unit_report(request: HttpRequest, unit_id: str, kind: str) -> HttpResponse:
    """A unit's report of a period, in the reader's language."""
    person = person_of(request)
    unit = object_or_404(units_visible_to(person), id=unit_id)
    period = periods_of(request, person)
    site = SiteProfile.objects.first()
    facts = facts_of(person, unit, period.chosen, period.title, site.office if site else "", clock.now(), reader())
    try:
        content = _made(kind, facts)
    except NoFont as error:
        return _no_font(request, unit_id, period.chosen, str(error))
    record(actor_of(request), "unit.report-made", f"unit:{unit.id}", {"period": period.chosen, "kind": kind})
    name = period.chosen[:14].replace(":", "-")  # a colon is no letter of a file's name everywhere
    response = HttpResponse(content, content_type=_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="screening-{unit.code}-{name}.{kind}"'
    return response


def _made(kind: str, facts: report.ReportFacts) -> bytes:
    if kind == "xlsx":
        return to_xlsx(report.sheets(facts))
    return (to_pdf if kind == "pdf" else to_docx)(report.document(facts))


def _no_font(request: HttpRequest, unit_id: str, period: str, fonts: str) -> HttpResponse:
    """What to do where no font of the server can show Chinese."""
    values: dict[str, object] = {"unit_id": unit_id, "chosen": period, "fonts": fonts, "title": _("No PDF")}
    answer = page(request, "no_font", "coverage", values)
    answer.status_code = 503
    return answer
