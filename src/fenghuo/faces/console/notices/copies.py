"""One unit's copy as the office sees it: course, clocks, ladder of messages, files, and the office's verbs."""

from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import Act
from fenghuo.base.common.settings import settings
from fenghuo.base.papers import NoFont
from fenghuo.faces.console.access import actor_of, away_of, demand, kept_by, may, object_or_404, person_of, requires
from fenghuo.faces.console.deliveries import rung_of
from fenghuo.faces.console.files import kept_file
from fenghuo.faces.console.notices.papers import paper_response
from fenghuo.faces.console.notices.words import clock_word, copy_kind, course, sentence
from fenghuo.warn.channels.queries import of_matter
from fenghuo.warn.notices import copies as unit_verbs
from fenghuo.warn.notices import review
from fenghuo.warn.notices.after import enter_recheck
from fenghuo.warn.notices.decide import CopyState, CopyVerb, Extension, Kind, verbs
from fenghuo.warn.notices.models import Attachment, NoticeCopy
from fenghuo.warn.notices.queries import clocks_of, copies_visible_to, earlier, proposal_for, proposed_by
from fenghuo.warn.notices.steps import CannotDo, Hand, subject
from fenghuo.warn.notices.thread import thread_of, write


@requires(Permission.SEE_NOTICES)
def show(request: HttpRequest, copy_id: str) -> HttpResponse:
    """One copy."""
    person = person_of(request)
    copy = object_or_404(copies_visible_to(person), id=copy_id)
    office = person.unit_scope() is None
    may_write = office and person.can(Permission.EDIT_NOTICES)
    possible, obstacle = _possible(copy, person) if may_write else ([], "")
    proposal = proposal_for(subject(copy)) if office else None
    findings = list(copy.findings.select_related("finding"))
    values = {
        "copy": copy,
        "kind": copy_kind(copy.state),
        "clocks": [(clock_word(d.kind), d) for d in clocks_of(copy)],
        "findings": [(f, list(earlier(f.finding_id, copy.notice)) if office else []) for f in findings],
        "timeline": course(copy.steps.all()),
        "rungs": [rung_of(d) for d in of_matter(subject(copy))] if office else [],
        "files": copy.attachments.all(),
        "thread": thread_of(copy),
        "may_write": may_write,
        "rechecks": copy.rechecks.all() if office else [],
        "followed": copy.followed_by.all() if office else [],
        "verbs": possible,
        "obstacle": obstacle,
        "may_confirm": may_write and may(person, Permission.ISSUE_NOTICES),
        "proposal": proposal,
        "kept": kept_by(person, Permission.ISSUE_NOTICES, {proposal.by_id}) if proposal else None,
        "office": office,
    }
    return render(request, "notices/copy.html", values)


def _possible(copy: NoticeCopy, person: Person) -> tuple[list[str], str]:
    """What this person of the office may do with a copy, and why closing it is not among that though others may."""
    found = [v.value for v in verbs(Kind(copy.notice.kind), CopyState(copy.state), Extension(copy.extension))]
    why = review.keeps_from_passing(copy, str(person.pk)) if CopyVerb.PASS in found else ""
    if not why:
        return found, ""
    return [verb for verb in found if verb != CopyVerb.PASS], sentence(CannotDo(why))


@requires(Permission.EDIT_NOTICES)
@require_POST
def do(request: HttpRequest, copy_id: str) -> HttpResponse:
    """One of the office's verbs, or one of the unit's that the office enters after a telephone call."""
    person = person_of(request)
    copy = object_or_404(copies_visible_to(person), id=copy_id)
    verb = request.POST.get("verb", "")
    if verb == "confirm":
        demand(request, Permission.ISSUE_NOTICES)
        if proposed_by(subject(copy), away_of(request)):
            messages.error(request, sentence(CannotDo("same-person")))
            return redirect("notices:copy", copy.id)
    does = _verbs(request, copy)
    if verb in does:
        try:
            does[verb]()
        except CannotDo as error:
            messages.error(request, sentence(error))
    return redirect("notices:copy", copy.id)


def _verbs(request: HttpRequest, copy: NoticeCopy) -> dict[str, Callable[[], object]]:
    said, actor = request.POST, actor_of(request)
    hand, phone = Hand(actor), Hand(actor, "phone", said.get("for", "").strip())
    text = said.get("text", "")
    return {
        "take-up": lambda: review.take_up(copy.id, hand),
        "pass": lambda: review.pass_review(copy.id, hand, text),
        "return": lambda: review.return_copy(copy.id, hand, text),
        "grant-extension": lambda: review.decide_extension(copy.id, hand, grant=True, why=text),
        "deny-extension": lambda: review.decide_extension(copy.id, hand, grant=False, why=text),
        "resend": lambda: review.resend(copy.id, hand, text),
        "propose-exempt": lambda: review.propose(
            copy.id, hand, CopyVerb.EXEMPT, text, _end_of_day(said.get("until", ""))
        ),
        "propose-void": lambda: review.propose(copy.id, hand, CopyVerb.VOID, text),
        "confirm": lambda: review.confirm(copy.id, hand),
        "withdraw-proposal": lambda: review.withdraw_proposal(copy.id, hand),
        "write": lambda: write(copy.id, hand, said.get("words", "")),
        "recheck-held": lambda: _recheck(copy, hand, said, held=True),
        "recheck-back": lambda: _recheck(copy, hand, said, held=False),
        "delivered": lambda: unit_verbs.delivered(copy.id, phone, text),
        "phone-sign": lambda: _phone(phone, lambda: unit_verbs.sign(copy.id, phone, actor.name, mandate=text)),
        "phone-progress": lambda: _phone(phone, lambda: unit_verbs.progress(copy.id, phone, text)),
        "phone-feedback": lambda: _phone(
            phone, lambda: unit_verbs.feedback(copy.id, phone, text, phone.on_behalf, text)
        ),
        "phone-rectified": lambda: _phone(phone, lambda: unit_verbs.rectified(copy.id, phone, text)),
    }


def _recheck(copy: NoticeCopy, hand: Hand, said: QueryDict, *, held: bool) -> None:
    number = said.get("recheck") or ""
    row = copy.rechecks.filter(pk=int(number)).first() if number.isascii() and number.isdecimal() else None
    if row is None:
        raise CannotDo("state")
    enter_recheck(row.pk, hand, held=held, text=said.get("words", ""))


def _phone(phone: Hand, does: Callable[[], object]) -> object:
    if not phone.on_behalf:
        raise CannotDo("name")
    return does()


def _end_of_day(text: str) -> datetime:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 -- a day has no zone
    except ValueError as error:
        raise CannotDo("until") from error
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(settings().time_zone))


@requires(Permission.SEE_NOTICES)
def paper(request: HttpRequest, copy_id: str, form: str) -> HttpResponse:
    """The unit's paper or list."""
    copy = object_or_404(copies_visible_to(person_of(request)), id=copy_id)
    try:
        return paper_response(copy.notice, copy, form)
    except NoFont:
        messages.error(request, _("The server has no Chinese font; take the docx."))
        return redirect("notices:copy", copy.id)


@requires(Permission.SEE_NOTICES)
def file(request: HttpRequest, copy_id: str, file_id: int) -> HttpResponse:
    """A file that came with a copy, checked against its hash."""
    copy = object_or_404(copies_visible_to(person_of(request)), id=copy_id)
    found = object_or_404(Attachment.objects.filter(copy=copy), id=file_id)
    act = Act("notice-copy.file-taken", subject(copy), {"sha256": found.sha256})
    return kept_file(request, found.sha256, found.kind, found.name, act) or redirect("notices:copy", copy.id)
