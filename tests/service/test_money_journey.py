"""The finance clerk, the leader and the inspector in a real browser: both languages, desktop and phone; axe finds nothing on the way."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.service.conftest import Platform, program
from tests.service.money_world import WAN
from tests.service.test_notice_journey import SIZES, WALKS, Walk, world
from tests.tables.performance_world import SHANGHAI
from tests.tables.test_payment_sheets import sheet

pytestmark = [pytest.mark.service, pytest.mark.browser]
ELSEWHERE = (
    *("/desk/", "/warnings/", "/notices/", "/incidents/", "/screening/", "/units/", "/people/", "/audit/"),
    *("/performance/new/", "/performance/platforms/"),
)
"""What a finance clerk may not open; the desk leads them to their own pages instead."""


def fill(walk: Walk, **values: str) -> None:
    """Fill in a form and send it."""
    walk.fill(**{f"id_{name}": value for name, value in values.items()})
    walk.submit("main form button.first")


def text(walk: Walk) -> str:
    return walk.page.locator("main").inner_text()


def clerk(walk: Walk, project: str, day: str, folder: Path) -> None:
    """Contract, acceptance, a sheet with errors and then right, a change of the budget, a reversal; and nothing else."""
    money = f"/performance/{project}/money/"
    walk.go("/performance/")
    walk.go(money)
    assert walk.page.locator(f"a[href='/performance/{project}/']").count() == 0
    walk.go(money + "enter/contract/")
    fill(walk, number="HT-1", name="安全检测服务", party="某公司", amount="200000", signed_on=day)
    walk.go(money + "enter/acceptance/")
    walk.page.select_option("#id_contract", index=1)
    fill(walk, on=day, what="检测报告", document="验收单")
    bad, good = folder / "bad.xlsx", folder / "good.xlsx"
    bad.write_bytes(
        sheet(
            ["记-1", day, 100000.5, "某公司", "首付", "HT-1"],
            ["记-2", day, "7万元", "某公司"],
            ["记-3", "民国116年3月1日", 5, "某公司"],
            ["记-1", day, 6, "某公司", "", "HT-9"],
        )
    )
    good.write_bytes(sheet(["记-1", day, 100000.5, "某公司", "首付", "HT-1"], ["记-2", day, 70000, "某公司"]))
    walk.go(money + "import/")
    walk.page.set_input_files("#id_file", bad)
    walk.submit("main form button.first")
    said = text(walk)
    for row in (3, 4, 5):
        assert re.search(rf"(?:第 |Row ){row}(?: 行：|: )", said), said
    walk.page.set_input_files("#id_file", good)
    walk.submit("main form button.first")
    assert "170,000.50" in text(walk)
    walk.go(money + "enter/adjustment/")
    fill(walk, on=day, amount="-5", why="年中压减", document="财预9号")
    walk.go(money + "enter/payment/")
    fill(walk, voucher="记-4", on=day, amount="-70000", payee="某公司", purpose="冲销记-2")
    assert "-70,000.00" in text(walk)
    assert "65.00" in text(walk)
    for path in (*ELSEWHERE, f"/performance/{project}/", f"/performance/{project}/activities/"):
        answer = walk.page.goto(walk.base + path)
        assert answer is not None
        walk.look()
        assert answer.status == 403 or "/performance/" in walk.page.url, f"{path}: {answer.status}"
        assert answer.status == 403 or path == "/desk/", f"{path}: {answer.status}"


def leader(walk: Walk, project: str) -> None:
    """Fixes a stage, and corrects it with the reason."""
    page = f"/performance/{project}/"
    walk.go(page)
    for why, button in (("", "form[action$='/freeze/'] button"), ("重复登记已更正", "form[action$='/freeze/'] button")):
        walk.page.locator("details", has=walk.page.locator("#stage")).evaluate("part => { part.open = true }")
        walk.page.select_option("#stage", "declared:0")
        walk.page.fill("#why", why)
        walk.submit(button)
        assert "/performance/stages/" in walk.page.url
        if not why:
            walk.go(page)
    assert "重复登记已更正" in text(walk)
    walk.go(f"/performance/{project}/activities/")
    walk.go(f"/performance/{project}/activities/import/")
    walk.go("/performance/platforms/new/")
    walk.go("/performance/new/")


def inspector(walk: Walk, project: str) -> None:
    """Reads the table, the rows behind a number, the fixed stages, money and evidence; finds nothing that could be changed."""
    page = f"/performance/{project}/"
    walk.go("/performance/")
    walk.go(page)
    stages = [one.get_attribute("href") or "" for one in walk.page.locator("a[href^='/performance/stages/']").all()]
    rows = {
        name: walk.page.get_by_role("link", name=name, exact=True).first.get_attribute("href") or ""
        for name in ("项目预算控制数", "活动参与率", "运营公共平台数量", "工作开展满意率")
    }
    walk.go(rows["项目预算控制数"])
    assert all(one in text(walk) for one in ("记-1", "记-2", "记-4", "10.00005"))
    walk.go(rows["活动参与率"])
    assert "140/200" in text(walk)
    walk.go(rows["运营公共平台数量"])
    walk.submit("main a[href^='/performance/platforms/']:not([href$='/platforms/'])")
    walk.go(rows["工作开展满意率"])
    with walk.page.expect_download() as download:
        walk.page.locator("a[href$='/document/']").first.click()
    assert Path(download.value.path()).read_bytes() == b"%PDF-1.7 survey"
    assert len(stages) == 2
    for path in (*stages, page + "money/", page + "activities/", "/performance/platforms/"):
        walk.go(path)
        assert walk.page.locator("main form[method=post]").count() == 0, path
    assert "HT-1" in (walk.go(page + "money/") or text(walk))
    for path in ("/performance/new/", page + "money/import/", "/performance/platforms/new/"):
        answer = walk.page.goto(walk.base + path)
        assert answer is not None
        assert answer.status == 403
        walk.look()


def walk_through(
    browser: Browser, platform: Platform, project: str, folder: Path, language: str, size: str
) -> list[str]:
    """The way of all three; what axe and the browser found wrong."""
    width, height = SIZES[size]
    found: list[str] = []
    for who in ("zhao", "wang", "ji"):
        context = browser.new_context(locale=language, viewport={"width": width, "height": height})
        context.set_default_timeout(60_000)
        walk = Walk(context, platform.console.rstrip("/"), f"{language}-{size}-{who}")
        walk.sign_in(who)
        walk.look()
        if who == "zhao":
            clerk(walk, project, datetime.now(SHANGHAI).date().isoformat(), folder)
        else:
            {"wang": leader, "ji": inspector}[who](walk, project)
        found += walk.found
        context.close()
    return found


def test_clerk_leader_and_inspector(platform: Platform, tmp_path: Path) -> None:
    names = {walk: re.sub(r"\W", "", "".join(walk)) for walk in WALKS}
    projects: dict[str, str] = money(platform, "seed", *names.values())
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        for (language, size), name in names.items():
            found += walk_through(browser, platform, projects[name], tmp_path, language, size)
        browser.close()
    assert found == []
    wanted = [10_000_050, 65 * WAN, 1, 1, [1, 2]]
    assert money(platform, "states") == dict.fromkeys(names.values(), wanted)


def money(platform: Platform, *arguments: str) -> Any:
    """One verb of `money_world`."""
    return world(platform, *arguments, module="money_world")
