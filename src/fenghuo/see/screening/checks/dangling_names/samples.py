"""Samples: aliases and links whose targets are there, gone, or unknown."""

from dataclasses import replace
from typing import Any

from fenghuo.see.screening.checks.samples import TARGET, Sample, facts
from fenghuo.see.screening.checks.watch_samples import county_page
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import HOME, NAMES, OUTSIDE_NAMES
from fenghuo.see.screening.facts.network import Names, OutsideName

_NAMES = Names("jiaoyu.example", {"A": ("192.0.2.7",)})
_ALIAS = Names("jiaoyu.example", {}, ("jiaoyu.old-cloud.example.net",), "jiaoyu.old-cloud.example.net")
_FINE = Names("jiaoyu.example", {"A": ("192.0.2.7",)}, ("jiaoyu.cloud.example.net",))


def _found(names: Any = _NAMES, *outside: OutsideName) -> Facts:
    return facts({NAMES: names, OUTSIDE_NAMES: outside, HOME: county_page()})


def _by_address(*outside: OutsideName) -> Facts:
    target = replace(TARGET, asset="192.0.2.7", host="192.0.2.7", url="http://192.0.2.7/")
    missing = Failure(Why.NAME_NOT_FOUND, "192.0.2.7: no registered domain")
    return facts({NAMES: missing, OUTSIDE_NAMES: outside, HOME: county_page()}, target=target)


_GONE = OutsideName("www.old-school.example.net", "http://www.old-school.example.net/", False, False)
_MOVED = OutsideName("zs.example.net", "http://zs.example.net/", False, True)
SAMPLES = [
    Sample("all there", _found(_NAMES, OutsideName("www.moe.gov.cn", "link", True)), "pass"),
    Sample("an alias that leads somewhere", _found(_FINE), "pass"),
    Sample("nothing outside", _found(), "pass"),
    Sample("an alias to a place that was given up", _found(_ALIAS), ["alias"]),
    Sample("a link to a domain that is free", _found(_NAMES, _GONE), ["free-domain"]),
    Sample("a link to a name that is gone", _found(_NAMES, _MOVED), ["missing-host"]),
    Sample("an alias is enough", facts({NAMES: _ALIAS, OUTSIDE_NAMES: Failure(Why.TIMED_OUT)}), ["alias"]),
    Sample(
        "a script is for another check", _found(_NAMES, OutsideName("hm.baidu.com", "script", False, False)), "pass"
    ),
    Sample("an alias of the site's own name was not seen", _found(Failure(Why.NAME_SERVER_FAILED)), "could-not-test"),
    Sample(
        "a name server failed",
        _found(_NAMES, OutsideName("a.example.net", "link", Failure(Why.TIMED_OUT))),
        "could-not-test",
    ),
    Sample("nobody looked", facts({}), "could-not-test"),
    Sample("a site without a name", _by_address(), "not-applicable"),
    Sample("a link to a free domain on a site without a name", _by_address(_GONE), ["free-domain"]),
]
