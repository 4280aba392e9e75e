"""Take the pictures of docs/screens: both languages, desktop, phone and wall, of a running demo.

    python tools/screenshots.py [FOLDER]

Needs Chromium; the demo is started on free ports and ended again.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SIZES = {"desktop": (1366, 768), "phone": (390, 844)}
PAGES = {
    "desk": "desk/",
    "warnings": "warnings/",
    "incidents": "incidents/",
    "incident-new": "incidents/new/",
    "incident-links": "incidents/links/",
    "bulletins": "bulletins/",
    "bulletin-new": "bulletins/new/",
    "bulletin-relay": "bulletins/relay/",
    "notices": "notices/",
    "notice-new": "notices/new/",
    "notices-earlier": "notices/earlier/",
    "terms": "terms/notice-terms/",
    "screening": "screening/",
    "findings": "screening/findings/",
    "uptime": "screening/uptime/",
    "authorisations": "screening/authorisations/",
    "authorise": "screening/authorisations/new/",
    "rounds": "screening/rounds/",
    "round-new": "screening/rounds/new/",
    "hosts": "screening/hosts/",
    "import": "screening/import/",
    "blocks": "blocks/",
    "block-order": "blocks/new/",
    "block-devices": "blocks/devices/",
    "block-numbers": "blocks/numbers/",
    "plans": "plans/",
    "playbooks": "playbooks/",
    "tasks": "tasks/",
    "task-new": "tasks/new/",
    "inspections": "inspections/",
    "inspection-new": "inspections/new/",
    "training": "training/",
    "courses": "training/courses/",
    "certificates": "training/certificates/",
    "performance": "performance/",
    "performance-platforms": "performance/platforms/",
    "disclosure": "disclosure/",
    "fixed-assets": "disclosure/assets/",
    "surveys": "surveys/",
    "units": "units/",
    "sources": "sources/",
    "rules": "rules/",
    "bench": "rules/bench/",
    "coverage": "rules/coverage/",
    "indicators": "intel/",
    "duty": "duty/",
    "duty-pattern": "duty/pattern/",
    "duty-log": "duty/log/",
    "duty-brief": "duty/brief/",
    "roll-calls": "duty/roll-calls/",
    "arrangements": "duty/arrangements/",
    "channels": "channels/",
    "calls": "calls/",
    "channel-new": "channels/new/?kind=sms_alibaba",
    "channel-chat": "channels/new/?kind=wecom",
    "people": "people/",
    "person-new": "people/new/",
}
FOLLOWED = {
    "finding": ("screening/findings/", "tr[data-row] a"),
    "pictured-finding": ("screening/findings/?check=dark-link", "tr[data-row] a"),
    "screening-unit": ("screening/", ".board tbody th a"),
    "bulletin": ("bulletins/", "tr[data-row] a"),
    "notice": ("notices/", "tr[data-row] a"),
    "asset": ("screening/uptime/", "tr[data-row] a"),
    "round": ("screening/rounds/", "tr[data-row]:last-child a"),
    "incident": ("incidents/", "tr[data-row]:last-child a"),
    "plan": ("plans/", "tr[data-row] a"),
    "unit": ("units/", "tr[data-row] a"),
    "performance-table": ("performance/", "tr[data-row] a"),
    "disclosure-document": ("disclosure/", "tr[data-row] a"),
    "survey": ("surveys/", "tr[data-row] a"),
    "task": ("tasks/", "tr[data-row] a"),
    "inspection": ("inspections/", "tr[data-row] a"),
    "self-check": ("inspections/", "tr[data-row] a", "tr[data-row] a"),
    "self-check-visited": ("inspections/", "tr[data-row] a", "tr[data-row]:has-text('教育局') a"),
    "visit": ("inspections/", "tr[data-row] a", "tr[data-row]:has-text('教育局') a", "aside a.button"),
    "training-session": ("training/", "tr[data-row]:last-child a"),
    "performance-platform": ("performance/platforms/", "tr[data-row] a"),
}
"""Pages of one thing: the list to begin from, and the links to follow."""
LINKS = """
import json, sys
from pathlib import Path
from fenghuo.base.common.django_setup import setup
setup(Path(sys.argv[1]))
from fenghuo.base.audit import Actor
from fenghuo.report.surveys import actions as surveys
from fenghuo.report.surveys.models import Survey
from fenghuo.respond.incidents import links as incidents
from fenghuo.respond.incidents.models import UnitLink
from fenghuo.warn.notices.links import code_of, link_token
from fenghuo.warn.notices.models import NoticeCopy
copies = NoticeCopy.objects.exclude(link_hash="")
found = {}
for name, rows in (
    ("unit-warning", copies.filter(notice__kind="warning", signed_by="")),
    ("unit-warning-answered", copies.filter(notice__kind="warning", state="feedback")),
    ("unit-notice", copies.exclude(notice__kind="warning").exclude(signed_by="")),
):
    for copy in rows[:1]:
        found[name] = (f"n/{link_token(copy.id)}/", code_of(copy))
