# ruff: noqa: E501
"""Home pages of made-up county sites: their daily edits; all from a seed."""

import random
from dataclasses import dataclass, field
from zlib import crc32

from fenghuo.see.screening.checks.samples import SITE
from fenghuo.see.screening.facts import Page

_WHO = [
    "县教育局",
    "县政府",
    "县卫生健康局",
    "城关镇",
    "县公安局",
    "县市场监管局",
    "县农业农村局",
    "第一中学",
    "县水利局",
    "县文旅局",
    "县民政局",
    "县住建局",
]
_DOES = ["召开", "部署", "开展", "推进", "启动", "印发", "公布", "组织", "举办", "调研", "督导", "落实"]
_WHAT = ["安全生产专项检查", "义务教育招生工作", "防汛备汛工作会议", "乡村振兴示范创建", "食品安全宣传活动", "秋收秋种现场会", "基层治理培训班",
         "河湖长制巡查", "政务公开评估", "惠民政策落实情况", "老旧小区改造", "森林防火演练", "营商环境座谈会", "文化惠民演出", "养老服务体系建设", "防范网络赌博宣传"]  # fmt: skip
_HOW = [
    "取得阶段性成效",
    "受到群众好评",
    "的通知",
    "的公告",
    "现场推进会",
    "工作方案",
    "情况通报",
    "（图）",
    "进校园",
    "进社区",
]
_CHARACTERS = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFE)]
COLUMNS = ["要闻动态", "通知公告", "政策解读", "基层动态", "人事信息", "招标采购", "财政预决算", "民生服务"]


@dataclass
class CountySite:
    """A site: what its home page shows changes by the day, how it is built does not."""

    seed: int
    charset: str = "utf-8"
    day: int = 0
    counter: int = 10_000
    banner: str = "喜迎丰收节"
    columns: list[str] = field(default_factory=list)
    news: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.columns = self.columns or COLUMNS[: 3 + self.seed % 5]
        for name in self.columns:
            self.news[name] = [self.headline() for _ in range(6 + self.seed % 4)]

    def headline(self) -> str:
        """One headline of a news list."""
        pick = self.chance.choice
        if self.seed % 3 == 0:  # a site whose headlines have hardly a word in common
            return "".join(pick(_CHARACTERS) for _ in range(self.chance.randrange(12, 26)))
        return f"{pick(_WHO)}{pick(_DOES)}{pick(_WHAT)}{pick(_HOW)}"

    def html(self, title: str = "烽燧县教育局门户网站") -> str:
        """The page as text."""
        lists = "".join(
            f'<div class="box" id="c{i}"><h2>{name}</h2><ul>'
            + "".join(f'<li><a href="/a/{crc32(n.encode())}.html" title="{n}">{n}</a><em>2026-{self.day % 12 + 1:02}-1{k % 10}</em></li>' for k, n in enumerate(self.news[name]))
            + "</ul></div>"
            for i, name in enumerate(self.columns)
        )  # fmt: skip
        menu = "".join(
            f'<li><a href="/{i}/">{name}</a><ul class="sub"><li><a href="/{i}/1/">{name}列表</a></li></ul></li>'
            for i, name in enumerate(COLUMNS)
        )
        return (
            f"<!DOCTYPE html><html><head><meta charset={self.charset}><title>{title}</title>"
            '<meta name="keywords" content="烽燧县,教育局,门户网站"><meta name="description" content="烽燧县教育局门户网站">'
            "<style>.sub{display:none} .box{width:300px;overflow:hidden} .top{background:#0a5;color:#fff}</style>"
            '<script src="/js/site.js"></script></head><body>'
            f'<div class="top">今天是2026年{self.day % 12 + 1}月{self.day % 28 + 1}日 星期{"一二三四五六日"[self.day % 7]} 晴 {self.day % 30}℃</div>'
            f'<div class="banner"><a href="/zt/{self.day // 9}/"><img src="/b.jpg" alt="{self.banner}"></a><h1>{self.banner}</h1></div>'
            f'<ul class="menu">{menu}</ul><div class="main">{lists}</div>'
            '<div class="foot"><p>主办：烽燧县教育局　承办：烽燧县教育信息中心　网站标识码：0000000000</p>'
            '<p>友情链接：<a href="http://www.moe.gov.cn/">教育部</a><a href="http://www.fengsui.example/">县政府</a>'
            '<a href="https://www.lvyou.example/">旅游网</a></p>'
            f"<p>您是第 {self.counter} 位访问者</p></div></body></html>"
        )

    def page(self, html: str | None = None) -> Page:
        """The page as served."""
        text = self.html() if html is None else html
        body = text.encode("gb18030" if self.charset.startswith("gb") else "utf-8")
        return Page(SITE, 200, (("Content-Type", "text/html"),), body)

    def normal_edit(self) -> None:
        """What editors do on a day: a few headlines in each of some columns, dates, counter, weather; now and then more."""
        self.day += 1
        self.counter += self.chance.randrange(20, 900)
        for name in self.chance.sample(self.columns, self.chance.randrange(1, len(self.columns))):
            for _ in range(self.chance.randrange(1, 3)):
                self.news[name] = [self.headline(), *self.news[name][:-1]]
        if self.day % 9 == 0:
            self.banner = self.chance.choice(
                ["学习宣传先进典型", "防汛防台风专题", "高考服务专栏", "创建文明县城", "优化营商环境"]
            )
        if self.day % 15 == 0 and len(self.columns) < len(COLUMNS):
            name = COLUMNS[len(self.columns)]
            self.columns = [*self.columns, name]
            self.news[name] = [self.headline() for _ in range(6)]
