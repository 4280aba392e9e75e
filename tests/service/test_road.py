"""The whole road with real programs: nginx → rsyslog → Fenghuo → the desk in Chromium, and mail in a sink."""

import email
import email.policy
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.service.conftest import MailSink, Platform, program, until

ATTACKS = 200


def p99(values: list[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.99) - 1)]


def imfile(log: Path, action: str) -> str:
    return (
        'module(load="imfile" mode="inotify")\n'
        f'input(type="imfile" File="{log}" Tag="nginx:" Ruleset="out")\n'
        f'ruleset(name="out") {{ {action} }}\n'
    )


def sign_in(page: Page, console: str, password: str) -> None:
    page.goto(console + "account/sign-in/")
    page.fill("input[name=username]", "duty")
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/account/password/")
    page.fill("input[name=old]", password)
    page.fill("input[name=new]", "a sentence of my own")
    page.press("input[name=new]", "Enter")
    page.wait_for_url("**/*")


EVERY_MAIL = """
import sys; from pathlib import Path; from fenghuo.base.common.django_setup import setup; setup(Path(sys.argv[1]))
from fenghuo.base.audit import COMMAND_LINE; from fenghuo.warn.channels.actions import set_limits
from fenghuo.warn.channels.models import Channel
set_limits(COMMAND_LINE, Channel.objects.get(), digests=False, rate=100_000.0, burst=1_000.0)
"""
"""As for a machine: 200 warnings in a minute would else be put together for whoever reads them."""


@pytest.mark.service
@pytest.mark.browser
@pytest.mark.parametrize("transport", ["tcp", "relp"])
def test_a_real_attack_is_on_the_desk_and_in_the_mail_within_a_second(
    transport: str,
    platform: Platform,
    mail_sink: MailSink,
    nginx: Callable[[str], int],
    rsyslog: Callable[[str], None],
    tmp_path: Path,
) -> None:
    platform.cli("units", "add", "--code", "gov", "--name", "县政府", "--importance", "vital")
    platform.json("sources", "add", "--unit", "gov", "--kind", "syslog", "--peer", "127.0.0.1")
    settings = ["--set", "host=127.0.0.1", "--set", f"port={mail_sink.port}", "--set", "security=none"]
    channel = ["channels", "add", "--name", "mail", "--kind", "email", *settings, "--set", "sender=f@office.example"]
    platform.json(*channel, "--to", "desk@office.example")
    subprocess.run([sys.executable, "-c", EVERY_MAIL, str(platform.data)], env=platform.environment, check=True)
    password = platform.json("user", "add", "duty", "--role", "duty-officer")["password"]
    set_up(platform)
    log = tmp_path / "access.log"
    log.touch()
    port = nginx(f"{log} vhost")
    port_there = platform.port("syslog-tcp" if transport == "tcp" else "relp")
    actions = {
        "tcp": f'action(type="omfwd" target="127.0.0.1" port="{port_there}" protocol="tcp")',
        "relp": f'action(type="omrelp" target="127.0.0.1" port="{port_there}")',
    }
    rsyslog(('module(load="omrelp")\n' if transport == "relp" else "") + imfile(log, actions[transport]))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        sign_in(page, platform.console, password)
        page.goto(platform.console + "desk/")
        curl(port, "/warm-up")
        until(lambda: platform.export("events"), what="the first line")
        sent, shown = fire(port, page)
        browser.close()
    assert len(platform.export("warnings")) == ATTACKS
    check_times(sent, shown, platform, mail_sink)


def set_up(platform: Platform) -> None:
    """As the first start would: the profile stands, so that the console leads to the desk."""
    import urllib.parse
    import urllib.request

    code = (platform.data / "keys" / "setup.code").read_text()
    jar = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = jar.open(f"{platform.console}setup/?code={code}").read().decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    values = {"csrfmiddlewaretoken": token, "code": code, "county": "云岭县", "office": "网信办", "name": "张"}
    values |= {"username": "zhang", "password": "correct horse battery", "mail_port": "25"}
    jar.open(f"{platform.console}setup/", urllib.parse.urlencode(values).encode())


def curl(port: int, path: str, host: str = "www.example") -> None:
    address = f"http://127.0.0.1:{port}{path}"
    subprocess.run([program("curl"), "-s", "-o", "/dev/null", "-H", f"Host: {host}", address], check=True)


def fire(port: int, page: Page) -> tuple[dict[str, float], dict[str, float]]:
    """Attacks among normal requests, each on a site of its own: when each was sent, and when the desk counted it."""
    sent: dict[str, float] = {}
    shown: dict[str, float] = {}
    for number in range(ATTACKS):
        site = f"site{number}.example"
        for visit in range(2):
            curl(port, f"/news/{number}-{visit}.html", site)
        sent[site] = time.time()
        curl(port, "/n.php?id=1%20UNION%20ALL%20SELECT%201,2", site)
        page.wait_for_function(
            "n => document.querySelector('#live .count').textContent === String(n)",
            arg=number + 1,
            timeout=10_000,
            polling=10,
        )
        shown[site] = time.time()
    return sent, shown


def site_of(mail: bytes) -> str:
    """The site that a mail is about."""
    text = email.message_from_bytes(mail, policy=email.policy.default).get_content()
    found = re.search(r"资产：(\S+)", text)
    assert found, text
    return found.group(1)


def check_times(sent: dict[str, float], shown: dict[str, float], platform: Platform, mail_sink: MailSink) -> None:
    stored = {hit["asset"]: datetime.fromisoformat(hit["stored_at"]).timestamp() for hit in platform.export("hits")}
    assert stored.keys() == sent.keys()
    until(lambda: len(mail_sink.mails) == ATTACKS, 10, "every mail")
    mailed = {site_of(content): moment for moment, _recipient, content in mail_sink.mails}
    assert mailed.keys() == sent.keys()
    assert {recipient for _moment, recipient, _content in mail_sink.mails} == {"desk@office.example"}
    times = {
        name: [at[site] - sent[site] for site in sent]
        for name, at in (("row", stored), ("page", shown), ("mail", mailed))
    }
    for name, values in times.items():
        print(f"{name}: p50 {sorted(values)[len(values) // 2]:.3f} s, p99 {p99(values):.3f} s")
    assert p99(times["row"]) <= 1.0
    assert p99(times["page"]) <= 1.0
    assert p99(times["mail"]) <= 2.0
