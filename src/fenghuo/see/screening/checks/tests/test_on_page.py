"""Pages behind the home page over weeks: daily edits raise nothing, and what attackers do to them is found on the page itself."""

import copy
import random
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from fenghuo.see.screening.checks.base import Verdict, VerdictKind
from fenghuo.see.screening.checks.learning import Learning
from fenghuo.see.screening.checks.on_page import SeenPage, judge_page, learned_page
from fenghuo.see.screening.checks.samples import NOW, facts, html, nothing_here, page
from fenghuo.see.screening.checks.tests.county_site import CountySite
from fenghuo.see.screening.checks.tests.site_attacks import CLOAKED, DARK_LINKS, DEFACEMENTS, HEADS
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import BASELINE, HOME
from fenghuo.see.screening.facts.site import Variants

PLACE = "/zwgk/list.html"
URL = f"https://www.jiaoyu.example{PLACE}"
NOBODY = Failure(Why.NOT_COLLECTED)


def home(day: int = 0) -> Facts:
    found = facts({HOME: page(html("<p>烽燧县教育局门户网站</p>")), BASELINE: Failure(Why.STILL_LEARNING)})
    return replace(found, at=NOW + timedelta(days=day))


def look(
    shown: Page, usual: Learning | None, day: int = 0, engine: Page | None = None
) -> tuple[tuple[Verdict, ...], Learning | None]:
    shown = replace(shown, url=URL)
    seen = SeenPage(PLACE, shown, Variants(engine or shown, NOBODY, NOBODY, shown), usual)
    verdicts = judge_page(seen, home(day))
    return verdicts, learned_page(seen, verdicts, home(day))


def failed(verdicts: tuple[Verdict, ...]) -> dict[str, set[str]]:
    return {v.check: {f.locus for f in v.findings} for v in verdicts if v.kind is VerdictKind.FAIL}


@cache
def _known(seed: int) -> tuple[CountySite, Learning]:
    """A page that was seen once a day for four days."""
    site, usual = CountySite(seed), None
    for day in range(4):
        site.normal_edit()
        _verdicts, usual = look(site.page(), usual, day)
    assert usual is not None
    assert usual.baseline.learned_until is not None
    return site, usual


def known(seed: int) -> tuple[CountySite, Learning]:
    return copy.deepcopy(_known(seed))


@pytest.mark.parametrize("seed", range(4))
def test_forty_days_of_edits_on_a_page_raise_nothing(seed: int) -> None:
    site, usual = known(seed)
    for day in range(4, 44):
        site.normal_edit()
        verdicts, after = look(site.page(), usual, day)
        assert not failed(verdicts), day
        assert after is not None
        usual = after


def test_an_address_that_is_used_for_new_texts_raises_nothing() -> None:
    """The second page of a list, or "the latest notice": other words in the same frame."""
    site, usual = known(1)
    for day in range(4, 20):
        other = CountySite(100 + day, columns=site.columns)
        verdicts, _after = look(other.page(), usual, day)
        assert not failed(verdicts), day


@pytest.mark.parametrize("name", sorted(DEFACEMENTS))
def test_a_defaced_page_is_found_where_it_is(name: str) -> None:
    site, usual = known(2)
    attacked = site.page(DEFACEMENTS[name](site.html(), random.Random(2)))
    assert failed(look(attacked, usual, 5)[0]).get("tampered-page") == {PLACE}


@pytest.mark.parametrize("name", sorted(DARK_LINKS))
def test_a_dark_link_on_a_page_is_found_where_it_is(name: str) -> None:
    site, usual = known(1)
    attacked = site.page(DARK_LINKS[name](site.html(), random.Random(1)))
    assert failed(look(attacked, usual, 5)[0]).get("dark-link") == {PLACE}


@pytest.mark.parametrize("name", sorted(HEADS))
def test_a_hijacked_head_of_a_page_is_found(name: str) -> None:
    site, usual = known(3)
    found = failed(look(site.page(HEADS[name](site.html(), random.Random(3))), usual, 5)[0])
    assert all(PLACE in locus for locus in found["hijacked-title"])


@pytest.mark.parametrize("name", sorted(CLOAKED))
def test_another_page_for_search_engines_is_found(name: str) -> None:
    site, usual = known(1)
    engine = replace(site.page(CLOAKED[name](site.html(), random.Random(1))), url=URL)
    assert failed(look(site.page(), usual, 5, engine)[0]) == {"cloaking": {f"search-engine {PLACE}"}}


def test_a_page_that_is_gone_has_passed_unless_search_engines_still_get_it() -> None:
    gone = nothing_here(URL)
    assert {v.kind for v in look(gone, None)[0]} == {VerdictKind.PASS}
    promoting = page(html("<a href='http://x.example/'>澳门新葡京网址</a>", "澳门新葡京官网"), url=URL)
    assert failed(look(gone, None, engine=promoting)[0]) == {"cloaking": {f"search-engine {PLACE}"}}


def test_nothing_is_learned_of_a_page_on_which_something_was_found() -> None:
    site, usual = known(1)
    name = sorted(DARK_LINKS)[0]
    assert look(site.page(DARK_LINKS[name](site.html(), random.Random(1))), usual, 5)[1] == usual