for link in UnitLink.objects.all()[:1]:
    found["unit-incident"] = (f"i/{incidents.link_token(link.id)}/", incidents.code_of(link))
for survey in Survey.objects.filter(closed_at=None)[:1]:
    found["survey-answer"] = (f"s/{surveys.give_out(Actor('screenshots', 'demo'), survey.id, 1)[0]}/", "")
print(json.dumps(found))
"""
"""A program: name of a page that people open by a link → (its address, the code that opens it or "")."""
FREE = [f"--{name}=127.0.0.1:0" for name in ("http", "ingest", "syslog-udp", "syslog-tcp", "syslog-tls", "relp")]


def chromium() -> str:
    """Path of Debian's Chromium."""
    found = shutil.which("chromium")
    if found is None:
        sys.exit("chromium is not installed: apt-get install --no-install-recommends chromium fonts-noto-cjk")
    return found


def main(target: Path) -> int:
    """Start the demo, let it run half a minute, photograph, end it."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "demo"
        command = [sys.executable, "-m", "fenghuo", "demo", "--data", str(data), *FREE]
        environment = {**os.environ, "FENGHUO_PUBLIC_URL": "https://fenghuo.office.example"}
        demo = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        try:
            while not (data / "run.json").exists():
                time.sleep(0.2)
            time.sleep(float(os.environ.get("SCREENSHOT_WAIT_S", "30")))
            console = json.loads((data / "run.json").read_text())["urls"]["console"]
            known = json.loads((data / "demo.json").read_text())
            links = json.loads(subprocess.check_output([sys.executable, "-c", LINKS, str(data)]))
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
                for language in ("zh-hans", "en"):
                    photograph(browser, console, known, language, target)
                    of_strangers(browser, console, links, language, target)
        finally:
            demo.terminate()
            demo.wait(10)
    return 0


def photograph(browser: Browser, console: str, known: dict[str, str], language: str, target: Path) -> None:
    """Every page in one language."""
    locale = "zh-CN" if language == "zh-hans" else "en-GB"
    for size, (width, height) in SIZES.items():
        context = browser.new_context(locale=locale, viewport={"width": width, "height": height})
        page = context.new_page()
        page.goto(console + "account/sign-in/")
        page.screenshot(path=target / f"sign-in-{size}-{language}.png")
        sign_in(page, known)
        for name, path in PAGES.items():
            page.goto(console + path)
            page.wait_for_timeout(400)
            page.screenshot(path=target / f"{name}-{size}-{language}.png")
        for name, (path, *links) in FOLLOWED.items():
            page.goto(console + path)
            for link in links:
                page.locator(link).first.click()
                page.wait_for_load_state()
            page.screenshot(path=target / f"{name}-{size}-{language}.png", full_page=True)
        page.goto(console + "desk/")
        page.locator("tr[data-row] a").first.click()
        page.wait_for_url("**/warnings/**")
        page.screenshot(path=target / f"warning-{size}-{language}.png", full_page=True)
        page.goto(page.url + "told/")
        page.screenshot(path=target / f"told-{size}-{language}.png", full_page=True)
        context.close()
    context = browser.new_context(locale=locale, viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.goto(console + "account/sign-in/")
    sign_in(page, known)
    page.goto(console + "wall/")
    page.screenshot(path=target / f"wall-{language}.png")
    context.close()


def of_strangers(
    browser: Browser, console: str, links: dict[str, tuple[str, str]], language: str, target: Path
) -> None:
    """The pages of people without an account, who come by a link: before the code, and after it."""
    locale = "zh-CN" if language == "zh-hans" else "en-GB"
    for size, (width, height) in SIZES.items():
        context = browser.new_context(locale=locale, viewport={"width": width, "height": height})
        page = context.new_page()
        for name, (path, code) in links.items():
            page.goto(console + path)
            page.screenshot(path=target / f"{name}{'-enter' if code else ''}-{size}-{language}.png", full_page=True)
            if code:
                page.fill("#code", code)
                page.locator("button[name=read], form .first").last.click()
                page.wait_for_load_state()
                page.screenshot(path=target / f"{name}-{size}-{language}.png", full_page=True)
        context.close()


def sign_in(page: Page, known: dict[str, str]) -> None:
    """Sign in with the demo's account."""
    page.fill("input[name=username]", known["username"])
    page.fill("input[name=password]", known["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/desk/")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screens"))
