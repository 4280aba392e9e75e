"""Sentences for what can't be done, words for verbs and clocks, and how states are drawn."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.base.audit import SYSTEM
from fenghuo.faces.console.values import StateKind, TimelineEntry
from fenghuo.warn.notices.decide import CopyState, NoticeState
from fenghuo.warn.notices.models import CopyStep
from fenghuo.warn.notices.steps import CannotDo
from fenghuo.warn.notices.terms import Clock, Mark

_COPY_KINDS = {
    CopyState.CLOSED: StateKind.DONE,
    CopyState.EXEMPTED: StateKind.DONE,
    CopyState.VOID: StateKind.GONE,
    CopyState.SIGNED: StateKind.WORKING,
    CopyState.FEEDBACK: StateKind.WORKING,
    CopyState.RECTIFYING: StateKind.WORKING,
    CopyState.RETURNED: StateKind.WORKING,
}
_NOTICE_KINDS = {
    NoticeState.ISSUED: StateKind.WORKING,
    NoticeState.CLOSED: StateKind.DONE,
    NoticeState.VOID: StateKind.GONE,
}


def copy_kind(state: str) -> str:
    """How the state of a copy is drawn."""
    return _COPY_KINDS.get(CopyState(state), StateKind.WAITING).value


def notice_kind(state: str) -> str:
    """How the state of a notice is drawn."""
    return _NOTICE_KINDS.get(NoticeState(state), StateKind.WAITING).value


def sentence(error: CannotDo) -> str:
    """Why something was refused, and what would help."""
    texts = {
        "state": _(
            "Somebody else has moved this on meanwhile, or it is not possible from here; the page shows how it stands now."
        ),
        "text": _("A text is missing: whoever reads this later must understand it."),
        "version": _("Somebody else has changed this draft meanwhile; look at it again before you change it."),
        "units": _("Choose at least one unit."),
        "findings": _("A finding is closed, or stands in a notice that is not done yet, or its unit was left out."),
        "approval": _("Red and orange need the proof that the level above approved them."),
        "same-person": _("Another person must do this: not who wrote it, asked for it or acted for the unit."),
        "not-approved": _("Another person must approve it first."),
        "code": _("That is not the code. Look at the other message."),
        "code-used-up": _("The code was tried too often. Ask for a new one."),
        "too-soon": _("A code was sent a moment ago. Wait for it, or call the office."),
        "name": _("Write the name of the person who signs."),
        "mandate": _("Write down who gave you the mandate to sign, and how."),
        "time": _("The time does not fit."),
        "until": _("The day must lie ahead, an accepted risk within 180 days."),
        "open-findings": _("Screening still sees a finding: state why it counts as mended, or return the copy."),
        "second-person": _("The machine has not seen it mended: a second person must take the review up."),
        "file-kind": _("Only PDF, PNG, JPG, docx, xlsx and plain text are taken, without macros."),
        "file-size": _("A file must not be empty, nor larger than 10 MB."),
        "file-number": _("No more than 30 files can be put to one notice."),
        "thread": _("The office has many questions of this link to answer first; call it."),
        "proposal": _("There is nothing to confirm, or something waits for confirmation already."),
    }
    return texts[error.code]


def clock_word(name: str) -> str:
    """What a clock waits for."""
    words = {
        Clock.DELIVER: _("message leaves"),
        Clock.SIGN: _("signature"),
        Clock.FEEDBACK: _("first feedback"),
        Clock.MITIGATE: _("danger held back"),
        Clock.RECTIFY: _("rectification"),
        Clock.REVIEW: _("review by the office"),
    }
    kind, _dash, number = name.partition("-")
    return f"{words[Clock(kind)]} {number}".strip()


def step_word(verb: str) -> str:
    """What a step of a copy's history did."""
    words = {
        "issue": _("Issued"),
        "sent": _("First message left"),
        "delivered": _("Told by the office"),
        "read": _("Opened by the unit"),
        "sign": _("Signed"),
        "refuse": _("Refused"),
        "resend": _("Sent again"),
        "feedback": _("First feedback"),
        "progress": _("Progress"),
        "ask-extension": _("More time asked for"),
        "grant-extension": _("More time granted"),
        "deny-extension": _("More time denied"),
        "rectified": _("Reported as rectified"),
        "rechecked": _("No finding is open any more"),
        "take-up": _("Review taken up"),
        "pass": _("Passed and closed"),
        "return": _("Returned"),
        "finish": _("Closed: nothing more is asked for"),
        "exempt": _("Risk accepted"),
        "void": pgettext("step", "Made void"),
        "propose-exempt": _("Proposed: accept the risk"),
        "propose-void": _("Proposed: make void"),
        "withdraw-proposal": _("Proposal withdrawn"),
        "new-code": _("New code sent"),
        "attach": _("File added"),
        "unit-asks": _("The unit wrote"),
        "office-writes": _("The office wrote"),
        "recheck-30": _("To be looked at again after 30 days"),
        "recheck-90": _("To be looked at again after 90 days"),
        "recheck-held": _("Looked at again: still mended"),
        "recheck-back": _("Looked at again: it came back"),
        "recurred": _("Screening sees it again"),
        Mark.DEPUTY.value: _("Late: deputy told"),
        Mark.HEAD.value: _("Late: head of the unit told"),
        Mark.OFFICE.value: _("Late: leader told"),
        Mark.SUPERVISE.value: _("Late: supervision letter drafted"),
        Mark.CRITICISE.value: _("Late: criticism drafted"),
        Mark.EXEMPTION_ENDS.value: _("Accepted risk ended: new notice drafted"),
    }
    if verb.startswith("recheck-") and verb not in words:
        return _("To be looked at again")
    return words.get(verb) or _("Reminded")


def course(steps: Iterable[CopyStep]) -> list[TimelineEntry]:
    """What happened to a copy."""
    return [TimelineEntry(s.at, _who(s), step_word(s.verb), s.text) for s in steps]


def _who(step: CopyStep) -> str:
    name = "" if step.by_id == SYSTEM.id else step.by
    return _("%(who)s for %(whom)s") % {"who": name, "whom": step.on_behalf} if step.on_behalf else name
