"""Sheets of payments: all of it or nothing, and each row says what is wrong with it."""

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation
from tests.tables.performance_world import CLERK, WAN, at, pay, project

from fenghuo.base.units.models import Unit
from fenghuo.report.performance import money
from fenghuo.report.performance.cells import BadSheet
from fenghuo.report.performance.models import Payment

pytestmark = pytest.mark.django_db
HEAD = ["凭证号", "支付日期", "金额（元）", "收款方", "摘要", "合同编号"]


def sheet(*rows: list[object], head: list[str] | None = None, merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in (head or HEAD, *rows):
        page.append(row)
    if merge:
        page.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_right_sheet_comes_in_exactly(unit: Unit) -> None:
    with at(9, 1):
        made = project(unit)
        agreed = money.Agreed("HT-1", "演练服务", "某公司", 20 * WAN, date(2027, 2, 1))
        contract = money.add_contract(CLERK, made.id, agreed)
        money.accept(CLERK, contract.pk, date(2027, 6, 1), True, "演练服务", "验收单")
        rows: list[list[object]] = [
            ["记-1", datetime(2027, 3, 1), 0.1, "某公司", "首付", "HT-1"],
            ["记-2", "2027年3月2日", 0.2, "某公司"],
            [3, "2027/3/3", 100000, "某公司"],
        ]
        rows[0][2], rows[1][2] = 1000.1, 2000.2
        money.import_payments(CLERK, made.id, sheet(*rows))
        wan = sheet(["记-4", "2027-04-01", 1.000001, "某公司"], head=["凭证号", "支付日期", "金额（万元）", "收款方"])
        money.import_payments(CLERK, made.id, wan)
    assert list(Payment.objects.values_list("voucher", "amount_fen")) == [
        ("记-1", 100_010),
        ("记-2", 200_020),
        ("3", 10_000_000),
        ("记-4", 1_000_001),
    ]
    assert Payment.objects.filter(contract=contract).count() == 1


BAD: list[tuple[list[object], str]] = [
    (["记-1", "2027-03-01", "1,234.50", "某公司"], "is text; format the cell"),
    (["记-1", "2027-03-01", "7万元", "某公司"], "names another unit"),
    (["记-1", "2027-03-01", 0.7, "某公司"], "is it in 万元"),
    (["记-1", "2027-03-01", 70000001, "某公司"], "more than the whole budget"),
    (["记-1", "2027-03-01", 1.005, "某公司"], "parts of a fen"),
    (["记-1", "2027-03-01", None, "某公司"], "empty, or a formula"),
    (["记-1", "民国116年3月1日", 5, "某公司"], "another calendar"),
    (["记-1", "农历二月初一", 5, "某公司"], "another calendar"),
    (["记-1", "2570-03-01", 5, "某公司"], "not in the budget year"),
    (["记-1", "2027-02-30", 5, "某公司"], "is no date"),
    (["记-1", "2027-12-01", 5, "某公司"], "has not come yet"),
    (["记-0", "2027-03-01", 5, "某公司"], "stored already"),
    (["", "2027-03-01", 5, "某公司"], "“凭证号” is empty"),
    (["记-1", "2027-03-01", 5, ""], "“收款方” is empty"),
    (["记-1", "2027-03-01", 5, "某公司", "", "HT-9"], "no contract HT-9"),
]


@pytest.mark.parametrize(("row", "problem"), BAD, ids=[problem for _row, problem in BAD])
def test_one_bad_row_keeps_the_whole_sheet_out_and_is_named(row: list[object], problem: str, unit: Unit) -> None:
    with at(9, 1):
        made = project(unit)
        pay(made, 2, "记-0", 100)
        with pytest.raises(BadSheet) as caught:
            money.import_payments(CLERK, made.id, sheet(["记-8", "2027-03-01", 5, "某公司"], row))
        assert Payment.objects.count() == 1
        [said] = caught.value.problems
        assert said.startswith("Row 3: ")
        assert problem in said
        with translation.override("zh-hans"), pytest.raises(BadSheet, match="第 3 行"):
            money.import_payments(CLERK, made.id, sheet(["记-8", "2027-03-01", 5, "某公司"], row))


def test_merged_cells_doubles_and_wrong_units_of_the_whole_sheet(unit: Unit) -> None:
    good: list[object] = ["记-1", "2027-03-01", 5, "某公司"]
    with at(9, 1):
        made = project(unit)
        cases = [
            (sheet(good, ["记-2", None, 6, "某公司"], merge="B2:B3"), ["Row 2: merged", "Row 3: merged"]),
            (sheet(good, good), ["Row 3: voucher 记-1 stands in row 2"]),
            (sheet(good, head=["凭证号", "支付日期", "金额", "收款方"]), ["Row 1: the heading of the amounts"]),
            (sheet(good, head=["凭证号", "支付日期", "金额（元）"]), ["Row 1: the column “收款方” is missing"]),
            (sheet(), ["The sheet holds no payments"]),
            (b"PK\x03\x04 not a sheet", ["This is no xlsx file"]),
        ]
        many = [[f"记-{n}", "2027-03-01", 60, "某公司"] for n in range(2)]
        head = ["凭证号", "支付日期", "金额（万元）", "收款方"]
        cases.append((sheet(*many, head=head), ["With this sheet more would be paid"]))
        for content, begins in cases:
            with pytest.raises(BadSheet) as caught:
                money.import_payments(CLERK, made.id, content)
            assert len(caught.value.problems) == len(begins)
            for said, begin in zip(caught.value.problems, begins, strict=True):
                assert said.startswith(begin), said
    assert not Payment.objects.exists()
    assert made.budget_fen == Decimal(70) * WAN
