"""Samples: pages of HTTPS with parts from http://, and pages that only look so."""

from fenghuo.see.screening.checks.samples import SITE, Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, PAGES, SECURE
from fenghuo.see.screening.facts.site import Pages

_HTTP = SITE.replace("https:", "http:")


def _home(inner: str, *others: Page | Failure, head: str = "", policy: str = "", cut: bool = False) -> Facts:
    headers = {"Content-Security-Policy": policy} if policy else {}
    home = page(html(inner, head=head), headers=headers, cut=cut)
    return facts({HOME: home, SECURE: home, PAGES: Pages({f"{SITE}{n}": one for n, one in enumerate(others)})})


def _over_http(secure: Page | Failure) -> Facts:
    return facts(
        {HOME: page(html("<script src=http://a.example/x.js></script>"), url=_HTTP), SECURE: secure, PAGES: Pages({})}
    )


_OLD_MARK = (
    """<script>document.write(unescape("%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript """
    """src='http://dcs.conac.cn/js/33/000/0000/1/CA330000000000000000000.js' %3E%3C/script%3E"));</script>"""
)
_ASKING_MARK = (
    """<script>var p=(("https:"==document.location.protocol)?" https://":" http://");"""
    """document.write(unescape("%3Cscript src='"+p+"dcs.conac.cn/js/1.js' %3E%3C/script%3E"));</script>"""
)
_LINKS = (
    "<a href='http://www.weisheng.example/'>县卫健局</a><a href='http://bszs.conac.cn/sitename?method=show'>标识</a>"
    "<p>请将 &lt;script src=\"http://a.example/x.js\"&gt; 改为 https</p><!-- <script src='http://a.example/x.js'></script> -->"
)
SAMPLES = [
    Sample("links, words and comments", _home(_LINKS), "pass"),
    Sample("everything relative", _home("<img src=/a.png><script src=//cdn.example/x.js></script>"), "pass"),
    Sample("the mark asks how the page came", _home(_ASKING_MARK), "pass"),
    Sample("only for browsers without scripts", _home("<noscript><img src=http://a.example/p.gif></noscript>"), "pass"),
    Sample(
        "browsers are told to upgrade",
        _home("<script src=http://a.example/x.js></script>", policy="upgrade-insecure-requests"),
        "pass",
    ),
    Sample(
        "browsers are told so in the page",
        _home(
            "<img src=http://a.example/x.png>",
            head="<meta http-equiv=Content-Security-Policy content='img-src *; upgrade-insecure-requests'>",
        ),
        "pass",
    ),
    Sample("a script", _home("<script src='http://cdn.example/jquery.js?v=1'></script>"), ["active"]),
    Sample("a style sheet", _home("", head="<link rel=stylesheet href=http://www.jiaoyu.example/a.css>"), ["active"]),
    Sample("a frame", _home("<iframe src=http://tianqi.example/></iframe>"), ["active"]),
    Sample("a search form", _home("<form action=http://www.jiaoyu.example/search><input name=q></form>"), ["active"]),
    Sample("a picture", _home("<img src=http://www.jiaoyu.example/a.png>"), ["passive"]),
    Sample("a film", _home("<video><source src=http://v.example/a.mp4></video>"), ["passive"]),
    Sample("a large picture", _home("<img src=a.png srcset='http://a.example/b.png 2x'>"), ["passive"]),
    Sample("a base element", _home("<img src=a.png>", head=f"<base href={_HTTP}>"), ["passive"]),
    Sample("the old mark", _home(_OLD_MARK), ["conac-mark"]),
    Sample("the mark as a picture", _home("<img src=http://dcs.conac.cn/image/red.png>"), ["conac-mark"]),
    Sample("on another page", _home("", page(html("<img src=http://a.example/1.png>"), url=SITE + "a")), ["passive"]),
    Sample("no HTTPS", _over_http(Failure(Why.REFUSED)), "not-applicable"),
    Sample("HTTPS sends back", _over_http(page("", 302, SITE, {"Location": _HTTP})), "not-applicable"),
    Sample(
        "HTTPS sends on, and nobody went there", _over_http(page("", 302, SITE, {"Location": "/x"})), "could-not-test"
    ),
    Sample("HTTPS did not answer", _over_http(Failure(Why.TIMED_OUT)), "could-not-test"),
    Sample("half a page", _home("<p>", cut=True), "could-not-test"),
    Sample("a page did not come", _home("<p>", Failure(Why.TIMED_OUT)), "could-not-test"),
    Sample("no home page", facts({HOME: Failure(Why.RESET), SECURE: page(html()), PAGES: Pages({})}), "could-not-test"),
]
