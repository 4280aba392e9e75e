"""Availability as people ask for it: days, months, gaps, the state now, and how often each site is looked at."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import FloatField, Func, OuterRef, Subquery, Sum

from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Asset
from fenghuo.see.screening.decide import Up, Uptime, uptime, uptime_of, watch_interval
from fenghuo.see.screening.facts import CheckClass
from fenghuo.see.screening.models import Authorisation, UpSpan
from fenghuo.see.screening.permit import Permit
from fenghuo.see.screening.register import host_of, permit_from
from fenghuo.see.screening.watching import UNKNOWN_AFTER

_GAPS = {Up.DOWN, Up.MAINTENANCE, Up.UNWATCHED}
WATCHED_KINDS = ("website", "application")


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which a site was not up, or nobody knows: down, maintenance or unwatched. `stage` is what failed."""

    state: Up
    stage: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """Availability of a day."""

    day: date
    uptime: Uptime


@dataclass(frozen=True, slots=True)
class Now:
    """The state of a site: since when, and when it was looked at last. Unwatched where the last look is too long ago."""

    state: Up
    since: datetime
    seen: datetime


def spans_of(assets: Collection[int], begins: datetime, ends: datetime) -> dict[int, list[UpSpan]]:
    """Asset id → its spans that touch a time, oldest first."""
    found: dict[int, list[UpSpan]] = defaultdict(list)
    for span in UpSpan.objects.filter(asset_id__in=assets, ends__gte=begins, begins__lt=ends).order_by("begins", "id"):
        found[span.asset_id].append(span)
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """How a site stands, for a list of many: its state now, the sums of a time, the last outage since a moment."""

    now: Now | None
    sums: Uptime
    outage: Gap | None


def standings(assets: Collection[int], begins: datetime, now: datetime, outages_since: datetime) -> dict[int, Standing]:
    """Asset id → how it stands, the sums from `begins` until now. A few questions to the tables, however many spans there are."""
    own = UpSpan.objects.filter(asset=OuterRef("pk")).order_by("-begins", "-id")
    edges = Asset.objects.filter(pk__in=assets).annotate(
        last=Subquery(own.values("pk")[:1]),
        outage=Subquery(own.filter(state=Up.DOWN.value, ends__gte=outages_since).values("pk")[:1]),
    )
    named = list(edges.values_list("pk", "last", "outage"))
    spans = UpSpan.objects.in_bulk({span for _asset, *found in named for span in found if span is not None})
    sums, made = sums_of(assets, begins, now), {}
    for asset, *found in named:
        last, outage = (spans.get(one) if one is not None else None for one in found)
        made[asset] = Standing(
            now_of([last] if last is not None else [], now),
            sums[asset],
            Gap(Up.DOWN, outage.stage, outage.begins, outage.ends) if outage is not None else None,
        )
    return made


def sums_of(assets: Collection[int], begins: datetime, ends: datetime) -> dict[int, Uptime]:
    """Asset id → uptime between two moments, summed up in the tables; only a span over the beginning is read."""
    seconds = _seconds(assets, begins, ends)
    over_edge = UpSpan.objects.filter(asset_id__in=assets, begins__lt=begins, ends__gt=begins)
    for asset, state, until in over_edge.values_list("asset_id", "state", "ends"):
        seconds[asset][Up(state)] += (min(until, ends) - begins).total_seconds()
    return {asset: uptime_of(seconds[asset], (ends - begins).total_seconds()) for asset in assets}


