"""Sheets as xlsx and CSV: a cell is never a formula, whatever its text begins with."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from fenghuo.base.common.cells import harmless

Value = str | int | float | Decimal | date | datetime | None
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, heading cells, and rows; a row may be shorter than the head."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Value]]


def to_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as one xlsx file; texts are stored as texts, times without their zone."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, sheet in enumerate(sheets, 1):
        name = re.sub(r"[\[\]:*?/\\]", " ", sheet.name)[:31] or f"{number}"
        page = book.create_sheet(name)
        for row_number, row in enumerate([sheet.head, *sheet.rows], 1):
            for column, value in enumerate(row, 1):
                _write(page.cell(row_number, column), value, head=row_number == 1)
        page.freeze_panes = "A2"
        for column in range(1, len(sheet.head) + 1):
            cells = (r[column - 1] for r in [sheet.head, *sheet.rows[:500]] if len(r) >= column)
            longest = max((len(str(cell or "")) for cell in cells), default=8)
            page.column_dimensions[get_column_letter(column)].width = min(_WIDEST, longest * 1.6 + 2)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(cell: "openpyxl.cell.cell.Cell", value: Value, head: bool) -> None:
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    if isinstance(value, str):
        cell.value = _ILLEGAL.sub("\ufffd", value)[:32_767]
        cell.data_type = "s"
    else:
        cell.value = value
    if head:
        cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def to_csv(sheet: Sheet) -> bytes:
    """The sheet as CSV in UTF-8 with a mark that office programs know; texts that a spreadsheet would take for a formula get a quote."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_plain(cell) for cell in sheet.head])
    writer.writerows([[_plain(cell) for cell in row] for row in sheet.rows])
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Value) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return "" if value is None else str(harmless(value))
