"""Samples: lists of folders as six servers make them, and pages with links that are none."""

from typing import Any

from fenghuo.see.screening.checks.directory_listing.check import CHECK
from fenghuo.see.screening.checks.probe_samples import SOFT, found, usual_decoys
from fenghuo.see.screening.checks.samples import SITE, Sample, html, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, PAGES
from fenghuo.see.screening.facts.site import Pages

UPLOAD = SITE + "upload/"
NGINX = """<html>\r\n<head><title>Index of /upload/</title></head>\r\n<body>\r\n<h1>Index of /upload/</h1><hr><pre><a href="../">../</a>
<a href="2024/">2024/</a>                          05-Jan-2024 08:12                   -
<a href="%E9%80%9A%E7%9F%A5.doc">通知.doc</a>      12-Mar-2024 17:40               52736
<a href="a-very-long-name-of-a-file-that-nginx-cuts-at-fifty.pdf">a-very-long-name-of-a-file-that-nginx-cuts-at-..&gt;</a> 12-Mar-2024 17:41
</pre><hr></body></html>"""
APACHE = """<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN"><html><head><title>Index of /upload</title></head><body>
<h1>Index of /upload</h1><table><tr><th><a href="?C=N;O=D">Name</a></th><th><a href="?C=M;O=A">Last modified</a></th>
<th><a href="?C=S;O=A">Size</a></th></tr><tr><td><a href="/">Parent Directory</a></td><td>&nbsp;</td></tr>
<tr><td><a href="www.sql.bak">www.sql.bak</a></td><td>2024-01-05 08:12  </td><td>1.2G</td></tr>
<tr><td><a href="a.jpg">a.jpg</a></td><td>2024-01-05 08:12  </td><td>12K</td></tr></table>
<address>Apache/2.4.57 (Debian) Server at www.jiaoyu.example Port 443</address></body></html>"""
IIS = """<html><head><title>www.jiaoyu.example - /upload/</title></head><body><H1>www.jiaoyu.example - /upload/</H1><hr>
<pre><A HREF="/">[转到父目录]</A><br><br> 2024/1/5    8:12        &lt;dir&gt; <A HREF="/upload/image/">image</A><br>
 2024/3/12   17:40        52736 <A HREF="/upload/%CD%A8%D6%AA.doc">通知.doc</A><br></pre><hr></body></html>"""
TOMCAT = """<html><head><title>Directory Listing For [/upload/]</title></head><body><h1>Directory Listing For [/upload/] - <a href="/">
<b>Up To [/]</b></a></h1><HR size="1"><table><tr><td><font><strong>Filename</strong></font></td><td>Size</td><td>Last Modified</td></tr>
<tr><td>&nbsp;&nbsp;<a href="/upload/a.xls"><tt>a.xls</tt></a></td><td><tt>1.0 kb</tt></td>
<td><tt>Tue, 12 Mar 2024 09:40:00 GMT</tt></td></tr></table><HR size="1"><h3>Apache Tomcat/9.0.70</h3></body></html>"""
PYTHON = """<!DOCTYPE HTML><html lang="en"><head><title>Directory listing for /upload/</title></head><body>
<h1>Directory listing for /upload/</h1><hr><ul><li><a href="a.txt">a.txt</a></li><li><a href="b/">b/</a></li></ul><hr></body></html>"""
LIGHTTPD = """<!DOCTYPE html><html><head><title>Index of /upload/</title></head><body><h2>Index of /upload/</h2><div class="list">
<table summary="Directory Listing"><thead><tr><th>Name</th><th>Last Modified</th><th>Size</th><th>Type</th></tr></thead><tbody>
<tr><td><a href="../">..</a>/</td><td>&nbsp;</td><td>- &nbsp;</td><td>Directory</td></tr>
<tr><td><a href="a.txt">a.txt</a></td><td>2024-Jan-05 08:12:01</td><td>0.1K</td><td>text/plain</td></tr></tbody></table></div>
<div class="foot">lighttpd/1.4.69</div></body></html>"""
DOWNLOADS = html(
    "<h1>下载中心 /upload/</h1><a href=/>首页</a><a href=/zwgk/>政务公开</a><ul><li><a href=a.xls>a.xls</a> 2024-01-05 08:12</li>"
    "<li><a href=b.xls>b.xls</a> 2024-01-05 08:12</li></ul><a href=/about>联系我们</a>",
)
NEWS = html(
    "<ul><li><a href=1.html>关于开展检查的通知</a> 2024-01-05 08:12<li><a href=2.html>公示</a> 2024-01-05 08:12</ul>",
    "Index of /upload/",
)
ARTICLE = html("<h1>Index of /</h1><p>服务器显示 Index of / 说明目录浏览没有关闭。</p>", "Index of /upload/")
_HOME = {HOME: page(html("<a href=/zwgk/>政务公开</a>"))}


def _pages(*pages: Page | Failure) -> dict[Any, Any]:
    return {**_HOME, PAGES: Pages({f"{SITE}{i}": one for i, one in enumerate(pages)})}


def _at(body: str | bytes, path: str = "/upload/", **more: Any) -> Facts:
    return found(CHECK, {path: page(body, url=SITE.rstrip("/") + path, **more)}, _pages())


SAMPLES = [
    Sample("nginx", _at(NGINX), ["listing"]),
    Sample("a server that sends a part of the list when asked for one", _at(LIGHTTPD, status=206), ["listing"]),
    Sample("nginx, half of it", _at(NGINX[:-90], cut=True), ["listing"]),
    Sample("Apache, with a backup", _at(APACHE), ["listing-with-backups"]),
    Sample("IIS in Chinese and GBK", _at(IIS.encode("gb18030"), headers={"Content-Type": "text/html"}), ["listing"]),
    Sample("Tomcat", _at(TOMCAT), ["listing"]),
    Sample("Python", _at(PYTHON), ["listing"]),
    Sample("lighttpd", _at(LIGHTTPD), ["listing"]),
    Sample("the home page itself", found(CHECK, {}, {**_pages(), HOME: page(PYTHON, url=UPLOAD)}), ["listing"]),
    Sample("a page that a link leads to", found(CHECK, {}, _pages(page(NGINX, url=UPLOAD))), ["listing"]),
    *usual_decoys(CHECK, "/upload/", _pages()),
    Sample("a page of downloads", _at(DOWNLOADS), "pass"),
    Sample("a list of news", _at(NEWS), "pass"),
    Sample("an article with that title", _at(ARTICLE), "pass"),
    Sample("a list shown inside an article", _at(html(f"<a href=/>首页</a><a href=/zwgk/>公开</a>{NGINX}")), "pass"),
    Sample("an empty folder", _at('<h1>Index of /upload/</h1><hr><pre><a href="../">../</a></pre>'), "pass"),
    Sample("broke off early", _at("<html><head><title>Index", cut=True), "could-not-test"),
    Sample("one page did not come", found(CHECK, {}, _pages(SOFT, Failure(Why.RESET))), "could-not-test"),
]
