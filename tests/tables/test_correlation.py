"""The judge correlates: results are stored with its place in the log, and a kill neither loses nor doubles any."""

import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Unit
from fenghuo.faces.workers import judge as judge_module
from fenghuo.faces.workers.child import Child
from fenghuo.faces.workers.judge import Judge
from fenghuo.see.eventlog import open_log
from fenghuo.see.events import HIT_SCHEMA, RECORD_SCHEMA, Hit, LogRecord, SourceStamp, hits_to_batch, records_to_batch
from fenghuo.see.rulebook.actions import drop_quiet, import_archive, switch_rule
from fenghuo.see.rulebook.models import CorrelationResult, CorrelationState, Disposition, StoredHit
from fenghuo.warn.early_warnings.models import EarlyWarning, WarningHit

pytestmark = pytest.mark.django_db
SECOND = 10**9
START = 1_795_500_000 * SECOND
Make = Callable[..., Hit]
BASE = """title: {0}
name: {0}
id: id-{0}
logsource: {{category: test}}
detection: {{s: {{x: 1}}, condition: s}}
level: medium
"""
THREE = """title: Three of one user
id: three
correlation: {type: event_count, rules: [failed], group-by: [user], timespan: 1m, condition: {gte: 3}}
level: high
fenghuo: {threat_class: password-guessing}
"""
THEN = """title: Three and then success
id: then
correlation: {type: temporal_ordered, rules: [three, done], group-by: [user], timespan: 5m, generate: true}
level: critical
"""
SLOW = """title: Slow answers
id: slow
correlation: {type: value_avg, rules: [failed], group-by: [user], timespan: 1m, condition: {field: ms, gte: 100}, generate: true}
level: high
fenghuo: {threat_class: denial-of-service}
"""
SILENT = """title: Nothing after success
id: silent
correlation: {type: absence, rules: [done, failed], group-by: [user], timespan: 1m}
level: high
fenghuo: {threat_class: device-fault}
"""


def import_rules(folder: Path, *documents: str) -> None:
    archive = folder / "pack.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("rules.yml", "---\n".join([BASE.format("failed"), BASE.format("done"), *documents]))
    assert import_archive(TESTER, archive, "corr").refused == 0


class Road:
    """A judge over a real event log, whose clock and hits are the test's."""

    def __init__(self, folder: Path, make_hit: Make) -> None:
        self.folder = folder
        self.log = open_log(folder / "log")
        self.hits = [self.log.writer(f"hits.normal.{n}", HIT_SCHEMA) for n in range(2)]
        self.make_hit = make_hit
        self.now = START
        self._judge: Judge | None = None
        (folder / "rules").symlink_to(settings().data / "rules")

    def hit(self, number: int, rule: str, seconds: float, user: str = "u1", **changes: object) -> Hit:
        at = START + int(seconds * SECOND)
        fields = (("user", user), ("ms", str(changes.pop("ms", 1))))
        hit = self.make_hit(
            number, rule_id=f"id-{rule}", rule_pack="corr", event_time=at, ingest_time=at, fields=fields, quiet=True
        )
        return replace(hit, **changes)

    def append(self, hits: list[Hit], stream: int = 0) -> None:
        self.hits[stream].append(hits_to_batch(hits)).result()

    @property
    def judge(self) -> Judge:
        if self._judge is None:
            self._judge = Judge(Child("judge", self.folder, {}, threading.Event()))
        return self._judge

    def step(self, seconds: float | None = None) -> None:
        """A step of the judge, which looks at rules, new streams and the clock every time."""
        if seconds is not None:
            self.now = START + int(seconds * SECOND)
        judge = self.judge
        judge._next_control = judge._next_meters = judge._next_hits = judge._hits._next_look = 0.0
        judge._correlator._next_clock = 0.0
        with clock.moved(lambda: self.now):
            judge.step()

    def kill(self) -> None:
        """The process ends where it is."""
        if self._judge is not None:
            self._judge.close()
        self._judge = None

    def close(self) -> None:
        self.kill()
        for writer in self.hits:
            writer.close()


@pytest.fixture
def road(tmp_path: Path, make_hit: Make, monkeypatch: pytest.MonkeyPatch) -> Iterator[Road]:
    monkeypatch.setattr(judge_module, "close_old_connections", lambda: None)  # it would close the test's transaction
    road = Road(tmp_path, make_hit)
    yield road
    road.close()


