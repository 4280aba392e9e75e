"""Projects: the list, a new one, the table of one with what it says now, and activities."""

from decimal import Decimal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.clocks.office import today
from fenghuo.base.papers import to_xlsx
from fenghuo.base.papers.sheets import Sheet
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.performance.forms import ProjectForm
from fenghuo.faces.console.performance.rows import grouped, head, line
from fenghuo.faces.console.performance.words import sentence, stage_name
from fenghuo.report.performance import actions, queries
from fenghuo.report.performance.amounts import shown
from fenghuo.report.performance.decide import Refused
from fenghuo.report.performance.models import Project, Stage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def money_values(project: Project) -> dict[str, object]:
    """Budget, paid and plan of a project, for its head."""
    money = queries.spending(project)
    day = today()
    month = 12 if day.year > project.year else day.month if day.year == project.year else 0
    points = [(int(m), Decimal(p)) for m, p in project.plan]
    due = max((p for m, p in points if m < month or (m == 12 and day.year > project.year)), default=Decimal(0))
    following = next(((m, p) for m, p in points if m >= month), None)
    return {
        "budget": shown(money.budget),
        "approved": shown(money.approved) if money.approved != money.budget else "",
        "paid": shown(money.paid),
        "percent": money.percent,
        "due": due,
        "behind": money.percent is not None and money.percent < due,
        "following": following,
    }


@requires(Permission.SEE_MONEY)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every project with its budget, what was paid and how many indicators are reached."""
    person = person_of(request)
    sees_table = person.can(Permission.SEE_PERFORMANCE)
    rows = []
    for project in queries.projects():
        standings = queries.table(project) if sees_table else []
        reached = sum(one.outcome.met is True for one in standings)
        rows.append((project, money_values(project), reached, len(standings)))
    values = {"rows": rows, "sees_table": sees_table, "may_edit": person.can(Permission.EDIT_PERFORMANCE)}
    return render(request, "performance/list.html", values)


@requires(Permission.EDIT_PERFORMANCE)
def new(request: HttpRequest) -> HttpResponse:
    """A new project."""
    year = today().year
    form = ProjectForm(person_of(request), request.POST or None, initial={"year": year})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wanted = actions.Wanted(
            given["year"], given["name"], given["budget"], given["code"], given["goal"], given["unit"], given["plan"]
        )
        try:
            with transaction.atomic():
                made = actions.add_project(actor_of(request), wanted)
                if given["table"]:
                    actions.adopt_table(actor_of(request), made.id)
            return redirect("performance:show", made.id)
        except Refused as error:
            form.add_error(None, sentence(error))
    return render(request, "performance/form.html", {"form": form, "title": _("New project")})


@requires(Permission.SEE_PERFORMANCE)
def show(request: HttpRequest, project_id: str) -> HttpResponse:
    """The table of a project with what it says now, and its frozen stages."""
    person = person_of(request)
    project = object_or_404(queries.projects(), id=project_id)
    standings = queries.table(project)
    frozen = list(queries.versions(project))
    done = {(one.stage, one.month) for one in frozen}
    stages = [(Stage.DECLARED, 0), *((Stage.MONITORED, int(m)) for m, _p in project.plan), (Stage.ASSESSED, 0)]
    values = {
        "project": project,
        "here": "table",
        "money": money_values(project),
        "groups": grouped(standings),
        "reached": sum(one.outcome.met is True for one in standings),
        "missed": sum(one.outcome.met is False for one in standings),
        "empty": sum(one.measured.value is None and not one.measured.words for one in standings),
        "total": len(standings),
        "frozen": [(one, stage_name(one)) for one in frozen],
        "stages": [(f"{stage.value}:{month}", stage.label, month, (stage, month) in done) for stage, month in stages],
        "may_edit": person.can(Permission.EDIT_PERFORMANCE),
        "may_freeze": person.can(Permission.FREEZE_STAGES),
    }
    return render(request, "performance/show.html", values)


@requires(Permission.SEE_PERFORMANCE)
def sheet(request: HttpRequest, project_id: str) -> HttpResponse:
    """The table as it stands now, as xlsx."""
    project = object_or_404(queries.projects(), id=project_id)
    made = Sheet(project.name, head(), [line(one) for one in queries.table(project)])
    return attachment(to_xlsx([made]), f"performance-{project.year}.xlsx")


def attachment(content: bytes, name: str) -> HttpResponse:
    """A sheet to download."""
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
