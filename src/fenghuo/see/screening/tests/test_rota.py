"""Whose turn it is among the pages of a site."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fenghuo.see.screening.checks.base import Finding, Verdict, VerdictKind
from fenghuo.see.screening.checks.samples import facts, html, nothing_here, page
from fenghuo.see.screening.facts.needs import HOME, PAGES
from fenghuo.see.screening.facts.site import Pages
from fenghuo.see.screening.rota import Candidate, Turns
from fenghuo.see.screening.scopes import scopes

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
A_DAY = 27


def days(number: float) -> datetime:
    return NOW + timedelta(days=number)


def a_day(known: dict[str, Candidate], now: datetime, *open_places: str) -> list[str]:
    """The places of a tour; what was seen is noted."""
    turns, seen = Turns(known.values(), open_places, now), []
    while len(seen) < A_DAY and (chosen := turns.next()) is not None:
        seen.append(chosen.place)
        known[chosen.place] = replace(chosen, tried_at=now)
    return seen


def test_every_page_of_a_large_site_that_publishes_much_is_seen_in_time() -> None:
    known = {f"/{n}": Candidate(f"/{n}", 2, first_at=NOW) for n in range(400)}
    last: dict[str, int] = {}
    for day in range(60):
        known |= {f"/new/{day}/{n}": Candidate(f"/new/{day}/{n}", 1, first_at=days(day)) for n in range(10)}
        seen = a_day(known, days(day))
        assert len(seen) == len(set(seen)) == A_DAY
        last |= dict.fromkeys(seen, day)
    assert all(f"/{n}" in last for n in range(400))
    assert max(59 - day for place, day in last.items() if place.startswith("/new/0/")) < 59, "seen again"


def test_a_small_site_is_seen_whole_each_day_and_nothing_twice() -> None:
    known = {f"/{n}": Candidate(f"/{n}", 1) for n in range(9)}
    for day in range(3):
        assert sorted(a_day(known, days(day))) == sorted(known)
        assert a_day(known, days(day + 0.1)) == []


def test_a_page_with_something_open_comes_first_and_the_first_level_before_the_second() -> None:
    known = {"/deep": Candidate("/deep", 2), "/near": Candidate("/near", 1), "/bad": Candidate("/bad", 2, NOW)}
    assert a_day(known, NOW, "/bad", "/unlinked") == ["/bad", "/unlinked", "/near", "/deep"]
    turns = Turns(known.values(), ["/bad"], NOW, only_open=True)
    first = turns.next()
    assert first is not None
    assert (first.place, turns.next()) == ("/bad", None)


DARK = Finding("hidden-illegal", "/a.html", "x")


def parts(kind: VerdictKind, *found: Finding, **pages: object) -> dict[str, tuple[VerdictKind, bool]]:
    verdict = Verdict("www.jiaoyu.example", "dark-link", 2, kind, NOW, findings=found)
    seen = facts({HOME: page(html("新闻")), PAGES: Pages(pages)})  # type: ignore[arg-type]
    return {place: (part.kind, part.whole) for place, part in scopes(verdict, seen)}


def test_a_visit_speaks_of_the_home_page_and_of_each_page_that_it_saw() -> None:
    here = "https://www.jiaoyu.example"
    clean, gone = page(html("通知"), url=f"{here}/b.html"), nothing_here(f"{here}/c.html")
    busy = page(html("忙"), 503, url=f"{here}/d.html")
    found = parts(VerdictKind.FAIL, DARK, b=clean, c=gone, d=busy)
    assert found == {
        "/a.html": (VerdictKind.FAIL, True),
        "": (VerdictKind.FAIL, False),  # says nothing about the home page
        "/b.html": (VerdictKind.PASS, True),
        "/c.html": (VerdictKind.PASS, True),
    }
