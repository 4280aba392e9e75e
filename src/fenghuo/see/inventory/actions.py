"""The verbs of the inventory; the only writer of its tables."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.ids import new_token, token_hash
from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Unit
from fenghuo.see.events import Meter
from fenghuo.see.inventory.models import DirectoryVersion, LogSource, SourceHealth, UnknownSender
from fenghuo.see.sources import KINDS

_COUNTED = {"received", "bytes", "unparsed", "refused", "resent", "hits"}
_MOST_UNKNOWN = 1000


@transaction.atomic
def add_source(
    actor: Actor,
    unit: Unit,
    kind: str,
    *,
    name: str = "",
    peer: str = "",
    host_pattern: str = "",
    asset: str = "",
    path: str = "",
    zone: str = "",
    options: str = "",
) -> tuple[LogSource, str]:
    """Register a sender; the source and its token, which is shown once and stored hashed.

    Raises:
        ValidationError: a field can't be what it is; nothing was stored.
    """
    if kind not in KINDS:
        raise ValidationError(
            {"kind": _("%(kind)r is no kind. Known: %(known)s.") % {"kind": kind, "known": ", ".join(KINDS)}}
        )
    zone = zone or settings().time_zone
    try:
        ZoneInfo(zone)
    except (LookupError, ValueError, OSError) as error:
        raise ValidationError(
            {"zone": _("%(zone)r is no time zone, such as Asia/Shanghai.") % {"zone": zone}}
        ) from error
    token = new_token("fhs")
    source = LogSource(
        unit=unit,
        kind=kind,
        name=name or f"{unit.name} {kind}",
        token_hash=token_hash(token),
        peer=peer or None,
        host_pattern=host_pattern,
        asset=asset,
        path=path,
        zone=zone,
        options=options,
        created_at=clock.now(),
    )
    source.full_clean()
    source.save()
    SourceHealth.objects.create(source=source)
    _bump()
    record(actor, "source.added", f"source:{source.id}", {"unit": unit.id, "kind": kind, "peer": peer, "path": path})
    return source, token


@transaction.atomic
def renew_token(actor: Actor, source: LogSource) -> str:
    """A new token for a source; the old one ends at once."""
    token = new_token("fhs")
    source.token_hash = token_hash(token)
    source.save(update_fields=["token_hash"])
    _bump()
    record(actor, "source.token-renewed", f"source:{source.id}")
    return token


@transaction.atomic
def switch_source(actor: Actor, source: LogSource, *, on: bool) -> None:
    """Take a source in or out of use."""
    source.enabled = on
    source.save(update_fields=["enabled"])
    _bump()
    record(actor, "source.switched-on" if on else "source.switched-off", f"source:{source.id}")


def _bump() -> None:
    DirectoryVersion.objects.get_or_create(pk=1)
    DirectoryVersion.objects.filter(pk=1).update(number=F("number") + 1)


def apply_meters(meters: Sequence[Meter], now: datetime) -> None:
    """Add what intake and matchers counted, inside the judge's transaction."""
    sums: dict[str, dict[str, int]] = {}
    problems: dict[str, str] = {}
    for meter in meters:
        if meter.source_id:
            if meter.what in _COUNTED:
                found = sums.setdefault(meter.source_id, {})
                found[meter.what] = found.get(meter.what, 0) + meter.amount
            if meter.what in {"refused", "unparsed"} and meter.detail:
                problems[meter.source_id] = meter.detail[:300]
        elif meter.peer:
            _count_unknown(meter, now)
    for health in SourceHealth.objects.filter(source_id__in=sums):
        counts = sums[health.source_id]
        for what, amount in counts.items():
            setattr(health, what, getattr(health, what) + amount)
        if counts.get("received"):
            since = (now - health.last_seen).total_seconds() if health.last_seen else 1.0
            health.rate = counts["received"] / max(1.0, since)
            health.first_seen = health.first_seen or now
            health.last_seen = now
        health.last_problem = problems.get(health.source_id, health.last_problem)
        health.save()


def _count_unknown(meter: Meter, now: datetime) -> None:
    known = UnknownSender.objects.filter(peer=meter.peer)
    if known.update(last_seen=now, received=F("received") + meter.amount, sample=meter.detail[:200]):
        return
    if UnknownSender.objects.count() < _MOST_UNKNOWN:
        UnknownSender.objects.create(
            peer=meter.peer, first_seen=now, last_seen=now, received=meter.amount, sample=meter.detail[:200]
        )
