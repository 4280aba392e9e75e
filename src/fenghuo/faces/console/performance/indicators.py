"""An indicator: what it says, how that is defined, every record behind it, and what persons enter about it."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common.filestore import CONTENT_TYPES, MOST_BYTES, content_of, keep, kind_of
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.performance.forms import ChangeForm, EntryForm, IndicatorForm, JudgementForm
from fenghuo.faces.console.performance.presence_forms import RateForm
from fenghuo.faces.console.performance.rows import number, records, shown, with_unit
from fenghuo.faces.console.performance.words import defined, measure_names, sentence, stage_name
from fenghuo.report.performance import actions, held, queries
from fenghuo.report.performance.actions import Line
from fenghuo.report.performance.decide import Refused
from fenghuo.report.performance.measures import is_computed
from fenghuo.report.performance.models import Entry, Indicator
from fenghuo.report.performance.shipped import rates

_MOST_ROWS = 500


def _found(line_id: str) -> Indicator:
    return object_or_404(Indicator.objects.select_related("project", "project__unit"), id=line_id)


@requires(Permission.SEE_PERFORMANCE)
def show(request: HttpRequest, line_id: str) -> HttpResponse:
    """One indicator with the rows behind its number opened."""
    row = _found(line_id)
    return _page(request, row, {})


def _page(request: HttpRequest, row: Indicator, bound: dict[str, forms.Form]) -> HttpResponse:
    person = person_of(request)
    one = queries.standing(row, queries.span_of(row.project))
    entered = not is_computed(row.measure)
    values = {
        "row": row,
        "project": row.project,
        "here": "table",
        "one": shown(one),
        "judgement": one.judgement,
        "numerator": defined(row.numerator),
        "denominator": defined(row.denominator),
        "query": measure_names()[row.measure],
        "records": records(person, one.measured.rows[:_MOST_ROWS]),
        "entries": [(e, with_unit(e.number, row.target) or e.words) for e in row.entries.all()] if entered else [],
        "frozen": [
            (value, stage_name(value.freeze), with_unit(value.value, value.row["target"]) or value.words)
            for value in row.frozen.select_related("freeze").order_by("-freeze__at")
        ],
        "may_edit": person.can(Permission.EDIT_PERFORMANCE),
        "entry": (bound.get("entry") or EntryForm()) if entered else None,
        "change": bound.get("change") or ChangeForm(initial={"target": row.target, "weight": number(row.weight)}),
        "choosing": (bound.get("choosing") or RateForm(initial={"measure": row.measure}))
        if row.measure in rates()
        else None,
        "judging": bound.get("judging") or JudgementForm(),
        "opened": next(iter(bound), ""),
    }
    return render(request, "performance/indicator.html", values)


def _do(request: HttpRequest, row: Indicator, name: str, form: forms.Form, verb: Callable[[], object]) -> HttpResponse:
    """Do what a form says and go back to the page, or show the form with what is wrong."""
    if form.is_valid():
        try:
            verb()
            return redirect("performance:indicator", row.id)
        except Refused as error:
            form.add_error(None, sentence(error))
    return _page(request, row, {name: form})


@requires(Permission.EDIT_PERFORMANCE)
@require_POST
def enter(request: HttpRequest, line_id: str) -> HttpResponse:
    """State something that no record says."""
    row, form = _found(line_id), EntryForm(request.POST, request.FILES)

    def verb() -> None:
        given = form.cleaned_data
        content = b""
        if given["file"]:
            content = given["file"].read() if given["file"].size <= MOST_BYTES else b""
            if not content or not kind_of(content):
                raise Refused("document")
            keep(content)
        stated = (given["on"], given["said_by"], given["document"], given["number"], given["words"])
        actions.enter(actor_of(request), row.id, *stated, content)

    return _do(request, row, "entry", form, verb)


@requires(Permission.SEE_PERFORMANCE)
def document(request: HttpRequest, entry_id: int) -> HttpResponse:
    """The document of an entry, as it was brought."""
    entry = object_or_404(Entry.objects.exclude(sha256=""), pk=entry_id)
    try:
        content = content_of(entry.sha256)
    except OSError as error:
        raise Http404 from error
    kind = kind_of(content)
    answer = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{entry.sha256[:16]}.{kind}"'
    return answer


@requires(Permission.EDIT_PERFORMANCE)
@require_POST
def change(request: HttpRequest, line_id: str) -> HttpResponse:
    """Change target or weight."""
    row, form = _found(line_id), ChangeForm(request.POST)

    def verb() -> None:
        given = form.cleaned_data
        actions.change_indicator(actor_of(request), row.id, given["target"], given["weight"], given["why"])

    return _do(request, row, "change", form, verb)


@requires(Permission.EDIT_PERFORMANCE)
@require_POST
def judge(request: HttpRequest, line_id: str) -> HttpResponse:
    """Say score, reason and improvement."""
    row, form = _found(line_id), JudgementForm(request.POST)

    def verb() -> None:
        given = form.cleaned_data
        actions.judge(actor_of(request), row.id, given["score"], given["reason"], given["improvement"])

    return _do(request, row, "judging", form, verb)


@requires(Permission.EDIT_PERFORMANCE)
@require_POST
def rate(request: HttpRequest, line_id: str) -> HttpResponse:
    """Choose of which number the rate of participation is taken."""
    row, form = _found(line_id), RateForm(request.POST)

    def verb() -> None:
        held.choose_rate(actor_of(request), row.id, form.cleaned_data["measure"], form.cleaned_data["why"])

    return _do(request, row, "choosing", form, verb)


@requires(Permission.EDIT_PERFORMANCE)
def new(request: HttpRequest, project_id: str) -> HttpResponse:
    """A row of the office's own."""
    project = object_or_404(queries.projects(), id=project_id)
    form = IndicatorForm(project, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        level1, _slash, level2 = given.pop("levels").partition("/")
        try:
            made = actions.add_indicator(actor_of(request), project.id, Line(level1, level2, **given))
            messages.success(request, _("The indicator is in the table."))
            return redirect("performance:indicator", made.id)
        except Refused as error:
            form.add_error(None, sentence(error))
    values = {"form": form, "title": _("Add an indicator"), "project": project, "here": "table"}
    return render(request, "performance/form.html", values)
