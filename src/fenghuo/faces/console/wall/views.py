"""The wall: the county at a glance, from four metres."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.clocks.queries import mean_minutes
from fenghuo.base.common import clock
from fenghuo.base.common.severity import WarningLevel
from fenghuo.base.units.queries import units_visible_to
from fenghuo.faces.console.access import person_of, requires
from fenghuo.faces.console.incidents.rows import clock_rows
from fenghuo.faces.console.models import SiteProfile
from fenghuo.faces.console.screening.figures import figures_of
from fenghuo.faces.console.warnings.rows import WarningRow, shown
from fenghuo.see.inventory.queries import lines_a_second
from fenghuo.warn.duty.queries import on_duty
from fenghuo.warn.early_warnings.decide import ACKNOWLEDGE, FINAL
from fenghuo.warn.early_warnings.queries import open_by_level, warnings_visible_to

_ALARM_FOR = timedelta(minutes=5)
"""How long a red warning is offered to walls for taking the screen; a wall takes it once."""


def _due(row: WarningRow) -> datetime:
    assert row.deadline is not None
    return row.deadline.due_at


def _state(person: Person) -> dict[str, Any]:
    still_open = warnings_visible_to(person).exclude(state__in=FINAL).filter(exercise=False)
    worst: dict[str, int] = {}
    for unit_id, rank in still_open.values_list("unit_id", "rank"):
        worst[unit_id] = min(rank, worst.get(unit_id, 9))
    by_rank = {level.rank: level.value for level in WarningLevel}
    units = [(unit, by_rank.get(worst.get(unit.id, 9), "")) for unit in units_visible_to(person)[:200]]
    units.sort(key=lambda pair: (worst.get(pair[0].id, 9), pair[0].name))
    counts = open_by_level(person)
    now = clock.now()
    reds = still_open.filter(rank=WarningLevel.RED.rank, raised_at__gt=now - _ALARM_FOR).order_by("-raised_at")
    running = shown(still_open.filter(state="open").order_by("next_rung_at", "raised_at")[:40])
    return {
        "alarm": next(iter(shown(reds[:1])), None),
        "clocks": sorted((row for row in running if row.deadline), key=_due)[:7],
        "incident_clocks": clock_rows(person, 4, exercises=False),
        "rate": lines_a_second(person, now),
        "mean_minutes": mean_minutes(ACKNOWLEDGE, now - timedelta(days=7)),
        "units": units,
        "latest": shown(still_open.order_by("-raised_at")[:8]),
        "levels": [(level.value, counts.get(level.value, 0)) for level in WarningLevel],
        "screening": figures_of(person),
        "waiting": still_open.filter(state="open").count(),
        "duty": on_duty(now),
        "site": SiteProfile.objects.first(),
        "now": now,
    }


@requires(Permission.SEE_WALL)
def show(request: HttpRequest) -> HttpResponse:
    """The wall, always dark."""
    return render(request, "wall/show.html", {**_state(person_of(request)), "theme": "dark"})


@requires(Permission.SEE_WALL)
def board(request: HttpRequest) -> HttpResponse:
    """The wall's content alone, which the page fetches anew every two seconds."""
    return render(request, "wall/board.html", _state(person_of(request)))
