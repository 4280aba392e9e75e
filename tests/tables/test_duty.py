"""The roster, swaps, handovers, roll-calls, deputies and important periods: who is told, who must answer, and by when."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission, Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit import SYSTEM
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.papers.sheets import Sheet, to_xlsx
from fenghuo.base.units.models import Unit
from fenghuo.see.events import Hit
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.duty import handovers, roll_calls, standing_in, swaps
from fenghuo.warn.duty.actions import add_shift, replace, set_terms, write_entry
from fenghuo.warn.duty.decide import CannotDo, chance_seconds
from fenghuo.warn.duty.messages import remind_of_tomorrow
from fenghuo.warn.duty.models import Shift
from fenghuo.warn.duty.queries import decides_as, handovers_due, ladder, may_decide_for, pace, terms, uncovered
from fenghuo.warn.duty.sheets import COLUMNS, BadSheet, import_roster, read_roster, write_roster
from fenghuo.warn.early_warnings.actions import acknowledge, escalate_due
from fenghuo.warn.early_warnings.models import EarlyWarning

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)  # 8 o'clock in the office
HOUR = timedelta(hours=1)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with clock.moved(lambda: clock.to_ns(moment)):
        yield


@pytest.fixture(autouse=True)
def eight_o_clock() -> Iterator[None]:
    with at(T0):
        yield


@pytest.fixture
def people(person_of: Callable[..., Person]) -> dict[str, Person]:
    """Two officers, an analyst and a leader, with mail."""
    return {
        "zhang": person_of(Role.DUTY_OFFICER, email="zhang@office.example"),
        "li": person_of(Role.DUTY_OFFICER, Role.ANALYST, email="li@office.example"),
        "chen": person_of(Role.ANALYST, email="chen@office.example"),
        "wang": person_of(Role.LEADER, email="wang@office.example"),
    }


def refused(code: str) -> "AbstractContextManager[pytest.ExceptionInfo[CannotDo]]":
    return pytest.raises(CannotDo, match=f"^{code}\\b")


def test_a_deputy_decides_for_who_is_away_and_no_longer(people: dict[str, Person]) -> None:
    wang, li, zhang = people["wang"], people["li"], people["zhang"]
    assert decides_as(li, Permission.ISSUE_NOTICES, T0) is None
    row = standing_in.name_deputy(wang, li, wang, T0, T0 + 8 * HOUR, "meeting in the city")
    assert may_decide_for(li, T0) == [wang]
    assert decides_as(li, Permission.ISSUE_NOTICES, T0 + 7 * HOUR) == wang
    assert decides_as(wang, Permission.ISSUE_NOTICES, T0) == wang, "who is away keeps his rights"
    assert decides_as(li, Permission.ISSUE_NOTICES, T0 + 8 * HOUR) is None, "the end is the end"
    standing_in.name_deputy(li, zhang, li, T0, T0 + HOUR)
    assert decides_as(zhang, Permission.ISSUE_NOTICES, T0) is None, "a deputy's deputy decides nothing"
    with refused("taken"):
        standing_in.name_deputy(wang, zhang, wang, T0 + HOUR, T0 + 9 * HOUR)
    with at(T0 + HOUR):
        standing_in.end_deputy(TESTER, row.pk)
        assert may_decide_for(li, clock.now()) == []
    assert list(AuditRow.objects.filter(verb__startswith="deputy.").values_list("verb", flat=True)) == [
        "deputy.named",
        "deputy.named",
        "deputy.ended",
    ]


def test_nobody_comes_by_a_leaders_rights_alone(people: dict[str, Person], person_of: Callable[..., Person]) -> None:
    admin, wang, li = person_of(Role.SYSTEM_ADMIN), people["wang"], people["li"]
    for by, deputy in ((admin, admin), (admin, li), (li, li)):
        with refused("right"):
            standing_in.name_deputy(by, deputy, wang, T0, T0 + HOUR)
    with refused("person"):
        standing_in.name_deputy(wang, person_of(Role.UNIT_CONTACT), wang, T0, T0 + HOUR)
    with refused("times"):
        standing_in.name_deputy(wang, li, wang, T0 - HOUR, T0)


def test_the_deputy_stands_on_the_ladder_beside_the_leader(people: dict[str, Person]) -> None:
    zhang, li, wang, chen = (people[name] for name in ("zhang", "li", "wang", "chen"))
    add_shift(TESTER, zhang, "A", T0, T0 + 10 * HOUR)
    add_shift(TESTER, li, "B", T0, T0 + 10 * HOUR)
    standing_in.name_deputy(wang, chen, wang, T0, T0 + HOUR)
    assert ladder(T0) == [[zhang], [li], [wang, chen]]
    assert ladder(T0 + HOUR) == [[zhang], [li], [wang]]


def test_an_important_period_raises_the_ladder(people: dict[str, Person]) -> None:
    zhang, li, wang = people["zhang"], people["li"], people["wang"]
    add_shift(TESTER, zhang, "A", T0, T0 + 10 * HOUR)
    add_shift(TESTER, li, "B", T0, T0 + 10 * HOUR)
    period = standing_in.begin_period(TESTER, "National Congress", T0 + HOUR, T0 + 5 * HOUR, 2, 50)
    assert (pace(T0).rungs, pace(T0).part) == (1, 1.0)
    assert ladder(T0 + HOUR) == [[zhang, li], [wang]]
    assert pace(T0 + HOUR).part == 0.5
    with refused("figures"):
        standing_in.begin_period(TESTER, "as always", T0, T0 + HOUR, 1, 100)
    with at(T0 + 2 * HOUR):
        standing_in.end_period(TESTER, period.pk)
    assert ladder(T0 + 2 * HOUR) == [[zhang], [li], [wang]]


def day_roster(people: dict[str, Person]) -> tuple[Shift, Shift]:
    """Zhang on A from 8 to 18 o'clock, then Li until 8."""
    first = add_shift(TESTER, people["zhang"], "A", T0, T0 + 10 * HOUR)
    return first, add_shift(TESTER, people["li"], "A", T0 + 10 * HOUR, T0 + 24 * HOUR)


