"""Availability of all sites: how each stands now, its month, how often it is looked at, its last outage."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Asset
from fenghuo.base.units.queries import assets_visible_to
from fenghuo.faces.console.access import person_of, requires
from fenghuo.faces.console.screening import words
from fenghuo.faces.console.screening.nav import page
from fenghuo.faces.console.values import StateKind
from fenghuo.see.screening import availability
from fenghuo.see.screening.decide import WATCH_EVERY, Up, Uptime, mean_uptime

_LOOK_BACK = timedelta(days=90)
KINDS = {
    Up.DOWN: StateKind.WAITING,
    Up.PENDING: StateKind.WORKING,
    Up.MAINTENANCE: StateKind.WORKING,
    Up.UNWATCHED: StateKind.GONE,
    Up.UP: StateKind.DONE,
}
_ORDER = list(KINDS)


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site of the list. `every_s` is None where it is not looked at; `stretched` where less often than each minute."""

    asset: Asset
    now: availability.Now | None
    kind: str
    word: str
    month: Uptime
    every_s: int | None
    stretched: bool
    outage: availability.Gap | None
    outage_s: float


@requires(Permission.SEE_SCREENING)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every site, those that do not answer first."""
    now = clock.now()
    assets = list(assets_visible_to(person_of(request)).filter(kind__in=availability.WATCHED_KINDS))
    first = now.astimezone(ZoneInfo(settings().time_zone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    standings = availability.standings([a.pk for a in assets], first, now, now - _LOOK_BACK)
    intervals = availability.watch_intervals(now)
    lines = [_line(asset, standings[asset.pk], intervals.get(asset.pk)) for asset in assets]
    lines.sort(key=lambda line: (_ORDER.index(line.now.state) if line.now else len(_ORDER), line.asset.value))
    states = [line.now.state for line in lines if line.now]
    values = {
        "lines": lines,
        "down": states.count(Up.DOWN),
        "unwatched": len(lines) - len(states) + states.count(Up.UNWATCHED),
        "mean": mean_uptime(line.month for line in lines),
        "stretched": sum(line.stretched for line in lines),
        "usual_s": int(WATCH_EVERY.total_seconds()),
    }
    return page(request, "uptime", "uptime", values)


def _line(asset: Asset, stands: availability.Standing, every: timedelta | None) -> SiteLine:
    state, outage = stands.now.state if stands.now else Up.UNWATCHED, stands.outage
    return SiteLine(
        asset,
        stands.now,
        KINDS[state].value,
        words.up_word(state),
        stands.sums,
        int(every.total_seconds()) if every else None,
        every is not None and every > WATCH_EVERY,
        outage,
        (outage.ends - outage.begins).total_seconds() if outage else 0.0,
    )
