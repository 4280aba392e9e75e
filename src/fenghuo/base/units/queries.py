"""What others ask the register of units; rows for a person come through `…_visible_to` only."""

import ipaddress
from typing import Protocol

from django.db.models import QuerySet

from fenghuo.base.common.severity import Importance
from fenghuo.base.units.models import Asset, AssetKind, Unit


class Viewer(Protocol):
    """Someone to whom rows are shown."""

    def unit_scope(self) -> frozenset[str] | None:
        """Ids of the units whose rows the person may see, None for all."""


def units_visible_to(viewer: Viewer) -> QuerySet[Unit]:
    """The units that the person may see."""
    scope = viewer.unit_scope()
    return Unit.objects.all() if scope is None else Unit.objects.filter(id__in=scope)


def assets_visible_to(viewer: Viewer) -> QuerySet[Asset]:
    """The assets that the person may see."""
    scope = viewer.unit_scope()
    found = Asset.objects.select_related("unit")
    return found if scope is None else found.filter(unit_id__in=scope)


def names() -> dict[str, str]:
    """Unit id → name."""
    return dict(Unit.objects.values_list("id", "name"))


def find_unit(code_or_id: str) -> Unit | None:
    """The unit of this code, id or name."""
    for field in ("code", "id", "name"):
        found = Unit.objects.filter(**{field: code_or_id}).first()
        if found is not None:
            return found
    return None


def find_asset(unit_id: str, name: str) -> Asset | None:
    """The unit's asset that a log line means: by its value, by a domain above it, or by an address range around it."""
    own = list(Asset.objects.filter(unit_id=unit_id))
    wanted = name.lower().partition(":")[0] if name.count(":") == 1 else name.lower()
    by_value = {asset.value: asset for asset in own}
    host = wanted
    while host:
        if host in by_value:
            return by_value[host]
        host = host.partition(".")[2]
    try:
        address = ipaddress.ip_address(wanted)
    except ValueError:
        return None
    for asset in own:
        if asset.kind == AssetKind.ADDRESS_RANGE and address in ipaddress.ip_network(asset.value, strict=False):
            return asset
    return None


def importance_of(unit_id: str, name: str) -> Importance:
    """Importance of the asset; of the unit where the asset is not registered; ordinary where neither is known."""
    asset = find_asset(unit_id, name) if unit_id else None
    if asset is not None:
        return Importance.VITAL if asset.critical else Importance(asset.importance)
    value = Unit.objects.filter(id=unit_id).values_list("importance", flat=True).first()
    return Importance(value) if value else Importance.ORDINARY
