"""Samples: small likenesses of log-in pages, and pages with a password field that are none of them."""

from fenghuo.see.screening.checks.admin_panel.check import CHECK
from fenghuo.see.screening.checks.probe_samples import SOFT, found, usual_decoys
from fenghuo.see.screening.checks.samples import SITE, Sample, html, page
from fenghuo.see.screening.facts import Facts, Page
from fenghuo.see.screening.facts.needs import HOME

_HOME = {HOME: page(html("<p>政务公开 办事指南</p>"))}
_FIELD = "<input type=password name=p>"


def form(inner: str = _FIELD, before: str = "", title: str = "登录") -> str:
    """A page with a form."""
    return html(f"{before}<form method=post action=/login>{inner}</form>", title)


def at(path: str, body: str | bytes, status: int = 200, headers: dict[str, str] | None = None) -> Page:
    """An answer to a path."""
    return page(body, status, SITE.rstrip("/") + path, headers)


def _one(path: str, body: str | bytes, status: int = 200, headers: dict[str, str] | None = None) -> Facts:
    return found(CHECK, {path: at(path, body, status, headers)}, _HOME)


PMA = form("<input name=pma_username><input type=password name=pma_password>", title="phpMyAdmin")
DRUID = html("<input name=loginUsername><input type=password name=loginPassword>", "druid monitor")
WEBLOGIC = form("WebLogic Server<input name=j_username><input type=password name=j_password>")
NACOS = html(
    '<div id=root></div><script src="js/main.js?1"></script>', "Nacos", '<link href="console-ui/public/x.ico" rel=icon>'
)
DEDE = form('<input name="dopost" value="login" type=hidden><input name=userid><input type=password name=pwd>')
EMPIRE = form("<input type=hidden name=enews value=login><input name=username><input type=password name=password>")
WP = html(
    '<form id="loginform" action="/wp-login.php"><input name="log"><input type="password" name="pwd"></form>',
    "登录 ‹ 教育局",
)
BACKEND = form(title="网站后台管理系统")
TOMCAT = {"WWW-Authenticate": 'Basic realm="Tomcat Manager Application"'}
REFUSED = "<h1>403 Access Denied</h1><p>By default the Manager is only accessible from a browser running on the same machine as Tomcat."
SAMPLES = [
    Sample("phpMyAdmin", _one("/phpmyadmin/", PMA), ["console"]),
    Sample("Tomcat's manager", _one("/manager/html", html("401 Unauthorized"), 401, TOMCAT), ["console"]),
    Sample("Druid", _one("/druid/login.html", DRUID), ["console"]),
    Sample("a part of a file, since a part was asked for", _one("/druid/login.html", DRUID, 206), ["console"]),
    Sample("WebLogic", _one("/console/login/LoginForm.jsp", WEBLOGIC), ["console"]),
    Sample("Nacos", _one("/nacos/", NACOS), ["console"]),
    Sample(
        "DedeCMS in GBK",
        _one("/dede/login.php", DEDE.encode("gb18030"), 200, {"Content-Type": "text/html"}),
        ["backend"],
    ),
    Sample("EmpireCMS", _one("/e/admin/", EMPIRE), ["backend"]),
    Sample("WordPress", _one("/wp-login.php", WP), ["backend"]),
    Sample("some back end", _one("/admin/", BACKEND), ["backend"]),
    Sample("words beside the form", _one("/manage/", form("<h2>信息发布管理平台</h2>" + _FIELD)), ["backend"]),
    *usual_decoys(CHECK, "/admin/", _HOME),
    Sample("Tomcat lets nobody in", _one("/manager/html", REFUSED, 403), "pass"),
    Sample(
        "some other password is asked for",
        _one("/manager/html", "", 401, {"WWW-Authenticate": "Basic realm=x"}),
        "pass",
    ),
    Sample("members' log-in", _one("/admin/", form(title="群众办事登录")), "pass"),
    Sample("a page on phpMyAdmin", _one("/phpmyadmin/", html("<h1>phpMyAdmin 使用说明</h1>", "phpMyAdmin")), "pass"),
    Sample("no password on it", _one("/admin/", form("<input name=q>", title="后台")), "pass"),
    Sample(
        "the site is that system",
        found(CHECK, {"/admin/": at("/admin/", BACKEND)}, {HOME: page(BACKEND)}),
        "pass",
    ),
    Sample("home page under the path", found(CHECK, {"/admin/": SOFT}, _HOME), "pass"),
]
