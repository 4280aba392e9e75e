"""The one transition table of copies, what kinds leave out of it, and the clocks that run meanwhile."""

import random
from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from fenghuo.base.clocks.calendar import shipped_days
from fenghuo.warn.notices.decide import (
    FINAL,
    NEEDS_TEXT,
    NOTICE_TRANSITIONS,
    TRANSITIONS,
    UNSIGNED,
    CopyState,
    CopyVerb,
    Extension,
    Kind,
    NoticeState,
    NoticeVerb,
    Urgency,
    after,
    is_done,
    notice_after,
    states_of,
    verbs,
)
from fenghuo.warn.notices.terms import Clock, Mark, Term, at_issue, end_of, ladder, may_exempt_until, shipped, term

SHANGHAI = ZoneInfo("Asia/Shanghai")
CELLS = shipped()["cells"]
SPECIAL = {day.day: day.works for day in shipped_days()}
SEVERITIES = ("critical", "high", "medium", "low", "compliance", "info")


def test_every_state_and_verb_stands_in_the_table() -> None:
    assert set(TRANSITIONS) == set(CopyState)
    assert {verb for row in TRANSITIONS.values() for verb in row} == set(CopyVerb)
    assert {s for s, row in TRANSITIONS.items() if not row} == FINAL
    assert set(NOTICE_TRANSITIONS) == set(NoticeState)
    assert {verb for row in NOTICE_TRANSITIONS.values() for verb in row} == set(NoticeVerb)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_copy_can_come_to_its_end_from_wherever_it_is(kind: Kind) -> None:
    for state in states_of(kind) - FINAL:
        seen, fresh = {state}, [state]
        while fresh:
            here = fresh.pop()
            found = {s for v in TRANSITIONS[here] if (s := after(kind, here, v)) is not None} - seen
            seen |= found
            fresh += found
        assert CopyState.CLOSED in seen, (kind, state)


def test_kinds_leave_out_what_they_do_not_ask_for() -> None:
    assert states_of(Kind.SITUATION) == UNSIGNED | {
        CopyState.REFUSED,
        CopyState.SIGNED,
        CopyState.CLOSED,
        CopyState.VOID,
    }
    for kind in (Kind.WARNING, Kind.DRILL):
        assert states_of(kind) & {CopyState.RECTIFYING, CopyState.SUBMITTED, CopyState.EXEMPTED} == set()
        assert after(kind, CopyState.FEEDBACK, CopyVerb.TAKE_UP) == CopyState.IN_REVIEW
    for kind in (Kind.HAZARD, Kind.INCIDENT, Kind.SUPERVISION):
        assert states_of(kind) == frozenset(CopyState)
        assert after(kind, CopyState.FEEDBACK, CopyVerb.TAKE_UP) is None, "rectification comes first"
        assert after(kind, CopyState.SIGNED, CopyVerb.FINISH) is None, "a signature closes nothing"


def test_nothing_is_rectified_before_it_is_signed() -> None:
    for state in (*UNSIGNED, CopyState.REFUSED):
        assert not {CopyVerb.RECTIFIED, CopyVerb.RECHECKED, CopyVerb.FEEDBACK, CopyVerb.EXEMPT} & set(
            TRANSITIONS[state]
        )


def test_more_time_is_asked_for_once() -> None:
    assert CopyVerb.ASK_EXTENSION in verbs(Kind.HAZARD, CopyState.RECTIFYING)
    for answer in set(Extension) - {Extension.NONE}:
        assert CopyVerb.ASK_EXTENSION not in verbs(Kind.HAZARD, CopyState.RECTIFYING, answer)


def test_a_notice_closes_with_its_last_copy_only() -> None:
    assert not is_done([])
    assert is_done([CopyState.CLOSED, CopyState.EXEMPTED, CopyState.VOID])
    for state in set(CopyState) - FINAL:
        assert not is_done([CopyState.CLOSED, state])
    assert notice_after(NoticeState.DRAFT, NoticeVerb.ISSUE) is None, "nothing is issued without a review"
    assert {NoticeVerb.VOID} <= set(NOTICE_TRANSITIONS[NoticeState.ISSUED])
    assert {CopyVerb.REFUSE, CopyVerb.RETURN, CopyVerb.EXEMPT, CopyVerb.VOID} <= NEEDS_TEXT


