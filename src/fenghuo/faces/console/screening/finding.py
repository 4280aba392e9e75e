"""One finding: what is wrong, what to do, its history, and the verbs."""

from collections.abc import Callable, Iterator, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.papers import markdown
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.screening import pictures, words
from fenghuo.faces.console.screening.entry import HoldForm, ReasonForm
from fenghuo.faces.console.screening.nav import page
from fenghuo.faces.console.screening.rows import FindingRow, row_of
from fenghuo.faces.console.values import TimelineEntry
from fenghuo.see.rulebook.models import StoredHit
from fenghuo.see.screening import actions
from fenghuo.see.screening.checks.citations import CITATIONS
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.decide import FindingState
from fenghuo.see.screening.facts import Page, needs
from fenghuo.see.screening.facts.stored import OtherForm
from fenghuo.see.screening.hits import PACK
from fenghuo.see.screening.ledger import stored_facts
from fenghuo.see.screening.models import SiteState, StoredFinding
from fenghuo.see.screening.queries import findings_visible_to
from fenghuo.warn.early_warnings.queries import warnings_visible_to

_SERVERS = {"nginx": "nginx", "tengine": "nginx", "openresty": "nginx", "apache": "Apache", "iis": "IIS"}
_SERVERS |= {"tomcat": "Tomcat", "coyote": "Tomcat"}
"""What a Server header holds → whose steps are the likely ones."""
_HELD = {FindingState.FALSE_POSITIVE, FindingState.ACCEPTED}


@requires(Permission.SEE_SCREENING)
def show(request: HttpRequest, finding_id: str) -> HttpResponse:
    """One finding."""
    return _shown(request, object_or_404(findings_visible_to(person_of(request)), id=finding_id))


def _shown(request: HttpRequest, finding: StoredFinding, form: HoldForm | None = None) -> HttpResponse:
    person, row = person_of(request), row_of(finding)
    state = SiteState.objects.filter(asset=finding.asset).first()
    values = {
        "row": row,
        "finding": finding,
        "check_title": words.check_title(finding.check_id),
        "pictures": pictures.of_finding(finding),
        "rules": _rules(finding),
        "steps": _steps(row, state),
        "self_test": _html(row.told.self_test) if row.told else "",
        "timeline": list(_timeline(finding)),
        "verbs": _verbs(person, row),
        "hold": form or HoldForm(),
        "next_at": state.next_at if state else None,
        "warnings": _warnings(person, finding),
        "others": findings_visible_to(person).filter(asset=finding.asset).exclude(id=finding.id).count(),
    }
    return page(request, "finding", "findings", values)


def _rules(finding: StoredFinding) -> list[tuple[str, bool]]:
    """(rule, whether its wording was read at the source)."""
    check = all_checks().get(finding.check_id)
    found = [CITATIONS[rule] for rule in check.rules] if check else []
    return [(getattr(citation, words.reader()), citation.confirmed) for citation in found]


def _html(text: str) -> SafeString:
    return mark_safe(markdown.to_html(text))  # noqa: S308 -- our own advice, and escaped piece by piece


def _steps(row: FindingRow, state: SiteState | None) -> list[tuple[str, SafeString, bool]]:
    """(what for, steps, whether shown unfolded): those of the server that the site says it runs stand first."""
    if row.told is None:
        return []
    likely = _likely(state)
    named = sorted(row.told.steps.items(), key=lambda item: item[0] != likely)
    return [(words.steps_for(name), _html(text), place == 0) for place, (name, text) in enumerate(named)]


def _likely(state: SiteState | None) -> str:
    if state is None:
        return ""
    try:
        home = stored_facts(state).find(needs.HOME)
    except OtherForm:
        return ""
    server = (home.header("server") or "").lower() if isinstance(home, Page) else ""
    return next((name for word, name in _SERVERS.items() if word in server), "")


