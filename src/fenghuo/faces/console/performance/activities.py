"""Activities of a project: all of them with the rate and its definition, one more, a sheet of them, and mistakes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.clocks.office import today
from fenghuo.base.papers import to_xlsx
from fenghuo.base.papers.sheets import Sheet, Value
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.pages import list_page
from fenghuo.faces.console.performance.forms import SheetForm
from fenghuo.faces.console.performance.presence_forms import ActivityForm
from fenghuo.faces.console.performance.rows import shown
from fenghuo.faces.console.performance.views import attachment
from fenghuo.faces.console.performance.words import defined, sentence
from fenghuo.report.performance import held, platforms, queries
from fenghuo.report.performance.activity_sheet import COLUMNS
from fenghuo.report.performance.cells import MOST_BYTES, BadSheet
from fenghuo.report.performance.decide import Refused
from fenghuo.report.performance.models import Activity
from fenghuo.report.performance.shipped import rates


@requires(Permission.SEE_PERFORMANCE)
def show(request: HttpRequest, project_id: str) -> HttpResponse:
    """Every activity, and each rate of participation in the table with what it is of."""
    project = object_or_404(queries.projects(), id=project_id)
    standings = [one for one in queries.table(project) if one.indicator.measure in rates()]
    page = list_page(request, project.activities.select_related("withdrawal"), ("-on", "-id"))
    values = {
        "project": project,
        "page": page,
        "rates": [
            (one.indicator, shown(one), defined(one.indicator.numerator), defined(one.indicator.denominator))
            for one in standings
        ],
        "may_edit": person_of(request).can(Permission.EDIT_PERFORMANCE),
        "here": "activities",
    }
    return render(request, "performance/activities.html", values)


@requires(Permission.EDIT_PERFORMANCE)
def enter(request: HttpRequest, project_id: str) -> HttpResponse:
    """Enter an activity that was held."""
    project = object_or_404(queries.projects(), id=project_id)
    form = ActivityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            held.add_activity(actor_of(request), project.id, form.held())
            messages.success(request, _("The activity is entered."))
            return redirect("performance:activities", project.id)
        except Refused as error:
            form.add_error(None, sentence(error))
    values = {"form": form, "title": _("Enter an activity"), "project": project, "here": "activities"}
    return render(request, "performance/form.html", values)


@requires(Permission.EDIT_PERFORMANCE)
def take(request: HttpRequest, project_id: str) -> HttpResponse:
    """Import a sheet of activities: all of it, or what is wrong in each row."""
    project = object_or_404(queries.projects(), id=project_id)
    form = SheetForm(request.POST or None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            content = form.cleaned_data["file"].read(MOST_BYTES + 1)
            made = held.import_activities(actor_of(request), project.id, content)
            text = ngettext("%(n)s activity was taken.", "%(n)s activities were taken.", len(made))
            messages.success(request, text % {"n": len(made)})
            return redirect("performance:activities", project.id)
        except BadSheet as error:
            problems = error.problems
    values = {"form": form, "project": project, "problems": problems, "here": "activities", "of_activities": True}
    return render(request, "performance/import.html", values)


@requires(Permission.EDIT_PERFORMANCE)
def sample(request: HttpRequest) -> HttpResponse:
    """A sheet with the right headings and one row that is plainly an example."""
    year = today().year
    row: list[Value] = [f"{year}-03-01", _("an activity"), _("for whom"), 100, 90, 80, _("list of who signed in")]
    return attachment(to_xlsx([Sheet(_("Activities"), list(COLUMNS.values()), [row])]), "activities.xlsx")


@requires(Permission.EDIT_PERFORMANCE)
@require_POST
def withdraw(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Say that an activity was entered by mistake."""
    entered = object_or_404(Activity.objects.select_related("project"), pk=activity_id)
    try:
        platforms.withdraw(actor_of(request), entered, request.POST.get("why", ""))
    except Refused as error:
        messages.error(request, sentence(error))
    return redirect("performance:activities", entered.project_id)
