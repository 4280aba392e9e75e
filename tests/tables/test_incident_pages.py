"""The office's pages of incidents, and the page on which a unit reports by its standing link."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import django_htmx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime
from docx import Document

import fenghuo.faces.console
from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.tables.queries import in_force
from fenghuo.base.units.actions import save_asset, set_contact
from fenghuo.base.units.models import Asset, Contact, Unit
from fenghuo.faces.console.models import SiteProfile
from fenghuo.respond.incidents import actions, links
from fenghuo.respond.incidents.evidence import file_of
from fenghuo.respond.incidents.links import address_of, code_of, link_token, make_link
from fenghuo.respond.incidents.models import Incident, Receipt, UnitLink
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.channels.queries import export_rows
from fenghuo.warn.channels.sending import outgoing
from fenghuo.warn.early_warnings.models import EarlyWarning

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
EVIL = "<script>alert(1)</script>"
MAIL = {"host": "192.0.2.25", "port": "25", "security": "none", "sender": "f@office.example"}


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person, BACKEND)
    return client


@pytest.fixture
def duty(client: Client, person_of: Callable[..., Person]) -> Client:
    return signed_in(client, person_of(Role.DUTY_OFFICER))


@pytest.fixture
def leader(person_of: Callable[..., Person]) -> Client:
    return signed_in(Client(), person_of(Role.LEADER))


@pytest.fixture
def contact(unit: Unit) -> Contact:
    save_asset(TESTER, Asset(unit=unit, name="门户网站", value="www.edu.example"))
    return set_contact(TESTER, unit, "李联络", "0888-1", "li@edu.example", deputy=False)


def told(**changed: Any) -> dict[str, Any]:
    found = localtime(clock.now() - timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M")
    values = {"kind": "web-defacement", "system": "www.edu.example", "discovered_at": found, "effect": "首页被篡改"}
    return {**values, "reporter": "李联络", "phone": "0888-1", "origin": "phone", **changed}


def entered(client: Client, unit: Unit | None = None, **changed: Any) -> Incident:
    answer = client.post(reverse("incidents:new"), told(unit=unit.id if unit else "", **changed))
    assert answer.status_code == 302, answer.content.decode()
    return Incident.objects.get()


def page(incident: Incident, name: str = "show", *more: object) -> str:
    return reverse(f"incidents:{name}", args=[incident.id, *more])


def fresh(incident: Incident) -> Incident:
    return Incident.objects.get(id=incident.id)


def do(client: Client, incident: Incident, verb: str, **values: str) -> str:
    return client.post(page(incident, "do"), {"verb": verb, **values}, follow=True).content.decode()


def test_a_call_is_an_incident_with_its_short_report_at_once(duty: Client, unit: Unit, contact: Contact) -> None:
    made = entered(duty, unit, personal_records="2000000")
    assert (made.kind, made.category, made.unit_id, made.annex_proposed) == (
        "web-defacement",
        "attack",
        unit.id,
        "relatively-major",
    )
    report = made.reports.get()
    assert "首页被篡改" in report.content["event"]
    assert "0888-1" not in json.dumps(report.content), "whom to call back is no part of the report"
    shown = duty.get(page(made)).content.decode()
    for wanted in (
        "教育局",
        "relatively major",
        "to be checked",
        "0888-1",
        "provincial cyberspace administration",
        "4 h",
    ):
        assert wanted in shown, wanted


def test_what_cannot_be_is_told_beside_its_field(duty: Client) -> None:
    ahead = localtime(clock.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    answer = duty.post(reverse("incidents:new"), told(discovered_at=ahead, system=""))
    assert "found later than now" in answer.content.decode()
    assert answer.content.decode().count('aria-invalid="true"') == 2
    assert not Incident.objects.exists()


def test_a_warning_becomes_an_incident_that_knows_it(
    duty: Client, unit: Unit, make_hit: Callable[..., Any], store_and_judge: Callable[..., Any]
) -> None:
    store_and_judge([make_hit(1, unit.id)])
    warning = EarlyWarning.objects.get()
    form = duty.get(reverse("incidents:from-warning", args=[warning.id])).content.decode()
    assert "www.yunling.example" in form
    duty.post(reverse("incidents:from-warning", args=[warning.id]), told(unit=unit.id, system=warning.asset))
    made = Incident.objects.get()
    assert (made.origin, made.warning_id) == ("warning", warning.id)
    assert made.number in duty.get(reverse("warnings:show", args=[warning.id])).content.decode()


def test_facts_grade_anew_and_a_person_confirms(duty: Client, unit: Unit) -> None:
    made = entered(duty, unit)
    assert "Empty means" in duty.get(page(made, "facts")).content.decode()
    facts = {
        "tamper_minutes.home": "130",
        "population_share.prefecture": "30",
        "crime_suspected": "yes",
        "loss_yuan": "0",
    }
    duty.post(page(made, "facts"), {"version": made.version, **facts})
    made = fresh(made)
    assert made.facts == {
        "tamper_minutes": {"home": 130},
        "population_share": {"prefecture": 0.3},
        "crime_suspected": True,
        "loss_yuan": 0,
    }
    assert made.annex_proposed == "major"
    again = duty.post(page(made, "facts"), {"version": "1", **facts}).content.decode()
    assert "changed the incident meanwhile" in again
    duty.post(page(made, "grades"), {"annex": "major", "standard": "general", "version": made.version})
    assert (fresh(made).annex_grade, fresh(made).state, fresh(made).grade_waits) == ("major", "triaged", False)


def test_a_lower_grade_and_closing_take_a_second_person(duty: Client, leader: Client, unit: Unit) -> None:
    made = entered(duty, unit, personal_records="2000000")
    lower = {"annex": "general", "standard": "general", "reason": "数据为测试数据"}
    assert "waits for another person" in duty.post(page(made, "grades"), lower, follow=True).content.decode()
    asked = made.requests.get()
    assert duty.post(page(made, "decide"), {"request": asked.pk, "accept": "1"}).status_code == 403
    assert fresh(made).annex_grade == ""
    leader.post(page(made, "decide"), {"request": asked.pk, "accept": "1"})
    assert fresh(made).annex_grade == "general"
    duty.post(page(made, "do"), {"verb": "move", "ask": "void", "text": "误报"})
    own = made.requests.get(accepted=None)
    leader.post(page(made, "decide"), {"request": own.pk, "refuse": "1", "why": "再核实"})
    assert fresh(made).state == "triaged"
    leader.post(page(made, "do"), {"verb": "move", "ask": "void", "text": "误报"})
    mine = made.requests.get(accepted=None)
    assert "Another person has to decide" in leader.get(page(made)).content.decode()
    leader.post(page(made, "decide"), {"request": mine.pk, "accept": "1"})
    assert fresh(made).state == "triaged", "who asked does not decide"


def test_reports_are_prepared_frozen_compared_and_answered_for(duty: Client, unit: Unit) -> None:
    made = entered(duty, unit, personal_records="2000000")
    form = duty.get(page(made, "new-report")).content.decode()
    assert "首页被篡改" in form
    assert "2,000,000 people" in form, "facts that are known stand in the report already"
    sent = {"unit": "教育局", "event": "首页被篡改，已恢复", "cause": "弱口令"}
    duty.post(page(made, "new-report"), sent)
    shown = duty.get(page(made, "report-version", 2)).content.decode()
    assert "Different from version 1" in shown
    assert "弱口令" in shown
    assert "Needed, and still empty" in duty.post(page(made, "new-report"), {"unit": "教育局"}).content.decode()
    receipt = {"receiver": "provincial-cac", "channel": "热线 12387", "receipt_number": "A-1"}
    now = localtime(clock.now()).strftime("%Y-%m-%dT%H:%M:%S")
    duty.post(page(made, "receipt", 2), {**receipt, "sent_at": now})
    assert Receipt.objects.get().receipt_number == "A-1"
    assert made.duties.get(key="other").met_at is not None
    wrong = duty.post(page(made, "receipt", 2), {**receipt, "sent_at": "2099-01-01T00:00"}).content.decode()
    assert "lies in the future" in wrong
    for name, arguments in (("report-docx", (2,)), ("summary", ())):
        assert duty.get(page(made, name, *arguments)).content.startswith(b"PK")
    cells = [
        c.text
        for t in Document(BytesIO(duty.get(page(made, "summary")).content)).tables
        for r in t.rows
        for c in r.cells
    ]
    assert "provincial cyberspace administration 热线 12387 A-1" in cells
    assert "in time" in cells
    assert AuditRow.objects.filter(verb="incident.summary-taken", subject=made.subject).exists()


def test_the_command_works_and_its_course_is_exported(duty: Client, unit: Unit) -> None:
    made = entered(duty, unit)
    duty.post(page(made, "grades"), {"annex": "general", "standard": "general"})
    assert "Start the response first" in do(duty, made, "move", state="responding")
    do(duty, made, "response", level="IV", text="主任决定")
    do(duty, made, "move", state="responding")
    do(duty, made, "post", post="commander", holder="王主任")
    do(duty, made, "post", post="commander", holder="张副主任")
    do(duty, made, "log", kind="measure", text="=已断网")
    do(duty, made, "task", text="固定日志", assignee="李娜")
    do(duty, made, "task-done", task=str(made.tasks.get().pk), text="已固定")
    shown = do(duty, made, "log", kind="note", text=EVIL, at="2099-01-01T00:00")
    assert "lies in the future" in shown
    shown = do(duty, made, "log", kind="note", text=EVIL)
    assert EVIL not in shown
    assert "张副主任" in shown
    assert fresh(made).state == "responding"
    assert [p.holder for p in made.posts.filter(left_at=None)] == ["张副主任"]
    table = duty.get(page(made, "timeline", "csv")).content.decode()
    assert "'=已断网" in table, "no cell is a formula"
    assert "triaged → response under way" in table, "states stand in words"
    told = json.loads(duty.get(page(made, "timeline", "json")).content)
    assert told["incident"] == made.number
    assert {"task", "post:commander", "log:measure", "report:first"} <= {row["kind"] for row in told["timeline"]}
    assert duty.get(page(made, "timeline", "xlsx")).content.startswith(b"PK")
    assert duty.get(page(made, "timeline", "exe")).status_code == 404


def test_an_incident_becomes_a_notice_to_its_unit_and_does_not_close_before_it(
    duty: Client, leader: Client, unit: Unit, contact: Contact
) -> None:
    profile = {"county": "云岭县", "office": "云岭县委网信办", "document_code": "云网信", "set_up_at": clock.now()}
    SiteProfile.objects.update_or_create(pk=SiteProfile.ONLY, defaults=profile)
    made = entered(duty, unit)
    actions.set_facts(TESTER, made.id, {"personal_records": 2_000_000})
    actions.confirm_grades(TESTER, made.id, "general", "relatively-major")
    answer = duty.post(page(made, "notice"))
    notice = made.notices.get()
    assert answer.headers["Location"] == reverse("notices:edit", args=[notice.id])
    assert (notice.kind, notice.urgency, notice.severity, notice.state) == ("incident", "urgent", "high", "draft")
    assert made.number in notice.body
    assert "2小时内签收" in notice.body
    assert "7个工作日内查明原因" in notice.body
    assert "较大" in notice.body
    assert [one.name for one in notice.units.all()] == [unit.name]
    duty.post(page(made, "notice"))
    assert made.notices.count() == 1, "one is open already"
    assert notice.title in duty.get(page(made)).content.decode()
    assert made.number in duty.get(reverse("notices:show", args=[notice.id])).content.decode()
    Incident.objects.filter(id=made.id).update(state="summarising")
    made.duties.update(met_at=clock.now())
    with pytest.raises(actions.CannotDo, match="open-notices"):
        actions.ask(TESTER, made.id, {"state": "closed"}, "办结")
    duty.post(reverse("notices:do", args=[notice.id]), {"verb": "discard", "why": "改用督办函"})
    actions.ask(TESTER, made.id, {"state": "closed"}, "办结")


def test_an_incident_of_no_registered_unit_makes_no_notice(duty: Client) -> None:
    made = entered(duty)
    assert duty.post(page(made, "notice")).headers["Location"] == page(made)
    assert made.notices.count() == 0
    assert page(made, "notice") not in duty.get(page(made)).content.decode()


def test_evidence_has_hashes_and_a_chain(duty: Client, unit: Unit) -> None:
    made = entered(duty, unit)
    now = localtime(clock.now()).strftime("%Y-%m-%dT%H:%M")
    values = {"name": "访问日志", "place": "/var/log", "collected_at": now}
    duty.post(page(made, "evidence"), {**values, "file": SimpleUploadedFile("a.exe", b"MZ evil")})
    piece = made.evidence.get()
    duty.post(page(made, "hand-over", 1), {"holder": "保密柜 3", "reason": "保存"})
    shown = duty.get(page(made)).content.decode()
    assert piece.sm3 in shown
    assert "保密柜 3" in shown
    given = duty.get(page(made, "evidence-file", 1))
    assert (given.content, given.headers["Content-Type"]) == (b"MZ evil", "application/octet-stream")
    assert given.headers["Content-Disposition"].startswith("attachment")
    said = duty.post(page(made, "evidence"), {**values, "file": SimpleUploadedFile("b", b"")}, follow=True)
    assert "empty" in said.content.decode()
    assert made.evidence.count() == 1
    (piece_file := file_of(piece)).chmod(0o600)
    piece_file.write_bytes(b"MZ other")
    refused = duty.get(page(made, "evidence-file", 1), follow=True).content.decode()
    assert "not what was taken up" in refused


def test_contact_data_goes_when_the_matter_is_closed(duty: Client, leader: Client, unit: Unit) -> None:
    made = entered(duty, unit)
    assert made.reporter_phone == "0888-1"
    duty.post(page(made, "do"), {"ask": "void", "text": "误报"})
    leader.post(page(made, "decide"), {"request": made.requests.get().pk, "accept": "1"})
    assert (fresh(made).state, fresh(made).reporter, fresh(made).reporter_phone) == ("void", "", "")


def test_a_unit_s_account_reports_for_its_own_unit_only(
    unit: Unit, other_unit: Unit, person_of: Callable[..., Person], client: Client
) -> None:
    signed_in(client, person_of(Role.UNIT_CONTACT, units=(unit,)))
    client.post(reverse("incidents:report"), told(unit=other_unit.id))
    made = Incident.objects.get()
    assert (made.unit_id, made.origin) == (unit.id, "unit")
    shown = client.get(page(made)).content.decode()
    assert "Situation log" not in shown
    assert "首页被篡改" in client.get(page(made, "report-version", 1)).content.decode()
    client.post(page(made, "add"), {"text": "日志已封存"})
    assert made.log.get(kind="note").text == "日志已封存"
    assert client.post(page(made, "do"), {"verb": "move", "state": "void"}).status_code == 403


def opened(client: Client, link: UnitLink) -> str:
    place = f"/i/{link_token(link.id)}/"
    client.post(place + "open/", {"code": code_of(link)})
    return place


def test_link_and_code_travel_apart_and_the_link_alone_shows_nothing(
    contact: Contact, client: Client, duty: Client
) -> None:
    channel = add_channel(TESTER, "mail", "email", MAIL, [], "blue", "zh-hans")
    duty.post(reverse("incidents:link", args=[contact.pk]), {"verb": "make"})
    link = UnitLink.objects.get()
    assert not any(secret in str(row) for row in export_rows() for secret in (link_token(link.id), code_of(link)))
    texts = [outgoing(delivery).text for delivery in Delivery.objects.filter(channel=channel)]
    assert len(texts) == 2
    assert [address_of(link) in text for text in texts].count(True) == 1
    assert [code_of(link) in text for text in texts].count(True) == 1
    assert not any(address_of(link) in text and code_of(link) in text for text in texts)
    Incident.objects.create(
        number="2026-0099",
        title="秘密事件",
        unit_id=contact.unit_id,
        origin="phone",
        discovered_at=clock.now(),
        received_at=clock.now(),
        changed=1,
    )
    stranger, place = Client(), f"/i/{link_token(link.id)}/"
    before = AuditRow.objects.count()
    shown = stranger.get(place)
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert "秘密事件" not in shown.content.decode()
    for part in ("open/", "report/", "add/", "code/", "receipt/"):
        assert stranger.get(place + part).status_code == 405
    stranger.post(place + "report/", told())
    assert (Incident.objects.count(), AuditRow.objects.count()) == (1, before)
    assert stranger.get("/i/" + "x" * 32 + "/").status_code == 404
    opened(stranger, link)
    assert "秘密事件" in stranger.get(place).content.decode()


def test_a_phone_reports_and_the_desk_is_told(
    contact: Contact, client: Client, person_of: Callable[..., Person]
) -> None:
    add_channel(TESTER, "mail", "email", MAIL, [], "blue", "zh-hans")
    person_of(Role.DUTY_OFFICER, email="duty@office.example")
    link = make_link(TESTER, contact)
    place = opened(client, link)
    client.post(place + "report/", told(), headers={"accept-language": "zh-hans"})
    client.post(place + "report/", told(), headers={"accept-language": "zh-hans"})
    made = Incident.objects.get()
    assert (made.origin, made.unit_id, made.title) == ("unit", contact.unit_id, "网页被篡改：www.edu.example")
    mail = Delivery.objects.get(matter=made.subject)
    assert (mail.recipient, mail.occasion) == ("duty@office.example", "reported")
    client.post(place + "add/", {"number": made.number, "text": "已恢复备份"})
    assert made.log.get(kind="note").by == "李联络"
    assert AuditRow.objects.get(verb="incident.reported").address == "127.0.0.1"


def test_a_unit_takes_the_form_that_it_owes_and_enters_the_receipt(contact: Contact, client: Client) -> None:
    link = make_link(TESTER, contact)
    place = opened(client, link)
    client.post(place + "report/", told(), headers={"accept-language": "zh-hans"})
    made = Incident.objects.get()
    said = {"number": made.number, "receiver": "provincial-cac", "channel": "12387", "receipt_number": "R-1"}
    client.post(place + "receipt/", said)
    assert Receipt.objects.count() == 0, "nothing is owed yet"
    actions.set_facts(TESTER, made.id, {"personal_records": 2_000_000})
    paper = f"{place}{made.number}/1.docx"
    assert paper in client.get(place).content.decode()
    assert any("首页被篡改" in p.text for p in Document(BytesIO(client.get(paper).content)).paragraphs)
    assert Client().get(paper).status_code == 302, "not before the code"
    assert client.get(f"{place}{made.number}/2.docx").status_code == 404
    client.post(place + "receipt/", {**said, "receipt_number": " "})
    client.post(place + "receipt/", {**said, "receiver": "city-cac"})
    assert Receipt.objects.count() == 0, "a unit answers for what it owes itself only"
    client.post(place + "receipt/", said)
    entered = Receipt.objects.get()
    assert (entered.receipt_number, entered.by) == ("R-1", "李联络")
    assert made.duties.get(receiver="provincial-cac").met_at == entered.sent_at
    assert AuditRow.objects.filter(verb="incident.receipt-entered", actor_id=f"unit:{contact.unit_id}"[:40]).exists()


def test_a_unit_sees_and_touches_its_own_only(contact: Contact, other_unit: Unit, client: Client, duty: Client) -> None:
    foreign = entered(duty, other_unit, system="foreign.example")
    phone = Client()
    place = opened(phone, make_link(TESTER, contact))
    assert "foreign.example" not in phone.get(place).content.decode()
    phone.post(place + "add/", {"number": foreign.number, "text": "x"})
    assert not foreign.log.filter(kind="note").exists()
    assert phone.get(f"{place}{foreign.number}/1.docx").status_code == 404
    actions.set_facts(TESTER, foreign.id, {"personal_records": 2_000_000})
    receipt = {"number": foreign.number, "receiver": "provincial-cac", "channel": "x", "receipt_number": "1"}
    phone.post(place + "receipt/", receipt)
    assert not Receipt.objects.exists()


def test_the_link_goes_with_its_contact_and_wrong_codes_use_it_up(contact: Contact, client: Client) -> None:
    link = make_link(TESTER, contact)
    place = f"/i/{link_token(link.id)}/"
    for _try in range(links.MOST_TRIES):
        client.post(place + "open/", {"code": "nope"})
    client.post(place + "open/", {"code": code_of(link)})
    assert "Code from the other message" in client.get(place).content.decode()
    later = clock.now_ns() + 120 * 10**9
    with clock.moved(lambda: later):
        client.post(place + "code/")
        link.refresh_from_db()
        opened(client, link)
        assert "Which system" in client.get(place).content.decode()
    set_contact(TESTER, contact.unit, "新联络员", "0888-2", "new@edu.example", deputy=False)
    assert client.get(place).status_code == 404


def test_the_phone_page_weighs_less_than_200_kb(contact: Contact, client: Client) -> None:
    place = opened(client, make_link(TESTER, contact))
    console = Path(fenghuo.faces.console.__file__).parent / "static"
    htmx = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
    static = sum(
        p.stat().st_size for p in (console / "fenghuo.css", console / "fenghuo.js", console / "logo.svg", htmx)
    )
    assert static + len(client.get(place).content) < 200_000


def test_desk_wall_and_list_show_the_clocks(duty: Client, unit: Unit) -> None:
    made = entered(duty, unit)
    for path in ("/desk/", "/wall/", "/incidents/"):
        shown = duty.get(path).content.decode()
        assert made.number in shown, path
        assert "grade the incident" in shown, path
    assert "No incident fits" in duty.get("/incidents/?state=closed").content.decode()
    assert made.number in b"".join(duty.get("/incidents/export/")).decode()


def test_a_table_that_a_security_administrator_confirms_is_no_longer_to_be_checked(
    duty: Client, unit: Unit, person_of: Callable[..., Person]
) -> None:
    made = entered(duty, unit, outage_minutes="0")
    duty.post(page(made, "facts"), {"version": made.version, "tamper_minutes.home": "130"})
    assert "draft of 2023" in duty.get("/incidents/tables/").content.decode()
    annex = in_force("incident-report-annex")
    confirm = reverse("incidents:confirm-table", args=[annex.pk])
    assert duty.post(confirm).status_code == 403
    signed_in(Client(), person_of(Role.SECURITY_ADMIN)).post(confirm)
    assert in_force("incident-report-annex").confirmed_by == "security-admin"
    duty.post(page(made, "facts"), {"version": fresh(made).version, "tamper_minutes.home": "131"})
    graded = fresh(made).gradings.order_by("-number")[0].detail["en"]["report_measures"]
    assert (graded["grade"], graded["sureness"]) == ("major", "confirmed")


def test_an_administrator_corrects_a_table_by_its_text(
    duty: Client, unit: Unit, person_of: Callable[..., Person]
) -> None:
    admin = signed_in(Client(), person_of(Role.SECURITY_ADMIN))
    place = reverse("incidents:change-table", args=["incident-report-annex"])
    assert duty.get(place).status_code == 403
    fields = dict(
        re.findall(r'<input class="short" id="([^"]+)"[^>]* value="([^"]*)"', admin.get(place).content.decode())
    )
    shown = admin.get(place).content.decode()
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', shown):
        fields[name] = re.findall(r'value="([^"]+)" selected', options)[0]
    tamper = next(
        n for n, i in enumerate(in_force("incident-report-annex").cells["item"]) if i["key"] == "tampered-home"
    )
    figure, mark = f"item.{tamper}.1.tamper_minutes.home", f"item.{tamper}.1.sureness"
    assert (fields[figure], fields[mark]) == ("120", "draft")
    for wrong in ({figure: "0"}, {figure: "x"}, {figure: "NaN"}, {mark: "Z"}, {}):
        admin.post(place, {**fields, **wrong, "why": "公布文本"})
    admin.post(place, {**fields, figure: "180"})
    assert in_force("incident-report-annex").version == "1", "nothing wrong, unchanged or without a reason"
    admin.post(place, {**fields, figure: "180", mark: "A", "why": "公布文本 附件二、6"})
    made = entered(duty, unit)
    duty.post(page(made, "facts"), {"version": made.version, "tamper_minutes.home": "150"})
    assert fresh(made).annex_proposed == "relatively-major", "the draft said major from 120 minutes on"
    duty.post(page(made, "facts"), {"version": fresh(made).version, "tamper_minutes.home": "180"})
    graded = fresh(made).gradings.order_by("-number")[0].detail["en"]["report_measures"]
    assert (graded["grade"], graded["sureness"]) == ("major", "confirmed")
    row = AuditRow.objects.get(verb="table.corrected")
    assert f"{figure}: 120 → 180" in json.loads(row.detail)["changed"]


def test_the_office_sets_its_own_clocks_of_incidents(
    duty: Client, unit: Unit, person_of: Callable[..., Person]
) -> None:
    admin = signed_in(Client(), person_of(Role.SECURITY_ADMIN))
    place = reverse("incidents:change-table", args=["incident-duties"])
    shown = admin.get(place).content.decode()
    fields = dict(re.findall(r'<input class="short" id="([^"]+)"[^>]* value="([^"]*)"', shown))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', shown):
        fields[name] = re.findall(r'value="([^"]+)" selected', options)[0]
    admin.post(place, {**fields, "office.triage_minutes": "30", "why": "县预案"})
    made = entered(duty, unit)
    triage = Deadline.objects.get(subject=made.subject, kind="triage")
    assert triage.due_at - triage.started_at == timedelta(minutes=30)
    assert admin.get(reverse("incidents:change-table", args=["incident-gbt-20986"])).status_code == 200
    assert admin.get(reverse("incidents:change-table", args=["warning-level"])).status_code == 404
