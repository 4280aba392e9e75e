"""A published warning in a real browser, in both languages, on desktop and phone: drafted, given back, published, raised with the approval
from above, lowered, lifted; its units sign each change on a phone, and everybody who may can compare the versions."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.service.conftest import MailSink, Platform
from tests.service.contacts_office import SECOND
from tests.service.journey_world import UNITS
from tests.service.reading import Office, Reader, journey
from tests.service.test_notice_journey import messages_to, sign_and_answer, world

pytestmark = [pytest.mark.service, pytest.mark.browser]
APPROVAL = "市网信办批复.pdf"
MISSING = re.compile("尚缺|Still missing")


def title_of(code: str) -> str:
    return f"关于防范勒索病毒攻击{code}的预警通报"


def drafted(ann: Reader, code: str) -> str:
    """A draft for two units out of five; submitted once it says all; its path."""
    ann.go("/bulletins/new/")
    for name in (f"云岭县{code}局", "云岭县第二中学"):
        ann.page.get_by_label(name, exact=True).check()
    grade = {"id_importance": "important", "id_harm": "severe", "id_level": "yellow"}
    ann.fill(id_title=title_of(code), id_threat_class="ransomware", id_scope="开放远程桌面的单位", **grade)
    ann.fill(id_matter="攻击者利用弱口令登录后加密文件。")
    ann.save()
    ann.press("submit")
    assert MISSING.search(ann.text()), "measures are missing yet"
    ann.page.goto(f"{ann.page.url}edit/")
    ann.fill(id_measures="24小时内关闭互联网远程桌面。")
    ann.save()
    ann.press("submit")
    assert ann.page.locator("button[value=publish]").count() == 0, "who wrote it does not publish it"
    return "/" + ann.page.url.split("/", 3)[3]


def published(wang: Reader, path: str) -> None:
    """The second person publishes what waits."""
    wang.open(path)
    wang.click("publish")
    assert wang.page.locator("button[value=publish]").count() == 0


def given_back(ann: Reader, wang: Reader, path: str) -> None:
    """The second person gives the first draft back with a reason that its author reads."""
    wang.go(path)
    wang.unfold("#back")
    wang.page.fill("#back", "请写明受影响的端口")
    wang.click("reject")
    ann.open(path)
    assert "请写明受影响的端口" in str(ann.page.locator("body").text_content())
    ann.open(f"{path}edit/")
    ann.fill(id_matter="攻击者利用弱口令经3389端口登录后加密文件。")
    ann.save()
    ann.click("submit")


def raised(ann: Reader, wang: Reader, path: str, proof: Path) -> None:
    """To orange: refused without the approval from above, taken with its file, which the second person sees before publishing."""
    ann.go(path)
    ann.unfold("#level")
    ann.fill(text="已有单位中招。", level="orange")
    ann.press("raise")
    ann.fill(id_matter="攻击者利用弱口令经3389端口登录后加密文件，并横向扩散。")
    ann.fill(id_approval_by="市委网信办 周主任", id_approval_on=date.today().isoformat())
    ann.save()
    ann.press("submit")
    assert MISSING.search(ann.text()), "who and when alone prove nothing"
    ann.page.set_input_files("#file", proof)
    ann.click("approval")
    ann.click("submit")
    wang.go(path)
    with wang.page.expect_download() as download:
        wang.page.locator("a", has_text=APPROVAL).click()
    assert Path(download.value.path()).read_bytes() == proof.read_bytes()
    wang.press("publish")


def lowered(ann: Reader, path: str) -> None:
    """A situation report; then back to yellow, which is what the matrix gives and needs no reason."""
    ann.open(path)
    ann.fill(text="受影响主机已全部断网，未见新增。")
    ann.press("report")
    ann.unfold("#level")
    ann.fill(text="扩散已止住。", level="yellow")
    ann.click("lower")
    assert ann.page.input_value("#id_level_why") == ""
    ann.save()
    ann.click("submit")


def lifted(ann: Reader, path: str) -> None:
    ann.open(path)
    ann.fill(text="威胁已消除。")
    ann.click("lift")
    ann.click("submit")


def signed(unit: Reader, code: str, number: int, sink: MailSink, said: str) -> str:
    """The unit opens its n-th message and signs; the page says what changed. The link."""
    link, numbers = messages_to(code, number, sink)
    unit.open(link)
    unit.page.fill("#code", numbers)
    unit.press("1", "sign")
    assert said in unit.text(), said
    return link


def compared(walk: Reader, path: str) -> None:
    """The first version beside the second: level and matter differ, and say how."""
    walk.open(f"{path}?old=1&new=2")
    added = [text.strip() for text in walk.page.locator("main ins").all_inner_texts()]
    assert any("横向扩散" in text for text in added), added
    assert walk.page.locator("main del").count() >= 1


def by_the_unit(unit: Reader, path: str) -> None:
    """The contact of a unit sees every published version and whom it concerns of its own unit only."""
    unit.open(path)
    assert unit.page.locator("#new option").count() == 4
    assert "第二中学" not in unit.text(), "other units are no concern of this one"
    assert unit.page.locator("main button[name=verb]").count() == 0
    compared(unit, path)
    unit.look()


def walk_through(office: Office, sink: MailSink, proof: Path, code: str) -> None:
    """One warning from its draft to its lifting."""
    ann, wang, unit = office.begin("ann"), office.begin("wang"), office.begin("unit", stranger=True, size="phone")
    path = drafted(ann, code)
    given_back(ann, wang, path)
    published(wang, path)
    sign_and_answer(unit, *messages_to(code, 1, sink))
    assert "黄色预警" in unit.text()
    raised(ann, wang, path, proof)
    orange = signed(unit, code, 2, sink, "由黄色提升为橙色")
    lowered(ann, path)
    published(wang, path)
    unit.go(orange)
    assert "代替" in unit.page.inner_text("main .said"), "what was not answered ends with the version that follows"
    signed(unit, code, 3, sink, "由橙色下调为黄色")
    lifted(ann, path)
    published(wang, path)
    signed(unit, code, 4, sink, "起解除")
    ann.open(path)
    ann.fill(summary="两家单位完成加固，未造成损失。")
    ann.click("summarise")
    compared(ann, path)
    ann.look()
    ann.go("/bulletins/?q=" + code)
    by_the_unit(office.begin(f"li-{code}"), path)


def test_a_published_warning_is_raised_lowered_and_lifted(
    platform: Platform, mail_sink: MailSink, tmp_path: Path
) -> None:
    world(platform, "seed", str(mail_sink.port), module="contacts_office")
    proof = tmp_path / APPROVAL
    proof.write_bytes(b"%PDF-1.7 approved")
    found = journey(platform, "warning", lambda office, code: walk_through(office, mail_sink, proof, code))
    assert found == [], "\n".join(found)
    steps = [("first", "yellow", ""), ("raise", "orange", APPROVAL), ("lower", "yellow", ""), ("lift", "yellow", "")]
    versions = {
        code: [[c, level, ",".join(sorted((code, SECOND))), file] for c, level, file in steps] for code in UNITS
    }
    assert world(platform, "warnings", module="contacts_office") == {title_of(c): v for c, v in versions.items()}
    told = [recipient for _at, recipient, content in mail_sink.mails if b"Subject" in content]
    assert told.count(f"li@{SECOND}.example") == len(UNITS) * len(steps) * 2, "a link and a code for each change"
