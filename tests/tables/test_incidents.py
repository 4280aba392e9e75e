"""An incident from the first call to the closed file: graded, clocked, reported, answered for; nothing changes without a trace."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit import Actor
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.actions import mark_late
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.tables import actions as tables
from fenghuo.base.tables.queries import in_force
from fenghuo.base.units.actions import save_asset, save_unit, set_contact
from fenghuo.base.units.models import Asset, Unit
from fenghuo.respond.incidents import actions, command, evidence, reporting
from fenghuo.respond.incidents.actions import CannotDo, Reported
from fenghuo.respond.incidents.alarms import alarms_due
from fenghuo.respond.incidents.decide import FINAL, TRANSITIONS, Stage, changes
from fenghuo.respond.incidents.models import Incident, LogKind, ReportKind
from fenghuo.respond.incidents.queries import incidents_visible_to, open_incidents, running_clocks, timeline
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WANG, LI = Actor("1", "王"), Actor("2", "李")
LEAK = {"personal_records": 2_000_000}


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with clock.moved(lambda: clock.to_ns(moment)):
        yield


@pytest.fixture(autouse=True)
def begin() -> Iterator[None]:
    with at(T0 + HOUR):
        yield


def reported(**changed: Any) -> Incident:
    told = {"title": "个人信息泄露", "discovered_at": T0, "facts": LEAK, **changed}
    return actions.report(WANG, Reported(**told))


def graded(**changed: Any) -> Incident:
    made = reported(**changed)
    return actions.confirm_grades(WANG, made.id, made.standard_proposed, made.annex_proposed)


def clocks_of(incident: Incident) -> dict[str, Deadline]:
    return {row.kind: row for row in Deadline.objects.filter(subject=incident.subject)}


def verbs(incident: Incident) -> list[str]:
    return list(AuditRow.objects.filter(subject=incident.subject).order_by("number").values_list("verb", flat=True))


def test_a_reported_incident_has_a_number_a_proposal_and_its_clocks_at_once() -> None:
    first, second = reported(), reported(facts={})
    assert (first.number, second.number) == ("2026-0001", "2026-0002")
    assert (first.annex_proposed, first.annex_grade, first.grade_waits) == ("relatively-major", "", True)
    due = {kind: row.due_at for kind, row in clocks_of(first).items()}
    assert due["other:provincial-cac"] == T0 + 4 * HOUR
    assert due["county:city-cac"] == T0 + 2 * HOUR, "the county counts from when it knew"
    assert due["triage"] == T0 + HOUR + timedelta(minutes=15)
    assert set(clocks_of(second)) == {"triage"}
    assert verbs(first) == ["incident.reported"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"title": " "}, "title"),
        ({"discovered_at": T0 + 2 * HOUR}, "discovered"),
        ({"category": "politics"}, "category"),
        ({"origin": "rumour"}, "origin"),
        ({"facts": {"views": "many"}}, "facts"),
    ],
)
def test_what_is_no_incident_is_refused_and_leaves_nothing(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(CannotDo) as refused:
        reported(**changed)
    assert refused.value.code == code
    assert not Incident.objects.exists()
    assert not Deadline.objects.exists()


def test_the_register_fills_what_is_not_stated(unit: Unit) -> None:
    asset = {"unit": unit, "kind": "website", "name": "水厂", "value": "water.example"}
    save_asset(TESTER, Asset(**asset, critical=True))
    save_asset(TESTER, Asset(**{**asset, "name": "x", "value": "x.example"}, protection_level=3))
    critical = reported(unit_id=unit.id, asset="www.water.example", facts={"outage_minutes": 10})
    assert (critical.facts["operator"], critical.annex_proposed) == ("cii", "relatively-major")
    assert clocks_of(critical)["cii:police"].due_at == T0 + HOUR
    assert reported(unit_id=unit.id, asset="x.example").facts["importance"] == "important"


def test_a_person_confirms_and_only_with_a_reason_otherwise() -> None:
    made = reported()
    with pytest.raises(CannotDo, match="reason"):
        actions.confirm_grades(WANG, made.id, "general", "major")
    done = actions.confirm_grades(WANG, made.id, "general", "major", "影响持续扩大")
    assert (done.state, done.annex_grade, done.grade_waits) == ("triaged", "major", False)
    assert clocks_of(done)["triage"].stopped_at == T0 + HOUR
    assert done.duties.filter(key="other-onward").count() == 2
    assert "other-onward:national-cac" not in clocks_of(done), "the clocks of others are shown, not kept"
    assert [g.confirmed for g in done.gradings.all()] == [False, True]


def test_a_lower_grade_takes_two_persons_and_withdraws_the_duties() -> None:
    made = reported()
    with pytest.raises(CannotDo, match="second-person"):
        actions.confirm_grades(WANG, made.id, "general", "general", "数据是假的")
    asked = actions.ask(WANG, made.id, {"standard": "general", "annex": "general"}, "数据是假的")
    with pytest.raises(CannotDo, match="same-person"):
        actions.decide(WANG, asked.pk, accept=True)
    with pytest.raises(CannotDo, match="request"):
        actions.ask(WANG, made.id, {"state": "void"}, "again")
    done = actions.decide(LI, asked.pk, accept=True)
    assert done.annex_grade == "general"
    assert done.duties.get(key="other").withdrawn_at is not None
    assert clocks_of(done)["other:provincial-cac"].stopped_at is not None
    with pytest.raises(CannotDo, match="request"):
        actions.decide(LI, asked.pk, accept=True)


def test_new_facts_grade_anew_start_new_clocks_and_old_lateness_stays() -> None:
    made = graded(facts={"personal_records": 1})
    assert set(clocks_of(made)) == {"triage"}
    later = T0 + 6 * HOUR
    with at(later):
        again = actions.set_facts(WANG, made.id, LEAK)
        assert (again.annex_grade, again.annex_proposed, again.grade_waits) == ("general", "relatively-major", True)
        row = clocks_of(again)["other:provincial-cac"]
        assert row.due_at == T0 + 4 * HOUR, "the law counts from the discovery, not from our insight"
        mark_late(clock.now())
        with pytest.raises(CannotDo, match="grade"):
            command.set_response(WANG, made.id, "IV", "县预案") and actions.move(WANG, made.id, "responding")
        actions.confirm_grades(WANG, made.id, "general", "relatively-major")
        asked = actions.ask(WANG, made.id, {"standard": "general", "annex": "general"}, "查明为误报")
        actions.decide(LI, asked.pk, accept=True)
    assert clocks_of(made)["other:provincial-cac"].late_at == later


def test_a_confirmed_grade_is_asked_about_again_only_when_the_proposal_moves() -> None:
    made = reported()
    actions.confirm_grades(WANG, made.id, "general", "major", "影响持续扩大")
    assert not actions.set_facts(WANG, made.id, {**LEAK, "views": 5}).grade_waits
    assert actions.set_facts(WANG, made.id, {**LEAK, "loss_yuan": 2e8}).grade_waits


def test_an_old_version_of_the_page_changes_nothing() -> None:
    made = graded()
    with pytest.raises(CannotDo, match="version"):
        actions.set_facts(WANG, made.id, {}, version=made.version - 1)
    actions.set_facts(WANG, made.id, LEAK, version=made.version)


def test_reports_are_frozen_compared_and_met_by_receipts() -> None:
    made = graded(facts={"personal_records": 20_000_000})
    with pytest.raises(CannotDo, match="items event"):
        reporting.freeze_report(WANG, made.id, {"unit": "教育局"})
    first = reporting.freeze_report(WANG, made.id, {"unit": "教育局", "event": "泄露"})
    second = reporting.freeze_report(WANG, made.id, {"unit": "教育局", "event": "泄露", "cause": "弱口令"})
    assert (first.kind, second.kind) == (ReportKind.FIRST, ReportKind.SUPPLEMENT)
    assert [c.item for c in changes(first.content, second.content)] == ["cause"]
    sent = T0 + HOUR
    for receiver, channel, number, moment, code in (
        ("moon", "12387", "1", sent, "receiver"),
        ("provincial-cac", "12387", " ", sent, "receipt"),
        ("provincial-cac", "12387", "1", sent + HOUR, "time"),
        ("provincial-cac", "12387", "1", T0 - HOUR, "time"),
    ):
        with pytest.raises(CannotDo, match=code):
            reporting.enter_receipt(WANG, first, receiver, channel, number, moment)
    reporting.enter_receipt(WANG, first, "provincial-cac", "12387.cert.org.cn", "A-17", sent)
    assert made.duties.get(key="other").met_at == sent
    assert clocks_of(made)["other:provincial-cac"].stopped_at == sent
    assert {d.due_at for d in made.duties.filter(key="other-onward")} == {sent + HOUR}, (
        "the province counts from its receipt"
    )
    actions.set_facts(WANG, made.id, {"personal_records": 20_000_000, "views": 1})
    assert {d.due_at for d in made.duties.filter(key="other-onward")} == {sent + HOUR}
    assert clocks_of(made)["other:provincial-cac"].stopped_at == sent, "what is met stays met"


def test_what_is_frozen_can_not_be_changed_past_the_verbs() -> None:
    made = graded()
    report = reporting.freeze_report(WANG, made.id, {"unit": "教育局", "event": "泄露"})
    receipt = reporting.enter_receipt(WANG, report, "provincial-cac", "12387", "1", T0 + HOUR)
    piece = evidence.add_evidence(WANG, made.id, "log", b"GET /", T0, "/var/log/nginx")
    rows = [report, receipt, piece, piece.custody.get(), made.gradings.first(), made.log.first()]
    for row in rows:
        assert row is not None
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(by="somebody else")
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk)._raw_delete("default")


def test_evidence_has_hashes_and_a_chain_that_shows_every_change() -> None:
    made = graded()
    piece = evidence.add_evidence(WANG, made.id, "access.log", b"abc", T0, "/var/log/nginx/access.log")
    assert piece.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert piece.sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    evidence.hand_over(WANG, piece, "县公安局网安大队", "立案")
    assert evidence.flaw_of(piece) == ""
    assert [s.holder for s in piece.custody.all()] == ["王", "县公安局网安大队"]
    path = evidence.file_of(piece)
    path.chmod(0o600)
    path.write_bytes(b"abd")
    assert evidence.flaw_of(piece) == "content"
    path.unlink()
    assert evidence.flaw_of(piece) == "file"
    for content, code in ((b"", "size"), (b"x", "holder")):
        with pytest.raises(CannotDo, match=code):
            evidence.add_evidence(WANG, made.id, "x", content, T0, "" if content else "here")


def test_the_whole_way_to_the_closed_file() -> None:
    made = graded()
    report = reporting.freeze_report(WANG, made.id, {"unit": "教育局", "event": "泄露"})
    reporting.enter_receipt(WANG, report, "provincial-cac", "12387", "1", T0 + HOUR)
    actions.move(WANG, made.id, "reporting-up")
    with pytest.raises(CannotDo, match="response-level"):
        actions.move(WANG, made.id, "responding")
    command.set_response(LI, made.id, "III", "县应急指挥部 1 号令")
    assert clocks_of(made)["situation-report"].due_at == T0 + 5 * HOUR
    actions.move(WANG, made.id, "responding")
    with at(T0 + 3 * HOUR):
        command.log(WANG, made.id, LogKind.SITUATION, "已断网")
        assert clocks_of(made)["situation-report"].due_at == T0 + 7 * HOUR
        task = command.add_task(WANG, made.id, "重置口令", role="技术组")
    with at(T0 + 10 * HOUR):
        for stage in ("contained", "eradicated", "recovered"):
            actions.move(WANG, made.id, stage)
        ended = actions.move(WANG, made.id, "ended", "指挥部令")
        due = {k: row for k, row in clocks_of(ended).items() if row.stopped_at is None}
        assert {k: row.due_at - T0 for k, row in due.items()} == {
            "county:city-cac": 2 * HOUR,
            "summary:first-addressee": timedelta(days=30, hours=10),
            "investigation:county-government": timedelta(days=30, hours=10),
        }
        actions.move(WANG, made.id, "summarising")
        with pytest.raises(CannotDo, match="second-person"):
            actions.move(WANG, made.id, "closed", "done")
        with pytest.raises(CannotDo, match="open-tasks"):
            actions.ask(WANG, made.id, {"state": "closed"}, "已恢复")
        command.finish_task(WANG, task.pk, "全部重置")
        with pytest.raises(CannotDo, match="unmet-duties"):
            actions.ask(WANG, made.id, {"state": "closed"}, "已恢复")
        reporting.enter_receipt(WANG, report, "city-cac", "传真", "7", T0 + HOUR)
        content = dict.fromkeys(("cause", "measures", "harm", "responsibility", "rectification", "lessons"), "x")
        summary = reporting.freeze_report(WANG, made.id, content, summary=True)
        for receiver in ("first-addressee", "county-government"):
            reporting.enter_receipt(WANG, summary, receiver, "公文", "12", T0 + 10 * HOUR)
        asked = actions.ask(WANG, made.id, {"state": "closed"}, "已恢复")
        closed = actions.decide(LI, asked.pk, accept=True)
        assert (closed.state, closed.outcome) == ("closed", "已恢复")
        assert not Deadline.objects.filter(subject=made.subject, stopped_at=None).exists()
        kinds = [moment.kind for moment in timeline(closed)]
        assert kinds[0] == "log:state"
        assert {"receipt", "report:summary", "task", "log:order", "grade:confirmed"} <= set(kinds)
        command.set_response(LI, made.id, "IV", "复发")
        again = actions.move(WANG, made.id, "responding", "再次泄露")
        assert (again.number, again.ended_at) == (made.number, None)
        assert "situation-report" in {k for k, row in clocks_of(again).items() if row.stopped_at is None}


def test_no_incident_after_all_stops_everything() -> None:
    made = reported()
    refused = actions.ask(WANG, made.id, {"state": "void"}, "自查扫描")
    with pytest.raises(CannotDo, match="reason"):
        actions.decide(LI, refused.pk, accept=False)
    assert actions.decide(LI, refused.pk, accept=False, why="再核实").state == "reported"
    asked = actions.ask(WANG, made.id, {"state": "void"}, "自查扫描")
    assert actions.decide(LI, asked.pk, accept=True).state == "void"
    assert not Deadline.objects.filter(subject=made.subject, stopped_at=None).exists()
    actions.move(WANG, made.id, "reported", "不是自查")
    assert {k for k, row in clocks_of(made).items() if row.stopped_at is None} >= {"triage", "other:provincial-cac"}


def test_the_desk_hears_each_alarm_once_and_a_late_start_only_the_last(person_of: Callable[..., Person]) -> None:
    person_of(Role.DUTY_OFFICER, email="duty@county.example")
    config = {"host": "127.0.0.1", "sender": "fenghuo@county.example"}
    add_channel(TESTER, "mail", "email", config, [], "blue", "zh-hans")
    made = graded()
    kind = "other:provincial-cac"

    def told() -> list[tuple[int, str]]:
        alarms_due()
        found = Delivery.objects.filter(matter=made.subject, occasion__contains=kind).order_by("id")
        assert found.count() == made.alarms.filter(clock=kind).count()
        return [(a.percent, d.title) for a, d in zip(made.alarms.filter(clock=kind).order_by("id"), found, strict=True)]

    with at(T0 + 2 * HOUR - timedelta(seconds=1)):
        assert told() == []
    with at(T0 + 2 * HOUR):
        (first,) = told()
        assert told() == [first]
    with at(T0 + timedelta(minutes=217)):
        assert [percent for percent, _title in told()] == [50, 90]
    with at(T0 + 5 * HOUR):
        assert [percent for percent, _title in told()] == [50, 90, 100]
        assert "2026-0001" in told()[-1][1]
    report = reporting.freeze_report(WANG, made.id, {"unit": "x", "event": "y"})
    with at(T0 + 6 * HOUR):
        reporting.enter_receipt(WANG, report, "provincial-cac", "12387", "1", T0 + 5 * HOUR)
    with at(T0 + 9 * HOUR):
        assert len(told()) == 3


def test_a_unit_is_told_of_the_reports_that_it_owes_and_the_higher_the_later(
    unit: Unit, person_of: Callable[..., Person]
) -> None:
    person_of(Role.DUTY_OFFICER, email="duty@county.example")
    config = {"host": "127.0.0.1", "sender": "fenghuo@county.example"}
    add_channel(TESTER, "mail", "email", config, [], "blue", "zh-hans")
    set_contact(TESTER, unit, "李四", "", "li@edu.example", deputy=False)
    set_contact(TESTER, unit, "赵六", "", "zhao@edu.example", deputy=True)
    unit.head, unit.head_email = "王局", "wang@edu.example"
    save_unit(TESTER, unit)
    made = reported(unit_id=unit.id, title="secret-of-the-matter")

    def told() -> dict[str, list[str]]:
        alarms_due()
        rows = Delivery.objects.filter(matter=made.subject, occasion__startswith="owed:").order_by("id")
        assert not any("secret-of-the-matter" in row.title + row.text for row in rows)
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(row.occasion.split(":")[3], []).append(row.recipient.partition("@")[0])
        return {mark: sorted(who) for mark, who in found.items()}

    assert told() == {}, "nobody has confirmed the grade yet"
    actions.confirm_grades(WANG, made.id, made.standard_proposed, made.annex_proposed)
    assert told() == {"0": ["li"]}
    with at(T0 + 2 * HOUR):
        assert told() == {"0": ["li"], "50": ["li"]}
    with at(T0 + 3 * HOUR):
        assert told()["75"] == ["li", "zhao"]
    with at(T0 + 5 * HOUR):
        assert told()["100"] == ["li", "wang", "zhao"]
    late = Delivery.objects.filter(occasion__startswith="owed:other:provincial-cac:100").first()
    assert late is not None
    assert "第四条" in late.text


def test_a_task_has_a_clock_and_its_person_is_told(person_of: Callable[..., Person]) -> None:
    person_of(Role.DUTY_OFFICER, email="duty@county.example")
    holder = person_of(Role.ANALYST, email="chen@county.example")
    config = {"host": "127.0.0.1", "sender": "fenghuo@county.example"}
    add_channel(TESTER, "mail", "email", config, [], "blue", "zh-hans")
    made = graded()
    with pytest.raises(CannotDo, match="task-time"):
        command.add_task(WANG, made.id, "取证", due_at=T0)
    task = command.add_task(WANG, made.id, "取证", assignee=holder.name, due_at=T0 + 3 * HOUR)
    undated = command.add_task(WANG, made.id, "x")
    assert undated.clock not in clocks_of(made)
    with at(T0 + 2 * HOUR):
        alarms_due()
    mails = Delivery.objects.filter(matter=made.subject, occasion__contains=task.clock)
    assert {mail.recipient for mail in mails} == {"duty@county.example", "chen@county.example"}
    assert "取证" in mails[0].title
    with at(T0 + 4 * HOUR):
        mark_late(T0 + 4 * HOUR)
        command.finish_task(WANG, task.pk, "已固定")
        row = clocks_of(made)[task.clock]
        assert row.late_at
        assert row.stopped_at


def test_a_confirmed_table_shows_no_doubt_in_the_grading() -> None:
    doubtful = {"people_affected": 100_000}
    assert reported(facts=doubtful).gradings.get().detail["zh"]["report_measures"]["sureness_text"] == "待核对"
    tables.confirm(WANG, in_force("incident-report-annex"))
    assert reported(facts=doubtful).gradings.get().detail["zh"]["report_measures"]["sureness_text"] == "已核实"


def test_a_unit_sees_its_own_incidents_only(unit: Unit, other_unit: Unit, person_of: Callable[..., Person]) -> None:
    own, other = reported(unit_id=unit.id), reported(unit_id=other_unit.id)
    contact = person_of(Role.UNIT_CONTACT, units=(unit,))
    assert list(incidents_visible_to(contact)) == [own]
    assert {incident.id for incident, _clock in running_clocks(contact)} == {own.id}
    officer = person_of(Role.DUTY_OFFICER)
    assert set(open_incidents(officer)) == {own, other}
    assert {incident.id for incident, _clock in running_clocks(officer)} == {own.id, other.id}


def random_verb(random_one: random.Random, made: Incident) -> None:
    """One verb with arguments that may or may not be possible."""
    who = random_one.choice((WANG, LI))
    stage, reason = random_one.choice(list(Stage)), random_one.choice(("", "because"))
    grades = {"standard": made.standard_proposed, "annex": random_one.choice(("general", made.annex_proposed))}
    open_request = made.requests.filter(accepted=None).first()
    task = made.tasks.filter(done_at=None).first()
    report = made.reports.last()
    duty = made.duties.filter(met_at=None).order_by("?").first()
    choices: list[Callable[[], object]] = [
        lambda: actions.move(who, made.id, stage, reason),
        lambda: actions.move(who, made.id, stage, reason),
        lambda: actions.confirm_grades(who, made.id, grades["standard"], grades["annex"], reason),
        lambda: actions.ask(who, made.id, random_one.choice(({"state": "closed"}, {"state": "void"}, grades)), reason),
        lambda: actions.set_facts(who, made.id, random_one.choice((LEAK, {}, {"views": 5}, {"loss_yuan": 1e9}))),
        lambda: command.set_response(who, made.id, random_one.choice(("III", "V")), reason),
        lambda: command.log(who, made.id, random_one.choice(LogKind.values), reason),
        lambda: command.add_task(who, made.id, reason),
        lambda: reporting.freeze_report(who, made.id, {"unit": "x", "event": reason}),
        lambda: reporting.freeze_report(
            who,
            made.id,
            dict.fromkeys(("cause", "measures", "harm", "responsibility", "rectification", "lessons"), "x"),
            summary=True,
        ),
    ]
    if open_request is not None:
        choices += [lambda: actions.decide(who, open_request.pk, accept=random_one.random() < 0.8, why=reason)] * 3
    if task is not None:
        choices += [lambda: command.finish_task(who, task.pk, reason)] * 2
    if report is not None and duty is not None:
        choices += [lambda: reporting.enter_receipt(who, report, duty.receiver, "12387", "1", clock.now())] * 3
    random_one.choice(choices)()


@pytest.mark.parametrize("seed", range(6))
def test_random_lives_stay_legal_and_leave_no_change_unaudited(seed: int) -> None:
    random_one = random.Random(seed)
    made = reported()
    seen = {Stage(made.state)}
    for step in range(150):
        before, audited = Incident.objects.get(id=made.id), AuditRow.objects.count()
        with at(T0 + HOUR + step * timedelta(minutes=7)):
            try:
                random_verb(random_one, before)
            except CannotDo:
                assert Incident.objects.get(id=made.id).version == before.version
                assert AuditRow.objects.count() == audited
                continue
        after = Incident.objects.get(id=made.id)
        assert after.version > before.version
        assert AuditRow.objects.count() > audited
        if after.state != before.state:
            assert Stage(after.state) in TRANSITIONS[Stage(before.state)]
        seen.add(Stage(after.state))
        running = set(Deadline.objects.filter(subject=made.subject, stopped_at=None).values_list("kind", flat=True))
        owed = after.duties.filter(ours=True, met_at=None, withdrawn_at=None).exclude(due_at=None)
        if after.state in FINAL:
            assert not running
        else:
            assert {row.clock for row in owed if row.terms["limited"]} == running - {"triage", "situation-report"}
    assert len(seen) > 1
