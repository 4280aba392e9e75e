"""Warnings: the list, one warning with its evidence, and the verbs."""

import json
from collections.abc import Iterator

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import record
from fenghuo.base.audit.queries import of_subject
from fenghuo.base.tables.queries import is_confirmed
from fenghuo.base.units.models import IMPORTANCES, Contact
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.deliveries import rung_of
from fenghuo.faces.console.pages import csv_response, list_page
from fenghuo.faces.console.screening.rows import findings_of
from fenghuo.faces.console.values import TimelineEntry
from fenghuo.faces.console.warnings.forms import Filters
from fenghuo.faces.console.warnings.lines import are_open, lines_of, remember_open
from fenghuo.faces.console.warnings.reasons import entries_of
from fenghuo.faces.console.warnings.rows import shown
from fenghuo.respond.incidents.queries import of_warning
from fenghuo.see.rulebook.models import StoredHit, StoredRule
from fenghuo.see.rulebook.queries import rule_of_hit
from fenghuo.see.rulebook.texts import RuleTexts, texts_of
from fenghuo.warn.channels.queries import of_matter
from fenghuo.warn.early_warnings import actions
from fenghuo.warn.early_warnings.advice import advice_of
from fenghuo.warn.early_warnings.decide import NEEDS_REASON, TRANSITIONS
from fenghuo.warn.early_warnings.models import HARMS, EarlyWarning, State, WarningHit
from fenghuo.warn.early_warnings.names import raised_by
from fenghuo.warn.early_warnings.queries import hits_of, level_by_table, related, search, warnings_visible_to
from fenghuo.warn.early_warnings.told import explain, explain_all

_EVIDENCE = 20


def _filtered(request: HttpRequest) -> tuple[Filters, QuerySet[EarlyWarning]]:
    person = person_of(request)
    form = Filters(person, request.GET)
    rows = warnings_visible_to(person)
    wanted = form.cleaned_data if form.is_valid() else {}
    for name, field in (("level", "level"), ("state", "state"), ("unit", "unit_id")):
        if wanted.get(name):
            rows = rows.filter(**{field: wanted[name]})
    if wanted.get("rule"):
        rows = rows.filter(id__in=WarningHit.objects.filter(hit__rule_id=wanted["rule"]).values("warning_id"))
    if not (wanted.get("state") or wanted.get("q")):
        rows = rows.exclude(state=State.JOINED)
    return form, search(rows, wanted.get("q", ""))


@requires(Permission.SEE_WARNINGS)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every warning that the person may see, the latest first."""
    form, rows = _filtered(request)
    page = list_page(request, rows, ("-last_seen", "id"))
    return render(
        request,
        "warnings/list.html",
        {
            "form": form,
            "page": page,
            "rows": shown(page.rows),
            "may_notices": person_of(request).can(Permission.SEE_NOTICES),
        },
    )


@requires(Permission.SEE_WARNINGS)
def export(request: HttpRequest) -> HttpResponseBase:
    """The filtered list as csv."""
    columns = {
        "level": _("Level"),
        "unit": _("Unit"),
        "asset": _("Asset"),
        "what": _("What"),
        "title": _("Rule"),
        "count": _("Hits"),
        "state": _("State"),
        "first_seen": _("First seen"),
        "last_seen": _("Last seen"),
        "id": _("Number"),
    }
    _form, rows = _filtered(request)
    record(actor_of(request), "warnings.exported", "warning:*", {"query": request.GET.urlencode()})

    def lines() -> Iterator[dict[str, object]]:
        for start in range(0, rows.count(), 500):
            for row in shown(rows.order_by("-last_seen", "id")[start : start + 500]):
                w = row.warning
                values = {
                    "level": w.get_level_display(),
                    "state": w.get_state_display(),
                    "unit": row.unit,
                    "what": row.what,
                    "title": raised_by(w.title),
                }
                yield values | {n: getattr(w, n) for n in ("asset", "count", "first_seen", "last_seen", "id")}

    return csv_response("warnings", columns, lines())


@requires(Permission.SEE_WARNINGS)
def show(request: HttpRequest, warning_id: str) -> HttpResponse:
    """One warning: what happened, what to do, who knows."""
    person = person_of(request)
    warning = object_or_404(warnings_visible_to(person), id=warning_id)
    hits = list(hits_of(warning)[:_EVIDENCE])
    names_open = are_open(request, warning.id)
    evidence = lines_of(hits, names_open)
    findings = findings_of(hits, person) if person.can(Permission.SEE_SCREENING) else []
    verbs = _verbs(warning) if person.can(Permission.HANDLE_WARNINGS) else []
    values = {
        "row": shown([warning])[0],
        "importance": dict(IMPORTANCES)[warning.importance],
        "harm": dict(HARMS)[warning.harm],
        "warning": warning,
        "matrix_version": warning.matrix.rpartition(" ")[2],
        "graded_sure": is_confirmed(warning.matrix),
        "by_table": level_by_table(warning),
        "evidence": evidence,
        "names_open": names_open,
        "names_hidden": any(line.hidden for line in evidence),
        "may_open_names": person.can(Permission.OPEN_NAMES),
        "more": max(0, warning.count - len(hits)),
        "rules": _rules(hits),
        "findings": findings,
        "contacts": Contact.objects.filter(unit_id=warning.unit_id),
        "advice": [] if findings else advice_of(warning.threat_class),
        "verbs": verbs,
        "may_see_rules": person.can(Permission.SEE_RULES),
        "may_silence": person.can(Permission.EDIT_RULES),
        "rungs": [rung_of(delivery) for delivery in of_matter(f"warning:{warning.id}")],
        "timeline": list(_timeline(warning)),
        "related": shown(related(warning, person)),
        "whole": warning.joined_to and shown([warning.joined_to])[0],
        "parts": shown(warning.parts.order_by("first_seen", "id")),
        "may_separate": warning.joined_to_id and person.can(Permission.HANDLE_WARNINGS),
        "may_notice": person.can(Permission.EDIT_NOTICES) and bool(warning.unit_id),
        "may_block": person.can(Permission.ORDER_BLOCKS),
        "may_enter": person.can(Permission.EDIT_INCIDENTS),
        "incidents": of_warning(person, warning.id) if person.can(Permission.SEE_INCIDENTS) else [],
        "notices": warning.notices.all() if person.can(Permission.EDIT_NOTICES) else [],
        "bulletins": warning.bulletins.all() if person.can(Permission.EDIT_NOTICES) else [],
    }
    return render(request, "warnings/show.html", values)


@requires(Permission.SEE_WARNINGS)
def told(request: HttpRequest, warning_id: str) -> HttpResponse:
    """Who was told of a warning and who was not, and why; one person of the office with `?who=`."""
    warning = object_or_404(warnings_visible_to(person_of(request)), id=warning_id)
    chosen = request.GET.get("who", "")
    people = Person.objects.all() if person_of(request).unit_scope() is None else Person.objects.none()
    found = [explain(warning, object_or_404(people, pk=chosen))] if chosen else explain_all(warning)
    values = {
        "warning": warning,
        "row": shown([warning])[0],
        "persons": [(one, list(entries_of(one))) for one in found],
        "people": people,
        "chosen": int(chosen) if chosen.isdigit() else None,
    }
    return render(request, "warnings/told.html", values)


def _verbs(warning: EarlyWarning) -> list[tuple[str, str, bool]]:
    """(state to go to, its verb, whether a reason is needed), the likely one first."""
    words = {
        State.ACKNOWLEDGED: _("Acknowledge"),
        State.TRIAGED: _("It is real"),
        State.FALSE_POSITIVE: _("False alarm"),
        State.CLOSED: _("Close"),
    }
    return [(s.value, words[s], s in NEEDS_REASON) for s in words if s.value in TRANSITIONS[warning.state]]


def _rules(hits: list[StoredHit]) -> list[tuple[StoredHit, StoredRule | None, RuleTexts | None]]:
    """Each rule once: a hit of it, the rule as it stands now, and its words in the reader's language."""
    by_rule = {hit.rule_id: hit for hit in hits}
    return [(hit, rule_of_hit(hit), texts_of(hit.rule_pack, hit.rule_id)) for hit in by_rule.values()]


