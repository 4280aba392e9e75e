"""Deadlines in natural time and in working days; the calendar is data that the office can replace."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.actions import Limit, mark_late, set_days, start, stop, sync_shipped_days
from fenghuo.base.clocks.calendar import BadCalendar, read_days, shipped_days
from fenghuo.base.clocks.models import SpecialDay
from fenghuo.base.clocks.queries import mean_minutes, year_without_calendar

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
SHEET = "day,works,name,source\n2027-02-06,no,春节,某号\n2027-02-14,是,调休上班,某号\n"


def ends(*moment: int, workdays: int) -> str:
    row = start("notice:1", "rectify", datetime(*moment, tzinfo=SHANGHAI), Limit(workdays=workdays))  # type: ignore[arg-type,misc]
    return row.due_at.astimezone(SHANGHAI).strftime("%m-%d %H:%M")


def test_working_days_skip_holidays_and_count_weekends_on_which_offices_work() -> None:
    sync_shipped_days()
    assert ends(2026, 9, 30, 15, workdays=1) == "10-08 23:59", "the national holiday lasts seven days"
    assert ends(2026, 10, 8, 9, workdays=2) == "10-10 23:59", "Saturday 10 October is a working day"
    assert ends(2026, 2, 13, 9, workdays=2) == "02-24 23:59", "14 February works, then the spring festival"


def test_without_a_calendar_the_weekday_decides_and_the_year_is_named() -> None:
    assert ends(2026, 9, 30, 15, workdays=1) == "10-01 23:59"
    november, december = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    assert year_without_calendar(november) == 2026
    sync_shipped_days()
    assert year_without_calendar(november) is None
    assert year_without_calendar(december) == 2027


def test_an_office_loads_its_own_calendar_and_an_update_leaves_it() -> None:
    assert set_days(TESTER, read_days(SHEET.encode("gbk"))) == 2
    own = SHEET.replace("2027-02-06", "2026-10-01")
    set_days(TESTER, read_days(own.encode()))
    sync_shipped_days()
    assert SpecialDay.objects.filter(day__year=2026).count() == 1
    assert AuditRow.objects.filter(verb="calendar.set").count() == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "day,works\n",
        SHEET + "2027-02-06,no,x,y\n",
        SHEET + "2027-13-01,no,x,y\n",
        SHEET + "2027-03-01,perhaps,x,y\n",
    ],
)
def test_calendars_that_are_none(text: str) -> None:
    with pytest.raises(BadCalendar):
        read_days(text.encode())


def test_every_shipped_day_differs_from_its_weekday_or_is_a_named_holiday() -> None:
    days = shipped_days()
    assert all(day.source and day.name for day in days)
    assert all(day.day.weekday() >= 5 for day in days if day.works)


def test_lateness_stays_whatever_happens_afterwards() -> None:
    began = datetime(2026, 11, 24, 6, tzinfo=UTC)
    start("warning:1", "acknowledge", began, Limit(seconds=60))
    assert mark_late(began + timedelta(seconds=59)) == 0
    assert mark_late(began + timedelta(seconds=61)) == 1
    stop("warning:1", began + timedelta(seconds=120))
    assert mean_minutes("acknowledge", began) == 2.0
    assert mean_minutes("rectify", began) is None
