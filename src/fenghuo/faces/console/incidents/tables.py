"""The tables by which incidents are graded and clocked: every cell with its source and sureness, and who confirmed them."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.tables import actions
from fenghuo.base.tables.models import GradingTable
from fenghuo.base.tables.queries import in_force
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.incidents.words import counted_from
from fenghuo.respond.incidents.grading.duties import Duty
from fenghuo.respond.incidents.grading.report import condition_text, limit_text
from fenghuo.respond.incidents.grading.scales import Sureness, grade_names
from fenghuo.respond.incidents.grading.shipped import FILES, data_of
from fenghuo.respond.incidents.grading.tables import Rule
from fenghuo.respond.incidents.queries import tables_in_force
from fenghuo.respond.incidents.words import language, party_name


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of a table: what it is about, its condition or limit, what follows, the article, how sure it is."""

    what: str
    when: str
    then: str
    article: str
    mark: str
    confirmed: bool


def _names() -> list[str]:
    return [str(data_of(file)["name"]) for file in FILES]


@requires(Permission.SEE_RULES)
def show(request: HttpRequest) -> HttpResponse:
    """All three tables as they hold now."""
    tables = tables_in_force()
    cells = {
        tables.standard.name: [_rule(rule) for rule in tables.standard.rules],
        tables.annex.name: [_rule(rule) for rule in tables.annex.rules],
    }
    duties = [_duty(duty) for duty in tables.duties.duties]
    rows = [(table, cells.get(table.name, duties), _source(table)) for table in map(in_force, _names())]
    may_confirm = person_of(request).can(Permission.EDIT_RULES)
    return render(request, "incidents/tables.html", {"tables": rows, "may_confirm": may_confirm})


def _source(table: GradingTable) -> str:
    stated = table.cells["source"]
    return str(stated.get(language(), table.source))


def _rule(rule: Rule) -> Cell:
    here = language()
    when = _("; ").join(condition_text(one, here) for one in rule.conditions)
    return Cell(
        rule.names[here], when, grade_names()[rule.grade][here], rule.article, mark_word(rule.sureness), rule.confirmed
    )


def _duty(duty: Duty) -> Cell:
    here = language()
    who = _("%(sender)s tells %(receivers)s") % {
        "sender": party_name(duty.sender),
        "receivers": _(", ").join(party_name(one) for one in duty.receivers),
    }
    when = _("from %(grade)s upward, counted from %(start)s") % {
        "grade": grade_names()[duty.least][here],
        "start": counted_from(duty.counted_from.value),
    }
    article = f"{duty.sources[here]} {duty.article}".strip()
    return Cell(who, when, limit_text(duty, here), article, mark_word(duty.sureness), duty.confirmed)


def mark_word(sureness: Sureness) -> str:
    """Where a figure was read."""
    words = {
        Sureness.READ: _("read in the text"),
        Sureness.SECONDARY: _("secondary source"),
        Sureness.GENERAL: _("general knowledge"),
        Sureness.DRAFT: _("from the draft of 2023"),
    }
    return words[sureness]


@requires(Permission.EDIT_RULES)
@require_POST
def confirm(request: HttpRequest, scale_id: int) -> HttpResponse:
    """State that every cell of a table was compared with its text."""
    table = object_or_404(GradingTable.objects.filter(name__in=_names()), pk=scale_id)
    if table.confirmed_by:
        messages.error(request, _("Somebody has confirmed this table already."))
    else:
        actions.confirm(actor_of(request), table)
        messages.success(request, _("Confirmed; your name stands beside the table."))
    return redirect("incidents:tables")
