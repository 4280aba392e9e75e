"""Samples: defaced pages, and changes that are nobody's attack."""

from dataclasses import replace

from fenghuo.see.screening.checks.samples import SITE, Sample, html, page
from fenghuo.see.screening.checks.watch_samples import baseline_of, county_page, watched
from fenghuo.see.screening.facts import Failure, Why
from fenghuo.see.screening.facts.needs import VARIANTS
from fenghuo.see.screening.facts.site import Variants

_BLACK = page(html("<center><h1>Hacked By Dark_Crew</h1><p>your security is low</p></center>", "Hacked By Dark_Crew"))
_SLOGAN = page(html("<p>这里已经换了主人，原来的一切都不在了，等着看吧</p>" * 5, "烽燧县教育局"))
_AWAY = "<script>window.location.href='http://pay.example.net/';</script>"
_ARTICLE = '<ul><li><a href="/news/99.html">Hacked by 是什么意思？网页篡改案例解读</a></li><li>本网站被黑怎么办：应急处置指南</li></ul>'
_NO = Failure(Why.NOT_COLLECTED)

SAMPLES = [
    Sample("as ever", watched(county_page()), "pass"),
    Sample(
        "another headline and another date",
        watched(county_page("<div class=col><h3>专题</h3><ul><li><a href=/zt/>安全教育日</a></li></ul></div>")),
        "pass",
    ),
    Sample("another title is for another check", watched(county_page(title="澳门新葡京")), "pass"),
    Sample("black page", watched(_BLACK), ["defaced"]),
    Sample("black page before learning has ended", watched(_BLACK, Failure(Why.STILL_LEARNING)), ["defaced"]),
    Sample("a chinese signature", watched(county_page("<h1>此网站已被黑，管理员请修补漏洞</h1>")), ["defaced"]),
    Sample("a banner in the page as it was", watched(county_page("<marquee>Defaced by Anon</marquee>")), ["defaced"]),
    Sample(
        "gb 18030",
        watched(
            replace(
                _BLACK,
                body=html("<h2>本站已被黑</h2>").replace("utf-8", "gbk").encode("gbk"),
                headers=(("Content-Type", "text/html; charset=gbk"),),
            )
        ),
        ["defaced"],
    ),
    Sample("another page without known words", watched(_SLOGAN), ["changed"]),
    Sample("nothing left", watched(page(html(""))), ["changed"]),
    Sample("visitors are sent away", watched(county_page(_AWAY)), ["sent-away"]),
    Sample(
        "visitors are sent to another site of the county",
        watched(county_page('<script>location.replace("https://www.fengsui.example/m/")</script>')),
        "pass",
    ),
    Sample("an article about it", watched(county_page(_ARTICLE)), "pass"),
    Sample(
        "a second load is as ever",
        watched(_SLOGAN, more={VARIANTS: Variants(_NO, _NO, _NO, county_page())}),
        "could-not-test",
    ),
    Sample(
        "a second load is like the first",
        watched(_SLOGAN, more={VARIANTS: Variants(_NO, _NO, _NO, _SLOGAN)}),
        ["changed"],
    ),
    Sample("still learning", watched(county_page(), Failure(Why.STILL_LEARNING)), "could-not-test"),
    Sample(
        "learning has not ended",
        watched(county_page(), baseline_of(county_page(), learned_until=None)),
        "could-not-test",
    ),
    Sample(
        "a firewall under status 200",
        watched(page(html("您的访问存在异常，请完成滑动验证后继续访问"))),
        "could-not-test",
    ),
    Sample(
        "a login form",
        watched(page(html("<form><input name=u><input type=password name=p></form>", "统一登录"))),
        "could-not-test",
    ),
    Sample("a notice of maintenance", watched(page(html("网站升级维护中，请稍后访问"))), "could-not-test"),
    Sample("half a page", watched(replace(county_page(), body=county_page().body[:900], cut=True)), "could-not-test"),
    Sample("no such page", watched(page(html("404 Not Found"), 404, SITE)), "could-not-test"),
    Sample("no answer", watched(Failure(Why.TIMED_OUT)), "could-not-test"),
]
