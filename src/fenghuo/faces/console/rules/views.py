"""Detection rules: what is in force, what is refused and why."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.pages import list_page
from fenghuo.see.rulebook import queries
from fenghuo.see.rulebook.actions import switch_rule
from fenghuo.see.rulebook.models import RuleStatus, StoredRule
from fenghuo.see.rulebook.texts import texts_of


@requires(Permission.SEE_RULES)
def list_all(request: HttpRequest) -> HttpResponse:
    """Packs, and their rules by what is asked for."""
    asked = {name: request.GET.get(name, "") for name in ("q", "pack", "status")}
    rows = queries.rules(asked["q"], asked["pack"], asked["status"])
    page = list_page(request, rows, ("path", "id"))
    values = {"page": page, "packs": queries.packs_with_counts(), "off": queries.switches(), **asked}
    return render(request, "rules/list.html", {**values, "statuses": RuleStatus.choices})


@requires(Permission.SEE_RULES)
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One rule with its text."""
    rule = object_or_404(StoredRule.objects.select_related("pack"), pk=number)
    values = {"rule": rule, "texts": texts_of(rule.pack_id, rule.rule_id), "off": queries.switches().get(rule.rule_id)}
    return render(request, "rules/show.html", {**values, "may_edit": person_of(request).can(Permission.EDIT_RULES)})


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
