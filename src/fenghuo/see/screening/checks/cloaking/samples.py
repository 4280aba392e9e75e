"""Samples: the same page for everybody, honest differences, and pages that only search engines get."""

from typing import Any

from fenghuo.see.screening.checks.samples import Sample, facts, html, page
from fenghuo.see.screening.checks.watch_samples import county_page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, VARIANTS
from fenghuo.see.screening.facts.site import Variants

_HOME = county_page()
_LINKS = "".join(f'<a href="http://bc{i}.example.net/">澳门赌场{i}</a>' for i in range(30))
_OTHER = page(html("<p>全新手机批发，价格最低，货到付款，欢迎选购各种型号</p>" * 8, "全国手机批发市场"))
_MOBILE = page(html("<ul><li>要闻</li><li>公告</li><li>办事</li></ul>", "掌上教育"))
_LOGIN = page(
    html("<form><input name=u><input name=p type=password></form><p>请使用统一身份认证登录办事平台</p>", "统一身份认证")
)


def _varied(home: Page | Failure = _HOME, **other: Any) -> Facts:
    pages = dict.fromkeys(("search_engine", "from_search", "phone", "again"), _HOME)
    return facts({HOME: home, VARIANTS: Variants(**{**pages, **other})})


SAMPLES = [
    Sample("the same for everybody", _varied(), "pass"),
    Sample("a mobile layout", _varied(phone=_MOBILE), "pass"),
    Sample("those from a search log in", _varied(from_search=_LOGIN), "pass"),
    Sample(
        "another layout under the same title",
        _varied(search_engine=page(html("<p>这是给搜索引擎的文字版，只有正文</p>" * 9, "烽燧县教育局（文字版）"))),
        "pass",
    ),
    Sample(
        "a page that varies by itself",
        _varied(again=_OTHER, search_engine=page(html("<p>今日滚动内容不同，明日再换一批</p>" * 9, "滚动首页测试页"))),
        "pass",
    ),
    Sample("another page for search engines", _varied(search_engine=_OTHER), ["search-engine"]),
    Sample("links for search engines", _varied(search_engine=county_page(_LINKS)), ["search-engine"]),
    Sample(
        "hidden links for those from a search",
        _varied(from_search=county_page(f"<div hidden>{_LINKS}</div>")),
        ["from-search"],
    ),
    Sample("links for phones", _varied(phone=county_page(_LINKS)), ["phone"]),
    Sample(
        "those from a search are sent away",
        _varied(from_search=Failure(Why.LEFT_THE_SITE, "http://bc8.example.net/?a=1")),
        ["from-search"],
    ),
    Sample(
        "phones go to the unit's mobile site",
        _varied(phone=Failure(Why.LEFT_THE_SITE, "https://m.jiaoyu.example/")),
        "pass",
    ),
    Sample(
        "police warn of it", _varied(search_engine=county_page("<a href=/n/1>警方提醒：网络百家乐都是骗局</a>")), "pass"
    ),
    Sample(
        "a firewall keeps search engines out", _varied(search_engine=page(html("访问被拦截"), 403)), "could-not-test"
    ),
    Sample("a plain 403 for search engines", _varied(search_engine=page(html("Forbidden"), 403)), "could-not-test"),
    Sample("no second load", _varied(again=Failure(Why.TIMED_OUT)), "could-not-test"),
    Sample("no home page", _varied(home=Failure(Why.TIMED_OUT)), "could-not-test"),
    Sample("no page at all", _varied(home=page(b"{}", headers={"Content-Type": "application/json"})), "not-applicable"),
]
