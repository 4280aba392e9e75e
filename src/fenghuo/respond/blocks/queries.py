"""What others ask of block orders. They are the office's: no unit sees who ordered what against whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from fenghuo.base.common.settings import settings
from fenghuo.base.tables.queries import in_force as table_in_force
from fenghuo.base.units.models import Asset
from fenghuo.base.units.queries import Viewer
from fenghuo.respond.blocks.decide import Reason, State
from fenghuo.respond.blocks.guard import Guard
from fenghuo.respond.blocks.models import Block, Objection
from fenghuo.respond.blocks.shipped import TABLE
from fenghuo.see.inventory.models import LogSource
from fenghuo.see.screening.models import Authorisation


def cells() -> Mapping[str, Any]:
    """The table of guards and terms that holds now."""
    found: Mapping[str, Any] = table_in_force(TABLE).cells
    return found


def guard_in_force() -> Guard:
    """The guards that hold now."""
    return Guard(cells(), own_values())


def own_values() -> list[str]:
    """Addresses and domains of the units and of the office: registered assets, addresses that were authorised for screening,
    devices that send logs, and the platform itself."""
    found = list(Asset.objects.values_list("value", flat=True))
    found += [one for given in Authorisation.objects.values_list("addresses", flat=True) for one in given]
    found += [peer for peer in LogSource.objects.values_list("peer", flat=True) if peer]
    own = settings()
    found += [host.strip() for host in own.allowed_hosts.split(",") if host.strip()]
    host = urlsplit(own.public_url).hostname if own.public_url else None
    return [*found, host] if host else found


def blocks_visible_to(viewer: Viewer) -> QuerySet[Block]:
    """The orders that the person may see: all for the office, none for a unit."""
    return Block.objects.all() if viewer.unit_scope() is None else Block.objects.none()


def objections_visible_to(viewer: Viewer) -> QuerySet[Objection]:
    """The objections that the person may see, open ones first."""
    rows = Objection.objects.select_related("block")
    return rows if viewer.unit_scope() is None else rows.none()


def listed(now: datetime, exercise: bool) -> QuerySet[Block]:
    """The orders that stand on the lists at a moment, in a fixed order."""
    rows = Block.objects.filter(state=State.IN_FORCE, until__gt=now, exercise=exercise)
    return rows.order_by("approved_at", "id")


def last_change(now: datetime, exercise: bool) -> datetime | None:
    """When the lists changed last: an approval, or an end, were it written down or not."""
    ever = Block.objects.filter(exercise=exercise, approved_at__isnull=False)
    moments = [
        ever.order_by("-approved_at").values_list("approved_at", flat=True).first(),
        ever.filter(ended_at__isnull=False).order_by("-ended_at").values_list("ended_at", flat=True).first(),
        ever.filter(until__lte=now).order_by("-until").values_list("until", flat=True).first(),
    ]
    return max((moment for moment in moments if moment is not None and moment <= now), default=None)


@dataclass(slots=True)
class Month:
    """What the public is told of one month: numbers by reason, never what was blocked.

    Attributes:
        month: "2026-11". begun, lifted, expired: reason → orders. objections, upheld: how many were taken and were right.
    """

    month: str
    begun: dict[str, int]
    lifted: dict[str, int]
    expired: dict[str, int]
    objections: int = 0
    upheld: int = 0


def months() -> Sequence[Month]:
    """Each month in which something happened, the latest first; exercises are left out. Months are those of the office's zone."""
    zone, found = ZoneInfo(settings().time_zone), dict[str, Month]()

    def of(moment: datetime) -> Month:
        name = moment.astimezone(zone).strftime("%Y-%m")
        none = {reason.value: 0 for reason in Reason}
        return found.setdefault(name, Month(name, dict(none), dict(none), dict(none)))

    rows = Block.objects.filter(exercise=False, approved_at__isnull=False)
    for reason, state, approved, ended in rows.values_list("reason", "state", "approved_at", "ended_at"):
        assert approved is not None
        of(approved).begun[reason] += 1
        if ended is not None:
            month = of(ended)
            (month.lifted if state == State.LIFTED else month.expired)[reason] += 1
    taken = Objection.objects.filter(block__exercise=False).values_list("taken_at", "upheld")
    for moment, upheld in taken:
        month = of(moment)
        month.objections += 1
        month.upheld += upheld is True
    return sorted(found.values(), key=lambda month: month.month, reverse=True)
