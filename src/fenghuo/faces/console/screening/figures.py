"""What desk and wall show of screening: summed up once in a while, not for every live page."""

import time
from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.base.units.queries import Viewer, assets_visible_to
from fenghuo.faces.console.screening.rows import OPEN
from fenghuo.see.screening import availability
from fenghuo.see.screening.checks.base import Severity
from fenghuo.see.screening.decide import Covered, mean_uptime
from fenghuo.see.screening.ledger import month_of
from fenghuo.see.screening.queries import board, findings_visible_to

_LOOK_EVERY_S = 30.0
_MOST_KEPT = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """Screening in a few numbers, as far as somebody sees units.

    Attributes:
        covered: coverage of this month; None before the first day on which the register was written down.
        critical, high: findings that are open. overdue: of all severities, those whose time has run out.
        uptime: of all sites this month, in percent of the time that was watched; None where none was.
    """

    covered: Covered | None
    critical: int
    high: int
    overdue: int
    uptime: float | None


_looked: dict[tuple[str, frozenset[str] | None], tuple[float, Figures]] = {}
"""(month, units in sight) → until when the figures hold, and the figures."""


def figures_of(viewer: Viewer) -> Figures:
    """The figures for somebody, at most half a minute old."""
    scope = viewer.unit_scope()
    key = month_of(clock.now()), None if scope is None else frozenset(scope)
    moment = time.monotonic()
    until, figures = _looked.get(key, (0.0, None))
    if figures is None or moment >= until:
        if len(_looked) >= _MOST_KEPT:
            _looked.clear()
        figures = _sum_up(viewer, key[0])
        _looked[key] = moment + _LOOK_EVERY_S, figures
    return figures


def forget() -> None:
    """Sum up anew at the next look."""
    _looked.clear()


def _sum_up(viewer: Viewer, month: str) -> Figures:
    now = clock.now()
    covered = board(month, viewer).total()
    still_open = findings_visible_to(viewer).filter(state__in=OPEN).order_by()
    numbers = Counter(still_open.values_list("severity", flat=True))
    first = now.astimezone(ZoneInfo(settings().time_zone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    sites = assets_visible_to(viewer).filter(kind__in=availability.WATCHED_KINDS).order_by()
    return Figures(
        covered if covered.registered else None,
        numbers[Severity.CRITICAL.value],
        numbers[Severity.HIGH.value],
        still_open.filter(due_at__lte=now).count(),
        mean_uptime(availability.sums_of(list(sites.values_list("pk", flat=True)), first, now).values()),
    )
