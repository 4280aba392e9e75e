"""Names are read from every server's list, with their folder."""

import pytest

from fenghuo.see.screening.checks.directory_listing import samples
from fenghuo.see.screening.checks.directory_listing.listing import Listing, listing_of
from fenghuo.see.screening.checks.samples import html, page


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (samples.NGINX, ("2024/", "通知.doc", "a-very-long-name-of-a-file-that-nginx-cuts-at-fifty.pdf")),
        (samples.APACHE, ("www.sql.bak", "a.jpg")),
        (samples.IIS, ("image/", "通知.doc")),
        (samples.TOMCAT, ("a.xls",)),
        (samples.PYTHON, ("a.txt", "b/")),
        (samples.LIGHTTPD, ("a.txt",)),
    ],
)
def test_names(body: str, names: tuple[str, ...]) -> None:
    assert listing_of(page(body, url=samples.UPLOAD)) == Listing("/upload/", names)


@pytest.mark.parametrize(
    "body",
    [
        samples.NGINX.replace("</pre>", '</pre><a href="/">首页</a>'),
        samples.PYTHON.replace("<hr><ul>", "<p>本页列出各单位报送的材料，供工作人员下载使用，请按要求填写。</p><ul>"),
        samples.PYTHON.replace("for /upload/</h1>", "</h1>"),
        html('<pre><a href="../">../</a> <a href="a.doc">关于放假的通知</a> 05-Jan-2024 08:12</pre>'),
        html('<form><input type=password></form><h1>/upload/</h1><a href="a.doc">a.doc</a> 2024-01-05 08:12'),
    ],
)
def test_no_list(body: str) -> None:
    assert listing_of(page(body, url=samples.UPLOAD)) is None


def test_a_refusal_is_no_list() -> None:
    assert listing_of(page(samples.NGINX, 403, samples.UPLOAD)) is None
