"""Warnings that a chain shows to be one matter: parts of the warning of its result; part of this room's `actions`.

A scan, an exploit and a web shell at one site were three warnings, each rightly, until the result of a chain says what they are together.
From then on one of them stands for all: the others wait for nobody, no ladder climbs and no clock runs for them, and what comes
later goes to the one. They stay as they were told to people, each with its evidence.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import Act, record, record_all
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.common import clock
from fenghuo.base.common.severity import WarningLevel
from fenghuo.see.events import Hit
from fenghuo.warn.duty.queries import pace, terms
from fenghuo.warn.early_warnings.decide import ACKNOWLEDGE, TAKEN_IN, CannotDo
from fenghuo.warn.early_warnings.models import EarlyWarning, State, WarningHit


def take_in(whole: EarlyWarning, result: Hit, hit_ids: Collection[str], now: datetime) -> list[EarlyWarning]:
    """Make the warnings of these hits at the same asset parts of the warning of the chain's result; which these are.

    What a person confirmed, closed, took out of another warning or told units of stands by itself. The whole is no lower than its parts.
    """
    same = EarlyWarning.objects.filter(unit_id=whole.unit_id, asset=whole.asset, exercise=whole.exercise)
    fit = same.filter(state__in=TAKEN_IN, kept_apart=False, bulletins=None).exclude(id=whole.id)
    owners = WarningHit.objects.filter(hit_id__in=hit_ids).values("warning_id")
    parts = list(EarlyWarning.objects.filter(id__in=fit.filter(id__in=owners).values("id")).select_for_update())
    if not parts:
        return []
    acts = []
    for part in parts:
        acts.append(Act("warning.joined", part.subject, {"from": part.state, "to": whole.id}))
        part.state, part.joined_to, part.joined_by = State.JOINED, whole, result.hit_id
        part.next_rung_at, part.changed = None, clock.now_ns()
        part.save(update_fields=["state", "joined_to", "joined_by", "next_rung_at", "changed"])
        clocks.stop(part.subject, now)
        if part.rank < whole.rank:
            whole.level, whole.rank, whole.raised_at = part.level, part.rank, now
            whole.matrix, whole.importance, whole.harm = part.matrix, part.importance, part.harm
    EarlyWarning.objects.filter(joined_to__in=parts).update(joined_to=whole, changed=clock.now_ns())
    whole.title = result.rule_title[:300]
    whole.first_seen = min([whole.first_seen, *(part.first_seen for part in parts)])
    whole.last_seen = max([whole.last_seen, *(part.last_seen for part in parts)])
    whole.changed = clock.now_ns()
    whole.save(force_update=True)
    acts.append(Act("warning.took-in", whole.subject, {"parts": [part.id for part in parts]}))
    record_all(SYSTEM, acts)
    return parts


def release(results: Sequence[str], now: datetime) -> None:
    """Let go what became a part because of results that did not hold: who had it in hand has it again, and what nobody had is open."""
    parts = list(EarlyWarning.objects.filter(state=State.JOINED, joined_by__in=results).select_for_update())
    for part in parts:
        _let_go(part, State.ACKNOWLEDGED if part.handled_by else State.OPEN, now)
    record_all(SYSTEM, [Act("warning.released", part.subject, {"to": part.state}) for part in parts])


@transaction.atomic
def separate(actor: Actor, warning_id: str, reason: str) -> EarlyWarning:
    """Take a warning out of the one that it is part of; the person has it in hand then, and it does not become a part again.

    Raises:
        CannotDo: it is no part, or no reason is stated. EarlyWarning.DoesNotExist.
    """
    part = EarlyWarning.objects.select_for_update().get(id=warning_id)
    if part.state != State.JOINED:
        raise CannotDo("state")
    if not reason.strip():
        raise CannotDo("reason")
    whole = part.joined_to_id
    part.handled_by, part.kept_apart = actor.name[:150], True
    _let_go(part, State.ACKNOWLEDGED, clock.now())
    record(actor, "warning.separated", part.subject, {"from": whole, "reason": reason.strip()[:2000]})
    return part


def _let_go(part: EarlyWarning, state: State, now: datetime) -> None:
    part.state, part.joined_to, part.joined_by, part.changed = state, None, "", clock.now_ns()
    if state is State.OPEN:
        part.rung = 0
        part.next_rung_at = now + terms().acknowledge_within()[WarningLevel(part.level)] * pace(now).part
        clocks.start_all({part.subject: part.next_rung_at}, ACKNOWLEDGE, now)
    part.save(force_update=True)


def whole_of(warning_id: str) -> str:
    """The id of the warning that stands for this one: itself, or the one that it is part of."""
    found = EarlyWarning.objects.filter(id=warning_id).values_list("joined_to_id", flat=True).first()
    return found or warning_id
