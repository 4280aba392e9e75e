"""Duty on its pages: a pattern is seen before it is saved, a shift is handed over with what is open, the day makes its log and brief."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from tests.tables import blocks_world, tasks_world
from tests.tables.notices_world import issued
from tests.tables.test_bulletins import PROOF, WORDS

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.actions import sync_shipped_days
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.faces.console.models import SiteProfile
from fenghuo.faces.console.people.leaving import hand_over, in_hand
from fenghuo.faces.workers.duty_rounds import duty_due
from fenghuo.report.periodicals.daily.brief import kept_or_now
from fenghuo.report.periodicals.daily.lines import log_of
from fenghuo.report.periodicals.daily.matters import open_matters
from fenghuo.respond.blocks import actions as blocks
from fenghuo.respond.tasks import actions as tasks
from fenghuo.see.events import Hit
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.duty import roll_calls, swaps
from fenghuo.warn.duty.actions import add_shift, write_entry
from fenghuo.warn.duty.decide import CannotDo
from fenghuo.warn.duty.models import Brief, Handover, RollCallAnswer, Shift, Swap
from fenghuo.warn.duty.standing_in import name_deputy
from fenghuo.warn.early_warnings import bulletins
from fenghuo.warn.early_warnings.actions import acknowledge, move
from fenghuo.warn.early_warnings.models import EarlyWarning
from fenghuo.warn.notices import drafts, review
from fenghuo.warn.notices.asking import may_approve
from fenghuo.warn.notices.decide import CopyVerb
from fenghuo.warn.notices.steps import Hand

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)  # 8 o'clock in the office
HOUR = timedelta(hours=1)
Make = Callable[..., Hit]
Judge = Callable[[list[Hit]], int]
Enter = Callable[[Person], Client]


class Moved:
    """The clock of a test."""

    def __init__(self) -> None:
        self.moment = T0


@pytest.fixture(autouse=True)
def time_is() -> Iterator[Moved]:
    SiteProfile.objects.create(county="c", office="云岭县委网信办", set_up_at=T0)
    moved = Moved()
    with clock.moved(lambda: clock.to_ns(moved.moment)):
        yield moved


@pytest.fixture
def people(person_of: Callable[..., Person]) -> dict[str, Person]:
    return {
        "zhang": person_of(Role.DUTY_OFFICER, email="zhang@office.example"),
        "li": person_of(Role.DUTY_OFFICER, Role.ANALYST, email="li@office.example"),
        "wang": person_of(Role.LEADER, email="wang@office.example"),
    }


@pytest.fixture
def enter() -> Enter:
    def sign_in(person: Person) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(person, "django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def body(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_a_pattern_is_shown_before_it_is_saved(people: dict[str, Person], enter: Enter) -> None:
    sync_shipped_days()
    boss = enter(people["wang"])
    values = {"first": "2026-12-28", "last": "2027-01-03", "changes": "08:00，18:00", "turn": "day", "apart": "on"}
    values |= {"queue_a": "duty-officer\nduty-officer-analyst", "queue_b": "leader"}
    page = body(boss.post("/duty/pattern/", {**values, "preview": ""}))
    assert Shift.objects.count() == 0
    assert "What falls to whom" in page
    assert "The holidays of 2027 are not known" in page, "the pattern runs into a year without a calendar"
    assert boss.post("/duty/pattern/", {**values, "save": ""}).status_code == 302
    assert Shift.objects.count() == 28
    again = body(boss.post("/duty/pattern/", {**values, "preview": ""}))
    assert "post A is taken" in again
    assert 'name="save"' not in again, "what clashes can't be saved"
    assert "Somebody stands there" in body(boss.post("/duty/pattern/", {**values, "save": ""}))
    assert Shift.objects.count() == 28
    assert "Not known here: 马六" in body(boss.post("/duty/pattern/", {**values, "queue_b": "马六", "preview": ""}))
    assert AuditRow.objects.filter(verb="roster.added").count() == 1


def test_a_roster_that_was_exported_is_taken_in_again(people: dict[str, Person], enter: Enter) -> None:
    add_shift(TESTER, people["zhang"], "A", T0, T0 + 10 * HOUR)
    boss = enter(people["wang"])
    sheet = boss.get("/duty/export/").content
    Shift.objects.all().delete()
    upload = lambda content: boss.post("/duty/import/", {"sheet": SimpleUploadedFile("r.xlsx", content)})  # noqa: E731
    assert upload(sheet).status_code == 302
    assert Shift.objects.get().starts_at == T0
    assert "This is no xlsx file that can be read." in body(upload(b"no sheet"))


def test_a_shift_is_handed_over_with_what_is_open(
    people: dict[str, Person], enter: Enter, unit: Unit, make_hit: Make, store_and_judge: Judge, time_is: Moved
) -> None:
    shift = add_shift(TESTER, people["zhang"], "A", T0, T0 + 10 * HOUR)
    add_shift(TESTER, people["li"], "A", T0 + 10 * HOUR, T0 + 24 * HOUR)
    store_and_judge([make_hit(1, unit.id, rule_level="critical")])
    time_is.moment = T0 + 10 * HOUR
    officer = enter(people["zhang"])
    assert "write the handover note" in body(officer.get("/duty/"))
    form = f"/duty/shifts/{shift.pk}/handover/"
    assert "教育局" in body(officer.get(form))
    assert body(officer.post(form, {"note": " "})).count("教育局") > 0
    officer.post(form, {"note": "Wait for the call of the education bureau."})
    given = Handover.objects.get()
    assert [line["subject"].split(":")[0] for line in given.matters] == ["warning"]
    note = f"/duty/handovers/{given.pk}/"
    assert "Accept: it is my turn" not in body(officer.get(note))
    assert "is not accepted yet" in body(officer.get("/desk/"))
    successor = enter(people["li"])
    assert "hands over to you" in body(successor.get("/duty/"))
    successor.post(note, {"remark": "read"})
    given.refresh_from_db()
    assert given.taken_by == people["li"]
    assert "is not accepted yet" not in body(officer.get("/desk/"))


def test_a_swap_and_a_roll_call_are_answered_on_the_duty_page(people: dict[str, Person], enter: Enter) -> None:
    zhang, li, wang = (enter(people[name]) for name in ("zhang", "li", "wang"))
    add_shift(TESTER, people["zhang"], "A", T0, T0 + HOUR)
    ahead = add_shift(TESTER, people["zhang"], "A", T0 + 20 * HOUR, T0 + 30 * HOUR)
    zhang.post(f"/duty/shifts/{ahead.pk}/swap/", {"other": people["li"].pk})
    assert "asks you to take a shift" in body(li.get("/duty/"))
    li.post(f"/duty/swaps/{Swap.objects.get().pk}/", {"verb": "agree"})
    ahead.refresh_from_db()
    assert ahead.person == people["li"]
    li.post("/duty/roll-calls/", {"why": "not mine to call"})
    assert RollCallAnswer.objects.count() == 0
    wang.post("/duty/roll-calls/", {"why": "holiday"})
    owed = RollCallAnswer.objects.get()
    assert "Roll-call: answer now" in body(zhang.get("/desk/"))
    li.post(f"/duty/roll-calls/answer/{owed.pk}/")
    owed.refresh_from_db()
    assert owed.answered_at is None, "nobody answers for another"
    zhang.post(f"/duty/roll-calls/answer/{owed.pk}/")
    owed.refresh_from_db()
    assert owed.answered_at == T0


def test_the_day_makes_its_own_log(
    people: dict[str, Person], enter: Enter, unit: Unit, make_hit: Make, store_and_judge: Judge
) -> None:
    add_shift(TESTER, people["zhang"], "A", T0 - HOUR, T0 + HOUR)
    store_and_judge([make_hit(1, unit.id, rule_level="critical"), make_hit(2, unit.id, asset="x", rule_level="medium")])
    orange = EarlyWarning.objects.get(level="orange")
    acknowledge(people["zhang"].actor(), orange.id)
    move(people["zhang"].actor(), orange.id, "false-positive", "our own scanner")
    roll_calls.call(people["wang"].actor(), "congress")
    write_entry(people["zhang"].actor(), "call", "Police: portal logs wanted.", T0 - HOUR)
    lines = [(line.who, line.what) for line in log_of(T0 - 2 * HOUR, T0 + HOUR).lines]
    assert lines == [
        ("duty-officer", "telephone call: Police: portal logs wanted."),
        ("", "Warning raised: [Orange] 教育局, web attack"),
        ("duty-officer", "Acknowledged: [Orange] 教育局, web attack"),
        ("duty-officer", "False alarm: [Orange] 教育局, web attack: our own scanner"),
        ("leader", "Roll-call: congress"),
    ], "a blue warning is counted in the brief, not told line by line"
    assert log_of(T0 + HOUR, T0 + 2 * HOUR).lines == []
    officer = enter(people["zhang"])
    paper = docx.Document(io.BytesIO(officer.get("/duty/log/docx/?day=2026-11-26").content))
    assert any("our own scanner" in cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    assert officer.get("/duty/log/exe/").status_code == 404
    moment = "2026-11-26T07:55"
    officer.post("/duty/log/", {"kind": "visit", "text": "<b>Inspection</b>", "happened_at": moment})
    page = body(officer.get("/duty/log/"))
    assert "&lt;b&gt;Inspection" in page


def test_the_brief_comes_at_eight_once_and_stays_as_it_was(
    people: dict[str, Person], unit: Unit, make_hit: Make, store_and_judge: Judge, enter: Enter, time_is: Moved
) -> None:
    add_channel(TESTER, "m", "email", {"host": "192.0.2.25", "sender": "f@office.example"}, [], "red", "en")
    add_shift(TESTER, people["zhang"], "A", T0 - 2 * HOUR, T0 + 10 * HOUR)
    time_is.moment = T0 - HOUR
    store_and_judge([make_hit(1, unit.id, rule_level="critical")])
    time_is.moment = T0 - HOUR + timedelta(minutes=4)
    acknowledge(people["zhang"].actor(), EarlyWarning.objects.get().id)
    duty_due()
    assert not Brief.objects.exists(), "not before eight"
    time_is.moment = T0 + timedelta(seconds=1)
    for _round in range(2):
        duty_due()
    sent = list(Delivery.objects.filter(occasion="brief").values_list("recipient", flat=True).order_by("recipient"))
    assert sent == ["wang@office.example", "zhang@office.example"]
    assert "Acknowledged: 1" in Delivery.objects.filter(occasion="brief")[0].text
    move(people["zhang"].actor(), EarlyWarning.objects.get().id, "closed", "done")
    found = kept_or_now(T0.date())
    assert (found.figures.new, found.figures.still_open) == ({"orange": 1}, {"orange": 1}), "frozen as it was"
    assert (found.figures.acknowledged, found.figures.acknowledge_minutes) == (1, 4.0)
    assert found.figures.uncovered_minutes == 22 * 60
    with translation.override("zh-hans"):
        assert any("网页攻击" in line for line in kept_or_now(T0.date()).matters)
    officer = enter(people["zhang"])
    assert "as sent" in body(officer.get("/duty/brief/"))
    assert officer.get("/duty/brief/pdf/").content.startswith(b"%PDF")


def test_a_deputy_and_a_period_are_entered_on_their_page(people: dict[str, Person], enter: Enter) -> None:
    times = {"starts_at": "2026-11-26T08:00", "ends_at": "2026-11-27T08:00"}
    named = {f"deputy-{k}": v for k, v in {**times, "person": people["li"].pk, "for_person": people["wang"].pk}.items()}
    page = "/duty/arrangements/"
    refused = enter(people["li"]).post(page, {"what": "deputy", **named, "deputy-person": people["zhang"].pk})
    assert "Select a valid choice" in body(refused), "an officer is not offered the leader"
    assert enter(people["wang"]).post(page, {"what": "deputy", **named}).status_code == 302
    period = {f"period-{k}": v for k, v in {**times, "name": "congress", "rungs": 2, "percent": 50}.items()}
    assert "congress" not in body(enter(people["li"]).post(page, {"what": "period", **period}))
    assert enter(people["wang"]).post(page, {"what": "period", **period}).status_code == 302
    assert "congress" in body(enter(people["li"]).get("/duty/")), "the ladder says why it is raised"


def test_what_a_leaver_has_in_hand_goes_over_in_one_step_or_not_at_all(
    people: dict[str, Person], unit: Unit, make_hit: Make, store_and_judge: Judge, person_of: Callable[..., Person]
) -> None:
    zhang, li, wang = people["zhang"], people["li"], people["wang"]
    namesake = person_of(Role.ANALYST)
    Person.objects.filter(pk=namesake.pk).update(name=zhang.name)
    namesake.refresh_from_db()
    store_and_judge([make_hit(n, unit.id, asset=f"a{n}") for n in range(3)])
    first, second, third = EarlyWarning.objects.order_by("asset")
    for warning, person in ((first, zhang), (second, namesake)):
        acknowledge(person.actor(), warning.id)
    head = drafts.Letterhead("办", "云网信")
    words = {"kind": "situation", "title": "t", "body": "b"}
    notice = drafts.draft(zhang.actor(), head, words, [unit])
    shift = add_shift(TESTER, zhang, "A", T0 + HOUR, T0 + 2 * HOUR)
    swaps.ask(zhang, shift.pk, wang, None, "")
    clash = add_shift(TESTER, li, "B", T0 + HOUR, T0 + 2 * HOUR)
    assert (in_hand(zhang).shifts, in_hand(zhang).warnings, in_hand(zhang).notices) == (1, 1, 1)
    with pytest.raises(CannotDo, match="two-posts"):
        hand_over(TESTER, zhang, li)
    first.refresh_from_db()
    assert first.handled_by == zhang.name, "nothing went over"
    clash.delete()
    hand_over(TESTER, zhang, li)
    first.refresh_from_db()
    second.refresh_from_db()
    notice.refresh_from_db()
    shift.refresh_from_db()
    assert (first.handled_by, second.handled_by, shift.person, notice.drafted_by) == (li.name, zhang.name, li, li.name)
    assert str(li.pk) in notice.authors, "who takes a draft over can't approve it"
    assert Swap.objects.get().state == "withdrawn"
    assert third.handled_by == ""
    assert (in_hand(zhang).warnings, in_hand(li).warnings) == (0, 1)
    assert AuditRow.objects.filter(verb="person.matters-handed-over").count() == 1


def test_drafts_of_warnings_tasks_and_objections_go_over_too(
    people: dict[str, Person], unit: Unit, person_of: Callable[..., Person]
) -> None:
    zhang, li, wang = people["zhang"], people["li"], people["wang"]
    version = bulletins.draft(zhang.actor(), {**WORDS, "level": "blue"}, [unit])
    wanted = tasks_world.given(unit)
    own = tasks.assign(
        TESTER, tasks.Wanted("office", "会议", wanted.decided_on, "写总结", "报告", wanted.due_on, owner=zhang)
    )
    block = blocks.approve(wang.actor(), blocks_world.ordered().id)
    objection = blocks.take_objection(TESTER, block.id, "A", "1", "not us", zhang.actor())
    found = in_hand(zhang)
    assert (found.notices, found.tasks, found.objections) == (1, 1, 1)
    with pytest.raises(CannotDo, match="objection"):
        hand_over(TESTER, zhang, wang)
    own.refresh_from_db()
    assert own.owner == zhang, "nothing went over"
    hand_over(TESTER, zhang, li)
    for row in (version, own, objection):
        row.refresh_from_db()
    assert (version.drafted_by, own.owner, objection.owner_id) == (li.name, li, str(li.pk))
    assert str(li.pk) in version.authors, "who takes a draft over can't publish it"
    assert in_hand(zhang).notices == in_hand(zhang).tasks == in_hand(zhang).objections == 0
    verbs = set(AuditRow.objects.values_list("verb", flat=True))
    assert {"bulletin.handed-over", "task.handed-over", "block.objection-given"} <= verbs


def test_a_red_warning_is_published_by_the_deputy_whom_a_message_called(
    people: dict[str, Person], enter: Enter, unit: Unit
) -> None:
    sync_shipped_days()
    add_channel(TESTER, "m", "email", {"host": "192.0.2.25", "sender": "f@office.example"}, [], "red", "en")
    version = bulletins.draft(people["zhang"].actor(), {**WORDS, **PROOF, "level": "red", "starts_at": T0}, [unit])
    made = version.bulletin
    bulletins.submit(people["zhang"].actor(), version.pk)
    name_deputy(people["wang"], people["li"], people["wang"], T0, T0 + HOUR)
    duty_due()
    asked = Delivery.objects.filter(occasion__startswith="approve").order_by("recipient")
    assert [d.recipient for d in asked] == ["li@office.example", "wang@office.example"]
    assert asked[0].rank == 1
    deputy = enter(people["li"])
    assert 'value="publish"' in body(deputy.get(f"/bulletins/{made.id}/"))
    deputy.post(f"/bulletins/{made.id}/decide/", {"verb": "publish"})
    version.refresh_from_db()
    assert [line.what for line in log_of(T0, T0 + HOUR).lines if line.subject == made.subject] == [
        f"Early warning published: Red {WORDS['title']}"
    ]
    assert (version.state, version.published_by) == ("published", "duty-officer-analyst for leader")


def test_a_deputy_is_shown_no_verb_that_would_be_refused(people: dict[str, Person], enter: Enter, unit: Unit) -> None:
    version = bulletins.draft(people["wang"].actor(), {**WORDS, **PROOF, "level": "red", "starts_at": T0}, [unit])
    bulletins.submit(people["wang"].actor(), version.pk)
    name_deputy(people["wang"], people["li"], people["wang"], T0, T0 + HOUR)
    deputy, page = enter(people["li"]), f"/bulletins/{version.bulletin_id}/"
    shown = body(deputy.get(page))
    assert ('value="publish"' in shown, 'value="reject"' in shown) == (False, False)
    assert "You decide for leader, who wrote it" in shown
    deputy.post(page + "decide/", {"verb": "publish"})
    version.refresh_from_db()
    assert version.state == "review"
    made = drafts.draft(
        TESTER, drafts.Letterhead("办", "云网信"), {"kind": "situation", "title": "t", "body": "b"}, [unit]
    )
    [copy] = issued(made)
    review.propose_void(made.id, Hand(people["wang"].actor()), "并入他案")
    shown = body(deputy.get(f"/notices/{copy.notice_id}/"))
    assert 'value="confirm-void"' not in shown
    assert "You decide for leader, who proposed it" in shown


def test_who_may_no_longer_sign_in_leaves_nothing_behind_unsaid(
    people: dict[str, Person], person_of: Callable[..., Person], enter: Enter
) -> None:
    add_shift(TESTER, people["zhang"], "A", T0 + HOUR, T0 + 2 * HOUR)
    admin = enter(person_of(Role.SYSTEM_ADMIN))
    page = f"/people/{people['zhang'].pk}/"
    answer = admin.post(page, {"roles": ["duty-officer"]}, follow=True)
    assert "still has matters in hand" in body(answer)
    admin.post(page + "leave/", {"to": people["li"].pk})
    assert Shift.objects.get().person == people["li"]


def test_open_matters_are_short_and_say_what_they_leave_out(unit: Unit, make_hit: Make, store_and_judge: Judge) -> None:
    assert open_matters(T0) == []
    store_and_judge([make_hit(n, unit.id, asset=f"a{n}", rule_level="critical") for n in range(23)])
    store_and_judge([make_hit(90, unit.id, asset="blue", rule_level="medium")])
    texts = [matter.text for matter in open_matters(T0)]
    assert len(texts) == 22
    assert texts[-2:] == ["and 3 more of this kind", "1 blue warning"]


def test_a_deputy_approves_while_the_leader_is_away_but_not_what_the_leader_wrote(
    people: dict[str, Person], enter: Enter, unit: Unit, time_is: Moved
) -> None:
    head, words = drafts.Letterhead("办", "云网信"), {"kind": "situation", "title": "t", "body": "b"}
    notice, own = (drafts.draft(people[name].actor(), head, words, [unit]) for name in ("zhang", "wang"))
    for one in (notice, own):
        drafts.submit(people["zhang"].actor(), one.id)
    add_channel(TESTER, "m", "email", {"host": "192.0.2.25", "sender": "f@office.example"}, [], "red", "en")
    duty_due()
    asked = list(Delivery.objects.filter(occasion__startswith="approve").values_list("matter", "recipient"))
    assert asked == [(f"notice:{notice.id}", "wang@office.example")], "nobody is asked to approve what he wrote"
    deputy = enter(people["li"])
    approve = lambda one: deputy.post(f"/notices/{one.id}/issue/", {"verb": "approve"}).status_code  # noqa: E731
    assert approve(notice) == 403
    name_deputy(people["wang"], people["li"], people["wang"], T0, T0 + HOUR)
    assert may_approve(notice.authors, T0) == [people["wang"], people["li"]]
    assert may_approve(own.authors, T0) == []
    assert 'value="approve"' in body(deputy.get(f"/notices/{notice.id}/"))
    shown = body(deputy.get(f"/notices/{own.id}/"))
    assert "You decide for leader, who wrote it" in shown
    assert f'action="/notices/{own.id}/issue/"' not in shown, "no button that is refused"
    assert (approve(notice), approve(own)) == (302, 302)
    notice.refresh_from_db()
    own.refresh_from_db()
    assert notice.approved_by == "duty-officer-analyst for leader"
    assert own.approved_by == "", "he would approve in the name of who wrote it"
    time_is.moment = T0 + HOUR
    assert deputy.post(f"/notices/{notice.id}/issue/", {"verb": "issue"}).status_code == 403


def test_a_deputy_confirms_a_proposal_for_a_copy_in_both_names_but_not_the_leaders_own(
    people: dict[str, Person], enter: Enter, unit: Unit, time_is: Moved
) -> None:
    words = {"kind": "situation", "title": "t", "body": "b"}
    letterhead = drafts.Letterhead("办", "云网信")
    first, second = (issued(drafts.draft(TESTER, letterhead, words, [unit]))[0] for _number in range(2))
    review.propose(first.id, Hand(people["zhang"].actor()), CopyVerb.VOID, "并入他案")
    review.propose(second.id, Hand(people["wang"].actor()), CopyVerb.VOID, "并入他案")
    deputy = enter(people["li"])
    confirm = lambda one: deputy.post(f"/notices/copies/{one.id}/do/", {"verb": "confirm"}).status_code  # noqa: E731
    assert confirm(first) == 403
    assert 'value="confirm"' not in body(deputy.get(f"/notices/copies/{first.id}/"))
    name_deputy(people["wang"], people["li"], people["wang"], T0, T0 + HOUR)
    assert 'value="confirm"' in body(deputy.get(f"/notices/copies/{first.id}/"))
    shown = body(deputy.get(f"/notices/copies/{second.id}/"))
    assert 'value="confirm"' not in shown
    assert "You decide for leader, who proposed it" in shown
    assert 'value="withdraw-proposal"' in shown
    assert (confirm(first), confirm(second)) == (302, 302)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("void", "queued"), "nobody confirms in the name of who proposed it"
    assert first.steps.get(verb="void").by == "duty-officer-analyst for leader"
    time_is.moment = T0 + HOUR
    assert confirm(second) == 403
