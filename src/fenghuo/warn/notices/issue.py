"""Issuing a notice: its number, a copy for each unit, their clocks, and the first messages. And making one void."""

from datetime import datetime

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.common.ids import random_id, token_hash
from fenghuo.base.tables.queries import in_force
from fenghuo.base.units.models import Unit
from fenghuo.see.screening.checks.base import Severity
from fenghuo.warn.notices import numbers
from fenghuo.warn.notices.decide import FINAL, CopyVerb, Kind, NoticeState, NoticeVerb, Urgency, notice_after
from fenghuo.warn.notices.drafts import check_level
from fenghuo.warn.notices.links import link_token
from fenghuo.warn.notices.messages import send_code, send_link
from fenghuo.warn.notices.models import Notice, NoticeCopy, NoticeFinding, Proposal
from fenghuo.warn.notices.steps import CannotDo, Hand, cells, enter, note, start, subject
from fenghuo.warn.notices.terms import TABLE, Clock, at_issue
from fenghuo.warn.notices.texts import finding_words


@transaction.atomic
def issue(actor: Actor, notice_id: str) -> Notice:
    """Issue an approved notice: all of it, or nothing, the number included.

    Raises:
        CannotDo: "state", "not-approved", "approval", "units".
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
    wanted = notice_after(NoticeState(notice.state), NoticeVerb.ISSUE)
    if wanted is None:
        raise CannotDo("state", notice.state)
    if not notice.approved_by:
        raise CannotDo("not-approved")
    check_level(notice)
    units = list(notice.units.all())
    if not units:
        raise CannotDo("units")
    now = clock.now()
    notice.number = numbers.take(notice.code, now)
    notice.state, notice.issued_at, notice.issued_by = wanted, now, actor.name[:150]
    notice.terms = in_force(TABLE).version
    notice.save()
    detail = {"number": notice.number.text, "units": [u.id for u in units], "approved_by": notice.approved_by}
    record(actor, "notice.issued", f"notice:{notice.id}", detail)
    for unit in units:
        _copy(notice, unit, actor, now)
    return notice


def _copy(notice: Notice, unit: Unit, actor: Actor, now: datetime) -> None:
    rows = list(notice.findings.filter(finding__unit=unit).select_related("finding", "finding__asset"))
    severities = [row.finding.severity for row in rows] or [notice.severity]
    copy_id = random_id()
    copy = NoticeCopy.objects.create(
        id=copy_id,
        notice=notice,
        unit=unit,
        severity=min(severities, key=lambda s: Severity(s).rank),
        link_hash=token_hash(link_token(copy_id)),
        code_sent_at=now,
        issued_at=now,
    )
    for row in rows:
        _freeze(row, copy)
    note(copy, "issue", Hand(actor))
    begin(copy, now)


def _freeze(row: NoticeFinding, copy: NoticeCopy) -> None:
    """Keep what the finding says today: the paper must say the same next year."""
    row.copy, row.severity = copy, row.finding.severity
    row.asset, row.locus, row.evidence = row.finding.asset.value[:300], row.finding.locus, row.finding.evidence
    title, row.risk = finding_words(row.finding)
    row.title = title[:300]
    row.save()


def begin(copy: NoticeCopy, now: datetime) -> None:
    """Start the clocks of a copy that goes out and send link and code, each in a message of its own."""
    notice = copy.notice
    terms = at_issue(cells(notice), Kind(notice.kind), Urgency(notice.urgency), copy.severity, notice.level)
    for kind, term in terms.items():
        start(copy, kind, term, now)
    times = Deadline.objects.filter(subject=subject(copy), kind__startswith=Clock.DELIVER).count()
    reached = send_link(copy, "issued" if times == 1 else f"issued-{times}", now)
    copy.unreached = not reached
    copy.save(update_fields=["unreached"])
    if reached:
        send_code(copy, now)


def void_notice(notice: Notice, hand: Hand, why: str) -> None:
    """Make an issued notice and every copy that is not done void; the number is kept with the reason. Inside the caller's transaction.

    Raises:
        CannotDo: not from this state.
    """
    wanted = notice_after(NoticeState(notice.state), NoticeVerb.VOID)
    if wanted is None or notice.number is None:
        raise CannotDo("state", notice.state)
    now = clock.now()
    notice.state, notice.closed_at = wanted, now
    notice.save(update_fields=["state", "closed_at"])
    numbers.make_void(notice.number, why, now)
    record(hand.actor, "notice.void", f"notice:{notice.id}", {"number": notice.number.text, "reason": why[:500]})
    for copy in notice.copies.exclude(state__in=FINAL).select_for_update(of=("self",)).select_related("unit"):
        copy.notice = notice
        Proposal.objects.filter(subject=subject(copy)).delete()
        enter(copy, CopyVerb.VOID, hand, why)
