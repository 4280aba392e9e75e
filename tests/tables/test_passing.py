"""Hits that are only counted in passing: none is stored but those that a result names, and no kill loses a count or doubles a result."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from fenghuo.base.units.models import Unit
from fenghuo.faces.workers import judge as judge_module
from fenghuo.faces.workers import passing
from fenghuo.see.detection import RuleSource, compile_rules
from fenghuo.see.events import HIT_SCHEMA, Hit, hits_from_batch, hits_to_batch
from fenghuo.see.rulebook.models import CorrelationResult, CorrelationState, LogOffset, StoredHit
from fenghuo.warn.early_warnings.models import EarlyWarning

from .test_correlation import BASE, START, Road, import_rules

pytestmark = pytest.mark.django_db
SECOND = 10**9
MANY = """title: Many ports of one user
id: ports
name: ports
correlation: {type: value_count, rules: [failed], group-by: [user], timespan: 1m, condition: {field: ms, gte: 20}}
level: high
fenghuo: {threat_class: scanning, passing: true}
"""
THEN = """title: Many ports and then done
id: then
correlation: {type: temporal_ordered, rules: [ports, done], group-by: [user], timespan: 5m, generate: true}
level: critical
"""


OF_USER = MANY.replace("passing: true", "passing: true, asset: user")


class PassingRoad(Road):
    """The road with the stream of hits that are only counted."""

    def __init__(self, folder: Path, make_hit: Callable[..., Hit]) -> None:
        super().__init__(folder, make_hit)
        self.counted = self.log.writer("passing.hours.0", HIT_SCHEMA)

    def count(self, hits: list[Hit]) -> None:
        self.counted.append(hits_to_batch(hits)).result()

    def step(self, seconds: float | None = None) -> None:
        self.judge._passing._follower._next_look = self.judge._next_keep = 0.0
        super().step(seconds)

    def close(self) -> None:
        self.counted.close()
        super().close()


@pytest.fixture
def road(tmp_path: Path, make_hit: Callable[..., Hit], monkeypatch: pytest.MonkeyPatch) -> Iterator[PassingRoad]:
    monkeypatch.setattr(judge_module, "close_old_connections", lambda: None)  # it would close the test's transaction
    road = PassingRoad(tmp_path, make_hit)
    yield road
    road.close()


def scan(road: Road, first: int, user: str, start: float, ports: int, unit: Unit) -> list[Hit]:
    return [road.hit(first + n, "failed", start + n / 2, user=user, ms=n, unit_id=unit.id) for n in range(ports)]


def test_only_what_a_result_names_is_stored(road: PassingRoad, unit: Unit, tmp_path: Path) -> None:
    import_rules(tmp_path, MANY)
    noise = [road.hit(1000 + n, "failed", n / 50, user=f"other{n}", ms=n % 9, unit_id=unit.id) for n in range(800)]
    found = scan(road, 0, "u1", 2, 25, unit)
    both = sorted([*noise, *found], key=lambda h: h.event_time)
    for start in range(0, len(both), 100):
        road.count(both[start : start + 100])
        road.step(20)
    named = set(CorrelationResult.objects.get().hit_ids)
    assert named == {hit.hit_id for hit in found[:20]}
    stored = {hit.hit_id: hit for hit in StoredHit.objects.all()}
    assert set(stored) == {*named, CorrelationResult.objects.get().result_id}
    assert {bytes(stored[i].raw) for i in named} == {bytes(found[0].raw)} != {b""}, "with their evidence"
    assert {row.group for row in CorrelationState.objects.exclude(rule="meta")} == {'[0,"u1"]'}, "only what fired"
    warning = EarlyWarning.objects.get()
    assert (warning.unit_id, warning.count) == (unit.id, 1)
    for seconds in (700, 1400, 2100):
        road.step(seconds)
    assert CorrelationResult.objects.get().state == "final"
    assert not CorrelationState.objects.exclude(rule="meta").exists()


@pytest.mark.parametrize("seed", range(6))
def test_kills_lose_no_count_and_double_no_result(road: PassingRoad, unit: Unit, tmp_path: Path, seed: int) -> None:
    import_rules(tmp_path, MANY, THEN)
    rng = random.Random(seed)
    hits = (
        scan(road, 0, "u1", 0, 60, unit) + scan(road, 100, "u2", 900, 20, unit) + scan(road, 200, "u3", 905, 19, unit)
    )
    for hit in sorted(hits, key=lambda h: h.event_time):
        road.count([hit])
        if rng.random() < 0.6:
            road.step((hit.event_time - START) / SECOND)
        if rng.random() < 0.2:
            road.kill()
    road.append([road.hit(999, "done", 930, user="u2", unit_id=unit.id)])
    for seconds in (931, 1700, 2400, 3100):
        road.step(seconds)
    results = sorted((r.rule_id, r.group[0][1], r.state) for r in CorrelationResult.objects.all())
    assert results == [("ports", "u1", "final"), ("ports", "u2", "final"), ("then", "u2", "final")]
    assert sum(w.count for w in EarlyWarning.objects.all()) == 3
    assert LogOffset.objects.get(consumer="judge-again").next_sequence > 0, "not all is counted again"


def test_after_an_outage_a_lost_count_begins_where_the_stream_does(
    road: PassingRoad, unit: Unit, tmp_path: Path
) -> None:
    """The marks into the stream and the places agree, so that evidence is found after a restart too."""
    import_rules(tmp_path, MANY)
    found = scan(road, 0, "u1", 0, 20, unit)
    road.count(found[:12])
    road.step(6)
    road.kill()
    road.count(found[12:])
    road.step(11)
    assert StoredHit.objects.count() == 21
    assert set(CorrelationResult.objects.get().hit_ids) == {hit.hit_id for hit in found}


def test_the_asset_is_the_one_that_the_rule_names(road: PassingRoad, unit: Unit, tmp_path: Path) -> None:
    import_rules(tmp_path, OF_USER)
    road.count(scan(road, 0, "192.0.2.77", 0, 20, unit))
    road.step(11)
    assert [w.asset for w in EarlyWarning.objects.all()] == ["192.0.2.77"]
    wrong = OF_USER.replace("asset: user", "asset: host")
    (refused,) = compile_rules([RuleSource("r.yml", BASE.format("failed") + "---\n" + wrong, "p")]).refused
    assert refused.reason == "'asset' 'host' is none of the names of 'group-by'"


def test_a_flood_is_left_out_and_what_comes_after_it_counts(
    road: PassingRoad, unit: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_rules(tmp_path, MANY)
    road.count([road.hit(5000, "failed", 0, user="u0", unit_id=unit.id)])
    road.step(1)
    monkeypatch.setattr(passing, "_MOST_BEHIND", 200)
    for start in range(0, 600, 50):
        road.count([road.hit(start + n, "failed", 1, user=f"f{start + n}", unit_id=unit.id) for n in range(50)])
    road.count(scan(road, 6000, "u1", 2, 20, unit))
    road.step(15)
    assert [r.group[0][1] for r in CorrelationResult.objects.all()] == ["u1"]
    assert road.judge._correlator._engine.groups < 250


def test_the_matcher_hands_over_apart_and_equal_ones_once(road: PassingRoad) -> None:
    counted = [road.hit(n, "failed", n // 4, ms=n % 2) for n in range(8)]
    others = [road.hit(20 + n, "done", n) for n in range(3)]
    batch = hits_to_batch([counted[0], others[0], *counted[1:], *others[1:]])
    stored, passed = passing.apart(batch, {("corr", "id-failed")})
    assert list(hits_from_batch(stored)) == others
    assert [hit.hit_id for hit in hits_from_batch(passed)] == [counted[n].hit_id for n in (0, 1, 4, 5)]
    assert passing.apart(batch, set())[0] is batch
    assert isinstance(passed, pa.RecordBatch)


NEWLY = """title: New number of a user
id: newly
name: newly
correlation: {type: new_value, rules: [failed], group-by: [user], timespan: 14d, learn: 7d, condition: {field: ms}}
level: informational
fenghuo: {threat_class: scanning, passing: true}
"""
NEW_THEN = """title: New number and then done
id: new-then
correlation: {type: temporal_ordered, rules: [newly, done], group-by: [user], timespan: 1h}
level: high
"""
DAY = 86_400


@pytest.mark.parametrize("seed", range(4))
def test_what_was_seen_for_days_is_in_the_tables_and_no_kill_loses_or_doubles_what_is_new(
    road: PassingRoad, unit: Unit, tmp_path: Path, seed: int
) -> None:
    """Restarts come days apart from what they need, long after the stream forgot it."""
    import_rules(tmp_path, NEWLY, NEW_THEN)
    rng = random.Random(seed)
    number = 0
    for day in range(10):
        seen = [day * DAY + 60 * n for n in range(8)]
        for second, ms in zip(seen, [1, 2, 3, 1, 2, 3, 4 if day == 2 else 1, 5 if day == 8 else 2], strict=True):
            number += 1
            road.count([road.hit(number, "failed", second, user="u1", ms=ms, unit_id=unit.id)])
            if rng.random() < 0.7:
                road.step(second)
            if rng.random() < 0.15:
                road.kill()
        road.step(day * DAY + 1000)
    assert [(r.rule_id, r.group) for r in CorrelationResult.objects.all()] == [("newly", [["user", "u1"], ["ms", "5"]])]
    road.append([road.hit(9999, "done", 9 * DAY + 1010, user="u1", unit_id=unit.id)])
    road.step(9 * DAY + 1020)
    assert CorrelationResult.objects.count() == 1, "the hour is over"
    road.count([road.hit(9998, "failed", 9 * DAY + 1030, user="u1", ms=6, unit_id=unit.id)])
    road.step(9 * DAY + 1031)
    road.append([road.hit(9997, "done", 9 * DAY + 1040, user="u1", unit_id=unit.id)])
    for seconds in (9 * DAY + 1041, 9 * DAY + 2000, 9 * DAY + 9000):
        road.step(seconds)
    results = sorted((r.rule_id, r.group[-1][1], r.state) for r in CorrelationResult.objects.all())
    assert results == [("new-then", "u1", "final"), ("newly", "5", "final"), ("newly", "6", "final")]
    (warning,) = EarlyWarning.objects.all()
    assert warning.count == 1
    stored = set(StoredHit.objects.filter(rule_id="id-failed").values_list("event_time", flat=True))
    assert stored == {START + second * SECOND for second in (8 * DAY + 420, 9 * DAY + 1030)}, "only what was new"
    names = set(CorrelationState.objects.exclude(rule="meta").values_list("group", flat=True))
    assert names == {'[0,"u1"]', "changes-0", "place"}


def test_values_that_are_new_no_more_leave_no_row(road: PassingRoad, unit: Unit, tmp_path: Path) -> None:
    """Many at once: what waited to be final is removed together."""
    import_rules(tmp_path, NEWLY)
    for day in range(8):
        road.count([road.hit(day, "failed", day * DAY, user="u1", ms=1, unit_id=unit.id)])
        road.step(day * DAY + 1)
    road.count([road.hit(100 + n, "failed", 7.1 * DAY + n, user="u1", ms=100 + n, unit_id=unit.id) for n in range(600)])
    road.step(7.1 * DAY + 601)
    assert CorrelationResult.objects.filter(state="provisional").count() == 600
    assert CorrelationState.objects.filter(group__startswith='[0,"u1","').count() == 600
    for seconds in (7.1 * DAY + 1300, 7.1 * DAY + 2000, 7.1 * DAY + 3000):
        road.step(seconds)
    assert CorrelationResult.objects.filter(state="final").count() == 600
    assert not CorrelationState.objects.filter(group__startswith='[0,"u1","').exists()
    assert not EarlyWarning.objects.exists()


def test_another_level_costs_no_learning_and_what_was_said_becomes_final(
    road: PassingRoad, unit: Unit, tmp_path: Path
) -> None:
    import_rules(tmp_path, NEWLY)
    for day in range(8):
        road.count([road.hit(day, "failed", day * DAY, user="u1", ms=1, unit_id=unit.id)])
        road.step(day * DAY + 1)
    road.count([road.hit(100, "failed", 7.1 * DAY, user="u1", ms=2, unit_id=unit.id)])
    road.step(7.1 * DAY + 1)
    assert [r.state for r in CorrelationResult.objects.all()] == ["provisional"]
    import_rules(tmp_path, NEWLY.replace("informational", "low"))
    road.count([road.hit(101 + n, "failed", 7.1 * DAY + 10, user="u1", ms=2 + n, unit_id=unit.id) for n in range(2)])
    road.step(7.1 * DAY + 11)
    found = sorted((r.group[1][1], r.state) for r in CorrelationResult.objects.all())
    assert found == [("2", "final"), ("3", "provisional")]
    for seconds in (7.1 * DAY + 1300, 7.1 * DAY + 3000):
        road.step(seconds)
    assert [r.state for r in CorrelationResult.objects.all()] == ["final", "final"]
    assert not CorrelationState.objects.filter(group__startswith='[0,"u1","').exists()


def test_domains_of_our_assets_are_never_new(road: PassingRoad, unit: Unit, tmp_path: Path) -> None:
    import_rules(tmp_path, NEWLY.replace("field: ms", 'field: "@@registered_domain"'))
    unit.assets.create(name="site", value="www.ours-at-last.example.com")
    for day in range(8):
        road.count([road.hit(day, "failed", day * DAY, unit_id=unit.id, domain="www.usual.com")])
        road.step(day * DAY + 1)
    names = ["oa.example.com", "www.strange.net", "printer"]
    road.count([road.hit(50 + n, "failed", 7.1 * DAY, unit_id=unit.id, domain=name) for n, name in enumerate(names)])
    road.step(7.1 * DAY + 1)
    assert [r.group[1][1] for r in CorrelationResult.objects.all()] == ["strange.net"]
    unit.assets.create(name="other", value="later.org")
    road.judge._correlator._next_counts = 0.0
    road.step(7.1 * DAY + 2)
    road.count([road.hit(60, "failed", 7.1 * DAY + 3, unit_id=unit.id, domain="www.later.org")])
    road.step(7.1 * DAY + 4)
    assert CorrelationResult.objects.count() == 1
    assert road.judge._correlator._engine.metrics["corr", "newly"] == {"own": 2, "no-value": 1}
