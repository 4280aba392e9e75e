"""A finding closes only by what was seen; the ledger never takes an untested check for a passed one."""

from datetime import UTC, datetime, timedelta

import pytest

from fenghuo.see.screening.checks.base import Severity, VerdictKind
from fenghuo.see.screening.decide import (
    FindingState,
    Observed,
    Standing,
    Step,
    cell_after,
    is_covered,
    next_visit,
    step,
)

T0 = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OPEN = Standing(FindingState.OPEN, 2)


def observed(kind: VerdictKind, minutes: float = 0, seen: bool = False, version: int = 2) -> Observed:
    return Observed(kind, seen, version, T0 + minutes * MINUTE)


def live(standing: Standing, *seen: Observed) -> tuple[Standing, list[Step]]:
    steps = []
    for one in seen:
        standing, made = step(standing, one)
        steps.append(made)
    return standing, steps


def test_two_passes_ten_minutes_apart_close() -> None:
    closed, steps = live(OPEN, observed(VerdictKind.PASS), observed(VerdictKind.PASS, 10))
    assert steps == [Step.FIRST_PASS, Step.CLOSED]
    assert (closed.state, closed.closed_why) == (FindingState.CLOSED, "two-passes")


def test_two_passes_in_a_hurry_do_not() -> None:
    standing, steps = live(OPEN, observed(VerdictKind.PASS), observed(VerdictKind.PASS, 9.9))
    assert steps == [Step.FIRST_PASS, Step.PASS_TOO_SOON]
    assert standing.state is FindingState.PASSED_ONCE


@pytest.mark.parametrize("kind", [VerdictKind.COULD_NOT_TEST, VerdictKind.NOT_APPLICABLE])
def test_what_could_not_be_tested_changes_nothing(kind: VerdictKind) -> None:
    standing, steps = live(OPEN, *(observed(kind, n * 11) for n in range(5)))
    assert standing == OPEN
    assert set(steps) == {Step.NONE}
    closed, _ = live(OPEN, observed(VerdictKind.PASS), observed(kind, 5), observed(VerdictKind.PASS, 11))
    assert closed.state is FindingState.CLOSED


def test_a_fail_that_names_other_places_is_a_pass_for_this_one() -> None:
    closed, _ = live(OPEN, observed(VerdictKind.FAIL), observed(VerdictKind.FAIL, 11))
    assert closed.state is FindingState.CLOSED


def test_a_fail_over_a_part_of_the_facts_is_none() -> None:
    part = Observed(VerdictKind.FAIL, False, 2, T0, whole=False)
    assert step(OPEN, part) == (OPEN, Step.NONE)


def test_seen_again_between_two_passes_starts_anew() -> None:
    standing, steps = live(
        OPEN, observed(VerdictKind.PASS), observed(VerdictKind.FAIL, 11, seen=True), observed(VerdictKind.PASS, 22)
    )
    assert steps == [Step.FIRST_PASS, Step.SEEN, Step.FIRST_PASS]
    assert standing.state is FindingState.PASSED_ONCE


def test_an_older_version_of_the_check_closes_nothing() -> None:
    standing, steps = live(OPEN, observed(VerdictKind.PASS, 0, version=1), observed(VerdictKind.PASS, 11, version=1))
    assert standing == OPEN
    assert set(steps) == {Step.OLDER_CHECK}


def test_a_closed_one_reopens_only_when_it_is_seen() -> None:
    closed = Standing(FindingState.CLOSED, 2, closed_at=T0)
    assert step(closed, observed(VerdictKind.COULD_NOT_TEST))[0] == closed
    assert step(closed, observed(VerdictKind.FAIL))[0] == closed
    reopened, made = step(closed, observed(VerdictKind.FAIL, 5, seen=True))
    assert (reopened.state, made) == (FindingState.OPEN, Step.REOPENED)


@pytest.mark.parametrize("state", [FindingState.FALSE_POSITIVE, FindingState.ACCEPTED])
def test_a_mark_holds_until_its_end(state: FindingState) -> None:
    held = Standing(state, 2, until=T0 + timedelta(days=30))
    assert step(held, observed(VerdictKind.FAIL, 60, seen=True)) == (held, Step.NONE)
    after, made = step(held, observed(VerdictKind.FAIL, 60 * 24 * 30, seen=True))
    assert (after.state, made) == (FindingState.OPEN, Step.REOPENED)
    after, made = step(held, observed(VerdictKind.PASS, 60 * 24 * 30))
    assert (after.state, made) == (FindingState.PASSED_ONCE, Step.FIRST_PASS)


def test_the_worst_open_finding_says_when_the_next_visit_is() -> None:
    assert next_visit(T0, [], False) == T0 + timedelta(days=7)
    assert next_visit(T0, [Severity.LOW, Severity.MEDIUM], False) == T0 + timedelta(days=4)
    assert next_visit(T0, [Severity.HIGH], False) == T0 + timedelta(days=1)
    assert next_visit(T0, [Severity.LOW, Severity.CRITICAL], False) == T0 + timedelta(hours=12)
    assert next_visit(T0, [Severity.LOW], True) == T0 + timedelta(minutes=11)
    assert next_visit(T0, [], False, 1) == T0 + timedelta(hours=1)
    assert next_visit(T0, [], False, 9) == T0 + timedelta(days=1)


def test_a_cell_never_forgets_a_finished_verdict_for_an_untested_one() -> None:
    fail, untested, passed, nothing = (
        VerdictKind.FAIL,
        VerdictKind.COULD_NOT_TEST,
        VerdictKind.PASS,
        VerdictKind.NOT_APPLICABLE,
    )
    assert cell_after(None, untested) is untested
    assert cell_after(untested, passed) is passed
    assert cell_after(passed, untested) is passed
    assert cell_after(fail, untested) is fail
    assert cell_after(passed, fail) is fail
    assert cell_after(fail, passed) is passed
    assert cell_after(nothing, untested) is nothing


def test_an_asset_is_covered_by_a_finished_verdict_in_every_class_that_concerns_it() -> None:
    p, f, n, c = VerdictKind.PASS, VerdictKind.FAIL, VerdictKind.NOT_APPLICABLE, VerdictKind.COULD_NOT_TEST
    assert is_covered([[p, c], [f], [n, n]])
    assert not is_covered([[p], [c, n]])
    assert not is_covered([[n]])
    assert not is_covered([])
