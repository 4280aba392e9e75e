"""Inspections: units check themselves by a list, two inspectors look on the spot, defects become notices and close with them."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given as examples
from hypothesis import strategies as st
from openpyxl import load_workbook
from tests.tables.inspections_world import BACKEND, HEAD, LINES, MET, PNG, SEEN, UNIT, WRITER, opened, seeing
from tests.tables.moving import Time

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit import Actor
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.actions import mark_late
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.units.actions import save_unit, set_contact
from fenghuo.base.units.models import Unit
from fenghuo.faces.console.models import SiteProfile
from fenghuo.respond.inspections import actions
from fenghuo.respond.inspections.actions import Brought, Wanted
from fenghuo.respond.inspections.decide import Answer, Refused, answers_of, items_of, seen_of
from fenghuo.respond.inspections.lists import checklists
from fenghuo.respond.inspections.models import Campaign, Defect, Proof, SelfCheck, Visit
from fenghuo.respond.inspections.queries import checks_visible_to, standings
from fenghuo.respond.inspections.remind import remind_due
from fenghuo.respond.tasks.actions import today
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.notices.decide import CopyState, Kind
from fenghuo.warn.notices.drafts import approve, discard, submit
from fenghuo.warn.notices.issue import issue
from fenghuo.warn.notices.models import Notice, NoticeCopy

NUMBERS = ["1", "2", "3"]


@pytest.fixture
def check(db: None, time: Time, unit: Unit, other_unit: Unit) -> SelfCheck:
    set_contact(TESTER, unit, "李敏", "13800000000", "limin@edu.example", deputy=False)
    return SelfCheck.objects.get(campaign=opened(unit, other_unit), unit=unit)


@pytest.fixture
def pair(person_of: Callable[..., Person]) -> tuple[Person, Person]:
    return person_of(Role.ANALYST), person_of(Role.LEADER, email="boss@office.example")


def refused(code: str, detail: str = "") -> Any:
    return pytest.raises(Refused, match=f"^{code}{' ' + detail if detail else ''}$")


def test_a_unit_keeps_its_answers_and_hands_them_in_once_they_are_whole(check: SelfCheck) -> None:
    actions.write(UNIT, check.id, {"1": ("yes", ""), "2": ("no", "")})
    with refused("note", "2"):
        actions.write(UNIT, check.id, {**MET, "2": ("no", " ")}, hand_in=True)
    with refused("unanswered", "3"):
        actions.write(UNIT, check.id, {"1": ("yes", ""), "2": ("no", "why")}, hand_in=True)
    check.refresh_from_db()
    assert check.answers == {"1": {"answer": "yes", "note": ""}, "2": {"answer": "no", "note": ""}}, (
        "what was kept stays"
    )
    done = actions.write(UNIT, check.id, MET, [Brought("1", "p.png", PNG)], hand_in=True)
    assert (done.state, done.handed_in_at, done.proofs.get().number) == ("submitted", clock.now(), "1")
    assert not Deadline.objects.filter(subject=check.subject, stopped_at=None).exists()
    with refused("state"):
        actions.write(UNIT, check.id, MET)


def test_a_file_that_is_none_keeps_nothing_of_the_page(check: SelfCheck) -> None:
    for one, code in (
        (Brought("1", "x", b""), "file-size"),
        (Brought("1", "x", b"MZ\0"), "file-kind"),
        (Brought("9", "x", PNG), "item"),
    ):
        with refused(code, one.number):
            actions.write(UNIT, check.id, MET, [Brought("2", "p.png", PNG), one])
    check.refresh_from_db()
    assert check.answers == {}
    assert not Proof.objects.exists()


def test_what_is_not_complete_is_no_campaign(unit: Unit, time: Time) -> None:
    day = today()
    good = {"title": "t", "basis": "b", "last_day": day, "lines": LINES}
    bad: list[tuple[dict[str, object], str]] = [
        ({"title": " "}, "title"),
        ({"basis": ""}, "basis"),
        ({"last_day": day - timedelta(days=1)}, "days"),
        ({"lines": ""}, "list"),
        ({"lines": "1 | a\n1 | b"}, "double 1"),
        ({"lines": "1 | a\nno number"}, "line 2"),
    ]
    for changes, code in bad:
        with pytest.raises(Refused, match=f"^{code}$"):
            actions.prepare(WRITER, Wanted(**{**good, **changes}))  # type: ignore[arg-type]
    assert not Campaign.objects.exists()
    made = actions.prepare(WRITER, Wanted("t", "b", day, list_key="yearly"))
    assert made.list_name == f"yearly {checklists()['yearly'].version}"
    assert len(made.items) == len(checklists()["yearly"].items) >= 15
    assert all(item["zh"] and item["en"] and item["basis"] for item in made.items)


def test_further_units_can_be_asked_and_none_twice(check: SelfCheck, unit: Unit, other_unit: Unit) -> None:
    with refused("units"):
        actions.open_to(WRITER, check.campaign_id, [unit, other_unit])
    third = save_unit(TESTER, Unit(code="third", name="第三"))
    actions.open_to(WRITER, check.campaign_id, [unit, third])
    assert check.campaign.checks.count() == 3


def test_a_returned_self_check_has_time_again_and_says_why(check: SelfCheck, time: Time) -> None:
    actions.write(UNIT, check.id, MET, hand_in=True)
    time.pass_(days=12)
    with refused("why"):
        actions.give_back(WRITER, check.id, "")
    actions.give_back(WRITER, check.id, "第2项没有材料")
    row = Deadline.objects.get(subject=check.subject)
    assert row.stopped_at is None
    assert timedelta(days=3) <= row.due_at - clock.now() <= timedelta(days=4)
    actions.write(UNIT, check.id, MET, hand_in=True)
    check.refresh_from_db()
    assert (check.state, check.why_returned) == ("submitted", "")


def test_a_visit_has_two_inspectors_and_stands(check: SelfCheck, pair: tuple[Person, Person], time: Time) -> None:
    first, second = pair
    with refused("inspectors"):
        actions.visit(WRITER, check.id, seeing(first, first))
    with refused("note", "2"):
        actions.visit(WRITER, check.id, seeing(first, second, {**SEEN, "2": ("defect", "")}))
    with refused("nothing-seen"):
        actions.visit(WRITER, check.id, seeing(first, second, {}))
    made = actions.visit(WRITER, check.id, seeing(first, second, {"2": ("defect", "日志只留三个月")}))
    assert made.seen["1"] == {"seen": "not-seen", "note": ""}
    assert [d.number for d in made.defects.all()] == ["2"]
    for change in (lambda: Visit.objects.update(met="x"), lambda: Visit.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_defects_become_one_notice_and_close_with_it(check: SelfCheck, pair: tuple[Person, Person]) -> None:
    made = actions.visit(WRITER, check.id, seeing(*pair))
    ids = list(made.defects.values_list("id", flat=True))
    with refused("answer"):
        actions.notify(WRITER, check.id, ids, Kind.DRILL, HEAD)
    with refused("defects"):
        actions.notify(WRITER, check.id, [], Kind.HAZARD, HEAD)
    thrown = actions.notify(WRITER, check.id, ids, Kind.HAZARD, HEAD)
    with refused("taken", "2"):
        actions.notify(WRITER, check.id, ids, Kind.HAZARD, HEAD)
    discard(WRITER, thrown.id, "写错")
    notice = actions.notify(WRITER, check.id, ids, Kind.HAZARD, HEAD)
    assert (notice.kind, list(notice.units.all())) == ("hazard", [check.unit])
    assert "旧网站仍可访问" in notice.body
    assert "日志只留三个月（检查项2：日志留存六个月；依据：网络安全法）" in notice.body
    submit(WRITER, notice.id)
    approve(Actor("9", "王主任"), notice.id)
    issue(Actor("9", "王主任"), notice.id)
    rows = {row.check.unit_id: row for row in standings(SelfCheck.objects.filter(campaign=check.campaign))}
    assert (rows[check.unit_id].defects, rows[check.unit_id].closed) == (2, 0)
    NoticeCopy.objects.filter(notice=notice).update(state=CopyState.CLOSED)
    rows = {row.check.unit_id: row for row in standings(SelfCheck.objects.filter(campaign=check.campaign))}
    assert (rows[check.unit_id].defects, rows[check.unit_id].closed) == (2, 2)


def test_units_are_asked_once_reminded_at_each_mark_and_named_when_late(check: SelfCheck, time: Time) -> None:
    mail = {"host": "192.0.2.25", "port": "25", "sender": "f@office.example", "security": "none"}
    add_channel(TESTER, "mail", "email", mail, [], "blue", "en")

    def told() -> list[str]:
        rows = Delivery.objects.filter(matter=check.subject, recipient="limin@edu.example").order_by("created_at")
        return [occasion.partition(":")[0] for occasion in rows.values_list("occasion", flat=True)]

    assert remind_due() == 2, "each unit is asked, also one that nobody can write to"
    assert remind_due() == 0
    time.pass_(days=6)
    assert (remind_due(), remind_due()) == (2, 0)
    time.pass_(days=3)
    remind_due()
    time.pass_(days=2.5)
    remind_due()
    mark_late(clock.now())
    assert told() == ["asked", "half", "most", "over"]
    assert Deadline.objects.get(subject=check.subject).late_at is not None
    actions.write(UNIT, check.id, MET, hand_in=True)
    time.pass_(days=30)
    remind_due()
    assert told() == ["asked", "half", "most", "over"]


def test_an_ended_campaign_takes_nothing_more_and_says_who_was_missing(
    check: SelfCheck, pair: tuple[Person, Person]
) -> None:
    actions.write(UNIT, check.id, MET, hand_in=True)
    with refused("why"):
        actions.close(WRITER, check.campaign_id, "")
    actions.close(WRITER, check.campaign_id, "总体良好")
    late = SelfCheck.objects.exclude(id=check.id).get()
    for act in (
        lambda: actions.write(UNIT, late.id, MET, hand_in=True),
        lambda: actions.visit(WRITER, late.id, seeing(*pair)),
        lambda: actions.close(WRITER, check.campaign_id, "x"),
    ):
        with refused("state"):
            act()
    assert not Deadline.objects.filter(subject__startswith="self-check:", stopped_at=None).exists()
    verbs = set(AuditRow.objects.values_list("verb", flat=True))
    assert {"inspection.prepared", "inspection.opened", "self-check.handed-in", "inspection.closed"} <= verbs


def test_a_unit_answers_on_its_page_and_sees_no_other(
    check: SelfCheck, other_unit: Unit, person_of: Callable[..., Person], client: Client
) -> None:
    client.force_login(person_of(Role.UNIT_CONTACT, units=(check.unit,)), BACKEND)
    board = client.get(f"/inspections/{check.campaign_id}/").content.decode()
    assert check.unit.name in board
    assert other_unit.name not in board
    foreign = SelfCheck.objects.get(unit=other_unit)
    assert client.get(f"/inspections/checks/{foreign.id}/").status_code == 404
    page = f"/inspections/checks/{check.id}/"
    assert "主要负责人为第一责任人" in client.get(page).content.decode()
    sent: dict[str, object] = {"verb": "hand-in", "a-1": "yes", "a-2": "no", "n-2": ""}
    sent["f-1"] = SimpleUploadedFile("任命.png", PNG)
    again = client.post(f"{page}write/", sent).content.decode()
    assert "Item 2: write what is wrong" in again
    assert 'value="no" checked' in again, "what was typed is shown again"
    assert "任命.png" in again, "the file that came with it is kept, and need not be chosen anew"
    check.refresh_from_db()
    assert (check.state, check.answers["2"]["answer"]) == ("waiting", "no")
    del sent["f-1"]
    sent |= {"n-2": "只留三个月", "a-3": "yes"}
    assert client.post(f"{page}write/", sent).status_code == 302
    check.refresh_from_db()
    assert check.state == "submitted"
    assert client.get(f"/inspections/proofs/{check.proofs.get().pk}/").content == PNG


def test_the_office_goes_from_campaign_to_notice_and_summary(
    unit: Unit, other_unit: Unit, time: Time, pair: tuple[Person, Person], client: Client
) -> None:
    SiteProfile.objects.create(county="c", office="云岭县委网信办", document_code="云网信", set_up_at=clock.now())
    client.force_login(pair[0], BACKEND)
    values = {"title": "检查", "basis": "3号文", "last_day": str(today()), "lines": "broken"}
    assert "Line 1: write number" in client.post("/inspections/new/", values).content.decode()
    assert client.post("/inspections/new/", {**values, "lines": LINES}).status_code == 302
    campaign = Campaign.objects.get()
    place = f"/inspections/{campaign.id}/"
    assert "Choose at least one unit" in client.post(f"{place}open/").content.decode()
    assert client.post(f"{place}open/", {"all": "1"}).status_code == 302
    check = SelfCheck.objects.get(unit=unit)
    form = {
        "on": str(today()),
        "first": pair[0].pk,
        "second": pair[0].pk,
        "met": "李敏",
        "a-2": "defect",
        "n-2": "少三个月",
    }
    visit = f"/inspections/checks/{check.id}/visit/"
    assert "two different persons" in client.post(visit, form).content.decode()
    assert client.post(visit, {**form, "second": pair[1].pk}).status_code == 302
    assert "no notice yet" in client.get(f"/inspections/checks/{check.id}/").content.decode()
    sent = client.post(f"/inspections/checks/{check.id}/notify/", {"defect": Defect.objects.get().pk, "kind": "hazard"})
    assert sent.headers["Location"] == f"/notices/{Notice.objects.get().id}/"
    assert "2 units have not handed in" in client.get(place).content.decode()
    book = load_workbook(BytesIO(client.get(f"{place}units.xlsx").content))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == [
        c.unit.name for c in campaign.checks.all()
    ]
    assert book.worksheets[1]["D2"].value == "少三个月"
    paper = docx.Document(BytesIO(client.get(f"{place}summary.docx").content))
    text = "\n".join(p.text for p in paper.paragraphs)
    assert "涉及2个单位、3个检查项" in text
    assert "发现问题1个，其中已销号0个" in text


ANSWERS = st.dictionaries(
    st.sampled_from([*NUMBERS, "9"]),
    st.tuples(st.sampled_from(["", *Answer, "maybe"]), st.sampled_from(["", " ", "note"])),
    max_size=4,
)


@examples(given=ANSWERS, whole=st.booleans())
def test_what_is_taken_is_complete_and_nothing_else(given: dict[str, tuple[str, str]], whole: bool) -> None:
    try:
        found = answers_of(NUMBERS, given, whole=whole)
    except Refused:
        return
    assert set(found) <= set(NUMBERS)
    if whole:
        assert set(found) == set(NUMBERS)
        assert all(one["answer"] == Answer.YES or one["note"] for one in found.values())


def test_lines_and_seen_items_are_read_as_written() -> None:
    assert [item.basis for item in items_of(LINES)] == ["责任制", "网络安全法", ""]
    with pytest.raises(Refused, match="many"):
        items_of("\n".join(f"{n} | x" for n in range(201)))
    assert seen_of(["1", "2"], {"1": ("conforms", "")})["2"]["seen"] == "not-seen"
    with pytest.raises(Refused, match="item 9"):
        seen_of(["1"], {"1": ("conforms", ""), "9": ("conforms", "")})


def test_only_its_own_rows_come_to_a_unit(check: SelfCheck, person_of: Callable[..., Person]) -> None:
    person = person_of(Role.UNIT_CONTACT, units=(check.unit,))
    assert list(checks_visible_to(person)) == [check]
