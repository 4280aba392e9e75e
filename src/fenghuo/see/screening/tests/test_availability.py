"""Availability in days, months and gaps: what nobody watched is never up, and no gap is hidden."""

from datetime import UTC, datetime, timedelta

import pytest

from fenghuo.see.screening import availability
from fenghuo.see.screening.decide import Up
from fenghuo.see.screening.models import UpSpan

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def span(state: str, begins: float, ends: float, stage: str = "") -> UpSpan:
    """A span, in hours before now."""
    return UpSpan(state=state, stage=stage, begins=NOW - begins * HOUR, ends=NOW - ends * HOUR)


def test_every_gap_is_listed_youngest_first() -> None:
    spans = [
        span("up", 50, 40),
        span("down", 40, 39, "tcp"),
        span("down", 39, 38, "http"),
        span("up", 38, 30),
        span("up", 20, 10),
        span("maintenance", 10, 9),
        span("up", 9, 1),
    ]
    found = availability.gaps(spans, NOW)
    assert [(g.state, (g.ends - g.begins) / HOUR) for g in found] == [
        (Up.UNWATCHED, pytest.approx(1)),
        (Up.MAINTENANCE, pytest.approx(1)),
        (Up.UNWATCHED, pytest.approx(10)),
        (Up.DOWN, pytest.approx(2)),
    ]


def test_a_site_that_nobody_looks_at_is_not_up() -> None:
    assert availability.now_of([], NOW) is None
    stands = availability.now_of([span("up", 5, 1)], NOW)
    assert stands is not None
    assert (stands.state, stands.since) == (Up.UNWATCHED, NOW - HOUR)
    stands = availability.now_of([span("up", 5, 0.05)], NOW)
    assert stands is not None
    assert stands.state is Up.UP


def test_days_are_those_of_the_office_and_sum_up() -> None:
    spans = [span("up", 30, 20), span("down", 20, 19), span("up", 19, 0)]
    days = availability.days(spans, NOW, 3)
    assert [day.day.day for day in days] == [23, 24, 25]
    today = days[-1].uptime
    assert today.up + today.down + today.unwatched == pytest.approx(12 * 3600), "noon in the office's zone"
    assert sum(day.uptime.down for day in days) == pytest.approx(3600)
    assert days[0].uptime.percent is None


def test_months_run_backwards() -> None:
    found = availability.months([span("up", 24 * 40, 0)], NOW, 3)
    assert [name for name, _up in found] == ["2026-11", "2026-10", "2026-09"]
    assert found[0][1].percent == 100.0
    assert found[2][1].percent is None, "nobody watched"
