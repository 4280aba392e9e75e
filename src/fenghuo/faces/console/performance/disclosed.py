"""A project as the public document has it: its money, plan and indicators in the data file that `fenghuo disclosure` checks and renders."""

from django.http import HttpRequest, HttpResponse

from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import object_or_404, requires
from fenghuo.faces.console.models import SiteProfile
from fenghuo.report.disclosure import Disclosure, to_json
from fenghuo.report.disclosure.model import Performance
from fenghuo.report.performance import queries
from fenghuo.report.publication.records import goal_of


@requires(Permission.SEE_PERFORMANCE)
def goals(request: HttpRequest, project_id: str) -> HttpResponse:
    """The project's part of the public document, as the data file of `fenghuo disclosure`."""
    project = object_or_404(queries.projects(), id=project_id)
    site = SiteProfile.objects.first()
    office = site.office if site else ""
    part = Disclosure(office, project.year, performance=Performance(projects=(goal_of(project, office),)))
    answer = HttpResponse(to_json(part), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="disclosure-{project.year}.json"'
    return answer
