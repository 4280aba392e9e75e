"""A unit's own page of a notice, opened by its link and code, without an account, an app or a script.

GET changes nothing: mail scanners and chat previews fetch every link. What the link alone shows is whom it is for; the matter itself
comes after the code. The session remembers an opened copy for two hours, and only as long as its code is not renewed.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenghuo.base.audit import Actor
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.base.papers import NoFont
from fenghuo.base.units.actions import confirm_register, register_lines
from fenghuo.faces.console.notices.papers import paper_response
from fenghuo.faces.console.notices.words import clock_word, copy_kind, course, sentence
from fenghuo.see.screening.checks.advice import BadAdvice, advice_of
from fenghuo.warn.notices import copies, files
from fenghuo.warn.notices.decide import UNSIGNED, CopyState, CopyVerb, Extension, Kind, verbs
from fenghuo.warn.notices.links import find_by_token, try_code
from fenghuo.warn.notices.models import NoticeCopy, NoticeFinding
from fenghuo.warn.notices.queries import clocks_of
from fenghuo.warn.notices.steps import CannotDo, Hand
from fenghuo.warn.notices.thread import ask, thread_of

_KEY = "notices_open"
_OPEN_FOR = timedelta(hours=2)
_SHOWN_STEPS = {v.value for v in CopyVerb} | {"issue", "attach"}


def _copy(token: str) -> NoticeCopy:
    found = find_by_token(token)
    if found is None:
        raise Http404
    return found


def _is_open(request: HttpRequest, copy: NoticeCopy) -> bool:
    known = request.session.get(_KEY, {}).get(copy.id)
    return (
        bool(known) and known[0] == copy.code_epoch and clock.now().timestamp() - known[1] < _OPEN_FOR.total_seconds()
    )


def _hand(request: HttpRequest, copy: NoticeCopy, name: str = "") -> Hand:
    """Who holds the link: the name that was signed with, else the unit; the audit trail keeps the address."""
    who = name or copy.signed_by or copy.unit.name
    return Hand(Actor(f"unit:{copy.unit_id}"[:40], who, request.META.get("REMOTE_ADDR", "")), "link")


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Before the code: whom it is for. After it: the matter, its clocks, and what to do next."""
    copy = _copy(token)
    if not _is_open(request, copy):
        contact = copy.unit.contacts.filter(deputy=False).first()
        values = {
            "copy": copy,
            "token": token,
            "name": contact.name if contact else "",
            "may_sign": copy.state in UNSIGNED,
        }
        return _private(render(request, "unit_notice/enter.html", values))
    state = CopyState(copy.state)
    possible = [v.value for v in verbs(Kind(copy.notice.kind), state, Extension(copy.extension))]
    steps = [s for s in copy.steps.all() if s.verb in _SHOWN_STEPS]
    values = {
        "copy": copy,
        "token": token,
        "kind": copy_kind(copy.state),
        "verbs": possible,
        "clocks": [(clock_word(d.kind), d) for d in clocks_of(copy) if d.stopped_at is None and _is_units(d.kind)],
        "paragraphs": copy.notice.body.splitlines(),
        "findings": [(row, _advice(row)) for row in copy.findings.select_related("finding")],
        "timeline": course(steps),
        "files": copy.attachments.all(),
        "thread": thread_of(copy),
        "register": register_lines(copy.unit),
        "checked": copy.unit.register_checks.first(),
        "void_why": next((s.text for s in reversed(steps) if s.verb == CopyVerb.VOID), "")
        if state == CopyState.VOID
        else "",
        "open": state not in {CopyState.CLOSED, CopyState.EXEMPTED, CopyState.VOID},
    }
    return _private(render(request, "unit_notice/show.html", values))


def _is_units(name: str) -> bool:
    return not name.startswith(("deliver", "review"))


def _advice(row: NoticeFinding) -> Any:
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    try:
        return advice_of(row.finding.check_id, row.finding.outcome, language)
    except (BadAdvice, FileNotFoundError, ModuleNotFoundError):
        return None


