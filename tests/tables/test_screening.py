"""The ledger, findings and rounds in the tables: one verdict a cell, closed only by what was seen, coverage as the design defines it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from fenghuo.base.audit import COMMAND_LINE, Actor
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.base.units.actions import save_asset
from fenghuo.base.units.models import Asset, Unit
from fenghuo.see.screening import actions, ledger, queries, rounds, watching
from fenghuo.see.screening.actions import CannotDo
from fenghuo.see.screening.checks.base import Finding, Verdict, VerdictKind
from fenghuo.see.screening.decide import FindingState, Up
from fenghuo.see.screening.models import Authorisation, Cell, RoundKind, RoundState, SiteState, StoredFinding, UpSpan
from fenghuo.see.screening.register import checks_for, note_register, permit_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
ANALYST, LEADER = Actor("a", "分析员"), Actor("l", "带班领导")
MINUTE = timedelta(minutes=1)


class Everything:
    def unit_scope(self) -> frozenset[str] | None:
        return None


@pytest.fixture(autouse=True)
def time() -> Iterator[None]:
    with clock.moved(lambda: clock.to_ns(NOW)):
        yield


@pytest.fixture
def site(unit: Unit) -> Asset:
    return save_asset(COMMAND_LINE, Asset(unit=unit, name="门户网站", value="www.jy.example", critical=True))


def allow(asset: Asset, **changes: object) -> Authorisation:
    given = {
        "classes": ["visit", "content", "lookup"],
        "begins": NOW - timedelta(days=1),
        "ends": NOW + timedelta(days=30),
        "given_by": "王主任",
        **changes,
    }
    return actions.authorise(ANALYST, asset, given)


def verdict(kind: VerdictKind, at: datetime = NOW, check: str = "exposed-vcs", *loci: str, reason: str = "") -> Verdict:
    found = tuple(Finding("git", locus, f"200 {locus}") for locus in loci)
    return Verdict("www.jy.example", check, 1, kind, at, reason, findings=found)


def fail(at: datetime = NOW, *loci: str) -> Verdict:
    return verdict(VerdictKind.FAIL, at, "exposed-vcs", *(loci or ("/.git/HEAD",)))


def only() -> StoredFinding:
    return StoredFinding.objects.get()


def test_a_finding_lives_from_the_first_sight_to_the_second_pass(site: Asset) -> None:
    recorded = ledger.record_visit(site, [fail()], None)
    assert [f.id for f in recorded.raised] == [only().id]
    assert only().due_at == NOW + timedelta(days=7)
    assert only().sha256
    for minutes, state in [(20, FindingState.PASSED_ONCE), (25, FindingState.PASSED_ONCE), (31, FindingState.CLOSED)]:
        recorded = ledger.record_visit(site, [verdict(VerdictKind.PASS, NOW + minutes * MINUTE)], None)
        assert only().state == state
    assert [f.id for f in recorded.closed] == [only().id]
    assert only().closed_why == "two-passes"
    recorded = ledger.record_visit(site, [fail(NOW + 60 * MINUTE)], None)
    assert (only().state, only().reopened, len(recorded.raised)) == (FindingState.OPEN, 1, 1)
    steps = list(only().steps.values_list("step", flat=True))
    assert steps == ["found", "first-pass", "pass-too-soon", "closed", "reopened"]


def test_a_visit_that_could_not_test_closes_nothing_and_comes_back_sooner(site: Asset) -> None:
    ledger.record_visit(site, [fail()], None)
    for hours in (2, 4):
        untested = verdict(VerdictKind.COULD_NOT_TEST, NOW + timedelta(hours=hours), reason="timed-out")
        ledger.record_visit(site, [untested], None)
    assert only().state == FindingState.OPEN
    state = SiteState.objects.get()
    assert state.failures == 2
    assert state.next_at == NOW + timedelta(hours=4 + 6)
    assert Cell.objects.get().verdict == "fail", "what was tested this month stands"


def test_a_false_positive_needs_two_persons_and_ends(site: Asset) -> None:
    ledger.record_visit(site, [fail()], None)
    until = NOW + timedelta(days=30)
    with pytest.raises(CannotDo, match="reason"):
        actions.propose_false_positive(ANALYST, only().id, " ", until)
    with pytest.raises(CannotDo, match="until"):
        actions.propose_false_positive(ANALYST, only().id, "样例", NOW + timedelta(days=500))
    actions.propose_false_positive(ANALYST, only().id, "样例仓库", until)
    assert only().state == FindingState.OPEN, "until another person confirms it"
    with pytest.raises(CannotDo, match="same-person"):
        actions.confirm_false_positive(ANALYST, only().id)
    actions.confirm_false_positive(LEADER, only().id)
    assert only().state == FindingState.FALSE_POSITIVE
    assert ledger.record_visit(site, [fail(NOW + timedelta(days=3))], None).raised == ()
    assert len(ledger.record_visit(site, [fail(until + MINUTE)], None).raised) == 1
    assert only().state == FindingState.OPEN
    verbs = AuditRow.objects.filter(verb__startswith="finding.").values_list("verb", flat=True)
    assert {"finding.found", "finding.false-positive-proposed", "finding.false-positive-confirmed"} <= set(verbs)


def test_an_accepted_risk_can_be_taken_back(site: Asset) -> None:
    ledger.record_visit(site, [fail()], None)
    actions.accept_risk(LEADER, only().id, "系统下月下线", NOW + timedelta(days=30))
    assert only().state == FindingState.ACCEPTED
    actions.take_back(LEADER, only().id, "未按期下线")
    assert only().state == FindingState.OPEN
    assert only().until is None


def test_rectified_test_again_makes_the_site_due_at_once(site: Asset) -> None:
    ledger.record_visit(site, [fail()], None)
    assert queries.due_assets(NOW, 10) == []
    actions.ask_retest(Actor("u", "教育局联络员"), only().id)
    assert queries.due_assets(NOW, 10) == [site]
    ledger.record_visit(site, [verdict(VerdictKind.PASS, NOW + MINUTE)], None)
    assert only().retest_asked_at is None
    assert SiteState.objects.get().next_at == NOW + 12 * MINUTE, "the second pass follows by itself"


def test_authorisations_have_numbers_without_gaps_and_can_be_withdrawn(site: Asset) -> None:
    first, second = allow(site), allow(site, classes=["visit"], addresses=["::ffff:192.0.2.1", "192.0.2.1"])
    assert [first.work_order, second.work_order] == ["2026-0001", "2026-0002"]
    assert second.addresses == ["192.0.2.1"], "an address is written in one way"
    permit = permit_of(site, NOW)
    assert permit is not None
    assert (permit.work_order, permit.addresses, permit.hosts) == ("2026-0002", {"192.0.2.1"}, {"www.jy.example"})
    actions.withdraw(ANALYST, second.id, "单位撤回")
    permit = permit_of(site, NOW)
    assert permit is not None
    assert permit.work_order == "2026-0001"
    assert permit_of(site, NOW + timedelta(days=31)) is None
    for code, changes in [
        ("classes", {"classes": ["everything"]}),
        ("classes", {"classes": []}),
        ("addresses", {"addresses": ["127.1"]}),
        ("time", {"ends": NOW - timedelta(days=2)}),
        ("giver", {"given_by": " "}),
        ("quiet", {"quiet": [["25:00", "06:00"]]}),
    ]:
        with pytest.raises(CannotDo, match=code):
            allow(site, **changes)


def test_coverage_counts_finished_verdicts_only(site: Asset, unit: Unit) -> None:
    other = save_asset(COMMAND_LINE, Asset(unit=unit, name="办事大厅", value="bs.jy.example"))
    save_asset(COMMAND_LINE, Asset(unit=unit, name="公众号", value="jy-official", kind="public-account"))
    allow(site)
    note_register()
    ledger.fill("2026-11", [site, other], NOW)
    total = queries.board("2026-11", Everything()).total()
    assert (total.registered, total.covered, total.could_not_test, total.not_authorised) == (2, 0, 2, 1)
    assert total.percent == 0
    every = [verdict(VerdictKind.PASS, check=check.id) for check in checks_for("website")]
    ledger.record_visit(site, every, None)
    total = queries.board("2026-11", Everything()).total()
    assert (total.covered, total.percent, total.could_not_test) == (1, 50.0, 1)
    assert Cell.objects.count() == 2 * len(every), "one verdict for each asset and check, however often it is tested"


def test_a_month_is_counted_by_the_register_as_it_was(site: Asset) -> None:
    note_register(NOW)
    site.delete()
    note_register(NOW + timedelta(days=31))
    assert [row.value for row in queries.register_of("2026-11", Everything())] == ["www.jy.example"]
    assert queries.register_of("2026-12", Everything()) == []


def test_a_round_goes_its_way(site: Asset, unit: Unit) -> None:
    save_asset(COMMAND_LINE, Asset(unit=unit, name="公众号", value="jy-official", kind="public-account"))
    allow(site)
    wanted = rounds.Plan(RoundKind.COMPREHENSIVE, "第四季度全面筛查", NOW, NOW + timedelta(days=7))
    made = rounds.plan(ANALYST, wanted)
    assert [(r.value, r.excluded) for r in made.assets.all()] == [("www.jy.example", ""), ("jy-official", "no-check")]
    with pytest.raises(CannotDo, match="state"):
        rounds.advance(ANALYST, made.id, RoundState.RUNNING)
    rounds.advance(LEADER, made.id, RoundState.AUTHORISED)
    rounds.advance(ANALYST, made.id, RoundState.RUNNING)
    period = ledger.round_period(made.id)
    assert set(Cell.objects.filter(period=period).values_list("verdict", flat=True)) == {"could-not-test"}
    assert queries.due_assets(NOW, 5) == [site]
    assert rounds.finish_due(NOW) == 0
    ledger.record_visit(site, [fail()], None)
    assert Cell.objects.get(period=period, check_id="exposed-vcs").verdict == "fail"
    assert rounds.finish_due(NOW + MINUTE) == 1
    assert rounds.advance(LEADER, made.id, RoundState.REPORTED).state == RoundState.REPORTED


def visits(site: Asset, *stages: str, start: datetime = NOW, every: int = 60) -> None:
    for number, stage in enumerate(stages):
        watching.observe(site, start + timedelta(seconds=every * number), stage, 200)


def test_a_site_is_pending_before_it_is_down_and_down_since_the_first_failure(site: Asset) -> None:
    visits(site, "", "", "tcp", "tcp")
    assert [s.state for s in UpSpan.objects.all()] == [Up.PENDING, Up.UP]
    visits(site, "tcp", "", start=NOW + 4 * MINUTE)
    spans = [(s.state, (s.ends - s.begins).seconds) for s in UpSpan.objects.order_by("begins")]
    assert spans == [(Up.UP, 120), (Up.DOWN, 180), (Up.UP, 0)]
    uptime = queries.uptime_of(site.pk, NOW, NOW + 5 * MINUTE)
    assert (uptime.up, uptime.down, uptime.unwatched, uptime.percent) == (120, 180, 0, 40.0)


def test_one_failure_is_no_outage(site: Asset) -> None:
    visits(site, "", "http", "", "")
    assert queries.uptime_of(site.pk, NOW, NOW + 3 * MINUTE).percent == 100
    counted = queries.visits_of(site, NOW + 4 * MINUTE)
    assert (counted.all, counted.failed, counted.down_since) == (4, 1, None)


def test_maintenance_and_what_nobody_watched_are_counted_apart(site: Asset) -> None:
    watching.maintain(ANALYST, site, NOW, NOW + 30 * MINUTE, "升级")
    visits(site, "", "tcp", "tcp", "tcp")
    visits(site, "", start=NOW + 60 * MINUTE)
    states = [s.state for s in UpSpan.objects.order_by("begins")]
    assert states == [Up.UP, Up.MAINTENANCE, Up.UNWATCHED, Up.UP]
    uptime = queries.uptime_of(site.pk, NOW, NOW + 60 * MINUTE)
    assert (uptime.down, uptime.percent) == (0, 100)
    assert uptime.unwatched > 50 * 60
