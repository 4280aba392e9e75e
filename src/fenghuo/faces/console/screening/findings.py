"""Findings: the list with its filters and exports."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

import fenghuo
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.base.papers import to_csv, to_xlsx
from fenghuo.faces.console.access import actor_of, person_of, requires
from fenghuo.faces.console.pages import list_page
from fenghuo.faces.console.screening.forms import FindingFilters
from fenghuo.faces.console.screening.nav import page
from fenghuo.faces.console.screening.rows import OPEN, shown
from fenghuo.faces.console.screening.words import outcomes_with, reader
from fenghuo.see.screening import exports
from fenghuo.see.screening.models import SEVERITIES, Cell, StoredFinding
from fenghuo.see.screening.queries import findings_visible_to

_MOST_EXPORTED = 20_000
_WEEK = timedelta(days=7)
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "sarif": "application/sarif+json",
}


def _filtered(request: HttpRequest) -> tuple[FindingFilters, QuerySet[StoredFinding], Mapping[str, str]]:
    person = person_of(request)
    form = FindingFilters(person, request.GET)
    wanted = form.asked()
    rows = findings_visible_to(person)
    for name, field in (("severity", "severity"), ("unit", "unit_id"), ("check", "check_id"), ("asset", "asset_id")):
        if wanted[name]:
            rows = rows.filter(**{field: wanted[name]})
    if not wanted["state"] or wanted["state"] == "proposed":
        rows = rows.filter(state__in=OPEN)
        rows = rows.exclude(held_by="") if wanted["state"] else rows
    elif wanted["state"] != "all":
        rows = rows.filter(state=wanted["state"])
    now = clock.now()
    if wanted["due"] == "overdue":
        rows = rows.filter(state__in=OPEN, due_at__lte=now)
    elif wanted["due"] == "week":
        rows = rows.filter(state__in=OPEN, due_at__gt=now, due_at__lte=now + _WEEK)
    return form, _searched(rows, wanted["q"]), wanted


def _searched(rows: QuerySet[StoredFinding], text: str) -> QuerySet[StoredFinding]:
    """Those in which every word stands: in the title (either language), the asset, the unit, or the place."""
    for word in text.split()[:8]:
        named = Q(asset__value__icontains=word) | Q(asset__name__icontains=word) | Q(unit__name__icontains=word)
        named |= Q(locus__icontains=word) | Q(id__startswith=word.lower())
        titled: dict[str, set[str]] = {}
        for check_id, outcome in outcomes_with(word):
            titled.setdefault(check_id, set()).add(outcome)
        for check_id, outcomes in titled.items():
            named |= Q(check_id=check_id, outcome__in=outcomes)
        rows = rows.filter(named)
    return rows


@requires(Permission.SEE_SCREENING)
def list_all(request: HttpRequest) -> HttpResponse:
    """The findings that are asked for, the one whose time runs out first on top."""
    form, rows, wanted = _filtered(request)
    found = list_page(request, rows, ("due_at", "id"))
    person = person_of(request)
    still_open = findings_visible_to(person).filter(state__in=OPEN)
    counts = Counter(still_open.values_list("severity", flat=True))
    values = {
        "form": form,
        "page": found,
        "rows": shown(found.rows),
        "filtered": any(wanted.values()),
        "severities": [(value, word, counts[value]) for value, word in SEVERITIES if counts[value]],
        "overdue": still_open.filter(due_at__lte=clock.now()).count(),
        "checked": None if found.rows else _checked(),
        "query": _query(request),
    }
    return page(request, "findings", "findings", values)


def _query(request: HttpRequest) -> str:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    return query.urlencode()


def _checked() -> Cell | None:
    """The last result that was written down: what an empty list says when somebody last looked."""
    return Cell.objects.exclude(reason="not-collected").order_by("-at").first()


@requires(Permission.SEE_SCREENING)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The filtered list as a file: csv, xlsx, json (DefectDojo) or sarif."""
    _form, rows, _wanted = _filtered(request)
    record(actor_of(request), "findings.exported", "finding:*", {"kind": kind, "query": request.GET.urlencode()})
    language = reader()
    found = [exports.exported(row, language) for row in rows.order_by("due_at", "id")[:_MOST_EXPORTED]]
    if kind in {"csv", "xlsx"}:
        sheet = exports.to_sheet(found, settings().time_zone)
        content = to_csv(sheet) if kind == "csv" else to_xlsx([sheet])
    else:
        value = exports.to_sarif(found, fenghuo.__version__) if kind == "sarif" else exports.to_defectdojo(found)
        content = json.dumps(value, ensure_ascii=False, indent=1).encode()
    response = HttpResponse(content, content_type=_TYPES[kind])
    name = "findings-defectdojo" if kind == "json" else "findings"
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
