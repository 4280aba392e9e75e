"""What the judge does with the correlation engine: build it, store what it says, and store its memory.

The verbs here run inside the judge's transaction, so that hits, results, memory and the place in the log stand or fall together.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from fenghuo.base.common.severity import SigmaLevel
from fenghuo.base.units.models import Asset
from fenghuo.see.detection import Correlation, RuleSource, compile_rules
from fenghuo.see.detection.correlation import Engine, Kind, Outcome, Row, Step
from fenghuo.see.detection.correlation.model import SCALE
from fenghuo.see.detection.files import load_folder
from fenghuo.see.events import Hit, Match
from fenghuo.see.events.domains import registered_domain
from fenghuo.see.rulebook.control import RulesInForce
from fenghuo.see.rulebook.hits import columns_of, store_hits
from fenghuo.see.rulebook.models import CorrelationResult, CorrelationState, Disposition, ResultState, StoredHit
from fenghuo.see.rulebook.queries import known_rules

Find = Callable[[Collection[str], int], Sequence[Hit]]
"""Looks up hits that were counted in passing: by id, back to an event time."""

_META = "meta"
_NO_WARNING = {SigmaLevel.LOW, SigmaLevel.INFORMATIONAL}
_ROWS_AT_ONCE = 500
_CHAINS = {Kind.TEMPORAL, Kind.TEMPORAL_ORDERED}
"""What they find happened together, step by step, is one matter; the others count what is alike."""


@dataclass(slots=True)
class Told:
    """What outcomes mean for warnings.

    Attributes:
        moved: results that belong to another matter now: take them out first, then judge them anew (they are in `raised`).
        raised: hits to judge.
        withdrawn: results to take out of their warnings.
        chains: of the results to judge, those that say that things are one matter, with the ids of the hits that they are made of.
    """

    moved: list[str] = field(default_factory=list)
    raised: list[Hit] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    chains: dict[str, set[str]] = field(default_factory=dict)


def correlations_in_force(in_force: RulesInForce, data: Path) -> tuple[Correlation, ...]:
    """The correlations of every pack in force. Only files that have some are compiled; other rules are known by name."""
    sources = [source for source in _sources(in_force, data) if "correlation" in source.text]
    compiled = compile_rules(sources, in_force.placeholders, disabled=in_force.disabled, known=known_rules())
    return compiled.correlations


def _sources(in_force: RulesInForce, data: Path) -> Iterator[RuleSource]:
    for pack in in_force.packs:
        if pack.path(data).is_dir():
            yield from load_folder(pack.path(data), pack.name)


def engine_with_memory(correlations: Sequence[Correlation]) -> Engine:
    """An engine that goes on where the tables say it was.

    Raises:
        BadState: what is stored is of another version.
    """
    engine = Engine(correlations)
    names = [c.state_key for c in correlations]
    rows = CorrelationState.objects.filter(rule__in=[*names, _META]).order_by("rule", "group_hash", "segment")
    engine.restore(Row(r.rule, r.group, r.segment, bytes(r.data)) for r in rows.iterator(chunk_size=2000))
    engine.track()
    return engine


def own_domains() -> set[str]:
    """The registered domains of the assets of all units."""
    values = Asset.objects.values_list("value", flat=True).distinct()
    return {domain for value in values.iterator(chunk_size=2000) if (domain := registered_domain(value))}


@transaction.atomic
def forget_others(correlations: Sequence[Correlation]) -> None:
    """Drop the memory of correlations that are gone or changed; what they said stands."""
    names = [c.state_key for c in correlations]
    CorrelationState.objects.exclude(rule__in=[*names, _META]).delete()
    left = CorrelationResult.objects.filter(state=ResultState.PROVISIONAL).exclude(rule__in=names)
    left.update(state=ResultState.FINAL)
    _finish(correlations)


def _finish(correlations: Sequence[Correlation]) -> None:
    """What an earlier version of new_value said is not taken up by the next one, which has its memory only."""
    kept = {c.state_key: c.draft.hash for c in correlations if c.draft.kind is Kind.NEW_VALUE}
    open_ones = CorrelationResult.objects.filter(state=ResultState.PROVISIONAL, rule__in=kept)
    rules = dict(open_ones.values_list("result_id", "rule"))
    hashes = dict(StoredHit.objects.filter(hit_id__in=rules).values_list("hit_id", "rule_hash"))
    earlier = [result_id for result_id, rule in rules.items() if hashes.get(result_id) != kept[rule]]
    CorrelationResult.objects.filter(result_id__in=earlier).update(state=ResultState.FINAL)


@transaction.atomic
def save_memory(rows: Sequence[Row]) -> None:
    """Store what `Engine.changed` gave."""
    _remove([row for row in rows if row.data is None])
    kept = [
        CorrelationState(rule=r.rule, group_hash=_hash(r.group), segment=r.segment, group=r.group, data=r.data)
        for r in rows
        if r.data is not None
    ]
    CorrelationState.objects.bulk_create(
        kept,
        batch_size=_ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["rule", "group_hash", "segment"],
        update_fields=["data"],
    )


def _remove(rows: Sequence[Row]) -> None:
    """Rows from a segment on, one by one; whole groups many at once."""
    whole: dict[str, list[str]] = {}
    for row in rows:
        if row.segment:
            found = CorrelationState.objects.filter(rule=row.rule, group_hash=_hash(row.group))
            found.filter(segment__gte=row.segment).delete()
        else:
            whole.setdefault(row.rule, []).append(_hash(row.group))
    for rule, groups in whole.items():
        for start in range(0, len(groups), _ROWS_AT_ONCE):
            CorrelationState.objects.filter(rule=rule, group_hash__in=groups[start : start + _ROWS_AT_ONCE]).delete()


def _hash(group: str) -> str:
    return hashlib.sha256(group.encode()).hexdigest()


@transaction.atomic
def store_outcomes(outcomes: Sequence[Outcome], find: Find | None = None) -> Told:
    """Store results as hits, with those of their hits that were counted in passing, and put right what stands already."""
    if find is not None:
        _store_named(outcomes, find)
    told = Told()
    by_id: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_id.setdefault(outcome.result_id, []).append(outcome)
    standing = CorrelationResult.objects.in_bulk(list(by_id))
    for result_id, steps in by_id.items():
        last = steps[-1]
        if last.step is Step.WITHDRAWN:
            if result_id in standing:
                _withdraw(result_id, told)
        elif all(step.step is Step.FINAL for step in steps) and result_id in standing:
            CorrelationResult.objects.filter(result_id=result_id).update(state=ResultState.FINAL)
        else:
            _stand(last, standing.get(result_id), told)
    return told


def _store_named(outcomes: Sequence[Outcome], find: Find) -> None:
    """Of a result that makes no warning only the hit at which it happened: the internet's noise would leave thousands a day."""
    telling = [o for o in outcomes if o.correlation.passing and o.step in {Step.RAISED, Step.CHANGED}]
    named = {outcome.crossing for outcome in telling}
    for outcome in telling:
        if outcome.correlation.draft.level not in _NO_WARNING:
            named.update(outcome.hit_ids)
    stored = StoredHit.objects.filter(hit_id__in=named).values_list("hit_id", flat=True)
    missing = named - set(stored) if named else named
    if missing:
        store_hits(find(missing, min(outcome.first_time for outcome in telling)))


