"""The duty log of a day, and the brief of the last 24 hours: as pages and as papers."""

from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.papers import Document, NoFont, to_docx, to_pdf
from fenghuo.faces.console.access import actor_of, person_of, requires
from fenghuo.faces.console.duty.forms import EntryForm, day_asked
from fenghuo.faces.console.duty.nav import page
from fenghuo.faces.console.duty.views import tried
from fenghuo.faces.console.models import SiteProfile
from fenghuo.faces.console.screening.entry import full_hour
from fenghuo.faces.console.subjects import link_of
from fenghuo.report.periodicals.daily import papers
from fenghuo.report.periodicals.daily.brief import day_of, kept_or_now
from fenghuo.report.periodicals.daily.lines import log_of
from fenghuo.report.periodicals.daily.matters import open_matters
from fenghuo.warn.duty.actions import write_entry
from fenghuo.warn.duty.models import Brief, Shift

_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), get_default_timezone())


def _day(request: HttpRequest) -> date:
    return day_asked(request.GET.get("day", ""), localtime(clock.now()).date())


def _office() -> str:
    site = SiteProfile.objects.first()
    return site.office if site else ""


@requires(Permission.SEE_DESK)
def log(request: HttpRequest) -> HttpResponse:
    """What happened on a day; an officer adds a line of their own."""
    person, day = person_of(request), _day(request)
    may_write = person.can(Permission.HANDLE_WARNINGS)
    form = EntryForm(request.POST or None, initial={"happened_at": full_hour()})
    if request.method == "POST" and may_write and form.is_valid():
        v = form.cleaned_data
        if tried(
            request, lambda: write_entry(actor_of(request), v["kind"], v["text"], v["happened_at"]), _("Written down.")
        ):
            return redirect("duty:log")
    since, until = _midnight(day), _midnight(day + timedelta(days=1))
    found = log_of(since, until)
    values: dict[str, object] = {
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < localtime(clock.now()).date() else None,
        "lines": [(line, link_of(person, line.subject)) for line in found.lines],
        "left_out": found.left_out,
        "shifts": Shift.objects.filter(starts_at__lt=until, ends_at__gt=since).select_related("person"),
        "form": form if may_write else None,
    }
    return page(request, "log", "log", values)


@requires(Permission.SEE_DESK)
def log_paper(request: HttpRequest, form: str) -> HttpResponse:
    """The log of a day as "docx" or "pdf", for printing and signing."""
    day = _day(request)
    since, until = _midnight(day), _midnight(day + timedelta(days=1))
    shifts = list(Shift.objects.filter(starts_at__lt=until, ends_at__gt=since).select_related("person"))
    made = papers.duty_log(log_of(since, until), shifts, since, until, open_matters(clock.now()), _office())
    return _paper(request, made, form, f"duty-log-{day.isoformat()}")


@requires(Permission.SEE_DESK)
def brief(request: HttpRequest) -> HttpResponse:
    """The brief of a morning as it was frozen; for today before it is made, as things stand now."""
    found = kept_or_now(_day(request))
    rows = papers.rows_of(found.figures)
    half = (len(rows) + 1) // 2
    values: dict[str, object] = {
        "found": found,
        "figures": [rows[:half], rows[half:]],
        "gravest": papers.gravest_of(found.figures),
        "duty": papers.duty_of(found.figures),
        "kept": Brief.objects.values_list("day", flat=True)[:14],
    }
    return page(request, "brief", "brief", values)


@requires(Permission.SEE_DESK)
def brief_paper(request: HttpRequest, form: str) -> HttpResponse:
    """The brief as "docx" or "pdf"."""
    found = kept_or_now(_day(request))
    made = papers.brief(found.figures, found.since, found.until, found.matters, _office())
    return _paper(request, made, form, f"duty-brief-{day_of(found).isoformat()}")


def _paper(request: HttpRequest, made: Document, form: str, name: str) -> HttpResponse:
    if form not in _TYPES:
        raise Http404
    try:
        content = to_pdf(made) if form == "pdf" else to_docx(made)
    except NoFont:
        messages.error(
            request, _("This server has no font with Chinese characters, so that it makes no PDF; take the docx.")
        )
        return redirect("duty:log")
    record(actor_of(request), "duty-paper.taken", f"paper:{name}", {"form": form})
    response = HttpResponse(content, content_type=_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
