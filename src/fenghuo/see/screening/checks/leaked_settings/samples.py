"""Samples: files of settings as frameworks write them, examples without secrets, and pages about them."""

from fenghuo.see.screening.checks.leaked_settings.check import CHECK
from fenghuo.see.screening.checks.probe_samples import found, usual_decoys
from fenghuo.see.screening.checks.samples import Sample, html, page
from fenghuo.see.screening.facts import Page


def _text(body: str, media: str = "text/plain") -> Page:
    return page(body, headers={"Content-Type": media})


ENV = 'APP_NAME=jiaoyu\nAPP_DEBUG=true\n# 数据库\nDB_HOST=10.0.0.8\nDB_PASSWORD="Fh#2024jy"\nMAIL_PASSWORD=null\n'
WEB_CONFIG = """<?xml version="1.0" encoding="utf-8"?>
<!-- 教育局网站 -->
<configuration>
  <connectionStrings>
    <add name="Main" connectionString="Data Source=10.0.0.9;User ID=sa;Password=Jy@9527;" providerName="System.Data.SqlClient" />
  </connectionStrings>
  <system.web><compilation debug="true" /></system.web>
</configuration>"""
WEB_XML = """<?xml version="1.0"?>
<web-app xmlns="http://xmlns.jcp.org/xml/ns/javaee" version="3.1">
  <context-param><param-name>contextConfigLocation</param-name><param-value>classpath:spring.xml</param-value></context-param>
  <servlet><servlet-name>mvc</servlet-name></servlet>
</web-app>"""
YAML = "server:\n  port: 8080\nspring:\n  datasource:\n    url: jdbc:mysql://10.0.0.7/oa\n    username: oa\n    password: Oa_2023!\n"
PHP = "<?php\n$cfg_dbhost = '127.0.0.1';\n$cfg_dbuser = 'dede';\n$cfg_dbpwd = 'dede2019';\n"
JSON = '{"Logging": {"LogLevel": {"Default": "Information"}}, "ConnectionStrings": {"Db": "Server=.;Uid=sa;Pwd=Aa123456;"}}'
SAMPLES = [
    Sample("environment file", found(CHECK, {"/.env": _text(ENV, "application/octet-stream")}), ["secrets"]),
    Sample("web.config", found(CHECK, {"/web.config": _text(WEB_CONFIG, "text/xml")}), ["secrets"]),
    Sample("web.config in GBK", found(CHECK, {"/web.config": page(WEB_CONFIG.encode("gb18030"))}), ["secrets"]),
    Sample("web.xml", found(CHECK, {"/WEB-INF/web.xml": _text(WEB_XML, "text/xml")}), ["settings"]),
    Sample("Spring settings", found(CHECK, {"/application.yml": _text(YAML)}), ["secrets"]),
    Sample("PHP settings", found(CHECK, {"/config.php.bak": _text(PHP)}), ["secrets"]),
    Sample(".NET settings", found(CHECK, {"/appsettings.json": _text(JSON, "application/json")}), ["secrets"]),
    Sample("half an environment file", found(CHECK, {"/.env": page(ENV[:70].encode(), cut=True)}), ["settings"]),
    Sample(
        "values come from elsewhere",
        found(CHECK, {"/application.yml": _text(YAML.replace("Oa_2023!", "${DB_PASSWORD}"))}),
        ["settings"],
    ),
    *usual_decoys(CHECK, "/.env"),
    Sample("an error as JSON", found(CHECK, {"/appsettings.json": _text('{"code":404,"msg":"not found"}')}), "pass"),
    Sample(
        "some other XML", found(CHECK, {"/web.config": _text("<?xml version='1.0'?><rss><channel/></rss>")}), "pass"
    ),
    Sample(
        "notes that mention settings",
        found(
            CHECK,
            {"/.env": _text("部署说明\n第一步 设置口令\nDB_HOST=本机\nDB_PASSWORD=自定\n第二步 重启\n第三步 检查\n")},
        ),
        "pass",
    ),
    Sample("an article that shows settings", found(CHECK, {"/.env": page(html(f"<pre>{ENV}</pre>"))}), "pass"),
    Sample("the script was run", found(CHECK, {"/config.php.bak": _text("")}), "pass"),
]
