"""Money of a project: payments by month, contracts and their acceptance, changes of the budget, and sheets."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit import Actor
from fenghuo.base.clocks.office import today
from fenghuo.base.papers import to_xlsx
from fenghuo.base.papers.sheets import Sheet, Value
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.pages import list_page
from fenghuo.faces.console.performance import forms as own
from fenghuo.faces.console.performance.views import attachment, money_values
from fenghuo.faces.console.performance.words import sentence
from fenghuo.report.performance import money, queries
from fenghuo.report.performance.amounts import shown
from fenghuo.report.performance.cells import MOST_BYTES, BadSheet
from fenghuo.report.performance.decide import Refused
from fenghuo.report.performance.models import Acceptance, Project
from fenghuo.report.performance.sheet import COLUMNS


@requires(Permission.SEE_MONEY)
def show(request: HttpRequest, project_id: str) -> HttpResponse:
    """Everything about the money of a project."""
    person = person_of(request)
    project = object_or_404(queries.projects(), id=project_id)
    day = today()
    running, course = 0, []
    for month, fen in queries.by_month(project).items():
        running += fen
        come = (project.year, month) <= (day.year, day.month)
        course.append(
            (month, shown(fen) if fen else "", shown(running) if come else "", queries.planned(project, month))
        )
    page = list_page(request, project.payments.select_related("contract"), ("-paid_on", "-id"))
    values = {
        "project": project,
        "money": money_values(project),
        "course": course,
        "page": page,
        "payments": [(one, shown(one.amount_fen, "元")) for one in page.rows],
        "contracts": [
            (one, shown(one.amount_fen, "元"), shown(sum(p.amount_fen for p in one.payments.all()), "元"))
            for one in project.contracts.prefetch_related("payments")
        ],
        "acceptances": Acceptance.objects.filter(contract__project=project).select_related("contract"),
        "adjustments": [(one, shown(one.amount_fen)) for one in project.adjustments.all()],
        "may_enter": person.can(Permission.ENTER_MONEY),
        "hides_table": not person.can(Permission.SEE_PERFORMANCE),
        "here": "money",
    }
    return render(request, "performance/money.html", values)


def _pay(actor: Actor, project: Project, form: forms.Form) -> None:
    given = form.cleaned_data
    told = (given["voucher"], given["on"], given["amount"], given["payee"], given["purpose"], given["contract"])
    money.pay(actor, project.id, money.Paid(*told))


def _contract(actor: Actor, project: Project, form: forms.Form) -> None:
    given = dict(form.cleaned_data)
    money.add_contract(actor, project.id, money.Agreed(amount_fen=given.pop("amount"), **given))


def _accept(actor: Actor, project: Project, form: forms.Form) -> None:
    given = form.cleaned_data
    money.accept(actor, given["contract"].pk, given["on"], given["passed"], given["what"], given["document"])


def _adjust(actor: Actor, project: Project, form: forms.Form) -> None:
    given = form.cleaned_data
    money.adjust(actor, project.id, given["on"], given["amount"], given["why"], given["document"])


_VERBS: dict[str, Callable[[Actor, Project, forms.Form], None]] = {
    "payment": _pay,
    "contract": _contract,
    "acceptance": _accept,
    "adjustment": _adjust,
}


@requires(Permission.ENTER_MONEY)
def enter(request: HttpRequest, project_id: str, what: str) -> HttpResponse:
    """Enter a payment, a contract, an acceptance or a change of the budget."""
    project = object_or_404(queries.projects(), id=project_id)
    if what not in _VERBS:
        raise Http404
    form, title = _form(project, what, request)
    if request.method == "POST" and form.is_valid():
        try:
            _VERBS[what](actor_of(request), project, form)
            messages.success(request, _("It is entered."))
            return redirect("performance:money", project.id)
        except Refused as error:
            form.add_error(None, sentence(error))
    values = {"form": form, "title": title, "project": project, "of_money": True, "here": "money"}
    values["hides_table"] = not person_of(request).can(Permission.SEE_PERFORMANCE)
    return render(request, "performance/form.html", values)


def _form(project: Project, what: str, request: HttpRequest) -> tuple[forms.Form, str]:
    data = request.POST or None
    made: dict[str, tuple[Callable[[], forms.Form], str]] = {
        "payment": (lambda: own.PaymentForm(data), _("Enter a payment")),
        "contract": (lambda: own.ContractForm(data), _("Enter a contract")),
        "acceptance": (lambda: own.AcceptanceForm(project, data), _("Enter an acceptance")),
        "adjustment": (lambda: own.AdjustmentForm(data), _("Enter a change of the budget")),
    }
    form, title = made[what]
    return form(), title


@requires(Permission.ENTER_MONEY)
def take(request: HttpRequest, project_id: str) -> HttpResponse:
    """Import a sheet of payments: all of it, or what is wrong in each row."""
    project = object_or_404(queries.projects(), id=project_id)
    form = own.SheetForm(request.POST or None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = file.read(MOST_BYTES + 1)
            made = money.import_payments(actor_of(request), project.id, content)
            total = shown(sum(one.amount_fen for one in made), "元")
            text = ngettext(
                "%(n)s payment was taken, %(total)s 元.", "%(n)s payments were taken, %(total)s 元.", len(made)
            )
            messages.success(request, text % {"n": len(made), "total": total})
            return redirect("performance:money", project.id)
        except BadSheet as error:
            problems = error.problems
    hides_table = not person_of(request).can(Permission.SEE_PERFORMANCE)
    values = {"form": form, "project": project, "problems": problems, "hides_table": hides_table, "here": "money"}
    return render(request, "performance/import.html", values)


@requires(Permission.ENTER_MONEY)
def sample(request: HttpRequest) -> HttpResponse:
    """A sheet with the right headings and one row that is plainly an example."""
    columns = [COLUMNS["voucher"], COLUMNS["on"], "金额（元）", *(COLUMNS[c] for c in ("payee", "purpose", "contract"))]
    year = today().year
    row: list[Value] = ["记-001", f"{year}-03-01", 1234.5, _("a company"), _("what for"), ""]
    return attachment(to_xlsx([Sheet(_("Payments"), columns, [row])]), "payments.xlsx")
