"""Pages of the county's sites: our own words, in the manner of such sites."""

import io
import zipfile

NEWS = [
    "县教育局召开全县中小学安全工作会议",
    "关于做好秋季学期开学准备工作的通知",
    "我县三所学校入选省级绿色校园",
    "教育局开展暑期校舍安全检查",
    "关于公布教师公开招聘面试成绩的公告",
]
_FOOT = (
    '<footer>主办单位：{name} <a href="https://beian.miit.gov.cn/">滇ICP备12345678号-1</a> '
    '<a href="https://zfwzzc.www.gov.cn/">我为政府网站找错</a> 网站标识码：5300000001</footer>'
)


def site(name: str, inner: str = "", head: str = "", title: str = "") -> str:
    """A home page."""
    news = "".join(f'<li><a href="/news/{n}.html">{text}</a></li>' for n, text in enumerate(NEWS))
    return (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{title or name}</title>{head}</head><body>'
        f"<h1>{name}</h1><nav><a href='/'>首页</a></nav><ul>{news}</ul>{inner}{_FOOT.format(name=name)}</body></html>"
    )


def article(name: str, number: int) -> str:
    """A news page."""
    text = f"<h2>{NEWS[number]}</h2><p>本报讯　{NEWS[number]}，有关部门负责同志参加。</p>" * 3
    head = f'<meta charset="utf-8"><title>{NEWS[number]} - {name}</title>'
    return f'<!DOCTYPE html><html lang="zh"><head>{head}</head><body>{text}</body></html>'


def archive() -> bytes:
    """A real zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("config.php", "<?php $db = 'x';")
        packed.writestr("index.php", "<?php echo 1;" * 200)
    return out.getvalue()


def id_number(place: str, born: str, order: int) -> str:
    """An ID number with a valid check digit (GB 11643-1999), of nobody."""
    first = f"{place}{born}{order:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, weights, strict=True)) % 11]


def people(masked: bool) -> str:
    """A published list of names and ID numbers, hidden ones where `masked`."""
    rows = []
    for n in range(12):
        number = id_number("533123", f"198{n % 10}0{n % 9 + 1}15", 100 + n)
        shown = number[:6] + "********" + number[-4:] if masked else number
        rows.append(f"<tr><td>王某{n}</td><td>{shown}</td></tr>")
    return f"<table><tr><th>姓名</th><th>身份证号</th></tr>{''.join(rows)}</table>"


DUMP = (
    "-- MySQL dump 10.13  Distrib 5.7.30\n--\n-- Host: localhost    Database: oa\nDROP TABLE IF EXISTS `user`;\n"
    "CREATE TABLE `user` (`id` int);\nINSERT INTO `user` VALUES (1);\n"
)
ENVIRONMENT = (
    "APP_ENV=production\nAPP_KEY=base64:Zm9vYmFyZm9vYmFy\nDB_HOST=127.0.0.1\nDB_DATABASE=oa\nDB_USERNAME=oa\n"
    "DB_PASSWORD=Qx7!fenghuo9\n"
)
DARK = (
    '<div style="position:absolute;left:-9999px"><a href="http://bet-8888.example/">澳门赌场在线开户 百家乐</a></div>'
)
WAF = "<html><head><title>网站防火墙</title></head><body>您的请求带有不合法参数，已被网站管理员设置拦截！ 网站安全狗</body></html>"
