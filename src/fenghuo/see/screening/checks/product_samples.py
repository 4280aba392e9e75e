"""Samples of sites by what they state of their products; for checks that judge versions."""

from collections.abc import Mapping
from typing import Any

from fenghuo.see.screening.checks.samples import SITE, facts, html, nothing_here, page
from fenghuo.see.screening.facts import Facts, Page
from fenghuo.see.screening.facts.needs import HOME, MISSING

ARTICLE = page(
    html(
        "<h1>关于防范 Apache/2.4.49 漏洞的通知</h1><p>近日，Apache Tomcat/8.5.5、ThinkPHP V5.0.10、PHP/5.2.17、jQuery v1.4.2、"
        "致远 Seeyon A8、泛微 e-cology 等存在漏洞，Server: nginx/1.4.0，请及时升级。</p>",
        "漏洞通知",
    )
)
"""A page that talks about products, of a site that states none."""


def stating(
    home: Mapping[str, str] | None = None,
    head: str = "",
    missing: Page | None = None,
    more: Mapping[Any, Any] | None = None,
    title: str = "烽燧县教育局",
) -> Facts:
    """A site with these headers and this head of its home page, and this answer to a made-up path."""
    shown = page(html("<p>教育要闻</p>", title, head), headers=home)
    return facts({HOME: shown, MISSING: missing or nothing_here(), **(more or {})})


def error_page(text: str, title: str = "404 Not Found", headers: Mapping[str, str] | None = None) -> Page:
    """What a server says of a path that is not there."""
    return page(html(text, title), 404, SITE + "nothing-7f3a", headers)
