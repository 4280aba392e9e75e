"""How a baseline comes to be, follows daily edits, and is learned anew."""

from datetime import timedelta

from fenghuo.see.screening.checks.learning import (
    LEARNING_VISITS,
    WINDOW,
    Learning,
    begin,
    beyond,
    confirmed,
    learned,
    link_hosts,
    script_hosts,
)
from fenghuo.see.screening.checks.samples import NOW, html, page
from fenghuo.see.screening.checks.tests.county_site import CountySite
from fenghuo.see.screening.checks.watch_samples import county_page
from fenghuo.see.screening.facts import Failure, Why
from fenghuo.see.screening.facts.site import Baseline

BLACK = page(html("<center><h1>Hacked by nobody</h1></center>"))


def after(visits: int, hours_between: float) -> Learning:
    learning = begin(county_page(), NOW)
    for visit in range(1, visits):
        learning = learned(learning, county_page(), NOW + timedelta(hours=hours_between * visit))
    return learning


def test_learning_takes_three_days_even_with_many_visits() -> None:
    assert after(100, 0.1).fact == Failure(Why.STILL_LEARNING, f"100/{LEARNING_VISITS}")


def test_learning_takes_twelve_visits_even_over_many_days() -> None:
    assert isinstance(after(11, 24).fact, Failure)
    assert isinstance(after(12, 24).fact, Baseline)


def test_the_spread_is_the_largest_jump_between_neighbours() -> None:
    site = CountySite(0)
    learning, pages = begin(site.page(), NOW), [site.page()]
    for visit in range(1, 14):
        site.normal_edit()
        pages.append(site.page())
        learning = learned(learning, pages[-1], NOW + timedelta(hours=6 * visit))
    assert 0 < learning.baseline.text_spread <= 14
    assert all(beyond(learning.baseline, seen) is None for seen in pages)


def test_a_black_page_in_the_learning_time_does_not_blind() -> None:
    learning = learned(after(5, 6), BLACK, NOW + timedelta(hours=31))
    for visit in range(6, 16):
        learning = learned(learning, county_page(), NOW + timedelta(hours=6 * visit))
    another = page(html("<p>这里已经换了主人，等着看吧</p>" * 6))
    assert beyond(learning.baseline, another) is not None


def test_the_window_follows_edits_but_never_takes_in_a_jump() -> None:
    learning = after(14, 6)
    before = learning.baseline
    assert learned(learning, BLACK, NOW).baseline == before
    for _ in range(WINDOW + 5):
        learning = learned(learning, county_page("<p>新栏目</p>"), NOW)
    assert len(learning.baseline.shingles) == WINDOW
    assert learning.baseline.title == before.title


def test_our_own_change_is_usual_at_once_and_the_old_page_is_not() -> None:
    new = page(
        html("<main><section><h2>全新改版</h2><p>新版门户以服务事项为中心</p></section></main>" * 5, "烽燧县教育局")
    )
    learning = after(14, 6)
    assert beyond(learning.baseline, new) is not None
    again = confirmed(learning, new, NOW)
    assert again.baseline.learned_until == NOW
    assert beyond(again.baseline, new) is None
    assert beyond(again.baseline, county_page()) is not None
    assert again.baseline.text_spread == learning.baseline.text_spread


def test_hosts_of_scripts_are_those_that_scripts_load_too() -> None:
    text = (
        '<script src="//a.example.net/a.js"></script><iframe src="https://b.example.net/"></iframe>'
        "<script>var s=document.createElement('script');s.src='https://c.example.net/c.js'</script>"
    )
    assert script_hosts(page(html(text))) == {"a.example.net", "b.example.net", "c.example.net"}


def test_links_that_are_hidden_oddly_are_not_learned() -> None:
    text = (
        '<a href="http://open.example.net/">x</a><p style="display:none"><a href="http://menu.example.net/">y</a></p>'
        '<p style="position:absolute;left:-9999px"><a href="http://dark.example.net/">z</a></p>'
    )
    assert link_hosts(page(html(text))) == {"open.example.net", "menu.example.net"}
