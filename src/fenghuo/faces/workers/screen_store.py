"""What the screening process asks of the tables and writes into them; called from its one thread for tables."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from fenghuo.base.units.models import Asset
from fenghuo.see.events import Hit
from fenghuo.see.screening import ledger, pages, queries, rounds, watching
from fenghuo.see.screening.availability import place_of
from fenghuo.see.screening.checks.base import Check, Severity, Verdict, VerdictKind
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.decide import AFTER_FAILURE, watch_interval
from fenghuo.see.screening.facts import CheckClass, Failure, Target, Why, needs
from fenghuo.see.screening.facts.site import Rota
from fenghuo.see.screening.fetch.screen import Screened, judge_all, nothing
from fenghuo.see.screening.hits import Raised, hit_of
from fenghuo.see.screening.models import SiteState, StoredFinding
from fenghuo.see.screening.permit import Permit
from fenghuo.see.screening.register import checks_for, note_register, permit_of, registered_hosts, target_of

_RECORD_SAME_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Due:
    """An asset whose visit is due, with everything that the visit needs."""

    asset: Asset
    target: Target
    permit: Permit
    checks: tuple[Check, ...]
    stored: Mapping[str, Any]
    rota: Rota


@dataclass(frozen=True, slots=True)
class Watched:
    """A public site that is watched, how often, and by which checks its home page is judged."""

    asset: Asset
    target: Target
    permit: Permit
    every_s: float
    checks: tuple[Check, ...]


def home_checks() -> tuple[Check, ...]:
    """The checks that watch a home page: they compare with what was learned or other visitors get, or look at availability, and probe no
    paths. Pages behind it are left to visits and to the daily tour."""
    watching = {needs.BASELINE, needs.VISITS, needs.VARIANTS}
    chosen = (c for c in all_checks().values() if watching & {*c.needs, *c.uses} and not c.probes)
    return tuple(replace(c, uses=tuple(n for n in c.uses if n is not needs.PAGES)) for c in chosen)


class Store:
    """The tables, as the screening process sees them."""

    def __init__(self) -> None:
        self._told: dict[tuple[int, str], tuple[object, datetime]] = {}

    def due(self, now: datetime, most: int, under_way: frozenset[int]) -> list[Due]:
        """Assets whose visit is due and may be made; those that may not are recorded as not authorised at once."""
        found: list[Due] = []
        registered = registered_hosts()
        for asset in queries.due_assets(now, most + len(under_way)):
            if asset.pk in under_way:
                continue
            checks = tuple(checks_for(asset.kind))
            target, permit = target_of(asset, registered), permit_of(asset, now)
            if not checks:
                self._put_off(asset, now)
            elif permit is None:
                facts = nothing(target, checks, Failure(Why.NOT_AUTHORISED), now, {})
                ledger.record_visit(asset, judge_all(checks, facts), None)
            elif permit.closed(now) is not None:
                self._put_off(asset, now)
            else:
                found.append(Due(asset, target, permit, checks, self.stored_facts(asset, now), pages.rota_of(asset)))
        return found[:most]

    def _put_off(self, asset: Asset, now: datetime) -> None:
        """Quiet hours: nothing is wrong and nothing is known, the visit is only later."""
        SiteState.objects.filter(asset=asset).update(next_at=now + min(AFTER_FAILURE))

    def stored_facts(self, asset: Asset, now: datetime) -> dict[str, Any]:
        """What checks get of earlier visits."""
        facts: dict[str, Any] = {needs.VISITS.name: queries.visits_of(asset, now)}
        baseline = queries.baseline_of(asset)
        if baseline is not None:
            facts[needs.BASELINE.name] = baseline
        return facts

    def record(self, asset: Asset, screened: Screened) -> list[Hit]:
        """Take a visit up; the hits that its grave findings are."""
        recorded = ledger.record_visit(asset, screened.verdicts, screened.facts)
        pages.note_visited(asset, screened.facts)
        return hits_of(recorded.raised)

    def record_watch(self, asset: Asset, screened: Screened) -> list[Hit]:
        """Take a look at the home page up; what is the same as an hour ago is not written again."""
        if not any(v.kind is VerdictKind.FAIL for v in screened.verdicts):
            ledger.learn(asset, screened.facts)
        fresh = [v for v in screened.verdicts if self._is_news(asset, v)]
        if not fresh:
            return []
        return hits_of(ledger.record_visit(asset, fresh, screened.facts, planned=False).raised)

    def _is_news(self, asset: Asset, verdict: Verdict) -> bool:
        said = (verdict.kind, verdict.reason, tuple(sorted((f.outcome, f.locus) for f in verdict.findings)))
        before, at = self._told.get((asset.pk, verdict.check), (None, verdict.at))
        if said == before and verdict.at - at < _RECORD_SAME_AFTER and not self._closing(asset, verdict):
            return False
        self._told[asset.pk, verdict.check] = (said, verdict.at)
        return True

    def _closing(self, asset: Asset, verdict: Verdict) -> bool:
        """Whether the verdict could close something: then each one counts."""
        if verdict.kind not in {VerdictKind.PASS, VerdictKind.FAIL}:
            return False
        still = StoredFinding.objects.filter(asset=asset, check_id=verdict.check, state__in=("open", "passed-once"))
        still = still.filter(place="")
        return still.exclude(locus__in=[f.locus for f in verdict.findings]).exists()

    def watched(self, now: datetime) -> list[Watched]:
        """The public sites with a permit for visits, and how often each can be looked at."""
        registered, found = registered_hosts(), []
        for asset in Asset.objects.select_related("unit").filter(kind__in=("website", "application")):
            permit = permit_of(asset, now)
            if permit is not None and CheckClass.VISIT in permit.classes and permit.closed(now) is None:
                found.append((asset, permit))
        together = Counter(place_of(asset, permit) for asset, permit in found)
        checks = home_checks()
        return [
            Watched(
                asset,
                target_of(asset, registered),
                permit,
                watch_interval(together[place_of(asset, permit)]).total_seconds(),
                checks,
            )
            for asset, permit in found
        ]

    def untold(self, most: int) -> tuple[list[StoredFinding], list[Hit]]:
        """Findings that the judge has not been handed yet, whoever brought them: a visit, a tour, a file; and the hits that they are."""
        found = list(StoredFinding.objects.filter(to_tell=True).select_related("asset").order_by("last_seen")[:most])
        return found, hits_of(found)

    def told(self, findings: Sequence[StoredFinding]) -> None:
        """The judge has them; what came back meanwhile is told anew."""
        for finding in findings:
            same = StoredFinding.objects.filter(id=finding.id, reopened=finding.reopened)
            same.update(to_tell=False)

    def observe(self, asset: Asset, at: datetime, stage: str, took_ms: int) -> str:
        """Take up an availability visit; the state that it leads to."""
        return watching.observe(asset, at, stage, took_ms).state

    def keep_house(self, now: datetime) -> None:
        """Once in a while: the register of the day, the month's cells, rounds that are over, assets that were never due."""
        note_register(now)
        assets = list(Asset.objects.select_related("unit"))
        ledger.fill(ledger.month_of(now), assets, now)
        known = set(SiteState.objects.values_list("asset_id", flat=True))
        fresh = [SiteState(asset=asset, next_at=now) for asset in assets if asset.pk not in known]
        SiteState.objects.bulk_create(fresh, ignore_conflicts=True)
        rounds.finish_due(now)


def hits_of(raised: Sequence[StoredFinding]) -> list[Hit]:
    """The hits of findings that are new or came back."""
    made = (
        hit_of(
            Raised(
                finding=f.id,
                unit_id=f.unit_id,
                asset=f.asset.value,
                check=f.check_id,
                outcome=f.outcome,
                locus=f.locus,
                evidence=f.evidence,
                severity=Severity(f.severity),
                times=f.reopened,
                at=f.last_seen,
            )
        )
        for f in raised
    )
    return [hit for hit in made if hit is not None]
