"""The day of the visit decides, and the most exact branch."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fenghuo.see.screening.checks.base import judge
from fenghuo.see.screening.checks.end_of_life_product.check import CHECK
from fenghuo.see.screening.checks.product_samples import stating
from fenghuo.see.screening.content.lifetimes import lifetimes
from fenghuo.see.screening.content.products import products

LAST = datetime(2022, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "outcomes"), [(-400, []), (-30, ["ends-soon"]), (0, ["ends-soon"]), (1, ["end-of-life"])]
)
def test_php_7_4_around_its_last_day(days: int, outcomes: list[str]) -> None:
    facts = replace(stating({"X-Powered-By": "PHP/7.4.30"}), at=LAST + timedelta(days=days))
    assert [f.outcome for f in judge(CHECK, facts).findings] == outcomes


def test_the_most_exact_branch_counts() -> None:
    tomcat = lifetimes()["tomcat"]
    found = tomcat.end_of("8.0.53"), tomcat.end_of("8.5.99"), tomcat.end_of("9.0.1"), tomcat.end_of("12.0.0")
    assert [one and one[0] for one in found] == ["8.0", "8.5", "9.0", None]


def test_the_oldest_of_several_versions_is_told() -> None:
    facts = stating({"Server": "Apache PHP/5.6.40", "X-Powered-By": "PHP/8.4.1"})
    assert [f.locus for f in judge(CHECK, facts).findings] == ["php"]


def test_the_pack_names_only_products_that_can_be_seen() -> None:
    assert set(lifetimes()) <= set(products())
    assert all(one.source.startswith("https://") for one in lifetimes().values())
