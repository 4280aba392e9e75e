"""What others ask the inventory; rows for a person come through `sources_visible_to` only."""

from django.db.models import QuerySet

from fenghuo.base.units.queries import Viewer
from fenghuo.see.events import SourceStamp
from fenghuo.see.inventory.directory import Directory
from fenghuo.see.inventory.models import DirectoryVersion, LogSource, UnknownSender


def sources_visible_to(viewer: Viewer) -> QuerySet[LogSource]:
    """The sources that the person may see, with unit and health."""
    scope = viewer.unit_scope()
    found = LogSource.objects.select_related("unit", "health")
    return found if scope is None else found.filter(unit_id__in=scope)


def unknown_senders() -> QuerySet[UnknownSender]:
    """Addresses that send and are not registered, the latest first."""
    return UnknownSender.objects.order_by("-last_seen")


def names() -> dict[str, str]:
    """Source id → name."""
    return dict(LogSource.objects.values_list("id", "name"))


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
