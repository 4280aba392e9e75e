"""What a unit does with its copy, by its link, signed in, or through the office by telephone."""

from datetime import datetime, timedelta

from django.db import transaction

from fenghuo.base.clocks.office import local
from fenghuo.base.common import clock
from fenghuo.see.screening import actions as screening
from fenghuo.see.screening.decide import FindingState
from fenghuo.warn.notices.decide import RECTIFY_KINDS, CopyState, CopyVerb, Extension, Kind, after
from fenghuo.warn.notices.links import try_code
from fenghuo.warn.notices.messages import send_code
from fenghuo.warn.notices.models import NoticeCopy
from fenghuo.warn.notices.steps import CannotDo, Hand, cells, enter, locked, note, start, stop
from fenghuo.warn.notices.terms import Clock, term

_NEW_CODE_AFTER_S, _LONGEST_WAIT_S = 60, 86_400


def is_open(finding_state: str) -> bool:
    """Whether screening still holds a finding for true."""
    return finding_state in {FindingState.OPEN, FindingState.PASSED_ONCE}


@transaction.atomic
def read(copy_id: str, hand: Hand) -> None:
    """The link was opened by somebody who then pressed a button; nothing happens where the copy is further already."""
    copy = locked(copy_id)
    if after(Kind(copy.notice.kind), _state(copy), CopyVerb.READ) is not None:
        enter(copy, CopyVerb.READ, hand)
        stop(copy, [Clock.DELIVER])


@transaction.atomic
def delivered(copy_id: str, hand: Hand, text: str) -> None:
    """The office reached the unit by another road and says how.

    Raises:
        CannotDo.
    """
    copy = locked(copy_id)
    if not text.strip():
        raise CannotDo("text")
    enter(copy, CopyVerb.DELIVERED, hand, text)
    stop(copy, [Clock.DELIVER])


def sign(
    copy_id: str, hand: Hand, name: str, *, code: str = "", mandate: str = "", code_checked: bool = False
) -> NoticeCopy:
    """Sign for a unit (签收): a named person, by the link only with the code; for another only with a mandate.

    Args:
        code_checked: the page that the link opened has checked the code before.

    Raises:
        CannotDo: "code", "code-used-up", "name", "mandate" or "state".
    """
    problem = try_code(copy_id, code) if hand.channel == "link" and not code_checked else ""
    if problem:
        raise CannotDo(problem)
    return _sign(copy_id, hand, name.strip(), mandate.strip())


@transaction.atomic
def _sign(copy_id: str, hand: Hand, name: str, mandate: str) -> NoticeCopy:
    copy = locked(copy_id)
    if not name:
        raise CannotDo("name")
    if hand.on_behalf and not mandate:
        raise CannotDo("mandate")
    copy.signed_by, copy.signed_for, copy.mandate = name[:100], hand.on_behalf[:100], mandate[:300]
    copy.signed_at = clock.now()
    enter(copy, CopyVerb.SIGN, hand, f"{name} {mandate}")
    stop(copy, [Clock.DELIVER, Clock.SIGN])
    if after(Kind(copy.notice.kind), _state(copy), CopyVerb.FINISH) is not None:
        enter(copy, CopyVerb.FINISH, Hand(hand.actor, "clock"))
    return copy


@transaction.atomic
def refuse(copy_id: str, hand: Hand, why: str) -> None:
    """Say that it was sent to the wrong unit; its clocks end, and the office has one for its answer.

    Raises:
        CannotDo.
    """
    copy = locked(copy_id)
    enter(copy, CopyVerb.REFUSE, hand, why)
    stop(copy, list(Clock))
    start(copy, Clock.REVIEW, term(cells(copy.notice)["again"]["review"]), clock.now())


@transaction.atomic
def feedback(copy_id: str, hand: Hand, plan: str, contact: str, measures: str) -> None:
    """The first answer (初报): who is in charge, what was done at once, what will be done.

    Raises:
        CannotDo.
    """
    copy = locked(copy_id)
    if not (plan.strip() and contact.strip() and measures.strip()):
        raise CannotDo("text")
    enter(copy, CopyVerb.FEEDBACK, hand, f"{contact.strip()}\n{measures.strip()}\n{plan.strip()}")
    stop(copy, [Clock.FEEDBACK, Clock.MITIGATE])
    if Kind(copy.notice.kind) not in RECTIFY_KINDS:
        start(copy, Clock.REVIEW, term(cells(copy.notice)["again"]["review"]), clock.now())


@transaction.atomic
def progress(copy_id: str, hand: Hand, text: str) -> None:
    """A note on how far rectification is.

    Raises:
        CannotDo.
    """
    enter(locked(copy_id), CopyVerb.PROGRESS, hand, text)


@transaction.atomic
def ask_extension(copy_id: str, hand: Hand, why: str, control: str, until: datetime) -> None:
    """Ask for more time, once, with a reason and with what holds the danger back meanwhile (补偿措施).

    Raises:
        CannotDo: "state" also where it was asked for before; "until" for an end that gives no more time.
    """
    copy = locked(copy_id)
    if copy.extension:
        raise CannotDo("state", copy.extension)
    if not (why.strip() and control.strip()):
        raise CannotDo("text")
    if until <= clock.now():
        raise CannotDo("until")
    copy.extension, copy.extension_until = Extension.ASKED, until
    day = local(until).date().isoformat()
    enter(copy, CopyVerb.ASK_EXTENSION, hand, f"{day}\n{why.strip()}\n{control.strip()}")


@transaction.atomic
def rectified(copy_id: str, hand: Hand, report: str) -> None:
    """Everything is rectified (整改报告): screening is asked to look again, the office has a clock for its review.

    Raises:
        CannotDo.
    """
    copy = locked(copy_id)
    if copy.extension == Extension.ASKED:
        copy.extension = Extension.LAPSED
    hashes = list(copy.attachments.values_list("sha256", flat=True))
    enter(copy, CopyVerb.RECTIFIED, hand, report, hashes)
    stop(copy, [Clock.FEEDBACK, Clock.MITIGATE, Clock.RECTIFY])
    start(copy, Clock.REVIEW, term(cells(copy.notice)["again"]["review"]), clock.now())
    for linked in copy.findings.select_related("finding"):
        if is_open(linked.finding.state):
            screening.ask_retest(hand.actor, linked.finding_id)


@transaction.atomic
def new_code(copy_id: str, hand: Hand) -> None:
    """Send another code, where the one before got lost or was tried too often.

    Raises:
        CannotDo: "too-soon" within a minute of the first one; the wait doubles with each, since five tries come with it.
    """
    copy = locked(copy_id)
    now = clock.now()
    wait = min(_LONGEST_WAIT_S, _NEW_CODE_AFTER_S * 2 ** min(copy.code_epoch - 1, 20))
    if now - copy.code_sent_at < timedelta(seconds=wait):
        raise CannotDo("too-soon")
    copy.code_epoch += 1
    copy.code_tries, copy.code_sent_at = 0, now
    copy.save(update_fields=["code_epoch", "code_tries", "code_sent_at"])
    send_code(copy, now)
    note(copy, "new-code", hand)


def _state(copy: NoticeCopy) -> CopyState:
    return CopyState(copy.state)
