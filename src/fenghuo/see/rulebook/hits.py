"""Storing hits and deciding what becomes of each; part of the rule book's `actions`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from fenghuo.base.common import clock
from fenghuo.base.common.rows import insert
from fenghuo.see.events import Hit, Match, match_of
from fenghuo.see.rulebook.decide import ASSET_LENGTH, Rest, over_threshold, rest_for
from fenghuo.see.rulebook.models import CorrelationResult, Disposition, RulePack, RuleTrial, Silence, StoredHit

_NOT_STORED = {"tags", "matches", "fields", "quiet"}
QUIET_KEPT = timedelta(days=2)
_A_TURN = 500
_OF_MATCH = tuple(Match.__dataclass_fields__)
_CUT = ("asset", "domain", "rule_title")
Fate = tuple[Disposition, int]


@dataclass(frozen=True, slots=True)
class StoredAnew:
    """What came of storing hits: those that may raise warnings, and those that correlations are to see, each once."""

    raising: list[Hit]
    correlating: list[Hit]


@transaction.atomic
def store_hits(hits: Sequence[Hit]) -> StoredAnew:
    """Store those hits that are not stored yet.

    Hits of a rule on trial and hits that a silence covers are stored and do not raise. Where a threshold is reached, the
    hits before it raise too. An event that an older version of a rule hit already is not counted again. Correlations see all
    but the hits of rules on trial.

    Runs inside the judge's transaction, so that hits, warnings and the judge's place in the log stand or fall together.
    """
    fresh = _fresh(hits)
    now = clock.now()
    fates, earlier = _fates(fresh, now)
    licences = dict(RulePack.objects.values_list("name", "license"))
    rows = [_row(hit, _licence_name(licences.get(hit.rule_pack, "")), now, fates[hit.hit_id]) for hit in fresh]
    insert(rows)
    ids = [hit.hit_id for hit in earlier]
    StoredHit.objects.filter(hit_id__in=ids).update(disposition=Disposition.RAISED)
    raising = [hit for hit in fresh if fates[hit.hit_id][0] is Disposition.RAISED]
    seen = [hit for hit in fresh if fates[hit.hit_id][0] is not Disposition.CANARY]
    return StoredAnew([*earlier, *raising], seen)


def drop_quiet(now: datetime) -> Iterator[int]:
    """Remove hits that were kept for correlation only and that no result names, some at each turn; how many.

    A website answers thousands of requests a day with 404: counted they matter, one by one they do not. The engine's memory does not need
    them; a correlation over more than `QUIET_KEPT` names those of them that are left.
    """
    old = StoredHit.objects.filter(disposition=Disposition.QUIET, stored_at__lt=now - QUIET_KEPT)
    old = old.order_by("stored_at", "hit_id")
    moment, last = datetime.min.replace(tzinfo=UTC), ""
    while rows := list(
        old.filter(Q(stored_at__gt=moment) | Q(stored_at=moment, hit_id__gt=last), stored_at__gte=moment).values_list(
            "hit_id", "event_time", "stored_at"
        )[:_A_TURN]
    ):
        last, _, moment = rows[-1]
        named = _named([row[0] for row in rows], [row[1] for row in rows])
        gone = [row[0] for row in rows if row[0] not in named]
        StoredHit.objects.filter(hit_id__in=gone).delete()
        yield len(gone)


def _named(hit_ids: Sequence[str], times: Sequence[int]) -> set[str]:
    """Which of these hits are results or count in one."""
    results = CorrelationResult.objects
    around = results.filter(time__gte=min(times), first_time__lte=max(times)).values_list("hit_ids", flat=True)
    own = results.filter(result_id__in=hit_ids).values_list("result_id", flat=True)
    return {hit_id for ids in around for hit_id in ids}.union(own)


def _fresh(hits: Sequence[Hit]) -> list[Hit]:
    known = set(StoredHit.objects.filter(hit_id__in=[h.hit_id for h in hits]).values_list("hit_id", flat=True))
    found: dict[str, Hit] = {}
    for hit in hits:
        if hit.hit_id not in known:
            found.setdefault(hit.hit_id, hit)
    # A matcher that was killed between storing hits and saving its place reads its last lines again, perhaps with a rule
    # that was changed meanwhile; its hits then have other ids for the same lines.
    ids, times = {h.rule_id for h in found.values()}, {h.event_time for h in found.values()}
    same = StoredHit.objects.filter(rule_id__in=ids, event_time__in=times)
    places = ("rule_id", "rule_pack", "log_position", "rule_hash")
    taken: dict[tuple[str, str, str], set[str]] = {}
    for rule_id, pack, position, rule_hash in same.values_list(*places):
        taken.setdefault((rule_id, pack, position), set()).add(rule_hash)
    return [h for h in found.values() if not taken.get((h.rule_id, h.rule_pack, h.log_position), set()) - {h.rule_hash}]


def _fates(hits: Sequence[Hit], now: datetime) -> tuple[dict[str, Fate], list[Hit]]:
    """(what becomes of each hit by id, hits stored before that count from now on)."""
    rule_ids = {hit.rule_id for hit in hits}
    trials = set(RuleTrial.objects.filter(rule_id__in=rule_ids).values_list("rule_id", flat=True))
    rests = rests_in_force(now, rule_ids)
    fates: dict[str, Fate] = {}
    waiting: dict[tuple[Rest, str, str], list[Hit]] = {}
    for hit in hits:
        rest = rest_for(hit, rests) if rests else None
        if hit.quiet:
            fates[hit.hit_id] = Disposition.QUIET, 0
        elif hit.rule_id in trials:
            fates[hit.hit_id] = Disposition.CANARY, 0
        elif rest is None:
            fates[hit.hit_id] = Disposition.RAISED, 0
        else:
            fates[hit.hit_id] = Disposition.SUPPRESSED, rest.id
            if rest.hits:
                waiting.setdefault((rest, hit.unit_id, hit.asset[:ASSET_LENGTH]), []).append(hit)
    earlier: list[Hit] = []
    for (rest, unit_id, asset), group in waiting.items():
        for counted in _over(rest, unit_id, asset, group):
            if isinstance(counted, StoredHit):
                earlier.append(hit_of(counted))
            else:
                fates[counted.hit_id] = Disposition.RAISED, rest.id
    return fates, earlier


def _over(rest: Rest, unit_id: str, asset: str, group: Sequence[Hit]) -> list[Hit | StoredHit]:
    """The hits that reach the threshold: fresh ones, and stored ones that it held back."""
    within = rest.within_s * 1_000_000_000
    first, last = min(h.event_time for h in group), max(h.event_time for h in group)
    stored = StoredHit.objects.filter(rule_id=rest.rule_id, unit_id=unit_id, asset=asset).filter(
        Q(disposition=Disposition.SUPPRESSED, silence_id=rest.id) | Q(disposition=Disposition.RAISED)
    )
    before = stored.filter(event_time__gt=first - within, event_time__lt=first).order_by("-event_time")[: rest.hits]
    around = stored.filter(event_time__gte=first, event_time__lt=last + within)
    found: list[Hit | StoredHit] = sorted([*before, *around, *group], key=lambda h: (h.event_time, h.hit_id))
    counts = over_threshold([h.event_time for h in found], rest.hits, within)
    return [
        hit
        for hit, counted in zip(found, counts, strict=True)
        if counted and not (isinstance(hit, StoredHit) and hit.disposition == Disposition.RAISED)
    ]


def rests_in_force(now: datetime, rule_ids: set[str]) -> list[Rest]:
    """The silences of these rules that are in force."""
    found = Silence.objects.filter(rule_id__in=rule_ids, until__gt=now, ended_at=None)
    return [Rest(*row) for row in found.values_list("id", "rule_id", "unit_id", "asset", "hits", "within_s")]


def hit_of(row: StoredHit) -> Hit:
    """The hit as it was stored."""
    values = {name: getattr(row, name) for name in Hit.__dataclass_fields__ if name not in _NOT_STORED}
    return Hit(**{**values, "raw": bytes(row.raw)}, tags=tuple(row.tags), matches=tuple(map(match_of, row.matches)))


def _row(hit: Hit, licence: str, stored_at: datetime, fate: Fate) -> StoredHit:
    return StoredHit(
        **columns_of(hit), rule_license=licence, disposition=fate[0], silence_id=fate[1], stored_at=stored_at
    )


def columns_of(hit: Hit) -> dict[str, Any]:
    """The columns of `StoredHit` that the hit itself gives."""
    values = {name: getattr(hit, name) for name in Hit.__dataclass_fields__ if name not in _NOT_STORED}
    for name in _CUT:
        values[name] = values[name][:ASSET_LENGTH]
    return {
        **values,
        "tags": list(hit.tags),
        "matches": [{name: getattr(m, name) for name in _OF_MATCH} for m in hit.matches],
    }


def _licence_name(text: str) -> str:
    return next((line.strip(" #") for line in text.splitlines() if line.strip(" #")), "")[:200]