def _withdraw(result_id: str, told: Told) -> None:
    CorrelationResult.objects.filter(result_id=result_id).update(state=ResultState.WITHDRAWN)
    StoredHit.objects.filter(hit_id=result_id).update(disposition=Disposition.WITHDRAWN)
    told.withdrawn.append(result_id)


def _stand(outcome: Outcome, before: CorrelationResult | None, told: Told) -> None:
    """A result that is new, or is another now than what stands."""
    crossing = StoredHit.objects.filter(hit_id=outcome.crossing).first()
    hit = _hit_of(outcome, crossing or _forgotten(outcome))
    _save_result(outcome)
    if outcome.correlation.draft.kind in _CHAINS:
        told.chains[hit.hit_id] = _made_of(outcome.hit_ids)
    if before is None:
        told.raised += store_hits([hit]).raising
        return
    stored = StoredHit.objects.get(hit_id=hit.hit_id)
    columns = columns_of(hit)
    was = (stored.unit_id, stored.asset)
    back = stored.disposition == Disposition.WITHDRAWN
    if back:
        columns["disposition"] = Disposition.QUIET if hit.quiet else Disposition.RAISED
    StoredHit.objects.filter(hit_id=hit.hit_id).update(**columns)
    counts = back or stored.disposition == Disposition.RAISED
    if counts and not hit.quiet and (back or was != (columns["unit_id"], columns["asset"])):
        told.moved.append(hit.hit_id)
        told.raised.append(hit)


