"""What others ask the register of units; rows for a person come through `…_visible_to` only."""

import ipaddress
from collections.abc import Iterable
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


class _Register:
    """The assets of one unit, to be asked for many names."""

    def __init__(self, own: Iterable[Asset]) -> None:
        self._by_value: dict[str, Asset] = {}
        self._ranges = []
        for asset in own:
            self._by_value[asset.value] = asset
            if asset.kind == AssetKind.ADDRESS_RANGE:
                self._ranges.append((ipaddress.ip_network(asset.value, strict=False), asset))

    def find(self, name: str) -> Asset | None:
        """The asset that a log line means: by its value, by a domain above it, or by an address range around it."""
        wanted = name.lower().partition(":")[0] if name.count(":") == 1 else name.lower()
        host = wanted
        while host:
            if host in self._by_value:
                return self._by_value[host]
            host = host.partition(".")[2]
        try:
            address = ipaddress.ip_address(wanted)
        except ValueError:
            return None
        return next((asset for network, asset in self._ranges if address in network), None)


def find_asset(unit_id: str, name: str) -> Asset | None:
    """The unit's asset that a log line means: by its value, by a domain above it, or by an address range around it."""
    return _Register(Asset.objects.filter(unit_id=unit_id)).find(name)


def importance_of(unit_id: str, name: str) -> Importance:
    """Importance of the asset; of the unit where the asset is not registered; ordinary where neither is known."""
    return importances_of([(unit_id, name)])[unit_id, name]


def importances_of(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Importance]:
    """Unit and asset → importance, as `importance_of` says, for many at once."""
    wanted = set(pairs)
    units = dict(Unit.objects.filter(id__in={unit_id for unit_id, _ in wanted}).values_list("id", "importance"))
    own: dict[str, list[Asset]] = {unit_id: [] for unit_id in units}
    for asset in Asset.objects.filter(unit_id__in=list(units)):
        own[asset.unit_id].append(asset)
    registers = {unit_id: _Register(assets) for unit_id, assets in own.items()}
    found = {}
    for unit_id, name in wanted:
        known = registers[unit_id].find(name) if unit_id in registers else None
        if known is not None:
            found[unit_id, name] = Importance.VITAL if known.critical else Importance(known.importance)
        else:
            found[unit_id, name] = Importance(units[unit_id]) if unit_id in units else Importance.ORDINARY
    return found
