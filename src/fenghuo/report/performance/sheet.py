"""A sheet of payments (xlsx): all of its rows are right, or each error is named with its row, in the reader's language."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.worksheet.worksheet import Worksheet

from fenghuo.report.performance.amounts import FEN_OF, NotMoney, fen_of, shown

MOST_BYTES = 5 * 1024 * 1024
_MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 5000
_MOST_COLUMNS = 40
COLUMNS = {"voucher": "凭证号", "on": "支付日期", "payee": "收款方", "purpose": "摘要", "contract": "合同编号"}
REQUIRED = ("voucher", "on", "payee")
_ENGLISH = {"voucher": "voucher", "paid on": "on", "payee": "payee", "purpose": "purpose", "contract": "contract"}
_AMOUNT = re.compile(r"(?:金额|amount)\s*[（(]\s*(万元|元|10k yuan|yuan)\s*[）)]", re.IGNORECASE)
_BARE_AMOUNT = re.compile(r"\s*(?:金额|amount)\s*", re.IGNORECASE)
_UNITS = {"yuan": "元", "10k yuan": "万元"}
_OTHER_CALENDAR = re.compile(
    r"民国|民國|農曆|农历|阴历|佛历|令和|平成|[初廿正腊冬]月?[一二三四五六七八九十]|[RrHh]\d{1,2}[./]"
)
_FULL_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


class BadSheet(Exception):
    """A sheet that was not taken. `problems` has one sentence for each error."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment: whole fen, below nought for a reversal; `contract` is its number, "" for none."""

    voucher: str
    on: date
    amount_fen: int
    payee: str
    purpose: str = ""
    contract: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What a sheet is read against: year, today, the whole budget, vouchers that are stored, numbers of contracts, what is paid already."""

    year: int
    today: date
    budget_fen: int
    vouchers: frozenset[str]
    contracts: frozenset[str]
    paid_fen: int = 0


def read(content: bytes, known: Known) -> list[Paid]:
    """The payments of a sheet.

    Raises:
        BadSheet: everything that is wrong with it.
    """
    page = _open(content)
    columns, unit = _head(page)
    merged = _merged(page)
    problems: list[str] = []
    found: list[Paid] = []
    rows_of: dict[str, int] = {}
    for number in range(2, page.max_row + 1):
        cells = {name: page.cell(number, column).value for name, column in columns.items()}
        if number not in merged and all(value is None or value == "" for value in cells.values()):
            continue
        wrong = [_("merged cells; undo the merge, so that every row has its own values")] if number in merged else []
        paid = None if wrong else _row(cells, unit, known, wrong)
        if paid is not None:
            wrong += _doubles(paid, number, rows_of, known)
        problems += [_("Row %(row)s: %(problem)s") % {"row": number, "problem": problem} for problem in wrong]
        if paid is not None and not wrong:
            found.append(paid)
    if not found and not problems:
        problems.append(_("The sheet holds no payments."))
    if not problems and known.paid_fen + sum(one.amount_fen for one in found) > known.budget_fen:
        words = {"budget": shown(known.budget_fen), "unit": unit}
        problems.append(
            _(
                "With this sheet more would be paid than the budget of %(budget)s 万元: are the amounts really in %(unit)s?"
            )
            % words
        )
    if problems:
        raise BadSheet(problems)
    return found


def _open(content: bytes) -> Worksheet:
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


_LIMITS = {"rows": MOST_ROWS, "columns": _MOST_COLUMNS}


def _head(page: Worksheet) -> tuple[Mapping[str, int], str]:
    """Column of each field, and the unit that the heading of the amounts states."""
    by_heading = {heading: name for name, heading in COLUMNS.items()} | _ENGLISH
    columns: dict[str, int] = {}
    problems, unit = [], ""
    for column in range(1, page.max_column + 1):
        text = str(page.cell(1, column).value or "").strip()
        amount = _AMOUNT.fullmatch(text)
        name = "amount" if amount else by_heading.get(text.lower(), "")
        if amount:
            unit = _UNITS.get(amount[1].lower(), amount[1])
        elif _BARE_AMOUNT.fullmatch(text):
            problems.append(_("Row 1: the heading of the amounts must state its unit: 金额（元） or 金额（万元）."))
            name = "amount"
        if name in columns:
            problems.append(_("Row 1: the column “%(column)s” stands twice.") % {"column": text})
        elif name:
            columns[name] = column
    for name in (*REQUIRED, "amount"):
        if name not in columns:
            heading = COLUMNS.get(name, "金额（元）")
            problems.append(_("Row 1: the column “%(column)s” is missing.") % {"column": heading})
    if problems:
        raise BadSheet(problems)
    return columns, unit


def _merged(page: Worksheet) -> set[int]:
    return {row for area in page.merged_cells.ranges for row in range(area.min_row, area.max_row + 1)}


def _row(cells: Mapping[str, object], unit: str, known: Known, wrong: list[str]) -> Paid | None:
    """One row, or None with what is wrong added to `wrong`."""
    texts = {name: _plain(cells.get(name)) for name in ("voucher", "payee", "purpose", "contract")}
    for name in ("voucher", "payee"):
        if not texts[name]:
            wrong.append(_("“%(column)s” is empty") % {"column": COLUMNS[name]})
    if texts["contract"] and texts["contract"] not in known.contracts:
        wrong.append(_("there is no contract %(number)s in this project") % {"number": texts["contract"]})
    on = _day(cells.get("on"), known, wrong)
    fen = _fen(cells.get("amount"), unit, known, wrong)
    if wrong or on is None or fen is None:
        return None
    return Paid(texts["voucher"], on, fen, texts["payee"], texts["purpose"], texts["contract"])


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _day(value: object, known: Known, wrong: list[str]) -> date | None:
    if isinstance(value, datetime):
        on: date | None = value.date()
    elif isinstance(value, date):
        on = value
    else:
        on = _written_day(str(value or "").strip(), wrong)
    if on is None:
        return None
    if on.year != known.year:
        words = {"day": on.isoformat(), "year": known.year}
        wrong.append(_("%(day)s is not in the budget year %(year)s") % words)
        return None
    if on > known.today:
        wrong.append(_("%(day)s has not come yet") % {"day": on.isoformat()})
        return None
    return on


def _written_day(text: str, wrong: list[str]) -> date | None:
    if not text:
        wrong.append(_("“%(column)s” is empty") % {"column": COLUMNS["on"]})
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


def _fen(value: object, unit: str, known: Known, wrong: list[str]) -> int | None:
    if value is None or value == "":
        wrong.append(_("the amount is empty, or a formula that was never computed"))
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        text = str(value)[:40]
        other = next((name for name in ("万元", "元") if name in text), unit)
        sentence = (
            _("the amount “%(text)s” is text and names another unit than its column; write a number")
            if other != unit
            else _("the amount “%(text)s” is text; format the cell as a number")
        )
        wrong.append(sentence % {"text": text})
        return None
    # A cell holds a double: its shortest text is the number that was typed.
    amount = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    try:
        fen = fen_of(amount, unit)
    except NotMoney as error:
        said = {
            "parts": _("the amount has parts of a fen"),
            "large": _("the amount is too large"),
            "unit": _("no unit"),
        }
        wrong.append(said[error.code])
        return None
    return _plausible(fen, unit, known, wrong)


def _plausible(fen: int, unit: str, known: Known, wrong: list[str]) -> int | None:
    if not fen:
        wrong.append(_("the amount is nought"))
        return None
    if abs(fen) > known.budget_fen:
        words = {"amount": shown(fen), "budget": shown(known.budget_fen), "unit": unit}
        wrong.append(
            _("%(amount)s 万元 is more than the whole budget of %(budget)s 万元: is it really in %(unit)s?") % words
        )
        return None
    if unit == "元" and abs(fen) < FEN_OF["元"]:
        wrong.append(_("the amount is less than 1 元: is it in 万元?"))
        return None
    return fen


def _doubles(paid: Paid, number: int, rows_of: dict[str, int], known: Known) -> list[str]:
    if paid.voucher in known.vouchers:
        return [_("voucher %(voucher)s is stored already") % {"voucher": paid.voucher}]
    first = rows_of.setdefault(paid.voucher, number)
    if first != number:
        return [_("voucher %(voucher)s stands in row %(row)s already") % {"voucher": paid.voucher, "row": first}]
    return []
