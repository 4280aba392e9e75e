"""How long things may take here: the terms of notices and of early warnings, and their change by a new version."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.tables.actions import put_in_force
from fenghuo.base.tables.models import GradingTable
from fenghuo.base.tables.queries import in_force
from fenghuo.faces.console.access import actor_of, person_of, requires
from fenghuo.faces.console.terms.cells import groups_of, place_word, read, unit_words
from fenghuo.warn.early_warnings import formal
from fenghuo.warn.notices import terms

_TABLES = {terms.TABLE: terms.shipped, formal.TABLE: formal.shipped}


@requires(Permission.SEE_RULES)
def show(request: HttpRequest, table: str) -> HttpResponse:
    """The terms in force, and the versions before."""
    return _page(request, _table(table), None)


@requires(Permission.EDIT_RULES)
@require_POST
def change(request: HttpRequest, table: str) -> HttpResponse:
    """Put a new version in force, which holds for what is issued from then on."""
    found = _table(table)
    cells = read(request.POST.dict(), found.cells)
    if _put(request, table, found, cells):
        return redirect("terms:show", table)
    return _page(request, found, cells)


def _table(name: str) -> GradingTable:
    if name not in _TABLES:
        raise Http404
    return in_force(name)


def _page(request: HttpRequest, table: GradingTable, typed: dict[str, object] | None) -> HttpResponse:
    values = {
        "table": table,
        "groups": groups_of(typed or table.cells),
        "why": request.POST.get("why", ""),
        "versions": GradingTable.objects.filter(name=table.name).order_by("-in_force_from", "-id"),
        "may_edit": person_of(request).can(Permission.EDIT_RULES),
        "units": unit_words(),
        "is_notices": table.name == terms.TABLE,
    }
    return render(request, "terms/show.html", values)


def _put(request: HttpRequest, table: str, before: GradingTable, cells: dict[str, object]) -> bool:
    wrong = terms.wrong_cells(cells, _TABLES[table]()["cells"])
    why = request.POST.get("why", "").strip()
    if wrong:
        names = pgettext("between items", ", ").join(place_word(place) for place in wrong)
        messages.error(
            request, _("Whole numbers above 0 are needed, steps one after another: %(what)s.") % {"what": names}
        )
    elif not why:
        messages.error(request, _("Write down by which decision the terms change."))
    elif cells == before.cells:
        messages.error(request, _("Nothing was changed."))
    else:
        put_in_force(actor_of(request), table, cells, why)
        messages.success(request, _("In force for everything that is issued from now on."))
        return True
    return False
