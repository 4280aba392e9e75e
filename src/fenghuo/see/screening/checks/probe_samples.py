"""Samples of checks that ask for paths: nothing under any of them but what a sample puts there."""

from collections.abc import Mapping
from typing import Any

from fenghuo.see.screening.checks.base import Check
from fenghuo.see.screening.checks.samples import SITE, Sample, facts, html, nothing_here, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import MISSING

Values = Mapping[Any, Any]
"""Need → value."""

SOFT = page(html("<p>政务公开 通知公告 办事指南 联系我们</p>", "烽燧县教育局"))
"""A site that answers everything with its home page."""


def found(check: Check, at: Mapping[str, Page | Failure], values: Values | None = None) -> Facts:
    """Honest 404s under every path of the check but these (path as declared → answer)."""
    paths = {probe.path for probe in check.probes}
    assert set(at) <= paths, f"{set(at) - paths} are not asked for"
    probes = {path: at.get(path, nothing_here(SITE.rstrip("/") + path)) for path in paths}
    return facts({MISSING: nothing_here(), **(values or {})}, probes)


def usual_decoys(check: Check, path: str, values: Values | None = None) -> list[Sample]:
    """What every check that asks for paths must bear: soft 404s, refusals, firewalls, moves, time-outs."""
    article = page(
        html("<h1>如何防止源码、数据库备份和后台地址泄露</h1><p>不要把 www.zip、.env 放在网站目录。</p>", "安全知识")
    )
    login = page(
        html("<form method=post action=/login><input name=user><input type=password name=p></form>", "用户登录")
    )
    soft = {probe.path: SOFT for probe in check.probes}
    block = page(html("您的请求已被网站防火墙拦截"), 403)
    moved = page("", 301, SITE.rstrip("/") + path, {"Location": "https://other.jiaoyu.example" + path})
    to_login = {p.path: page("", 302, SITE.rstrip("/") + p.path, {"Location": "/login"}) for p in check.probes}
    return [
        Sample("nothing there", found(check, {}, values), "pass"),
        Sample("every path shows the home page", found(check, soft, {**(values or {}), MISSING: SOFT}), "pass"),
        Sample("every path sends to the login", found(check, to_login, values), "pass"),
        Sample("an article about it", found(check, {path: article}, values), "pass"),
        Sample(
            "the login page of the site, for every path",
            found(check, {p.path: login for p in check.probes}, {**(values or {}), MISSING: login}),
            "pass",
        ),
        Sample("an empty answer", found(check, {path: page(b"")}, values), "pass"),
        Sample("forbidden", found(check, {path: page(html("403 Forbidden", "403"), 403)}, values), "pass"),
        Sample("a firewall stands before it", found(check, {path: block}, values), "could-not-test"),
        Sample("sent to another host", found(check, {path: moved}, values), "could-not-test"),
        Sample("time ran out", found(check, {path: Failure(Why.TIMED_OUT)}, values), "could-not-test"),
    ]
