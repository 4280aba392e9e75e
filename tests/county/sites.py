"""What the county has: each site with what is planted in it and what is true of it by the way it is made, both stated before any run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tests.county import pages

PAGES = "*"
"""In `untested`: every check that looks at pages."""
NET = "127.0.1."
NAME_SERVER = "127.0.0.1"
"""BIND listens only on addresses that an interface has."""


@dataclass(frozen=True)
class Site:
    """A site of the county.

    Attributes:
        number: last part of its address. host: "" where it is registered by its address.
        server: "nginx", "apache2", "lighttpd", a kind of `behaviour`, or "" where there are no pages.
        service: what else runs there, a name of `services.SERVICES`.
        planted: "check/outcome" that must be found. by_construction: grave ones that are true because of how the site is made → why.
        untested: checks that must not come to a verdict about it (PAGES: all that look at pages).
        inner, head, title: of the home page. files: path → body, beside the usual pages.
        certificate: kind of `certificates.KINDS`, "" for no HTTPS. directives: for its server; plain, secure: for one of the ports only.
        addresses: those of the authorisation, its own where None. resolves_to: what its name means, its own where None.
        ports: further ones → kind of `behaviour`. place: its address, where not NET and number.
    """

    number: int
    host: str
    what: str
    server: str = "nginx"
    service: str = ""
    kind: str = "website"
    planted: tuple[str, ...] = ()
    by_construction: Mapping[str, str] = field(default_factory=dict)
    untested: tuple[str, ...] = ()
    inner: str = ""
    head: str = ""
    title: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    certificate: str = ""
    directives: str = ""
    plain: str = ""
    secure: str = ""
    addresses: str | None = None
    resolves_to: str | None = None
    classes: str = "all"
    until: str = "2099-12-31"
    ports: Mapping[int, str] = field(default_factory=dict)
    place: str = ""

    @property
    def address(self) -> str:
        """Where it is."""
        return self.place or f"{NET}{self.number}"

    @property
    def asset(self) -> str:
        """Its value in the register."""
        return self.host or self.address

    @property
    def unit(self) -> str:
        """The unit that answers for it; each has one of its own."""
        return f"烽燧县第{self.number}办公室"

    @cached_property
    def pinned(self) -> str:
        """Addresses that its authorisation names."""
        return self.address if self.addresses is None else self.addresses

    @cached_property
    def meaning(self) -> str:
        """The address that its name has, "" for none."""
        return self.address if self.resolves_to is None else self.resolves_to


_FREE = "a database without a password is reached over its port"
_LOGIN_OVER_HTTP = "it asks for a password over http"
_PROBING = ("exposed-vcs", "leaked-database-dump", "backup-archive", "leaked-settings", "debug-pages", "admin-panel")
_HEADERS = (
    "add_header Strict-Transport-Security 'max-age=31536000' always; add_header X-Content-Type-Options nosniff always;"
    "add_header Content-Security-Policy \"default-src 'self'; frame-ancestors 'self'; object-src 'none'; base-uri 'self'\" always;"
    "add_header X-Frame-Options SAMEORIGIN always; add_header Referrer-Policy strict-origin-when-cross-origin always;"
)
_TO_HTTPS = "return 301 https://$host$request_uri;"
_ENTITIES = "".join(f"&#{ord(c)};" for c in "六合彩开奖直播_百家乐平台")
_MARKS = (
    '<a href="https://bszs.conac.cn/sitename?method=show">党政机关</a>'
    '<a href="https://beian.mps.gov.cn/#/query/webSearch?code=53310302000001">滇公网安备53310302000001号</a>'
)
_SECURITY_TXT = b"Contact: mailto:wangxin@mofan.example\nExpires: 2027-06-01T00:00:00Z\nPreferred-Languages: zh\n"
_OLD_TLS = "ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers 'ALL:eNULL:@SECLEVEL=0';"

LEAKS = (
    Site(11, "www.git.example", "the repository lies in the web root", planted=("exposed-vcs/git", "exposed-vcs/ds-store"),
         files={"/.git/HEAD": b"ref: refs/heads/master\n", "/.DS_Store": b"\0\0\0\1Bud1" + bytes(60)}),
    Site(12, "www.svn.example", "Subversion's database", planted=("exposed-vcs/svn",),
         files={"/.svn/wc.db": b"SQLite format 3\0" + bytes(4000), "/.svn/entries": b"12\n"}),
    Site(13, "www.beifen.example", "a zip of the site, and a copy of a source file",
         planted=("backup-archive/archive", "backup-archive/source-copy"),
         files={"/www.zip": pages.archive(), "/www.beifen.example.zip": pages.archive(),
                "/index.php.bak": b"<?php\n$db = new PDO('sqlite:x');\n"}),
    Site(14, "www.huanjing.example", "an environment file with passwords", planted=("leaked-settings/secrets",),
         files={"/.env": pages.ENVIRONMENT.encode()}),
    Site(15, "www.shujuku.example", "a database dump", planted=("leaked-database-dump/dump",),
         files={"/backup.sql": pages.DUMP.encode()}),
    Site(16, "www.mingdan.example", "a list of people with whole ID numbers", planted=("personal-data/id-numbers",),
         inner='<a href="/mingdan.html">名单公示</a>', files={"/mingdan.html": pages.people(masked=False).encode()}),
    Site(17, "www.miyao.example", "a key in a script", planted=("secrets-in-scripts/cloud-key",),
         head='<script src="/js/oss.js"></script>', files={"/js/oss.js": pages.CLOUD_KEY.encode()}),
    Site(18, "www.mulu.example", "a folder whose list shows a backup", planted=("directory-listing/listing-with-backups",),
         directives="location /upload/ { autoindex on; }", files={"/upload/tupian.jpg": b"x", "/upload/db.bak": b"x"}),
    Site(19, "www.tiaoshi.example", "phpinfo() under PHP, and the state of nginx", planted=("debug-pages/phpinfo",
         "debug-pages/nginx-status"),
         directives="location = /nginx_status { stub_status; } location ~ \\.php$ { include PHP; }",
         files={"/phpinfo.php": b"<?php phpinfo();"}),
    Site(20, "www.houtai.example", "phpMyAdmin for everybody", planted=("admin-panel/console",),
         by_construction={"insecure-form/page-over-http": _LOGIN_OVER_HTTP},
         files={"/phpmyadmin/index.html": pages.PHPMYADMIN.encode()}),
    Site(21, "www.apache.example", "Apache shows a folder and its state", server="apache2",
         planted=("directory-listing/listing", "debug-pages/server-status"),
         files={"/uploads/tongzhi.doc": b"x", "/uploads/fujian.pdf": b"x"}),
    Site(22, "www.lighttpd.example", "lighttpd shows a folder", server="lighttpd", planted=("directory-listing/listing",),
         files={"/images/a.jpg": b"x", "/images/b.jpg": b"x"}),
)  # fmt: skip

CONTENT = (
    Site(31, "www.anlian.example", "a link to gambling that nobody sees", planted=("dark-link/hidden-illegal",), inner=pages.DARK),
    Site(32, "www.biaoti.example", "a title in entities that is not the unit's", planted=("hijacked-title/illegal-words",),
         title=_ENTITIES),
    Site(33, "www.sousuo.example", "another page for search engines", server="cloaked", planted=("cloaking/search-engine",)),
    Site(34, "www.denglu.example", "a login form over http", planted=("insecure-form/page-over-http",), inner=pages.LOGIN_FORM),
    Site(35, "www.silian.example", "links that lead nowhere", planted=("dead-links/dead",),
         inner='<a href="/old/1.html">旧</a><a href="/old/2.html">旧</a>'),
    Site(36, "www.kuayu.example", "trusts every origin", server="cors", planted=("cors/reflected",)),
    Site(37, "www.jiaoben.example", "a script from a domain that nobody holds", planted=("foreign-scripts/free-domain",),
         head='<script src="https://cdn.guoqi-yuming.example/tongji.js"></script>'),
)  # fmt: skip

TRANSPORT = (
    Site(41, "www.mofan.example", "as it should be", certificate="good", plain=_TO_HTTPS, secure=_HEADERS, inner=_MARKS,
         files={"/.well-known/security.txt": _SECURITY_TXT}),
    Site(42, "www.guoqi.example", "the certificate has run out", certificate="expired", planted=("certificate-dates/expired",)),
    Site(43, "www.kuaidao.example", "the certificate runs out in days", certificate="soon", planted=("certificate-dates/expires-soon",)),
    Site(44, "www.ziqian.example", "a certificate signed by itself", certificate="self-signed", planted=("certificate-chain/self-signed",)),
    Site(45, "www.cuoming.example", "the certificate of another name", certificate="mismatch",
         planted=("certificate-chain/name-mismatch",)),
    Site(46, "www.bugou.example", "the certificate in the middle is missing", certificate="incomplete",
         planted=("certificate-chain/unknown-root",)),
    Site(47, "www.jiubanben.example", "old protocols and ciphers without encryption", certificate="short-key", secure=_OLD_TLS,
         planted=("old-protocols/old-tls", "weak-ciphers/no-encryption", "weak-ciphers/short-key")),
    Site(48, "www.lingyige.example", "HTTPS shows another site", certificate="good", planted=("no-https/other-site",),
         secure="location / { return 200 '<title>Mail</title><h1>Webmail of somebody</h1>'; default_type text/html; }"),
    Site(49, "www.huitui.example", "HTTPS sends back to http", certificate="good", secure="return 302 http://$host$request_uri;",
         planted=("no-https/sent-back",)),
    Site(50, "www.bingan.example", "cookies without flags, a script over http", certificate="good", plain=_TO_HTTPS,
         secure="add_header Set-Cookie 'JSESSIONID=8A7F0C2E41; Path=/';",
         head='<script src="http://www.bingan.example/js/a.js"></script>', files={"/js/a.js": b"var a=1;"},
         planted=("cookie-flags/no-secure", "cookie-flags/no-httponly", "mixed-content/active")),
    Site(51, "www.sserver.example", "OpenSSL's own server, which speaks TLS 1.0 and answers anything", server="",
         service="openssl", certificate="good",
         planted=("old-protocols/old-tls",)),
)  # fmt: skip

SERVICES = (
    Site(61, "", "Redis without a password", planted=("open-services/redis", "risky-ports/database"), service="redis"),
    Site(62, "", "memcached for everybody", planted=("open-services/memcached", "risky-ports/database"), service="memcached"),
    Site(63, "", "modules of rsync", planted=("open-services/rsync", "risky-ports/rsync"), service="rsync"),
    Site(64, "", "anonymous FTP", planted=("anonymous-ftp/anonymous", "risky-ports/ftp"), service="vsftpd"),
    Site(65, "www.suoyin.example", "Elasticsearch and Docker without a password", server="soft",
         ports={9200: "elasticsearch", 2375: "docker", 3389: "silent"},
         planted=("open-services/elasticsearch", "open-services/docker", "risky-ports/remote-desktop", "risky-ports/management",
                  "risky-ports/database")),
    Site(66, "", "SSH with an exchange of 1,024 bits", service="sshd", planted=("weak-ssh/weak-exchange",)),
    Site(67, "", "Redis that asks for a password", service="redis-guarded",
         by_construction={"risky-ports/database": _FREE}),
    Site(68, "", "Elasticsearch that asks for a password", server="soft", ports={9200: "guarded"},
         by_construction={"risky-ports/database": "its port is open to everybody, though it asks for a password"}),
)  # fmt: skip

NAMES = (
    Site(71, "kaifang.example", "a zone that everybody may copy", kind="domain", server="", place=NAME_SERVER,
         planted=("name-servers/transfer", "name-servers/wildcard", "name-servers/single")),
    Site(72, "www.xuangua.example", "an alias to a name that does not exist", planted=("dangling-names/alias",)),
    Site(73, "wujiami.example", "a mail server without STARTTLS", kind="mail-domain", server="", service="mail",
         planted=("mail-starttls/no-starttls",)),
    Site(74, "youjian.example", "a mail server with a good certificate", kind="mail-domain", server="", service="mail", certificate="good"),
    Site(75, "guoqiyoujian.example", "a mail server whose certificate has run out", kind="mail-domain", server="",
         service="mail", certificate="expired",
         planted=("mail-starttls/expired",)),
    Site(76, "www.spf.example", "mail from anywhere is welcome", planted=("mail-policy/spf-open",)),
)  # fmt: skip

DECOYS = (
    Site(81, "www.ruan404.example", "everything is the home page", server="soft"),
    Site(82, "www.fanghuoqiang.example", "a firewall answers whatever is tried", server="firewall", untested=_PROBING),
    Site(83, "www.man.example", "never answers", server="slow", untested=(PAGES,)),
    Site(84, "www.zhongduan.example", "cuts every connection", server="reset", untested=(PAGES,)),
    Site(85, "www.yiban.example", "sends half a page", server="half", untested=(PAGES,)),
    Site(86, "www.502.example", "the application behind it is gone", server="error", untested=(PAGES,)),
    Site(87, "www.mang.example", "wants to be left alone", server="busy", untested=(PAGES,)),
    Site(88, "www.gbk.example", "news in GBK of flights to Macau, welfare lottery and a warning against gambling", server="gbk"),
    Site(89, "www.yincang.example", "a list of people with hidden numbers", inner='<a href="/mingdan.html">公示</a>',
         files={"/mingdan.html": pages.people(masked=True).encode()}),
    Site(90, "www.kaifa.example", "articles about git, settings and dumps, also where these would lie", inner=pages.ABOUT_GIT,
         files={f"{path}": pages.site("开发园地", pages.ABOUT_GIT).encode()
                for path in ("/.git/HEAD", "/.env", "/backup.sql", "/www.zip", "/phpinfo.php", "/upload/index.html")}),
    Site(91, "www.xianzhuce.example", "one has to log in whatever one asks for", server="login",
         by_construction={"insecure-form/page-over-http": _LOGIN_OVER_HTTP}),
    Site(93, "www.danye.example", "one large page for every path, and parts of it when parts are asked for",
         directives="location / { try_files $uri /index.html; }", inner=pages.LONG + pages.LOGIN_FORM,
         by_construction={"insecure-form/page-over-http": _LOGIN_OVER_HTTP}),
    Site(94, "www.fallback.example", "the same with Apache", server="apache2", directives="FallbackResource /index.html",
         inner=pages.LONG, planted=("debug-pages/server-status",)),
    Site(92, "www.xinwen.example", "harmless news and links", inner=pages.HARMLESS,
         title="烽燧县新闻网 - 我县至澳门航线开通"),
)  # fmt: skip

UNREACHABLE = (
    Site(101, "www.guanbi.example", "nothing listens", server="", untested=(PAGES,)),
    Site(102, "www.meiyou.example", "its name does not exist", server="", untested=(PAGES,), addresses="", resolves_to=""),
    Site(103, "www.banzou.example", "its name means another address than the authorised one", untested=(PAGES,), resolves_to="127.0.9.9"),
    Site(104, "www.guoqishouquan.example", "the authorisation has run out", untested=(PAGES,), until="2026-01-02"),
    Site(105, "www.zhichaxun.example", "only look-ups are allowed", untested=(PAGES,), classes="lookup"),
)  # fmt: skip

SITES = (*LEAKS, *CONTENT, *TRANSPORT, *SERVICES, *NAMES, *DECOYS, *UNREACHABLE)
