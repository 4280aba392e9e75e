"""Samples: what stands at port 443 of county sites."""

from dataclasses import replace

from fenghuo.see.screening.checks.samples import SITE, TARGET, Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, PLAIN, SECURE

_HTTP = SITE.replace("https:", "http:")
_NEWS = "".join(f"<li>烽燧县教育局召开第{n}次义务教育招生工作会议，研究部署秋季学期开学准备" for n in range(1, 9))
_OTHER = "".join(f"<li>县疾控中心发布第{n}期流感监测周报，提醒居民接种疫苗并注意通风" for n in range(1, 9))


def _seen(secure: Page | Failure, plain: Page | Failure, home: Page | Failure | None = None) -> Facts:
    values = {SECURE: secure, PLAIN: plain}
    return facts({**values, HOME: home} if home is not None else values)


def _sends(where: str, url: str = _HTTP) -> Page:
    return page("", 301, url, {"Location": where})


_JSON = {"Content-Type": "application/json"}
_PLAIN = page(html(_NEWS), url=_HTTP)
_SITE = page(html(_NEWS))
_GBK = page(html(_NEWS).replace("utf-8", "gbk").encode("gbk"), url=SITE, headers={"Content-Type": "text/html"})
SAMPLES = [
    Sample("the same site on both", _seen(_SITE, _PLAIN), "pass"),
    Sample("the same site in GBK", _seen(_GBK, _PLAIN), "pass"),
    Sample("the same site with other news", _seen(page(html(_NEWS + "<li>新增一条通知")), _PLAIN), "pass"),
    Sample("http:// sends on", _seen(_SITE, _sends(SITE), _SITE), "pass"),
    Sample("both send to the same page", _seen(_sends("/index.html", SITE), _sends("/index.html")), "pass"),
    Sample("nobody at port 80", _seen(_SITE, Failure(Why.REFUSED)), "pass"),
    Sample(
        "sent to a registered host",
        _seen(
            _sends("https://www.fengsui.example/", SITE), _sends(SITE), page(html(), url="https://www.fengsui.example/")
        ),
        "pass",
    ),
    Sample(
        "an interface",
        _seen(
            page(b'{"t":1}', headers=_JSON),
            page(b'{"t":2}', url=_HTTP, headers=_JSON),
        ),
        "pass",
    ),
    Sample(
        "HTTPS at another port",
        _seen(Failure(Why.REFUSED), Failure(Why.REFUSED), page(html(), url=SITE[:-1] + ":8443/")),
        "pass",
    ),
    Sample("the port refuses", _seen(Failure(Why.REFUSED), _PLAIN), ["no-https"]),
    Sample("no way to the port", _seen(Failure(Why.NO_CONNECTION), Failure(Why.TIMED_OUT), _PLAIN), ["no-https"]),
    Sample("HTTPS sends back to http://", _seen(_sends(_HTTP, SITE), _PLAIN), ["sent-back"]),
    Sample("another office's site", _seen(page(html(_OTHER, "烽燧县疾病预防控制中心")), _PLAIN), ["other-site"]),
    Sample(
        "the county's portal, which names every office",
        _seen(page(html("部门：烽燧县教育局、民政局" + _OTHER, "烽燧县人民政府")), _PLAIN),
        ["other-site"],
    ),
    Sample(
        "a fresh nginx", _seen(page(html("<h1>Welcome to nginx!</h1>", "Welcome to nginx!")), _PLAIN), ["other-site"]
    ),
    Sample(
        "a fresh Apache and nobody at port 80",
        _seen(page("<html><body><h1>It works!</h1></body></html>"), Failure(Why.REFUSED)),
        ["other-site"],
    ),
    Sample(
        "a panel's page", _seen(page(html("您没有将此域名绑定到站点", "没有找到站点"), 404), _PLAIN), ["other-site"]
    ),
    Sample("sent to a stranger", _seen(_sends("https://cloud.example/login", SITE), _PLAIN), ["other-site"]),
    Sample("an article about nginx", _seen(page(html(_NEWS + "Welcome to nginx!", "烽燧县教育局")), _PLAIN), "pass"),
    Sample("sent inside, and nobody went there", _seen(_sends("/portal/", SITE), _PLAIN), "could-not-test"),
    Sample("a firewall's page", _seen(page(html("您的请求已被网站防火墙拦截"), 403), _PLAIN), "could-not-test"),
    Sample("the handshake fails", _seen(Failure(Why.TLS_FAILED), _PLAIN), "could-not-test"),
    Sample("nothing answers at all", _seen(Failure(Why.REFUSED), Failure(Why.REFUSED)), "could-not-test"),
    Sample("closed a moment after it answered", _seen(Failure(Why.REFUSED), _sends(SITE), _SITE), "could-not-test"),
    Sample("http:// timed out", _seen(_SITE, Failure(Why.TIMED_OUT)), "could-not-test"),
    Sample("no page concerns a mail server", replace(facts({}), target=replace(TARGET, kind="mail")), "not-applicable"),
]
