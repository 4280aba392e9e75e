"""What follows and surrounds a notice: looks after the closing, recurrence, questions, own terms, earlier years, the unit's own list."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.tables import notices_world, screening_world
from tests.tables.notices_world import CHIEF, HEAD, WRITER, issued

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import Actor
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.actions import sync_shipped_days
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.tables.actions import put_in_force
from fenghuo.base.tables.queries import in_force
from fenghuo.base.units.models import Asset, RegisterCheck, Unit
from fenghuo.base.units.sheets import BadSheet
from fenghuo.see.screening import ledger
from fenghuo.see.screening.checks.base import Finding
from fenghuo.see.screening.models import SiteState, StoredFinding
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.notices import after, copies, drafts, earlier, review, thread
from fenghuo.warn.notices.document import annex_of
from fenghuo.warn.notices.links import code_of, link_token
from fenghuo.warn.notices.models import EarlierMatter, Notice, NoticeCopy, Recheck
from fenghuo.warn.notices.steps import CannotDo, Hand
from fenghuo.warn.notices.terms import TABLE, shipped, wrong_cells

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
UNIT = Hand(Actor("unit", "李四"), "link")
OFFICE = Hand(CHIEF)
START = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.fixture
def now(db: None) -> Any:
    moment = [START]
    sync_shipped_days()
    with clock.moved(lambda: clock.to_ns(moment[0])):
        yield moment


@pytest.fixture
def site(unit: Unit) -> Asset:
    return screening_world.site(unit, "www.edu.example")


def closed(copy: NoticeCopy) -> NoticeCopy:
    copies.sign(copy.id, UNIT, "李四", code_checked=True)
    copies.feedback(copy.id, UNIT, "计划", "李四", "已下线")
    copies.rectified(copy.id, UNIT, "已整改")
    review.take_up(copy.id, Hand(WRITER))
    review.pass_review(copy.id, OFFICE, "已查看")
    return NoticeCopy.objects.get(id=copy.id)


def screened(asset: Asset, at: datetime, *found: Finding) -> None:
    ledger.record_visit(asset, [screening_world.verdict(asset, "exposed-vcs", at, *found)], None)
    SiteState.objects.filter(asset=asset).update(last_at=at)


def noticed(site: Asset, now: Any) -> NoticeCopy:
    finding = screening_world.fail(site, now[0])
    [copy] = issued(drafts.draft_from_findings(WRITER, HEAD, [finding.id]))
    for minutes in (20, 40):
        screened(site, now[0] + timedelta(minutes=minutes))
    now[0] += timedelta(hours=1)
    return closed(copy)


def test_a_closed_copy_is_looked_at_again_after_30_and_90_days(now: Any, site: Asset) -> None:
    copy = noticed(site, now)
    assert [r.days for r in Recheck.objects.all()] == [30, 90], "a critical or high one always is"
    assert after.rechecks_due() == 0
    now[0] += timedelta(days=30, seconds=1)
    assert after.rechecks_due() == 1
    assert SiteState.objects.get(asset=site).next_at <= now[0], "screening visits it now"
    assert after.rechecks_due() == 0, "it has not been there yet"
    now[0] += timedelta(hours=1)
    screened(site, now[0])
    assert after.rechecks_due() == 1
    assert [r.outcome for r in Recheck.objects.all()] == ["held", ""]
    assert copy.steps.filter(verb="recheck-held", channel="screening").exists()


def test_a_finding_that_comes_back_is_linked_to_the_notice_that_struck_it_off(now: Any, site: Asset) -> None:
    copy = noticed(site, now)
    now[0] += timedelta(days=31)
    after.rechecks_due()
    now[0] += timedelta(hours=1)
    screened(site, now[0], Finding("git", "/.git/HEAD", "200"))
    assert (after.recurrences_due(), after.recurrences_due()) == (1, 0)
    after.rechecks_due()
    assert Recheck.objects.get(days=30).outcome == "back"
    assert NoticeCopy.objects.get(id=copy.id).state == "closed", "the old matter stays as it was"
    made = drafts.draft_from_findings(WRITER, HEAD, [StoredFinding.objects.get(locus="/.git/HEAD").id])
    assert made.about_id == copy.id
    assert "其中1项曾通报并已销号，本次检测再次发现（复发）" in made.body
    [again] = issued(made)
    sheet = openpyxl.load_workbook(io.BytesIO(annex_of(made, again))).worksheets[0]
    assert [str(c.value) for c in list(sheet.iter_rows())[-1]][-1] == copy.notice.number.text  # type: ignore[union-attr]


def test_what_no_check_can_see_a_person_looks_at(now: Any, unit: Unit) -> None:
    values = {"kind": "incident", "severity": "critical", "title": "关于事件的通报", "body": "x"}
    copy = closed(issued(drafts.draft(WRITER, HEAD, values, [unit]))[0])
    now[0] += timedelta(days=30, seconds=1)
    after.rechecks_due()
    row = Recheck.objects.get(days=30)
    with pytest.raises(CannotDo, match="text"):
        after.enter_recheck(row.pk, OFFICE, held=False, text=" ")
    after.enter_recheck(row.pk, OFFICE, held=False, text="后门仍在")
    draft = Notice.objects.get(about=copy)
    assert (draft.state, draft.kind) == ("draft", "hazard")
    with pytest.raises(CannotDo, match="state"):
        after.enter_recheck(row.pk, OFFICE, held=True, text="x")


def test_unit_and_office_ask_and_answer(now: Any, unit: Unit, person_of: Callable[..., Person]) -> None:
    officer = person_of(Role.DUTY_OFFICER, email="duty@office.example")
    add_channel(WRITER, "mail", "email", {"host": "192.0.2.25", "sender": "f@office.example"}, [], "blue", "en")
    unit.contacts.create(name="李四", email="li@edu.example")
    [copy] = issued(drafts.draft(WRITER, HEAD, {"kind": "hazard", "title": "t", "body": "b"}, [unit]))
    thread.ask(copy.id, UNIT, "附件打不开")
    assert Delivery.objects.filter(occasion__startswith="question", recipient="duty@office.example").count() == 1
    assert [c.id for c in thread.unanswered(officer)] == [copy.id]
    thread.write(copy.id, OFFICE, "已重新上传")
    assert thread.unanswered(officer) == []
    told = Delivery.objects.get(occasion__startswith="answer")
    assert told.recipient == "li@edu.example"
    assert "已重新上传" not in told.text, "the words stay here"
    assert [s.text for s in thread.thread_of(copy)] == ["附件打不开", "已重新上传"]
    for _ in range(thread.MOST_OPEN):
        thread.ask(copy.id, UNIT, "?")
    with pytest.raises(CannotDo, match="thread"):
        thread.ask(copy.id, UNIT, "?")


def test_a_county_s_own_terms_hold_for_what_is_issued_afterwards(
    now: Any, unit: Unit, client: Client, person_of: Callable[..., Person]
) -> None:
    values = {"kind": "hazard", "severity": "high", "title": "t", "body": "b"}
    [old] = issued(drafts.draft(WRITER, HEAD, values, [unit]))
    client.force_login(person_of(Role.SECURITY_ADMIN), BACKEND)
    page, act = reverse("terms:show", args=[TABLE]), reverse("terms:change", args=[TABLE])
    shown = client.get(page).content.decode()
    assert 'name="rectify.high" value="7"' in shown
    said = {}
    for name, group in shipped()["cells"].items():
        for key, value in group.items():
            for place, term in (
                [(f"{name}.{key}", value)]
                if not isinstance(value, list)
                else [(f"{name}.{key}.{n}", v) for n, v in enumerate(value, 1) if isinstance(v, dict)]
            ):
                if isinstance(term, dict):
                    [(said[f"{place}:unit"], said[place])] = term.items()
                else:
                    said[place] = term
    said["numbers.recheck_after_days"] = "30, 90"
    assert "Nothing was changed" in client.post(act, {**said, "why": "预案"}).content.decode()
    said["rectify.high"] = "5"
    assert "by which decision" in client.post(act, said).content.decode()
    wrong = client.post(act, {**said, "why": "x", "climb.urgent.2": "1", "sign.plain": "-1"}).content.decode()
    assert "head of the unit" not in wrong.split("steps one after another")[0]
    assert in_force(TABLE).version == "2"
    client.post(act, {**said, "why": "云网办〔2026〕2号预案"})
    found = in_force(TABLE)
    assert (found.cells["rectify"]["high"], found.source, found.sureness) == (
        {"workdays": 5},
        "云网办〔2026〕2号预案",
        "P",
    )
    assert "rectify.high" in AuditRow.objects.get(verb="table.put-in-force").detail
    now[0] += timedelta(seconds=1)
    [new] = issued(drafts.draft(WRITER, HEAD, values, [unit]))
    due = {c.id: Deadline.objects.get(subject=f"notice-copy:{c.id}", kind="rectify").due_at for c in (old, new)}
    assert (due[old.id] - due[new.id]).days >= 2
    for copy in (old, new):
        copies.sign(copy.id, UNIT, "李四", code_checked=True)
    again = {**found.cells, "again": {**found.cells["again"], "returned": {"workdays": 1}}}
    put_in_force(WRITER, TABLE, again, "x")
    closed_copy = NoticeCopy.objects.get(id=old.id)
    assert closed_copy.notice.terms == "2", "an issued notice keeps its terms"


def test_what_is_no_table_of_terms_is_found() -> None:
    form = shipped()["cells"]
    assert wrong_cells(form, form) == []
    for place, value in (
        (("sign", "plain"), {"days": 1}),
        (("sign", "plain"), {"hours": 0}),
        (("sign", "plain"), {"hours": True}),
        (("climb", "urgent"), [{"minutes": 60}, {"minutes": 30}, {"minutes": 90}]),
        (("numbers", "remind_percent"), [50, 90, 100]),
        (("sample_percent", "low"), 101),
        (("numbers", "recheck_after_days"), [90, 30]),
    ):
        changed = {name: dict(group) for name, group in form.items()}
        changed[place[0]][place[1]] = value
        assert wrong_cells(changed, form) == [".".join(place)], place
    assert wrong_cells({**form, "more": {}}, form) == ["more"]


def sheet(*rows: tuple[object, ...]) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in (tuple(earlier.COLUMNS.values()), *rows):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(content)
    return content.getvalue()


def test_earlier_years_come_in_whole_or_not_at_all(now: Any, unit: Unit, other_unit: Unit) -> None:
    good = (
        "通报",
        "云网信〔2024〕3号",
        "关于漏洞的通报",
        "教育局",
        "高危",
        datetime(2024, 3, 1),
        "2024年3月15日",
        "2024/3/12",
        "已整改",
    )
    bad = ("投诉", "", "x" * 301, "无此单位", "", "三月", "", "2020-01-01", "")
    with pytest.raises(BadSheet) as caught, translation.override("zh-hans"):
        earlier.import_matters(WRITER, earlier.read("a.xlsx", sheet(good, bad, good)))
    found = caught.value.problems
    assert not EarlierMatter.objects.exists()
    assert "第3行，类别：'投诉'既不是通报，也不是事件。" in found
    assert any(p.startswith("第3行，发出或发生日期：") for p in found)
    assert any(p.startswith("第4行，文号或编号：") for p in found), "the same twice"
    rows = earlier.read("a.xlsx", sheet(good, ("incident", "E1", "网页被篡改", "health", "", "2025-1-2", "", "", "")))
    assert earlier.import_matters(WRITER, rows) == 2
    first = EarlierMatter.objects.get(what="notice")
    assert (first.unit, first.due_on.isoformat(), first.closed_on.isoformat()) == (unit, "2024-03-15", "2024-03-12")  # type: ignore[union-attr]
    with pytest.raises(BadSheet):
        earlier.import_matters(WRITER, rows)


def test_a_unit_confirms_its_list_or_says_what_is_wrong(
    now: Any, unit: Unit, site: Asset, client: Client, person_of: Callable[..., Person]
) -> None:
    [copy] = issued(drafts.draft(WRITER, HEAD, {"kind": "hazard", "title": "t", "body": "b"}, [unit]))
    page = f"/n/{link_token(copy.id)}/"
    client.post(page + "do/", {"verb": "register-right"})
    assert not RegisterCheck.objects.exists(), "not before the code"
    client.post(page + "open/", {"code": code_of(copy), "read": "1"})
    assert "www.edu.example" in client.get(page).content.decode()
    client.post(page + "do/", {"verb": "register-right"})
    client.post(page + "do/", {"verb": "register-wrong", "text": "缺少招生网站"})
    last, first = RegisterCheck.objects.all()
    assert (first.remarks, last.remarks) == ("", "缺少招生网站")
    assert any("www.edu.example" in line for line in last.content)
    act = reverse("units:register", args=[unit.id])
    client.force_login(person_of(Role.DUTY_OFFICER), BACKEND)
    assert client.post(act, {"verb": "settle"}).status_code == 403
    assert client.post(act, {"verb": "right"}).status_code == 403, "the office does not confirm for a unit"
    client.force_login(person_of(Role.SYSTEM_ADMIN), BACKEND)
    assert "缺少招生网站" in client.get(reverse("units:show", args=[unit.id])).content.decode()
    client.post(act, {"verb": "settle"})
    assert RegisterCheck.objects.exclude(handled_by="").get().remarks == "缺少招生网站"
    client.force_login(person_of(Role.UNIT_CONTACT, units=(unit,)), BACKEND)
    client.post(act, {"verb": "right"})
    assert RegisterCheck.objects.count() == 3


def test_the_office_s_pages_of_all_this(
    now: Any, site: Asset, client: Client, person_of: Callable[..., Person]
) -> None:
    copy = noticed(site, now)
    thread.ask(copy.id, UNIT, "<b>何时复查</b>")
    now[0] += timedelta(days=30, seconds=1)
    after.rechecks_due()
    client.force_login(person_of(Role.DUTY_OFFICER), BACKEND)
    shown = client.get("/notices/").content.decode()
    assert "Questions of units" in shown
    assert "Closed, to be looked at again" in shown
    page, act = reverse("notices:copy", args=[copy.id]), reverse("notices:copy-do", args=[copy.id])
    shown = client.get(page).content.decode()
    assert "&lt;b&gt;何时复查" in shown
    client.post(act, {"verb": "write", "words": "今天"})
    client.post(act, {"verb": "recheck-held", "recheck": Recheck.objects.get(days=30).pk, "words": "现场查看无异常"})
    assert Recheck.objects.get(days=30).outcome == "held"
    assert "Still mended" not in client.get(page).content.decode()
    answer = client.post("/notices/earlier/import/", {"file": io.BytesIO(sheet(("x",)))})
    assert "Nothing was taken in" in answer.content.decode()
    given = io.BytesIO(
        sheet(("通报", "云网信〔2024〕3号", "旧通报", notices_world.Unit.objects.get().name, "", "2024-3-1"))
    )
    given.name = "a.xlsx"
    client.post("/notices/earlier/import/", {"file": given})
    assert "旧通报" in client.get("/notices/earlier/?q=2024").content.decode()
