"""Every deadline and every escalation of a simulated year is as an independent calculation has it.

FENGHUO_YEAR_UNITS=120 FENGHUO_YEAR_NOTICES=5000 python -m pytest -s tests/tables/test_notice_year.py

runs 2025 at the size of a county; `tests/soak/test_notice_years.py` has the years before and after at that size.
"""

import os
from datetime import UTC, datetime

import pytest
from django.db import transaction
from tests.tables.notice_year_world import check, simulate

UNITS = int(os.environ.get("FENGHUO_YEAR_UNITS", "8"))
NOTICES = int(os.environ.get("FENGHUO_YEAR_NOTICES", "12"))


@pytest.mark.django_db
def test_every_deadline_and_escalation_of_a_year() -> None:
    year_of(2025, UNITS, NOTICES)


@pytest.mark.django_db
@pytest.mark.parametrize("first", [2024, 2026])
def test_the_holidays_of_the_years_around_it(first: int) -> None:
    year_of(first, 8, 12)


def year_of(first: int, units: int, notices: int) -> None:
    with transaction.atomic():
        year = simulate(units, notices, datetime(first, 1, 1, tzinfo=UTC))
        clocks, marks = check(year)
    print(f"{first}: {units} units, {notices} notices, {len(year.books)} copies, {clocks} clocks, {marks} marks")
    assert year.did["answer"] >= notices
    assert clocks > 2 * notices
    assert marks > 2 * notices, "some ran late"
