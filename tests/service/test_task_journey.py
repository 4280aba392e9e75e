"""A task and an inspection in a real browser, in both languages, on desktop and phone: the unit works, another person decides."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.service.conftest import MailSink, Platform
from tests.service.journey_world import UNITS
from tests.service.reading import Office, Reader, journey
from tests.service.test_notice_journey import messages_to, world

pytestmark = [pytest.mark.service, pytest.mark.browser]
LINES = "1 | 网络安全责任人已明确 | 责任制\n2 | 日志留存不少于六个月 | 网络安全法\n3 | 停用系统已下线"
RETURNED = "备案回执缺公章"
DEFECT = "日志只留存三个月"


def day(ahead: int) -> str:
    return (datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=ahead)).date().isoformat()


def path_of(walk: Reader) -> str:
    return "/" + walk.page.url.split("/", 3)[3]


def choose(walk: Reader, number: str, answer: str, note: str = "") -> None:
    """One item of a checklist."""
    walk.page.locator(f"input[name='a-{number}'][value='{answer}']").check(force=True)
    walk.page.locator(f"[id='n-{number}']").fill(note)


def assigned(ann: Reader, code: str) -> str:
    """A task for a unit, with nobody of the office named; its path."""
    ann.open("/tasks/new/")
    ann.page.select_option("#id_unit", label=f"云岭县{code}局")
    ann.fill(id_source="committee", id_document="网信委2026年第3次会议", id_title=f"修订应急预案 {code}")
    ann.fill(id_what="修订并报备预案，以备案回执为证。", id_due_on=day(10))
    ann.save()
    return path_of(ann)


def handed_in(contact: Reader, path: str, said: str, proof: Path | None = None) -> None:
    contact.open(path)
    contact.fill(words=said)
    if proof is not None:
        contact.page.set_input_files("#proof", proof)
    contact.click("hand-in")


def task(ann: Reader, wang: Reader, contact: Reader, code: str, proof: Path) -> None:
    """Given, handed in, returned, handed in again, accepted."""
    ann.go("/tasks/new/")
    path = assigned(ann, code)
    contact.go("/tasks/")
    contact.page.locator("tr[data-row] a").click()
    contact.page.wait_for_load_state()
    contact.click("start")
    handed_in(contact, path, "")
    assert contact.page.locator(".said.error").count() == 1, "handing in without a word says nothing"
    handed_in(contact, path, "预案已修订。", proof)
    assert contact.page.locator("button[value=accept]").count() == 0
    wang.go(path)
    with wang.page.expect_download() as download:
        wang.page.locator("a", has_text=proof.name).click()
    assert Path(download.value.path()).read_bytes() == proof.read_bytes()
    wang.unfold("#wrong")
    wang.page.fill("#wrong", RETURNED)
    wang.click("return")
    contact.go(path)
    assert RETURNED in contact.text()
    handed_in(contact, path, "已补盖公章。", proof)
    contact.look()
    wang.open(path)
    wang.press("accept")
    assert wang.page.locator("button[value=return]").count() == 0


def by_the_office(ann: Reader, wang: Reader, code: str) -> None:
    """What the office hands in for a unit, another person of the office accepts."""
    path = assigned(ann, code)
    ann.fill(words="电话核实，已办结。")
    ann.click("hand-in")
    assert ann.page.locator("button[value=accept]").count() == 0, "who handed it in does not accept it"
    wang.open(path)
    wang.click("accept")


def campaign(ann: Reader, code: str) -> str:
    """An inspection by items of the office's own that asks one unit; its path."""
    ann.go("/inspections/new/")
    ann.fill(id_title=f"2026年网络安全检查 {code}", id_basis="云网信〔2026〕3号", id_last_day=day(10), id_lines=LINES)
    ann.submit("main form button.first")
    ann.page.get_by_label(f"云岭县{code}局").check()
    ann.submit("form[action$='/open/'] button.first")
    return path_of(ann)


def self_check(contact: Reader, proof: Path) -> str:
    """The unit answers, and is told which item lacks a note; its path."""
    contact.go("/inspections/")
    contact.page.locator("a[href^='/inspections/checks/']").first.click()
    contact.page.wait_for_load_state()
    contact.look()
    path = path_of(contact)
    choose(contact, "1", "yes")
    choose(contact, "2", "no")
    choose(contact, "3", "not-applicable", "没有停用的系统")
    contact.page.set_input_files("[id='f-1']", proof)
    contact.press("hand-in")
    assert re.search(r"(检查项|Item) 2", contact.page.inner_text("[role=alert]"))
    assert proof.name in contact.text(), "a file need not be chosen anew because an answer was missing"
    choose(contact, "2", "no", "只留存三个月")
    contact.press("hand-in")
    assert contact.page.locator("main form").count() == 0, "what was handed in is not changed"
    return path


def visited(ann: Reader, check: str, proof: Path) -> None:
    """Two inspectors look; one alone is refused."""
    ann.go(check + "visit/")
    choose(ann, "1", "conforms")
    choose(ann, "2", "defect", DEFECT)
    choose(ann, "3", "not-seen")
    ann.page.select_option("#id_second", label="ann")
    ann.fill(id_met="李四")
    ann.submit("main form button.first")
    assert ann.page.locator("[role=alert]").count() == 1, "one person is not two"
    ann.page.select_option("#id_second", label="wang")
    ann.page.set_input_files("[id='f-2']", proof)
    ann.submit("main form button.first")


def noticed(ann: Reader, wang: Reader, contact: Reader, code: str, check: str, sink: MailSink) -> None:
    """The defect becomes a notice, which a second person approves and the unit reads."""
    ann.click("hazard", name="kind")
    notice = path_of(ann)
    ann.click("submit")
    wang.open(notice)
    wang.click("approve")
    wang.click("issue")
    link, numbers = messages_to(code, 1, sink)
    contact.open(link)
    contact.page.fill("#code", numbers)
    contact.click("1", "sign")
    assert DEFECT in contact.text()
    contact.go(check)
    assert contact.page.locator("main a[href^='/notices/copies/']").count() == 1


def walk_through(office: Office, sink: MailSink, code: str, proof: Path) -> None:
    ann, wang, contact = office.begin("ann"), office.begin("wang"), office.begin(f"li-{code}")
    task(ann, wang, contact, code, proof)
    by_the_office(ann, wang, code)
    ann.go("/tasks/")
    path = campaign(ann, code)
    check = self_check(contact, proof)
    visited(ann, check, proof)
    noticed(ann, wang, contact, code, check, sink)
    ann.go(path)
    with ann.page.expect_download() as download:
        ann.page.locator("a[href$='summary.docx']").click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")


def test_a_task_and_an_inspection_from_order_to_notice(platform: Platform, mail_sink: MailSink, tmp_path: Path) -> None:
    world(platform, "seed", str(mail_sink.port), module="contacts_office")
    proof = tmp_path / "备案回执.pdf"
    proof.write_bytes(b"%PDF-1.7 receipt")
    found = journey(platform, "task", lambda office, code: walk_through(office, mail_sink, code, proof))
    assert found == [], "\n".join(found)
    ended = ["accepted", "accepted", "submitted", "issued"]
    assert world(platform, "tasks", module="contacts_office") == dict.fromkeys(UNITS, ended)
