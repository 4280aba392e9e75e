"""Samples: footers of sites of the state. Codes are made up."""

from dataclasses import replace

from fenghuo.see.screening.checks.samples import SITE, TARGET, Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import HOME, SCRIPTS
from fenghuo.see.screening.facts.site import Pages

_NEWS = "<p>" + "教育局召开会议，研究部署校园安全和招生工作，听取各学校意见。" * 60 + "</p>"
_MARK = (
    "<script>document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript "
    "src='https://dcs.conac.cn/js/00/000/0000/00000000/CA000000000000000000001.js'%3E%3C/script%3E\"));</script>"
)
_CODE = "<span>网站标识码：4101000012</span>"
_ERRORS = '<script id="_jiucuo_" src="https://zfwzzc.www.gov.cn/check_web/errorInfo/jcw.js"></script>'
_SPONSOR = "<p>主办单位：烽燧县人民政府 承办单位：烽燧县教育局</p>"
_ALL = _MARK + _CODE + _ERRORS + _SPONSOR


def _home(foot: str, kind: str = "department", above: str = "") -> Facts:
    return facts({HOME: page(html(above + _NEWS + foot))}, target=replace(TARGET, unit_kind=kind))


def _without(part: str) -> Facts:
    return _home(_ALL.replace(part, ""))


_PICTURE = '<a href="https://bszs.conac.cn/sitename?method=show&id=0"><img src="/images/blue.png"></a>'
_BESIDE = facts(
    {
        HOME: page(html(_NEWS + _CODE + _ERRORS + _SPONSOR + '<script src="/foot.js"></script>')),
        SCRIPTS: Pages(
            {SITE + "foot.js": page(_PICTURE.join(("write('", "')")), headers={"Content-Type": "text/javascript"})}
        ),
    }
)
_WORDS_ONLY = "党政机关 标识 我为政府网站找错 dcs.conac.cn zfwzzc.www.gov.cn"
SAMPLES = [
    Sample("all of them", _home(_ALL), "pass"),
    Sample("a ministry's code", _home(_ALL.replace("4101000012", "bm26000001")), "pass"),
    Sample("a telephone behind the code", _home(_ALL.replace("4101000012", "4101000012 0371-65500000")), "pass"),
    Sample("the mark in a script beside the page", _BESIDE, "pass"),
    Sample("a school with its mark", _home(_PICTURE, "school"), "pass"),
    Sample("a school without", _home("", "school"), ["no-mark"]),
    Sample("no mark", _without(_MARK), ["no-mark"]),
    Sample("no code", _without(_CODE), ["no-code"]),
    Sample("nine digits", _home(_ALL.replace("4101000012", "410100001")), ["bad-code"]),
    Sample("no entry for errors", _without(_ERRORS), ["no-errors-entry"]),
    Sample("nobody runs it", _without(_SPONSOR), ["no-sponsor"]),
    Sample(
        "an event's sponsor", _home(_ALL.replace(_SPONSOR, ""), above="<p>活动主办单位：县文旅局</p>"), ["no-sponsor"]
    ),
    Sample("words about marks are no marks", _home(_CODE + _SPONSOR + _WORDS_ONLY), ["no-mark", "no-errors-entry"]),
    Sample("commented out", _home(f"<!-- {_MARK}{_ERRORS} -->{_CODE}{_SPONSOR}"), ["no-mark", "no-errors-entry"]),
    Sample("an enterprise", _home("", "enterprise"), "not-applicable"),
    Sample("an interface", facts({HOME: page(b"{}", headers={"Content-Type": "application/json"})}), "not-applicable"),
    Sample("a kind that nobody stated", _home(_ALL, ""), "could-not-test"),
    Sample("a footer script that was not seen", _home('<script src="/js/footer.js"></script>'), "could-not-test"),
    Sample("half a page", facts({HOME: page(html(_NEWS), cut=True)}), "could-not-test"),
    Sample(
        "a page that scripts build",
        facts({HOME: page(html("<div id=app></div><script src=/a.js></script>"))}),
        "could-not-test",
    ),
    Sample("firewall before it", facts({HOME: page(html("您的请求已被网站防火墙拦截"), 403)}), "could-not-test"),
    Sample("no answer", facts({HOME: Failure(Why.TIMED_OUT)}), "could-not-test"),
]
