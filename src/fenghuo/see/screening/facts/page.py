"""A page as it was served."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from fenghuo.see.screening.facts.base import Failure, Why

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,30})""", re.IGNORECASE)
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "hz-gb-2312": "gb18030"}


_BLOCKING = {401, 403, 405, 406, 412, 418, 468, 493}
_BLOCK_PAGES = re.compile(
    r"(?:access denied|request blocked|web application firewall|waf|安全狗|云锁|安全拦截|访问被拦截|请求被拦截|创宇盾|知道创宇|"
    r"您的(?:请求|访问).{0,20}(?:拦截|阻断|威胁|攻击)|captcha|人机验证|滑动验证|safedog|yunsuo|安恒|长亭|雷池|d盾)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a web server, redirects not followed unless `chain` says so.

    Attributes:
        url: what was asked for last. status: 100 to 599. headers: (name, value) as sent, in order, repeated ones too.
        body: decompressed, cut at the limit of the request; `cut` says whether it was.
        chain: addresses that redirected here, first first, without this one.
        address: the address that answered. seconds: from the request to the end of the body.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    cut: bool = False
    chain: tuple[str, ...] = ()
    address: str = ""
    seconds: float = 0.0

    def header(self, name: str) -> str | None:
        """The first value of a header, None where it is not sent."""
        return next(iter(self.headers_of(name)), None)

    def headers_of(self, name: str) -> Sequence[str]:
        """Every value of a header, in order."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def media_type(self) -> str:
        """Media type without parameters, lower case; "" where none is stated."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def is_html(self) -> bool:
        """Whether it is a page for people, by its type or, without one, by its beginning."""
        if self.media_type:
            return self.media_type in {"text/html", "application/xhtml+xml"}
        return self.body[:512].lstrip().lower().startswith((b"<!doctype html", b"<html"))

    @property
    def host(self) -> str:
        """Host name of `url`, lower case."""
        return (urlsplit(self.url).hostname or "").lower()

    @property
    def secure(self) -> bool:
        """Whether it came over HTTPS."""
        return self.url.startswith("https://")

    @property
    def text(self) -> str:
        """The body as text: by the header, by a meta element in the first 2 kB, as UTF-8 where it is, else as GB 18030."""
        stated = re.search(r"charset\s*=\s*[\"']?([\w-]+)", self.header("content-type") or "", re.IGNORECASE)
        within = _CHARSET.search(self.body[:2048])
        names = [stated.group(1) if stated else "", within.group(1).decode() if within else "", "utf-8-sig"]
        for name in filter(None, names):
            try:
                return self.body.decode(_CHINESE.get(name.lower(), name))
            except (LookupError, UnicodeDecodeError):
                continue
        return self.body.decode("gb18030" if not self.cut else "utf-8", errors="replace")

    @property
    def failure(self) -> Failure | None:
        """Why nothing follows from this page about the site, None where something does. A plain 403 or 404 is an answer."""
        if self.status in {429, 503}:
            return Failure(Why.SLOW_DOWN, str(self.status))
        if self.status >= 500:
            return Failure(Why.SERVER_ERROR, str(self.status))
        if self.status in _BLOCKING and _BLOCK_PAGES.search(self.text[:20_000]):
            return Failure(Why.BLOCKED, str(self.status))
        return None
