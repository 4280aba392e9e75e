"""Visits of two inspectors, and the notice about what they found."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.clocks.office import today
from fenghuo.faces.console.access import actor_of, person_of, requires
from fenghuo.faces.console.inspections.checks import check_of
from fenghuo.faces.console.inspections.forms import VisitForm, brought, given
from fenghuo.faces.console.inspections.words import answer_word, seen_word, sentence
from fenghuo.faces.console.notices.drafting import letterhead
from fenghuo.faces.console.notices.words import sentence as notice_sentence
from fenghuo.respond.incidents.playbooks import language
from fenghuo.respond.inspections import actions
from fenghuo.respond.inspections.decide import Refused, Seen
from fenghuo.warn.notices.decide import Kind
from fenghuo.warn.notices.steps import CannotDo


@requires(Permission.EDIT_INSPECTIONS)
def visit(request: HttpRequest, check_id: str) -> HttpResponse:
    """Write down what was seen."""
    check = check_of(request, check_id)
    numbers = check.campaign.numbers
    form = VisitForm(request.POST or None, initial={"on": today(), "first": person_of(request).pk})
    typed, problem = given(request, numbers), ""
    if request.method == "POST" and form.is_valid():
        v = form.cleaned_data
        was = actions.Seeing(v["on"], v["first"], v["second"], v["met"], typed)
        try:
            actions.visit(actor_of(request), check.id, was, brought(request, numbers))
            return redirect("inspections:check", check.id)
        except Refused as error:
            problem = sentence(error)
    items = [
        {
            "number": item["number"],
            "text": item[language()],
            "said": answer_word(check.answers.get(item["number"], {}).get("answer", "")),
            "answer": typed[item["number"]][0],
            "note": typed[item["number"]][1],
        }
        for item in check.campaign.items
    ]
    choices = [(one.value, seen_word(one.value)) for one in (Seen.CONFORMS, Seen.DEFECT, Seen.NOT_SEEN)]
    values = {"form": form, "check": check, "items": items, "choices": choices, "problem": problem}
    return render(request, "inspections/visit.html", values)


@requires(Permission.EDIT_INSPECTIONS)
@require_POST
def notify(request: HttpRequest, check_id: str) -> HttpResponse:
    """Draft the notice about the chosen defects, and lead to it."""
    check = check_of(request, check_id)
    chosen = [int(one) for one in request.POST.getlist("defect") if one.isdecimal() and len(one) < 12]
    kind = Kind.SUPERVISION if request.POST.get("kind") == Kind.SUPERVISION else Kind.HAZARD
    try:
        made = actions.notify(actor_of(request), check.id, chosen, kind, letterhead())
    except Refused as error:
        messages.error(request, sentence(error))
    except CannotDo as error:
        messages.error(request, notice_sentence(error))
    else:
        return redirect("notices:show", made.id)
    return redirect("inspections:check", check.id)
