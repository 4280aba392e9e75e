"""A day of requests as the sites and office systems of a county see them: harmless, and full of what looks like an attack.

`requests(count, seed)` gives access log lines of nginx in combined format, the same for the same seed. Nothing in it attacks
anything: words of SQL in searches, quotes in names, addresses in single sign-on, uploads, editors, crawlers, monitoring, old links.
"""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from urllib.parse import quote, quote_plus

_ZONE = timezone(timedelta(hours=8))
_START = datetime(2026, 11, 24, 0, 0, tzinfo=_ZONE)
_BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/86.0.4240.198 Safari/537.36 QIHU 360SE",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; WOW64; Trident/7.0; SLCC2; .NET CLR 2.0.50727; .NET4.0C; .NET4.0E)",
    "Mozilla/5.0 (Linux; Android 14; V2304A) AppleWebKit/537.36 Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.44 NetType/WIFI",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.5735.90 Safari/537.36 UOS",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/78 Safari/537.36 WPS/12.1.0 (Kingsoft; Office)",
)
_CRAWLERS = (
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    "Mozilla/5.0 (compatible; Bytespider; spider-feedback@bytedance.com)",
    "Mozilla/5.0 (compatible; 360Spider; +http://webscan.360.cn)",
    "Mozilla/5.0 (compatible; YisouSpider/5.0)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
)
_MACHINES = (
    "curl/7.88.1",
    "Zabbix",
    "kube-probe/1.27",
    "Java/1.8.0_392",
    "okhttp/4.12.0",
    "python-requests/2.31.0",
    "Go-http-client/1.1",
    "Apache-HttpClient/4.5.13 (Java/1.8.0_302)",
    "Nacos-Java-Client:v2.2.0",
    "Dalvik/2.1.0 (Linux; U; Android 12)",
)
_TOPICS = (
    "关于开展2026年度考核工作的通知",
    "union select committee report",
    "O'Reilly 图书目录",
    "如何使用 select 语句",
    "C++ 与 <vector> 教程",
    "1=1 是什么意思",
    "医保 and 社保 = 缴费",
    "drop off 时间",
    "sleep 障碍门诊",
    "Script 脚本竞赛",
    "数据库 update 培训",
    "a & b | c",
    "50% 折扣",
    "“十五五”规划",
    "cat 食品抽检",
    "whoami 乐队演出",
    "ping 不通怎么办",
    "exec 办公室",
    "load file 失败",
    "on error 提示",
    "${单位名称} 模板",
    "../ 相对路径",
    "id 证件办理",
    "admin 管理员电话",
)
_SECTIONS = (
    "news",
    "zwgk",
    "tzgg",
    "bsfw",
    "hdjl",
    "xxgk/zfwj",
    "ztzl/2026",
    "art/2026/11/24",
    "col/col1234",
    "u/cms/www/202611",
)
_STATIC = (
    "css/style.css",
    "js/jquery-3.7.1.min.js",
    "js/bootstrap.min.js",
    "images/banner.jpg",
    "images/logo.png",
    "fonts/icon.woff2",
)
_DOCUMENTS = (
    "通知.docx",
    "附件1：报名表.xls",
    "预算公开.pdf",
    "2026data.xlsx",
    "web开发规范.pdf",
    "公示.ofd",
    "资料.zip",
    "video.mp4",
)
_STRANGE = (
    "/favicon.ico",
    "/apple-touch-icon.png",
    "/robots.txt",
    "/sitemap.xml",
    "/ads.txt",
    "/browserconfig.xml",
    "/.well-known/assetlinks.json",
)
_REFERERS = ("https://www.county.example/", "http://oa.county.example/", "https://www.baidu.com/link?url=Kx9%2Bz", "-")

_Request = tuple[str, str, int, int, str]


def requests(count: int, seed: int = 20261124) -> Iterator[str]:
    """`count` access log lines, combined format."""
    chance = random.Random(seed)
    moment = _START
    for _ in range(count):
        moment += timedelta(milliseconds=chance.randrange(1, 1700))
        method, target, status, size, agent = chance.choices(_MAKERS, _WEIGHTS)[0](chance)
        referer = "-" if agent in _MACHINES or agent in _CRAWLERS else chance.choice(_REFERERS)
        if target.startswith("/seeyon/"):
            referer = "http://oa.county.example/seeyon/main.do"
        who = f"{chance.choice((10, 172, 203, 198))}.{chance.randrange(16, 30)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"
        stamp = moment.strftime("%d/%b/%Y:%H:%M:%S +0800")
        yield f'{who} - - [{stamp}] "{method} {target} HTTP/1.1" {status} {size} "{referer}" "{agent}"'