def standing() -> dict[str, list[str]]:
    return {r.rule_id: sorted(r.hit_ids) for r in CorrelationResult.objects.exclude(state="withdrawn")}


def test_three_failures_and_a_success_are_two_results_and_warnings(road: Road, unit: Unit, tmp_path: Path) -> None:
    import_rules(tmp_path, THREE, THEN)
    hits = [road.hit(n, "failed", n, unit_id=unit.id) for n in range(3)] + [road.hit(9, "done", 20, unit_id=unit.id)]
    road.append([hits[2], hits[0]])
    road.append([hits[3]], 1)
    road.step(30)
    assert standing() == {}
    road.append([hits[1]], 1)
    road.step(40)
    assert standing()["three"] == sorted(h.hit_id for h in hits[:3])
    result = CorrelationResult.objects.get(rule_id="then")
    assert (result.state, result.hit_ids[-1], result.time) == ("provisional", hits[3].hit_id, hits[3].event_time)
    evidence = StoredHit.objects.get(hit_id=result.result_id)
    assert (evidence.unit_id, evidence.asset, evidence.rule_level) == (unit.id, "www.yunling.example", "critical")
    assert [m["selection"] for m in evidence.matches] == ["group-by", "temporal_ordered", "rules"]
    assert EarlyWarning.objects.count() == 2
    assert set(StoredHit.objects.filter(rule_id__startswith="id-").values_list("disposition", flat=True)) == {"quiet"}
    road.step(3600)
    assert set(CorrelationResult.objects.values_list("state", flat=True)) == {"final"}
    assert not CorrelationState.objects.exclude(rule="meta").exists()
    assert [w.count for w in EarlyWarning.objects.all()] == [1, 1]


def test_what_was_only_counted_goes_after_two_days_and_what_a_result_names_stays(
    road: Road, unit: Unit, tmp_path: Path
) -> None:
    import_rules(tmp_path, THREE)
    counted = [road.hit(n, "failed", n, unit_id=unit.id) for n in range(3)]
    lonely = [road.hit(100 + n, "failed", n, user=f"other{n}", unit_id=unit.id) for n in range(1200)]
    road.append([*counted, *lonely])
    for number in range(8):
        road.step(30 + number)
    assert StoredHit.objects.filter(disposition="quiet").count() == 1203
    now = clock.from_ns(road.now)
    assert list(drop_quiet(now + timedelta(days=1))) == []
    turns = list(drop_quiet(now + timedelta(days=3)))
    assert sum(turns) == 1200
    assert max(turns) <= 500, "hits that come meanwhile wait for one turn, not for all"
    left = set(StoredHit.objects.values_list("hit_id", flat=True))
    assert left == {*(hit.hit_id for hit in counted), CorrelationResult.objects.get().result_id}
    road.now += 3 * 86_400 * SECOND
    road.append([road.hit(5000, "failed", 3 * 86_400, user="late", unit_id=unit.id)])
    road.step()
    assert sum(drop_quiet(clock.from_ns(road.now))) == 0
    road.now += 3 * 86_400 * SECOND
    road.judge._next_drop = 0.0
    road.step()
    assert not StoredHit.objects.filter(hit_id=road.hit(5000, "failed", 3 * 86_400).hit_id).exists(), (
        "the judge does it"
    )


def test_a_late_event_withdraws_what_was_raised_too_soon(road: Road, unit: Unit, tmp_path: Path) -> None:
    import_rules(tmp_path, SLOW)
    road.append([road.hit(1, "failed", 50, ms=150, unit_id=unit.id)])
    road.step(60)
    warning = EarlyWarning.objects.get()
    assert (warning.count, warning.state) == (1, "open")
    road.append([road.hit(2, "failed", 40, ms=1, unit_id=unit.id)])
    road.step(61)
    assert CorrelationResult.objects.get().state == "withdrawn"
    assert StoredHit.objects.get(rule_id="slow").disposition == Disposition.WITHDRAWN
    warning.refresh_from_db()
    assert (warning.count, warning.state, warning.next_rung_at) == (0, "closed", None)
    assert AuditRow.objects.filter(verb="warning.withdrawn", subject=f"warning:{warning.id}").exists()
    road.append([road.hit(3, "failed", 55, ms=500, unit_id=unit.id)])
    road.step(62)
    again = EarlyWarning.objects.exclude(id=warning.id).get()
    assert (again.count, again.state) == (1, "open")
    assert StoredHit.objects.get(rule_id="slow").disposition == Disposition.RAISED
    assert WarningHit.objects.get().warning_id == again.id


