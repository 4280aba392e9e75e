"""Samples: scripts of others that are usual, and those that are not."""

from typing import Any

from fenghuo.see.screening.checks.samples import Sample, facts, html, page
from fenghuo.see.screening.checks.watch_samples import baseline_of, county_page, watched
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, OUTSIDE_NAMES
from fenghuo.see.screening.facts.network import OutsideName

_BAIDU = OutsideName("hm.baidu.com", "script", True)
_MAP = '<script src="https://api.map.baidu.com/api?v=3"></script>'
_WIDGET = '<script src="//widget.weather.example.net/w.js"></script>'
_FRAME = '<iframe src="http://qp.example.net/" width=0 height=0></iframe>'
_DYNAMIC = "<script>var s=document.createElement('script');s.src='https://js.qp.example.net/j.js';document.head.appendChild(s)</script>"
_WRITTEN = "<script>document.write('<scr'+'ipt src=\"http://js.qp.example.net/a.js\"></scr'+'ipt>')</script>"


def _loads(extra: str, *names: OutsideName, baseline: Any = None) -> Facts:
    return watched(county_page(extra), baseline, {OUTSIDE_NAMES: (_BAIDU, *names)})


def _there(host: str) -> OutsideName:
    return OutsideName(host, "script", True)


_OWN: Page = page(html('<script src="/js/a.js"></script><script src="https://static.jiaoyu.example/a.js"></script>'))
SAMPLES = [
    Sample("as ever", _loads(""), "pass"),
    Sample("only own scripts, and nothing is known yet", facts({HOME: _OWN}), "pass"),
    Sample("a map", _loads(_MAP, _there("api.map.baidu.com")), "pass"),
    Sample(
        "learned before",
        _loads(_WIDGET, _there("widget.weather.example.net"), baseline=baseline_of(county_page(_WIDGET))),
        "pass",
    ),
    Sample(
        "an article with the words of a script",
        _loads("<pre>&lt;script src=http://js.qp.example.net/a.js&gt;</pre>"),
        "pass",
    ),
    Sample("a new script", _loads(_WIDGET, _there("widget.weather.example.net")), ["new-host"]),
    Sample("a new script, loaded by a script", _loads(_DYNAMIC, _there("js.qp.example.net")), ["new-host"]),
    Sample("a new script, written by a script", _loads(_WRITTEN, _there("js.qp.example.net")), ["new-host"]),
    Sample("a frame that nobody sees", _loads(_FRAME, _there("qp.example.net")), ["hidden-frame"]),
    Sample(
        "a domain that anybody can register",
        _loads(_WIDGET, OutsideName("widget.weather.example.net", "script", False, False)),
        ["free-domain"],
    ),
    Sample(
        "a usual host whose name is gone",
        _loads(_MAP, OutsideName("api.map.baidu.com", "script", False, True)),
        ["missing-name"],
    ),
    Sample(
        "a library in other hands",
        _loads('<script src="https://cdn.bootcss.com/jquery/3.1.1/jquery.min.js"></script>', _there("cdn.bootcss.com")),
        ["taken-over"],
    ),
    Sample(
        "nobody knows yet what is usual",
        _loads(_WIDGET, _there("widget.weather.example.net"), baseline=Failure(Why.STILL_LEARNING)),
        "could-not-test",
    ),
    Sample("names were not looked up", watched(county_page()), "could-not-test"),
    Sample(
        "a name server failed",
        watched(
            county_page(),
            more={OUTSIDE_NAMES: (OutsideName("hm.baidu.com", "script", Failure(Why.NAME_SERVER_FAILED)),)},
        ),
        "could-not-test",
    ),
    Sample("half a page", watched(county_page(cut=True), more={OUTSIDE_NAMES: (_BAIDU,)}), "could-not-test"),
    Sample("no answer", watched(Failure(Why.TIMED_OUT)), "could-not-test"),
    Sample(
        "no page at all", facts({HOME: page(b"{}", headers={"Content-Type": "application/json"})}), "not-applicable"
    ),
]