def _page(c: random.Random) -> _Request:
    name = c.choice(
        (
            f"t20261124_{c.randrange(10**6)}.html",
            f"{c.randrange(10**5)}.shtml",
            "index.html",
            "list.jsp",
            "",
            "content.aspx",
        )
    )
    query = c.choice(
        (
            "",
            f"?id={c.randrange(10**5)}",
            f"?page={c.randrange(90)}&size=20",
            f"?cid={c.randrange(99)}&v={c.random():.15f}",
        )
    )
    return (
        "GET",
        f"/{c.choice(_SECTIONS)}/{name}{query}",
        c.choice((200, 200, 200, 304)),
        c.randrange(300, 90_000),
        c.choice(_BROWSERS),
    )


def _static(c: random.Random) -> _Request:
    return (
        "GET",
        f"/{c.choice(_STATIC)}?v={c.randrange(10**9)}",
        c.choice((200, 304)),
        c.randrange(200, 400_000),
        c.choice(_BROWSERS),
    )


def _search(c: random.Random) -> _Request:
    topic = c.choice(_TOPICS)
    words = c.choice((quote(topic), quote_plus(topic), quote(topic.encode("gb18030", "replace"))))
    target = c.choice(
        (
            f"/search?q={words}&sort=time",
            f"/jsearchfront/search.do?websiteid=3&q={words}&p={c.randrange(9)}",
            f"/site/search?keyword={words}&begin=2026-01-01&end=2026-11-24",
            f"/wenda/ask.php?title={words}",
        )
    )
    return "GET", target, 200, c.randrange(300, 40_000), c.choice(_BROWSERS)


def _office(c: random.Random) -> _Request:
    number = c.randrange(10**7)
    token = "".join(c.choices("ABCDEFabcdef0123456789+/-_", k=44))
    target = c.choice(
        (
            f"/wui/index.html#/main/workflow/req?requestid={number}",
            f"/api/ec/dev/table/datas?dataKey={token}&current={c.randrange(30)}",
            f"/workflow/request/ViewRequest.jsp?requestid={number}&_workflowid=7",
            f"/weaver/weaver.file.FileDownload?fileid={number}&download=1",
            f"/seeyon/collaboration/collaboration.do?method=listPending&_resourceCode=F01_listPending&rnd={c.random()}",
            f"/seeyon/ajax.do?method=ajaxAction&managerName=portalManager&rnd={number}",
            f"/seeyon/htmlofficeservlet?id={number}",
            f"/seeyon/main.do;jsessionid={number:032X}",
            "/ServiceDispatcherServlet",
            f"/portal/app/mockapp/login.jsp?lrid={c.randrange(9)}",
            f"/nccloud/resources/workbench/public/common/main/index.html?c={number}",
            f"/yyoa/portal/portalIndex.jsp?r={number}",
            f"/defaultroot/officeserverservlet?RecordID={number}",
            f"/defaultroot/wfopenflow!getList.action?p_wf={number}",
            f"/general/index.php?isIE=0&modify_pwd=0&t={number}",
            f"/general/email/inbox/get_index_data.php?curnum={c.randrange(9)}&BOX_ID=0",
            f"/sys/portal/page.jsp#j_start=%2Fkm%2Freview%2F{number}",
            f"/data/sys-common/datajson.js?s_bean=sysOrgElementService&id={number}",
            f"/tplus/view/cs.html?keycode=cs{c.randrange(9999)}",
            "/K3Cloud/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.ExecuteBillQuery.common.kdsvc",
            f"/C6/JHSoft.Web.PlanSummarize/PlanIndex.aspx?id={number}",
            f"/prod-api/system/user/list?pageNum=1&pageSize=10&params%5BbeginTime%5D=2026-11-01&t={number}",
            f"/api/v1/users/{number}/messages?filter[status]=1&sort=-created&fields=id,name",
            f"/jeecg-boot/sys/dict/getDictItems/sys_user,realname,id?_t={number}",
            f"/login?service={quote('https://oa.county.example/sso/callback.jsp?ticket=', safe='')}{number}",
            f"/cas/login?service=http%3A%2F%2F10.20.1.{c.randrange(255)}%3A8080%2Findex.jsp",
            f"/onlinePreview?url={token}&fullfilename={quote('通知.docx')}",
            "/oauth/authorize?client_id=dev&redirect_uri=http://localhost:8080/callback&state=x",
            f"/captcha?uuid={token}&t={c.random()}",
        )
    )
    return (
        c.choice(("GET", "GET", "POST")),
        target,
        c.choice((200, 200, 302)),
        c.randrange(40, 60_000),
        c.choice(_BROWSERS),
    )