def _timeline(warning: EarlyWarning) -> Iterator[TimelineEntry]:
    words = {
        "warning.raised": _("Warning raised"),
        "warning.level-raised": _("Level raised"),
        "warning.escalated": _("Not acknowledged in time: the next person was told"),
        "warning.acknowledged": _("Acknowledged"),
        "warning.triaged": _("Found to be real"),
        "warning.false-positive": _("Found to be a false alarm"),
        "warning.closed": _("Closed"),
        "warning.names-opened": _("Names of persons opened"),
        "warning.took-in": _("A chain was seen: other warnings are part of this one now"),
        "warning.joined": _("A chain was seen: part of another warning now"),
        "warning.released": _("The chain did not hold: a warning by itself again"),
        "warning.separated": _("Taken out of another warning"),
    }
    for entry in of_subject(f"warning:{warning.id}"):
        who = "" if entry.actor_id == "system" else entry.actor_name
        reason = json.loads(entry.detail).get("reason", "")
        yield TimelineEntry(entry.at, who, words.get(entry.verb, entry.verb), reason)


@requires(Permission.HANDLE_WARNINGS)
@require_POST
def move(request: HttpRequest, warning_id: str) -> HttpResponse:
    """Take a warning to another state."""
    warning = object_or_404(warnings_visible_to(person_of(request)), id=warning_id)
    try:
        actions.move(actor_of(request), warning.id, request.POST.get("state", ""), request.POST.get("reason", ""))
    except actions.CannotDo as error:
        _say_why_not(request, error)
    return redirect("warnings:show", warning.id)


@requires(Permission.HANDLE_WARNINGS)
@require_POST
def separate(request: HttpRequest, warning_id: str) -> HttpResponse:
    """Take a warning out of the one that it is part of."""
    warning = object_or_404(warnings_visible_to(person_of(request)), id=warning_id)
    try:
        actions.separate(actor_of(request), warning.id, request.POST.get("reason", ""))
    except actions.CannotDo as error:
        _say_why_not(request, error)
    return redirect("warnings:show", warning.id)


def _say_why_not(request: HttpRequest, error: actions.CannotDo) -> None:
    texts = {
        "state": _("Somebody else has moved this warning on meanwhile; the page shows how it stands now."),
        "reason": _("Write down why: whoever reads this later must understand it."),
    }
    messages.error(request, texts[error.code])


@requires(Permission.OPEN_NAMES)
@require_POST
def open_names(request: HttpRequest, warning_id: str) -> HttpResponse:
    """Show the names of persons in the evidence of a warning, for this session, with a purpose that is written down."""
    warning = object_or_404(warnings_visible_to(person_of(request)), id=warning_id)
    try:
        actions.open_names(actor_of(request), warning.id, request.POST.get("purpose", ""))
    except actions.CannotDo:
        messages.error(request, _("State what you need the names for: it stands in the audit trail."))
    else:
        remember_open(request, warning.id)
    return redirect("warnings:show", warning.id)
