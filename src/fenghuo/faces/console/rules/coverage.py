"""Which ATT&CK techniques the rules in force are about."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import requires
from fenghuo.see.rulebook import attack, queries
from fenghuo.see.rulebook.models import RulePack, StoredRule
from fenghuo.see.rulebook.queries import RuleState

_STEPS = (1, 3, 10, 30)
"""From so many rules on a cell is drawn one step darker."""


@requires(Permission.SEE_RULES)
def show(request: HttpRequest) -> HttpResponse:
    """The matrix: tactics × techniques, each cell a link to its rules."""
    pack = request.GET.get("pack", "")
    rules = queries.in_state(StoredRule.objects.all(), RuleState.IN_FORCE).order_by()
    counted = rules.filter(pack_id=pack) if pack else rules
    columns = attack.matrix(counted.exclude(attack="").values_list("pack_id", "attack"))
    chinese = (get_language() or "").startswith("zh")
    shown = [
        {
            "id": column.tactic.id,
            "name": column.tactic.zh if chinese else column.tactic.en,
            "rules": column.rules,
            "cells": [(cell, sum(cell.rules >= step for step in _STEPS)) for cell in column.covered],
            "gaps": column.gaps,
        }
        for column in columns
        if column.rules or column.covered or column.tactic.id != "defense-evasion"
    ]
    covered = {cell.technique.id for column in columns for cell in column.covered}
    values = {
        "columns": shown,
        "covered": len(covered),
        "listed": len(covered | {t.id for t in attack.techniques().values()}),
        "untagged": counted.filter(attack="").count(),
        "packs": list(RulePack.objects.values_list("name", flat=True)),
        "pack": pack,
    }
    return render(request, "rules/coverage.html", values)
