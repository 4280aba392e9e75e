"""What all sheets that are taken in share: opening one, merged cells, texts and days of cells, with errors in the reader's language."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.worksheet.worksheet import Worksheet

MOST_BYTES = 5 * 1024 * 1024
_MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 5000
_MOST_COLUMNS = 40
_LIMITS = {"rows": MOST_ROWS, "columns": _MOST_COLUMNS}
_OTHER_CALENDAR = re.compile(
    r"民国|民國|農曆|农历|阴历|佛历|令和|平成|[初廿正腊冬]月?[一二三四五六七八九十]|[RrHh]\d{1,2}[./]"
)
_FULL_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


class BadSheet(Exception):
    """A sheet that was not taken. `problems` has one sentence for each error."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


def open_sheet(content: bytes) -> Worksheet:
    """The first page of a workbook.

    Raises:
        BadSheet: too large, or no xlsx.
    """
    if len(content) > MOST_BYTES:
        raise BadSheet([_("The file is larger than 5 MB.")])
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > _MOST_UNPACKED:
                raise BadSheet([_("The file is too large when unpacked.")])
        page = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError, TypeError, AttributeError) as error:
        raise BadSheet([_("This is no xlsx file that can be read.")]) from error
    if page.max_row > MOST_ROWS or page.max_column > _MOST_COLUMNS:
        raise BadSheet([_("The sheet has more than %(rows)s rows or %(columns)s columns.") % _LIMITS])
    return page


def rows_of(page: Worksheet, columns: Mapping[str, int]) -> Iterator[tuple[int, dict[str, object], list[str]]]:
    """(number, field → cell, what is wrong already) of each row below the head that is not empty."""
    merged = {row for area in page.merged_cells.ranges for row in range(area.min_row, area.max_row + 1)}
    for number in range(2, page.max_row + 1):
        cells: dict[str, object] = {name: page.cell(number, column).value for name, column in columns.items()}
        if number in merged:
            yield number, cells, [_("merged cells; undo the merge, so that every row has its own values")]
        elif any(value is not None and value != "" for value in cells.values()):
            yield number, cells, []


def in_row(number: int, problems: Sequence[str]) -> list[str]:
    """Problems with the row that they stand in."""
    return [_("Row %(row)s: %(problem)s") % {"row": number, "problem": problem} for problem in problems]


def plain(value: object) -> str:
    """The text of a cell."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


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
