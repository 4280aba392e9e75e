"""What every verb on a copy does: lock, check the table, write the step down twice (history and audit), mind the clocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.clocks.models import Deadline, SpecialDay
from fenghuo.base.clocks.office import local
from fenghuo.base.common import clock
from fenghuo.base.tables.queries import in_force, version_of
from fenghuo.warn.notices.decide import (
    FINAL,
    NEEDS_TEXT,
    CopyState,
    CopyVerb,
    Kind,
    NoticeState,
    NoticeVerb,
    Urgency,
    after,
    is_done,
    notice_after,
)
from fenghuo.warn.notices.models import CopyStep, Notice, NoticeCopy, Nudge
from fenghuo.warn.notices.terms import TABLE, Cells, Clock, Term, ladder

MOST_TEXT = 4000


class CannotDo(Exception):
    """The verb is not possible as things stand. `code` is a word of a closed list that pages put into a sentence.

    "state", "text", "version", "units", "findings", "approval", "same-person", "not-approved", "code", "code-used-up", "too-soon",
    "name", "mandate", "time", "until", "open-findings", "second-person", "file-kind", "file-size", "file-number", "proposal", "thread".
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Hand:
    """Who does something to a copy, by which road ("link", "console", "phone", "screening", "clock"), and for whom."""

    actor: Actor
    channel: str = "console"
    on_behalf: str = ""


MACHINE = Hand(SYSTEM, "clock")


def subject(copy: NoticeCopy) -> str:
    """The copy in clocks, messages and the audit trail."""
    return f"notice-copy:{copy.id}"


def cells(notice: Notice | None = None) -> Cells:
    """The terms that hold for a notice: those of the day of its issue; before that, and for none, those in force."""
    table = version_of(TABLE, notice.terms) if notice is not None and notice.terms else in_force(TABLE)
    found: Cells = table.cells
    return found


def locked(copy_id: str) -> NoticeCopy:
    """The copy for changing; its notice is locked first, always in this order, so that no two verbs wait for one another.

    Raises:
        NoticeCopy.DoesNotExist.
    """
    notices = list(Notice.objects.select_for_update(of=("self",)).select_related("number").filter(copies=copy_id))
    copy = NoticeCopy.objects.select_for_update(of=("self",)).select_related("unit").get(id=copy_id)
    [copy.notice] = notices
    return copy


def enter(copy: NoticeCopy, verb: CopyVerb, hand: Hand, text: str = "", hashes: Sequence[str] = ()) -> None:
    """Take a locked copy to where a verb leads and save it with whatever else the caller changed.

    Raises:
        CannotDo: not from this state, or without the text that the verb needs; nothing was stored.
    """
    before = CopyState(copy.state)
    wanted = after(Kind(copy.notice.kind), before, verb)
    if wanted is None:
        raise CannotDo("state", before)
    if verb in NEEDS_TEXT and not text.strip():
        raise CannotDo("text")
    copy.state = wanted
    if hand.channel == "phone" and hand.actor.id not in copy.acted_by:
        copy.acted_by = [*copy.acted_by, hand.actor.id]
    if wanted in FINAL:
        copy.ended_at = clock.now()
    copy.save()
    note(copy, verb.value, hand, text, hashes, before)
    if wanted in FINAL:
        stop(copy, list(Clock))
        _close_if_done(copy.notice)


def note(
    copy: NoticeCopy, verb: str, hand: Hand, text: str = "", hashes: Sequence[str] = (), before: str = ""
) -> CopyStep:
    """Write a step into the copy's history and the audit trail."""
    text = text.strip()[:MOST_TEXT]
    made = CopyStep.objects.create(
        copy=copy,
        at=clock.now(),
        verb=verb,
        before=before or copy.state,
        after=copy.state,
        by_id=hand.actor.id[:40],
        by=hand.actor.name[:150],
        on_behalf=hand.on_behalf[:100],
        channel=hand.channel,
        text=text,
        hashes=list(hashes),
    )
    detail: dict[str, object] = {"notice": copy.notice_id, "unit": copy.unit_id, "from": made.before, "to": copy.state}
    detail |= {"channel": hand.channel, "for": hand.on_behalf, "text": text[:500], "hashes": list(hashes)}
    record(hand.actor, f"notice-copy.{verb}", subject(copy), detail)
    return made


def _close_if_done(notice: Notice) -> None:
    states = [CopyState(s) for s in NoticeCopy.objects.filter(notice=notice).values_list("state", flat=True)]
    wanted = notice_after(NoticeState(notice.state), NoticeVerb.CLOSE)
    if wanted is not None and is_done(states):
        notice.state, notice.closed_at = wanted, clock.now()
        notice.save(update_fields=["state", "closed_at"])
        record(SYSTEM, "notice.closed", f"notice:{notice.id}", {"copies": len(states)})


def start(copy: NoticeCopy, kind: Clock, term: Term, now: datetime) -> Deadline:
    """Start a clock of a copy, and set its ladder up beside it; a second one of the kind gets a number."""
    earlier = [n for n in _names(copy) if n.partition("-")[0] == kind]
    name = f"{kind.value}-{len(earlier) + 1}" if earlier else kind.value
    row = clocks.start(subject(copy), name, now, clocks.Limit(term.seconds, term.workdays))
    special = dict(SpecialDay.objects.filter(day__gte=now.date()).values_list("day", "works"))
    urgency = Urgency(copy.notice.urgency)
    rungs = ladder(name, local(now), local(row.due_at), urgency, cells(copy.notice), special)
    Nudge.objects.bulk_create([Nudge(copy=copy, clock=name, mark=rung.mark.value, at=rung.at) for rung in rungs])
    return row


def stop(copy: NoticeCopy, kinds: Iterable[Clock]) -> None:
    """Stop the running clocks of these kinds; what was still to happen beside them is needless now."""
    now, wanted = clock.now(), set(kinds)
    names = [name for name in _names(copy, stopped_at=None) if Clock(name.partition("-")[0]) in wanted]
    for name in names:
        clocks.stop(subject(copy), now, name)
    Nudge.objects.filter(copy=copy, clock__in=names, done_at=None, dropped_at=None).update(dropped_at=now)


def _names(copy: NoticeCopy, **where: object) -> list[str]:
    return list(Deadline.objects.filter(subject=subject(copy), **where).values_list("kind", flat=True))
