"""Numbers of official papers: no gap, no double, whoever asks at once; steps of a copy's history stay."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

from fenghuo.base.tables.queries import in_force
from fenghuo.warn.notices.models import PaperNumber
from fenghuo.warn.notices.numbers import make_void, take
from fenghuo.warn.notices.terms import TABLE, shipped

NOW = datetime(2026, 11, 26, 1, tzinfo=UTC)


@pytest.mark.django_db
def test_numbers_run_by_code_and_year_of_the_office() -> None:
    assert [take("云网信", NOW).text for _ in range(2)] == ["云网信〔2026〕1号", "云网信〔2026〕2号"]
    assert take("云网通", NOW).text == "云网通〔2026〕1号"
    new_year = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert take("云网信", new_year).text == "云网信〔2027〕1号", "half past midnight in the office"


@pytest.mark.django_db
def test_what_is_rolled_back_took_no_number_and_a_void_one_is_not_given_again() -> None:
    def fails() -> None:
        with transaction.atomic():
            take("云网信", NOW)
            raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            fails()
    first = take("云网信", NOW)
    make_void(first, "发错单位", NOW)
    assert take("云网信", NOW).number == 2
    assert PaperNumber.objects.get(number=1).void_why == "发错单位"


@pytest.mark.django_db
def test_the_terms_came_with_the_tables() -> None:
    table = in_force(TABLE)
    assert (table.cells, table.sureness) == (shipped()["cells"], "P")


def test_fifty_who_issue_at_once_leave_no_gap_and_no_double(tmp_path: Path) -> None:
    """In a process of its own: threads need rows that other connections see, and rows of the audit trail can't be flushed."""
    script = Path(__file__).with_name("issuing_at_once.py")
    done = subprocess.run([sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert sorted(said["numbers"]) == list(range(1, 51)), said
    assert said["trail"], "and the audit trail is whole"
    assert said["failed"] == 10, "ten more were rolled back after they had taken a number"
