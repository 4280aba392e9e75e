"""The verbs of early warnings; the only writer of their tables."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.common import clock
from fenghuo.base.common.ids import derived_id
from fenghuo.base.common.severity import WarningLevel
from fenghuo.base.tables.queries import Graded, WarningMatrix, warning_matrix
from fenghuo.base.units.queries import importance_of, names
from fenghuo.see.events import Hit
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.duty.queries import ladder
from fenghuo.warn.early_warnings.decide import (
    ACKNOWLEDGE_WITHIN_S,
    FINAL,
    NEEDS_REASON,
    becomes_warning,
    classify,
    may_become,
)
from fenghuo.warn.early_warnings.messages import message_of
from fenghuo.warn.early_warnings.models import EarlyWarning, State, WarningHit

ACKNOWLEDGE = "acknowledge"
Key = tuple[str, str, str, bool]


class CannotDo(Exception):
    """The warning is not in a state for this verb, or a reason is missing. `code` is "state" or "reason"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def judge(hits: Sequence[Hit], now: datetime) -> int:
    """Group fresh hits into warnings, grade them, and tell who is to be told; how many warnings are new or raised.

    Runs inside the judge's transaction. Every hit must be stored already and be given once.
    """
    groups: dict[Key, list[Hit]] = {}
    for hit in sorted(
        (h for h in hits if becomes_warning(h)), key=lambda h: (h.ingest_time, h.log_position, h.rule_id)
    ):
        threat_class, _harm = classify(hit)
        groups.setdefault((hit.unit_id, hit.asset[:300], threat_class.value, hit.exercise), []).append(hit)
    if not groups:
        return 0
    matrix = warning_matrix()
    return sum(_join(key, group, matrix, now) for key, group in groups.items())


def _join(key: Key, hits: Sequence[Hit], matrix: WarningMatrix, now: datetime) -> bool:
    unit_id, asset, threat_class, exercise = key
    matters = EarlyWarning.objects.filter(unit_id=unit_id, asset=asset, threat_class=threat_class, exercise=exercise)
    importance = importance_of(unit_id, asset)
    graded = [(matrix.level(importance, classify(hit)[1]), hit) for hit in hits]
    best, gravest = min(graded, key=lambda pair: pair[0].level.rank)
    warning = matters.exclude(state__in=FINAL).select_for_update().first()
    times = [clock.from_ns(hit.event_time) for hit in hits]
    fresh = warning is None
    if warning is None:
        ordinal = matters.count()
        warning = EarlyWarning(
            id=derived_id("warning", unit_id, asset, threat_class, str(exercise), ordinal),
            unit_id=unit_id,
            asset=asset,
            threat_class=threat_class,
            exercise=exercise,
            ordinal=ordinal,
            rank=99,
            first_seen=min(times),
            last_seen=max(times),
            created_at=now,
        )
    raised = best.level.rank < warning.rank
    if raised:
        _raise(warning, best, gravest, importance.value, now)
    warning.count += len(hits)
    warning.first_seen = min(warning.first_seen, *times)
    warning.last_seen = max(warning.last_seen, *times)
    warning.changed = clock.now_ns()
    warning.save(force_insert=fresh)
    WarningHit.objects.bulk_create([WarningHit(warning=warning, hit_id=hit.hit_id) for hit in hits], batch_size=500)
    if raised:
        verb = "warning.raised" if fresh else "warning.level-raised"
        record(SYSTEM, verb, _subject(warning), {"level": warning.level, "unit": unit_id, "asset": asset})
        if warning.state == State.OPEN:
            limit = clocks.Limit(seconds=ACKNOWLEDGE_WITHIN_S[best.level])
            clocks.start(_subject(warning), ACKNOWLEDGE, now, limit)
        _tell(warning, f"raised:{warning.level}", 0, now)
    return raised


@transaction.atomic
def withdraw(hit_ids: Sequence[str], now: datetime) -> int:
    """Take hits that did not hold out of their warnings; how many warnings were touched.

    Late events can show that a correlation's provisional result was none. A warning that has nothing left is closed; the
    level of one that has stays as it was told to people, and goes down by their decision only.
    """
    members: dict[str, list[str]] = {}
    for warning_id, hit_id in WarningHit.objects.filter(hit_id__in=hit_ids).values_list("warning_id", "hit_id"):
        members.setdefault(warning_id, []).append(hit_id)
    for warning_id, gone in sorted(members.items()):
        warning = EarlyWarning.objects.select_for_update().get(id=warning_id)
        WarningHit.objects.filter(warning=warning, hit_id__in=gone).delete()
        before, warning.count = warning.state, max(0, warning.count - len(gone))
        warning.changed = clock.now_ns()
        emptied = warning.count == 0 and warning.state not in FINAL
        if emptied:
            warning.state = State.CLOSED
            warning.next_rung_at = None
            clocks.stop(_subject(warning), now)
        warning.save(update_fields=["count", "changed", "state", "next_rung_at"])
        detail = {"hits": sorted(gone)[:100], "left": warning.count, "from": before}
        record(SYSTEM, "warning.withdrawn" if emptied else "warning.hits-withdrawn", _subject(warning), detail)
    return len(members)


