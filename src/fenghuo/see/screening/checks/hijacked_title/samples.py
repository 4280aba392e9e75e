"""Samples: titles that were put in, also in numeric entities, and honest ones that name the same things."""

from fenghuo.see.screening.checks.samples import Sample, facts, html, page
from fenghuo.see.screening.checks.watch_samples import baseline_of, county_page, watched
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import HOME


def _entities(text: str) -> str:
    return "".join(f"&#{ord(c)};" for c in text)


def _titled(title: str) -> Facts:
    return watched(county_page(title=title))


_KEYWORDS = '<meta name="Keywords" content="时时彩平台,真人荷官,北京赛车">'
_SCRIPT = "<script>document.title='\\u767e\\u5bb6\\u4e50\\u5f00\\u6237'</script>"
_GBK = html("<p>正文</p>", "新开传奇私服发布网").replace("utf-8", "gb2312").encode("gb18030")
SAMPLES = [
    Sample("as ever", _titled("烽燧县教育局"), "pass"),
    Sample("before learning has ended", watched(county_page(), Failure(Why.STILL_LEARNING)), "pass"),
    Sample("a reform", _titled("烽燧县教育和体育局"), "pass"),
    Sample("says nothing", _titled("网站首页"), "pass"),
    Sample("gambling", _titled("澳门新葡京官方网址-烽燧县教育局"), ["illegal-words"]),
    Sample("gambling in entities", _titled(_entities("六合彩开奖直播")), ["illegal-words"]),
    Sample("entities written twice", _titled(_entities("百家乐平台").replace("&", "&amp;")), ["illegal-words"]),
    Sample("keywords", watched(county_page(head=_KEYWORDS)), ["illegal-words"]),
    Sample("a title by script", watched(county_page(_SCRIPT)), ["illegal-words"]),
    Sample("gbk", facts({HOME: page(_GBK, headers={"Content-Type": "text/html"})}), ["illegal-words"]),
    Sample("gambling without a baseline", facts({HOME: county_page(title="信用卡套现_秒到账")}), ["illegal-words"]),
    Sample("another title", _titled("全国手机批发市场"), ["other-title"]),
    Sample(
        "flights to Macau",
        watched(county_page(title="澳门航线开通 首航航班抵达澳门"), baseline_of(county_page(title="澳门航线新闻"))),
        "pass",
    ),
    Sample(
        "flights to Macau in entities",
        watched(county_page(title=_entities("烽燧县机场开通澳门航线")), baseline_of(county_page(title="烽燧县机场"))),
        "pass",
    ),
    Sample("official lottery", watched(county_page(title="中国福利彩票双色球开奖公告 烽燧县教育局")), "pass"),
    Sample("police warn", watched(county_page(title="警惕网络赌博：百家乐、时时彩都是骗局 烽燧县教育局")), "pass"),
    Sample(
        "another title while learning",
        watched(county_page(title="全国手机批发市场"), Failure(Why.STILL_LEARNING)),
        "could-not-test",
    ),
    Sample("a login form", watched(page(html("<form><input type=password></form>", "统一身份认证"))), "pass"),
    Sample("a firewall", watched(page(html("请完成安全验证", "安全验证"))), "could-not-test"),
    Sample("no answer", watched(Failure(Why.TIMED_OUT)), "could-not-test"),
    Sample("no page at all", watched(page(b"{}", headers={"Content-Type": "application/json"})), "not-applicable"),
]
