"""The public document and a survey in a real browser: analyst, clerk, leader, inspector, and a stranger with a slip; axe on the way."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.service.conftest import Platform, program
from tests.service.test_money_journey import fill, money, text
from tests.service.test_notice_journey import SIZES, WALKS, Walk
from tests.tables.performance_world import SHANGHAI
from tests.tables.publication_world import SAMPLE

pytestmark = [pytest.mark.service, pytest.mark.browser]
YEARS = (2025, 2026, 2027)
"""A document for each of the first walks; the others read what stands."""


def data_file(folder: Path, year: int) -> Path:
    """The sample as the document of another year."""
    words = SAMPLE.read_text(encoding="utf-8").replace("2026", "@now").replace("2025", "@then")
    made = folder / f"{year}.json"
    made.write_text(words.replace("@now", str(year)).replace("@then", str(year - 1)), encoding="utf-8")
    return made


def clerk(walk: Walk) -> None:
    """Takes a fixed asset up, writes a part of it off, and edits a section of money."""
    walk.go("/disclosure/assets/new/")
    fill(walk, kind="other", name="台式机", count="46", value="180700", since="2023-05-01", document="记-3")
    assert "18.07" in text(walk)
    walk.submit("a[href$='/write-off/']")
    fill(walk, on="2024-05-01", count="1", value="3000", reason="worn", document="处置批复")
    walk.go("/disclosure/assets/import/")
    assert "17.77" in (walk.go("/disclosure/assets/") or text(walk))


def analyst(walk: Walk, file: Path, year: int, today: str) -> str:
    """Begins a document, makes a mistake, mends it, enters the approval, asks; the address of the document."""
    walk.go("/disclosure/new/")
    walk.page.select_option("#id_source", "file")
    walk.page.fill("#id_year", str(year))
    walk.page.set_input_files("#id_file", file)
    walk.submit("main form button.first")
    page = re.sub(r"^https?://[^/]+", "", walk.page.url)
    walk.go(page + "section/overview/")
    field = walk.page.locator("input[name='overview.income.total']")
    field.fill("一百")
    walk.submit("main form button.first")
    field = walk.page.locator("input[name='overview.income.total']")
    assert field.input_value() == "一百"
    field.fill("999")
    walk.submit("main form button.first")
    walk.go(page)
    assert walk.page.locator("form[action$='/do/ask/'] button").is_disabled()
    walk.go(page + "section/overview/")
    walk.page.locator("input[name='overview.income.total']").fill("312.40")
    walk.submit("main form button.first")
    for section in ("head", "duties", "performance", "procurement", "assets", "tables"):
        walk.go(f"{page}section/{section}/")
    walk.go(page)
    walk.page.fill("#id_on", today)
    walk.page.fill("#id_paper", "财预1号")
    walk.submit("form[action$='/do/approval/'] button")
    walk.submit("form[action$='/do/ask/'] button")
    assert walk.page.locator("form[action$='/do/release/']").count() == 0
    return page


def leader(walk: Walk, page: str, today: str) -> str:
    """Approves, compares two versions, writes a survey and makes a slip; its address."""
    walk.go(page)
    walk.page.fill("form[action$='/do/release/'] #id_on", today)
    walk.page.fill("#id_address", "https://www.yunling.example/budget")
    walk.submit("form[action$='/do/release/'] button")
    walk.submit("a[href*='/versions/']")
    walk.go("/surveys/new/")
    fill(
        walk,
        title="满意度",
        audience="各单位",
        last_day="2099-01-01",
        questions="评分：及时吗\n选择：渠道 | 短信 | 电话\n填空：建议",
    )
    with walk.page.expect_download() as download:
        walk.page.locator("form[action$='/slips/'] button").click()
    links = re.findall(r"/s/[\w-]+/", Path(download.value.path()).read_text(encoding="utf-8"))
    assert len(links) == 50
    walk.page.reload()
    walk.look()
    return links[0]


def stranger(walk: Walk, slip: str) -> None:
    """Answers by the slip, once."""
    walk.go(slip)
    walk.page.check("input[name=q1][value='5']")
    walk.submit("main form button.first")
    assert walk.page.locator("[role=alert]").count() == 1
    walk.page.check("input[name=q2][value='1']")
    walk.page.fill("#q3", "多演练")
    walk.submit("main form button.first")
    walk.go(slip)
    assert walk.page.locator("main form").count() == 0


def reader(walk: Walk) -> None:
    """The inspector reads everything and changes nothing."""
    for path in ("/disclosure/", "/disclosure/assets/", "/surveys/"):
        walk.go(path)
        assert walk.page.locator("main form[method=post]").count() == 0, path
    walk.go("/disclosure/")
    walk.submit("tr[data-row] a")
    assert walk.page.locator("main form[method=post]").count() == 0
    walk.submit("a[href*='/section/overview/']")
    assert walk.page.locator("main button.first").count() == 0
    walk.page.go_back()
    walk.submit("a[href*='/versions/']")
    with walk.page.expect_download() as download:
        walk.page.locator("a[href$='disclosure.html']").click()
    assert "预算信息公开" in Path(download.value.path()).read_text(encoding="utf-8")


def walk_through(browser: Browser, platform: Platform, folder: Path, number: int, today: str) -> list[str]:
    language, size = WALKS[number]
    width, height = SIZES[size]
    found: list[str] = []

    def begin(who: str) -> Walk:
        context = browser.new_context(locale=language, viewport={"width": width, "height": height})
        context.set_default_timeout(60_000)
        walk = Walk(context, platform.console.rstrip("/"), f"public-{language}-{size}-{who}")
        if who:
            walk.sign_in(who)
        return walk

    walks = []
    if number == 0:
        walks.append(begin("zhao"))
        clerk(walks[-1])
    if number < len(YEARS):
        walks.append(begin("an"))
        page = analyst(walks[-1], data_file(folder, YEARS[number]), YEARS[number], today)
        walks.append(begin("wang"))
        slip = leader(walks[-1], page, today)
        walks.append(begin(""))
        stranger(walks[-1], slip)
    walks.append(begin("ji"))
    reader(walks[-1])
    for walk in walks:
        found += walk.found
        walk.page.context.close()
    return found


def test_the_document_and_the_survey(platform: Platform, tmp_path: Path) -> None:
    money(platform, "seed", "一个项目")
    today = datetime.now(SHANGHAI).date().isoformat()
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        for number in range(len(WALKS)):
            found += walk_through(browser, platform, tmp_path, number, today)
        browser.close()
    assert found == []
