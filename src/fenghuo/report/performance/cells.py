"""Sheets of this room: what `base.papers.taken` gives to all of them, and days of a budget year."""

import re
from datetime import date, datetime

from django.utils.translation import gettext as _

from fenghuo.base.papers.taken import MOST_BYTES, MOST_ROWS, BadSheet, in_row, open_sheet, plain, rows_of

__all__ = ["MOST_BYTES", "MOST_ROWS", "BadSheet", "day", "in_row", "open_sheet", "plain", "rows_of"]

_OTHER_CALENDAR = re.compile(
    r"民国|民國|農曆|农历|阴历|佛历|令和|平成|[初廿正腊冬]月?[一二三四五六七八九十]|[RrHh]\d{1,2}[./]"
)
_FULL_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


def day(value: object, column: str, year: int, today: date, wrong: list[str]) -> date | None:
    """The day of a cell, in a budget year and not ahead; None with what is wrong added to `wrong`."""
    if isinstance(value, datetime):
        on: date | None = value.date()
    elif isinstance(value, date):
        on = value
    else:
        on = _written_day(str(value or "").strip(), column, wrong)
    if on is None:
        return None
    if on.year != year:
        words = {"day": on.isoformat(), "year": year}
        wrong.append(_("%(day)s is not in the budget year %(year)s") % words)
        return None
    if on > today:
        wrong.append(_("%(day)s has not come yet") % {"day": on.isoformat()})
        return None
    return on


def _written_day(text: str, column: str, wrong: list[str]) -> date | None:
    if not text:
        wrong.append(_("“%(column)s” is empty") % {"column": column})
        return None
    if _OTHER_CALENDAR.search(text):
        wrong.append(_("“%(text)s” is a date of another calendar; write it as 2026-03-01") % {"text": text[:40]})
        return None
    found = _FULL_DATE.fullmatch(text)
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass  # such as 30 February; said below
    wrong.append(_("“%(text)s” is no date; write it as 2026-03-01") % {"text": text[:40]})
    return None
