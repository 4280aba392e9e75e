"""Incidents: the list, and one incident with its gradings, clocks, reports, command and evidence."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import record
from fenghuo.base.units.queries import names
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.blocks.rows import blocks_of
from fenghuo.faces.console.incidents.forms import EvidenceForm, Filters
from fenghuo.faces.console.incidents.rows import duty_rows, shown
from fenghuo.faces.console.incidents.words import clock_word, code_word, state_kind, verb_of
from fenghuo.faces.console.notices.words import notice_kind
from fenghuo.faces.console.pages import csv_response, list_page
from fenghuo.faces.console.values import TimelineEntry
from fenghuo.respond.incidents.clocks import SITUATION, TRIAGE, clocks_of
from fenghuo.respond.incidents.decide import FINAL, FOUR_EYES, TRANSITIONS, Stage, needs_reason
from fenghuo.respond.incidents.drafting import known_facts
from fenghuo.respond.incidents.evidence import flaw_of
from fenghuo.respond.incidents.models import GRADES, Incident, LogKind, Post
from fenghuo.respond.incidents.papers import word_of
from fenghuo.respond.incidents.queries import incidents_visible_to, timeline
from fenghuo.respond.incidents.words import by_whom, in_words, language
from fenghuo.warn.early_warnings.queries import warnings_visible_to


def _filtered(request: HttpRequest) -> tuple[Filters, QuerySet[Incident]]:
    person = person_of(request)
    form = Filters(person, request.GET)
    wanted, rows = form.asked(), incidents_visible_to(person)
    if wanted["state"] != "all":
        rows = rows.filter(state=wanted["state"]) if wanted["state"] else rows.exclude(state__in=FINAL)
    if wanted["grade"]:
        by_hand = Q(annex_grade=wanted["grade"]) | Q(annex_grade="", annex_proposed=wanted["grade"])
        rows = rows.filter(by_hand)
    for name, field in (("kind", "kind"), ("unit", "unit_id")):
        if wanted[name]:
            rows = rows.filter(**{field: wanted[name]})
    for word in wanted["q"].split():
        rows = rows.filter(Q(title__icontains=word) | Q(number__icontains=word) | Q(asset__icontains=word))
    return form, rows


@requires(Permission.SEE_INCIDENTS)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every incident that the person may see, the latest first."""
    form, rows = _filtered(request)
    page = list_page(request, rows, ("-received_at", "id"))
    person = person_of(request)
    values = {
        "form": form,
        "page": page,
        "rows": shown(page.rows),
        "may_edit": person.can(Permission.EDIT_INCIDENTS),
        "may_report": person.can(Permission.REPORT_INCIDENTS) and person.unit_scope() is not None,
    }
    return render(request, "incidents/list.html", values)


@requires(Permission.SEE_INCIDENTS)
def export(request: HttpRequest) -> HttpResponseBase:
    """The filtered list as csv."""
    columns = {
        "number": _("Number"),
        "title": _("Title"),
        "unit": _("Unit"),
        "asset": _("System"),
        "category": _("Type (GB/T 20986-2023)"),
        "annex": _("Grade by the annex"),
        "standard": _("Grade by GB/T 20986"),
        "state": _("State"),
        "discovered_at": _("Found"),
        "received_at": _("Known to the office"),
    }
    _form, rows = _filtered(request)
    record(actor_of(request), "incidents.exported", "incident:*", {"query": request.GET.urlencode()})
    units = names()

    def lines() -> Iterator[dict[str, object]]:
        for incident in rows.iterator(chunk_size=500):
            values = {
                "unit": units.get(incident.unit_id, ""),
                "category": incident.get_category_display(),
                "annex": incident.get_annex_grade_display(),
                "standard": incident.get_standard_grade_display(),
                "state": incident.get_state_display(),
            }
            yield values | {
                n: getattr(incident, n) for n in ("number", "title", "asset", "discovered_at", "received_at")
            }

    return csv_response("incidents", columns, lines())


@requires(Permission.SEE_INCIDENTS)
def show(request: HttpRequest, incident_id: str) -> HttpResponse:
    """One incident; a unit sees its own clocks and reports, the office all of it."""
    person = person_of(request)
    incident = object_or_404(incidents_visible_to(person), id=incident_id)
    office = person.unit_scope() is None
    values = {
        "incident": incident,
        "unit": names().get(incident.unit_id, ""),
        "kind": state_kind(incident.state),
        "office": office,
        "final": incident.state in FINAL,
        "facts": known_facts(incident),
        "duties": duty_rows(incident, operators_only=not office),
        "reports": incident.reports.prefetch_related("receipts"),
        "may_add": not office and person.can(Permission.REPORT_INCIDENTS),
        "may_see_tables": person.can(Permission.SEE_RULES),
        "may_edit": office and person.can(Permission.EDIT_INCIDENTS),
        **_graded(incident),
        **(_of_office(incident, person) if office else {}),
    }
    return render(request, "incidents/show.html", values)


