"""Stages: fixing one, and what was fixed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.papers import to_xlsx
from fenghuo.base.papers.sheets import Sheet
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.performance.rows import cells, frozen, head, records
from fenghuo.faces.console.performance.views import attachment
from fenghuo.faces.console.performance.words import sentence, stage_name
from fenghuo.report.performance import actions, queries
from fenghuo.report.performance.amounts import shown
from fenghuo.report.performance.decide import Refused
from fenghuo.report.performance.measured import Record
from fenghuo.report.performance.models import Freeze, Stage

_MOST_ROWS = 200


@requires(Permission.FREEZE_STAGES)
@require_POST
def freeze(request: HttpRequest, project_id: str) -> HttpResponse:
    """Fix a stage, "stage:month"."""
    project = object_or_404(queries.projects(), id=project_id)
    name, _colon, month = request.POST.get("stage", "").partition(":")
    try:
        if name not in Stage.values or not month.isdecimal():
            raise Refused("stage")
        made = actions.freeze(actor_of(request), project.id, Stage(name), int(month), request.POST.get("why", ""))
        return redirect("performance:frozen", made.pk)
    except Refused as error:
        messages.error(request, sentence(error))
    return redirect("performance:show", project.id)


@requires(Permission.SEE_PERFORMANCE)
def show(request: HttpRequest, freeze_id: int) -> HttpResponse:
    """A stage as it was fixed: values, queries, and the records that were counted."""
    made = object_or_404(Freeze.objects.select_related("project"), pk=freeze_id)
    person = person_of(request)
    rows = [
        (frozen(one), one, records(person, [Record(*record) for record in one.rows[:_MOST_ROWS]]))
        for one in made.values.select_related("indicator")
    ]
    versions = made.project.freezes.filter(stage=made.stage, month=made.month).order_by("version")
    values = {
        "made": made,
        "project": made.project,
        "here": "table",
        "title": stage_name(made),
        "rows": rows,
        "budget": shown(made.budget_fen),
        "paid": shown(made.paid_fen),
        "percent": queries.Spending(made.budget_fen, made.budget_fen, made.paid_fen).percent,
        "versions": [(one, stage_name(one)) for one in versions],
    }
    return render(request, "performance/frozen.html", values)


@requires(Permission.SEE_PERFORMANCE)
def sheet(request: HttpRequest, freeze_id: int) -> HttpResponse:
    """A stage as it was fixed, as xlsx."""
    made = object_or_404(Freeze.objects.select_related("project"), pk=freeze_id)
    table = Sheet(stage_name(made), head(), [cells(frozen(one)) for one in made.values.select_related("indicator")])
    return attachment(
        to_xlsx([table]), f"performance-{made.project.year}-{made.stage}-{made.month}-{made.version}.xlsx"
    )
