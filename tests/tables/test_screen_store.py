"""What the screening process asks of the tables and writes into them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from fenghuo.base.audit import COMMAND_LINE
from fenghuo.base.common import clock
from fenghuo.base.units.actions import save_asset
from fenghuo.base.units.models import Asset, Unit
from fenghuo.faces.workers.screen_store import Store, home_checks
from fenghuo.see.screening import actions, ledger, queries
from fenghuo.see.screening.checks.base import Finding, Severity, Verdict, VerdictKind
from fenghuo.see.screening.checks.samples import html, page
from fenghuo.see.screening.facts import Facts, needs
from fenghuo.see.screening.facts.site import Baseline
from fenghuo.see.screening.fetch.screen import Screened
from fenghuo.see.screening.hits import Raised, hit_of, titles
from fenghuo.see.screening.models import Cell, SiteState, StoredFinding
from fenghuo.see.screening.register import target_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def time() -> Iterator[None]:
    with clock.moved(lambda: clock.to_ns(NOW)):
        yield


def site_of(unit: Unit, value: str = "www.jy.example", **more: object) -> Asset:
    return save_asset(COMMAND_LINE, Asset(unit=unit, name=value, value=value, **more))


def allow(asset: Asset, **changes: object) -> None:
    given = {"classes": ["visit", "lookup"], "begins": NOW, "ends": NOW + timedelta(days=9), "given_by": "王主任"}
    actions.authorise(COMMAND_LINE, asset, {**given, **changes})


def seen(asset: Asset, *verdicts: Verdict, at: datetime = NOW, body: str = "<p>新闻</p>") -> Screened:
    target = target_of(asset, frozenset())
    return Screened(Facts(target, at, {needs.HOME.name: page(html(body))}), verdicts)


def verdict(check: str, kind: VerdictKind, at: datetime = NOW, *found: Finding) -> Verdict:
    return Verdict("www.jy.example", check, 1, kind, at, findings=found)


def test_a_site_without_permission_is_recorded_as_such_and_not_visited(unit: Unit) -> None:
    asset = site_of(unit)
    Store().keep_house(NOW)
    assert Store().due(NOW, 10, frozenset()) == []
    cells = Cell.objects.filter(asset_id=asset.pk)
    assert set(cells.values_list("verdict", "reason")) == {("could-not-test", "not-authorised")}
    assert SiteState.objects.get(asset=asset).next_at > NOW


def test_critical_infrastructure_and_what_a_person_asked_for_come_first(unit: Unit) -> None:
    plain, vital, asked = (
        site_of(unit, "a.example"),
        site_of(unit, "b.example", critical=True),
        site_of(unit, "c.example"),
    )
    for asset in (plain, vital, asked):
        allow(asset)
    actions.visit_now(COMMAND_LINE, asked)
    order = [due.asset.value for due in Store().due(NOW, 10, frozenset())]
    assert order == ["c.example", "b.example", "a.example"]
    assert [d.asset for d in Store().due(NOW, 10, frozenset({asked.pk, vital.pk}))] == [plain]


def test_quiet_hours_put_a_visit_off_and_judge_nothing(unit: Unit) -> None:
    asset = site_of(unit)
    allow(asset, quiet=[["00:00", "23:59"]])
    assert Store().due(NOW, 10, frozenset()) == []
    assert Store().watched(NOW) == []
    assert not Cell.objects.exists()
    assert SiteState.objects.get().next_at == NOW + timedelta(hours=1)


def test_many_sites_on_one_address_are_watched_less_often(unit: Unit) -> None:
    for number in range(45):
        allow(site_of(unit, f"s{number}.example"), addresses=["192.0.2.1"])
    allow(site_of(unit, "alone.example"), addresses=["192.0.2.2"])
    every = {watched.asset.value: watched.every_s for watched in Store().watched(NOW)}
    assert (every["s1.example"], every["alone.example"]) == (90, 60)


def test_a_grave_finding_becomes_a_hit_once_and_again_when_it_comes_back(unit: Unit) -> None:
    asset = site_of(unit)
    dark = Finding("hidden-illegal", "bet.example", "left:-9999px")
    hits = Store().record(asset, seen(asset, verdict("dark-link", VerdictKind.FAIL, NOW, dark)))
    assert [(h.rule_level, h.threat_class, h.asset, h.unit_id) for h in hits] == [
        ("critical", "data-tampering", "www.jy.example", unit.id)
    ]
    again = verdict("dark-link", VerdictKind.FAIL, NOW + timedelta(minutes=5), dark)
    assert Store().record(asset, seen(asset, again)) == []
    for minutes in (10, 25):
        passed = verdict("dark-link", VerdictKind.PASS, NOW + timedelta(minutes=minutes))
        Store().record(asset, seen(asset, passed))
    assert StoredFinding.objects.get().state == "closed"
    (back,) = Store().record(asset, seen(asset, verdict("dark-link", VerdictKind.FAIL, NOW + timedelta(hours=1), dark)))
    assert back.hit_id != hits[0].hit_id
    assert back.rule_title in titles()


def test_a_hidden_danger_is_no_early_warning_but_a_site_that_is_down_is() -> None:
    raised = Raised("f" * 64, "u", "www.jy.example", "exposed-vcs", "git", "/.git/HEAD", "", Severity.HIGH, 0, NOW)
    assert hit_of(raised) is None
    down = Raised("f" * 64, "u", "www.jy.example", "cannot-be-opened", "down", "/", "tcp", Severity.HIGH, 0, NOW)
    hit = hit_of(down)
    assert hit is not None
    assert (hit.rule_level, hit.threat_class) == ("medium", "device-fault")


def test_a_home_page_is_learned_only_while_nothing_is_found(unit: Unit) -> None:
    asset, store = site_of(unit), Store()
    store.keep_house(NOW)
    for hour in range(0, 80, 4):
        at = NOW + timedelta(hours=hour)
        store.record_watch(asset, seen(asset, verdict("hijacked-title", VerdictKind.PASS, at), at=at))
    learned = queries.baseline_of(asset)
    assert isinstance(learned, Baseline)
    before = SiteState.objects.get().learning
    bad = verdict("dark-link", VerdictKind.FAIL, NOW + timedelta(hours=81), Finding("hidden-illegal", "x.example", "x"))
    store.record_watch(asset, seen(asset, bad, body="<p>别的</p>"))
    assert SiteState.objects.get().learning == before


def test_the_same_look_at_a_home_page_is_written_once_an_hour_but_each_pass_that_can_close_counts(unit: Unit) -> None:
    asset, store = site_of(unit), Store()
    store.keep_house(NOW)
    dark = Finding("hidden-illegal", "x.example", "x")
    for minutes, found in [(0, [dark]), (5, [dark]), (10, []), (15, []), (21, [])]:
        at = NOW + timedelta(minutes=minutes)
        kind = VerdictKind.FAIL if found else VerdictKind.PASS
        store.record_watch(asset, seen(asset, verdict("dark-link", kind, at, *found), at=at))
    steps = list(StoredFinding.objects.get().steps.values_list("step", flat=True))
    assert steps == ["found", "first-pass", "pass-too-soon", "closed"]


def test_the_checks_of_a_home_page_probe_nothing_and_cover_what_counties_suffer() -> None:
    names = {check.id for check in home_checks()}
    assert {"tampered-page", "dark-link", "hijacked-title", "cannot-be-opened"} <= names
    assert not any(check.probes for check in home_checks())


def test_house_keeping_gives_each_asset_and_check_one_cell_and_is_harmless_when_repeated(unit: Unit) -> None:
    asset = site_of(unit)
    for _ in range(3):
        Store().keep_house(NOW)
    assert Cell.objects.filter(asset_id=asset.pk, period=ledger.month_of(NOW)).count() == len(
        set(Cell.objects.values_list("check_id", flat=True))
    )
    assert len(queries.register_of("2026-11", Everyone())) == 1


class Everyone:
    def unit_scope(self) -> frozenset[str] | None:
        return None
