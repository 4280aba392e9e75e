"""The life of an incident as a table, its alarms, and how two versions of a report differ."""

from datetime import UTC, datetime, timedelta

import pytest

from fenghuo.respond.incidents.decide import (
    ALARMS,
    FINAL,
    TRANSITIONS,
    Obstacle,
    Stage,
    Standing,
    alarms_reached,
    changes,
    clocks_follow,
    missing_items,
    needs_reason,
    obstacle,
)
from fenghuo.respond.incidents.grading import Grade

T0 = datetime(2026, 11, 25, 8, tzinfo=UTC)
READY = {"grade_confirmed": True, "reportable": True, "response_level": "III", "open_tasks": 0, "unmet": 0}


def standing(stage: Stage, **changed: object) -> Standing:
    return Standing(stage=stage, **{**READY, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize("before", list(Stage))
@pytest.mark.parametrize("wanted", list(Stage))
def test_only_transitions_of_the_table_are_possible(before: Stage, wanted: Stage) -> None:
    found = obstacle(standing(before), wanted, "because")
    assert (found is None) == (wanted in TRANSITIONS[before])


def test_every_state_can_be_reached_and_left() -> None:
    reached = {Stage.REPORTED}
    for _ in Stage:
        reached |= {wanted for stage in reached for wanted in TRANSITIONS[stage]}
    assert reached == set(Stage)
    assert all(TRANSITIONS[stage] for stage in Stage)


@pytest.mark.parametrize(
    ("before", "wanted", "changed", "expected"),
    [
        (Stage.RECOVERED, Stage.ENDED, {}, Obstacle.REASON),
        (Stage.CONTAINED, Stage.RESPONDING, {}, Obstacle.REASON),
        (Stage.TRIAGED, Stage.RESPONDING, {"grade_confirmed": False}, Obstacle.GRADE),
        (Stage.TRIAGED, Stage.REPORTING_UP, {"reportable": False}, Obstacle.NOT_REPORTABLE),
        (Stage.TRIAGED, Stage.RESPONDING, {"response_level": ""}, Obstacle.RESPONSE_LEVEL),
        (Stage.SUMMARISING, Stage.CLOSED, {"open_tasks": 1}, Obstacle.OPEN_TASKS),
        (Stage.SUMMARISING, Stage.CLOSED, {"unmet": 1}, Obstacle.UNMET_DUTIES),
    ],
)
def test_what_stands_in_the_way(before: Stage, wanted: Stage, changed: dict[str, object], expected: Obstacle) -> None:
    reason = "" if expected is Obstacle.REASON else "because"
    assert obstacle(standing(before, **changed), wanted, reason) is expected


def test_no_incident_needs_no_grade_but_a_reason() -> None:
    assert obstacle(standing(Stage.REPORTED, grade_confirmed=False), Stage.VOID, "a scan of our own") is None
    assert all(needs_reason(Stage.REPORTED, stage) for stage in FINAL)


def test_alarms_come_at_their_parts_of_the_time() -> None:
    due = T0 + timedelta(hours=4)
    assert alarms_reached(T0, due, T0 + timedelta(minutes=119, seconds=59)) == ()
    assert alarms_reached(T0, due, T0 + timedelta(minutes=120)) == (50,)
    assert alarms_reached(T0, due, T0 + timedelta(minutes=216)) == (50, 75, 90)
    assert alarms_reached(T0, due, due) == ALARMS
    assert alarms_reached(due, T0, T0) == ALARMS
    month = T0 + timedelta(days=30)
    assert alarms_reached(T0, month, month - timedelta(days=1, seconds=1)) == (50, 75, 90)
    assert alarms_reached(T0, month, month - timedelta(days=1)) == (50, 75, 90, 96)
    assert alarms_reached(T0, month, month) == (50, 75, 90, 96, 100)


def test_while_a_graver_proposal_waits_its_clocks_run() -> None:
    assert clocks_follow(None, Grade.MAJOR, True) is Grade.MAJOR
    assert clocks_follow(Grade.GENERAL, Grade.MAJOR, True) is Grade.MAJOR
    assert clocks_follow(Grade.MAJOR, Grade.GENERAL, True) is Grade.MAJOR
    assert clocks_follow(Grade.GENERAL, Grade.MAJOR, False) is Grade.GENERAL


def test_reports_differ_item_by_item() -> None:
    first = {"unit": "教育局", "event": "门户被篡改"}
    later = {"unit": "教育局", "event": "门户被篡改，已下线", "cause": "弱口令"}
    assert [(c.item, c.before, c.after) for c in changes(first, later)] == [
        ("event", "门户被篡改", "门户被篡改，已下线"),
        ("cause", "", "弱口令"),
    ]
    assert changes(later, later) == []


def test_the_short_form_needs_its_two_items_and_a_summary_all() -> None:
    assert missing_items({"unit": "x", "event": " "}, summary=False) == ("event",)
    assert missing_items({}, summary=True) == (
        "cause",
        "measures",
        "harm",
        "responsibility",
        "rectification",
        "lessons",
    )
