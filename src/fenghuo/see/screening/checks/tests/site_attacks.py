# ruff: noqa: E501
"""What attackers do to a home page: each attack is a change of its HTML, written as it is found in pages, one a line."""

import random
from collections.abc import Callable

Attack = Callable[[str, random.Random], str]
_DARK_HOSTS = ["qp{}.example", "www.bc{}.test", "m.yl{}.example", "sf{}.example"]
_DARK_WORDS = ["澳门新葡京网址", "百家乐规则", "代办文凭", "新开传奇私服", "成人视频", "信用卡套现", "六合彩开奖"]
_PLAIN_WORDS = ["手机", "更多", "装修公司", "点击这里", "网站地图"]


def _links(chance: random.Random, words: list[str]) -> str:
    hosts = [each.format(chance.randrange(100, 999)) for each in _DARK_HOSTS]
    return "".join(f'<a href="http://{host}/">{chance.choice(words)}</a>' for host in hosts)


def _put(html: str, what: str, chance: random.Random) -> str:
    """At the beginning or the end of the body, or in its middle."""
    at = chance.choice(["<body>", '<ul class="menu">', '<div class="foot">', "</body>"])
    before, mark, after = html.partition(at)
    return before + what + mark + after if at != "<body>" else before + mark + what + after


def _entities(text: str) -> str:
    return "".join(f"&#{ord(c)};" if ord(c) > 127 else c for c in text)


def _hiding(template: str, words: list[str] = _DARK_WORDS, encode: bool = False) -> Attack:
    def attack(html: str, chance: random.Random) -> str:
        links = _links(chance, words)
        return _put(html, template.replace("LINKS", _entities(links) if encode else links), chance)

    return attack


def _instead(body: str) -> Attack:
    return lambda html, chance: html.partition("<body>")[0] + "<body>" + body + "</body></html>"


def _put_in(what: str) -> Attack:
    return lambda html, chance: _put(html, what, chance)


def _titled(title: str) -> Attack:
    def attack(html: str, chance: random.Random) -> str:
        before, _, rest = html.partition("<title>")
        return f"{before}<title>{title}</title>{rest.partition('</title>')[2]}"

    return attack


def _half_replaced(html: str, chance: random.Random) -> str:
    before, mark, _ = html.partition('<div class="main">')
    slogan = (
        "<center><font size=7>你们的网站不安全 请联系管理员修复漏洞 我们还会再来</font><br><img src=x.gif></center>"
    )
    return before + mark + slogan * 4 + "</div></body></html>"


DEFACEMENTS: dict[str, Attack] = {
    "black page": _instead(
        "<center><h1>Hacked By Shadow_Team</h1><img src=skull.gif><p>Your security is low</p></center>"
    ),
    "black page, chinese": _instead("<h1>此网站已被黑</h1><p>管理员请尽快修补漏洞</p>"),
    "only a picture": _instead('<img src="/upload/x.jpg" width=100%>'),
    "emptied": _instead(""),
    "a slogan without known words": _instead("<p>我们来过这里 一切都变了 记住今天 这不是结束 只是开始</p>" * 6),
    "other page in a frame": _instead('<iframe src="http://qp1.example/" width=100% height=900></iframe>'),
    "half of it replaced": _half_replaced,
    "banner over all": _put_in("<center><h1>HACKED BY R00T</h1></center>"),
    "defaced by": _put_in("<marquee>Defaced by Anon_Crew</marquee>"),
    "owned": _put_in("<div><b>0wned by xX_k1d_Xx</b></div>"),
    "sent away by a meta element": lambda html, chance: html.replace(
        "</head>", '<meta http-equiv="refresh" content="0;url=http://qp2.example/"></head>'
    ),
    "sent away by a script": _put_in("<script>window.location.href='http://qp3.example/';</script>"),
    "sent away if from a search": _put_in(
        "<script>if(/baidu/.test(document.referrer)){location.replace('https://qp4.example/x')}</script>"
    ),
}
DARK_LINKS: dict[str, Attack] = {
    "display none": _hiding('<div style="display:none">LINKS</div>'),
    "display none, plain words": _hiding('<div style="display:none">LINKS</div>', _PLAIN_WORDS),
    "visibility": _hiding('<p style="visibility:hidden">LINKS</p>'),
    "far left": _hiding('<div style="position:absolute;left:-9999px;top:0">LINKS</div>'),
    "far left, plain words": _hiding('<div style="position:absolute;left:-9999px">LINKS</div>', _PLAIN_WORDS),
    "far up by a rule": _hiding("<style>.zx{position:absolute;top:-2000px}</style><div class=zx>LINKS</div>"),
    "text indent": _hiding('<div style="text-indent:-9999px">LINKS</div>', _PLAIN_WORDS),
    "margin": _hiding('<div style="margin-left:-9999px">LINKS</div>'),
    "one pixel": _hiding('<div style="height:1px;overflow:hidden">LINKS</div>', _PLAIN_WORDS),
    "no letters": _hiding('<span style="font-size:0px">LINKS</span>', _PLAIN_WORDS),
    "font of one pixel": _hiding("<style>#k i{font-size:1px}</style><div id=k><i>LINKS</i></div>"),
    "white on white": _hiding('<div style="background:#fff"><font color="white">LINKS</font></div>'),
    "letters like the ground": _hiding('<div style="background-color:#0a5"><style>.q a{color:#0a5}</style><p class=q>LINKS</p></div>', _PLAIN_WORDS),
    "marquee": _hiding('<marquee height=1 width=4 scrollamount=3000 scrolldelay=20000>LINKS</marquee>'),
    "marquee, plain words": _hiding('<marquee width="1" height="1">LINKS</marquee>', _PLAIN_WORDS),
    "noscript": _hiding("<noscript>LINKS</noscript>"),
    "a script opens the box": _hiding("<script>document.write(\"<div style='display:none'>\");</script>LINKS<script>document.write('<\\/div>')</script>"),
    "a script opens the box, escaped": _hiding("<script>document.write('\\x3cdiv style=\"position:absolute;left:-3000px\"\\x3e')</script>LINKS<script>document.write('\\x3c/div\\x3e')</script>", _PLAIN_WORDS),
    "a script hides it": _hiding('<div id="fl">LINKS</div><script>document.getElementById("fl").style.display="none"</script>'),
    "a script hides it by a name": _hiding('<div id="fl2">LINKS</div><script>var o=document.getElementById("fl2");o.style.display = "none";</script>'),
    "numeric entities": _hiding('<div style="display:none">LINKS</div>', [_entities(w) for w in _DARK_WORDS]),
    "see-through": _hiding('<div style="opacity:0;position:absolute">LINKS</div>'),
    "in view": _hiding("<div>LINKS</div>"),
}  # fmt: skip
HEADS: dict[str, Attack] = {
    "gambling title": _titled("澳门新葡京娱乐官网-百家乐开户"),
    "title in entities": _titled(_entities("六合彩开奖直播_今晚开什么")),
    "other title": _titled("全国最低价手机批发市场"),
    "keywords": lambda html, chance: html.replace(
        'content="烽燧县,教育局,门户网站"', 'content="时时彩平台,北京赛车pk10,真人荷官"'
    ),
}
CLOAKED: dict[str, Attack] = {
    "other title for search engines": lambda html, chance: _titled("澳门赌场网址")(_put(html, _links(chance, _DARK_WORDS), chance), chance),
    "other page for search engines": lambda html, chance: "<html><head><title>手机批发</title></head><body>" + _links(chance, _PLAIN_WORDS) * 20 + "</body></html>",
    "more links for search engines": _hiding("<div>LINKS</div>"),
}  # fmt: skip
