"""The office's own rules: write, try, save, retire; every version with its difference from the one before."""

import difflib
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.base.common.ids import random_id
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.rules.bench import CannotRead, Together, Tried, events_of, run, together
from fenghuo.faces.console.rules.forms import RuleForm
from fenghuo.faces.console.rules.holds import said
from fenghuo.see.detection import Rule, RuleSource, ThreatClass
from fenghuo.see.rulebook import office
from fenghuo.see.rulebook.actions import OFFICE
from fenghuo.see.rulebook.models import RuleTrial, RuleVersion, StoredRule
from fenghuo.see.rulebook.queries import compiled_with
from fenghuo.see.rulebook.reasons import reason_text
from fenghuo.see.rulebook.standing import CannotDo
from fenghuo.see.rulebook.storing import Storing, storing

_TEMPLATE = """title: {title}
id: {id}
status: experimental
description:
author: {author}
date: {date}
tags: [attack.initial-access, attack.t1190]
logsource: {{category: webserver}}
detection:
  selection:
    cs-uri-query|contains: 'example'
  condition: selection
falsepositives: []
level: medium
fenghuo: {{threat_class: web-attack}}
"""


def problem(error: office.CannotSave) -> str:
    """Why the rule can't be saved, for a person."""
    texts = {
        "refused": reason_text(error.reason, _),
        "large": _("The rule is larger than 64 kB."),
        "one": _("Write one rule, of detection or of correlation. Filters come in as packs."),
        "id": _("A rule of the office needs an id of the form 8-4-4-4-12 in lower case, and keeps it."),
        "taken": _("A rule with this id stands already. Give this one an id of its own."),
        "class": _("State the threat class, for example fenghuo: {threat_class: web-attack}. Classes: %(classes)s.")
        % {"classes": ", ".join(ThreatClass)},
        "reason": _("Write down why: whoever reads this later must understand it."),
        "moved": _("Somebody else saved this rule meanwhile. Open it again, and put your change on top of theirs."),
        "same": _("Nothing was changed."),
        "missing": _("There is no such rule, or it was retired already."),
    }
    text = texts[error.code]
    return _("Line %(line)d: %(text)s") % {"line": error.line, "text": text} if error.line else text


def _edit(request: HttpRequest, form: RuleForm, rule_id: str) -> HttpResponse | None:
    """Try or save; the answer where the page is left, None where it is shown again."""
    asked = form.cleaned_data
    actor = actor_of(request)
    try:
        if request.POST.get("verb") != "save":
            office.check_rule(asked["text"])
            return None
        days = asked["trial_days"] or 0
        saved = office.save_rule(
            actor, asked["text"], asked["reason"], rule_id=rule_id, base=asked["base"], trial_days=days
        )
    except office.CannotSave as error:
        form.add_error("reason" if error.code == "reason" else "text", problem(error))
        return None
    except CannotDo as error:
        form.add_error("trial_days", said(error.code))
        return None
    on_trial = RuleTrial.objects.filter(rule_id=saved.version.rule_id).exists()
    text = (
        _("Saved as version %(n)d; on trial.")
        if on_trial
        else _("Saved as version %(n)d; in force within two seconds.")
    )
    messages.success(request, text % {"n": saved.version.number})
    return redirect("rules:show", saved.row.pk)


def _page(request: HttpRequest, rule: StoredRule | None, initial: dict[str, object]) -> HttpResponse:
    form = RuleForm(request.POST if request.method == "POST" else None, initial=initial, label_suffix="")
    form.fields["reason"].required = request.POST.get("verb") != "try"
    form.use_required_attribute = False
    if rule is not None:
        del form.fields["trial_days"]
    tried = None
    if request.method == "POST":
        if form.is_valid():
            if rule is not None:
                form.cleaned_data["trial_days"] = 0
            answer = _edit(request, form, rule.rule_id if rule else "")
            if answer is not None:
                return answer
        if not form.errors:
            tried = _try(form)
    events, found, costly = tried or (None, None, [])
    values = {
        "form": form,
        "rule": rule,
        "tried": events,
        "together": found,
        "storing": costly,
        "classes": list(ThreatClass),
    }
    return render(request, "rules/edit.html", values)


