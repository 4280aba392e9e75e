"""After a copy was closed: it is looked at again by sample, and a finding that comes back is linked to it. Called each second."""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q

from fenghuo.base.audit import SYSTEM
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.see.screening import actions as screening
from fenghuo.see.screening.decide import FindingState
from fenghuo.see.screening.models import VerdictSpan
from fenghuo.warn.notices import texts
from fenghuo.warn.notices.decide import RECTIFY_KINDS, CopyState, Kind
from fenghuo.warn.notices.drafts import draft_about
from fenghuo.warn.notices.messages import first_of_duty, tell_office
from fenghuo.warn.notices.models import NoticeCopy, NoticeFinding, Recheck
from fenghuo.warn.notices.steps import MACHINE, CannotDo, Hand, cells, locked, note
from fenghuo.warn.notices.terms import Cells

HELD, BACK = "held", "back"
_OPEN = (FindingState.OPEN.value, FindingState.PASSED_ONCE.value)
_BATCH = 100


def is_sampled(copy_id: str, days: int, severity: str, table: Cells) -> bool:
    """Whether a copy belongs to the sample of so many days; the same answer each time, and nobody chooses it."""
    number = int.from_bytes(hashlib.sha256(f"{copy_id}|{days}".encode()).digest()[:4])
    return number % 100 < int(table["sample_percent"][severity])


def plan_rechecks(copy: NoticeCopy) -> None:
    """Set the looks of a copy that was closed just now, inside the caller's transaction."""
    table = cells(copy.notice)
    if Kind(copy.notice.kind) not in RECTIFY_KINDS or copy.ended_at is None or "sample_percent" not in table:
        return
    for days in table["numbers"]["recheck_after_days"]:
        if is_sampled(copy.id, days, copy.severity, table):
            Recheck.objects.create(copy=copy, days=days, due_at=copy.ended_at + timedelta(days=days))


def rechecks_due() -> int:
    """Ask for the looks that are due, and take up what screening saw since; how many moved."""
    now = clock.now()
    asked = Recheck.objects.filter(outcome="", asked_at=None, due_at__lte=now).values_list("id", flat=True)[:_BATCH]
    moved = sum(_ask(number) for number in list(asked))
    # Only where screening has looked since: else every open one would be locked each second.
    seen = Recheck.objects.filter(outcome="", asked_at__lt=F("copy__findings__finding__asset__screening__last_at"))
    return moved + sum(_judge(number) for number in list(seen.distinct().values_list("id", flat=True)[:_BATCH]))


@transaction.atomic
def _ask(number: int) -> bool:
    copy = locked(Recheck.objects.values_list("copy_id", flat=True).get(id=number))
    row = Recheck.objects.select_for_update().get(id=number)
    if row.asked_at is not None or row.outcome:
        return False
    row.asked_at = clock.now()
    row.save(update_fields=["asked_at"])
    assets = {f.finding.asset_id: f.finding.asset for f in copy.findings.select_related("finding__asset")}
    for asset in assets.values():
        screening.due(asset, row.asked_at, "")
    if not assets:
        tell_office(copy, f"recheck:{row.days}", "recheck", first_of_duty(row.asked_at), row.asked_at)
    note(copy, f"recheck-{row.days}", MACHINE, ", ".join(a.value for a in assets.values()))
    return True


@transaction.atomic
def _judge(number: int) -> bool:
    """Take up what screening saw since it was asked; nothing where a check could not be finished yet."""
    copy = locked(Recheck.objects.values_list("copy_id", flat=True).get(id=number))
    row = Recheck.objects.select_for_update().get(id=number)
    findings = [f.finding for f in copy.findings.select_related("finding")]
    if row.outcome or row.asked_at is None or not findings:
        return False
    if any(f.state in _OPEN for f in findings):
        _enter(copy, row, BACK, MACHINE, "")
        return True
    done = VerdictSpan.objects.filter(last_at__gt=row.asked_at, verdict__in=["pass", "fail"])
    if all(done.filter(asset_id=f.asset_id, check_id=f.check_id).exists() for f in findings):
        _enter(copy, row, HELD, Hand(SYSTEM, "screening"), "")
        return True
    return False


@transaction.atomic
def enter_recheck(number: int, hand: Hand, *, held: bool, text: str) -> None:
    """What a person saw when looking at a closed copy again; what came back is drafted as a new notice.

    Raises:
        CannotDo: "state" where it is not due or known already, "text", "open-findings" where screening sees one open.
    """
    copy = locked(Recheck.objects.values_list("copy_id", flat=True).get(id=number))
    row = Recheck.objects.select_for_update().get(id=number)
    if row.outcome or row.asked_at is None:
        raise CannotDo("state", row.outcome)
    if not text.strip():
        raise CannotDo("text")
    if held and any(f.finding.state in _OPEN for f in copy.findings.select_related("finding")):
        raise CannotDo("open-findings")
    _enter(copy, row, HELD if held else BACK, hand, text)


def _enter(copy: NoticeCopy, row: Recheck, outcome: str, hand: Hand, text: str) -> None:
    row.outcome, row.by, row.at = outcome, hand.actor.name[:150], clock.now()
    row.save(update_fields=["outcome", "by", "at"])
    note(copy, f"recheck-{outcome}", hand, text)
    if outcome == BACK and not copy.findings.exists():
        number = copy.notice.number.text if copy.notice.number else ""
        draft_about(hand.actor, copy, Kind.HAZARD, texts.came_back(copy.unit.name, number, copy.notice.title))


def recurrences_due() -> int:
    """Write down in closed copies which of their findings screening has seen again (复发), and tell the desk; how many."""
    back = NoticeFinding.objects.filter(
        Q(copy__state=CopyState.CLOSED),
        recurred_at=None,
        finding__state__in=_OPEN,
        finding__reopened__gt=0,
        finding__last_seen__gt=F("copy__ended_at"),
    )
    return sum(_recurred(number) for number in list(back.order_by().values_list("id", flat=True)[:_BATCH]))


@transaction.atomic
def _recurred(number: int) -> bool:
    copy_id = NoticeFinding.objects.values_list("copy_id", flat=True).get(id=number)
    assert copy_id is not None
    copy = locked(copy_id)
    row = NoticeFinding.objects.select_for_update(of=("self",)).select_related("finding").get(id=number)
    if row.recurred_at is not None or row.finding.state not in _OPEN:
        return False
    row.recurred_at = now = clock.now()
    row.save(update_fields=["recurred_at"])
    note(copy, "recurred", Hand(SYSTEM, "screening"), f"{row.title} {row.asset} {row.locus}".strip())
    tell_office(copy, f"recurred:{row.pk}", "recurred", first_of_duty(now), now)
    record(SYSTEM, "finding.recurred", f"finding:{row.finding_id}", {"notice": copy.notice_id, "copy": copy.id})
    return True