def _graded(incident: Incident) -> dict[str, Any]:
    """The newest assessment of the rule engine in the reader's language, and what a person confirmed."""
    newest = incident.gradings.order_by("-number").first()
    detail = newest.detail[language()] if newest else {}
    confirmed = incident.gradings.filter(confirmed=True).order_by("-number").first()
    proposals = [
        (name, title, detail[key], field, getattr(incident, f"{field}_grade"), getattr(incident, f"{field}_proposed"))
        for name, title, key, field in (
            ("annex", _("By the annex of the reporting measures"), "report_measures", "annex"),
            ("standard", "GB/T 20986-2023", "gbt_20986", "standard"),
        )
        if detail
    ]
    return {
        "proposals": proposals,
        "missing": detail.get("missing", []),
        "assumed": detail.get("assumed", []),
        "confirmed": confirmed,
        "grades": GRADES,
    }


def _of_office(incident: Incident, person: Person) -> dict[str, Any]:
    """What only the office sees."""
    request = incident.requests.filter(accepted=None).first()
    states = [s for s in Stage if s in TRANSITIONS[Stage(incident.state)] and s is not Stage.TRIAGED]
    here = Stage(incident.state)
    own = [c for c in clocks_of(incident) if c.stopped_at is None and c.kind in {TRIAGE, SITUATION}]
    warning = warnings_visible_to(person).filter(id=incident.warning_id).first() if incident.warning_id else None
    return {
        "request_open": request,
        "wanted": _wanted(request.wanted) if request else "",
        "mine": request is not None and request.by_id == str(person.pk)[:40],
        "may_decide": person.can(Permission.DECIDE_INCIDENTS),
        "moves": [(s.value, verb_of(s), needs_reason(here, s)) for s in states if s not in FOUR_EYES],
        "asks": [(s.value, verb_of(s)) for s in states if s in FOUR_EYES],
        "clocks": [(clock_word(c.kind), c) for c in own],
        "levels": ("I", "II", "III", "IV"),
        "log": [
            (e, code_word(e.text) if e.kind == LogKind.STATE else e.text)
            for e in incident.log.order_by("-happened_at", "-id")
        ],
        "log_kinds": [(k, word) for k, word in LogKind.choices if k != LogKind.STATE],
        "tasks": incident.tasks.all(),
        "posts": incident.posts.filter(left_at=None),
        "post_choices": Post.choices,
        "evidence": [(e, flaw_of(e)) for e in incident.evidence.prefetch_related("custody")],
        "evidence_form": EvidenceForm(label_suffix=""),
        "timeline": [
            TimelineEntry(
                m.at,
                by_whom(m),
                word_of(m.kind),
                in_words(m) if m.kind.startswith(("grade", "receipt", "post", "task")) else "",
            )
            for m in timeline(incident)
        ][::-1][:40],
        "warning": warning,
        "links": _links(incident, person),
        "notices": [(one, notice_kind(one.state)) for one in incident.notices.select_related("number")],
        "may_notice": person.can(Permission.EDIT_NOTICES) and bool(incident.unit_id),
        "blocks": blocks_of(incident.id) if person.can(Permission.SEE_BLOCKS) else [],
    }


def _wanted(wanted: dict[str, str]) -> str:
    if "state" in wanted:
        return verb_of(wanted["state"])
    grades = dict(GRADES)
    return _("lower grade: annex %(annex)s, GB/T 20986 %(standard)s") % {
        "annex": grades[wanted["annex"]],
        "standard": grades[wanted["standard"]],
    }


def _links(incident: Incident, person: Person) -> dict[str, str]:
    """Places of other rooms about this incident, as far as the person may go there."""
    found = {}
    if person.can(Permission.SEE_PLANS):
        found["playbook"] = reverse("playbooks:show", args=[incident.id])
    if person.can(Permission.ORDER_BLOCKS) and incident.state not in FINAL:
        found["blocks"] = f"{reverse('blocks:new')}?incident={incident.id}"
    return found
