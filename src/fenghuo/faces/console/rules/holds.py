"""Silences and thresholds, trials, quarantine: what keeps a rule from raising warnings, and who let it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.rules.forms import SilenceForm
from fenghuo.faces.console.rules.rows import silence_rows
from fenghuo.see.rulebook import actions, queries, stats
from fenghuo.see.rulebook.models import Silence, StoredRule


def said(code: str) -> str:
    """Why it could not be done, for a person."""
    texts = {
        "rule": _("There is no such rule. Give its number, or words of its title."),
        "unit": _("There is no such unit."),
        "reason": _("Write down why: whoever reads this later must understand it."),
        "until": _("Choose an end ahead of now, and not too far: 90 days for a silence, 60 for a trial."),
        "threshold": _("A threshold needs both: so many hits (2 or more), and within so many minutes."),
        "state": _("Somebody else has done this meanwhile; the page shows how it stands now."),
    }
    return texts[code]


@requires(Permission.SEE_RULES)
def list_all(request: HttpRequest) -> HttpResponse:
    """Silences in force, the one that runs out first on top; below, those that ran out lately."""
    values = {
        "silences": silence_rows(stats.silences_in_force()),
        "past": silence_rows(stats.silences_run_out()[:50]),
        "may_edit": person_of(request).can(Permission.EDIT_RULES),
    }
    return render(request, "rules/silences.html", values)


@requires(Permission.EDIT_RULES)
def new(request: HttpRequest) -> HttpResponse:
    """A new silence; rule, unit and asset may stand in the address, as the warning's link has them."""
    initial = {name: request.GET.get(name, "") for name in ("rule", "unit", "asset")}
    form = SilenceForm(person_of(request), request.POST if request.method == "POST" else None, initial=initial)
    rule = queries.find_rule(str(form["rule"].value() or ""))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            actions.silence(
                actor_of(request),
                rule.rule_id if rule else asked["rule"].strip(),
                asked["until"],
                asked["reason"],
                unit_id=asked["unit"],
                asset=asked["asset"],
                hits=asked["hits"] or 0,
                within_s=(asked["minutes"] or 0) * 60,
            )
        except actions.CannotDo as error:
            fields = {"until": "until", "threshold": "hits", "reason": "reason", "rule": "rule", "unit": "unit"}
            form.add_error(fields[error.code], said(error.code))
        else:
            messages.success(request, _("Saved. Hits are stored all the same, and the rule's page shows them."))
            return redirect("rules:show", rule.pk) if rule else redirect("rules:silences")
    return render(request, "rules/silence.html", {"form": form, "rule": rule})


@requires(Permission.EDIT_RULES)
@require_POST
def end(request: HttpRequest, silence: int) -> HttpResponse:
    """End a silence before its time."""
    try:
        actions.end_silence(actor_of(request), object_or_404(Silence.objects.all(), pk=silence).pk)
    except actions.CannotDo as error:
        messages.error(request, said(error.code))
    return redirect("rules:silences")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


@requires(Permission.EDIT_RULES)
@require_POST
def trial(request: HttpRequest, number: int) -> HttpResponse:
    """Put a rule on trial."""
    rule = object_or_404(StoredRule.objects.all(), pk=number)
    days, reason = _number(request.POST.get("days", "")), request.POST.get("reason", "")
    try:
        actions.start_trial(actor_of(request), rule.rule_id, days, reason)
    except actions.CannotDo as error:
        messages.error(request, said(error.code))
    return redirect("rules:show", number)


@requires(Permission.EDIT_RULES)
@require_POST
def trial_end(request: HttpRequest, number: int) -> HttpResponse:
    """Decide on a trial: into force, or dropped."""
    rule = object_or_404(StoredRule.objects.all(), pk=number)
    keep = request.POST.get("keep") == "yes"
    try:
        actions.end_trial(actor_of(request), rule.rule_id, request.POST.get("reason", ""), keep=keep)
    except actions.CannotDo as error:
        messages.error(request, said(error.code))
    return redirect("rules:show", number)


@requires(Permission.EDIT_RULES)
@require_POST
def release(request: HttpRequest, number: int) -> HttpResponse:
    """Take a rule out of quarantine."""
    rule = object_or_404(StoredRule.objects.all(), pk=number)
    try:
        actions.release(actor_of(request), rule.rule_id, request.POST.get("reason", ""))
    except actions.CannotDo as error:
        messages.error(request, said(error.code))
    return redirect("rules:show", number)
