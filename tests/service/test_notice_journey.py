"""From a warning at the desk to the last closed copy in a real browser: both languages, desktop and phone; axe finds nothing on the way.

The unit reads the link and the code out of its two messages, on a phone without an account.
"""

import email
import email.policy
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.axe import violations
from tests.service.conftest import ROOT, MailSink, Platform, program, until
from tests.service.journey_world import PASSWORD, UNITS

pytestmark = [pytest.mark.service, pytest.mark.browser]
SHOTS = os.environ.get("FENGHUO_JOURNEY_SHOTS", "")
SIZES = {"desktop": (1366, 768), "phone": (390, 844)}
WALKS = [(language, size) for language in ("zh-CN", "en-GB") for size in SIZES]


def world(platform: Platform, *arguments: str, module: str = "journey_world") -> Any:
    """One verb of `journey_world` or its like on the tables of a running platform."""
    environment = {**platform.environment, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "FENGHUO_DATA": str(platform.data)}
    command = [sys.executable, "-m", f"tests.service.{module}", str(platform.data), *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Walk:
    """One browser window; each page it comes to is looked at by axe, and kept as a picture where that is wanted."""

    def __init__(self, context: BrowserContext, base: str, name: str) -> None:
        self.page: Page = context.new_page()
        self.base, self.name, self.found, self.number = base, name, [], 0  # type: ignore[var-annotated]
        self.page.on("pageerror", lambda error: self.found.append(f"script: {error}"))

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)
        self.look()

    def look(self) -> None:
        self.page.wait_for_load_state()
        self.number += 1
        if SHOTS:
            Path(SHOTS).mkdir(exist_ok=True)
            self.page.screenshot(path=f"{SHOTS}/{self.name}-{self.number:02}.png", full_page=True)
        self.found += [f"{self.page.url}: {text}" for text in violations(self.page)]
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px wider than the window"

    def press(self, verb: str, name: str = "verb") -> None:
        with self.page.expect_navigation():
            self.page.locator(f"button[name={name}][value='{verb}']").first.click()
        self.look()

    def fill(self, **values: str) -> None:
        """Fill in fields by their id."""
        for name, value in values.items():
            field = self.page.locator(f"#{name}")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def submit(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.look()

    def sign_in(self, name: str) -> None:
        self.page.goto(self.base + "/account/sign-in/")
        self.page.fill("input[name=username]", name)
        self.page.fill("input[name=password]", PASSWORD)
        with self.page.expect_navigation():
            self.page.press("input[name=password]", "Enter")


def messages_to(unit: str, number: int, sink: MailSink) -> tuple[str, str]:
    """The link and the code of a unit's n-th notice, out of the mails that came to its contact; no mail holds both."""

    def found() -> tuple[str, str] | None:
        texts = [
            email.message_from_bytes(content, policy=email.policy.default).get_content()
            for _moment, recipient, content in sink.mails
            if recipient == f"li@{unit}.example"
        ]
        links = [path for text in texts for path in re.findall(r"/n/[\w-]+/", text)]
        codes = [code for text in texts if "/n/" not in text for code in re.findall(r"\b\d{6}\b", text)]
        assert not any("/n/" in text and code in text for text in texts for code in codes)
        return (links[number - 1], codes[number - 1]) if min(len(links), len(codes)) >= number else None

    made: tuple[str, str] = until(found, 60, "link and code")
    return made


def sign_and_answer(unit: Walk, link: str, code: str) -> None:
    """Two taps and a code; then the first feedback."""
    unit.go(link)
    unit.page.fill("#code", code)
    unit.press("1", "sign")
    for name, text in (("contact", "李四 0888-5550100"), ("measures", "已下线"), ("plan", "本周内整改")):
        unit.page.fill(f"#{name}", text)
    unit.press("feedback")


def publish(ann: Walk, wang: Walk, unit: str) -> str:
    """From the warning at the desk to the published one; its path."""
    ann.go("/warnings/?q=" + unit)
    ann.submit("tr[data-row] a")
    ann.submit("form[action^='/bulletins/from/'] button")
    ann.page.select_option("#id_level", "blue")
    ann.page.fill("#id_level_why", "已核实影响范围")
    ann.submit("main form button.first")
    ann.press("submit")
    path = "/" + ann.page.url.split("/", 3)[3]
    wang.go(path)
    wang.press("publish")
    return path


def issue_finding(ann: Walk, wang: Walk, unit: str) -> str:
    """From the open finding to the issued notice; its path."""
    ann.go("/notices/new/findings/")
    ann.page.locator("tr", has_text=f"www.{unit}.example").locator("input[name=finding]").check()
    ann.submit("main form button.first")
    ann.submit("main form button.first")
    ann.press("submit")
    path = "/" + ann.page.url.split("/", 3)[3]
    wang.go(path)
    wang.press("approve")
    wang.press("issue")
    return path


def copy_of(walk: Walk, path: str) -> str:
    """The path of the one copy of a notice or a published warning."""
    walk.go(path)
    found = walk.page.locator("a[href^='/notices/copies/']").first.get_attribute("href")
    assert found
    return found


def warned(ann: Walk, wang: Walk, unit: Walk, code: str, sink: MailSink) -> None:
    """Warn, publish, sign on the phone, answer, review, close."""
    path = publish(ann, wang, code)
    sign_and_answer(unit, *messages_to(code, 1, sink))
    copy = copy_of(ann, path)
    ann.go(copy)
    ann.press("take-up")
    wang.go(copy)
    wang.press("pass")


def rectified(
    ann: Walk, wang: Walk, unit: Walk, code: str, sink: MailSink, proof: Path, mend: Callable[[], Any]
) -> None:
    """Notice of a finding, signed on the phone, rectified with evidence, rechecked by the machine, closed by a person."""
    path = issue_finding(ann, wang, code)
    sign_and_answer(unit, *messages_to(code, 2, sink))
    copy = copy_of(ann, path)
    unit.page.locator("details", has=unit.page.locator("#file")).evaluate("part => { part.open = true }")
    unit.page.set_input_files("#file", proof)
    unit.press("attach")
    unit.page.fill("#question", "整改后何时复测？")
    unit.press("ask")
    unit.press("register-right")
    unit.page.fill("#report", "已删除.git目录并限制访问")
    unit.press("rectified")
    mend()
    ann.go("/notices/")
    ann.go(copy)
    ann.page.fill("#words", "已复测，可销号")
    ann.press("write")
    until(
        lambda: wang.page.goto(wang.base + copy) and wang.page.locator("button[value=pass]").count(), 60, "the recheck"
    )
    wang.press("pass")
    unit.page.reload()
    unit.look()


def test_warn_publish_sign_rectify_recheck_close(platform: Platform, mail_sink: MailSink, tmp_path: Path) -> None:
    world(platform, "seed", str(mail_sink.port))
    proof = tmp_path / "整改报告.pdf"
    proof.write_bytes(b"%PDF-1.7 proof")
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        for code, (language, size) in zip(UNITS, WALKS, strict=True):
            found += walk_through(browser, platform, mail_sink, proof, code, language, size)
        browser.close()
    assert found == []
    assert world(platform, "states") == {f"{u} {k}": "closed" for u in UNITS for k in ("warning", "hazard")}


def walk_through(
    browser: Browser, platform: Platform, sink: MailSink, proof: Path, code: str, language: str, size: str
) -> list[str]:
    """The whole way of one unit; what axe and the browser found wrong."""
    base, name = platform.console.rstrip("/"), f"{language}-{size}"

    def window(who: str, width: int, height: int, **more: Any) -> Walk:
        viewport = {"width": width, "height": height}
        context = browser.new_context(locale=language, viewport=viewport, **more)  # type: ignore[arg-type]
        context.set_default_timeout(60_000)
        return Walk(context, base, f"{name}-{who}")

    ann, wang, sun = (window(who, *SIZES[size]) for who in ("ann", "wang", "sun"))
    unit = window("unit", 390, 844, has_touch=True, is_mobile=True)
    for walk in (ann, wang, sun):
        walk.sign_in(walk.name.rpartition("-")[2])
    warned(ann, wang, unit, code, sink)
    rectified(ann, wang, unit, code, sink, proof, lambda: world(platform, "mend", f"www.{code}.example"))
    for path in ("/bulletins/", "/bulletins/relay/", "/notices/earlier/", "/notices/"):
        ann.go(path)
    wang.go("/desk/")
    sun.go("/terms/notice-terms/")
    walks = (ann, wang, sun, unit)
    for walk in walks:
        walk.page.context.close()
    return [text for walk in walks for text in walk.found]
