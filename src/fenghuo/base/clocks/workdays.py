"""Counting in working days. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta


def is_workday(day: date, special: Mapping[date, bool]) -> bool:
    """What the calendar says of the day, else whether it is Monday to Friday."""
    return special.get(day, day.weekday() < 5)


def after_workdays(start: datetime, days: int, special: Mapping[date, bool]) -> datetime:
    """The end of the `days`-th working day after the day of `start`, in the zone of `start`."""
    day = start.date()
    left = days
    while left > 0:
        day += timedelta(days=1)
        if is_workday(day, special):
            left -= 1
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=start.tzinfo)
