"""万元 and 元 are the same number, and sums of money are never rounded."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenghuo.report.performance.amounts import MOST_FEN, NotMoney, amount_in, fen_of, shown

FEN = st.integers(-MOST_FEN, MOST_FEN)


@settings(max_examples=150)
@given(FEN)
def test_both_units_lead_back_to_the_same_fen(fen: int) -> None:
    for unit in ("元", "万元"):
        assert fen_of(amount_in(fen, unit), unit) == fen
    assert amount_in(fen, "元") == amount_in(fen, "万元") * 10_000


@settings(max_examples=100)
@given(st.lists(FEN.map(lambda n: n // 1000), min_size=1, max_size=40))
def test_a_sum_is_the_sum_of_its_parts_in_any_unit_and_order(parts: list[int]) -> None:
    whole = sum(parts)
    assert sum((amount_in(one, "万元") for one in parts), Decimal(0)) == amount_in(whole, "万元")
    assert sum((amount_in(one, "元") for one in reversed(parts)), Decimal(0)) == amount_in(whole, "元")


@pytest.mark.parametrize(
    ("amount", "unit", "code"),
    [
        ("0.001", "元", "parts"),
        ("0.0000001", "万元", "parts"),
        ("1", "美元", "unit"),
        ("1e30", "元", "large"),
        ("NaN", "元", "large"),
        ("Infinity", "万元", "large"),
    ],
)
def test_what_is_no_money(amount: str, unit: str, code: str) -> None:
    with pytest.raises(NotMoney) as caught:
        fen_of(Decimal(amount), unit)
    assert caught.value.code == code


def test_amounts_for_a_reader() -> None:
    assert shown(fen_of(Decimal("70"), "万元")) == "70.00"
    assert shown(fen_of(Decimal("1234567.89"), "元")) == "123.456789"
    assert shown(fen_of(Decimal("1234567.89"), "元"), "元") == "1,234,567.89"
