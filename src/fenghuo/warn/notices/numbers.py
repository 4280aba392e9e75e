"""Numbers of official papers (发文字号): one after another in an agency's year, none twice, none left out."""

from datetime import datetime
from zoneinfo import ZoneInfo

from fenghuo.base.common.settings import settings
from fenghuo.warn.notices.models import NumberSeries, PaperNumber


def take(code: str, now: datetime) -> PaperNumber:
    """The next number, inside the caller's transaction: where that fails, the number was never taken.

    The lock on the series' row lets one caller in at a time; the year is that of the office's zone.
    """
    year = now.astimezone(ZoneInfo(settings().time_zone)).year
    NumberSeries.objects.get_or_create(code=code, year=year)
    series = NumberSeries.objects.select_for_update().get(code=code, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    text = f"{code}〔{year}〕{series.last}号"
    return PaperNumber.objects.create(series=series, number=series.last, text=text, taken_at=now)


def make_void(number: PaperNumber, why: str, now: datetime) -> None:
    """Keep a number that was given out for a paper that does not stand, with the reason; inside the caller's transaction."""
    number.void_at, number.void_why = now, why[:500]
    number.save(update_fields=["void_at", "void_why"])
