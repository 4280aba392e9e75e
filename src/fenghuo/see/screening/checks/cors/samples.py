"""Samples: answers to two made-up origins."""

from fenghuo.see.screening.checks.samples import Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import ORIGINS
from fenghuo.see.screening.facts.site import Origins

_ONE, _OTHER = "https://a8f3k2.example", "https://q7z1m4.example"


def _answer(origin: str | None, credentials: str | None = "true", status: int = 200) -> Page:
    headers = {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": credentials}
    return page(html("<p>新闻</p>"), status, headers={k: v for k, v in headers.items() if v is not None})


def _answers(one: Page, other: Page) -> Facts:
    return facts({ORIGINS: Origins({_ONE: one, _OTHER: other})})


_TWICE = Page("https://www.jiaoyu.example/", 200, (("Access-Control-Allow-Origin", _ONE),) * 2, b"")
SAMPLES = [
    Sample("nothing said", _answers(page(html()), page(html())), "pass"),
    Sample("everybody, without credentials", _answers(_answer("*", None), _answer("*", None)), "pass"),
    Sample("everybody with credentials, which browsers refuse", _answers(_answer("*"), _answer("*")), "pass"),
    Sample("reflected without credentials", _answers(_answer(_ONE, None), _answer(_OTHER, None)), "pass"),
    Sample("a word that browsers do not take", _answers(_answer(_ONE, "True"), _answer(_OTHER, "True")), "pass"),
    Sample(
        "one fixed partner",
        _answers(_answer("https://www.fengsui.example"), _answer("https://www.fengsui.example")),
        "pass",
    ),
    Sample("two headers, which browsers refuse", _answers(_TWICE, _TWICE), "pass"),
    Sample("reflected with credentials", _answers(_answer(_ONE), _answer(_OTHER)), ["reflected"]),
    Sample("reflected, and kept by a cache", _answers(_answer(_ONE), _answer(_ONE)), ["reflected"]),
    Sample(
        "reflected on a page that is not there",
        _answers(_answer(_ONE, status=404), _answer(_OTHER, status=404)),
        ["reflected"],
    ),
    Sample("null with credentials", _answers(_answer("null"), _answer("null")), ["null-origin"]),
    Sample("reflected once", _answers(_answer(_ONE), page(html())), "could-not-test"),
    Sample("only one answer", facts({ORIGINS: Origins({_ONE: page(html())})}), "could-not-test"),
    Sample("a firewall answers one", _answers(page(html()), page(html("请求被拦截"), 403)), "could-not-test"),
    Sample("no answer", facts({ORIGINS: Failure(Why.TIMED_OUT)}), "could-not-test"),
]