def _try(form: RuleForm) -> tuple[list[Tried], Together | None, list[Storing]] | None:
    """What the rule makes of each event, or the correlation of all of them, and what it would make the platform store."""
    asked = form.cleaned_data
    try:
        events = events_of(asked["events"], asked["kind"])
    except CannotRead as error:
        form.add_error("events", str(error))
        return None
    rule = office.check_rule(asked["text"])
    if isinstance(rule, Rule):
        return run(events, rule, only=True), None, []
    rules = compiled_with(RuleSource(f"{rule.id}.yml", asked["text"], OFFICE))
    costly = [one for one in storing(rules.correlations) if one.rule_id == rule.id]
    return run(events, None), together(events, rules, rule.id), costly


@requires(Permission.EDIT_RULES)
def new(request: HttpRequest) -> HttpResponse:
    """A new rule: empty, as a copy of another (`from` in the address), or a retired one again (`version`)."""
    copied = StoredRule.objects.filter(pk=_number(request.GET.get("from", ""))).first()
    retired = RuleVersion.objects.filter(pk=_number(request.GET.get("version", ""))).first()
    base = 0
    if retired is not None:
        text, base = retired.text, office.versions_of(retired.rule_id)[0].number
    elif copied is not None:
        text = copied.text.replace(copied.rule_id, random_id())
    else:
        author = person_of(request).name
        text = _TEMPLATE.format(title=_("New rule"), id=random_id(), author=author, date=clock.now().date())
    return _page(request, None, {"text": text, "base": base, "trial_days": 7})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


@requires(Permission.EDIT_RULES)
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """A new version of a rule of the office; rules of packs are copied instead."""
    rule = object_or_404(StoredRule.objects.select_related("pack"), pk=number)
    if not office.is_office(rule):
        messages.error(
            request, _("Rules of packs change with their pack. Copy the rule, change the copy, switch this off.")
        )
        return redirect("rules:show", number)
    last = office.versions_of(rule.rule_id)[0]
    asked = request.GET.get("version", "")
    earlier = next((v for v in office.versions_of(rule.rule_id) if str(v.number) == asked), last)
    return _page(request, rule, {"text": earlier.text, "base": last.number})


@requires(Permission.EDIT_RULES)
@require_POST
def retire(request: HttpRequest, number: int) -> HttpResponse:
    """Take a rule of the office out of its pack; its versions stay."""
    rule = object_or_404(StoredRule.objects.all(), pk=number)
    try:
        office.retire_rule(actor_of(request), rule.rule_id, request.POST.get("reason", ""))
    except office.CannotSave as error:
        messages.error(request, problem(error))
        return redirect("rules:show", number)
    messages.success(request, _("Retired. Its versions are kept."))
    return redirect("rules:history", rule.rule_id)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version and how it differs from the one before: (sign, line)."""

    version: RuleVersion
    lines: list[tuple[str, str]]


@requires(Permission.SEE_RULES)
def history(request: HttpRequest, rule_id: str) -> HttpResponse:
    """Every version of a rule of the office, retired ones too."""
    versions = office.versions_of(rule_id)
    if not versions:
        raise Http404
    before = [*versions[1:], None]
    rows = [
        VersionRow(v, _difference(old.text if old else "", v.text)) for v, old in zip(versions, before, strict=True)
    ]
    values = {
        "rows": rows,
        "title": versions[0].title,
        "rule_id": rule_id,
        "rule": StoredRule.objects.filter(pack_id=OFFICE, rule_id=rule_id).first(),
        "may_edit": person_of(request).can(Permission.EDIT_RULES),
    }
    return render(request, "rules/history.html", values)


def _difference(old: str, new: str) -> list[tuple[str, str]]:
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2))[2:]
    return [("⋯", "") if line.startswith("@@") else (line[:1], line[1:]) for line in lines]
