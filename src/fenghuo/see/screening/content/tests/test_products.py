"""Products by what answers state; what is only talked about is none."""

import hashlib

import pytest

from fenghuo.see.screening.checks.product_samples import ARTICLE, error_page, stating
from fenghuo.see.screening.checks.products_seen import products_of
from fenghuo.see.screening.checks.samples import facts, html, nothing_here, page
from fenghuo.see.screening.content import products as content_products
from fenghuo.see.screening.content.products import products
from fenghuo.see.screening.content.products import read as read_products
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import HOME, ICON, MISSING


def seen(of: Facts) -> dict[str, str]:
    return {one.product.id: one.version for one in products_of(of)}


def load(path: str) -> Facts:
    return stating(head=f'<script src="{path}"></script>')


@pytest.mark.parametrize(
    ("path", "product"),
    [
        ("/system/resource/js/vsbscreen.min.js", "visualsitebuilder"),
        ("/_sitegray/_sitegray.js", "visualsitebuilder"),
        ("/plus/count.php?view=yes&aid=3", "dedecms"),
        ("/e/public/ViewClick/?classid=1&id=2", "empirecms"),
        ("/api.php?op=count&id=1", "phpcms"),
        ("/wp-content/themes/a/a.js", "wordpress"),
        ("/wui/theme/ecology8/jquery/js/jquery.js", "weaver-ecology"),
        ("/seeyon/common/js/a.js", "seeyon"),
        ("/defaultroot/scripts/main.js", "whir-ezoffice"),
        ("/ruoyi/js/ry-ui.js?v=4.7.8", "ruoyi"),
        ("/ueditor/ueditor.all.min.js", "ueditor"),
        ("/r/cms/front.js", "jeecms"),
        ("/module/visitcount/visit.jsp?type=3", "hanweb-jcms"),
        ("/WebReport/ReportServer?op=emb", "fanruan"),
    ],
)
def test_addresses_of_the_site_tell(path: str, product: str) -> None:
    assert product in seen(load(path))
    assert product not in seen(load("https://other.example" + path)), "what another host serves is not this site's"


def test_headers_cookies_titles_and_error_pages_tell() -> None:
    assert seen(stating({"Server": "nginx/1.25.3"})) == {"nginx": "1.25.3"}
    assert seen(stating({"X-Powered-By": "PHP/7.4.3", "Set-Cookie": "PHPSESSID=1"})) == {"php": "7.4.3"}
    assert seen(stating({"Set-Cookie": "rememberMe=deleteMe; Path=/"})) == {"shiro": ""}
    assert seen(stating(title="Nacos")) == {"nacos": ""}
    assert seen(stating({"X-Jenkins": "2.426.1"}, title="Sign in [Jenkins]")) == {"jenkins": "2.426.1"}
    whitelabel = error_page(
        "<h1>Whitelabel Error Page</h1><p>This application has no explicit mapping for /error</p>", ""
    )
    assert seen(stating(missing=whitelabel)) == {"spring-boot": ""}
    thinkphp = error_page("<p>ThinkPHP V5.0.10 { 十年磨一剑-为API开发设计的高性能框架 }</p>", "系统发生错误")
    assert seen(stating(missing=thinkphp)) == {"thinkphp": "5.0.10"}
    nginx = error_page("<center><h1>404 Not Found</h1></center><hr><center>nginx/1.17.6</center>", "404 Not Found")
    assert seen(stating(missing=nginx)) == {"nginx": "1.17.6"}


def test_an_article_is_no_product_in_any_encoding() -> None:
    assert seen(facts({HOME: ARTICLE, MISSING: nothing_here()})) == {}
    gbk = page(ARTICLE.body.decode().replace("utf-8", "gbk").encode("gbk"), headers={"Content-Type": "text/html"})
    assert seen(facts({HOME: gbk, MISSING: nothing_here()})) == {}


def test_a_soft_404_that_shows_the_home_page_adds_nothing() -> None:
    shown = page(html("<p>教育要闻 Apache Tomcat/8.5.5</p>"), headers={"Server": "nginx"})
    assert seen(facts({HOME: shown, MISSING: shown})) == {"nginx": ""}


def test_every_product_has_a_name_a_kind_and_marks() -> None:
    assert len(products()) >= 60
    for product in products().values():
        assert product.name
        assert product.marks


@pytest.mark.parametrize(
    "one",
    [
        {"id": "a", "name": "A", "kind": "other", "marks": []},
        {"id": "a", "name": "A", "kind": "cms", "marks": [{"in": "footer", "like": "a"}]},
        {"id": "a", "name": "A", "kind": "cms", "marks": [{"in": "title", "like": "("}]},
        {"id": "a", "name": "A", "kind": "cms", "marks": [{"in": "title", "like": "a" * 500}]},
        {"id": "a", "kind": "cms", "marks": []},
    ],
)
def test_wrong_entries_are_refused(one: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError)):
        read_products({"a.toml": {"product": [one]}})


def test_an_icon_tells_by_its_bytes_where_it_came_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    icon = b"\x00\x00\x01\x00icon"
    mark = {"in": "icon", "like": f"^{hashlib.sha256(icon).hexdigest()}$"}
    table = {"product": [{"id": "panel", "name": "Panel", "kind": "tool", "marks": [mark]}]}
    monkeypatch.setattr(content_products, "products", lambda: read_products({"a.toml": table}))
    as_icon = {"Content-Type": "image/x-icon"}
    for came, known in [
        (page(icon, headers=as_icon), True),
        (page(icon, headers=as_icon, cut=True), False),
        (page(icon, 404, headers=as_icon), False),
        (page(icon + b"1", headers=as_icon), False),
        (Failure(Why.TIMED_OUT), False),
    ]:
        assert ("panel" in seen(stating(more={ICON: came}))) is known
