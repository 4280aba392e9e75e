"""Judging stored facts anew when the content changes: no site is contacted, and a verdict keeps the time of what was seen.

What stands of a later look is left alone: facts that are older than the last verdict of a check prove nothing against it.
"""

import json
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import zstandard
from django.db import transaction

from fenghuo.base.common import clock
from fenghuo.base.units.models import Asset
from fenghuo.see.screening import ledger
from fenghuo.see.screening.checks.base import Check, Verdict, VerdictKind, finding_key
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.content import registry
from fenghuo.see.screening.decide import FindingState
from fenghuo.see.screening.facts.stored import OtherForm
from fenghuo.see.screening.fetch.screen import judge_all
from fenghuo.see.screening.models import SiteState, StoredFinding, VerdictSpan
from fenghuo.see.screening.register import checks_for, registered_hosts, target_of

_JUDGED = "judged.json"
_OPEN = (FindingState.OPEN, FindingState.PASSED_ONCE)


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What judging anew changed: sites whose facts were looked at, verdicts that are other ones now, findings raised and closed."""

    sites: int = 0
    verdicts: int = 0
    raised: tuple[StoredFinding, ...] = ()
    closed: tuple[StoredFinding, ...] = ()

    def __add__(self, other: "Rejudged") -> "Rejudged":
        return Rejudged(
            self.sites + other.sites,
            self.verdicts + other.verdicts,
            self.raised + other.raised,
            self.closed + other.closed,
        )


def changed_packs(folder: Path) -> frozenset[str]:
    """Packs whose content is another than the one by which stored facts were judged last."""
    now = registry.refresh()
    try:
        before = json.loads((folder / _JUDGED).read_bytes())
    except (OSError, ValueError):
        before = {}
    return frozenset(
        name for name, version in now.items() if not isinstance(before, dict) or before.get(name) != version
    )


def note_judged(folder: Path) -> None:
    """Stored facts are judged by the content in force."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{_JUDGED}.{os.getpid()}"
    fresh.write_text(json.dumps(registry.version_of_all(), sort_keys=True, indent=1), encoding="utf-8")
    fresh.replace(folder / _JUDGED)


def checks_of(packs: Iterable[str]) -> tuple[Check, ...]:
    """The checks that judge by any of these packs."""
    wanted = {name for pack in packs for name in registry.PACKS[pack].checks}
    return tuple(check for check in all_checks().values() if check.id in wanted)


def sites() -> list[int]:
    """Ids of the assets of which facts are stored."""
    return list(SiteState.objects.exclude(facts=None).order_by("asset_id").values_list("asset_id", flat=True))


def rejudge(assets: Collection[int], checks: Collection[Check]) -> Rejudged:
    """Judge the stored facts of these assets by these checks, each asset in a transaction of its own."""
    hosts = registered_hosts()
    found = Rejudged()
    for number in assets:
        found += _one(number, checks, hosts)
    return found


@transaction.atomic
def _one(number: int, checks: Collection[Check], hosts: frozenset[str]) -> Rejudged:
    state = SiteState.objects.select_for_update().select_related("asset", "asset__unit").filter(asset_id=number).first()
    if state is None or state.facts_at is None:
        return Rejudged()
    asset, standing = state.asset, _Standing(state.asset, checks)
    due = [c for c in checks_for(asset.kind) if c in checks and not standing.newer_than(c.id, state)]
    try:
        facts = ledger.stored_facts(state)
    except (OtherForm, zstandard.ZstdError):
        return Rejudged()
    if not due or facts.target.asset != asset.value:
        return Rejudged()
    verdicts = judge_all(due, replace(facts, target=target_of(asset, hosts)))
    fresh = [verdict for verdict in verdicts if standing.is_other(verdict)]
    if not fresh:
        return Rejudged(1)
    recorded = ledger.record_visit(asset, fresh, facts, planned=False)
    return Rejudged(1, len(fresh), _due_from_now(recorded.raised), recorded.closed)


class _Standing:
    """What stands of an asset: the last verdict of each check, and its findings."""

    def __init__(self, asset: Asset, checks: Collection[Check]) -> None:
        ids = [check.id for check in checks]
        self._asset = asset
        self._spans: dict[str, VerdictSpan] = {}
        for span in VerdictSpan.objects.filter(asset=asset, check_id__in=ids).order_by("last_at", "id"):
            self._spans[span.check_id] = span
        self._findings = list(StoredFinding.objects.filter(asset=asset, check_id__in=ids))

    def newer_than(self, check: str, state: SiteState) -> bool:
        """Whether the check judged something later than the stored facts."""
        span = self._spans.get(check)
        return span is not None and state.facts_at is not None and span.last_at > state.facts_at

    def is_other(self, verdict: Verdict) -> bool:
        """Whether a verdict says something new; one that could not test never does."""
        if verdict.kind is VerdictKind.COULD_NOT_TEST:
            return False
        span = self._spans.get(verdict.check)
        if span is None or (span.verdict, span.reason, span.version) != (
            verdict.kind.value,
            verdict.reason,
            verdict.version,
        ):
            return True
        return self._finds_other(verdict)

    def _finds_other(self, verdict: Verdict) -> bool:
        said = {
            finding_key(self._asset.unit_id, self._asset.value, verdict.check, f): f.evidence for f in verdict.findings
        }
        of_check = {f.id: f for f in self._findings if f.check_id == verdict.check}
        if any(key not in of_check or of_check[key].evidence != evidence for key, evidence in said.items()):
            return True
        left = [f for key, f in of_check.items() if key not in said and f.state in _OPEN]
        # a finding that passed by these very facts already does not pass by them once more
        return verdict.kind is not VerdictKind.NOT_APPLICABLE and any(
            f.first_pass_at is None or f.first_pass_at < verdict.at for f in left
        )


def _due_from_now(raised: Sequence[StoredFinding]) -> tuple[StoredFinding, ...]:
    """Nobody could know of a finding before today, so that the unit's time begins today, not when its facts were seen."""
    for finding in raised:
        days = all_checks()[finding.check_id].outcome(finding.outcome).days
        finding.due_at = clock.now() + timedelta(days=days)
        finding.save(update_fields=["due_at"])
    return tuple(raised)