@pytest.fixture
def mail(db: None) -> None:
    add_channel(TESTER, "m", "email", {"host": "192.0.2.25", "sender": "f@office.example"}, [], "blue", "en")


def told(occasion: str = "") -> list[tuple[str, str]]:
    rows = Delivery.objects.filter(occasion__startswith=occasion).order_by("created_at", "recipient")
    return list(rows.values_list("occasion", "recipient"))


def test_a_swap_needs_the_consent_of_both(people: dict[str, Person], mail: None) -> None:
    zhang, li, chen = people["zhang"], people["li"], people["chen"]
    with at(T0 - HOUR):
        first, second = day_roster(people)
        swap = swaps.ask(zhang, first.pk, chen, None, "family")
        assert told("asked") == [("asked", "chen@office.example")]
        first.refresh_from_db()
        assert first.person == zhang, "nothing changes until the other agrees"
        with refused("person"):
            swaps.answer(li, swap.pk, agree=True)
        with refused("swap"):
            swaps.ask(zhang, first.pk, li, None, "")
        swaps.answer(chen, swap.pk, agree=False, text="on leave")
        swap = swaps.ask(zhang, first.pk, li, second.pk, "")
        swaps.answer(li, swap.pk, agree=True)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.person, second.person) == (li, zhang)
        with refused("state"):
            swaps.withdraw(zhang, swap.pk)
        with refused("holder"):
            swaps.ask(zhang, first.pk, chen, None, "")
    with refused("begun"):
        swaps.ask(li, first.pk, chen, None, "")


def test_a_swap_puts_nobody_on_both_posts(people: dict[str, Person]) -> None:
    zhang, li = people["zhang"], people["li"]
    with at(T0 - HOUR):
        first, _second = day_roster(people)
        add_shift(TESTER, li, "B", T0 + HOUR, T0 + 2 * HOUR)
        swap = swaps.ask(zhang, first.pk, li, None, "")
        with refused("two-posts"):
            swaps.answer(li, swap.pk, agree=True)
        with pytest.raises(ValidationError):
            add_shift(TESTER, zhang, "B", T0 + HOUR, T0 + 2 * HOUR)