@require_POST
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Open a copy with its code, and sign it at once where that button was pressed."""
    copy = _copy(token)
    problem = try_code(copy.id, request.POST.get("code", ""))
    if problem:
        messages.error(request, sentence(CannotDo(problem)))
        return _private(redirect("unit-notice:show", token))
    opened = {**request.session.get(_KEY, {}), copy.id: [copy.code_epoch, clock.now().timestamp()]}
    request.session[_KEY] = dict(list(opened.items())[-20:])
    copies.read(copy.id, _hand(request, copy))
    if "sign" in request.POST:
        return _try(request, token, lambda: _sign(request, copy))
    return _private(redirect("unit-notice:show", token))


@require_POST
def new_code(request: HttpRequest, token: str) -> HttpResponse:
    """Send a new code to the unit's contact."""
    copy = _copy(token)
    try:
        copies.new_code(copy.id, _hand(request, copy))
        messages.success(request, _("A new code is on its way to the contact of the unit."))
    except CannotDo as error:
        messages.error(request, sentence(error))
    return _private(redirect("unit-notice:show", token))


@require_POST
def do(request: HttpRequest, token: str) -> HttpResponse:
    """One of the unit's verbs, once the code has opened the page."""
    copy = _copy(token)
    if not _is_open(request, copy):
        messages.error(request, _("Enter the code once more: the page was open for long."))
        return _private(redirect("unit-notice:show", token))
    said, hand = request.POST, _hand(request, copy)
    does: dict[str, Callable[[], object]] = {
        "sign": lambda: _sign(request, copy),
        "refuse": lambda: copies.refuse(copy.id, hand, said.get("text", "")),
        "feedback": lambda: copies.feedback(
            copy.id, hand, said.get("plan", ""), said.get("contact", ""), said.get("measures", "")
        ),
        "progress": lambda: copies.progress(copy.id, hand, said.get("text", "")),
        "ask-extension": lambda: copies.ask_extension(
            copy.id, hand, said.get("text", ""), said.get("control", ""), _end_of_day(said.get("until", ""))
        ),
        "rectified": lambda: copies.rectified(copy.id, hand, said.get("text", "")),
        "attach": lambda: _attach(request, copy, hand),
        "ask": lambda: ask(copy.id, hand, said.get("text", "")),
        "register-right": lambda: confirm_register(hand.actor, copy.unit),
        "register-wrong": lambda: _doubt(hand, copy, said.get("text", "")),
    }
    verb = said.get("verb", "")
    return _try(request, token, does[verb]) if verb in does else _private(redirect("unit-notice:show", token))


def _sign(request: HttpRequest, copy: NoticeCopy) -> None:
    name = request.POST.get("name", "").strip()
    mandate = request.POST.get("mandate", "").strip()
    hand = _hand(request, copy, name)
    on_behalf = request.POST.get("for", "").strip()
    copies.sign(copy.id, Hand(hand.actor, "link", on_behalf), name, mandate=mandate, code_checked=True)


def _doubt(hand: Hand, copy: NoticeCopy, text: str) -> None:
    if not text.strip():
        raise CannotDo("text")
    confirm_register(hand.actor, copy.unit, text)


def _attach(request: HttpRequest, copy: NoticeCopy, hand: Hand) -> None:
    given = request.FILES.get("file")
    if given is None or (given.size or 0) > files.MOST_BYTES:
        raise CannotDo("file-size")
    files.attach(copy.id, hand, given.name or "file", given.read())


def _end_of_day(text: str) -> datetime:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 -- a day has no zone
    except ValueError as error:
        raise CannotDo("until") from error
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(settings().time_zone))


def _try(request: HttpRequest, token: str, does: Callable[[], object]) -> HttpResponse:
    try:
        does()
    except CannotDo as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("Done; it stands in the course below."))
    return _private(redirect("unit-notice:show", token))


@require_safe
def paper(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """The unit's paper or its list of findings as a file."""
    copy = _copy(token)
    if not _is_open(request, copy):
        return _private(redirect("unit-notice:show", token))
    try:
        return _private(paper_response(copy.notice, copy, form))
    except NoFont:
        messages.error(request, _("The server has no Chinese font; take the docx."))
        return _private(redirect("unit-notice:show", token))
