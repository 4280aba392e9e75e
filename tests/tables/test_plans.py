"""Emergency plans and playbooks: filed, looked at by another person, replaced, reviewed in time; steps ticked into an incident's log."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from tests.tables.moving import Time

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit import Actor
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.units.actions import set_contact
from fenghuo.base.units.models import Unit
from fenghuo.respond.incidents import actions as incidents
from fenghuo.respond.incidents import playbooks as of_incidents
from fenghuo.respond.incidents.models import Incident
from fenghuo.respond.plans import actions, runs
from fenghuo.respond.plans.actions import CannotDo
from fenghuo.respond.plans.decide import State
from fenghuo.respond.plans.lines import Content
from fenghuo.respond.plans.models import Plan, PlanVersion, StepMark
from fenghuo.respond.plans.queries import clause, plans_for
from fenghuo.respond.plans.remind import remind_due
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery

WRITER, SECOND = Actor("1", "张伟"), Actor("2", "王主任")
BACKEND = "django.contrib.auth.backends.ModelBackend"
CONTENT = Content(
    "first",
    "3.1 | 值班\n3.2 | 首报 | 1 小时内",
    "指挥长 | 王主任 | 1\n- 值班员 | 张伟 | 2",
    "备用防火墙 | 1 | 机房 | 张伟",
)


@pytest.fixture
def filed(db: None, time: Time, unit: Unit) -> PlanVersion:
    made = actions.add_plan(WRITER, "specific", "教育局勒索软件专项预案", unit, "ransomware", 365)
    actions.write(WRITER, made.pk, CONTENT)
    return actions.file_version(WRITER, made.pk)


def code_of(does: Callable[[], object]) -> str:
    with pytest.raises((CannotDo, runs.CannotDo, incidents.CannotDo)) as caught:
        does()
    return str(caught.value.code)


def test_a_version_takes_two_persons_and_replaces_the_one_before(filed: PlanVersion) -> None:
    assert code_of(lambda: actions.accept(WRITER, filed.pk)) == "same-person"
    assert code_of(lambda: actions.give_back(SECOND, filed.pk, "")) == "why"
    actions.give_back(SECOND, filed.pk, "no contact tree below the head")
    actions.file_version(WRITER, filed.pk)
    first = actions.accept(SECOND, filed.pk)
    assert clause(first, "3.2") == {"number": "3.2", "title": "首报", "text": "1 小时内"}
    second = actions.new_version(WRITER, filed.plan_id)
    assert (second.number, second.clauses) == (2, first.clauses)
    assert code_of(lambda: actions.new_version(WRITER, filed.plan_id)) == "open"
    actions.accept(SECOND, actions.file_version(WRITER, second.pk).pk)
    states = dict(PlanVersion.objects.values_list("number", "state"))
    assert states == {1: State.REPLACED, 2: State.IN_FORCE}
    verbs = AuditRow.objects.filter(subject=filed.plan.subject).order_by("number").values_list("verb", flat=True)
    assert list(verbs) == [
        *("plan.added", "plan.written", "plan.filed", "plan.returned", "plan.filed", "plan.in-force"),
        *("plan.version-begun", "plan.filed", "plan.replaced", "plan.in-force"),
    ]


def test_what_was_in_force_is_never_changed(filed: PlanVersion) -> None:
    for state in ("filed", "in force"):
        assert code_of(lambda: actions.write(WRITER, filed.pk, Content())) == "state", state
        assert code_of(lambda: actions.attach(WRITER, filed.pk, "a.txt", b"x")) == "state", state
        if state == "filed":
            actions.accept(SECOND, filed.pk)


def test_wrong_plans_are_refused(db: None, time: Time) -> None:
    add = actions.add_plan
    assert code_of(lambda: add(WRITER, "specific", " ")) == "title"
    assert code_of(lambda: add(WRITER, "other", "x")) == "kind"
    assert code_of(lambda: add(WRITER, "specific", "x", None, "nothing")) == "playbook"
    assert code_of(lambda: add(WRITER, "comprehensive", "x", None, "ddos")) == "playbook"
    assert code_of(lambda: add(WRITER, "specific", "x", None, "", 3)) == "review-days"
    made = add(WRITER, "comprehensive", "x")
    assert code_of(lambda: actions.file_version(WRITER, made.pk)) == "empty"
    assert code_of(lambda: actions.attach(WRITER, made.pk, "a.exe", b"MZ\x00\x01")) == "file-kind"
    assert code_of(lambda: actions.attach(WRITER, made.pk, "a.png", b"\x89PNG\r\n\x1a\n1")) == "file-kind"
    assert code_of(lambda: actions.write(WRITER, made.pk, Content(clauses="1 | a\n1 | b"))) == "line-double"


def test_a_review_is_reminded_of_once_for_each_distance_and_its_lateness_stays(
    filed: PlanVersion, unit: Unit, time: Time
) -> None:
    set_contact(TESTER, unit, "陈", "1", "chen@edu.example", deputy=False)
    mail = {"host": "127.0.0.1", "sender": "a@b.example", "password": ""}
    add_channel(TESTER, "mail", "email", mail, [], "blue", "zh-hans")
    actions.accept(SECOND, filed.pk)
    time.pass_(days=334)
    assert remind_due() == 0
    time.pass_(days=2)
    assert [remind_due(), remind_due()] == [1, 0]
    assert Delivery.objects.filter(recipient="chen@edu.example").count() == 1
    time.pass_(days=24)
    assert [remind_due(), remind_due()] == [1, 0]
    time.pass_(days=6)
    assert [remind_due(), remind_due()] == [1, 0]
    assert code_of(lambda: actions.review(WRITER, filed.plan_id, "")) == "why"
    actions.review(WRITER, filed.plan_id, "telephones called, clauses read")
    deadline = Deadline.objects.get(subject=filed.plan.subject)
    assert deadline.late_at is not None
    assert deadline.due_at == clock.now() + timedelta(days=365)
    assert remind_due() == 0
    actions.retire(SECOND, filed.pk, "unit dissolved")
    assert Deadline.objects.get(subject=filed.plan.subject).stopped_at is not None


def test_plans_that_fit_an_incident(filed: PlanVersion, other_unit: Unit) -> None:
    actions.accept(SECOND, filed.pk)
    whole = actions.add_plan(WRITER, "comprehensive", "县网络安全事件应急预案")
    actions.write(WRITER, whole.pk, CONTENT)
    actions.accept(SECOND, actions.file_version(WRITER, whole.pk).pk)
    fits = [version.pk for version in plans_for("ransomware", filed.plan.unit_id or "")]
    assert fits == [filed.pk, whole.pk]
    assert [v.pk for v in plans_for("ransomware", other_unit.id)] == [whole.pk]
    assert [v.pk for v in plans_for("ddos", filed.plan.unit_id or "")] == [whole.pk]


@pytest.fixture
def incident(db: None, time: Time, unit: Unit) -> Incident:
    return incidents.report(WRITER, incidents.Reported("files encrypted", clock.now(), "phone", unit_id=unit.id))


def test_steps_are_ticked_into_the_incidents_log(incident: Incident, time: Time) -> None:
    run = of_incidents.start_playbook(WRITER, incident.id, "ransomware")
    assert code_of(lambda: of_incidents.start_playbook(WRITER, incident.id, "ransomware")) == "running"
    assert code_of(lambda: of_incidents.start_playbook(WRITER, incident.id, "nothing")) == "playbook"
    time.pass_(minutes=3)
    mark = of_incidents.mark_step
    mark(SECOND, incident.id, run.pk, "isolate", "done", "two hosts")
    assert code_of(lambda: mark(WRITER, incident.id, run.pk, "isolate", "done")) == "unchanged"
    assert code_of(lambda: mark(WRITER, incident.id, run.pk, "nothing", "done")) == "step"
    assert code_of(lambda: mark(WRITER, incident.id, run.pk, "police", "not-needed")) == "note"
    mark(WRITER, incident.id, run.pk, "isolate", "reopened", "a third host")
    steps = {step.key: step for step in runs.steps_of(run)}
    assert steps["isolate"].open
    assert steps["isolate"].due_at == run.started_at + timedelta(minutes=5)
    told = [(entry.by, entry.text) for entry in Incident.objects.get().log.exclude(kind="state")]
    assert [by for by, _text in told] == ["张伟", "王主任", "张伟"]
    assert "two hosts" in told[1][1]
    for does in (StepMark.objects.all().delete, lambda: StepMark.objects.update(by="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            does()


def test_the_page_of_the_first_hour(incident: Incident, person_of: Callable[..., Person], client: Client) -> None:
    client.force_login(person_of(Role.DUTY_OFFICER), BACKEND)
    path = f"/playbooks/{incident.id}/"
    client.post(f"{path}start/", {"playbook": "web-defacement"})
    page = client.get(path).content.decode()
    assert "0/10" in page
    run = of_incidents.runs_of(incident)[0]
    client.post(f"{path}steps/", {"step": f"{run.pk}:record", "outcome": "done"})
    assert "1/10" in client.get(path).content.decode()
    answer = client.post(f"{path}steps/", {"step": f"{run.pk}:call", "outcome": "not-needed"}, follow=True)
    assert "Write why it is not needed" in answer.content.decode()


def test_a_unit_files_its_plan_and_sees_no_other(
    unit: Unit, other_unit: Unit, person_of: Callable[..., Person], time: Time
) -> None:
    foreign = actions.add_plan(WRITER, "comprehensive", "secret of another unit", other_unit)
    contact, leader = Client(), Client()
    contact.force_login(person_of(Role.UNIT_CONTACT, units=(unit,)), BACKEND)
    leader.force_login(person_of(Role.LEADER), BACKEND)
    words = {"title": "教育局应急预案", "kind": "comprehensive", "review_days": "365"}
    assert contact.post("/plans/new/", {**words, "unit": other_unit.id}).status_code == 200
    contact.post("/plans/new/", {**words, "unit": unit.id})
    version = PlanVersion.objects.get(plan__unit=unit)
    document = SimpleUploadedFile("预案.txt", "应急预案正文".encode())
    contact.post(f"/plans/versions/{version.pk}/write/", {"clauses": "1 | 总则", "document": document})
    contact.post(f"/plans/versions/{version.pk}/file/")
    assert contact.post(f"/plans/versions/{version.pk}/decide/", {"verb": "accept"}).status_code == 403
    leader.post(f"/plans/versions/{version.pk}/decide/", {"verb": "accept"})
    version.refresh_from_db()
    assert version.state == State.IN_FORCE
    assert leader.get(f"/plans/versions/{version.pk}/document/").content.decode() == "应急预案正文"
    listed = contact.get("/plans/").content.decode()
    assert "教育局应急预案" in listed
    assert "secret of another unit" not in listed
    assert contact.get(f"/plans/versions/{foreign.pk}/").status_code == 404
    assert Plan.objects.count() == 2
