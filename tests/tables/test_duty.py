"""The roster, swaps, handovers, roll-calls, deputies and important periods: who is told, who must answer, and by when."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission, Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.warn.duty import standing_in
from fenghuo.warn.duty.actions import add_shift
from fenghuo.warn.duty.decide import CannotDo
from fenghuo.warn.duty.queries import decides_as, ladder, may_decide_for, pace

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
