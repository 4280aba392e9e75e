"""Amounts are exact: no sum differs by rounding, and 万元 and 元 are one figure."""

import random
from decimal import Decimal

import pytest

from fenghuo.report.disclosure.amounts import amount_of, cents, in_wan, same, shown
from fenghuo.report.disclosure.checking.base import Gatherer, Stated


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1,234.50", "1234.50"), ("２．３", "2.3"), ("-5", "-5"), ("－0.01", "-0.01"), (" 70.00 ", "70.00"), ("0", "0")],
)
def test_amounts_as_people_write_them(text: str, amount: str) -> None:
    assert amount_of(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["", "abc", "1e5", "NaN", "Infinity", "1,23", "1..2", "70万元", "1 2", "--1", "9" * 16, "1.123456789"]
)
def test_what_is_no_amount(text: str) -> None:
    assert amount_of(text) is None


def test_yuan_and_wan_are_one_figure() -> None:
    dice = random.Random(1)
    for _ in range(2000):
        fen = dice.randrange(10**12)
        yuan = Decimal(fen) / 100
        assert in_wan(yuan, "元") * 10_000 == yuan
        assert amount_of(shown(in_wan(yuan, "元"))) == in_wan(yuan, "元")


def test_sums_never_differ_by_rounding() -> None:
    dice = random.Random(2)
    for _ in range(500):
        parts = [Decimal(dice.randrange(10**9)) / 100 for _ in range(dice.randrange(1, 40))]
        total = Decimal(sum(int(part * 100) for part in parts)) / 100
        for stated, wrong in ((total, False), (total + Decimal("0.01"), True)):
            gather = Gatherer()
            gather.sums("income-sum", Stated("total", stated), [Stated("part", part) for part in parts])
            assert bool(gather.findings) is wrong


def test_halves_go_up() -> None:
    assert cents(Decimal("2.345")) == Decimal("2.35")
    assert same(Decimal("2.345"), Decimal("2.35"))
    assert not same(Decimal("2.344"), Decimal("2.35"))
