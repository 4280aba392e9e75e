"""A self-check: a unit fills it in and hands it in; the office reads it and may return it."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import Act
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.files import kept_file
from fenghuo.faces.console.inspections.forms import brought, given
from fenghuo.faces.console.inspections.words import answer_word, check_kind, seen_word, sentence
from fenghuo.respond.incidents.playbooks import language
from fenghuo.respond.inspections import actions
from fenghuo.respond.inspections.actions import Brought, Given
from fenghuo.respond.inspections.decide import EDITABLE, Answer, CampaignState, CheckState, Refused, Seen
from fenghuo.respond.inspections.models import Proof, SelfCheck, Visit
from fenghuo.respond.inspections.queries import (
    checks_visible_to,
    clocks_of,
    closed_defects,
    copies_of,
    proofs_visible_to,
    with_visits,
)


def check_of(request: HttpRequest, check_id: str) -> SelfCheck:
    """The self-check, for who may see it."""
    return object_or_404(with_visits(checks_visible_to(person_of(request))), id=check_id)


@requires(Permission.SEE_INSPECTIONS)
def show(request: HttpRequest, check_id: str) -> HttpResponse:
    """One self-check with its visits and defects."""
    return page(request, check_of(request, check_id))


def page(request: HttpRequest, check: SelfCheck, problem: str = "") -> HttpResponse:
    """The page, with what was typed where it is shown again."""
    person, campaign = person_of(request), check.campaign
    running = campaign.state == CampaignState.OPEN
    editable = running and CheckState(check.state) in EDITABLE and person.can(Permission.ANSWER_CHECKS)
    typed = {n: {"answer": a, "note": t} for n, (a, t) in given(request, campaign.numbers).items()} if problem else {}
    visits = list(check.visits.all())
    defects = [defect for visit in visits for defect in visit.defects.all()]
    copies = copies_of(defects)
    edits = person.can(Permission.EDIT_INSPECTIONS)
    values = {
        "check": check,
        "campaign": campaign,
        "kind": check_kind(check.state),
        "deadline": clocks_of([check]).get(check.id),
        "items": _items(check, typed or check.answers),
        "answers": [(a.value, answer_word(a.value)) for a in Answer],
        "editable": editable,
        "visits": [(visit, _seen(visit, check)) for visit in visits],
        "defects": [(d, copies.get(d.id), d.id in closed_defects(copies)) for d in defects],
        "office": person.unit_scope() is None,
        "open_defects": [d for d in defects if d.notice is None or d.notice.state == "void"],
        "may_return": edits and running and check.state == CheckState.SUBMITTED,
        "may_visit": edits and running,
        "may_notify": edits and person.can(Permission.EDIT_NOTICES),
        "problem": problem,
    }
    return render(request, "inspections/check.html", values)


def _items(check: SelfCheck, answers: dict[str, dict[str, str]]) -> list[dict[str, object]]:
    proofs: dict[str, list[object]] = {}
    for proof in check.proofs.filter(visit=None):
        proofs.setdefault(proof.number, []).append(proof)
    return [
        {
            "number": item["number"],
            "text": item[language()],
            "basis": item["basis"],
            "answer": (found := answers.get(item["number"], {})).get("answer", ""),
            "word": answer_word(found.get("answer", "")),
            "note": found.get("note", ""),
            "proofs": proofs.get(item["number"], []),
        }
        for item in check.campaign.items
    ]


def _seen(visit: Visit, check: SelfCheck) -> list[tuple[str, str, str, str, list[Proof]]]:
    """(number, requirement, what was seen, note, files) of the items that were looked at, or that a file shows."""
    texts = {item["number"]: item[language()] for item in check.campaign.items}
    files: dict[str, list[Proof]] = {}
    for found in visit.proofs.all():
        files.setdefault(found.number, []).append(found)
    looked = [(n, visit.seen[n]) for n in texts if visit.seen[n]["seen"] != Seen.NOT_SEEN or n in files]
    return [(n, texts[n], seen_word(one["seen"]), one["note"], files.get(n, [])) for n, one in looked]


@requires(Permission.ANSWER_CHECKS)
@require_POST
def write(request: HttpRequest, check_id: str) -> HttpResponse:
    """Keep the answers, or hand them in; what can't be handed in yet is kept, or its files would have to be chosen anew."""
    check = check_of(request, check_id)
    numbers = check.campaign.numbers
    hand_in = request.POST.get("verb") == "hand-in"
    typed, files = given(request, numbers), brought(request, numbers)
    try:
        actions.write(actor_of(request), check.id, typed, files, hand_in=hand_in)
    except Refused as error:
        if hand_in and error.code in {"note", "unanswered"}:
            return _kept(request, check, typed, files, sentence(error))
        return page(request, check, sentence(error))
    messages.success(request, _("Handed in.") if hand_in else _("Kept; it is not handed in yet."))
    return redirect("inspections:check", check.id)


def _kept(request: HttpRequest, check: SelfCheck, typed: Given, files: Sequence[Brought], why: str) -> HttpResponse:
    try:
        actions.write(actor_of(request), check.id, typed, files)
    except Refused as error:
        return page(request, check, sentence(error))
    said = _("%(why)s Answers and files are kept; nothing is handed in yet.") % {"why": why}
    return page(request, check_of(request, check.id), said)


@requires(Permission.EDIT_INSPECTIONS)
@require_POST
def give_back(request: HttpRequest, check_id: str) -> HttpResponse:
    """Return a self-check to its unit."""
    check = check_of(request, check_id)
    try:
        actions.give_back(actor_of(request), check.id, request.POST.get("why", ""))
    except Refused as error:
        messages.error(request, sentence(error))
    return redirect("inspections:check", check.id)


@requires(Permission.SEE_INSPECTIONS)
def proof(request: HttpRequest, proof_id: int) -> HttpResponse:
    """A file, checked against its hash."""
    found = object_or_404(proofs_visible_to(person_of(request)), id=proof_id)
    act = Act("self-check.proof-taken", found.check_of.subject, {"sha256": found.sha256})
    file = kept_file(request, found.sha256, found.kind, found.name, act)
    return file or redirect("inspections:check", found.check_of_id)
