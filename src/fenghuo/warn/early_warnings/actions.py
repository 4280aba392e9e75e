"""The verbs of early warnings; the only writer of their tables."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import Act, record, record_all
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.common import clock
from fenghuo.base.common.severity import WarningLevel
from fenghuo.warn.duty.queries import ladder, pace, terms
from fenghuo.warn.early_warnings.decide import ACKNOWLEDGE, FINAL, NEEDS_REASON, CannotDo, may_become
from fenghuo.warn.early_warnings.judging import judge, tell
from fenghuo.warn.early_warnings.models import EarlyWarning, State, WarningHit
from fenghuo.warn.early_warnings.parts import release, separate

_AT_ONCE, _MOST = 100, 1000

__all__ = [
    "ACKNOWLEDGE",
    "CannotDo",
    "acknowledge",
    "escalate_due",
    "judge",
    "move",
    "open_names",
    "separate",
    "withdraw",
]


@transaction.atomic
def withdraw(hit_ids: Sequence[str], now: datetime) -> int:
    """Take hits that did not hold out of their warnings; how many warnings were touched.

    Late events can show that a correlation's provisional result was none. A warning that has nothing left is closed; the
    level of one that has stays as it was told to people, and goes down by their decision only. What became part of another warning
    because of such a result stands by itself again.
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
            clocks.stop(warning.subject, now)
        warning.save(update_fields=["count", "changed", "state", "next_rung_at"])
        detail = {"hits": sorted(gone)[:100], "left": warning.count, "from": before}
        record(SYSTEM, "warning.withdrawn" if emptied else "warning.hits-withdrawn", warning.subject, detail)
    release(hit_ids, now)
    return len(members)


def escalate_due() -> int:
    """Tell the next person of every warning that nobody acknowledged in time; how many.

    Beyond the last rung everybody is called again until one acknowledges; of blue warnings the list at the desk is enough then.
    Many go in one transaction, the gravest first, and others who write get their turn between two of them.
    """
    now = clock.now()
    climbed = 0
    while climbed < _MOST:
        found = _climb(now)
        climbed += found
        if found < _AT_ONCE:
            break
    return climbed


def unanswered(level: WarningLevel, now: datetime) -> "QuerySet[EarlyWarning]":
    """The open warnings of a level whose next person is to be told: only they have that time, so that no state is asked for, and the
    database takes the index of what climbs, not that of all that is open."""
    return EarlyWarning.objects.filter(rank=level.rank, next_rung_at__lte=now).order_by("next_rung_at")


def _climb(now: datetime) -> int:
    if not any(unanswered(level, now).exists() for level in WarningLevel):
        return 0
    with transaction.atomic():
        due: list[EarlyWarning] = []
        for level in WarningLevel:
            due += unanswered(level, now).select_for_update()[: _AT_ONCE - len(due)]
        rungs, part, figures = len(ladder(now)), pace(now).part, terms()
        again, within = timedelta(minutes=figures.call_again_minutes), figures.acknowledge_within()
        of_step: dict[tuple[int, WarningLevel], list[EarlyWarning]] = {}
        for warning in due:
            of_step.setdefault((warning.rung + 1, WarningLevel(warning.level)), []).append(warning)
        told: dict[int, list[tuple[EarlyWarning, str]]] = {}
        for (rung, level), group in of_step.items():
            over = rung >= rungs and level is WarningLevel.BLUE
            pause = max(again, within[level]) * part
            values = {"rung": rung, "next_rung_at": None if over else now + pause, "changed": clock.now_ns()}
            EarlyWarning.objects.filter(id__in=[warning.id for warning in group]).update(**values)
            # Beyond the last rung everybody is told, however far.
            told.setdefault(min(rung, rungs), []).extend((warning, f"rung:{rung}:{level.value}") for warning in group)
        for rung, occasions in told.items():
            tell(occasions, rung, now, again=True)
        record_all(SYSTEM, [Act("warning.escalated", w.subject, {"rung": w.rung + 1}) for w in due])
    return len(due)


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
    record(actor, "warning.names-opened", warning.subject, {"reason": purpose.strip()[:2000]})


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
    clocks.stop(warning.subject, now)
    detail = {"from": before, "reason": reason.strip()[:2000]}
    record(actor, f"warning.{wanted}", warning.subject, detail)
    return warning
