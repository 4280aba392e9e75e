"""What the office does with copies: answer, review, close, accept a risk, make void; and the machine's own recheck."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.see.screening import actions as screening
from fenghuo.see.screening.decide import FindingState
from fenghuo.warn.notices.after import plan_rechecks
from fenghuo.warn.notices.copies import is_open
from fenghuo.warn.notices.decide import RECTIFY_KINDS, TWO_PERSONS, CopyState, CopyVerb, Extension, Kind, after
from fenghuo.warn.notices.issue import begin, void_notice
from fenghuo.warn.notices.models import Notice, NoticeCopy, NoticeFinding, Nudge, Proposal
from fenghuo.warn.notices.steps import MACHINE, CannotDo, Hand, cells, enter, locked, note, start, stop, subject
from fenghuo.warn.notices.terms import Clock, Mark, Term, may_exempt_until, term

EXEMPTION = "exemption"
_DOING = (
    CopyState.SIGNED,
    CopyState.FEEDBACK,
    CopyState.RECTIFYING,
    CopyState.EXTENSION_ASKED,
    CopyState.SUBMITTED,
)


@transaction.atomic
def decide_extension(copy_id: str, hand: Hand, *, grant: bool, why: str) -> None:
    """Answer the question for more time; there is one answer.

    Raises:
        CannotDo: "until" where the asked end has passed meanwhile.
    """
    copy, now = locked(copy_id), clock.now()
    verb = CopyVerb.GRANT_EXTENSION if grant else CopyVerb.DENY_EXTENSION
    until = copy.extension_until
    if grant and (until is None or until <= now):
        raise CannotDo("until")
    copy.extension = Extension.GRANTED if grant else Extension.DENIED
    enter(copy, verb, hand, why)
    if grant and until is not None:
        stop(copy, [Clock.RECTIFY])
        start(copy, Clock.RECTIFY, Term(seconds=int((until - now).total_seconds())), now)


@transaction.atomic
def resend(copy_id: str, hand: Hand, why: str) -> None:
    """Send a refused copy again, after the contact was put right or because the unit is meant: its clocks begin anew.

    Raises:
        CannotDo.
    """
    copy = locked(copy_id)
    enter(copy, CopyVerb.RESEND, hand, why)
    stop(copy, [Clock.REVIEW])
    begin(copy, clock.now())


@transaction.atomic
def take_up(copy_id: str, hand: Hand) -> None:
    """Begin the review of a copy.

    Raises:
        CannotDo.
    """
    copy = locked(copy_id)
    copy.taken_up_by = hand.actor.id[:40]
    enter(copy, CopyVerb.TAKE_UP, hand)


def keeps_from_passing(copy: NoticeCopy, person_id: str) -> str:
    """Why this person can't close a copy, whatever they write: "same-person", "second-person" (as `pass_review` says), "" for nothing."""
    if person_id in copy.acted_by:
        return "same-person"
    seen = copy.machine_passed_at is not None and not _sees_one(copy)
    return "second-person" if not seen and copy.taken_up_by in {"", person_id[:40]} else ""


def _sees_one(copy: NoticeCopy) -> bool:
    return any(is_open(row.finding.state) for row in copy.findings.select_related("finding"))


@transaction.atomic
def pass_review(copy_id: str, hand: Hand, text: str = "") -> None:
    """Close a copy (销号). The machine's recheck and a person, or two persons; never who acted for the unit.

    Raises:
        CannotDo: "same-person"; "second-person" where the machine has not seen it closed and the same person took it up;
            "open-findings" where screening still sees one and no reason is given.
    """
    copy = locked(copy_id)
    if hand.actor.id in copy.acted_by:
        raise CannotDo("same-person")
    if _sees_one(copy):
        copy.machine_passed_at = None
        if not text.strip():
            raise CannotDo("open-findings")
    if keeps_from_passing(copy, hand.actor.id):
        raise CannotDo("second-person")
    enter(copy, CopyVerb.PASS, hand, text)
    plan_rechecks(copy)


@transaction.atomic
def return_copy(copy_id: str, hand: Hand, why: str) -> None:
    """Return a copy with what is missing: a new, shorter clock begins.

    Raises:
        CannotDo.
    """
    copy = locked(copy_id)
    copy.returned += 1
    copy.machine_passed_at, copy.taken_up_by = None, ""
    enter(copy, CopyVerb.RETURN, hand, why)
    stop(copy, [Clock.REVIEW])
    kind = Clock.RECTIFY if Kind(copy.notice.kind) in RECTIFY_KINDS else Clock.FEEDBACK
    start(copy, kind, term(cells(copy.notice)["again"]["returned"]), clock.now())


@transaction.atomic
def propose(copy_id: str, hand: Hand, verb: CopyVerb, why: str, until: datetime | None = None) -> Proposal:
    """Propose that a copy becomes void, or that its risk is accepted until a day; a second person confirms it.

    Raises:
        CannotDo: "state", "text", "until", or "proposal" where one stands already.
    """
    copy = locked(copy_id)
    if verb not in TWO_PERSONS or after(Kind(copy.notice.kind), CopyState(copy.state), verb) is None:
        raise CannotDo("state")
    if verb == CopyVerb.EXEMPT and (until is None or not may_exempt_until(cells(copy.notice), clock.now(), until)):
        raise CannotDo("until")
    made = put_proposal(subject(copy), hand, verb, why, until)
    note(copy, f"propose-{verb.value}", hand, why)
    return made


