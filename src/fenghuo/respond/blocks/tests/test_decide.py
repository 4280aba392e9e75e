"""The table of an order's life, walked through on every short road."""

from datetime import UTC, datetime, timedelta
from itertools import product

from fenghuo.respond.blocks.decide import (
    STANDING,
    TRANSITIONS,
    Obstacle,
    Protection,
    State,
    Verb,
    due,
    in_force,
    obstacle,
)

NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)


def test_nothing_is_in_force_without_another_persons_approval() -> None:
    one_step = list(product(Verb, "ab", ("", "why")))
    for steps in product(one_step, repeat=3):
        state, approved_by = State.ASKED, ""
        for verb, by, why in steps:
            if obstacle(state, verb, by, "a", why) is None:
                state = TRANSITIONS[state, verb]
                approved_by = by if verb is Verb.APPROVE else approved_by
            if state in {State.IN_FORCE, State.LIFTED, State.EXPIRED}:
                assert approved_by == "b"


def test_what_ended_stays_ended() -> None:
    for state in set(State) - STANDING:
        for verb in Verb:
            assert obstacle(state, verb, "b", "a", "why") is Obstacle.STATE


def test_time_ends_a_term_and_an_order_that_nobody_approves() -> None:
    hour = timedelta(hours=1)
    assert due(State.IN_FORCE, NOW, NOW - hour, NOW, 24) is Verb.EXPIRE
    assert due(State.IN_FORCE, NOW, NOW - hour, NOW + hour, 24) is None
    assert due(State.ASKED, NOW, NOW - 24 * hour, NOW + hour, 24) is Verb.LAPSE
    assert due(State.ASKED, NOW, NOW - hour, NOW, 24) is Verb.LAPSE
    assert due(State.LIFTED, NOW, NOW - 99 * hour, NOW - hour, 24) is None
    assert in_force(State.IN_FORCE, NOW + hour, NOW)
    assert not in_force(State.IN_FORCE, NOW, NOW)


def test_protection_before_anything_was_confirmed_took_no_minutes() -> None:
    assert Protection(NOW, True, NOW, NOW - timedelta(minutes=1)).minutes == 0
    assert Protection(NOW, True, NOW, NOW + timedelta(seconds=90)).minutes == 1.5
    assert Protection(NOW, True, NOW, None).minutes is None