def test_the_shipped_terms_are_whole_and_say_how_sure_they_are() -> None:
    table = shipped()
    assert (table["sureness"], bool(table["source"])) == ("P", True)
    for kind in Kind:
        for urgency in Urgency:
            for severity in SEVERITIES:
                clocks = at_issue(CELLS, kind, urgency, severity, "red")
                assert {Clock.DELIVER, Clock.SIGN} <= set(clocks)
    assert at_issue(CELLS, Kind.WARNING, Urgency.PLAIN, "", "red")[Clock.FEEDBACK] == Term(seconds=7200)
    assert at_issue(CELLS, Kind.HAZARD, Urgency.PLAIN, "critical", "")[Clock.MITIGATE] == Term(seconds=86_400)
    assert Clock.MITIGATE not in at_issue(CELLS, Kind.HAZARD, Urgency.PLAIN, "high", "")
    with pytest.raises(ValueError, match="fortnights"):
        term({"fortnights": 1})


@cache
def days_that_work() -> list[date]:
    works = {}
    day = date(2023, 12, 1)
    while day < date(2027, 6, 1):
        works[day] = day.isoweekday() not in (6, 7)
        day += timedelta(days=1)
    for special in shipped_days():
        works[special.day] = special.works
    return [d for d in sorted(works) if works[d]]


def counted(started: datetime, days: int) -> datetime:
    """The straightforward way: a list of all days that work, counted off from the day after."""
    following = days_that_work()[bisect_right(days_that_work(), started.date()) :]
    return datetime.combine(following[days - 1], time(23, 59, 59), started.tzinfo)


def test_5000_deadlines_equal_an_independent_count_over_the_real_holidays() -> None:
    assert {day.day.year for day in shipped_days()} == {2024, 2025, 2026}
    rnd = random.Random(5000)
    first = datetime(2024, 1, 1, tzinfo=SHANGHAI)
    for _ in range(5000):
        started = first + timedelta(seconds=rnd.randrange(3 * 365 * 86_400))
        kind, urgency = rnd.choice(list(Kind)), rnd.choice(list(Urgency))
        severity, level = rnd.choice(SEVERITIES), rnd.choice(["", "red", "orange", "yellow", "blue"])
        for clock, limit in at_issue(CELLS, kind, urgency, severity, level).items():
            wanted = counted(started, limit.workdays) if limit.workdays else started + timedelta(seconds=limit.seconds)
            assert end_of(started, limit, SPECIAL) == wanted, (clock, started)


def test_what_happens_while_a_clock_runs_and_after() -> None:
    started = datetime(2026, 9, 29, 10, tzinfo=SHANGHAI)
    due = end_of(started, Term(workdays=1), SPECIAL)
    rungs = ladder("rectify-2", started, due, Urgency.PLAIN, CELLS, SPECIAL)
    assert [r.mark for r in rungs] == [
        Mark.REMIND_50,
        Mark.REMIND_80,
        Mark.REMIND_100,
        Mark.DEPUTY,
        Mark.HEAD,
        Mark.OFFICE,
        Mark.SUPERVISE,
        Mark.CRITICISE,
    ]
    by_mark = {r.mark: r.at for r in rungs}
    assert by_mark[Mark.REMIND_50] - started == (due - started) / 2
    assert by_mark[Mark.REMIND_100] == due
    assert by_mark[Mark.SUPERVISE].date() == date(2026, 10, 8), "T+1 lies behind the national holiday"
    assert by_mark[Mark.CRITICISE].date() == date(2026, 10, 13), "and Saturday 10 October is a working day"
    signing = ladder("sign", started, started + timedelta(minutes=30), Urgency.EXTRA_URGENT, CELLS, SPECIAL)
    assert [r.mark for r in signing][-3:] == [Mark.DEPUTY, Mark.HEAD, Mark.OFFICE]
    assert signing[-1].at == started + timedelta(minutes=60)
    assert Mark.DEPUTY not in {r.mark for r in ladder("review", started, due, Urgency.PLAIN, CELLS, SPECIAL)}


def test_an_accepted_risk_ends_within_half_a_year() -> None:
    now = datetime(2026, 1, 1, tzinfo=SHANGHAI)
    assert may_exempt_until(CELLS, now, now + timedelta(days=180))
    assert not may_exempt_until(CELLS, now, now + timedelta(days=181))
    assert not may_exempt_until(CELLS, now, now)
