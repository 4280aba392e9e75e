"""An incident in a real browser: reported on a phone by link and code, graded, reported upward, summed up; axe looks at every page."""

import email
import email.policy
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.axe import violations
from tests.service.conftest import MailSink, Platform, program, until
from tests.service.test_road import set_up, sign_in

pytestmark = [pytest.mark.service, pytest.mark.browser]
HEAD = "单位代码,单位名称,资产类型,资产名称,资产地址,联络员,联络员电话,联络员邮箱"
ROW = "edu,云岭县教育局,website,门户网站,www.edu.example,李联络,0888-1,li@edu.example"
SIZES = {"desktop": (1366, 768), "phone": (390, 844)}


def texts_to(sink: MailSink, address: str) -> list[str]:
    found = []
    for _when, recipient, content in sink.mails:
        body = email.message_from_bytes(content, policy=email.policy.default).get_body()
        if recipient == address and body is not None:
            found.append(body.get_content())
    return found


class Look:
    """Axe on each page that is passed, and no page wider than its screen."""

    def __init__(self, page: Page, label: str) -> None:
        self.page, self.label = page, label
        self.problems: list[str] = []
        page.on("console", lambda m: self.problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def at(self, name: str) -> None:
        self.page.wait_for_load_state()
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        self.problems += [f"{name} is {wide} px too wide"] if wide > 0 else []
        self.problems += [f"{name}: {problem}" for problem in violations(self.page)]


def reported_by_phone(
    browser: Browser, console: str, link: str, code: str, language: str, system: str
) -> tuple[str, list[str]]:
    """What the unit does: open, type, report; within the 90 seconds of which a script needs a few."""
    context = browser.new_context(locale=language, viewport={"width": 390, "height": 844})
    page = context.new_page()
    look = Look(page, language)
    began = time.monotonic()
    page.goto(console + link)
    look.at("code")
    page.fill("#code", code)
    page.press("#code", "Enter")
    page.wait_for_selector("#id_system")
    look.at("short form")
    page.select_option("#id_kind", "ransomware")
    page.fill("#id_system", system)
    page.fill("#id_effect", "服务器文件被加密，业务中断")
    page.click("button.first.wide")
    page.wait_for_selector(".said.success")
    assert time.monotonic() - began < 90
    look.at("reported")
    assert page.locator("form[action$='/report/'] [required]").count() <= 8
    number = re.search(r"\d{4}-\d{4}", page.inner_text(".said.success"))
    assert number
    context.close()
    return number[0], look.problems


def handled(page: Page, look: Look, console: str, number: str, folder: Path) -> None:
    """What the office does with it."""
    page.goto(f"{console}incidents/?q={number}")
    look.at("list")
    page.click("tr[data-row] a")
    page.wait_for_load_state()
    here = page.url
    look.at("reported")
    page.goto(here + "facts/")
    look.at("facts")
    page.fill("[name='loss_yuan']", "6000000")
    page.select_option("[name='crime_suspected']", "yes")
    page.click("main button.first")
    page.wait_for_url(here)
    page.locator("form[action$='/grades/'] button").click()
    page.wait_for_load_state()
    look.at("graded")
    assert page.locator("form[action$='/grades/'] select").first.input_value() == "relatively-major"
    page.goto(here + "reports/new/")
    look.at("report form")
    assert re.search("600 万元|6,000,000 yuan", page.input_value("#item-event"))
    page.fill("#item-cause", "弱口令远程登录")
    page.click("main button.first")
    page.wait_for_url("**/reports/2/")
    look.at("report")
    page.fill("[name='channel']", "12387")
    page.fill("[name='receipt_number']", "R-2026-1")
    page.fill("[name='sent_at']", page.evaluate("new Date(Date.now() + 8 * 36e5).toISOString().slice(0, 16)"))
    page.click("aside button.first")
    page.wait_for_selector(".said.success")
    page.goto(here)
    open_form(page, "#order")
    page.fill("#order", "主任决定")
    page.click("button[value='response']")
    page.wait_for_load_state()
    for state in ("responding", "contained", "eradicated", "recovered", "ended", "summarising"):
        page.fill("#move-text", f"{state}: 已核实")
        page.click(f"button[name='state'][value='{state}']")
        page.wait_for_load_state()
    look.at("handled")
    page.goto(here + "reports/new/?summary")
    look.at("summary form")
    for item in ("cause", "measures", "harm", "responsibility", "rectification", "lessons"):
        page.fill(f"#item-{item}", f"{item}: 已查明")
    page.click("main button.first")
    page.wait_for_url("**/reports/3/")
    look.at("summary")
    page.goto(here)
    with page.expect_download() as download:
        page.click("a[href$='summary.docx']")
    paper = folder / f"{number}.docx"
    download.value.save_as(paper)
    assert paper.read_bytes().startswith(b"PK")


def open_form(page: Page, field: str) -> None:
    """Unfold what a field lies in."""
    page.evaluate("(field) => { document.querySelector(field).closest('details').open = true }", field)


def test_an_incident_from_the_phone_to_its_summary(platform: Platform, mail_sink: MailSink, tmp_path: Path) -> None:
    sheet = tmp_path / "units.csv"
    sheet.write_text(f"{HEAD}\n{ROW}\n", encoding="utf-8")
    platform.cli("units", "import", str(sheet))
    settings = ["--set", "host=127.0.0.1", "--set", f"port={mail_sink.port}", "--set", "security=none"]
    channel = ["channels", "add", "--name", "mail", "--kind", "email", *settings, "--set", "sender=f@office.example"]
    platform.json(*channel, "--to", "desk@office.example")
    password = platform.json("user", "add", "duty", "--role", "duty-officer")["password"]
    set_up(platform)
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        office = browser.new_page(locale="zh-CN")
        sign_in(office, platform.console, password)
        office.goto(platform.console + "incidents/links/")
        office.click("button[value='make']")
        until(lambda: len(texts_to(mail_sink, "li@edu.example")) > 1, what="link and code by mail")
        letters = texts_to(mail_sink, "li@edu.example")
        link = next(match[1] for text in letters if (match := re.search(r"/(i/\S+/)", text)))
        code = next(match[0] for text in letters if (match := re.search(r"\b\d{6}\b", text)) and link not in text)
        for language in ("zh-CN", "en-GB"):
            for size, (width, height) in SIZES.items():
                number, found = reported_by_phone(
                    browser, platform.console, link, code, language, f"{size}.{language}.example"
                )
                problems += found
                context = browser.new_context(
                    locale=language,
                    viewport={"width": width, "height": height},
                    storage_state=office.context.storage_state(),
                )
                page = context.new_page()
                look = Look(page, f"{language} {size}")
                handled(page, look, platform.console, number, tmp_path)
                problems += [f"{look.label}: {problem}" for problem in look.problems]
                context.close()
        browser.close()
    assert any("R-2026-1" in line or "报告" in line for line in texts_to(mail_sink, "desk@office.example"))
    assert problems == []
