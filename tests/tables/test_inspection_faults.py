"""Inspections where something goes another way: a notice made void, a self-check returned, words too long, pictures of inspectors."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import docx
import pytest
from django.test import Client
from openpyxl import load_workbook
from tests.tables.inspections_world import BACKEND, HEAD, MET, PNG, UNIT, WRITER, opened, seeing
from tests.tables.moving import Time

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit import Actor
from fenghuo.base.units.actions import set_contact
from fenghuo.base.units.models import Unit
from fenghuo.respond.inspections import actions
from fenghuo.respond.inspections.actions import Brought, Wanted
from fenghuo.respond.inspections.decide import Refused
from fenghuo.respond.inspections.models import Campaign, SelfCheck
from fenghuo.respond.inspections.queries import standings
from fenghuo.respond.inspections.remind import remind_due
from fenghuo.respond.tasks.actions import today
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.notices.decide import CopyState, Kind
from fenghuo.warn.notices.drafts import approve, submit
from fenghuo.warn.notices.issue import issue
from fenghuo.warn.notices.models import Notice, NoticeCopy
from fenghuo.warn.notices.review import confirm_void, propose_void
from fenghuo.warn.notices.steps import Hand

OFFICE = Actor("9", "王主任")
MAIL = {"host": "192.0.2.25", "port": "25", "sender": "f@office.example", "security": "none"}


@pytest.fixture
def check(db: None, time: Time, unit: Unit, other_unit: Unit) -> SelfCheck:
    set_contact(TESTER, unit, "李敏", "13800000000", "limin@edu.example", deputy=False)
    return SelfCheck.objects.get(campaign=opened(unit, other_unit), unit=unit)


@pytest.fixture
def pair(person_of: Callable[..., Person]) -> tuple[Person, Person]:
    return person_of(Role.ANALYST), person_of(Role.LEADER, email="boss@office.example")


def issued(notice: Notice) -> Notice:
    submit(WRITER, notice.id)
    approve(OFFICE, notice.id)
    issue(OFFICE, notice.id)
    return notice


def defects_of(check: SelfCheck, pair: tuple[Person, Person]) -> list[int]:
    return list(actions.visit(WRITER, check.id, seeing(*pair)).defects.values_list("id", flat=True))


def standing(check: SelfCheck) -> tuple[int, int]:
    (row,) = standings(SelfCheck.objects.filter(id=check.id))
    return row.defects, row.closed


def test_a_notice_made_void_closes_no_defect(check: SelfCheck, pair: tuple[Person, Person]) -> None:
    ids = defects_of(check, pair)
    notice = issued(actions.notify(WRITER, check.id, ids, Kind.HAZARD, HEAD))
    propose_void(notice.id, Hand(WRITER), "发错单位")
    confirm_void(notice.id, Hand(OFFICE))
    assert standing(check) == (2, 0)
    assert actions.notify(WRITER, check.id, ids, Kind.HAZARD, HEAD).id != notice.id


@pytest.mark.parametrize("first", [True, False])
def test_another_units_copy_says_nothing_about_a_defect(
    check: SelfCheck, pair: tuple[Person, Person], other_unit: Unit, first: bool
) -> None:
    notice = actions.notify(WRITER, check.id, defects_of(check, pair), Kind.HAZARD, HEAD)
    notice.units.add(other_unit)
    issued(notice)
    done = NoticeCopy.objects.filter(notice=notice, unit=check.unit if first else other_unit)
    done.update(state=CopyState.CLOSED)
    assert standing(check) == (2, 2 if first else 0)


def test_a_unit_is_told_that_its_self_check_came_back(check: SelfCheck, time: Time) -> None:
    add_channel(TESTER, "mail", "email", MAIL, [], "blue", "en")

    def told() -> list[str]:
        rows = Delivery.objects.filter(matter=check.subject, recipient="limin@edu.example").order_by("created_at")
        return [occasion.partition(":")[0] for occasion in rows.values_list("occasion", flat=True)]

    remind_due()
    time.pass_(days=1)
    for _turn in range(2):
        actions.write(UNIT, check.id, MET, hand_in=True)
        remind_due()
        actions.give_back(WRITER, check.id, "第2项没有材料")
        remind_due()
        remind_due()
        time.pass_(hours=1)
    assert told() == ["asked", "returned", "returned"]
    row = Delivery.objects.filter(matter=check.subject, occasion__startswith="returned").first()
    assert row is not None
    assert "第2项没有材料" in row.text
    time.pass_(days=6)
    remind_due()
    assert told()[3:] == ["half"]


LONG = "字" * 5000


def test_words_that_are_too_long_are_refused_and_not_cut(check: SelfCheck, pair: tuple[Person, Person]) -> None:
    was = seeing(*pair)
    for code, act in (
        ("long-note 1", lambda: actions.write(UNIT, check.id, {"1": ("no", LONG)})),
        ("long-note 1", lambda: actions.visit(WRITER, check.id, seeing(*pair, {"1": ("defect", LONG)}))),
        ("long 100", lambda: actions.visit(WRITER, check.id, replace(was, met=LONG))),
        ("long 4000", lambda: actions.close(WRITER, check.campaign_id, LONG)),
        ("long 200", lambda: actions.prepare(WRITER, Wanted(LONG, "b", today(), lines="1 | a"))),
    ):
        with pytest.raises(Refused, match=f"^{code}$"):
            act()
    actions.write(UNIT, check.id, MET, hand_in=True)
    with pytest.raises(Refused, match=r"^long 2000$"):
        actions.give_back(WRITER, check.id, LONG)
    check.refresh_from_db()
    assert (check.state, check.returns) == ("submitted", 0)


def test_a_period_has_both_ends_and_the_self_checks_in_it(time: Time, db: None) -> None:
    day = today()
    good = Wanted("t", "b", day + timedelta(days=5), lines="1 | a")
    for first, end in ((day, None), (None, day), (day, day), (day + timedelta(days=6), day + timedelta(days=9))):
        with pytest.raises(Refused, match=r"^period$"):
            actions.prepare(WRITER, replace(good, first_day=first, end_day=end))
    made = actions.prepare(WRITER, replace(good, first_day=day, end_day=day + timedelta(days=30)))
    assert (made.first_day, made.end_day) == (day, day + timedelta(days=30))


def test_a_campaign_that_nobody_was_asked_about_can_be_thrown_away_with_a_reason(
    check: SelfCheck, pair: tuple[Person, Person], client: Client
) -> None:
    draft = actions.prepare(WRITER, Wanted("t", "b", today(), lines="1 | a"))
    client.force_login(pair[0], BACKEND)
    client.post(f"/inspections/{check.campaign_id}/drop/", {"why": "x"})
    client.post(f"/inspections/{draft.id}/drop/", {"why": " "})
    assert set(Campaign.objects.values_list("state", flat=True)) == {"open", "draft"}
    client.post(f"/inspections/{draft.id}/drop/", {"why": "依据写错"})
    assert "依据写错" in client.get(f"/inspections/{draft.id}/").content.decode()
    with pytest.raises(Refused, match=r"^state$"):
        actions.open_to(WRITER, draft.id, [check.unit])
    shown = client.get("/inspections/?state=dropped").content.decode()
    assert f"/inspections/{draft.id}/" in shown
    assert f"/inspections/{check.campaign_id}/" not in shown
    assert f"/inspections/{check.campaign_id}/" in client.get("/inspections/?q=云网信").content.decode()


def test_what_is_still_being_written_is_no_answer_and_lateness_is_shown(
    check: SelfCheck, pair: tuple[Person, Person], time: Time, client: Client
) -> None:
    place = f"/inspections/{check.campaign_id}/"
    client.force_login(pair[0], BACKEND)

    def cells() -> tuple[object, ...]:
        book = load_workbook(BytesIO(client.get(f"{place}units.xlsx").content))
        return next(r for r in book.worksheets[0].iter_rows(values_only=True) if r[0] == check.unit.name)

    actions.write(UNIT, check.id, MET)
    assert cells()[1:] == ("not handed in", None, None, "–", "–", "–")
    time.pass_(days=12)
    actions.write(UNIT, check.id, MET, hand_in=True)
    assert cells()[1:3] == ("handed in", "late")
    assert cells()[4:] == ("met", "not met", "does not apply")
    assert "<strong>late</strong>" in client.get(place).content.decode()
    paper = docx.Document(BytesIO(client.get(f"{place}summary.docx").content))
    assert "已提交（逾期）" in {cell.text for row in paper.tables[0].rows for cell in row.cells}


def test_what_inspectors_photographed_is_not_shown_as_the_units_own(
    check: SelfCheck, pair: tuple[Person, Person], client: Client
) -> None:
    actions.write(UNIT, check.id, MET, [Brought("1", "任命.png", PNG)], hand_in=True)
    actions.visit(WRITER, check.id, seeing(*pair), [Brought("2", "现场.png", PNG + b"1")])
    client.force_login(pair[0], BACKEND)
    own, _, looked = client.get(f"/inspections/checks/{check.id}/").content.decode().partition("Visit on")
    assert "任命.png" in own
    assert "现场.png" not in own
    assert "现场.png" in looked


def test_a_unit_sees_no_draft_of_a_notice(
    check: SelfCheck, pair: tuple[Person, Person], person_of: Callable[..., Person], client: Client
) -> None:
    made = actions.visit(WRITER, check.id, seeing(*pair))
    notice = actions.notify(WRITER, check.id, [d.id for d in made.defects.all()], Kind.HAZARD, HEAD)
    client.force_login(person_of(Role.UNIT_CONTACT, units=(check.unit,), email="u@edu.example"), BACKEND)
    assert f"/notices/{notice.id}/" not in client.get(f"/inspections/checks/{check.id}/").content.decode()
    client.force_login(pair[0], BACKEND)
    assert f"/notices/{notice.id}/" in client.get(f"/inspections/checks/{check.id}/").content.decode()
    assert f"/inspections/checks/{check.id}/" in client.get(f"/notices/{notice.id}/").content.decode()
