"""Pages behind the home page in the tables: a finding of a page is closed by that page only, coverage is known, warnings are handed on."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.tables.screening_world import site

from fenghuo.base.audit import COMMAND_LINE
from fenghuo.base.common import clock
from fenghuo.base.units.models import Asset, Unit
from fenghuo.faces.workers.screen_store import Store
from fenghuo.see.events import Hit
from fenghuo.see.screening import actions, ledger, pages, pictures, queries
from fenghuo.see.screening.checks import learning
from fenghuo.see.screening.checks.base import Finding, Verdict, VerdictKind
from fenghuo.see.screening.checks.samples import html, page
from fenghuo.see.screening.facts import Facts, Failure, Why, needs
from fenghuo.see.screening.facts.site import Pages, Variants
from fenghuo.see.screening.facts.stored import value_to_json
from fenghuo.see.screening.fetch.chromium import NoPicture
from fenghuo.see.screening.fetch.screen import Screened
from fenghuo.see.screening.fetch.tour import Step
from fenghuo.see.screening.imports.take import File, take
from fenghuo.see.screening.models import Cell, KnownPage, Origin, Shot, SiteState, StoredFinding
from fenghuo.see.screening.register import target_of
from fenghuo.warn.early_warnings.models import EarlyWarning

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
PLACE = "/a/3.html"
DARK = Finding("hidden-illegal", PLACE, "left:-9999px")


@pytest.fixture(autouse=True)
def time() -> Iterator[None]:
    with clock.moved(lambda: clock.to_ns(NOW)):
        yield


@pytest.fixture
def asset(unit: Unit) -> Asset:
    made = site(unit, "www.jy.example")
    Store().keep_house(NOW)
    return made


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def verdict(kind: VerdictKind, at: datetime, *found: Finding, check: str = "dark-link") -> Verdict:
    return Verdict("www.jy.example", check, 2, kind, at, findings=found)


def step(at: datetime, *verdicts: Verdict, missing: Failure | None = None) -> Step:
    return Step(PLACE, 1, at, "第三栏", missing, verdicts, links={"/b/1.html": 2})


def test_only_the_page_itself_closes_what_was_found_on_it(asset: Asset) -> None:
    pages.record_step(asset, step(NOW, verdict(VerdictKind.FAIL, NOW, DARK)))
    store = Store()
    for minutes in (5, 10, 20, 40):  # looks at the home page say nothing about it
        target = target_of(asset, frozenset())
        home = Facts(target, after(minutes), {needs.HOME.name: page(html("新闻"))})
        store.record_watch(asset, Screened(home, (verdict(VerdictKind.PASS, after(minutes)),)))
    elsewhere = Pages({"u": page(html("通知"), url="https://www.jiaoyu.example/c.html")})
    visit = Facts(target, after(50), {needs.HOME.name: page(html("新闻")), needs.PAGES.name: elsewhere})
    for minutes in (50, 70):  # nor do visits that chose other pages
        store.record(asset, Screened(visit, (verdict(VerdictKind.PASS, after(minutes)),)))
    assert StoredFinding.objects.get().state == "open"
    assert Cell.objects.get(asset_id=asset.pk, check_id="dark-link").verdict == "fail"
    pages.record_step(asset, step(after(80), missing=Failure(Why.TIMED_OUT)))
    assert StoredFinding.objects.get().state == "open"
    for minutes in (90, 101):
        pages.record_step(asset, step(after(minutes), verdict(VerdictKind.PASS, after(minutes))))
    assert StoredFinding.objects.get().state == "closed"


def test_what_a_visit_finds_on_a_page_belongs_to_the_page(asset: Asset) -> None:
    url = f"https://www.jiaoyu.example{PLACE}"
    bad = Pages({url: page(html("通知"), url=url)})
    values = {needs.HOME.name: page(html("新闻")), needs.PAGES.name: bad}
    visit = Facts(target_of(asset, frozenset()), NOW, values)
    Store().record(asset, Screened(visit, (verdict(VerdictKind.FAIL, NOW, DARK),)))
    pages.record_step(asset, step(after(5), verdict(VerdictKind.FAIL, after(5), DARK)))
    found = StoredFinding.objects.get()
    assert (found.place, found.last_seen) == (PLACE, after(5))
    assert pages.rota_of(asset).first == (PLACE,), "the next visit looks there again"


def test_a_home_page_below_another_path_is_no_page_behind_it(asset: Asset) -> None:
    at_home = page(html("新闻"), url="https://www.jiaoyu.example/portal/index.html")
    found = Finding("hidden-illegal", "/portal/index.html", "x")
    facts = Facts(target_of(asset, frozenset()), NOW, {needs.HOME.name: at_home})
    Store().record_watch(asset, Screened(facts, (verdict(VerdictKind.FAIL, NOW, found),)))
    assert StoredFinding.objects.get().place == ""


def test_a_page_that_is_linked_from_the_home_page_is_of_the_first_level(asset: Asset) -> None:
    pages.record_step(asset, Step("", 0, NOW, links={PLACE: 2}))
    pages.record_step(asset, Step("", 0, NOW, links={PLACE: 1}))
    assert KnownPage.objects.get().level == 1


def test_a_retest_of_a_page_makes_its_tour_due_and_a_pass_brings_the_second_soon(asset: Asset) -> None:
    pages.record_step(asset, step(NOW, verdict(VerdictKind.FAIL, NOW, DARK)))
    pages.finish(asset, NOW, came=True, whole=True)
    assert pages.tours_due([asset.pk], after(60)) == []
    actions.ask_retest(COMMAND_LINE, StoredFinding.objects.get().id)
    assert pages.tours_due([asset.pk], NOW) == [asset.pk]
    plan = pages.plan_of(asset, NOW)
    assert (plan.only_open, dict(plan.open)) == (True, {PLACE: frozenset({"dark-link"})})
    pages.record_step(asset, step(after(1), verdict(VerdictKind.PASS, after(1))))
    pages.finish(asset, after(1), came=True, whole=False)
    assert SiteState.objects.get().next_tour_at == after(12)


def test_it_is_known_which_pages_were_seen_and_why_others_were_not(asset: Asset) -> None:
    pages.record_step(asset, Step("", 0, NOW, links={PLACE: 1, "/gone.html": 1}))
    pages.record_step(asset, step(NOW, verdict(VerdictKind.PASS, NOW)))
    pages.record_step(asset, Step("/gone.html", 1, NOW, missing=Failure(Why.TIMED_OUT)))
    rows = {row.place: (row.level, row.seen_at, row.reason) for row in KnownPage.objects.all()}
    assert rows == {PLACE: (1, NOW, ""), "/gone.html": (1, None, "timed-out"), "/b/1.html": (2, None, "")}
    pages.finish(asset, NOW, came=False, whole=True)
    state = SiteState.objects.get()
    assert (state.toured_at, state.next_tour_at) == (None, NOW + timedelta(hours=1))
    pages.finish(asset, NOW + timedelta(days=91), came=True, whole=True)
    assert not KnownPage.objects.exists(), "nothing links to them any more"


def test_an_imported_critical_finding_is_an_early_warning_and_handed_on_once(
    asset: Asset, store_and_judge: Callable[[list[Hit]], int]
) -> None:
    lines = {
        "asset": "www.jy.example",
        "check": "dark-link",
        "version": 2,
        "verdict": "fail",
        "reason": "",
        "detail": "",
    }
    found = {
        "asset": "www.jy.example",
        "check": "dark-link",
        "outcome": "hidden-illegal",
        "locus": "/",
        "evidence": "x",
    }
    at = (NOW - timedelta(days=2)).isoformat()
    file = File(
        "verdicts.jsonl",
        json.dumps({**lines, "at": at}).encode(),
        json.dumps({**found, "severity": "critical", "at": at, "id": "1", "sha256": ""}).encode(),
        Origin.LAPTOP,
        "李工",
    )
    taken = take(COMMAND_LINE, asset, file)
    assert [f.severity for f in taken.recorded.raised] == ["critical"]
    findings, hits = Store().untold(10)
    assert [(h.rule_level, h.asset) for h in hits] == [("critical", "www.jy.example")]
    store_and_judge(hits)
    assert EarlyWarning.objects.get().asset == "www.jy.example"
    Store().told(findings)
    assert Store().untold(10) == ([], [])


def test_a_finding_that_came_back_while_it_was_told_is_told_again(asset: Asset) -> None:
    ledger.record_page(asset, PLACE, [verdict(VerdictKind.FAIL, NOW, DARK)])
    findings, _hits = Store().untold(10)
    for minutes in (1, 12):
        ledger.record_page(asset, PLACE, [verdict(VerdictKind.PASS, after(minutes))])
    ledger.record_page(asset, PLACE, [verdict(VerdictKind.FAIL, after(20), DARK)])
    Store().told(findings)
    assert len(Store().untold(10)[0]) == 1


def cloaked(asset: Asset, at: datetime) -> Facts:
    shown, other = page(html("新闻")), page(html("澳门新葡京", "另一页"))
    variants = Variants(other, shown, shown, shown)
    return Facts(target_of(asset, frozenset()), at, {needs.HOME.name: shown, needs.VARIANTS.name: variants})


def test_the_picture_of_a_finding_stands_beside_the_last_usual_one(asset: Asset) -> None:
    clean = [verdict(VerdictKind.PASS, NOW, check="tampered-page")]
    usual = cloaked(asset, NOW)
    assert pictures.wanted_of_home(asset, usual, clean, can=True) == [], "nothing is learned yet"
    learned = learning.begin(page(html("新闻")), NOW)
    known = replace(learned, baseline=replace(learned.baseline, learned_until=NOW))
    SiteState.objects.filter(asset=asset).update(learning=value_to_json(known))
    (wanted,) = pictures.wanted_of_home(asset, usual, clean, can=True)
    pictures.keep(asset, wanted, NOW, b"usual", None)
    assert pictures.wanted_of_home(asset, usual, clean, can=True) == [], "once a day"
    at = after(60)
    found = verdict(VerdictKind.FAIL, at, Finding("search-engine", "search-engine", "x"), check="cloaking")
    ledger.record_visit(asset, [found], None, planned=False)
    (wanted,) = pictures.wanted_of_home(asset, cloaked(asset, at), [found], can=False)
    assert "澳门新葡京" in wanted.page.text, "what the search engine gets"
    pictures.keep(asset, wanted, at, b"found", None)
    assert pictures.wanted_of_home(asset, cloaked(asset, at), [found], can=True) == [], "each finding once"
    shot = queries.pictures_of([StoredFinding.objects.get().id])[StoredFinding.objects.get().id]
    assert shot.before is not None
    assert (bytes(shot.before.image or b""), bytes(shot.image or b"")) == (b"usual", b"found")
    assert shot.sha256 == hashlib.sha256(b"found").hexdigest()


def test_of_usual_looks_the_last_ones_stay_and_those_beside_a_finding(asset: Asset) -> None:
    usual = pictures.Wanted(page(html("新闻")))
    for day in range(6):
        pictures.keep(asset, usual, NOW + timedelta(days=day), b"%d" % day, None)
    assert Shot.objects.count() == 3
    pictures.keep(asset, usual, NOW + timedelta(days=9), None, NoPicture.TOO_SLOW)
    last = Shot.objects.first()
    assert last is not None
    assert last.reason == "too-slow"
