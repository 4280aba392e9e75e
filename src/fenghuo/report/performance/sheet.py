"""A sheet of payments (xlsx): all of its rows are right, or each error is named with its row, in the reader's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from openpyxl.worksheet.worksheet import Worksheet

from fenghuo.report.performance.amounts import FEN_OF, NotMoney, fen_of, shown
from fenghuo.report.performance.cells import BadSheet, day, in_row, open_sheet, plain, rows_of

COLUMNS = {"voucher": "凭证号", "on": "支付日期", "payee": "收款方", "purpose": "摘要", "contract": "合同编号"}
REQUIRED = ("voucher", "on", "payee")
_ENGLISH = {"voucher": "voucher", "paid on": "on", "payee": "payee", "purpose": "purpose", "contract": "contract"}
_AMOUNT = re.compile(r"(?:金额|amount)\s*[（(]\s*(万元|元|10k yuan|yuan)\s*[）)]", re.IGNORECASE)
_BARE_AMOUNT = re.compile(r"\s*(?:金额|amount)\s*", re.IGNORECASE)
_UNITS = {"yuan": "元", "10k yuan": "万元"}


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
    page = open_sheet(content)
    columns, unit = _head(page)
    problems: list[str] = []
    found: list[Paid] = []
    first_rows: dict[str, int] = {}
    for number, cells, wrong in rows_of(page, columns):
        paid = None if wrong else _row(cells, unit, known, wrong)
        if paid is not None:
            wrong.extend(_doubles(paid, number, first_rows, known))
        problems += in_row(number, wrong)
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


def _row(cells: Mapping[str, object], unit: str, known: Known, wrong: list[str]) -> Paid | None:
    """One row, or None with what is wrong added to `wrong`."""
    texts = {name: plain(cells.get(name)) for name in ("voucher", "payee", "purpose", "contract")}
    for name in ("voucher", "payee"):
        if not texts[name]:
            wrong.append(_("“%(column)s” is empty") % {"column": COLUMNS[name]})
    if texts["contract"] and texts["contract"] not in known.contracts:
        wrong.append(_("there is no contract %(number)s in this project") % {"number": texts["contract"]})
    on = day(cells.get("on"), COLUMNS["on"], known.year, known.today, wrong)
    fen = _fen(cells.get("amount"), unit, known, wrong)
    if wrong or on is None or fen is None:
        return None
    return Paid(texts["voucher"], on, fen, texts["payee"], texts["purpose"], texts["contract"])


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


def _doubles(paid: Paid, number: int, first_rows: dict[str, int], known: Known) -> list[str]:
    if paid.voucher in known.vouchers:
        return [_("voucher %(voucher)s is stored already") % {"voucher": paid.voucher}]
    first = first_rows.setdefault(paid.voucher, number)
    if first != number:
        return [_("voucher %(voucher)s stands in row %(row)s already") % {"voucher": paid.voucher, "row": first}]
    return []