def _raise(warning: EarlyWarning, graded: Graded, hit: Hit, importance: str, now: datetime) -> None:
    warning.level, warning.rank = graded.level.value, graded.level.rank
    warning.matrix = f"{graded.table} {graded.version}"
    warning.importance, warning.harm = importance, classify(hit)[1].value
    warning.title = hit.rule_title[:300]
    warning.raised_at = now
    if warning.state == State.OPEN:
        warning.rung = 0
        warning.next_rung_at = now + timedelta(seconds=ACKNOWLEDGE_WITHIN_S[graded.level])


def _subject(warning: EarlyWarning) -> str:
    return f"warning:{warning.id}"


def _tell(warning: EarlyWarning, occasion: str, rung: int, now: datetime) -> None:
    rungs = ladder(now)
    emails: Iterable[str] = [person.email for person in rungs[min(rung, len(rungs) - 1)]] if rungs else []
    enqueue(message_of(warning, names().get(warning.unit_id, ""), occasion), emails, now)


def escalate_due() -> int:
    """Tell the next person of every warning that nobody acknowledged in time; how many."""
    now = clock.now()
    due = EarlyWarning.objects.filter(state=State.OPEN, next_rung_at__lte=now)
    return sum(_climb(warning_id) for warning_id in due.values_list("id", flat=True)[:200])


@transaction.atomic
def _climb(warning_id: str) -> bool:
    now = clock.now()
    warning = EarlyWarning.objects.select_for_update().get(id=warning_id)
    if warning.state != State.OPEN or warning.next_rung_at is None or warning.next_rung_at > now:
        return False
    warning.rung += 1
    warning.next_rung_at = now + timedelta(seconds=max(180, ACKNOWLEDGE_WITHIN_S[WarningLevel(warning.level)]))
    if warning.rung >= len(ladder(now)):
        warning.next_rung_at = None if warning.rank > WarningLevel.ORANGE.rank else warning.next_rung_at
    warning.changed = clock.now_ns()
    warning.save(update_fields=["rung", "next_rung_at", "changed"])
    _tell(warning, f"rung:{warning.rung}:{warning.level}", warning.rung, now)
    record(SYSTEM, "warning.escalated", _subject(warning), {"rung": warning.rung})
    return True


def acknowledge(actor: Actor, warning_id: str) -> EarlyWarning:
    """Take a warning on; it lasts until the matter is resolved.

    Raises:
        CannotDo, EarlyWarning.DoesNotExist.
    """
    return move(actor, warning_id, State.ACKNOWLEDGED, "")


@transaction.atomic
def open_names(actor: Actor, warning_id: str, purpose: str) -> None:
    """Write down that somebody opens the names of persons in the evidence of a warning, and what for.

    Raises:
        CannotDo: no purpose is stated. EarlyWarning.DoesNotExist.
    """
    if not purpose.strip():
        raise CannotDo("reason")
    warning = EarlyWarning.objects.get(id=warning_id)
    record(actor, "warning.names-opened", _subject(warning), {"reason": purpose.strip()[:2000]})


@transaction.atomic
def move(actor: Actor, warning_id: str, wanted: str, reason: str) -> EarlyWarning:
    """Take a warning to another state of the transition table, with a reason where the table asks for one.

    Raises:
        CannotDo: not from this state, or without a reason. EarlyWarning.DoesNotExist.
    """
    warning = EarlyWarning.objects.select_for_update().get(id=warning_id)
    if not may_become(warning.state, wanted):
        raise CannotDo("state")
    if wanted in NEEDS_REASON and not reason.strip():
        raise CannotDo("reason")
    now = clock.now()
    before, warning.state = warning.state, wanted
    warning.handled_by = actor.name[:150]
    warning.next_rung_at = None
    warning.changed = clock.now_ns()
    warning.save(update_fields=["state", "handled_by", "next_rung_at", "changed"])
    clocks.stop(_subject(warning), now)
    detail = {"from": before, "reason": reason.strip()[:2000]}
    record(actor, f"warning.{wanted}", _subject(warning), detail)
    return warning
