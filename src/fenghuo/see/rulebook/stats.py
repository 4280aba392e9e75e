"""How a rule does: its hits by day and by what became of them, its silences, what it would have raised."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.timezone import localtime

from fenghuo.base.common import clock
from fenghuo.base.units.queries import Viewer
from fenghuo.see.rulebook.decide import SOON
from fenghuo.see.rulebook.models import Disposition, Silence, StoredHit

_DAY_NS = 86_400 * 1_000_000_000
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Day:
    """Hits of one day of the office, by what became of them."""

    day: date
    raised: int = 0
    suppressed: int = 0
    canary: int = 0

    @property
    def all(self) -> int:
        """Every hit of the day."""
        return self.raised + self.suppressed + self.canary


@dataclass(frozen=True, slots=True)
class Held:
    """So many hits of a unit and asset that were held back on one day."""

    unit_id: str
    asset: str
    day: date
    hits: int


def hits_visible_to(viewer: Viewer) -> QuerySet[StoredHit]:
    """The hits that the person may see."""
    scope = viewer.unit_scope()
    return StoredHit.objects.all() if scope is None else StoredHit.objects.filter(unit_id__in=scope)


def _by_day(hits: QuerySet[StoredHit], now: datetime) -> QuerySet[Any]:
    """With `day`, counted from 1970-01-01 in the zone of the office."""
    offset = localtime(now).utcoffset() or timedelta()
    shifted = F("event_time") + int(offset.total_seconds()) * 1_000_000_000
    return hits.annotate(day=(shifted - shifted % _DAY_NS) / _DAY_NS)


def _from(now: datetime, days: int) -> int:
    start = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    return clock.to_ns(start)


def hits_by_day(rule_id: str, viewer: Viewer, days: int = 14) -> list[Day]:
    """The last days, today last, days without hits included."""
    now = clock.now()
    hits = hits_visible_to(viewer).filter(rule_id=rule_id, event_time__gte=_from(now, days))
    counts: dict[date, dict[str, int]] = {}
    for number, disposition, hits_number in (
        _by_day(hits, now).order_by().values_list("day", "disposition").annotate(n=Count("hit_id"))
    ):
        counts.setdefault(_EPOCH + timedelta(days=int(number)), {})[disposition] = hits_number
    today = localtime(now).date()
    shown = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    names = (Disposition.RAISED, Disposition.SUPPRESSED, Disposition.CANARY)
    return [Day(day, *(counts.get(day, {}).get(name, 0) for name in names)) for day in shown]


def last_hit(rule_id: str, viewer: Viewer) -> datetime | None:
    """Event time of the latest hit, None where there is none."""
    latest = hits_visible_to(viewer).filter(rule_id=rule_id).aggregate(last=Max("event_time"))["last"]
    return clock.from_ns(latest) if latest is not None else None


def hits_of_rules(rule_ids: Iterable[str], viewer: Viewer, days: int = 7) -> dict[str, int]:
    """Rule id → hits of the last days that were not held back."""
    hits = hits_visible_to(viewer).filter(rule_id__in=list(rule_ids), event_time__gte=_from(clock.now(), days))
    rows = hits.filter(disposition=Disposition.RAISED).order_by().values_list("rule_id")
    return dict(rows.annotate(n=Count("hit_id")))


def held_back(
    rule_id: str, disposition: Disposition, viewer: Viewer, since: datetime | None = None, most: int = 200
) -> list[Held]:
    """Where hits were suppressed, or would have raised something on trial: by unit, asset and day, latest first."""
    now = clock.now()
    start = _from(now, 7) if since is None else clock.to_ns(since)
    field = "stored_at__gte" if since is not None else "event_time__gte"
    hits = hits_visible_to(viewer).filter(rule_id=rule_id, disposition=disposition)
    hits = hits.filter(**{field: since if since is not None else start})
    rows = _by_day(hits, now).order_by().values_list("unit_id", "asset", "day").annotate(n=Count("hit_id"))
    return [
        Held(unit_id, asset, _EPOCH + timedelta(days=int(day)), n)
        for unit_id, asset, day, n in rows.order_by("-day", "-n")[:most]
    ]


def latest_hit(rule_id: str) -> StoredHit | None:
    """The latest stored hit of a rule, whatever became of it."""
    return StoredHit.objects.filter(rule_id=rule_id).order_by("-event_time").first()


def silences_in_force() -> QuerySet[Silence]:
    """Silences that hold hits back now, the one that runs out first first."""
    return Silence.objects.filter(until__gt=clock.now(), ended_at=None).order_by("until", "id")


def running_out() -> QuerySet[Silence]:
    """Those that run out within `SOON`: whoever relies on one has to hear of it before."""
    return silences_in_force().filter(until__lte=clock.now() + SOON)


def silences_run_out(days: int = 14) -> QuerySet[Silence]:
    """Silences that are over, by themselves or ended, the latest first."""
    now = clock.now()
    over = Q(until__lte=now) | Q(ended_at__isnull=False)
    return Silence.objects.filter(over, until__gt=now - timedelta(days=days)).order_by("-until", "-id")


def held_by(silences: Iterable[Silence]) -> dict[int, int]:
    """Number of the silence → number of hits that it held back so far."""
    found = {silence.pk: silence.rule_id for silence in silences}
    rows = StoredHit.objects.filter(rule_id__in=set(found.values()), disposition=Disposition.SUPPRESSED)
    rows = rows.filter(silence_id__in=list(found))
    return dict(rows.order_by().values_list("silence_id").annotate(n=Count("hit_id")))
