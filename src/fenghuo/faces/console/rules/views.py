"""Detection rules: what is in force, what is not and why, and how each does."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.units.queries import names
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.pages import list_page
from fenghuo.faces.console.rules.forms import Filters
from fenghuo.faces.console.rules.rows import (
    bars,
    false_alarms,
    overview,
    rule_rows,
    silence_rows,
    state_kind,
    would_raise,
)
from fenghuo.see.rulebook import queries, stats
from fenghuo.see.rulebook.actions import OFFICE, switch_rule
from fenghuo.see.rulebook.models import Disposition, RuleQuarantine, RuleTrial, RuleVersion, StoredRule
from fenghuo.see.rulebook.reasons import reason_text
from fenghuo.see.rulebook.storing import storing_now
from fenghuo.see.rulebook.texts import texts_of


@requires(Permission.SEE_RULES)
def list_all(request: HttpRequest) -> HttpResponse:
    """Rules by what is asked for, under what needs a person: quarantine, trials that are over, silences that run out."""
    person = person_of(request)
    form = Filters(request.GET)
    page = list_page(request, queries.rules(form.asked()), ("path", "id"))
    values = {
        "form": form,
        "page": page,
        "rows": rule_rows(page.rows, person),
        "packs": queries.packs_with_counts(),
        "may_edit": person.can(Permission.EDIT_RULES),
        **overview(),
    }
    return render(request, "rules/list.html", values)


@requires(Permission.SEE_RULES)
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One rule: how it stands, how it does, what is held back, its text."""
    person = person_of(request)
    rule = object_or_404(StoredRule.objects.select_related("pack"), pk=number)
    state = queries.states_of([rule])[rule.pk]
    trial = RuleTrial.objects.filter(rule_id=rule.rule_id).first()
    days = stats.hits_by_day(rule.rule_id, person)
    units = names()
    held = stats.held_back(rule.rule_id, Disposition.SUPPRESSED, person)
    values = {
        "rule": rule,
        "texts": texts_of(rule.pack_id, rule.rule_id),
        "state": state.label,
        "kind": state_kind(state),
        "reason": reason_text(rule.reason, _),
        "off": queries.switches().get(rule.rule_id),
        "storing": [one for one in storing_now() if one.number == rule.pk] if rule.pack_id == OFFICE else [],
        "quarantine": RuleQuarantine.objects.filter(rule_id=rule.rule_id).first(),
        "trial": trial,
        "would": would_raise(rule, trial, person) if trial else None,
        "days": days,
        "bars": bars(days),
        "sums": {name: sum(getattr(day, name) for day in days) for name in ("raised", "suppressed", "canary")},
        "last": stats.last_hit(rule.rule_id, person),
        "judged": false_alarms(rule.rule_id, person),
        "silences": silence_rows(stats.silences_in_force().filter(rule_id=rule.rule_id)),
        "held": [(units.get(h.unit_id) or _("unknown sender"), h) for h in held],
        "versions": RuleVersion.objects.filter(rule_id=rule.rule_id).count(),
        "may_edit": person.can(Permission.EDIT_RULES),
        "may_see_warnings": person.can(Permission.SEE_WARNINGS),
    }
    return render(request, "rules/show.html", values)


@requires(Permission.EDIT_RULES)
@require_POST
def switch(request: HttpRequest, number: int) -> HttpResponse:
    """Switch a rule off, with a reason, or on again."""
    rule = object_or_404(StoredRule.objects.all(), pk=number)
    on = request.POST.get("on") == "yes"
    try:
        switch_rule(actor_of(request), rule.rule_id, on=on, reason=request.POST.get("reason", ""))
    except ValueError:
        messages.error(request, _("Write down why: whoever reads this later must understand it."))
    return redirect("rules:show", number)
