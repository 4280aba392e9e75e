"""Samples: the ways in which links are hidden, and the honest pages that name the same things."""

from fenghuo.see.screening.checks.samples import SITE, Sample, facts, html, page
from fenghuo.see.screening.checks.watch_samples import baseline_of, county_page, watched
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import BASELINE, HOME, PAGES
from fenghuo.see.screening.facts.site import Pages

_BET = '<a href="http://bc88.example.net/">澳门新葡京网址</a>'
_ODD = '<a href="http://zx.example.net/">手机</a><a href="http://zy.example.net/">更多</a>'
_WHITE = '<div style="background:#fff"><a style="color:white" href="http://zx.example.net/">手机</a></div>'
_OPENED = (
    "<script>document.write(\"<div style='display:none'>\")</script>"
    + _BET
    + "<script>document.write('</div>')</script>"
)
_ENTITIES = (
    '<div style="position:absolute;left:-9999px"><a href="http://bc88.example.net/">&#30334;&#23478;&#20048;</a></div>'
)
_MENU = (
    '<ul style="display:none"><li><a href="http://www.moe.gov.cn/">教育部</a></li><li><a href="https://www.chsi.com.cn/">学信网</a></li>'
    '<li><a href="http://www.county-hospital.example/">县人民医院</a></li></ul>'
)
_POLICE = (
    '<div style="display:none"><a href="http://news.example.net/1">警方提醒：网络百家乐、时时彩都是骗局</a></div>'
    "<ul>"
    + "".join(f'<li><a href="/n/{i}.html">警惕网络赌博：百家乐骗局揭秘之{i}</a></li>' for i in range(5))
    + "</ul>"
)
_LOTTERY = (
    '<ul style="display:none"><li><a href="https://www.cwl.gov.cn/">中国福利彩票双色球开奖</a></li></ul>'
    + "".join(f'<a href="/c/{i}.html">福彩公益金资助项目公示、彩票投注站征召公告第{i}号</a>' for i in range(5))
)
_FLIGHTS = "".join(
    f'<a href="/h/{i}.html">&#28595;&#38376;&#33322;&#31354;开通烽燧至&#28595;&#38376;航班{i}</a>' for i in range(5)
)
_HEALTH = (
    "".join(f'<a href="/j/{i}.html">男性健康：壮阳药品购买须知{i}</a>' for i in range(2))
    + '<a href="/j/3.html">成人高考报名</a>'
)
_COUNTRIES = (
    "<select>" + "".join(f"<option>{n}</option>" for n in ("中国澳门", "马耳他", "菲律宾", "摩纳哥")) + "</select>"
)
_LOGO = '<h1 style="text-indent:-9999px;background:url(logo.png);width:200px;height:60px"><a href="http://xyz.example.net/">标志</a></h1>'
_SLIDES = '<div style="position:absolute;left:-9600px"><a href="http://zt.example.net/"><img src="/1.jpg" alt="专题"></a></div>'
_SLOTS = "".join(f'<a href="http://s{i}.example.net/">百家乐{i}</a>' for i in range(4))
_GBK = html(f"<marquee width=1 height=1>{_BET}</marquee>").replace("utf-8", "gbk").encode("gbk")


def _with(extra: str) -> Facts:
    return watched(county_page(extra))


def _learning(extra: str) -> Facts:
    return facts({HOME: county_page(extra), BASELINE: Failure(Why.STILL_LEARNING)})


SAMPLES = [
    Sample("as ever", _with(""), "pass"),
    Sample("as ever, before learning has ended", _learning(""), "pass"),
    Sample("gambling behind display:none", _with(f'<div style="display:none">{_BET}</div>'), ["hidden-illegal"]),
    Sample("found before learning has ended", _learning(f'<div style="display:none">{_BET}</div>'), ["hidden-illegal"]),
    Sample("a script opens the box", _with(_OPENED), ["hidden-illegal"]),
    Sample("numeric entities, far left", _with(_ENTITIES), ["hidden-illegal"]),
    Sample("gbk", facts({HOME: page(_GBK, headers={"Content-Type": "text/html"})}), ["hidden-illegal"]),
    Sample(
        "on another page",
        watched(county_page(), more={PAGES: Pages({SITE + "a": county_page(f"<p hidden>{_BET}</p>", url=SITE + "a")})}),
        ["hidden-illegal"],
    ),
    Sample("plain words far left", _with(f'<p style="text-indent:-3000px">{_ODD}</p>'), ["hidden-unknown"]),
    Sample("plain words in white", _with(_WHITE), ["hidden-unknown"]),
    Sample("plain words behind display:none", _with(f'<div style="display:none">{_ODD}</div>'), ["hidden-unknown"]),
    Sample("a list in plain view", _with(f"<div>{_SLOTS}</div>"), ["visible-illegal"]),
    Sample("a folded menu of links to others", _with(_MENU), "pass"),
    Sample("police warn", _with(_POLICE), "pass"),
    Sample("the official lotteries", _with(_LOTTERY), "pass"),
    Sample("flights to Macau, in entities", _with(_FLIGHTS), "pass"),
    Sample("health", _with(_HEALTH), "pass"),
    Sample("a list of countries", _with(_COUNTRIES), "pass"),
    Sample("one headline is no list", _with('<a href="/n/7.html">百家乐牌桌背后的家庭</a>'), "pass"),
    Sample("a picture for a heading", _with(_LOGO), "pass"),
    Sample("slides that wait outside", _with(_SLIDES), "pass"),
    Sample(
        "hidden since before the baseline",
        watched(county_page(f'<div style="display:none">{_ODD}</div>'), baseline_of(county_page(f"<div>{_ODD}</div>"))),
        "pass",
    ),
    Sample(
        "an article that shows the code",
        _with("<pre>&lt;div style='display:none'&gt;&lt;a href=http://bc88.example.net/&gt;百家乐</pre>"),
        "pass",
    ),
    Sample(
        "odd links while nobody knows what is usual",
        _learning(f'<p style="text-indent:-3000px">{_ODD}</p>'),
        "could-not-test",
    ),
    Sample("half a page", watched(county_page(cut=True)), "could-not-test"),
    Sample("a firewall", watched(page(html("安全狗：请求被拦截"), 403)), "could-not-test"),
    Sample("no answer", watched(Failure(Why.TIMED_OUT)), "could-not-test"),
    Sample(
        "no page at all", facts({HOME: page(b"{}", headers={"Content-Type": "application/json"})}), "not-applicable"
    ),
]
