"""Tasks: assigned, worked on with proofs, accepted by another person; reminded of, and supervised by letter when late."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from openpyxl import load_workbook
from tests.tables.moving import Time
from tests.tables.tasks_world import PNG, WORKER, WRITER, given

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit import Actor
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.actions import mark_late
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.units.actions import set_contact
from fenghuo.base.units.models import Unit
from fenghuo.faces.console.models import SiteProfile
from fenghuo.respond.tasks import actions
from fenghuo.respond.tasks.actions import CannotDo, Proof, Wanted
from fenghuo.respond.tasks.decide import FINAL, TRANSITIONS, Mark, State, Verb, marks_due, obstacle
from fenghuo.respond.tasks.models import Step, Task, TaskReminder
from fenghuo.respond.tasks.remind import remind_due
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.notices.drafts import Letterhead, discard
from fenghuo.warn.notices.models import Notice

SECOND = Actor("p-3", "王主任")
HEAD = Letterhead("云岭县委网信办", "云网信")
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def task(db: None, time: Time, unit: Unit) -> Task:
    set_contact(TESTER, unit, "李敏", "13800000000", "limin@edu.example", deputy=False)
    return given(unit)


def refused(code: str) -> "pytest.RaisesExc[CannotDo]":
    return pytest.raises(CannotDo, match=f"^{code}$")


def test_a_task_goes_from_its_assignment_to_its_acceptance_by_another_person(task: Task) -> None:
    actions.step(WORKER, task.id, Verb.START)
    actions.step(WORKER, task.id, Verb.NOTE, "已起草")
    actions.step(WORKER, task.id, Verb.HAND_IN, "已备案", Proof("回执.png", PNG))
    with refused("same-person"):
        actions.step(WORKER, task.id, Verb.ACCEPT)
    actions.step(SECOND, task.id, Verb.RETURN, "回执缺章")
    actions.step(WORKER, task.id, Verb.HAND_IN, "已补章", Proof("回执2.png", PNG + b"1"))
    done = actions.step(SECOND, task.id, Verb.ACCEPT)
    assert (done.state, done.ended_at) == (State.ACCEPTED, clock.now())
    assert not Deadline.objects.filter(subject=task.subject, stopped_at=None).exists()
    verbs = list(AuditRow.objects.filter(subject=task.subject).order_by("number").values_list("verb", flat=True))
    assert verbs == [
        "task.assigned",
        "task.start",
        "task.note",
        "task.hand-in",
        "task.return",
        "task.hand-in",
        "task.accept",
    ]
    assert [s.file_name for s in done.steps.exclude(file_sha256="")] == ["回执.png", "回执2.png"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "title"),
        ({"what": ""}, "what"),
        ({"document": ""}, "document"),
        ({"source": "rumour"}, "source"),
        ({"decided_on": timedelta(days=1)}, "decided"),
        ({"due_on": timedelta(days=-1)}, "due"),
        ({"due_on": timedelta(days=3000)}, "due"),
        ({"unit": None}, "owner"),
    ],
)
def test_what_is_not_complete_is_refused(unit: Unit, time: Time, changes: dict[str, object], code: str) -> None:
    today = actions.today()
    values = {
        "source": "office",
        "document": "d",
        "decided_on": today,
        "title": "t",
        "what": "w",
        "due_on": today,
        "unit": unit,
    }
    moved = {name: today + one if isinstance(one, timedelta) else one for name, one in changes.items()}
    with refused(code):
        actions.assign(WRITER, Wanted(**{**values, **moved}))  # type: ignore[arg-type]
    assert not Task.objects.exists()


def test_what_was_done_stands_in_the_database(task: Task) -> None:
    actions.step(WORKER, task.id, Verb.NOTE, "said")
    with pytest.raises(DatabaseError), transaction.atomic():
        Step.objects.update(text="other")
    with pytest.raises(DatabaseError), transaction.atomic():
        Step.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.update(unit=None)
    assert Step.objects.get().text == "said"


def test_a_proof_that_is_none_leaves_everything_as_it_was(task: Task) -> None:
    for content, code in ((b"", "file-size"), (b"MZ\x00\x01", "file-kind")):
        with refused(code):
            actions.step(WORKER, task.id, Verb.HAND_IN, "done", Proof("x.exe", content))
    task.refresh_from_db()
    assert task.state == State.OPEN
    assert not task.steps.exists()


def test_more_time_moves_the_clock_and_lateness_stays_written(task: Task, time: Time) -> None:
    time.pass_(days=11)
    assert mark_late(clock.now()) == 1
    with refused("due"):
        actions.extend(SECOND, task.id, task.due_on, "why")
    with refused("words"):
        actions.extend(SECOND, task.id, task.due_on + timedelta(days=20), " ")
    moved = actions.extend(SECOND, task.id, task.due_on + timedelta(days=20), "等上级批复")
    assert (moved.due_on - moved.first_due_on).days == 20
    row = Deadline.objects.get(subject=task.subject)
    assert row.late_at is not None
    assert row.due_at == actions.end_of(moved.due_on)
    assert row.stopped_at is None


def test_who_must_act_is_told_at_each_mark_once_and_leaders_when_it_is_late(
    task: Task, time: Time, person_of: Callable[..., Person]
) -> None:
    mail = {"host": "192.0.2.25", "port": "25", "sender": "f@office.example", "security": "none"}
    add_channel(TESTER, "mail", "email", mail, [], "blue", "en")
    person_of(Role.LEADER, email="boss@office.example")

    def told() -> list[tuple[str, str]]:
        found = Delivery.objects.filter(matter=task.subject).order_by("created_at", "recipient")
        return list(found.values_list("occasion", "recipient"))

    assert remind_due() == 0
    time.pass_(days=6)
    assert (remind_due(), remind_due()) == (1, 0)
    time.pass_(days=3)
    assert remind_due() == 1
    assert [recipient for _occasion, recipient in told()] == ["limin@edu.example"] * 2
    time.pass_(days=3)
    assert remind_due() == 1
    assert {recipient for occasion, recipient in told() if occasion.startswith("over")} == {
        "limin@edu.example",
        "boss@office.example",
    }
    assert "A task is 2 days late" in Delivery.objects.filter(occasion__startswith="over").first().title  # type: ignore[union-attr]
    time.pass_(days=7)
    assert remind_due() == 1
    assert TaskReminder.objects.count() == 4
    actions.step(WORKER, task.id, Verb.HAND_IN, "done")
    time.pass_(days=7)
    assert remind_due() == 0, "what was handed in waits for the office, not for the unit"


def test_marks_come_in_order_and_late_weeks_are_told_apart() -> None:
    from datetime import UTC, datetime

    begun = datetime(2026, 11, 1, tzinfo=UTC)
    due = begun + timedelta(days=10)
    assert marks_due(begun, due, begun + timedelta(days=4.9)) == ()
    assert marks_due(begun, due, begun + timedelta(days=5)) == ((Mark.HALF, 0),)
    assert [m for m, _n in marks_due(begun, due, due - timedelta(seconds=1))] == [Mark.HALF, Mark.MOST]
    assert marks_due(begun, due, due + timedelta(days=15))[2:] == ((Mark.OVER, 0), (Mark.LATE, 1), (Mark.LATE, 2))


def test_a_late_task_of_a_unit_becomes_one_letter_that_another_person_approves(task: Task, time: Time) -> None:
    with refused("in-time"):
        actions.supervise(WRITER, task.id, HEAD)
    time.pass_(days=13)
    made = actions.supervise(WRITER, task.id, HEAD)
    assert (made.kind, made.state, list(made.units.all())) == ("supervision", "draft", [task.unit])
    assert "逾期3日" in made.body
    assert task.document in made.body
    with refused("drafted"):
        actions.supervise(WRITER, task.id, HEAD)
    discard(WRITER, made.id, "写错了")
    assert actions.supervise(WRITER, task.id, HEAD).id != made.id
    assert task.notices.count() == 2


def test_a_letter_goes_to_units_only(time: Time, person_of: Callable[..., Person]) -> None:
    today = actions.today()
    owner = person_of(Role.ANALYST)
    own = actions.assign(WRITER, Wanted("office", "d", today, "t", "w", today, owner=owner))
    time.pass_(days=3)
    with refused("no-unit"):
        actions.supervise(WRITER, own.id, HEAD)


def test_a_unit_sees_and_works_on_its_own_tasks_only(
    task: Task, other_unit: Unit, person_of: Callable[..., Person], client: Client
) -> None:
    foreign = given(other_unit, "别的单位")
    client.force_login(person_of(Role.UNIT_CONTACT, units=(task.unit,)), BACKEND)  # type: ignore[arg-type]
    page = client.get("/tasks/").content.decode()
    assert task.title in page
    assert foreign.title not in page
    assert client.get(f"/tasks/{foreign.id}/").status_code == 404
    sent = {"verb": "hand-in", "words": "已备案", "proof": SimpleUploadedFile("回执.png", PNG)}
    assert client.post(f"/tasks/{task.id}/step/", sent).status_code == 302
    task.refresh_from_db()
    assert task.state == State.HANDED_IN
    assert client.get(f"/tasks/proof/{task.steps.get().pk}/").content == PNG
    assert client.post(f"/tasks/{task.id}/decide/", {"verb": "accept"}).status_code == 403


def test_the_pages_of_the_office_lead_from_assignment_to_letter(
    unit: Unit, time: Time, person_of: Callable[..., Person], client: Client
) -> None:
    SiteProfile.objects.create(county="c", office="云岭县委网信办", document_code="云网信", set_up_at=clock.now())
    client.force_login(person_of(Role.ANALYST), BACKEND)
    day = actions.today()
    values = {
        "source": "committee",
        "document": "第3次会议",
        "decided_on": str(day),
        "title": "报备预案",
        "what": "见纪要",
    }
    both = client.post("/tasks/new/", {**values, "due_on": str(day)})
    assert "Choose either a unit or a person" in both.content.decode()
    assert client.post("/tasks/new/", {**values, "due_on": str(day), "unit": unit.id}).status_code == 302
    made = Task.objects.get()
    assert made.title not in client.get("/tasks/?state=late").content.decode()
    time.pass_(days=2)
    assert made.title in client.get("/tasks/?state=late").content.decode()
    assert made.title in client.get(f"/tasks/?whose={unit.id}&source=committee&q=第3次").content.decode()
    assert made.title not in client.get("/tasks/?whose=me").content.decode()
    page = client.get(f"/tasks/{made.id}/").content.decode()
    assert "2 days late" in page
    answer = client.post(f"/tasks/{made.id}/supervise/")
    assert answer.headers["Location"] == f"/notices/{Notice.objects.get().id}/"
    later = {"verb": "extend", "words": "批复未到", "due_on": str(day + timedelta(days=30))}
    client.post(f"/tasks/{made.id}/decide/", later)
    client.post(f"/tasks/{made.id}/decide/", {**later, "due_on": "never"})
    made.refresh_from_db()
    assert made.due_on == day + timedelta(days=30)
    book = load_workbook(BytesIO(client.get("/tasks/tasks.xlsx").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[1][3:6] == ("报备预案", "见纪要", "教育局")


def test_what_is_late_or_handed_in_waits_on_the_desk(
    task: Task, other_unit: Unit, time: Time, person_of: Callable[..., Person], client: Client
) -> None:
    from fenghuo.faces.console.desk.notices import forget

    handed = given(other_unit, "已办完的任务", days=30)
    actions.step(WORKER, handed.id, Verb.HAND_IN, "done")
    time.pass_(days=12)
    client.force_login(person_of(Role.DUTY_OFFICER), BACKEND)
    forget()
    page = client.get("/desk/").content.decode()
    assert f"教育局 · {task.title}" in page
    assert "task that is late" in page
    assert "卫健局 · 已办完的任务" in page
    assert "task to be accepted" in page


class Life(RuleBasedStateMachine):
    """Any verbs in any order: only the table's transitions happen, and nobody accepts their own work."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.handed_in_by = State.OPEN, ""

    @rule(verb=st.sampled_from(Verb), who=st.sampled_from(["a", "b"]), words=st.sampled_from(["", "  ", "words"]))
    def act(self, verb: Verb, who: str, words: str) -> None:
        found = obstacle(self.state, verb, words=words, same_person=who == self.handed_in_by)
        if found is None:
            assert self.state not in FINAL
            if verb in {Verb.ACCEPT, Verb.RETURN}:
                assert who != self.handed_in_by
            self.state = TRANSITIONS[self.state, verb]
            self.handed_in_by = who if verb is Verb.HAND_IN else self.handed_in_by
        else:
            assert found.value in {"state", "words", "same-person"}

    @invariant()
    def is_a_state(self) -> None:
        assert self.state in State
        assert self.state is not State.HANDED_IN or self.handed_in_by


TestLife = Life.TestCase
