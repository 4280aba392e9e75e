"""How warnings are graded: the table with its source, and who compared it with the standard."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.tables import actions
from fenghuo.base.tables.models import GradingTable
from fenghuo.base.tables.queries import in_force
from fenghuo.base.tables.shipped import WARNING_LEVEL
from fenghuo.base.units.models import IMPORTANCES
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.warn.early_warnings.models import HARMS, LEVELS


@requires(Permission.SEE_RULES)
def show(request: HttpRequest) -> HttpResponse:
    """The table that holds now: importance of the asset × possible harm → level."""
    table, may_edit = in_force(WARNING_LEVEL), person_of(request).can(Permission.EDIT_RULES)
    rows = [
        (word, [(f"{importance}.{harm}", name, table.cells[importance][harm]) for harm, name in HARMS])
        for importance, word in IMPORTANCES
    ]
    sureness = {
        "A": _("read in the text of the standard"),
        "B": _("from a good secondary source"),
        "C": _("still to be compared with the standard"),
    }
    values = {
        "table": table,
        "rows": rows,
        "harms": [word for _harm, word in HARMS],
        "sureness": sureness[table.sureness],
        "levels": LEVELS,
        "may_edit": may_edit,
        "may_confirm": may_edit and not table.confirmed_by,
    }
    return render(request, "grading/show.html", values)


@requires(Permission.EDIT_RULES)
@require_POST
def confirm(request: HttpRequest, table_id: int) -> HttpResponse:
    """State that the table was compared with its source."""
    table = object_or_404(GradingTable.objects.all(), pk=table_id)
    if table.confirmed_by:
        messages.error(request, _("Somebody has confirmed this table already."))
    else:
        actions.confirm(actor_of(request), table)
        messages.success(request, _("Confirmed; your name stands beside the table."))
    return redirect("grading:show")


@requires(Permission.EDIT_RULES)
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Correct cells of the table by the text of the standard: a new version, which holds for warnings that are raised from then on."""
    cells, known = in_force(WARNING_LEVEL).cells, dict(LEVELS)
    wanted = {
        row: {harm: request.POST.get(f"{row}.{harm}", level) for harm, level in of.items()} for row, of in cells.items()
    }
    differ = [(row, harm) for row, of in wanted.items() for harm, level in of.items() if level != cells[row][harm]]
    why = request.POST.get("why", "").strip()
    if not differ or any(wanted[row][harm] not in known for row, harm in differ):
        messages.error(request, _("Nothing was changed."))
    elif not why:
        messages.error(request, _("Write down by which text or decision it changes."))
    else:
        changed = [f"{row}.{harm}: {cells[row][harm]} → {wanted[row][harm]}" for row, harm in differ]
        actions.correct(actor_of(request), WARNING_LEVEL, wanted, changed, why)
        messages.success(request, _("In force for every warning from now on; compare it once more and confirm it."))
    return redirect("grading:show")