class _Epoch(Func):
    """A moment as seconds, so that tables can sum up lengths of time; SQLite would call back into Python for each row."""

    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """As SQLite has it."""
        return self.as_sql(compiler, connection, template="(julianday(%(expressions)s) * 86400.0)", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """As PostgreSQL has it."""
        return self.as_sql(
            compiler, connection, template="(EXTRACT(EPOCH FROM %(expressions)s)::double precision)", **more
        )


def _seconds(assets: Collection[int], begins: datetime, ends: datetime) -> dict[int, dict[Up, float]]:
    """Asset id → state → seconds, of the spans that lie wholly between two moments."""
    sums: dict[int, dict[Up, float]] = defaultdict(lambda: dict.fromkeys(Up, 0.0))
    rows = UpSpan.objects.filter(asset_id__in=assets, begins__gte=begins, ends__lte=ends).order_by()
    summed = rows.values("asset_id", "state").annotate(seconds=Sum(_Epoch("ends") - _Epoch("begins")))
    for asset, state, seconds in summed.values_list("asset_id", "state", "seconds"):
        sums[asset][Up(state)] = seconds
    return sums


def over(spans: Sequence[UpSpan], begins: datetime, ends: datetime) -> Uptime:
    """Uptime between two moments, of spans that are in memory already."""
    return uptime([(Up(s.state), s.begins, s.ends) for s in spans], begins, ends)


def now_of(spans: Sequence[UpSpan], now: datetime) -> Now | None:
    """How a site stands now, None where nobody ever looked."""
    if not spans:
        return None
    last = spans[-1]
    if now - last.ends > UNKNOWN_AFTER:
        return Now(Up.UNWATCHED, last.ends, last.ends)
    return Now(Up(last.state), last.begins, last.ends)


def days(spans: Sequence[UpSpan], now: datetime, number: int) -> list[Day]:
    """The last days, oldest first, today up to now; a day is one in the office's time zone."""
    zone = ZoneInfo(settings().time_zone)
    today = now.astimezone(zone).date()
    found, first = [], 0
    for back in range(number - 1, -1, -1):
        day = today - timedelta(days=back)
        begins = datetime.combine(day, time.min, zone)
        ends = min(datetime.combine(day + timedelta(days=1), time.min, zone), now)
        while first < len(spans) and spans[first].ends <= begins:
            first += 1
        beyond = first
        while beyond < len(spans) and spans[beyond].begins < ends:
            beyond += 1
        found.append(Day(day, over(spans[first:beyond], begins, ends)))
    return found


def gaps(spans: Sequence[UpSpan], now: datetime) -> list[Gap]:
    """Every gap since the first span, youngest first: also what lies between spans, and from the last look until now."""
    found: list[Gap] = []
    reached: datetime | None = None
    for span in spans:
        if reached is not None and span.begins > reached:
            _add(found, Gap(Up.UNWATCHED, "", reached, span.begins))
        if Up(span.state) in _GAPS:
            _add(found, Gap(Up(span.state), span.stage, span.begins, span.ends))
        reached = span.ends
    if reached is not None and now - reached > UNKNOWN_AFTER:
        _add(found, Gap(Up.UNWATCHED, "", reached, now))
    return found[::-1]


def _add(found: list[Gap], gap: Gap) -> None:
    """Add a gap, as one with the last where it goes on without a break."""
    last = found[-1] if found else None
    if last is not None and last.state is gap.state and last.ends >= gap.begins:
        found[-1] = Gap(gap.state, last.stage or gap.stage, last.begins, gap.ends)
    elif gap.ends > gap.begins:
        found.append(gap)


def months(spans: Sequence[UpSpan], now: datetime, number: int) -> list[tuple[str, Uptime]]:
    """("2026-11", uptime) of the last months, youngest first; the present one up to now."""
    zone = ZoneInfo(settings().time_zone)
    first = now.astimezone(zone).date().replace(day=1)
    found, ends = [], now
    for _back in range(number):
        begins = datetime.combine(first, time.min, zone)
        found.append((f"{first:%Y-%m}", over(spans, begins, ends)))
        ends, first = begins, (first - timedelta(days=1)).replace(day=1)
    return found


def place_of(asset: Asset, permit: Permit) -> str:
    """What sites share: the pinned address, or the host."""
    return min(permit.addresses) if permit.addresses else host_of(asset)


def watch_intervals(now: datetime) -> Mapping[int, timedelta]:
    """Asset id → how often it is looked at, for each site that may be visited now. Sites of one address share its turns."""
    youngest: dict[int, Authorisation] = {}
    given = Authorisation.objects.filter(withdrawn_at=None, begins__lte=now, ends__gt=now).select_related("asset")
    for one in given.filter(asset__kind__in=WATCHED_KINDS).order_by("work_order"):
        youngest[one.asset_id] = one
    places = {}
    for number, one in youngest.items():
        permit = permit_from(one, host_of(one.asset))
        if CheckClass.VISIT in permit.classes and permit.closed(now) is None:
            places[number] = place_of(one.asset, permit)
    together = Counter(places.values())
    return {number: watch_interval(together[place]) for number, place in places.items()}
