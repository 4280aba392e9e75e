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
from fenghuo.warn.early_warnings.models import HARMS


@requires(Permission.SEE_RULES)
def show(request: HttpRequest) -> HttpResponse:
    """The table that holds now: importance of the asset × possible harm → level."""
    table = in_force(WARNING_LEVEL)
    rows = [(word, [table.cells[importance][harm] for harm, _word in HARMS]) for importance, word in IMPORTANCES]
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
        "may_confirm": person_of(request).can(Permission.EDIT_RULES) and not table.confirmed_by,
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