def test_a_handover_needs_a_note_and_the_next_ones_acceptance(people: dict[str, Person], mail: None) -> None:
    zhang, li, chen, wang = (people[name] for name in ("zhang", "li", "chen", "wang"))
    shift, _next = day_roster(people)
    with at(T0 + 8 * HOUR), refused("early"):
        handovers.give(zhang, shift.pk, "quiet", [])
    with at(T0 + 10 * HOUR):
        with refused("text"):
            handovers.give(zhang, shift.pk, " ", [])
        with refused("holder"):
            handovers.give(chen, shift.pk, "quiet", [])
        given = handovers.give(zhang, shift.pk, "The hospital will call back.", [("warning:1", "Red, hospital")])
        handovers.watch_due()
        assert Deadline.objects.get(kind="handover").due_at == T0 + 10 * HOUR + timedelta(minutes=15)
        with refused("same-person"):
            handovers.take(zhang, given.pk)
        with refused("taker"):
            handovers.take(chen, given.pk)
        assert handovers_due(clock.now()) == [shift]
        handovers.take(li, given.pk, "read")
        assert handovers_due(clock.now()) == []
    assert Deadline.objects.get(kind="handover").stopped_at == T0 + 10 * HOUR
    with at(T0 + 11 * HOUR):
        assert handovers.watch_due() == 0, "nothing is late"
    assert told() == [("given", "li@office.example")]
    assert wang.email not in str(told())


def test_a_handover_that_nobody_wrote_is_told_to_the_leader_once(people: dict[str, Person], mail: None) -> None:
    day_roster(people)
    for minutes in (1, 16, 17):
        with at(T0 + 10 * HOUR + timedelta(minutes=minutes)):
            handovers.watch_due()
    assert told() == [("missing", f"{name}@office.example") for name in ("li", "wang", "zhang")]
    assert AuditRow.objects.filter(verb="handover.missing").count() == 1


def test_who_goes_on_hands_nothing_over(people: dict[str, Person]) -> None:
    zhang = people["zhang"]
    add_shift(TESTER, zhang, "A", T0, T0 + HOUR)
    add_shift(TESTER, zhang, "A", T0 + HOUR, T0 + 2 * HOUR)
    assert handovers_due(T0 + HOUR) == []
    assert len(handovers_due(T0 + 3 * HOUR)) == 1, "but at the end somebody must"


def test_a_roll_call_calls_again_until_it_is_answered_and_notes_who_was_late(
    people: dict[str, Person], mail: None
) -> None:
    zhang, li, wang = people["zhang"], people["li"], people["wang"]
    with refused("nobody"):
        roll_calls.call(wang.actor())
    add_shift(TESTER, zhang, "A", T0, T0 + HOUR)
    add_shift(TESTER, li, "B", T0, T0 + HOUR)
    made = roll_calls.call(wang.actor(), "night of the congress")
    owed = {row.post: row for row in made.answers.all()}
    with refused("person"):
        roll_calls.answer(zhang, owed["B"].pk)
    with at(T0 + timedelta(minutes=2)):
        roll_calls.answer(zhang, owed["A"].pk)
    for minutes in (3, 6, 15):
        with at(T0 + timedelta(minutes=minutes)):
            roll_calls.watch_due()
    called = ["call:A:1", "call:B:1", "call:B:2", "call:B:3", "call:B:4", "missed:B"]
    assert sorted(occasion for occasion, _who in told()) == called
    assert told("missed") == [("missed:B", "wang@office.example")]
    with at(T0 + timedelta(minutes=16)):
        late = roll_calls.answer(li, owed["B"].pk)
        assert roll_calls.watch_due() == 0
    assert (late.missed_at, late.answered_at) == (T0 + timedelta(minutes=15), T0 + timedelta(minutes=16))
    clocks.mark_late(T0 + HOUR)
    assert Deadline.objects.filter(kind="roll-call").exclude(late_at=None).count() == 1