def _upload(c: random.Random) -> _Request:
    target = c.choice(
        (
            "/ueditor/php/controller.php?action=config&noCache=1795500201",
            "/ueditor/jsp/controller.jsp?action=uploadimage&encode=utf-8",
            "/kindeditor/jsp/upload_json.jsp?dir=image",
            "/common/upload",
            "/seeyon/fileUpload.do?method=processUpload&maxSize=",
            f"/uploads/2026/11/{c.randrange(10**13)}.jpg",
            f"/upload/image/{c.randrange(10**9)}.png",
            f"/attachment/{quote(c.choice(_DOCUMENTS))}",
            f"/download.jsp?file={quote(c.choice(_DOCUMENTS))}&type=1",
            f"/module/download/downfile.jsp?classid=0&filename={c.randrange(16**32):032x}.pdf",
            f"/images/{c.randrange(10**6)}/thumb.php?src=/uploads/a.jpg&w=120",
            f"/images/verifycode.jsp?{c.random()}",
            "/upload/upload.jsp",
            f"/attachment/download.php?id={c.randrange(10**5)}",
            f"/avatar/save?img=data:image/png;base64,iVBORw0KGgo{c.randrange(16**9):x}",
        )
    )
    method = "POST" if "pload" in target.partition("?")[0].rpartition("/")[2] or "action=upload" in target else "GET"
    return method, target, 200, c.randrange(60, 9_000_000), c.choice(_BROWSERS)


def _sign_in(c: random.Random) -> _Request:
    target = c.choice(
        (
            "/oa/login.do",
            "/api/auth/login",
            "/general/login.php",
            "/wui/login",
            "/seeyon/main.do?method=login",
            "/j_spring_security_check",
        )
    )
    return "POST", target, c.choice((200, 302, 302, 401)), c.randrange(20, 900), c.choice(_BROWSERS)


def _crawler(c: random.Random) -> _Request:
    method, target, status, size, _ = c.choice((_page, _page, _search))(c)
    return method, target, c.choice((status, 404, 301)), size, c.choice(_CRAWLERS)


def _machine(c: random.Random) -> _Request:
    target = c.choice(
        (
            "/actuator/health",
            "/health",
            "/nginx_status",
            "/server-status?auto",
            f"/nacos/v1/ns/instance/beat?serviceName=DEFAULT_GROUP%40%40oa&ip=10.20.1.{c.randrange(255)}&port=8080",
            f"/nacos/v1/ns/instance/list?serviceName=oa&healthyOnly=false&namespaceId={c.randrange(10**8)}",
            f"/openapi/v2/data/push?appid=wx{c.randrange(16**16):016x}&sign={c.randrange(16**32):032X}&ts=1795500201",
            f"/tiles/{c.randrange(18)}/{c.randrange(9999)}/{c.randrange(9999)}.png",
            f"/webservice/services/DataExchange?wsdl&{c.randrange(9)}",
        )
    )
    return (
        c.choice(("GET", "GET", "PUT", "HEAD")),
        target,
        c.choice((200, 200, 204)),
        c.randrange(2, 900),
        c.choice(_MACHINES),
    )


def _astray(c: random.Random) -> _Request:
    old = (
        f"/old/{quote('机构设置')}.htm",
        "/index.asp",
        "/bbs/viewthread.php?tid=7",
        "/News_View.asp?NewsID=1213",
        "/admin/",
        "/m/",
        "/wap/index.jsp",
    )
    return "GET", c.choice((*_STRANGE, *old)), 404, 153, c.choice((*_BROWSERS, *_CRAWLERS))


_MAKERS: tuple[Callable[[random.Random], _Request], ...] = (
    _page,
    _static,
    _search,
    _office,
    _upload,
    _sign_in,
    _crawler,
    _machine,
    _astray,
)
_WEIGHTS = (20, 20, 8, 25, 6, 3, 8, 7, 3)
