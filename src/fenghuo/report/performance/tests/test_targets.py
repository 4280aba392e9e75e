"""Targets as tables write them, and what follows from a value."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from fenghuo.report.performance.decide import Outcome, Refused, outcome, reached, stage_until
from fenghuo.report.performance.shipped import levels_of, table_of
from fenghuo.report.performance.targets import parse_target

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "sign", "number", "unit"),
    [
        ("1次", "=", "1", "次"),
        ("≥3次", "≥", "3", "次"),
        (">= 3 次", "≥", "3", "次"),
        ("100比率", "=", "100", "比率"),
        ("≤10月", "≤", "10", "月"),
        ("≤70万元", "≤", "70", "万元"),
        ("≤４７．５万元", "≤", "47.5", "万元"),
        ("≥80百分比", "≥", "80", "百分比"),
        ("≥85％", "≥", "85", "%"),
        ("12", "=", "12", ""),
    ],
)
def test_targets_with_a_number(text: str, sign: str, number: str, unit: str) -> None:
    found = parse_target(text)
    assert (found.sign, found.number, found.unit, found.text) == (sign, Decimal(number), unit, text)


@pytest.mark.parametrize("text", ["起到可持续影响", "明显提高", "≥", "3到5次", "-1次", "1次以上2次以下", ""])
def test_everything_else_is_words(text: str) -> None:
    assert parse_target(text).in_words
    assert outcome(parse_target(text), Decimal(1), Decimal(5)) == Outcome(None, None, None)


@pytest.mark.parametrize(
    ("target", "value", "met", "score"),
    [
        ("1次", "2", True, "10"),
        ("≥3次", "2", False, "6.67"),
        ("100比率", "98.6", False, "9.86"),
        ("≤10月", "10", True, "10"),
        ("10月", "9", True, "10"),
        ("≤10月", "11", False, "0"),
        ("≤70万元", "70.00", True, "10"),
        ("≤70万元", "70.01", False, "10.00"),
        ("≤70万元", "140", False, "5.00"),
    ],
)
def test_what_follows_from_a_value(target: str, value: str, met: bool, score: str) -> None:
    found = outcome(parse_target(target), Decimal(value), Decimal(10))
    assert (found.met, found.score) == (met, Decimal(score))
    assert outcome(parse_target(target), Decimal(value), None).score is None, "without a weight there is no score"


def test_the_built_in_table_fits_the_structure_of_every_year() -> None:
    for year in (2020, 2021, 2027):
        rows = table_of(year)
        assert len(rows) == len({row.code for row in rows}) == 19
        for row in rows:
            assert row.level2 in levels_of(year)[row.level1], row.code
            assert all(row.numerator[language] and row.denominator[language] for language in ("zh-hans", "en"))
    assert "成本指标" in levels_of(2020)["产出指标"]
    assert "成本指标" in levels_of(2021)


def test_a_month_is_fixed_when_it_is_over() -> None:
    early, late = datetime(2027, 3, 31, 15, 59, tzinfo=UTC), datetime(2027, 3, 31, 16, 0, tzinfo=UTC)
    with pytest.raises(Refused, match="early"):
        stage_until(2027, 3, early, SHANGHAI)
    assert stage_until(2027, 3, late, SHANGHAI) == late
    assert stage_until(2027, 3, datetime(2027, 8, 1, tzinfo=UTC), SHANGHAI) == late, "what came later does not count"
    assert stage_until(2027, 0, early, SHANGHAI) == early


def test_alarms_come_nearer() -> None:
    due = datetime(2027, 10, 31, 16, tzinfo=UTC)
    moments = [datetime(2027, 9, 1, tzinfo=UTC), datetime(2027, 10, 2, tzinfo=UTC), datetime(2027, 10, 29, tzinfo=UTC)]
    assert [reached(due, one) for one in (*moments, due)] == [None, 30, 3, 0]
