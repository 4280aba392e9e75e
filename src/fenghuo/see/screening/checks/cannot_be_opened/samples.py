"""Samples: visits of a week, and the visit of this moment."""

from datetime import timedelta

from fenghuo.see.screening.checks.samples import NOW, Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, VISITS
from fenghuo.see.screening.facts.site import Visits


def _visited(home: Page | Failure, failed: int = 0, last: tuple[str, ...] = ("", ""), every: int = 2016) -> Facts:
    return facts({HOME: home, VISITS: Visits(every, failed, last, NOW - timedelta(hours=1) if last[0] else None)})


_UP = page(html("新闻"))
_DOWN = Failure(Why.TIMED_OUT)
SAMPLES = [
    Sample("always there", _visited(_UP), "pass"),
    Sample("just in time", _visited(page(html("新闻"), seconds=14.9)), "pass"),
    Sample("just under one in twenty", _visited(_UP, 100), "pass"),
    Sample("one in twenty", _visited(_UP, 7, every=140), ["unstable"]),
    Sample("down again", _visited(_DOWN, 2, ("http", "")), ["down"]),
    Sample("too slow twice", _visited(page(html("新闻"), seconds=15.1), 1, ("http", "")), ["down"]),
    Sample("server error twice", _visited(page(html("502 Bad Gateway"), 502), 1, ("http", "")), ["down"]),
    Sample("no name", _visited(Failure(Why.NAME_NOT_FOUND), 300, ("dns", "dns")), ["down", "unstable"]),
    Sample("back again", _visited(_UP, 20, ("http", "http")), "pass"),
    Sample("a first failure is tried again", _visited(_DOWN), "could-not-test"),
    Sample("not a week yet", _visited(_UP, 5, every=60), "could-not-test"),
    Sample("down in the first hour", _visited(_DOWN, 3, ("tcp", "tcp"), every=5), ["down"]),
    Sample("nobody may visit", _visited(Failure(Why.NOT_AUTHORISED)), "could-not-test"),
    Sample("quiet hours", _visited(Failure(Why.OUTSIDE_WINDOW), 1, ("http", "http")), "could-not-test"),
    Sample("no budget left, but the week is known", _visited(Failure(Why.BUDGET_USED), 300), ["unstable"]),
    Sample("a firewall keeps us out", _visited(page(html("安全狗：请求被拦截"), 403)), "could-not-test"),
    Sample("visits were not counted", facts({HOME: _UP}), "could-not-test"),
]
