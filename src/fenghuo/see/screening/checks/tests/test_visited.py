"""What a visit did not see keeps a check from passing."""

import pytest

from fenghuo.see.screening.checks.samples import SITE, facts, html, page
from fenghuo.see.screening.checks.visited import bare, listed, shown, visited
from fenghuo.see.screening.facts import Failure, Page, Untested, Why
from fenghuo.see.screening.facts.needs import HOME, PAGES, PLAIN
from fenghuo.see.screening.facts.site import Pages


def seen(plain: Page | Failure, other: Page | Failure) -> Why | None:
    visit = visited(facts({HOME: page(html()), PLAIN: plain, PAGES: Pages({SITE + "a": other})}), PLAIN)
    return visit.unseen.why if visit.unseen else None


@pytest.mark.parametrize(
    ("plain", "other", "why"),
    [
        (page(html()), page(html()), None),
        (Failure(Why.REFUSED), page(html(), 404), None),
        (Failure(Why.TIMED_OUT), page(html()), Why.TIMED_OUT),
        (page(html()), Failure(Why.LEFT_THE_SITE), None),
        # behind the home page a closed port is a failure of the moment
        (page(html()), Failure(Why.REFUSED), Why.REFUSED),
        (page(html()), page(html(), 502), Why.SERVER_ERROR),
        (page(html()), page(html(), cut=True), Why.INCOMPLETE),
        (page(html()), page(b"PK", headers={"Content-Type": "application/zip"}, cut=True), None),
    ],
)
def test_unseen(plain: Page | Failure, other: Page | Failure, why: Why | None) -> None:
    assert seen(plain, other) == why


def test_without_the_home_page_there_is_no_visit() -> None:
    with pytest.raises(Untested):
        visited(facts({HOME: Failure(Why.REFUSED), PAGES: Pages({})}))


def test_addresses_lose_what_changes() -> None:
    url = "http://H.example:8080/a/b.do;jsessionid=1F?token=2#x"
    assert (bare(url), shown(url)) == ("h.example/a/b.do", "http://h.example/a/b.do")
    assert bare("http://[broken") == "/"


def test_lists_are_short() -> None:
    assert listed(["a", "b", "a"]) == "a\nb"
    assert listed(map(str, range(9)), 2) == "0\n1\n… (9)"
