"""Samples: first answers of http:// and https://."""

from dataclasses import replace

from fenghuo.see.screening.checks.samples import SITE, TARGET, Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, PLAIN, SECURE

_HTTP = SITE.replace("https:", "http:")


def _to(where: str, status: int = 301, url: str = _HTTP) -> Page:
    return page("", status, url, {"Location": where})


def _keeps(value: str | None) -> Page:
    return page(html("新闻"), headers={"Strict-Transport-Security": value} if value is not None else {})


def _seen(plain: Page | Failure, secure: Page | Failure, home: Page | None = None, host: str = TARGET.host) -> Facts:
    values = {PLAIN: plain, SECURE: secure}
    return facts({**values, HOME: home} if home else values, target=replace(TARGET, host=host))


_LONG = _keeps("max-age=31536000; includeSubDomains")
_REFRESH = page(html("", head=f"<meta http-equiv=refresh content='0;url={SITE}'>"), url=_HTTP)
SAMPLES = [
    Sample("led and kept", _seen(_to(SITE), _LONG), "pass"),
    Sample("led by a temporary redirect", _seen(_to(SITE, 302), _LONG), "pass"),
    Sample("led to the name with www", _seen(_to("https://www.fengsui.example/"), _LONG), "pass"),
    Sample("nobody at port 80", _seen(Failure(Why.REFUSED), _LONG), "pass"),
    Sample("only errors at port 80", _seen(page(html("403"), 403, _HTTP), _LONG), "pass"),
    Sample("half a year", _seen(_to(SITE), _keeps("max-age=15552000")), "pass"),
    Sample("quoted", _seen(_to(SITE), _keeps('includeSubDomains; max-age="31536000"')), "pass"),
    Sample("kept by the page behind", _seen(_to(SITE), _to("/index.html", 302, SITE), _LONG), "pass"),
    Sample("an address can't be kept", _seen(_to(SITE), _keeps(None), host="192.0.2.7"), "pass"),
    Sample("http:// shows the site", _seen(page(html("新闻"), url=_HTTP), _LONG), ["no-redirect"]),
    Sample("only the page refreshes", _seen(_REFRESH, _LONG), ["no-redirect"]),
    Sample("first to http:// again", _seen(_to("http://www.jiaoyu.example/index.html"), _LONG), ["no-redirect"]),
    Sample("HTTPS sends back", _seen(_to(SITE), _to(_HTTP, 302, SITE)), ["no-redirect", "no-hsts"]),
    Sample("not kept", _seen(_to(SITE), _keeps(None)), ["no-hsts"]),
    Sample("let go", _seen(_to(SITE), _keeps("max-age=0")), ["no-hsts"]),
    Sample("no age", _seen(_to(SITE), _keeps("includeSubDomains")), ["no-hsts"]),
    Sample("two ages", _seen(_to(SITE), _keeps("max-age=31536000; max-age=0")), ["no-hsts"]),
    Sample("kept for a month", _seen(_to(SITE), _keeps("max-age=2592000")), ["short-hsts"]),
    Sample("no HTTPS", _seen(page(html("新闻"), url=_HTTP), Failure(Why.REFUSED)), "not-applicable"),
    Sample("http:// timed out", _seen(Failure(Why.TIMED_OUT), _LONG), "could-not-test"),
    Sample("https:// timed out", _seen(_to(SITE), Failure(Why.TIMED_OUT)), "could-not-test"),
]
