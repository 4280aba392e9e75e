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
        f"<h1>{name}</h1><nav><a href='/'>首页</a></nav>{inner}<ul>{news}</ul>{_FOOT.format(name=name)}</body></html>"
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
LOGIN_FORM = '<form method="post" action="/login"><input name="user"><input type="password" name="password"><button>登录</button></form>'
LOGIN_WALL = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>统一身份认证</title></head>'
    f"<body><h1>请先登录</h1>{LOGIN_FORM}</body></html>"
)
ABOUT_GIT = (
    "<p>开发人员须知：发布前请检查 /.git/HEAD 的内容是否为 ref: refs/heads/master，.env 里的 DB_PASSWORD=请自行填写 "
    "不得上传，phpinfo() 与 Index of / 一类页面要关闭，mysqldump 的文件（INSERT INTO `user`）不得放在网站目录。</p>"
)
LONG = "".join(f"<p>第{n}条　本办法由县教育局负责解释，自发布之日起施行，有效期五年。</p>" for n in range(2000))
HARMLESS = "<p>我县至澳门航线开通　福利彩票公益金支持教育　警方提醒：网络赌博十赌九骗　体育彩票开奖公告</p>"
PHPMYADMIN = (
    '<!DOCTYPE html><html lang="zh"><head><title>phpMyAdmin</title></head><body id="loginform">'
    '<form method="post" action="index.php" name="login_form"><input name="pma_username">'
    '<input type="password" name="pma_password"><input type="submit"></form></body></html>'
)
CLOUD_KEY = (
    'var c=new OSS({region:"oss-cn-kunming",accessKeyId:"LTAI5tKq7vWm3ZxPn8RbYc2D",'
    'accessKeySecret:"hT9wQe4rXy7uBn2mKs5dLp8vZc3gJf",bucket:"oa"});'
)
WAF = "<html><head><title>网站防火墙</title></head><body>您的请求带有不合法参数，已被网站管理员设置拦截！ 网站安全狗</body></html>"
