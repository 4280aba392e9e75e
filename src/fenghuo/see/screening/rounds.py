"""Screening rounds: planned, authorised, running, done, reported. Part of this room's `actions`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.units.models import Asset
from fenghuo.see.screening.actions import CannotDo, due
from fenghuo.see.screening.ledger import fill, round_period
from fenghuo.see.screening.models import Round, RoundAsset, RoundKind, RoundState
from fenghuo.see.screening.register import NO_CHECK, checks_for, permit_of

NEXT = {
    RoundState.PLANNED: RoundState.AUTHORISED,
    RoundState.AUTHORISED: RoundState.RUNNING,
    RoundState.RUNNING: RoundState.DONE,
    RoundState.DONE: RoundState.REPORTED,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a round is to be: `checks` and `assets` () mean all."""

    kind: RoundKind
    name: str
    begins: datetime
    ends: datetime
    checks: tuple[str, ...] = ()
    assets: tuple[int, ...] = ()


@transaction.atomic
def plan(actor: Actor, wanted: Plan) -> Round:
    """Plan a round; the assets that it is due for are written down as the register has them now.

    Raises:
        CannotDo: its time is empty, or it has no assets.
    """
    if wanted.begins >= wanted.ends:
        raise CannotDo("time")
    assets = Asset.objects.select_related("unit")
    chosen = list(assets.filter(pk__in=wanted.assets) if wanted.assets else assets)
    if not any(checks_for(asset.kind) for asset in chosen):
        raise CannotDo("assets")
    made = Round.objects.create(
        kind=wanted.kind,
        name=wanted.name.strip()[:200] or str(RoundKind(wanted.kind).label),
        begins=wanted.begins,
        ends=wanted.ends,
        checks=list(wanted.checks),
        made_by=actor.name[:150],
        made_at=clock.now(),
    )
    _write_down(made, chosen)
    record(actor, "round.planned", f"round:{made.id}", {"name": made.name, "assets": len(chosen)})
    return made


def _write_down(made: Round, assets: Iterable[Asset]) -> None:
    now = clock.now()
    RoundAsset.objects.bulk_create(
        RoundAsset(
            round=made,
            asset_id=asset.pk,
            value=asset.value,
            name=asset.name,
            kind=asset.kind,
            unit_id=asset.unit_id,
            unit_name=asset.unit.name,
            critical=asset.critical,
            authorised=permit_of(asset, now) is not None,
            excluded="" if checks_for(asset.kind) else NO_CHECK,
        )
        for asset in assets
    )


@transaction.atomic
def exclude(actor: Actor, round_id: str, asset_id: int, why: str) -> RoundAsset:
    """Leave an asset out of a round that is not done yet, with the reason; it stays in the count of registered assets.

    Raises:
        CannotDo: no reason, or the round is done. RoundAsset.DoesNotExist.
    """
    row = RoundAsset.objects.select_for_update().select_related("round").get(round_id=round_id, asset_id=asset_id)
    if not why.strip():
        raise CannotDo("reason")
    if row.round.state in {RoundState.DONE, RoundState.REPORTED}:
        raise CannotDo("state")
    row.excluded = why.strip()[:200]
    row.save(update_fields=["excluded"])
    record(actor, "round.asset-excluded", f"round:{round_id}", {"asset": row.value, "reason": row.excluded})
    return row


@transaction.atomic
def advance(actor: Actor, round_id: str, wanted: RoundState) -> Round:
    """Take a round to its next state. A running round has every cell of its ledger from the start, and its assets are due at once,
    critical information infrastructure first.

    Raises:
        CannotDo: it is not the next state. Round.DoesNotExist.
    """
    found = Round.objects.select_for_update().get(id=round_id)
    if NEXT.get(RoundState(found.state)) is not wanted:
        raise CannotDo("state")
    found.state, now = wanted, clock.now()
    if wanted is RoundState.RUNNING:
        found.started_at = now
        _start(found, now)
    if wanted is RoundState.DONE:
        found.done_at = now
    found.save()
    record(actor, f"round.{wanted.value}", f"round:{found.id}", {"name": found.name})
    return found


def _start(found: Round, now: datetime) -> None:
    rows = {row.asset_id: row for row in found.assets.all()}
    assets = Asset.objects.select_related("unit").filter(pk__in=rows).order_by("-critical", "value")
    fill(round_period(found.id), assets, now, checks=found.checks)
    for asset in assets:
        row = rows[asset.pk]
        row.authorised = permit_of(asset, now) is not None
        row.save(update_fields=["authorised"])
        if row.authorised and not row.excluded:
            due(asset, now)


def finish_due(now: datetime) -> int:
    """End running rounds of which every due and authorised asset was visited, or whose time is over; how many."""
    ended = 0
    for found in Round.objects.filter(state=RoundState.RUNNING):
        left = found.assets.filter(excluded="", authorised=True, visited_at=None).exists()
        if not left or found.ends <= now:
            advance(SYSTEM, found.id, RoundState.DONE)
            ended += 1
    return ended