def _timeline(finding: StoredFinding) -> Iterator[TimelineEntry]:
    texts = {
        "found": _("Found"),
        "first-pass": _("Passed once: a second pass confirms it"),
        "pass-too-soon": _("Passed again, too soon after the first to count"),
        "closed": _("Closed after two passes"),
        "reopened": _("Found again: open once more"),
        "older-check": _("Passed an older version of the check: does not count"),
        "retest-asked": _("Said to be rectified: a new test was asked for"),
        "false-positive-proposed": _("Proposed as a false positive"),
        "false-positive-confirmed": _("Confirmed as a false positive by a second person"),
        "risk-accepted": _("Risk accepted"),
        "taken-back": _("Taken back: open again"),
    }
    for step in finding.steps.all():
        why = words.origin_word(step.why) or step.why
        yield TimelineEntry(step.at, step.by, texts.get(step.step, step.step), why)


def _verbs(person: Person, row: FindingRow) -> Mapping[str, bool]:
    """What the person can do with the finding now."""
    finding = row.finding
    handles = person.can(Permission.HANDLE_FINDINGS)
    proposed = row.open and bool(finding.held_by)
    return {
        "retest": row.open and person.can(Permission.ASK_RETEST),
        "propose": handles and row.open and not finding.held_by,
        "proposed": proposed,
        "confirm": handles and proposed,
        "may_confirm": finding.held_by != person.actor().name[:150],
        "accept": handles and row.open,
        "take_back": handles and (proposed or finding.state in _HELD),
    }


def _warnings(person: Person, finding: StoredFinding) -> list[tuple[str, str]]:
    """(id, level) of early warnings that were made of the finding."""
    if not person.can(Permission.SEE_WARNINGS):
        return []
    hits = StoredHit.objects.filter(
        unit_id=finding.unit_id,
        rule_id=f"{PACK}:{finding.check_id}",
        log_position__startswith=f"{PACK}.{finding.id[:32]}:",
    )
    found = warnings_visible_to(person).filter(hits__hit__in=hits.values("hit_id")).distinct()
    return list(found.values_list("id", "level")[:5])


def _do(request: HttpRequest, finding_id: str, verb: Callable[[StoredFinding], object], done: str) -> HttpResponse:
    """Do a verb with a finding that the person may see, and say how it went."""
    finding = object_or_404(findings_visible_to(person_of(request)), id=finding_id)
    try:
        verb(finding)
    except actions.CannotDo as error:
        messages.error(request, words.said(error))
    else:
        messages.success(request, done)
    return redirect("screening:finding", finding.id)


@requires(Permission.ASK_RETEST)
@require_POST
def retest(request: HttpRequest, finding_id: str) -> HttpResponse:
    """Rectified, test again."""
    done = _("The site is due for a new test now. It is closed once it passes twice, at least ten minutes apart.")
    return _do(request, finding_id, lambda found: actions.ask_retest(actor_of(request), found.id), done)


def _hold(request: HttpRequest, finding_id: str, verb: Callable[..., object], done: str) -> HttpResponse:
    """A verb with a reason and an end; what is wrong with them is said where they stand."""
    finding = object_or_404(findings_visible_to(person_of(request)), id=finding_id)
    form = HoldForm(request.POST)
    if not form.is_valid():
        return _shown(request, finding, form)
    asked = form.cleaned_data
    return _do(request, finding_id, lambda found: verb(actor_of(request), found.id, asked["why"], form.until()), done)


@requires(Permission.HANDLE_FINDINGS)
@require_POST
def hold(request: HttpRequest, finding_id: str) -> HttpResponse:
    """Propose a false positive, or accept the risk: both need a reason and an end."""
    if request.POST.get("verb") == "accept":
        done = pgettext("finding", "The risk is accepted until then; afterwards it is open again by itself.")
        return _hold(request, finding_id, actions.accept_risk, done)
    done = _("Proposed. It stays open until another person confirms it.")
    return _hold(request, finding_id, actions.propose_false_positive, done)


@requires(Permission.HANDLE_FINDINGS)
@require_POST
def confirm(request: HttpRequest, finding_id: str) -> HttpResponse:
    """Confirm a false positive as a second person."""
    done = _("Confirmed as a false positive.")
    return _do(request, finding_id, lambda found: actions.confirm_false_positive(actor_of(request), found.id), done)


@requires(Permission.HANDLE_FINDINGS)
@require_POST
def take_back(request: HttpRequest, finding_id: str) -> HttpResponse:
    """Take a mark, an accepted risk or a proposal back."""
    form = ReasonForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    return _do(
        request, finding_id, lambda found: actions.take_back(actor_of(request), found.id, why), _("It is open again.")
    )
