"""What all sheets that are taken in share: opening one, its head, merged cells, texts of cells, with errors in the reader's language."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from openpyxl.worksheet.worksheet import Worksheet

from fenghuo.base.common.workbooks import BadWorkbook, first_page

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5000
_MOST_COLUMNS = 40
_LIMITS = {"rows": MOST_ROWS, "columns": _MOST_COLUMNS}


class BadSheet(Exception):
    """A sheet that was not taken. `problems` has one sentence for each error."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


def open_sheet(content: bytes) -> Worksheet:
    """The first page of a workbook.

    Raises:
        BadSheet: too large, packed or unpacked, or no xlsx.
    """
    if len(content) > MOST_BYTES:
        raise BadSheet([_("The file is larger than 5 MB.")])
    try:
        page = first_page(content)
    except BadWorkbook as error:
        raise BadSheet([str(error)]) from error
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


def head_of(
    page: Worksheet, headings: Mapping[str, str], required: Sequence[str], others: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Field → column, out of the first row; other columns are left alone.

    Args:
        headings: field → its Chinese heading; the sheet may use either, in any order. others: further headings, in small letters → field.

    Raises:
        BadSheet: a column that stands twice or is missing.
    """
    by_heading = {heading.lower(): name for name, heading in headings.items()} | {name: name for name in headings}
    by_heading |= others or {}
    columns: dict[str, int] = {}
    problems = []
    for column in range(1, page.max_column + 1):
        text = plain(page.cell(1, column).value)
        name = by_heading.get(text.lower(), "")
        if name in columns:
            problems.append(_("Row 1: the column “%(column)s” stands twice.") % {"column": text})
        elif name:
            columns[name] = column
    for name in required:
        if name not in columns:
            problems.append(_("Row 1: the column “%(column)s” is missing.") % {"column": headings[name]})
    if problems:
        raise BadSheet(problems)
    return columns
