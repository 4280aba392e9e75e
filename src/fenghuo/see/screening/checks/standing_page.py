"""Pages that stand where the home page should: a firewall's, a login form, a notice of maintenance; nothing follows from these."""

import re

from fenghuo.see.screening.checks.document import document
from fenghuo.see.screening.facts import Failure, Page, Untested, Why

_SHORT = 1200
_FIREWALL = re.compile(
    r"(?:access denied|request blocked|web application firewall|"
    r"安全狗|云锁|安全拦截|访问被拦截|请求被拦截|创宇盾|人机验证|滑动验证|安全验证|"
    r"您的(?:请求|访问|操作).{0,20}(?:拦截|阻断|威胁|攻击|异常|频繁)|checking your browser|just a moment|enable javascript and cookies|"
    r"雷池|d盾|验证码.{0,10}继续访问|请完成.{0,6}验证)",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(r"__jsl_clearance|acw_sc__v2|\$_ts\s*=|cf-challenge|challenge-platform|_waf_|yunsuo_session")
_MAINTENANCE = re.compile(
    r"(?:(?:网站|系统|平台|页面|服务).{0,10}(?:维护|升级|改版|建设)(?:中|期间)?|(?:维护|升级)(?:中|公告|通知)|暂停(?:服务|访问)|稍后(?:再试|访问)|"
    r"under maintenance|under construction)",
    re.IGNORECASE,
)


def firewalled(page: Page) -> bool:
    """Whether a firewall or a test for robots answers instead of the site, under whatever status."""
    text = document(page).visible_text
    if len(text) > _SHORT:
        return False
    return bool(_FIREWALL.search(text) or (len(text) < 200 and _CHALLENGE.search(page.text[:50_000])))


def asks_to_log_in(page: Page) -> bool:
    """Whether the page is for logging in: it has a field for a password."""
    return document(page).tree.css_first("input[type=password i]") is not None


def under_maintenance(page: Page) -> bool:
    """Whether a short page says that the site is being worked on."""
    text = document(page).visible_text
    return len(text) < _SHORT // 2 and bool(_MAINTENANCE.search(text))


def standing_failure(page: Page) -> Failure | None:
    """Why nothing follows from this answer about the unit's home page, None where it is a page of the site."""
    if not 200 <= page.status < 300:
        return Failure(Why.UNREADABLE, f"{page.status} {page.url}")
    if firewalled(page):
        return Failure(Why.BLOCKED, f"{page.status} {page.url}")
    if under_maintenance(page):
        return Failure(Why.UNREADABLE, document(page).visible_text[:100])
    return None


def require_site(page: Page) -> None:
    """Go on only with a page of the site.

    Raises:
        Untested: something else stands there.
    """
    failure = standing_failure(page)
    if failure:
        raise Untested(failure)
