"""Rosters from a pattern: whose turn it is, days off dealt out apart, clashes and gaps."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fenghuo.warn.duty.decide import CannotDo, Pattern, Span, Turn, clashes, gaps, plan, raised, shares

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 9, 28)
SPECIAL = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
"""The national holiday of 2026 and its make-up workday (国办发明电〔2025〕7号)."""


def pattern(**changes: object) -> Pattern:
    values: dict[str, object] = {
        "first": MONDAY,
        "last": MONDAY + timedelta(days=13),
        "changes": (time(8),),
        "queues": {"A": (1, 2, 3)},
        "turn": Turn.DAY,
        "apart": False,
        "zone": ZONE,
    }
    return Pattern(**(values | changes))  # type: ignore[arg-type]


def persons(wanted: Pattern) -> list[int]:
    return [one.person for one in plan(wanted, SPECIAL)]


def test_the_turn_goes_by_shift_day_or_week() -> None:
    short = {"last": MONDAY + timedelta(days=2)}
    assert persons(pattern(**short)) == [1, 2, 3]
    two = {"changes": (time(8), time(18)), **short}
    assert persons(pattern(**two)) == [1, 1, 2, 2, 3, 3]
    assert persons(pattern(turn=Turn.SHIFT, **two)) == [1, 2, 3, 1, 2, 3]
    assert persons(pattern(turn=Turn.WEEK)) == [1] * 7 + [2] * 7


def test_days_off_have_a_turn_of_their_own() -> None:
    found = plan(pattern(apart=True), SPECIAL)
    off = [one for one in found if one.rest]
    assert [one.starts_at.day for one in off] == [1, 2, 3, 4, 5, 6, 7, 11], "Saturday the 10th is a working day"
    assert [one.person for one in off] == [1, 2, 3, 1, 2, 3, 1, 2]
    assert [one.person for one in found if not one.rest] == [1, 2, 3, 1, 2, 3]


def test_shifts_cover_each_hour_once_and_end_where_the_next_begins() -> None:
    found = plan(pattern(changes=(time(8), time(18))), SPECIAL)
    assert all(a.ends_at == b.starts_at for a, b in pairwise(found))
    assert found[-1].ends_at == datetime(2026, 10, 12, 8, tzinfo=ZONE)
    assert sum(row.hours for row in shares(found, ZONE)) == 14 * 24


def test_the_share_of_each_shows_nights_and_days_off() -> None:
    rows = shares(plan(pattern(changes=(time(8), time(18)), turn=Turn.SHIFT, queues={"A": (1, 2)}), SPECIAL), ZONE)
    assert {row.person: (row.shifts, row.nights) for row in rows} == {1: (14, 0), 2: (14, 14)}, (
        "always the same at night"
    )
    assert sum(row.rest for row in rows) == 16


@pytest.mark.parametrize(
    "changes",
    [
        {"last": MONDAY - timedelta(days=1)},
        {"last": MONDAY + timedelta(days=500)},
        {"changes": ()},
        {"changes": (time(18), time(8))},
        {"queues": {"A": (), "B": ()}},
    ],
)
def test_patterns_that_make_no_roster(changes: dict[str, object]) -> None:
    with pytest.raises(CannotDo):
        plan(pattern(**changes), {})


def span(post: str, person: int, starts: int, ends: int) -> Span:
    base = datetime(2026, 11, 26, tzinfo=ZONE)
    return Span(post, person, base + timedelta(hours=starts), base + timedelta(hours=ends))


SPANS = st.builds(
    lambda post, person, starts, hours: span(post, person, starts, starts + hours),
    *(st.sampled_from("AB"), st.integers(1, 3), st.integers(0, 40), st.integers(1, 20)),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SPANS, max_size=8), st.lists(SPANS, max_size=6))
def test_clashes_are_those_that_a_look_at_each_pair_finds(planned: list[Span], standing: list[Span]) -> None:
    def clash(one: Span, other: Span) -> bool:
        at_once = one.starts_at < other.ends_at and other.starts_at < one.ends_at
        return at_once and (one.post == other.post or one.person == other.person)

    pairs = sum(clash(one, two) for n, one in enumerate(planned) for two in planned[n + 1 :])
    pairs += sum(clash(one, two) for one in planned for two in standing)
    assert len(clashes(planned, standing)) == pairs


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SPANS, max_size=8))
def test_gaps_are_the_hours_that_nobody_covers(spans: list[Span]) -> None:
    since, until = span("A", 1, 0, 50).starts_at, span("A", 1, 0, 50).ends_at
    found = gaps([(s.starts_at, s.ends_at) for s in spans], since, until)
    for hour in range(50):
        moment = since + timedelta(hours=hour, minutes=30)
        free = not any(s.starts_at <= moment < s.ends_at for s in spans)
        assert free == any(a <= moment < b for a, b in found), hour


def test_raising_joins_the_first_rungs_and_names_nobody_twice() -> None:
    assert raised([[1], [2], [3, 1]], 2) == [[1, 2], [3, 1]]
    assert raised([[1], [2], [3, 1]], 5) == [[1, 2, 3]]
    assert raised([[1]], 3) == [[1]]
    assert raised([], 3) == []
