"""Notices and incidents of earlier years: the list, and its import from the office's own sheets."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.papers import Sheet, to_xlsx
from fenghuo.base.units.sheets import MAX_BYTES, BadSheet
from fenghuo.faces.console.access import actor_of, person_of, requires
from fenghuo.faces.console.files import download
from fenghuo.faces.console.pages import list_page
from fenghuo.warn.notices.earlier import COLUMNS, import_matters, matters_visible_to, read

_MOST_PROBLEMS = 100


@requires(Permission.SEE_NOTICES)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every matter of an earlier year that the person may see, the latest first."""
    person = person_of(request)
    rows, words = matters_visible_to(person), request.GET.get("q", "").split()
    for word in words:
        rows = (
            rows.filter(title__icontains=word)
            | rows.filter(number__icontains=word)
            | rows.filter(unit__name__icontains=word)
        )
    page = list_page(request, rows, ("-began_on", "id"))
    values = {"page": page, "q": " ".join(words), "may_edit": person.can(Permission.EDIT_NOTICES)}
    return render(request, "notices/earlier.html", values)


@requires(Permission.EDIT_NOTICES)
def take(request: HttpRequest) -> HttpResponse:
    """Bring a list in: all of it, or nothing and what is wrong in each row. GET gives the empty sheet."""
    if request.method != "POST":
        return download(to_xlsx([Sheet("往年通报和事件", list(COLUMNS.values()), [])]), "xlsx", "往年通报和事件.xlsx")
    given = request.FILES.get("file")
    problems: list[str] = []
    try:
        if given is None or (given.size or 0) > MAX_BYTES:
            raise BadSheet([_("Choose an xlsx or csv file of at most 20 MB.")])
        number = import_matters(actor_of(request), read(given.name or "", given.read()))
    except BadSheet as error:
        problems = error.problems
    else:
        messages.success(request, _("%(number)d rows were taken in.") % {"number": number})
        return redirect("notices:earlier")
    page = list_page(request, matters_visible_to(person_of(request)), ("-began_on", "id"))
    shown, more = problems[:_MOST_PROBLEMS], max(0, len(problems) - _MOST_PROBLEMS)
    values = {"page": page, "may_edit": True, "problems": shown, "more": more, "q": ""}
    return render(request, "notices/earlier.html", values)
