"""What of the register is screened: targets, permits, and the register as it is today."""

from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Asset, AssetKind
from fenghuo.see.screening.checks.base import Check
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.facts import CheckClass, Target
from fenghuo.see.screening.models import Authorisation, RegisterDay
from fenghuo.see.screening.permit import Budget, Permit, canonical

_PAGES = {AssetKind.WEBSITE, AssetKind.APPLICATION}
NO_CHECK = "no-check"
"""Why an asset is not due: no check concerns its kind (a mini-program, a public account, an address range)."""


def target_of(asset: Asset, registered: frozenset[str]) -> Target:
    """The asset as checks see it."""
    host = host_of(asset)
    return Target(
        asset=asset.value,
        kind=asset.kind,
        host=host,
        url=f"http://{asset.value}" + ("" if "/" in asset.value else "/") if asset.kind in _PAGES else "",
        unit=asset.unit.name,
        unit_kind=asset.unit.kind,
        icp=asset.icp,
        police_filing=asset.police_filing,
        domain_expires=asset.domain_expires,
        names=tuple(dict.fromkeys((asset.unit.name, asset.name))),
        registered=registered,
    )


def host_of(asset: Asset) -> str:
    """Host name or address of an asset, without port and path; IDNA for Chinese names."""
    rest = asset.value.partition("/")[0]
    host = rest[1:].partition("]")[0] if rest.startswith("[") else rest
    host = host.rpartition(":")[0] if host.count(":") == 1 else host
    try:
        return host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return host


def registered_hosts() -> frozenset[str]:
    """Every host name that the register knows."""
    kinds = {*_PAGES, AssetKind.DOMAIN, AssetKind.MAIL_DOMAIN}
    return frozenset(host_of(asset) for asset in Asset.objects.filter(kind__in=kinds))


def permit_of(asset: Asset, now: datetime) -> Permit | None:
    """The permit in force for an asset: the youngest authorisation whose time it is; None where there is none."""
    found = (
        Authorisation.objects.filter(asset=asset, withdrawn_at=None, begins__lte=now, ends__gt=now)
        .order_by("-work_order")
        .first()
    )
    return permit_from(found, host_of(asset)) if found is not None else None


def permit_from(given: Authorisation, host: str) -> Permit:
    """The value that collectors hold."""
    zone = ZoneInfo(settings().time_zone)
    quiet = tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in given.quiet)
    return Permit(
        work_order=given.work_order,
        hosts=frozenset({host}),
        classes=frozenset(CheckClass(name) for name in given.classes),
        begins=given.begins.astimezone(zone),
        ends=given.ends,
        given_by=given.given_by,
        addresses=frozenset(canonical(address) for address in given.addresses),
        quiet=quiet,
        budget=Budget(http=given.http_budget),
    )


def checks_for(kind: str) -> list[Check]:
    """The checks that concern a kind of asset."""
    return [check for check in all_checks().values() if kind in check.kinds]


def note_register(now: datetime | None = None) -> int:
    """Write the register down as it is today, once a day; how many assets. A later call of the day brings it up to date."""
    now = now or clock.now()
    day = now.astimezone(ZoneInfo(settings().time_zone)).date()
    allowed = _authorised(now)
    rows = [
        RegisterDay(
            day=day,
            asset_id=asset.pk,
            value=asset.value,
            name=asset.name,
            kind=asset.kind,
            unit_id=asset.unit_id,
            unit_name=asset.unit.name,
            critical=asset.critical,
            authorised=asset.pk in allowed,
            excluded="" if checks_for(asset.kind) else NO_CHECK,
        )
        for asset in Asset.objects.select_related("unit")
    ]
    RegisterDay.objects.filter(day=day).exclude(asset_id__in=[row.asset_id for row in rows]).delete()
    changing = [f.name for f in RegisterDay._meta.fields if f.name not in {"id", "day", "asset_id"}]
    RegisterDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["day", "asset_id"], update_fields=changing, batch_size=200
    )
    return len(rows)


def _authorised(now: datetime) -> set[int]:
    """Ids of assets for which more than look-ups is allowed now."""
    rows: Iterable[tuple[int, list[str]]] = Authorisation.objects.filter(
        withdrawn_at=None, begins__lte=now, ends__gt=now
    ).values_list("asset_id", "classes")
    return {asset for asset, classes in rows if set(classes) - {CheckClass.LOOKUP.value}}