def test_a_quiet_night_is_noticed_but_not_while_records_wait(road: Road, unit: Unit, tmp_path: Path) -> None:
    import_rules(tmp_path, SILENT)
    road.append([road.hit(1, "done", 0, unit_id=unit.id)])
    road.step(30)
    road.step(600)
    assert not CorrelationResult.objects.exists(), "ten minutes of lateness are not over"
    records = road.log.writer("records.normal.0", RECORD_SCHEMA)
    waiting = LogRecord(b"x", SourceStamp(), "192.0.2.1", "tcp", START + 50 * SECOND)
    records.append(records_to_batch([waiting])).result()
    road.step(3600)
    assert not CorrelationResult.objects.exists(), "a record of that time was not matched yet"
    road.log.offsets("match-0").save({"records.normal.0": 1})
    road.step(3601)
    result = CorrelationResult.objects.get()
    assert (result.rule_id, result.state, result.time) == ("silent", "final", START + 60 * SECOND)
    assert EarlyWarning.objects.get().threat_class == "device-fault"
    records.close()


def test_killed_at_any_commit_nothing_is_lost_or_doubled(
    road: Road, unit: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_rules(tmp_path, THREE, THEN, SILENT)
    hits = [road.hit(n, "done" if n % 7 == 6 else "failed", n * 7, f"u{n % 3}", unit_id=unit.id) for n in range(59)]
    hits.append(road.hit(59, "done", 59 * 7, "u9", unit_id=unit.id))
    monkeypatch.setattr(judge_module, "HITS_AT_ONCE", 5)

    class Killed(Exception):
        pass

    @contextmanager
    def dying() -> Iterator[None]:
        with real.atomic():
            yield
            raise Killed

    real = judge_module.transaction

    class Dying:
        atomic = staticmethod(dying)

    for number in range(0, 60, 4):
        batch = hits[number : number + 4]
        road.append(batch[::-1], number // 4 % 2)
        at = batch[-1].event_time // SECOND - START // SECOND + 1
        monkeypatch.setattr(judge_module, "transaction", Dying)
        with pytest.raises(Killed):
            road.step(at)
        monkeypatch.setattr(judge_module, "transaction", real)
        if number % 8 == 0:
            road.kill()
        else:
            road.judge.restart()
        road.step(at)
    road.step(7200)
    interrupted = standing(), sorted(EarlyWarning.objects.values_list("threat_class", "count"))
    assert set(interrupted[0]) == {"three", "then", "silent"}
    counts = sorted(CorrelationResult.objects.values_list("result_id", "state", "time", "value"))
    road.kill()
    _empty()
    for _ in range(2 * len(hits)):
        road.step(430)
    road.step(7200)
    assert sorted(CorrelationResult.objects.values_list("result_id", "state", "time", "value")) == counts
    assert sorted(EarlyWarning.objects.values_list("threat_class", "count")) == interrupted[1]


def _empty() -> None:
    """As if the judge had never judged."""
    from fenghuo.see.rulebook.models import LogOffset

    WarningHit.objects.all().delete()
    for table in (EarlyWarning, StoredHit, CorrelationResult, CorrelationState, LogOffset):
        table.objects.all().delete()


def test_a_rule_that_is_switched_off_keeps_what_it_said(road: Road, unit: Unit, tmp_path: Path) -> None:
    import_rules(tmp_path, THREE)
    road.append([road.hit(n, "failed", n, unit_id=unit.id) for n in range(3)])
    road.step(10)
    assert CorrelationState.objects.exclude(rule="meta").exists()
    switch_rule(TESTER, "three", on=False, reason="announced test")
    road.step(11)
    assert CorrelationResult.objects.get().state == "final"
    assert not CorrelationState.objects.exclude(rule="meta").exists()
    road.append([road.hit(n + 10, "failed", 100 + n, "u2", unit_id=unit.id) for n in range(3)])
    road.step(110)
    assert CorrelationResult.objects.count() == 1
