"""Samples: Set-Cookie lines of common servers, firewalls and counters."""

from fenghuo.see.screening.checks.samples import SITE, Sample, facts, html
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, PAGES, PLAIN, SECURE
from fenghuo.see.screening.facts.site import Pages

_HTTP = SITE.replace("https:", "http:")


def _sets(*cookies: str, url: str = SITE, status: int = 200) -> Page:
    headers = (("Content-Type", "text/html; charset=utf-8"), *(("Set-Cookie", c) for c in cookies))
    return Page(url, status, headers, html("<p>新闻</p>").encode())


def _site(*cookies: str, secure: Page | Failure | None = None, other: Page | Failure | None = None) -> Facts:
    home = _sets(*cookies)
    pages = {SITE + "login": other} if other is not None else {}
    return facts({HOME: home, SECURE: secure or home, PLAIN: Failure(Why.REFUSED), PAGES: Pages(pages)})


_GOOD = "JSESSIONID=5C1B7E2A9D; Path=/; Secure; HttpOnly; SameSite=Lax"
_OVER_HTTP = _sets("PHPSESSID=abcdef0123; path=/; HttpOnly; SameSite=Lax", url=_HTTP)
SAMPLES = [
    Sample("all guarded", _site(_GOOD), "pass"),
    Sample(
        "flags in capitals, in another order",
        _site("PHPSESSID=1f0e; HTTPONLY; SAMESITE=STRICT; SECURE; Path=/"),
        "pass",
    ),
    Sample("a guarded one beside a counter", _site("Hm_lvt_1=2; Path=/", _GOOD), "pass"),
    Sample("for other sites too, on purpose", _site("token=abcd; Secure; HttpOnly; SameSite=None"), "pass"),
    Sample(
        "over http:// Secure can't be asked for",
        facts({HOME: _OVER_HTTP, SECURE: Failure(Why.REFUSED), PLAIN: _OVER_HTTP, PAGES: Pages({})}),
        "pass",
    ),
    Sample("a plain Tomcat", _site("JSESSIONID=5C1B7E2A9D; Path=/; HttpOnly"), ["no-secure", "no-samesite"]),
    Sample("a plain PHP", _site("PHPSESSID=1f0e2d3c; path=/"), ["no-secure", "no-httponly", "no-samesite"]),
    Sample("readable by scripts", _site("ASP.NET_SessionId=x1y2; path=/; Secure; SameSite=Lax"), ["no-httponly"]),
    Sample("a word that browsers don't know", _site("sid=a1b2; Secure; HttpOnly; SameSite=true"), ["void-samesite"]),
    Sample("None without Secure", _site("sid=a1b2; HttpOnly; SameSite=None"), ["no-secure", "void-samesite"]),
    Sample("the second of two", _site(_GOOD, "SESSION=abcd; Secure; SameSite=Lax"), ["no-httponly"]),
    Sample("on the way", _site(secure=_sets("sid=a1b2; HttpOnly; SameSite=Lax", status=302)), ["no-secure"]),
    Sample(
        "on the login page",
        _site(other=_sets("ASPSESSIONIDQADCSTRB=ABCD; path=/; Secure; SameSite=Lax")),
        ["no-httponly"],
    ),
    Sample(
        "taken away",
        _site(
            "rememberMe=deleteMe; Path=/; Max-Age=0",
            "sid=; Path=/",
            "token=x; Expires=Thu, 01-Jan-1970 00:00:10 GMT",
            "PHPSESSID=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0",
        ),
        "not-applicable",
    ),
    Sample(
        "firewalls, balancers, counters and tokens for scripts",
        _site(
            "yunsuo_session_verify=1; path=/",
            "BIGipServerpool=2; path=/",
            "Hm_lvt_3=4",
            "XSRF-TOKEN=5",
            "__jsluid_s=6",
            "lang=zh",
        ),
        "not-applicable",
    ),
    Sample("a page did not come", _site(_GOOD, other=Failure(Why.TIMED_OUT)), "could-not-test"),
    Sample("https:// timed out", _site(_GOOD, secure=Failure(Why.TIMED_OUT)), "could-not-test"),
]