def _made_of(hit_ids: Collection[str]) -> set[str]:
    """These hits, and of results among them the hits that they are made of in turn."""
    found: set[str] = set()
    waiting = set(hit_ids)
    while waiting:
        found |= waiting
        inner = CorrelationResult.objects.filter(result_id__in=waiting).values_list("hit_ids", flat=True)
        waiting = {hit_id for ids in inner for hit_id in ids} - found
    return found


def _forgotten(outcome: Outcome) -> StoredHit:
    """Stands for evidence that was removed before its window closed; the result is told without it."""
    return StoredHit(hit_id=outcome.crossing, event_time=outcome.time, ingest_time=outcome.time, raw=b"")


def _save_result(outcome: Outcome) -> None:
    CorrelationResult.objects.update_or_create(
        result_id=outcome.result_id,
        defaults={
            "rule": outcome.correlation.state_key,
            "rule_id": outcome.correlation.draft.id,
            "state": ResultState.FINAL if outcome.final else ResultState.PROVISIONAL,
            "group": [list(pair) for pair in outcome.group],
            "first_time": outcome.first_time,
            "time": outcome.time,
            "value": outcome.value,
            "capped": outcome.capped,
            "hit_ids": list(outcome.hit_ids),
        },
    )


def _hit_of(outcome: Outcome, crossing: StoredHit) -> Hit:
    """The result as a hit: where and whose it is comes from the event at which it happened."""
    rule = outcome.correlation.draft
    return Hit(
        hit_id=outcome.result_id,
        rule_id=rule.id,
        rule_hash=rule.hash,
        rule_title=rule.title,
        rule_level=rule.level,
        rule_author=rule.author,
        rule_pack=rule.pack,
        threat_class=rule.threat_class,
        harm=rule.harm,
        at_least=rule.at_least,
        tags=rule.tags,
        log_position=crossing.log_position,
        event_time=outcome.time,
        ingest_time=crossing.ingest_time,
        source_id=crossing.source_id,
        unit_id=crossing.unit_id,
        asset=dict(outcome.group).get(rule.asset) or crossing.asset,
        peer=crossing.peer,
        exercise=outcome.exercise,
        src_ip=crossing.src_ip,
        dst_ip=crossing.dst_ip,
        domain=crossing.domain,
        url=crossing.url,
        hash=crossing.hash,
        raw=bytes(crossing.raw),
        matches=tuple(_matches(outcome)),
        quiet=outcome.correlation.quiet,
    )


def _matches(outcome: Outcome) -> Iterable[Match]:
    rule = outcome.correlation.draft
    seconds = rule.timespan_ns // 10**9
    yield from (Match("group-by", name, value, "") for name, value in outcome.group)
    condition = ", ".join(f"{operator} {_shown(rule.kind, bound)}" for operator, bound in rule.condition)
    value = _shown(rule.kind, outcome.value) + ("+" if outcome.capped else "")
    yield Match(rule.kind.value, ", ".join(rule.field), value, f"{condition} / {seconds} s".strip(" /"))
    yield Match("rules", "", ", ".join(outcome.hit_ids), ", ".join(rule.refs))


def _shown(kind: Kind, number: int) -> str:
    return f"{number / SCALE:g}" if kind.is_numeric else str(number)
