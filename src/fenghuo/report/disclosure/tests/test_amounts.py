"""Amounts are exact: no sum differs by rounding, and 万元 and 元 are one figure."""

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenghuo.report.disclosure.amounts import WAN, YUAN, amount_of, cents, in_wan, same, shown
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


FEN = st.integers(0, 10**13)


@settings(max_examples=200)
@given(FEN)
def test_an_amount_is_one_figure_in_both_units_and_as_written(fen: int) -> None:
    yuan = Decimal(fen) / 100
    wan = in_wan(yuan, YUAN)
    assert (wan * 1_000_000, in_wan(wan, WAN)) == (fen, wan)
    for amount in (yuan, wan):
        assert amount_of(shown(amount)) == amount
        assert amount_of(format(amount, ",f")) == amount


@settings(max_examples=150)
@given(st.lists(FEN, min_size=1, max_size=40), st.randoms(use_true_random=False), st.integers(1, 10**9))
def test_parts_in_any_order_and_unit_add_up_and_a_hundredth_more_does_not(
    fen: list[int], dice: random.Random, step: int
) -> None:
    whole = in_wan(Decimal(sum(fen)) / 100, YUAN)
    parts = [Stated(str(n), in_wan(Decimal(one) / 100, YUAN)) for n, one in enumerate(fen)]
    dice.shuffle(parts)
    wrong = whole + Decimal("0.01") + Decimal(step) / 1_000_000
    for stated, is_wrong in ((whole, False), (wrong, True)):
        gather = Gatherer()
        gather.sums("income-sum", Stated("total", stated), parts)
        gather.equal("table-text", Stated("total", stated), Stated("other", whole))
        assert bool(gather.findings) is is_wrong
