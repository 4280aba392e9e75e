"""What stands about a rule beside its text: silences and thresholds, trials, quarantine; part of the rule book's `actions`."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.see.events import Meter
from fenghuo.see.events.meter import stalled_rule
from fenghuo.see.rulebook.decide import ASSET_LENGTH, LONGEST_SILENCE, LONGEST_TRIAL, LONGEST_WINDOW_S, MOST_NEEDED
from fenghuo.see.rulebook.models import RuleQuarantine, RuleSwitch, RuleTrial, Silence, StoredHit, StoredRule
from fenghuo.see.rulebook.version import bump

_REASON_LENGTH = 500


class CannotDo(Exception):
    """It can't be done as asked; `code` says why: "rule", "unit", "reason", "until", "threshold" or "state"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _reason(text: str) -> str:
    if not text.strip():
        raise CannotDo("reason")
    return text.strip()[:_REASON_LENGTH]


def _known(rule_id: str) -> None:
    """Rules of packs, and whatever else makes hits."""
    known = StoredRule.objects.filter(rule_id=rule_id).exists() or StoredHit.objects.filter(rule_id=rule_id).exists()
    if not rule_id or not known:
        raise CannotDo("rule")


@transaction.atomic
def silence(
    actor: Actor,
    rule_id: str,
    until: datetime,
    reason: str,
    unit_id: str = "",
    asset: str = "",
    hits: int = 0,
    within_s: int = 0,
) -> Silence:
    """Let a rule raise nothing until then, or (with `hits` and `within_s`) nothing below a threshold.

    Raises:
        CannotDo: unknown rule or unit, no reason, a past or too far end, half a threshold.
    """
    _known(rule_id)
    if unit_id and not Unit.objects.filter(id=unit_id).exists():
        raise CannotDo("unit")
    now = clock.now()
    if not now < until <= now + LONGEST_SILENCE:
        raise CannotDo("until")
    is_threshold = 2 <= hits <= MOST_NEEDED and 1 <= within_s <= LONGEST_WINDOW_S
    if (hits or within_s) and not is_threshold:
        raise CannotDo("threshold")
    made = Silence.objects.create(
        rule_id=rule_id,
        unit_id=unit_id,
        asset=asset.strip()[:ASSET_LENGTH],
        hits=hits,
        within_s=within_s,
        until=until,
        reason=_reason(reason),
        made_by=actor.name,
        made_at=now,
    )
    detail = {"silence": made.pk, "unit": unit_id, "asset": made.asset, "until": until.isoformat()}
    record(
        actor, "rule.silenced", f"rule:{rule_id}", {**detail, "hits": hits, "within_s": within_s, "reason": made.reason}
    )
    return made


@transaction.atomic
def end_silence(actor: Actor, silence_id: int) -> Silence:
    """Let the rule raise again before the silence runs out.

    Raises:
        Silence.DoesNotExist. CannotDo: it is over already.
    """
    found = Silence.objects.select_for_update().get(pk=silence_id)
    now = clock.now()
    if found.ended_at is not None or found.until <= now:
        raise CannotDo("state")
    found.ended_at, found.ended_by = now, actor.name
    found.save(update_fields=["ended_at", "ended_by"])
    record(actor, "rule.silence-ended", f"rule:{found.rule_id}", {"silence": found.pk})
    return found


@transaction.atomic
def start_trial(actor: Actor, rule_id: str, days: int, reason: str) -> RuleTrial:
    """Let a rule run silently; after `days` somebody has to decide.

    Raises:
        CannotDo: unknown rule, no reason, a length that is none, on trial already.
    """
    _known(rule_id)
    length = timedelta(days=days)
    if not timedelta() < length <= LONGEST_TRIAL:
        raise CannotDo("until")
    if RuleTrial.objects.filter(rule_id=rule_id).exists():
        raise CannotDo("state")
    now = clock.now()
    values = {"since": now, "until": now + length, "reason": _reason(reason), "started_by": actor.name}
    made = RuleTrial.objects.create(rule_id=rule_id, **values)
    record(actor, "rule.trial-started", f"rule:{rule_id}", {"days": days, "reason": made.reason})
    return made


@transaction.atomic
def end_trial(actor: Actor, rule_id: str, reason: str, *, keep: bool) -> None:
    """Take a rule on trial into force, or drop it: it is switched off then.

    Raises:
        CannotDo: not on trial, or dropped without a reason.
    """
    if not keep:
        reason = _reason(reason)
    if not RuleTrial.objects.filter(rule_id=rule_id).delete()[0]:
        raise CannotDo("state")
    if not keep:
        values = {"reason": reason, "switched_by": actor.name, "switched_at": clock.now()}
        RuleSwitch.objects.update_or_create(rule_id=rule_id, defaults=values)
        bump()
    verb = "rule.trial-passed" if keep else "rule.trial-dropped"
    record(actor, verb, f"rule:{rule_id}", {"reason": reason.strip()[:_REASON_LENGTH]})


@transaction.atomic
def quarantine(rule_id: str, reason: str) -> bool:
    """Take a rule that holds up the matching out of force, by the system; False where it was out already."""
    values = {"reason": reason.strip()[:_REASON_LENGTH], "since": clock.now()}
    _row, made = RuleQuarantine.objects.get_or_create(rule_id=rule_id[:80], defaults=values)
    if made:
        bump()
        record(SYSTEM, "rule.quarantined", f"rule:{rule_id}", {"reason": values["reason"]})
    return made


@transaction.atomic
def release(actor: Actor, rule_id: str, reason: str) -> None:
    """Take a rule out of quarantine.

    Raises:
        CannotDo: it is not in it, or no reason.
    """
    reason = _reason(reason)
    if not RuleQuarantine.objects.filter(rule_id=rule_id).delete()[0]:
        raise CannotDo("state")
    bump()
    record(actor, "rule.released", f"rule:{rule_id}", {"reason": reason})


def apply_meters(meters: Iterable[Meter]) -> None:
    """Quarantine the rules that a matching process reports as stalled, inside the judge's transaction."""
    for meter in meters:
        found = stalled_rule(meter)
        if found is not None:
            quarantine(*found)