def put_proposal(about: str, hand: Hand, verb: CopyVerb, why: str, until: datetime | None = None) -> Proposal:
    """Store a proposal, inside the caller's transaction.

    Raises:
        CannotDo: no reason, or one stands.
    """
    if not why.strip():
        raise CannotDo("text")
    if Proposal.objects.filter(subject=about).exists():
        raise CannotDo("proposal")
    values = {"verb": verb.value, "by_id": hand.actor.id[:40], "by": hand.actor.name[:150], "at": clock.now()}
    return Proposal.objects.create(subject=about, why=why.strip()[:1000], until=until, **values)


def taken(about: str, hand: Hand) -> Proposal:
    """The proposal that stands, taken off its place for being carried out by another person.

    Raises:
        CannotDo: "proposal" where there is none, "same-person".
    """
    found = Proposal.objects.select_for_update().filter(subject=about).first()
    if found is None:
        raise CannotDo("proposal")
    if found.by_id == hand.actor.id[:40]:
        raise CannotDo("same-person")
    found.delete()
    return found


@transaction.atomic
def confirm(copy_id: str, hand: Hand) -> None:
    """Carry out what another person proposed for a copy.

    Raises:
        CannotDo.
    """
    copy = locked(copy_id)
    found = taken(subject(copy), hand)
    text = f"{found.why}\n({found.by})"
    if found.verb == CopyVerb.VOID:
        enter(copy, CopyVerb.VOID, hand, text)
        return
    if found.until is None or not may_exempt_until(cells(copy.notice), clock.now(), found.until):
        raise CannotDo("until")
    copy.exempt_until = found.until
    for linked in copy.findings.select_related("finding"):
        if is_open(linked.finding.state):
            screening.accept_risk(hand.actor, linked.finding_id, found.why, found.until)
    enter(copy, CopyVerb.EXEMPT, hand, text)
    Nudge.objects.create(copy=copy, clock=EXEMPTION, mark=Mark.EXEMPTION_ENDS.value, at=found.until)


@transaction.atomic
def withdraw_proposal(copy_id: str, hand: Hand) -> None:
    """Take a proposal off its place without doing what it says; anyone may, its author too.

    Raises:
        CannotDo: there is none.
    """
    copy = locked(copy_id)
    if not Proposal.objects.filter(subject=subject(copy)).delete()[0]:
        raise CannotDo("proposal")
    note(copy, "withdraw-proposal", hand)


@transaction.atomic
def propose_void(notice_id: str, hand: Hand, why: str) -> None:
    """Propose that an issued notice becomes void with all its copies; a second person confirms it.

    Raises:
        CannotDo.
    """
    notice = Notice.objects.select_for_update().get(id=notice_id)
    if notice.state != "issued":
        raise CannotDo("state", notice.state)
    put_proposal(f"notice:{notice.id}", hand, CopyVerb.VOID, why)
    record(hand.actor, "notice.void-proposed", f"notice:{notice.id}", {"reason": why.strip()[:500]})


@transaction.atomic
def confirm_void(notice_id: str, hand: Hand) -> None:
    """Make an issued notice void, as another person than the one who proposed it. Its number stays taken.

    Raises:
        CannotDo.
    """
    notice = Notice.objects.select_for_update().get(id=notice_id)
    found = taken(f"notice:{notice.id}", hand)
    void_notice(notice, hand, f"{found.why}\n({found.by})")


def recheck_due() -> int:
    """Take every copy to review none of whose findings is open; marked where screening proved it, not where a risk was accepted."""
    still_open = NoticeFinding.objects.filter(
        copy=OuterRef("pk"), finding__state__in=[FindingState.OPEN, FindingState.PASSED_ONCE]
    )
    some = NoticeFinding.objects.filter(copy=OuterRef("pk"))
    # What was returned waits for the unit to say "rectified" again; else the machine would bring it back at once.
    meant = Q(state__in=_DOING, returned=0) | Q(state=CopyState.SUBMITTED)
    ready = NoticeCopy.objects.filter(Exists(some), ~Exists(still_open), meant)
    return sum(_recheck(copy_id) for copy_id in ready.order_by().values_list("id", flat=True)[:100])


@transaction.atomic
def _recheck(copy_id: str) -> bool:
    copy = locked(copy_id)
    states = [row.finding.state for row in copy.findings.select_related("finding")]
    possible = after(Kind(copy.notice.kind), CopyState(copy.state), CopyVerb.RECHECKED) is not None
    if not possible or not states or any(is_open(state) for state in states):
        return False
    was_submitted = copy.state == CopyState.SUBMITTED
    proved = all(state in {FindingState.CLOSED, FindingState.FALSE_POSITIVE} for state in states)
    copy.machine_passed_at = clock.now() if proved else None
    if copy.extension == Extension.ASKED:
        copy.extension = Extension.LAPSED
    enter(copy, CopyVerb.RECHECKED, Hand(MACHINE.actor, "screening"))
    stop(copy, [Clock.FEEDBACK, Clock.MITIGATE, Clock.RECTIFY])
    if not was_submitted:
        start(copy, Clock.REVIEW, term(cells(copy.notice)["again"]["review"]), clock.now())
    return True
