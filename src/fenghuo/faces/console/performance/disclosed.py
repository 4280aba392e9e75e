"""A project as the public document has it: its money, plan and indicators in the data file that `fenghuo disclosure` checks and renders."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse

from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import object_or_404, requires
from fenghuo.faces.console.models import SiteProfile
from fenghuo.report.disclosure import Disclosure, to_json
from fenghuo.report.disclosure.model import Indicator, Performance, PlanPoint, ProjectGoal
from fenghuo.report.performance import queries
from fenghuo.report.performance.actions import row_of
from fenghuo.report.performance.amounts import amount_in
from fenghuo.report.performance.models import Project, Stage

_COLUMNS = ("level1", "level2", "name", "description", "target", "basis")


def disclosure_of(project: Project, office: str) -> Disclosure:
    """The document with this project's tables and nothing else; targets as they were declared, else as they stand now."""
    declared = project.freezes.filter(stage=Stage.DECLARED).order_by("-version").first()
    if declared is not None:
        budget, rows = declared.budget_fen, [one.row for one in declared.values.all()]
    else:
        budget, rows = project.budget_fen, [row_of(one) for one in project.indicators.all()]
    goal = ProjectGoal(
        title=f"{project.name}绩效目标表",
        code=project.code,
        name=project.name,
        budget=amount_in(budget, "万元"),
        owner=office,
        plan=tuple(PlanPoint(int(month), Decimal(percent)) for month, percent in project.plan),
        goal=project.goal,
        indicators=tuple(Indicator(*(str(row[name]) for name in _COLUMNS)) for row in rows),
    )
    return Disclosure(office=office, year=project.year, performance=Performance(projects=(goal,)))


@requires(Permission.SEE_PERFORMANCE)
def goals(request: HttpRequest, project_id: str) -> HttpResponse:
    """The project's part of the public document, as the data file of `fenghuo disclosure`."""
    project = object_or_404(queries.projects(), id=project_id)
    site = SiteProfile.objects.first()
    text = to_json(disclosure_of(project, site.office if site else ""))
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="disclosure-{project.year}.json"'
    return answer
