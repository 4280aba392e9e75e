"""Days and moments as the office counts them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings


def zone() -> ZoneInfo:
    """The office's time zone."""
    return ZoneInfo(settings().time_zone)


def local(moment: datetime) -> datetime:
    """The moment in the zone of the office."""
    return moment.astimezone(zone())


def today() -> date:
    """The day at the office."""
    return local(clock.now()).date()


def end_of(day: date) -> datetime:
    """The moment at which a last day is over at the office: its midnight."""
    return datetime.combine(day + timedelta(days=1), time(), zone())


def last_day(due: datetime) -> date:
    """The last day of what is due at a moment; of the moment that `end_of` gives for a day, that day."""
    return local(due - timedelta(microseconds=1)).date()
