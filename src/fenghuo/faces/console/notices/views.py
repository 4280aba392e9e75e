"""Notices: the list, one notice with its copies and its paper, and the verbs before and at the issue."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.papers import NoFont
from fenghuo.faces.console.access import actor_of, away_of, kept_by, may, object_or_404, person_of, requires
from fenghuo.faces.console.notices.forms import Filters
from fenghuo.faces.console.notices.papers import paper_response
from fenghuo.faces.console.notices.rows import copy_rows, notice_rows
from fenghuo.faces.console.notices.words import notice_kind, sentence
from fenghuo.faces.console.pages import list_page
from fenghuo.respond.incidents.queries import incidents_visible_to
from fenghuo.respond.inspections.queries import behind_notice
from fenghuo.warn.notices import drafts, review
from fenghuo.warn.notices import issue as issuing
from fenghuo.warn.notices.decide import NoticeState
from fenghuo.warn.notices.document import paper_of, rows_of
from fenghuo.warn.notices.queries import (
    came_back,
    copies_visible_to,
    notices_visible_to,
    proposal_for,
    proposed_by,
    to_look_at,
    undelivered,
)
from fenghuo.warn.notices.steps import CannotDo, Hand
from fenghuo.warn.notices.texts import finding_words
from fenghuo.warn.notices.thread import unanswered


@requires(Permission.SEE_NOTICES)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every notice that the person may see, the latest first; above them the copies that nobody got yet."""
    person = person_of(request)
    form = Filters(person, request.GET)
    rows, wanted = notices_visible_to(person), form.cleaned_data if form.is_valid() else {}
    for name in ("kind", "state"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if wanted.get("unit"):
        rows = rows.filter(Q(units=wanted["unit"]) | Q(copies__unit=wanted["unit"])).distinct()
    for word in wanted.get("q", "").split():
        rows = rows.filter(Q(title__icontains=word) | Q(number__text__icontains=word))
    page = list_page(request, rows, ("-drafted_at", "id"))
    visible = copies_visible_to(person).filter(notice__in=[n.id for n in page.rows])
    values = {
        "form": form,
        "page": page,
        "rows": notice_rows(page.rows, visible),
        "unreached": copy_rows(undelivered(person, clock.now())[:20]) if person.unit_scope() is None else [],
        "asking": unanswered(person) if person.unit_scope() is None else [],
        "to_look_at": to_look_at(person)[:20] if person.unit_scope() is None else [],
        "back": came_back(person)[:20] if person.unit_scope() is None else [],
        "may_edit": person.can(Permission.EDIT_NOTICES),
        "may_see_terms": person.can(Permission.SEE_RULES),
    }
    return render(request, "notices/list.html", values)


@requires(Permission.SEE_NOTICES)
def show(request: HttpRequest, notice_id: str) -> HttpResponse:
    """One notice: its copies with their clocks, its paper, and what can be done."""
    person = person_of(request)
    notice = object_or_404(notices_visible_to(person), id=notice_id)
    office = person.unit_scope() is None
    proposal = proposal_for(f"notice:{notice.id}") if office else None
    values = {
        "notice": notice,
        "kind": notice_kind(notice.state),
        "copies": copy_rows(copies_visible_to(person).filter(notice=notice)),
        "paper": paper_of(notice) if office else None,
        "findings": [(row, finding_words(row.finding)[0]) for row in rows_of(notice)] if office else [],
        "warnings": notice.warnings.all() if office else [],
        "office": office,
        "incidents": incidents_visible_to(person).filter(notices=notice)
        if person.can(Permission.SEE_INCIDENTS) and office
        else [],
        "self_checks": behind_notice(person, notice) if person.can(Permission.SEE_INSPECTIONS) and office else [],
        "proposal": proposal,
        "kept": kept_by(person, Permission.ISSUE_NOTICES, {proposal.by_id}) if proposal else None,
        "may_edit": person.can(Permission.EDIT_NOTICES),
        "may_issue": may(person, Permission.ISSUE_NOTICES),
        "author": kept_by(person, Permission.ISSUE_NOTICES, notice.authors),
        "is_draft": notice.state == NoticeState.DRAFT,
        "in_review": notice.state == NoticeState.REVIEW,
        "is_issued": notice.state == NoticeState.ISSUED,
    }
    return render(request, "notices/show.html", values)


@requires(Permission.EDIT_NOTICES)
@require_POST
def do(request: HttpRequest, notice_id: str) -> HttpResponse:
    """Submit, discard, or propose to make void."""
    notice = object_or_404(notices_visible_to(person_of(request)), id=notice_id)
    actor, why = actor_of(request), request.POST.get("why", "")
    does: dict[str, Callable[[], object]] = {
        "submit": lambda: drafts.submit(actor, notice.id),
        "discard": lambda: drafts.discard(actor, notice.id, why),
        "propose-void": lambda: review.propose_void(notice.id, Hand(actor), why),
    }
    return _done(request, notice.id, does)


@requires(Permission.ISSUE_NOTICES)
@require_POST
def issue(request: HttpRequest, notice_id: str) -> HttpResponse:
    """Approve, reject, issue, or confirm that it becomes void."""
    notice = object_or_404(notices_visible_to(person_of(request)), id=notice_id)
    actor, away = actor_of(request), away_of(request)
    wrote = away is not None and str(away.pk) in notice.authors
    if wrote or (request.POST.get("verb") == "confirm-void" and proposed_by(f"notice:{notice.id}", away)):
        messages.error(request, sentence(CannotDo("same-person")))
        return redirect("notices:show", notice.id)
    does: dict[str, Callable[[], object]] = {
        "approve": lambda: drafts.approve(actor, notice.id),
        "reject": lambda: drafts.reject(actor, notice.id, request.POST.get("why", "")),
        "issue": lambda: issuing.issue(actor, notice.id),
        "confirm-void": lambda: review.confirm_void(notice.id, Hand(actor)),
    }
    return _done(request, notice.id, does)


def _done(request: HttpRequest, notice_id: str, does: dict[str, Callable[[], object]]) -> HttpResponse:
    verb = request.POST.get("verb", "")
    if verb in does:
        try:
            does[verb]()
        except CannotDo as error:
            messages.error(request, sentence(error))
    return redirect("notices:show", notice_id)


@requires(Permission.EDIT_NOTICES)
def paper(request: HttpRequest, notice_id: str, form: str) -> HttpResponse:
    """The paper of the whole notice; the office's only, since its list says what is wrong at every unit."""
    notice = object_or_404(notices_visible_to(person_of(request)), id=notice_id)
    try:
        made = paper_response(notice, None, form)
    except NoFont:
        messages.error(request, _("The server has no Chinese font; take the docx."))
        return redirect("notices:show", notice.id)
    record(actor_of(request), "notice.paper-taken", f"notice:{notice.id}", {"form": form})
    return made
