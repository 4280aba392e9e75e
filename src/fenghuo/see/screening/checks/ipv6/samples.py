"""Samples: one site over two protocols."""

from dataclasses import replace

from fenghuo.see.screening.checks.samples import SITE, TARGET, Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, OVER_IPV6
from fenghuo.see.screening.facts.network import OverIPv6

_NEWS = "".join(f"<li>教育局召开第 {n} 次会议，研究部署校园安全和招生工作，听取各学校意见</li>" for n in range(30))
_HOME = page(html(f"<ul>{_NEWS}</ul><p>访问量 12345</p>"))
_DEFAULT = page(html("<h1>Welcome to nginx!</h1><p>Further configuration is required.</p>", "Welcome to nginx!"))
_GBK = page(
    f"<html><head><meta charset=gbk><title>烽燧县教育局</title></head><body><ul>{_NEWS}</ul></body></html>".encode(
        "gbk"
    ),
    headers={"Content-Type": "text/html"},
)


def _over(found: Page | Failure | None, *addresses: str, home: Page = _HOME) -> Facts:
    return facts({HOME: home, OVER_IPV6: OverIPv6(addresses or ("2001:db8::8",), found)})


SAMPLES = [
    Sample("the same", _over(_HOME), "pass"),
    Sample("the counter moved on", _over(page(html(f"<ul>{_NEWS}</ul><p>访问量 99999</p>"))), "pass"),
    Sample("the same in another charset", _over(_GBK), "pass"),
    Sample("leads to HTTPS", _over(page(b"", 301, "http://www.jiaoyu.example/", {"Location": SITE})), "pass"),
    Sample("no address", facts({HOME: _HOME, OVER_IPV6: OverIPv6(())}), ["no-address"]),
    Sample("address, but nobody there", _over(Failure(Why.TIMED_OUT)), ["unreachable"]),
    Sample("address of a broken server", _over(page(html("502 Bad Gateway"), 502)), ["unreachable"]),
    Sample("another site", _over(_DEFAULT), ["other-page"]),
    Sample("nothing there", _over(page(html("404 Not Found", "404"), 404)), ["other-page"]),
    Sample("leads elsewhere", _over(page(b"", 302, SITE, {"Location": "https://other.example/"})), ["other-page"]),
    Sample("firewall before it", _over(page(html("您的请求已被网站防火墙拦截"), 403)), "could-not-test"),
    Sample("not visited", _over(None), "could-not-test"),
    Sample("we have no IPv6", facts({HOME: _HOME, OVER_IPV6: Failure(Why.NOT_COLLECTED)}), "could-not-test"),
    Sample("site down", _over(_HOME, home=page(html("502"), 502)), "could-not-test"),
    Sample("an address", facts({HOME: _HOME}, target=replace(TARGET, host="203.0.113.8")), "not-applicable"),
    Sample("an enterprise", facts({}, target=replace(TARGET, unit_kind="enterprise")), "not-applicable"),
]