def test_the_machine_calls_at_moments_of_its_own_so_often_as_was_set(
    people: dict[str, Person], mail: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        roll_calls, "chance_seconds", lambda _key, _day, count: [10 * 3600, 12 * 3600, 23 * 3600][:count]
    )
    add_shift(TESTER, people["zhang"], "A", T0, T0 + 8 * HOUR)

    def called(first: int, last: int) -> list[int]:
        found = []
        for minute in range(first, last):
            with at(T0 + timedelta(minutes=minute)):
                found += [minute] if roll_calls.call_by_chance() else []
        return found

    assert called(110, 140) == [], "only by hand, unless the office wants it"
    with refused("figures"):
        set_terms(TESTER, {"roll_calls_a_day": 7})
    set_terms(TESTER, {"roll_calls_a_day": 3})
    assert called(60, 140) == [120], "ten o'clock, once"
    assert called(250, 300) == [], "what a stopped platform slept through is left out"
    assert called(239, 250) == [240]
    assert called(14 * 60, 16 * 60) == [], "nobody is on duty at eleven in the evening"
    rows = AuditRow.objects.filter(verb="roll-call.called")
    assert [row.actor_id for row in rows] == [SYSTEM.id] * 2
    assert {occasion for occasion, _who in told("call")} == {"call:A:1"}


