"""Samples: forms as county sites have them, and pages that only talk about them."""

from fenghuo.see.screening.checks.samples import SITE, Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, PAGES, PLAIN
from fenghuo.see.screening.facts.site import Pages

_HTTP = SITE.replace("https:", "http:")
_LOGIN = "<form action='{0}' method=post>用户名<input name=username>密码<input type=password name=pwd><button>登录</button></form>"
_SENT_ON = page("", 301, _HTTP, {"Location": SITE})


def _over_https(inner: str, *others: Page | Failure, cut: bool = False) -> Facts:
    pages = {f"{SITE}{n}": other for n, other in enumerate(others)}
    return facts({HOME: page(html(inner), cut=cut), PLAIN: _SENT_ON, PAGES: Pages(pages)})


def _over_http(inner: str) -> Facts:
    home = page(html(inner), url=_HTTP)
    return facts({HOME: home, PLAIN: home, PAGES: Pages({})})


_TABLE = "<form action=/query><table><tr><td>身份证号：</td><td><input name=q1></td></tr></table></form>"
_ARTICLE = (
    "<p>办理居民身份证号码更正，请携带户口簿，并填写手机号码。</p>"
    "<form action=/search><input name=keyword placeholder=请输入关键字></form>"
)
SAMPLES = [
    Sample("a login over HTTPS", _over_https(_LOGIN.format("/login")), "pass"),
    Sample("a login over HTTPS without an action", _over_https(_LOGIN.format("")), "pass"),
    Sample("a login that leaves by script", _over_https(_LOGIN.format("javascript:void(0)")), "pass"),
    Sample("a login over http://", _over_http(_LOGIN.format("https://www.jiaoyu.example/login")), ["page-over-http"]),
    Sample("a password outside any form", _over_http("<div><input type=password id=p></div>"), ["page-over-http"]),
    Sample("an ID number by the cell before it", _over_http(_TABLE), ["page-over-http"]),
    Sample(
        "a telephone number in a letter to the head",
        _over_http("<form action=/letter><input name=lxdh><textarea name=content></textarea></form>"),
        ["page-over-http"],
    ),
    Sample("a login posts to http://", _over_https(_LOGIN.format(_HTTP + "login.do")), ["posts-to-http"]),
    Sample(
        "a button posts to http://",
        _over_https(f"<form action=/ok><input type=password><button formaction='{_HTTP}x'>登录</button></form>"),
        ["posts-to-http"],
    ),
    Sample(
        "a base element leads to http://",
        facts(
            {
                HOME: page(html(_LOGIN.format("login"), head=f"<base href='{_HTTP}'>")),
                PLAIN: _SENT_ON,
                PAGES: Pages({}),
            }
        ),
        ["posts-to-http"],
    ),
    Sample(
        "http:// shows the login too",
        facts(
            {
                HOME: page(html(_LOGIN.format("/l"))),
                PLAIN: page(html(_LOGIN.format("/l")), url=_HTTP),
                PAGES: Pages({}),
            }
        ),
        ["page-over-http"],
    ),
    Sample(
        "the login is a page further",
        _over_https("<p>新闻", page(html(_LOGIN.format("/l")), url=_HTTP + "login;jsessionid=1?a=2")),
        ["page-over-http"],
    ),
    Sample("an article about ID numbers, and a search", _over_http(_ARTICLE), "not-applicable"),
    Sample("a hidden field", _over_http("<form><input type=hidden name=mobile value=1></form>"), "not-applicable"),
    Sample(
        "a GBK page that talks of passwords",
        facts(
            {
                HOME: page("<html><meta charset=gb2312><p>请妥善保管密码".encode("gbk"), url=_HTTP),
                PLAIN: Failure(Why.REFUSED),
                PAGES: Pages({}),
            }
        ),
        "not-applicable",
    ),
    Sample("half a page", _over_https(_LOGIN.format("/login"), cut=True), "could-not-test"),
    Sample("a page that did not come", _over_https(_LOGIN.format("/login"), Failure(Why.TIMED_OUT)), "could-not-test"),
    Sample("a page that leads away", _over_https(_LOGIN.format("/login"), Failure(Why.LEFT_THE_SITE)), "pass"),
    Sample("no home page", facts({HOME: Failure(Why.RESET), PLAIN: _SENT_ON, PAGES: Pages({})}), "could-not-test"),
]
