"""A county home page, its baseline, and facts of both; for samples and tests of the checks that watch a home page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fenghuo.see.screening.checks.learning import begin
from fenghuo.see.screening.checks.samples import NOW, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Page
from fenghuo.see.screening.facts.needs import BASELINE, HOME
from fenghuo.see.screening.facts.site import Baseline

KEYWORDS = "烽燧县教育局,教育,招生,学校"
_NEWS = [
    "全县教育工作会议召开，部署新学期重点任务",
    "关于做好义务教育阶段招生入学工作的通知",
    "县教育局开展校园食堂食品安全专项检查",
    "我县三所学校入选省级劳动教育实验学校名单",
    "中小学教师资格认定公告及材料清单",
    "秋季学期学生资助政策问答",
    "县城第二小学扩建项目竣工并投入使用",
    "学前教育普及普惠督导评估迎检工作推进会召开",
    "暑期防溺水安全告家长书",
    "乡村学校音体美教师走教工作启动",
]
_HEAD = f'<meta name="keywords" content="{KEYWORDS}"><meta name="description" content="烽燧县教育局官方网站">'
_STYLE = "<style>.nav li ul{display:none}.nav li:hover ul{display:block}.foot{color:#333;background:#eee}</style>"
_NAV = (
    '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/jgzn/">机构职能</a><ul><li>'
    '<a href="/jgzn/ld/">领导分工</a></li>'
    '<li><a href="/jgzn/ks/">内设机构</a></li></ul></li>'
    '<li><a href="/zwgk/">政务公开</a></li><li><a href="/bsfw/">办事服务</a></li></ul></div>'
)
_FOOT = (
    '<div class="foot"><p>主办单位：烽燧县教育局 地址：烽燧县城关镇学府路1号 电话：0900-0000000</p>'
    '<p>友情链接：<a href="http://www.moe.gov.cn/">教育部</a> <a href="https://www.fengsui.example/">烽燧县人民政府</a> '
    '<a href="https://www.school-news.example/">学校资讯</a></p></div>'
)


def county_page(extra: str = "", title: str = "烽燧县教育局", head: str = _HEAD, **more: Any) -> Page:
    """The home page, with something more before its end."""
    news = "".join(
        f'<li><a href="/news/{i}.html">{text}</a><span>11-{i + 10}</span></li>' for i, text in enumerate(_NEWS)
    )
    columns = "".join(
        f'<div class="col"><h3>{name}</h3><ul>{news}</ul></div>' for name in ("教育要闻", "通知公告", "基层动态")
    )
    script = '<script src="/js/jquery.js"></script><script src="https://hm.baidu.com/hm.js?1"></script>'
    return page(html(_STYLE + _NAV + columns + _FOOT + script + extra, title, head), **more)


def baseline_of(usual: Page, **changes: Any) -> Baseline:
    """A baseline that has been learned from this page alone."""
    return replace(begin(usual, NOW).baseline, **{"learned_until": NOW, **changes})


def watched(
    home: Page | Failure, baseline: Baseline | Failure | None = None, more: Mapping[Any, Any] | None = None
) -> Facts:
    """Facts of the home page now and of what is usual on it."""
    usual = baseline_of(county_page()) if baseline is None else baseline
    return facts({HOME: home, BASELINE: usual, **(more or {})})
