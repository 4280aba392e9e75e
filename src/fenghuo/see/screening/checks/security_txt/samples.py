"""Samples: files as RFC 9116 wants them, and as they are found."""

from fenghuo.see.screening.checks.probe_samples import SOFT, found
from fenghuo.see.screening.checks.samples import SITE, Sample, html, page
from fenghuo.see.screening.checks.security_txt.check import CHECK
from fenghuo.see.screening.checks.security_txt.parse import PATH
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import MISSING

URL = SITE.rstrip("/") + PATH
GOOD = "# 烽燧县教育局\nContact: mailto:wangan@jiaoyu.example\nExpires: 2027-06-30T00:00:00+08:00\nPreferred-Languages: zh, en\n"


def _file(text: str | bytes, media: str = "text/plain; charset=utf-8", status: int = 200) -> Facts:
    return found(CHECK, {PATH: page(text, status, URL, {"Content-Type": media})})


def _only(answer: Page | Failure) -> Facts:
    return found(CHECK, {PATH: answer})


SAMPLES = [
    Sample("good", _file(GOOD), "pass"),
    Sample("good, with its own address", _file(GOOD + f"Canonical: {URL}\n"), "pass"),
    Sample("absent", found(CHECK, {}), ["absent"]),
    Sample("soft 404", found(CHECK, {PATH: SOFT}, {MISSING: SOFT}), ["absent"]),
    Sample("a page about it", _only(page(html("<p>Contact: 12345</p><p>Expires: 2027</p>"))), ["absent"]),
    Sample("a firewall stands before it", _only(page(html("您的请求已被网站防火墙拦截"), 403)), "could-not-test"),
    Sample("ended", _file(GOOD.replace("2027-06", "2026-06")), ["expired"]),
    Sample("no end", _file("Contact: mailto:wangan@jiaoyu.example\n"), ["broken"]),
    Sample("plain mail address", _file(GOOD.replace("mailto:", "")), ["broken"]),
    Sample("a date without time", _file(GOOD.replace("T00:00:00+08:00", "")), ["broken"]),
    Sample("other type", _file(GOOD, "application/octet-stream"), ["broken"]),
    Sample("a page's type", _file(GOOD, "text/html"), ["broken"]),
    Sample("in GBK", _file(GOOD.encode("gb18030"), "text/plain"), ["broken"]),
    Sample("half of it", _only(page(GOOD, 200, URL, {"Content-Type": "text/plain"}, cut=True)), "could-not-test"),
    Sample("time ran out", _only(Failure(Why.TIMED_OUT)), "could-not-test"),
]
