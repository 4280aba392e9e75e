"""Learning what is usual on a home page, visit by visit; pure: the caller keeps the value and gives it back with the next page.

A page is learned for three days and twelve visits, whichever takes longer; then it is armed. From then on `learned` takes in visits whose
checks found nothing, so that the window follows the daily edits; a page that jumps is never taken in by itself. `confirmed` is what an
analyst's "this change was ours" does.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fenghuo.see.screening.checks.document import document, host_of
from fenghuo.see.screening.checks.hidden import Grade
from fenghuo.see.screening.checks.likeness import distance, skeleton_hash, text_hash
from fenghuo.see.screening.checks.promoting import looked_at
from fenghuo.see.screening.checks.written import loaded_by_scripts, redirects, rendered
from fenghuo.see.screening.facts import Failure, Page, Why
from fenghuo.see.screening.facts.site import Baseline

LEARNING_TIME = timedelta(days=3)
LEARNING_VISITS = 12
WINDOW = 48
"""Visits whose hashes are kept: four hours at one visit in five minutes."""
TEXT_FLOOR, SKELETON_FLOOR = 11, 9
"""Bits of 64 that may always differ: a news list that turns over, a banner, a new column (measured in test_watch_corpus)."""
SHORT_TEXT, SHORT_TEXT_FLOOR = 400, 16
"""On a page of fewer characters one more sentence turns more bits; another page still turns about thirty."""
WIDEST_SPREAD = 14
"""A larger jump in the learning time is no daily edit; it does not make the page's watch blind."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a page is learned: visits until it is armed (three days at least), and visits whose hashes are kept."""

    visits: int
    window: int


HOME_PACE = Pace(LEARNING_VISITS, WINDOW)
DAILY_PACE = Pace(4, 8)
"""Of a page that is seen once a day."""


@dataclass(frozen=True, slots=True)
class Learning:
    """How far learning has come: when it began, how many visits it has taken, and what was learned until now."""

    began: datetime
    visits: int
    baseline: Baseline

    @property
    def fact(self) -> Baseline | Failure:
        """The fact `BASELINE`: what was learned, or that it is still being learned."""
        if self.baseline.learned_until is None:
            return Failure(Why.STILL_LEARNING, f"{self.visits}/{LEARNING_VISITS}")
        return self.baseline


def begin(page: Page, at: datetime) -> Learning:
    """The first visit."""
    parsed = document(page)
    baseline = Baseline(
        title=parsed.title,
        keywords=parsed.meta("keywords"),
        description=parsed.meta("description"),
        shingles=(text_hash(page),),
        skeleton=(skeleton_hash(page),),
        text_spread=0,
        skeleton_spread=0,
        script_hosts=script_hosts(page),
        link_hosts=link_hosts(page),
    )
    return Learning(at, 1, baseline)


def learned(learning: Learning, page: Page, at: datetime, pace: Pace = HOME_PACE) -> Learning:
    """After one more visit in which the checks of the page found nothing (while learning: nothing that needs no baseline)."""
    if learning.baseline.learned_until is not None:
        return replace(learning, visits=learning.visits + 1, baseline=_followed(learning.baseline, page, pace))
    before, visits = learning.baseline, learning.visits + 1
    text, skeleton = text_hash(page), skeleton_hash(page)
    parsed = document(page)
    done = visits >= pace.visits and at - learning.began >= LEARNING_TIME
    baseline = replace(
        _with_hashes(before, (text, skeleton), pace),
        title=parsed.title,
        keywords=parsed.meta("keywords"),
        description=parsed.meta("description"),
        text_spread=_spread(before.text_spread, before.shingles[-1], text),
        skeleton_spread=_spread(before.skeleton_spread, before.skeleton[-1], skeleton),
        script_hosts=before.script_hosts | script_hosts(page),
        link_hosts=before.link_hosts | link_hosts(page),
        learned_until=at if done else None,
    )
    return Learning(learning.began, visits, baseline)


def confirmed(learning: Learning, page: Page, at: datetime) -> Learning:
    """After an analyst's "this change was ours": the page as it is now is the usual one, at once.

    What was there before is no longer usual, so that an old page that comes back is seen; how much the page varies by the day stays.
    """
    baseline = replace(
        begin(page, at).baseline,
        text_spread=learning.baseline.text_spread,
        skeleton_spread=learning.baseline.skeleton_spread,
        learned_until=at,
    )
    return Learning(learning.began, learning.visits + 1, baseline)


def beyond(baseline: Baseline, page: Page) -> tuple[int, int] | None:
    """(bits of text, bits of structure) by which a page differs from the nearest usual one, None where both are usual."""
    text = min(distance(text_hash(page), known) for known in baseline.shingles)
    skeleton = min(distance(skeleton_hash(page), known) for known in baseline.skeleton)
    floor = TEXT_FLOOR if len(document(page).visible_text) >= SHORT_TEXT else SHORT_TEXT_FLOOR
    usual_text = text <= allowed(baseline.text_spread, floor)
    if usual_text and skeleton <= allowed(baseline.skeleton_spread, SKELETON_FLOOR):
        return None
    return text, skeleton


def wholly_other(baseline: Baseline, page: Page) -> bool:
    """Whether both the words and the structure are beyond what is usual: on pages whose address is used for ever new texts (the second
    page of a list, "the latest notice") words alone say nothing."""
    found = beyond(baseline, page)
    if found is None:
        return False
    floor = TEXT_FLOOR if len(document(page).visible_text) >= SHORT_TEXT else SHORT_TEXT_FLOOR
    text, skeleton = found
    return text > allowed(baseline.text_spread, floor) and skeleton > allowed(baseline.skeleton_spread, SKELETON_FLOOR)


def allowed(spread: int, floor: int) -> int:
    """How many bits may differ: the spread of the learning time and half of it again, at least the floor."""
    return max(floor, spread + spread // 2)


def script_hosts(page: Page) -> frozenset[str]:
    """Hosts of scripts and frames, those included that inline scripts write or load."""
    shown = rendered(page)
    urls = [url for url, _ in shown.sources("script[src], iframe[src], frame[src], embed[src]")]
    urls += [shown.absolute(url) for url in loaded_by_scripts(page)]
    return _hosts(urls)


def link_hosts(page: Page) -> frozenset[str]:
    """Hosts of links and redirections; links that are hidden as no menu is are not learned, else a dark link would be usual."""
    links = [each.link.url for each in looked_at(page) if not (each.hiding and each.hiding.grade is Grade.ODD)]
    return _hosts([*links, *redirects(page)])


def _hosts(urls: Iterable[str]) -> frozenset[str]:
    return frozenset(host for url in urls if (host := host_of(url)))


def _followed(baseline: Baseline, page: Page, pace: Pace) -> Baseline:
    if beyond(baseline, page) is not None:
        return baseline
    return _with_hashes(baseline, (text_hash(page), skeleton_hash(page)), pace)


def _with_hashes(baseline: Baseline, seen: tuple[int, int], pace: Pace) -> Baseline:
    text, skeleton = seen
    shingles = (*baseline.shingles, text)[-pace.window :]
    return replace(baseline, shingles=shingles, skeleton=(*baseline.skeleton, skeleton)[-pace.window :])


def _spread(before: int, one: int, other: int) -> int:
    return max(before, min(distance(one, other), WIDEST_SPREAD))
