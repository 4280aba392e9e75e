"""Home pages watched over weeks: daily edits raise nothing, and every tampering, dark link, hijacked title and cloaked page is found."""

import copy
import random
from datetime import timedelta
from functools import cache

import pytest

from fenghuo.see.screening.checks.base import Verdict, VerdictKind, judge
from fenghuo.see.screening.checks.learning import Learning, begin, learned
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.checks.samples import NOW, facts
from fenghuo.see.screening.checks.tests.county_site import CountySite
from fenghuo.see.screening.checks.tests.site_attacks import CLOAKED, DARK_LINKS, DEFACEMENTS, HEADS
from fenghuo.see.screening.facts import Page
from fenghuo.see.screening.facts.needs import BASELINE, HOME, OUTSIDE_NAMES, VARIANTS
from fenghuo.see.screening.facts.site import Variants

WATCHING = ("tampered-page", "dark-link", "cloaking", "hijacked-title", "foreign-scripts")
CHARSETS = ("utf-8", "gbk")


def watch(learning: Learning, page: Page, search_engine: Page | None = None) -> list[Verdict]:
    """What the checks of a home page say of a visit."""
    variants = Variants(search_engine or page, page, page, page)
    values = {HOME: page, BASELINE: learning.fact, VARIANTS: variants, OUTSIDE_NAMES: ()}
    return [judge(all_checks()[name], facts(values)) for name in WATCHING]


def failed(verdicts: list[Verdict]) -> set[str]:
    return {verdict.check for verdict in verdicts if verdict.kind is VerdictKind.FAIL}


def watched_site(seed: int, charset: str) -> tuple[CountySite, Learning]:
    """A site after its learning time, as often as it is wanted."""
    return copy.deepcopy(_watched_site(seed, charset))


@cache
def _watched_site(seed: int, charset: str) -> tuple[CountySite, Learning]:
    """Visited four times a day, edited once."""
    site = CountySite(seed, charset)
    learning = begin(site.page(), NOW)
    for visit in range(1, 14):
        if visit % 4 == 0:
            site.normal_edit()
        site.counter += 7
        learning = learned(learning, site.page(), NOW + timedelta(hours=6 * visit))
    assert learning.baseline.learned_until is not None
    return site, learning


@pytest.mark.parametrize(("seed", "charset"), list(zip(range(6), CHARSETS * 3, strict=True)))
def test_forty_days_of_normal_edits_raise_nothing(seed: int, charset: str) -> None:
    site, learning = watched_site(seed, charset)
    for day in range(40):
        site.normal_edit()
        verdicts = watch(learning, site.page())
        assert {v.kind for v in verdicts} == {VerdictKind.PASS}, (
            day,
            [v for v in verdicts if v.kind is not VerdictKind.PASS],
        )
        learning = learned(learning, site.page(), NOW + timedelta(days=4 + day))


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("name", DEFACEMENTS)
def test_a_defaced_page_is_found(name: str, charset: str) -> None:
    for seed in range(3):
        site, learning = watched_site(seed, charset)
        site.normal_edit()
        attacked = site.page(DEFACEMENTS[name](site.html(), random.Random(seed)))
        assert "tampered-page" in failed(watch(learning, attacked)), seed


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("name", DARK_LINKS)
def test_a_dark_link_is_found(name: str, charset: str) -> None:
    for seed in range(3):
        site, learning = watched_site(seed, charset)
        site.normal_edit()
        attacked = site.page(DARK_LINKS[name](site.html(), random.Random(seed)))
        assert "dark-link" in failed(watch(learning, attacked)), seed


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("name", HEADS)
def test_a_hijacked_head_is_found(name: str, charset: str) -> None:
    site, learning = watched_site(3, charset)
    attacked = site.page(HEADS[name](site.html(), random.Random(3)))
    assert failed(watch(learning, attacked)) == {"hijacked-title"}


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("name", CLOAKED)
def test_a_page_for_search_engines_only_is_found(name: str, charset: str) -> None:
    for seed in range(3):
        site, learning = watched_site(seed, charset)
        attacked = site.page(CLOAKED[name](site.html(), random.Random(seed)))
        assert failed(watch(learning, site.page(), attacked)) == {"cloaking"}, seed


def test_there_are_more_than_forty_attacks() -> None:
    assert len(DEFACEMENTS) + len(DARK_LINKS) + len(HEADS) + len(CLOAKED) >= 40
