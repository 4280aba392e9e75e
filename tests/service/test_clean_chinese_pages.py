"""Thousands of honest Chinese pages, from Debian's documentation: no check that watches home pages may cry out at one of them."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fenghuo.see.screening.checks.base import Check, Severity, judge
from fenghuo.see.screening.checks.learning import begin
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.checks.samples import NOW, SITE, facts
from fenghuo.see.screening.facts import Page
from fenghuo.see.screening.facts.needs import BASELINE, HOME, OUTSIDE_NAMES, PAGES
from fenghuo.see.screening.facts.network import OutsideName
from fenghuo.see.screening.facts.site import Pages

pytestmark = pytest.mark.service

PLACES = (
    ("/usr/share/libreoffice/help/zh-CN", "**/*.html"),
    ("/usr/share/doc/installation-guide-amd64/zh_CN", "*.html"),
    ("/usr/share/debian-reference", "*.zh-cn.html"),
    ("/usr/share/doc/debian/FAQ/zh-cn", "*.html"),
    ("/usr/share/doc/maint-guide-zh-cn/html", "*.html"),
    ("/usr/share/doc/debian-edu-doc-zh-cn", "*.html"),
)
WATCHING = ("tampered-page", "dark-link", "hijacked-title", "foreign-scripts", "personal-data")
ENOUGH = 2000


def pages() -> Iterator[Page]:
    """Each page in the encoding in which it is stored, every other one in GB 18030 as well as half of the county's sites are."""
    number = 0
    for folder, pattern in PLACES:
        for path in sorted(Path(folder).glob(pattern)):
            body = path.read_bytes()
            headers = {"Content-Type": "text/html"}
            if number % 2:
                body = body.decode(errors="replace").encode("gb18030", errors="replace")
                headers["Content-Type"] += "; charset=gbk"
            number += 1
            yield Page(f"{SITE}{path.name}", 200, tuple(headers.items()), body)


def edited(page: Page) -> Page:
    """The page after a day: other digits here and there, and one paragraph said twice."""
    chance = random.Random(page.url)
    text = re.sub(r"(?<=>)([^<>]*)\d([^<>]*)(?=<)", lambda m: f"{m[1]}{chance.randrange(10)}{m[2]}", page.text)
    paragraphs = re.findall(r"<p\b[^>]*>[^<]{10,200}</p>", text)
    if paragraphs:
        text = text.replace("</body>", chance.choice(paragraphs) + "</body>")
    encoding = "gb18030" if "gbk" in (page.header("content-type") or "") else "utf-8"
    return replace(page, body=text.encode(encoding, errors="replace"))


def gravely(check: Check, home: Page) -> list[str]:
    """What a check finds at a page that was edited since it was learned, in words for the person who reads a failing test."""
    baseline = replace(begin(home, NOW).baseline, learned_until=NOW)
    now = edited(home)
    names = tuple(OutsideName(host, "script", True) for host in baseline.script_hosts)
    values = {HOME: now, BASELINE: baseline, OUTSIDE_NAMES: names, PAGES: Pages({now.url: now})}
    verdict = judge(check, facts(values))
    assert verdict.reason != "check-failed", (home.url, verdict.detail)
    grave = {Severity.CRITICAL, Severity.HIGH}
    return [
        f"{home.url} {f.outcome}: {f.evidence}" for f in verdict.findings if check.outcome(f.outcome).severity in grave
    ]


def test_no_honest_page_is_called_attacked() -> None:
    found, seen = [], 0
    checks = [all_checks()[name] for name in WATCHING if name in all_checks()]
    for page in pages():
        seen += 1
        for check in checks:
            found += gravely(check, page)
    assert seen >= ENOUGH, f"only {seen} of Debian's Chinese pages are installed (see .ci/run)"
    assert found == []
