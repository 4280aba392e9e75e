"""Some of 200 units for a warning, in a real browser: by the filter and the keyboard, on a phone, and without script."""

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.service.conftest import MailSink, Platform, program
from tests.service.reading import Office, Reader
from tests.service.test_notice_journey import WALKS, world

pytestmark = [pytest.mark.service, pytest.mark.browser]
SCHOOLS = sorted(f"school-{n}" for n in range(1, 197) if n % 5 == 2)


def fill(page: Page) -> None:
    """What else a draft needs."""
    page.fill("#id_title", "关于防范勒索病毒的预警通报")
    page.select_option("#id_threat_class", "ransomware")
    page.select_option("#id_importance", "important")
    page.select_option("#id_harm", "severe")


def shown(page: Page) -> int:
    return page.locator("input[name=to]:visible").count()


def by_the_keyboard(ann: Reader) -> None:
    """Filter, Enter, space; then what the filter leaves, all at once; the filter goes, the choice stays."""
    ann.go("/bulletins/new/")
    page = ann.page
    filter_ = page.locator("[data-ticks] input[type=search]")
    filter_.fill("school-12")
    assert shown(page) == 3, "school-12, school-122 and school-127: the code is looked at too"
    filter_.press("Enter")
    page.keyboard.press("Space")
    filter_.fill("第17学校")
    assert shown(page) == 1
    page.locator(".ticks .all input").check()
    filter_.fill("不存在")
    assert shown(page) == 0
    ann.look()
    filter_.fill("")
    assert page.locator("[data-count]").inner_text().split() in (
        ["已选", "2", "/", "200"],
        ["2", "of", "200", "chosen"],
    )
    assert page.locator(".ticks .all input").evaluate("box => box.indeterminate")
    ann.look()
    fill(page)
    ann.save()


def all_but_one(ann: Reader) -> None:
    """A kind as a whole, one of it taken out again; what is sent is what is ticked."""
    ann.open("/bulletins/new/")
    page = ann.page
    group = page.locator("[data-group]", has=page.locator("[data-many][value=school]"))
    group.evaluate("part => { part.open = true }")
    group.locator("[data-many]").check()
    group.locator("input[name=to]").first.uncheck()
    assert group.locator("[data-many]").evaluate("box => box.indeterminate && !box.checked")
    fill(page)
    ann.save()


def test_some_of_two_hundred_units(platform: Platform, mail_sink: MailSink) -> None:
    world(platform, "seed", str(mail_sink.port), module="many_units")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        office = Office(browser, platform, "choosing")
        for office.language, office.size in WALKS:
            ann = office.begin("ann")
            by_the_keyboard(ann)
            state = ann.page.context.storage_state()
            office.close()
        ann = office.begin("ann")
        all_but_one(ann)
        office.close()
        page = browser.new_context(java_script_enabled=False, storage_state=state).new_page()
        page.goto(platform.console + "bulletins/new/")
        assert not page.locator("[data-ticks] input[type=search]").is_visible(), "no filter that does nothing"
        page.locator("summary", has_text="Schools").click()
        page.locator("[data-many][value=school]").check()
        fill(page)
        page.locator("main form button.first").click()
        page.wait_for_url("**/bulletins/*-*/")
        browser.close()
    assert office.found == [], "\n".join(office.found)
    *by_key, some, plain = world(platform, "chosen", module="many_units")
    assert by_key == [["school-122", "school-17"]] * len(WALKS)
    assert plain == SCHOOLS
    assert len(some) == len(SCHOOLS) - 1
    assert set(some) < set(SCHOOLS)
