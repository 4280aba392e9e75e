"""Samples: footers as sites write them. Numbers are made up."""

from dataclasses import replace

from fenghuo.see.screening.checks.samples import SITE, TARGET, Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, PAGES, SCRIPTS
from fenghuo.see.screening.facts.site import Pages

_NEWS = "<p>" + "教育局召开会议，研究部署校园安全和招生工作，听取各学校意见。" * 8 + "</p>"
_ICP = '<a href="https://beian.miit.gov.cn/">豫ICP备12345678号-1</a>'
_POLICE = '<a href="https://beian.mps.gov.cn/#/query/webSearch?code=41010502000123">豫公网安备41010502000123号</a>'
_ICP_ONLY, _POLICE_ONLY = _ICP.split(">")[1][:-3], _POLICE.split(">")[1][:-3]


def _home(foot: str, icp: str = "", police_filing: str = "") -> Facts:
    return facts({HOME: page(html(_NEWS + foot))}, target=replace(TARGET, icp=icp, police_filing=police_filing))


def _beside(foot: str, need: object, url: str, found: Page) -> Facts:
    return facts({HOME: page(html(_NEWS + foot)), need: Pages({url: found})})


_FRAME = '<iframe src="/foot.html"></iframe>'
_WRITTEN = "document.write('" + (_ICP + _POLICE).replace("/", "\\/") + "');"
_SCRIPT = {"Content-Type": "application/javascript"}
_GBK = f"<html><head><meta charset=gb2312></head><body>{_NEWS}{_ICP}{_POLICE}</body></html>".encode("gbk")
SAMPLES = [
    Sample("both, linked", _home(_ICP + _POLICE), "pass"),
    Sample("as registered", _home(_ICP + _POLICE, icp="豫ICP备12345678号", police_filing="41010502000123"), "pass"),
    Sample("GBK", facts({HOME: page(_GBK, headers={"Content-Type": "text/html"})}), "pass"),
    Sample("wide letters and spaces", _home(_ICP.replace("ICP备", "ＩＣＰ 备 ") + _POLICE), "pass"),
    Sample(
        "in a picture's name", _home(f'{_ICP}<a href="http://www.beian.gov.cn/"><img alt="{_POLICE_ONLY}"></a>'), "pass"
    ),
    Sample("written by a script in the page", _home(f"<script>{_WRITTEN}</script>"), "pass"),
    Sample(
        "written by a script beside it",
        _beside('<script src="/js/foot.js"></script>', SCRIPTS, SITE + "js/foot.js", page(_WRITTEN, headers=_SCRIPT)),
        "pass",
    ),
    Sample("in a frame", _beside(_FRAME, PAGES, SITE + "foot.html", page(html(_ICP + _POLICE))), "pass"),
    Sample("nothing", _home(""), ["icp-missing", "police-missing"]),
    Sample("commented out", _home(f"<!-- {_ICP}{_POLICE} -->"), ["icp-missing", "police-missing"]),
    Sample("an article about it", _home(_POLICE + "如何办理ICP备案？ICP备案流程说明"), ["icp-missing"]),
    Sample("no province", _home(_POLICE + "ICP备12345678号"), ["icp-malformed"]),
    Sample("too few digits", _home(_POLICE + "豫ICP备123号"), ["icp-malformed"]),
    Sample("a word too many", _home(_POLICE + "豫ICP备案12345678号"), ["icp-malformed"]),
    Sample("thirteen digits", _home(_ICP + "豫公网安备4101050200012号"), ["police-malformed"]),
    Sample("another's number", _home(_ICP + _POLICE, icp="豫ICP备87654321号-1"), ["icp-differs"]),
    Sample(
        "another's police number",
        _home(_ICP + _POLICE, police_filing="豫公网安备 41010502000999号"),
        ["police-differs"],
    ),
    Sample(
        "the ministry's old address",
        _home(_ICP.replace("beian.miit.gov.cn", "www.miitbeian.gov.cn") + _POLICE),
        ["icp-link"],
    ),
    Sample(
        "a name that begins alike", _home(_ICP.replace("miit.gov.cn", "miit.gov.cn.example") + _POLICE), ["icp-link"]
    ),
    Sample("no link", _home(_ICP + _POLICE_ONLY), ["police-link"]),
    Sample("neither is linked", _home(_ICP_ONLY + _POLICE_ONLY), ["icp-link", "police-link"]),
    Sample("a frame that was not seen", _home(_FRAME), "could-not-test"),
    Sample("half a page", facts({HOME: page(html(_NEWS), cut=True)}), "could-not-test"),
    Sample(
        "a page that scripts build",
        facts({HOME: page(html("<div id=app></div><script src=/app.js></script>"))}),
        "could-not-test",
    ),
    Sample("not the home page", facts({HOME: page(html("404", "404"), 404)}), "could-not-test"),
    Sample("firewall before it", facts({HOME: page(html("您的请求已被网站防火墙拦截"), 403)}), "could-not-test"),
    Sample("no page", facts({HOME: page(b"{}", headers={"Content-Type": "application/json"})}), "not-applicable"),
    Sample("no answer", facts({HOME: Failure(Why.TIMED_OUT)}), "could-not-test"),
]