def test_moments_of_a_day_are_spread_and_secret() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(400)]
    hours = Counter(second // 3600 for day in days for second in chance_seconds(b"key", day, 2))
    assert set(hours) == set(range(24)), "the night too"
    assert max(hours.values()) < 70
    assert (
        chance_seconds(b"key", days[0], 3) == chance_seconds(b"key", days[0], 3) != chance_seconds(b"other", days[0], 3)
    )


def test_calls_end_with_the_shift(people: dict[str, Person], mail: None) -> None:
    add_shift(TESTER, people["zhang"], "A", T0, T0 + timedelta(minutes=4))
    roll_calls.call(people["wang"].actor())
    for minutes in (3, 6, 60):
        with at(T0 + timedelta(minutes=minutes)):
            roll_calls.watch_due()
    assert sorted(occasion for occasion, _who in told()) == ["call:A:1", "call:A:2", "missed:A"]


def test_who_is_on_duty_tomorrow_is_told_the_evening_before_once(people: dict[str, Person], mail: None) -> None:
    with at(T0 - 24 * HOUR):
        first, _second = day_roster(people)
        assert remind_of_tomorrow() == 0, "not before six in the evening"
    with at(T0 - 14 * HOUR):
        assert (remind_of_tomorrow(), remind_of_tomorrow()) == (2, 0)
        replace(TESTER, first.pk, people["chen"], "ill")
        assert remind_of_tomorrow() == 1, "who takes the shift is told, too"
    assert [who for _occasion, who in told("tomorrow")] == [f"{n}@office.example" for n in ("chen", "li", "zhang")]


def test_hours_without_anybody_on_post_a(people: dict[str, Person]) -> None:
    assert uncovered(T0) == [], "no roster is in use: every officer is told"
    day_roster(people)
    assert uncovered(T0, days=2) == [(T0 + 24 * HOUR, T0 + 48 * HOUR)]
    Person.objects.filter(pk=people["li"].pk).update(is_active=False)
    assert uncovered(T0, days=1) == [(T0 + 10 * HOUR, T0 + 24 * HOUR)], "who may not sign in covers nothing"


def test_a_roster_goes_out_and_in_and_nothing_comes_in_halves(people: dict[str, Person]) -> None:
    shifts = day_roster(people)
    for chinese in (True, False):
        assert read_roster(write_roster(shifts, chinese=chinese)) == [], "what stands already is passed over"
    head = list(COLUMNS)
    rows = [
        ("2026-11-27 08:00", "2026-11-27 18:00", "A", "", "duty-officer"),
        ("2026-11-27 09:00", "2026-11-27 18:00", "a岗", "leader", ""),
        ("2026-11-27 08:00", "2026-11-27 07:00", "A", "leader", ""),
        ("27.11.2026", "2026-11-28 07:00", "A", "leader", ""),
        ("2026-11-27 18:00", "2026-11-28 07:00", "C", "leader", ""),
        ("2026-11-27 18:00", "2026-11-28 07:00", "A", "nobody", ""),
        ("2026-11-26 10:00", "2026-11-26 12:00", "B", "duty-officer", ""),
    ]
    before = Shift.objects.count()
    with pytest.raises(BadSheet) as wrong:
        import_roster(TESTER, to_xlsx([Sheet("r", head, rows)]))
    assert Shift.objects.count() == before
    assert sorted(p.split(":")[0] for p in wrong.value.problems) == [f"Row {n}" for n in (3, 4, 5, 6, 7, 8)]
    with translation.override("zh-hans"), pytest.raises(BadSheet, match="第 2 行：时间应写作"):
        import_roster(TESTER, to_xlsx([Sheet("r", head, [rows[3]])]))
    assert import_roster(TESTER, to_xlsx([Sheet("r", head, rows[:1])])) == 1
    for junk in (b"", b"PK\x03\x04junk", b"x" * 3_000_000):
        with pytest.raises(BadSheet):
            read_roster(junk)


def test_terms_can_be_changed_within_reason(people: dict[str, Person]) -> None:
    set_terms(TESTER, {"roll_call_minutes": 5, "call_again_minutes": 2})
    assert terms().roll_call_minutes == 5
    with refused("figures"):
        set_terms(TESTER, {"roll_call_minutes": 0})
    assert AuditRow.objects.filter(verb="duty-terms.set").count() == 1


def test_the_office_sets_how_long_each_person_has_for_a_warning(
    people: dict[str, Person], mail: None, unit: Unit, make_hit: Callable[..., Hit], store_and_judge: Callable[..., int]
) -> None:
    day_roster(people)
    with refused("figures"):
        set_terms(TESTER, {"orange_minutes": 11})
    set_terms(TESTER, {"yellow_minutes": 20})
    store_and_judge([make_hit(1, unit.id)])
    warning = EarlyWarning.objects.get()
    assert (warning.level, warning.next_rung_at) == ("yellow", T0 + timedelta(minutes=20))
    with at(T0 + timedelta(minutes=20)):
        escalate_due()
    warning.refresh_from_db()
    assert warning.next_rung_at == T0 + timedelta(minutes=40)


def test_a_free_line_is_of_the_past(people: dict[str, Person]) -> None:
    write_entry(people["zhang"].actor(), "call", "Police asked for the logs of the portal.", T0 - HOUR)
    for code, text, moment in (("text", " ", T0), ("future", "x", T0 + HOUR)):
        with refused(code):
            write_entry(people["zhang"].actor(), "call", text, moment)


def test_the_ladder_runs_faster_in_an_important_period_and_calls_again(
    people: dict[str, Person], mail: None, unit: Unit, make_hit: Callable[..., Hit], store_and_judge: Callable[..., int]
) -> None:
    day_roster(people)
    add_shift(TESTER, people["chen"], "B", T0, T0 + 10 * HOUR)
    standing_in.begin_period(TESTER, "congress", T0, T0 + 5 * HOUR, 2, 50)
    store_and_judge([make_hit(1, unit.id)])
    assert [who for _why, who in told()] == ["chen@office.example", "zhang@office.example"], "two rungs at once"
    for minutes, expected in ((4, 2), (6, 3), (12, 6), (18, 9)):
        with at(T0 + timedelta(minutes=minutes)):
            escalate_due()
        assert len(told()) == expected, f"minute {minutes}: half of ten minutes; then everybody again"
    with at(T0 + timedelta(minutes=19)):
        acknowledge(TESTER, EarlyWarning.objects.get().id)
    with at(T0 + HOUR):
        assert escalate_due() == 0
