"""Hits become warnings; part of this room's `actions`.

All warnings of one call are read, written and told together: in a storm the work of a hundred warnings is that of a few, and the
hits behind them do not wait.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from fenghuo.base.audit import SYSTEM
from fenghuo.base.audit.actions import Act, record_all
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.common import clock
from fenghuo.base.common.ids import derived_id
from fenghuo.base.common.rows import insert
from fenghuo.base.common.severity import Importance
from fenghuo.base.tables.queries import Graded, WarningMatrix, warning_matrix
from fenghuo.base.units.queries import importances_of, names
from fenghuo.see.events import Hit
from fenghuo.warn.channels.actions import enqueue_all
from fenghuo.warn.channels.message import Addressee, Message
from fenghuo.warn.channels.roads import of_person
from fenghuo.warn.duty.queries import ladder, pace, terms
from fenghuo.warn.early_warnings.decide import ACKNOWLEDGE, FINAL, JOINED, becomes_warning, classify, raised_to
from fenghuo.warn.early_warnings.messages import message_of
from fenghuo.warn.early_warnings.models import EarlyWarning, State, WarningHit
from fenghuo.warn.early_warnings.parts import take_in

_NAMES = ("unit_id", "asset", "threat_class", "exercise")
Key = tuple[str, str, str, bool]
_NONE: Mapping[str, Collection[str]] = {}


@dataclass(slots=True)
class _Grown:
    """A warning with the hits that come to it now, not stored yet."""

    warning: EarlyWarning
    hits: Sequence[Hit]
    fresh: bool
    raised: bool
    occasion: str = ""


@transaction.atomic
def judge(hits: Sequence[Hit], now: datetime, chains: Mapping[str, Collection[str]] = _NONE) -> int:
    """Group fresh hits into warnings, grade them, and tell who is to be told; how many warnings are new or raised.

    Runs inside the judge's transaction. Every hit must be stored already and be given once.

    Args:
        chains: of those hits that are results of a chain, the ids of the hits that it is made of: their warnings at the same asset
            become parts of the result's.
    """
    groups: dict[Key, list[Hit]] = {}
    for hit in sorted(
        (h for h in hits if becomes_warning(h)), key=lambda h: (h.ingest_time, h.log_position, h.rule_id)
    ):
        threat_class, _harm = classify(hit)
        groups.setdefault((hit.unit_id, hit.asset[:300], threat_class.value, hit.exercise), []).append(hit)
    if not groups:
        return 0
    grown = _grow(groups, now)
    _store(grown)
    taken_in = _take_in(grown, chains, now)
    raised = [one for one in grown if one.raised]
    _account_for(raised, now)
    raised = [one for one in raised if one.warning.id not in taken_in]
    tell([(one.warning, one.occasion or f"raised:{one.warning.level}") for one in raised], 0, now)
    return len(raised)


def _take_in(grown: Sequence[_Grown], chains: Mapping[str, Collection[str]], now: datetime) -> set[str]:
    """Put together what chains show to be one matter; the ids of the warnings that are parts now."""
    parts: dict[str, EarlyWarning] = {}
    for one in grown if chains else ():
        for hit in one.hits:
            if hit.hit_id in chains:
                before = parts.get(one.warning.id)  # it may be a part itself by now
                whole = before.joined_to if before and before.joined_to else one.warning
                level = whole.level
                found = take_in(whole, hit, chains[hit.hit_id], now)
                parts |= {part.id: part for part in found}
                if found and not one.raised:
                    one.raised, one.occasion = True, "" if whole.level != level else f"joined:{hit.hit_id}"
    for one in grown:
        one.warning = parts.get(one.warning.id, one.warning)
    return set(parts)


def _grow(groups: Mapping[Key, Sequence[Hit]], now: datetime) -> list[_Grown]:
    standing = _standing(groups)
    ordinals = _ordinals([key for key in groups if key not in standing])
    importances = importances_of((unit_id, asset) for unit_id, asset, _class, _exercise in groups)
    matrix = warning_matrix()
    part, within = pace(now).part, terms().acknowledge_within()
    members: dict[str, tuple[EarlyWarning, bool, list[Hit]]] = {}
    for key, hits in groups.items():
        warning = standing.get(key) or _fresh(key, ordinals.get(key, 0), hits, now)
        members.setdefault(warning.id, (warning, key not in standing, []))[2].extend(hits)
    grown = []
    for warning, fresh, hits in members.values():
        importance = importances[warning.unit_id, warning.asset]
        graded = [(_graded(matrix, importance, hit), hit) for hit in hits]
        best, gravest = min(graded, key=lambda pair: pair[0].level.rank)
        raised = best.level.rank < warning.rank
        if raised:
            _raise(warning, best, gravest, importance.value, now)
            if warning.state == State.OPEN:
                warning.rung, warning.next_rung_at = 0, now + within[best.level] * part
        times = [clock.from_ns(hit.event_time) for hit in hits]
        warning.count += len(hits)
        warning.first_seen = min(warning.first_seen, *times)
        warning.last_seen = max(warning.last_seen, *times)
        warning.changed = clock.now_ns()
        grown.append(_Grown(warning, hits, fresh, raised))
    return grown


def _graded(matrix: WarningMatrix, importance: Importance, hit: Hit) -> Graded:
    by_table = matrix.level(importance, classify(hit)[1])
    return replace(by_table, level=raised_to(by_table.level, hit))


def _standing(keys: Iterable[Key]) -> dict[Key, EarlyWarning]:
    """The warnings of these keys that are not closed, locked; for one that became part of another, that one."""
    wanted = set(keys)
    rows = EarlyWarning.objects.filter(unit_id__in={k[0] for k in wanted}, asset__in={k[1] for k in wanted})
    found: dict[Key, EarlyWarning] = {}
    parts: dict[Key, str | None] = {}
    for warning in rows.exclude(state__in=FINAL - {JOINED}).select_for_update():
        key = (warning.unit_id, warning.asset, warning.threat_class, warning.exercise)
        if key in wanted and warning.state == JOINED:
            parts[key] = warning.joined_to_id
        elif key in wanted:
            found.setdefault(key, warning)
    wholes = EarlyWarning.objects.exclude(state__in=FINAL).select_for_update()
    by_id = {warning.id: warning for warning in found.values()}
    missing = set(parts.values()) - by_id.keys()
    by_id |= {warning.id: warning for warning in wholes.filter(id__in=missing)} if missing else {}
    return {key: by_id[whole] for key, whole in parts.items() if whole in by_id} | found


def _ordinals(keys: Sequence[Key]) -> dict[Key, int]:
    """How many warnings each of these keys had before."""
    if not keys:
        return {}
    rows = EarlyWarning.objects.filter(unit_id__in={k[0] for k in keys}, asset__in={k[1] for k in keys})
    counted = rows.order_by().values_list(*_NAMES).annotate(number=Count("id"))
    return {(unit_id, asset, name, exercise): number for unit_id, asset, name, exercise, number in counted}


def _fresh(key: Key, ordinal: int, hits: Sequence[Hit], now: datetime) -> EarlyWarning:
    unit_id, asset, threat_class, exercise = key
    seen = clock.from_ns(hits[0].event_time)
    return EarlyWarning(
        id=derived_id("warning", unit_id, asset, threat_class, str(exercise), ordinal),
        unit_id=unit_id,
        asset=asset,
        threat_class=threat_class,
        exercise=exercise,
        ordinal=ordinal,
        rank=99,
        first_seen=seen,
        last_seen=seen,
        created_at=now,
    )


def _raise(warning: EarlyWarning, graded: Graded, hit: Hit, importance: str, now: datetime) -> None:
    warning.level, warning.rank = graded.level.value, graded.level.rank
    warning.matrix = f"{graded.table} {graded.version}"
    warning.importance, warning.harm = importance, classify(hit)[1].value
    warning.title = hit.rule_title[:300]
    warning.raised_at = now


def _store(grown: Sequence[_Grown]) -> None:
    insert([one.warning for one in grown if one.fresh])
    for one in grown:
        if not one.fresh:
            one.warning.save(force_update=True)
    insert([WarningHit(warning=one.warning, hit_id=hit.hit_id) for one in grown for hit in one.hits])


def _account_for(raised: Sequence[_Grown], now: datetime) -> None:
    """Write down what was raised, and start the clocks of what waits for somebody."""
    acts = []
    limits = {}
    for one in raised:
        warning = one.warning
        verb = "warning.raised" if one.fresh else "warning.level-raised"
        detail = {"level": warning.level, "unit": warning.unit_id, "asset": warning.asset}
        acts.append(Act(verb, warning.subject, detail))
        if warning.state == State.OPEN and warning.next_rung_at is not None:
            limits[warning.subject] = warning.next_rung_at
    record_all(SYSTEM, acts)
    clocks.start_all(limits, ACKNOWLEDGE, now)


def tell(occasions: Sequence[tuple[EarlyWarning, str]], rung: int, now: datetime, *, again: bool = False) -> None:
    """Tell the persons of a rung, and the fixed recipients, of each warning and occasion; beyond the last rung everybody on the ladder."""

    def messages() -> tuple[Iterable[Message], Iterable[Addressee]]:
        rungs = ladder(now)
        persons = rungs[rung] if rung < len(rungs) else [person for each in rungs for person in each]
        units = names()
        texts = (message_of(warning, units.get(warning.unit_id, ""), why, again=again) for warning, why in occasions)
        return texts, [of_person(person) for person in persons]

    if occasions:
        enqueue_all(messages, now)
