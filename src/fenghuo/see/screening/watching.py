"""Availability: each visit goes into spans and days. Part of this room's `actions`."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Asset
from fenghuo.see.screening.actions import CannotDo
from fenghuo.see.screening.decide import Up, up_after
from fenghuo.see.screening.models import Maintenance, UpDay, UpSpan

PATIENCE_MS = 15_000
UNKNOWN_AFTER = timedelta(minutes=10)
"""After so long without a visit nobody knows what the site did."""


@transaction.atomic
def observe(asset: Asset, at: datetime, stage: str, took_ms: int) -> UpSpan:
    """Take up one availability visit; the span that stands now.

    Args:
        stage: "" where the site answered within 15 seconds, else what failed: "dns", "tcp", "tls", "http".
        took_ms: milliseconds until the answer or the failure.
    """
    failed = bool(stage)
    _count(asset, at, failed, took_ms)
    last = UpSpan.objects.select_for_update().filter(asset=asset).first()
    if last is not None and at - last.ends > UNKNOWN_AFTER:
        UpSpan.objects.create(asset=asset, state=Up.UNWATCHED, begins=last.ends, ends=at, visits=0)
        last = None
    before = Up(last.state) if last is not None else Up.UNWATCHED
    in_row = (last.visits if last is not None and before in {Up.PENDING, Up.DOWN} else 0) + 1
    state = up_after(before, in_row, failed, _maintained(asset, at))
    if last is not None and before is Up.PENDING and state is Up.DOWN:
        last.state = Up.DOWN  # it was down since the first visit that failed
        before = Up.DOWN
    if last is not None and before is state:
        last.ends, last.visits, last.stage = at, last.visits + 1, stage
        last.save(update_fields=["state", "ends", "visits", "stage"])
        return last
    if last is not None:
        last.ends = at
        last.save(update_fields=["state", "ends"])
    return UpSpan.objects.create(asset=asset, state=state, stage=stage, begins=at, ends=at)


def _count(asset: Asset, at: datetime, failed: bool, took_ms: int) -> None:
    day = at.astimezone(ZoneInfo(settings().time_zone)).date()
    row, _fresh = UpDay.objects.get_or_create(asset=asset, day=day)
    UpDay.objects.filter(pk=row.pk).update(
        visits=F("visits") + 1,
        failed=F("failed") + int(failed),
        slowest_ms=Greatest(F("slowest_ms"), took_ms),
        total_ms=F("total_ms") + took_ms,
    )


def _maintained(asset: Asset, at: datetime) -> bool:
    return Maintenance.objects.filter(asset=asset, begins__lte=at, ends__gt=at).exists()


@transaction.atomic
def maintain(actor: Actor, asset: Asset, begins: datetime, ends: datetime, reason: str) -> Maintenance:
    """Announce a maintenance window.

    Raises:
        CannotDo: it is empty, or has no reason.
    """
    if begins >= ends:
        raise CannotDo("time")
    if not reason.strip():
        raise CannotDo("reason")
    made = Maintenance.objects.create(
        asset=asset, begins=begins, ends=ends, reason=reason.strip()[:300], made_by=actor.name[:150]
    )
    detail = {"asset": asset.value, "begins": begins.isoformat(), "ends": ends.isoformat(), "reason": made.reason}
    record(actor, "asset.maintenance", f"asset:{asset.pk}", detail)
    return made
