"""Samples: small likenesses of each page, and pages that only speak of it."""

import json

from fenghuo.see.screening.checks.debug_pages.check import CHECK
from fenghuo.see.screening.checks.probe_samples import found, usual_decoys
from fenghuo.see.screening.checks.samples import Sample, html, nothing_here, page
from fenghuo.see.screening.facts import Facts, Page
from fenghuo.see.screening.facts.needs import HOME, MISSING

_HOME = {HOME: page(html("<p>政务公开</p>"))}
_JSON = {"Content-Type": "application/vnd.spring-boot.actuator.v3+json"}


def _json(value: object) -> Page:
    return page(json.dumps(value), headers=_JSON)


def _at(path: str, answer: Page) -> Facts:
    return found(CHECK, {path: answer}, _HOME)


def _links(*names: str) -> Page:
    return _json({"_links": {n: {"href": f"http://h/actuator/{n}", "templated": False} for n in ("self", *names)}})


ENV = {"activeProfiles": ["prod"], "propertySources": [{"name": "x", "properties": {"db.password": {"value": "***"}}}]}
SWAGGER = {"swagger": "2.0", "info": {"title": "办公系统接口"}, "basePath": "/", "paths": {"/user/delete": {}}}
DRUID = '<title>Druid Stat Index</title><script src="js/common.js"></script><script>druid.index.init()</script>'
PHPINFO = html(
    '<h1 class="p">PHP Version 7.4.33</h1><table><tr><td class="e">System </td><td class="v">Linux</td></tr>'
    '<tr><td class="e">Build Date </td></tr><tr><td class="e">Server API </td></tr></table>',
    "phpinfo()",
)
APACHE = html(
    "<h1>Apache Server Status for www.jiaoyu.example (via 10.0.0.8)</h1><dl><dt>Server Version: Apache/2.4.57 (Unix)</dt>"
    "<dt>Server uptime: 3 days</dt></dl>",
    "Apache Status",
)
NGINX = "Active connections: 291 \nserver accepts handled requests\n 16630948 16630948 31070465 \nReading: 6 Writing: 179 Waiting: 106 \n"
EXAMPLES = html('<h3>Apache Tomcat Examples</h3><ul><li><a href="servlets">Servlets</a><li><a href="jsp">JSP</a></ul>')
DJANGO = '<html><div id="summary"><h1>Page not found</h1></div><div id="explanation">because you have <code>DEBUG = True</code></div>'
THINK = '<html><div class="exception">x</div><div class="trace"><h2>Call Stack</h2></div><a>ThinkPHP</a><span>V5.0.24</span>'
ASPNET = "<html><body><span><H1>“/”应用程序中的服务器错误。</H1></span><b>堆栈跟踪:</b><code><pre>[HttpException]</pre></code>"
SAMPLES = [
    Sample("heap dump", _at("/actuator/heapdump", page(b"JAVA PROFILE 1.0.2\x00" + bytes(45), 206)), ["heapdump"]),
    Sample("environment", _at("/actuator/env", _json(ENV)), ["actuator-env"]),
    Sample("actuator with all endpoints", _at("/actuator", _links("health", "beans", "loggers")), ["actuator"]),
    Sample("actuator as it comes", _at("/actuator", _links("health", "health-path", "info")), "pass"),
    Sample("Druid, open", _at("/druid/index.html", page(html(DRUID))), ["druid"]),
    Sample(
        "Druid asks for a password",
        _at(
            "/druid/index.html",
            page(html("<input type=password><script src=js/common.js></script>", "Druid Stat Index")),
        ),
        "pass",
    ),
    Sample("Swagger 2", _at("/v2/api-docs", _json(SWAGGER)), ["api-description"]),
    Sample("OpenAPI 3", _at("/v3/api-docs", _json({"openapi": "3.0.1", "info": {}, "paths": {}})), ["api-description"]),
    Sample("phpinfo", _at("/phpinfo.php", page(PHPINFO)), ["phpinfo"]),
    Sample("Apache's status", _at("/server-status", page(APACHE)), ["server-status"]),
    Sample(
        "nginx's status", _at("/nginx_status", page(NGINX, headers={"Content-Type": "text/plain"})), ["nginx-status"]
    ),
    Sample("Tomcat's examples", _at("/examples/", page(EXAMPLES)), ["tomcat-examples"]),
    Sample("Django", found(CHECK, {}, {**_HOME, MISSING: page(DJANGO, 404)}), ["debugging"]),
    Sample("ThinkPHP, with an error", found(CHECK, {}, {**_HOME, MISSING: page(THINK, 500)}), ["debugging"]),
    Sample("ASP.NET in GBK", found(CHECK, {}, {**_HOME, MISSING: page(ASPNET.encode("gb18030"), 500)}), ["debugging"]),
    *usual_decoys(CHECK, "/actuator/env", _HOME),
    Sample("a wrapped refusal", _at("/actuator/env", _json({"code": 401, "msg": "请先登录"})), "pass"),
    Sample(
        "an article on phpinfo",
        _at("/phpinfo.php", page(html("<h1>PHP Version 与 phpinfo()</h1>", "phpinfo()"))),
        "pass",
    ),
    Sample("an article on Django", found(CHECK, {}, {HOME: page(html("<p>上线前关闭 DEBUG = True</p>"))}), "pass"),
    Sample("a plain server error", found(CHECK, {}, {**_HOME, MISSING: page(html("500"), 500)}), "could-not-test"),
    Sample(
        "half of the environment",
        _at("/actuator/env", page(json.dumps(ENV)[:60], headers=_JSON, cut=True)),
        ["actuator-env"],
    ),
    Sample(
        "ThinkPHP without debugging",
        found(CHECK, {}, {**_HOME, MISSING: page(html("页面错误！ThinkPHP V5"), 404)}),
        "pass",
    ),
    Sample("nothing but 404", found(CHECK, {"/v3/api-docs": nothing_here()}, _HOME), "pass"),
]
