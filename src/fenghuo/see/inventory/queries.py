"""What others ask the inventory; rows for a person come through `sources_visible_to` only."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum

from fenghuo.base.units.queries import Viewer
from fenghuo.see.events import SourceStamp
from fenghuo.see.inventory.directory import Directory
from fenghuo.see.inventory.models import DirectoryVersion, LogSource, UnknownSender
from fenghuo.see.sources import ParseContext, options_of


def sources_visible_to(viewer: Viewer) -> QuerySet[LogSource]:
    """The sources that the person may see, with unit and health."""
    scope = viewer.unit_scope()
    found = LogSource.objects.select_related("unit", "health")
    return found if scope is None else found.filter(unit_id__in=scope)


def lines_a_second(viewer: Viewer, now: datetime) -> float:
    """What the sources of the person's units send now."""
    fresh = sources_visible_to(viewer).filter(enabled=True, health__last_seen__gt=now - timedelta(seconds=10))
    return float(fresh.aggregate(rate=Sum("health__rate"))["rate"] or 0)


def unknown_senders() -> QuerySet[UnknownSender]:
    """Addresses that send and are not registered, the latest first."""
    return UnknownSender.objects.order_by("-last_seen")


def names() -> dict[str, str]:
    """Source id → name."""
    return dict(LogSource.objects.values_list("id", "name"))


def parsers(source_ids: Iterable[str]) -> dict[str, tuple[str, ParseContext]]:
    """Source id → its kind and what its parser must know, to read a stored line again."""
    found = LogSource.objects.filter(id__in=list(source_ids)).values_list("id", "kind", "zone", "options")
    return {source: (kind, ParseContext(zone, 0, options_of(options))) for source, kind, zone, options in found}


def directory_version() -> int:
    """The number that grows with every change; 0 before the first."""
    return DirectoryVersion.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def directory() -> Directory:
    """Every source that is in use, as intake needs it."""
    version = directory_version()
    by_token: dict[str, SourceStamp] = {}
    by_peer: dict[str, list[tuple[str, SourceStamp]]] = {}
    by_file: dict[str, SourceStamp] = {}
    for row in LogSource.objects.filter(enabled=True).order_by("created_at"):
        stamp = SourceStamp(row.id, row.unit_id, row.kind, row.zone, row.asset, row.options)
        by_token[row.token_hash] = stamp
        if row.path:
            by_file[row.path] = stamp
        if row.peer:
            by_peer.setdefault(row.peer, []).append((row.host_pattern, stamp))
    for entries in by_peer.values():
        entries.sort(key=lambda entry: entry[0] == "")
    return Directory(version, by_token, by_peer, by_file)
