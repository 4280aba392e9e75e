"""Samples: kinds of units and suffixes."""

from dataclasses import replace

from fenghuo.see.screening.checks.samples import TARGET, Sample, facts
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import NAMES
from fenghuo.see.screening.facts.network import Names


def _site(host: str, kind: str, names: Failure | None = None) -> Facts:
    found = names or Names(".".join(host.split(".")[-3:]), {"A": ("203.0.113.8",)})
    return facts({NAMES: found}, target=replace(TARGET, host=host, unit_kind=kind))


SAMPLES = [
    Sample("a department", _site("www.fengsui.gov.cn", "department"), "pass"),
    Sample("a township under .政务", _site("chengguan.政务", "township"), "pass"),
    Sample("the same as the name service writes it", _site("chengguan.xn--zfr164b", "township"), "pass"),
    Sample("a school", _site("www.fsyz.edu.cn", "school"), "pass"),
    Sample("a hospital under .公益", _site("fsyy.公益", "hospital"), "pass"),
    Sample("a department under .com", _site("www.fsjiaoyu.com", "department"), ["organs"]),
    Sample("a department under plain .cn", _site("www.fsjiaoyu.cn", "department"), ["organs"]),
    Sample("a name that only looks like it", _site("www.fsgov.cn", "department"), ["organs"]),
    Sample("looks like it in the middle", _site("fengsui.gov.cn.com", "department"), ["organs"]),
    Sample("a school under .com", _site("www.fsyz.com", "school"), ["institutions"]),
    Sample("an address", _site("203.0.113.8", "department", Failure(Why.NAME_NOT_FOUND)), ["address-only"]),
    Sample("an enterprise", _site("www.fsshui.com", "enterprise"), "not-applicable"),
    Sample("a kind that nobody stated", _site("www.fengsui.gov.cn", ""), "could-not-test"),
    Sample(
        "a name that is gone", _site("www.fsjiaoyu.com", "department", Failure(Why.NAME_NOT_FOUND)), "could-not-test"
    ),
]
