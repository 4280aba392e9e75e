"""The years before and after that of `tests/tables/test_notice_year.py`, at the size of a county.

python -m pytest tests/soak/test_notice_years.py -m soak -s
"""

from datetime import UTC, datetime

import pytest

from tests.tables.notice_year_world import check, simulate


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.parametrize("first", [2024, 2026])
def test_a_year_of_120_units_and_5000_notices(first: int) -> None:
    year = simulate(120, 5000, datetime(first, 1, 1, tzinfo=UTC))
    clocks, marks = check(year)
    assert min(year.did[what] for what in ("extension", "return", "resend")) > 20
    print(f"{first}: {len(year.books)} copies, {clocks} clocks, {marks} marks")
