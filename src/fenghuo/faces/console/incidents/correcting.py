"""An administrator corrects a table of incidents by its text: a new version, which the next grading goes by."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.tables.actions import correct
from fenghuo.base.tables.queries import in_force
from fenghuo.faces.console.access import actor_of, requires
from fenghuo.faces.console.incidents.table_form import read, rows_of
from fenghuo.respond.incidents.grading.duties import read_duties
from fenghuo.respond.incidents.grading.shipped import FILES, data_of
from fenghuo.respond.incidents.grading.tables import BadTable, read_table
from fenghuo.respond.incidents.queries import tables_in_force

_READERS = {str(data_of(file)["name"]): read_duties if file == "duties" else read_table for file in FILES}


@requires(Permission.EDIT_RULES)
def change(request: HttpRequest, scale: str) -> HttpResponse:
    """The cells of a table with their figures; sent, they are a new version."""
    if scale not in _READERS:
        raise Http404
    found = in_force(scale)
    if request.method == "POST" and _done(request, scale):
        return redirect("incidents:tables")
    cells = read(request.POST.dict(), found.cells)[0] if request.method == "POST" else found.cells
    parties = tables_in_force().duties.parties
    values = {"table": found, "rows": rows_of(cells, parties), "why": request.POST.get("why", "")}
    return render(request, "incidents/table_change.html", values)


def _done(request: HttpRequest, table: str) -> bool:
    cells, changed, wrong = read(request.POST.dict(), in_force(table).cells)
    why = request.POST.get("why", "").strip()
    if wrong:
        messages.error(
            request, _("Numbers above 0 are needed; left as they stood: %(places)s.") % {"places": ", ".join(wrong)}
        )
    elif not changed:
        messages.error(request, _("Nothing was changed."))
    elif not why:
        messages.error(request, _("Write down by which text or decision it changes."))
    elif not _readable(table, cells):
        messages.error(request, _("The table can't be used as it stands now."))
    else:
        correct(actor_of(request), table, cells, changed, why)
        messages.success(request, _("In force for every grading from now on."))
        return True
    return False


def _readable(table: str, cells: dict[str, object]) -> bool:
    try:
        _READERS[table](cells)
    except BadTable:
        return False
    return True
