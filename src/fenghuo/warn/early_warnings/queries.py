"""What others ask of early warnings; rows for a person come through `…_visible_to` only."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Count, Max, Q, QuerySet, When

from fenghuo.base.tables.queries import version_of
from fenghuo.base.units.models import Unit
from fenghuo.base.units.queries import Viewer
from fenghuo.see.rulebook.models import StoredHit
from fenghuo.warn.early_warnings.decide import FINAL
from fenghuo.warn.early_warnings.formal import VersionState
from fenghuo.warn.early_warnings.models import LEVELS, Bulletin, BulletinVersion, EarlyWarning, State
from fenghuo.warn.early_warnings.names import classes_with, raised_with


def warnings_visible_to(viewer: Viewer) -> QuerySet[EarlyWarning]:
    """The warnings that the person may see."""
    scope = viewer.unit_scope()
    return EarlyWarning.objects.all() if scope is None else EarlyWarning.objects.filter(unit_id__in=scope)


def level_by_table(warning: EarlyWarning) -> str:
    """The name of the level that importance and harm give by themselves; "" where it is the warning's, or nobody knows any more."""
    try:
        cells = version_of(*warning.matrix.rsplit(" ", 1)).cells
    except LookupError:
        return ""
    level = cells[warning.importance][warning.harm]
    return "" if level == warning.level else str(dict(LEVELS)[level])


def needs_me_now(viewer: Viewer) -> QuerySet[EarlyWarning]:
    """What waits for a person: not acknowledged first, gravest first, oldest first; then what is in hand."""
    in_hand = Case(When(state=State.OPEN, then=0), default=1)
    rows = warnings_visible_to(viewer).exclude(state__in=FINAL)
    return rows.annotate(in_hand=in_hand).order_by("in_hand", "rank", "raised_at", "id")


def last_change() -> int:
    """Grows with every change of any warning; 0 where there is none."""
    return EarlyWarning.objects.aggregate(last=Max("changed"))["last"] or 0


def search(rows: QuerySet[EarlyWarning], text: str) -> QuerySet[EarlyWarning]:
    """Rows in which every word stands in title, class, asset or the unit's name, in either language.

    Chinese needs no spaces: a word is any stretch of the text.
    """
    for word in text.split():
        units = Unit.objects.filter(name__icontains=word).values_list("id", flat=True)
        named = Q(title__icontains=word) | Q(title__in=raised_with(word)) | Q(threat_class__in=classes_with(word))
        rows = rows.filter(named | Q(asset__icontains=word) | Q(unit_id__in=list(units)) | Q(id__startswith=word))
    return rows


def open_by_level(viewer: Viewer) -> dict[str, int]:
    """Level → number of warnings that are not closed, exercises left out."""
    rows = warnings_visible_to(viewer).exclude(state__in=FINAL).filter(exercise=False)
    return dict(rows.values_list("level").annotate(number=Count("id")))


def hits_of(warning: EarlyWarning) -> QuerySet[StoredHit]:
    """The evidence, latest first."""
    return StoredHit.objects.filter(in_warning__warning=warning).order_by("-event_time", "hit_id")


def related(warning: EarlyWarning, viewer: Viewer) -> QuerySet[EarlyWarning]:
    """Other warnings of the same asset, or with hits of the same source addresses."""
    sources = hits_of(warning).exclude(src_ip="").values_list("src_ip", flat=True)[:50]
    same_source = EarlyWarning.objects.filter(hits__hit__src_ip__in=list(sources)).values_list("id", flat=True)
    same = Q(unit_id=warning.unit_id, asset=warning.asset) | Q(id__in=list(same_source[:50]))
    others = warnings_visible_to(viewer).filter(same).exclude(id__in=[warning.id, warning.joined_to_id or ""])
    return others.exclude(joined_to__isnull=False, joined_to=warning).order_by("-last_seen")[:10]


def bulletins_visible_to(viewer: Viewer) -> QuerySet[Bulletin]:
    """The formal warnings that the person may see: a unit those that were published to it."""
    scope = viewer.unit_scope()
    if scope is None:
        return Bulletin.objects.all()
    told = BulletinVersion.objects.filter(state=VersionState.PUBLISHED, units__in=scope)
    return Bulletin.objects.filter(id__in=told.values("bulletin_id"))


def export_rows() -> Iterator[dict[str, Any]]:
    """Every warning with the ids of its hits, oldest first, for export."""
    for warning in EarlyWarning.objects.order_by("created_at", "id").prefetch_related("hits").iterator(500):
        row = {f.attname: getattr(warning, f.attname) for f in EarlyWarning._meta.concrete_fields}
        yield {**row, "hit_ids": sorted(link.hit_id for link in warning.hits.all())}
