"""Cookies of people who are logged in, and how well browsers guard them."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import resources

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.masks import hidden
from fenghuo.see.screening.checks.visited import shown, visited
from fenghuo.see.screening.facts import CheckClass, Facts, Page
from fenghuo.see.screening.facts.needs import HOME, PAGES, PLAIN, SECURE

_COOKIES = tomllib.loads((resources.files(__package__) / "cookies.toml").read_text(encoding="utf-8"))
_RANDOM_END = re.compile(r"\A(ASPSESSIONID|S?SESS|wordpress_(?:logged_in|sec)_)[0-9A-Za-z]{8,}\Z")


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie as a page sets it; `attributes` by lower case name, the last of a name counts (RFC 6265, 5.3)."""

    name: str
    value: str
    attributes: dict[str, str]

    @property
    def kind(self) -> str:
        """The name without an end that is made up anew for every server or visitor."""
        found = _RANDOM_END.match(self.name)
        return f"{found.group(1)}*" if found else self.name

    @property
    def is_session(self) -> bool:
        """Whether it stands for somebody who is logged in, by its name."""
        name = self.name.lower()
        if any(part in name for part in _COOKIES["never"]):
            return False
        return name in _COOKIES["names"] or any(part in name for part in _COOKIES["parts"])

    def is_deleted(self, at: datetime) -> bool:
        """Whether the page takes it away rather than sets it."""
        age = self.attributes.get("max-age", "")
        if re.fullmatch(r"-?\d{1,12}", age):
            return int(age) <= 0
        return not self.value or _is_past(self.attributes.get("expires", ""), at)


def _is_past(date: str, at: datetime) -> bool:
    try:
        found = parsedate_to_datetime(date.replace("-", " "))
    except (ValueError, TypeError):
        return False
    return (found if found.tzinfo else found.replace(tzinfo=UTC)) < at


def cookies_of(page: Page) -> Iterator[Cookie]:
    """Every cookie that a page sets."""
    for line in page.headers_of("set-cookie"):
        first, *others = line.split(";")
        name, _, value = first.partition("=")
        parts = (part.partition("=") for part in others)
        attributes = {key.strip().lower(): said.strip() for key, _, said in parts}
        if name.strip():
            yield Cookie(name.strip(), value.strip().strip('"'), attributes)


def _faults(cookie: Cookie, page: Page) -> Iterator[str]:
    secure = "secure" in cookie.attributes
    if page.secure and not secure:
        yield "no-secure"
    if "httponly" not in cookie.attributes:
        yield "no-httponly"
    same_site = cookie.attributes.get("samesite")
    if same_site is None:
        yield "no-samesite"
    elif same_site.lower() not in {"lax", "strict", "none"} or (same_site.lower() == "none" and not secure):
        yield "void-samesite"


def _line(cookie: Cookie, page: Page) -> str:
    flags = "".join(f"; {key}" + (f"={value}" if value else "") for key, value in cookie.attributes.items())
    return f"{shown(page.url)}: Set-Cookie: {cookie.kind}={hidden(cookie.value)}{flags}"[:400]


def _judge(facts: Facts) -> Judgement:
    visit = visited(facts, SECURE, PLAIN, whole=False)
    found: list[Finding] = []
    seen = False
    for page in visit.pages:
        for cookie in cookies_of(page):
            if cookie.is_session and not cookie.is_deleted(facts.at):
                seen = True
                found += [Finding(fault, cookie.kind, _line(cookie, page)) for fault in _faults(cookie, page)]
    if not found:
        visit.or_untested()
    return found if seen else NotApplicable(NotMeant.NO_COOKIE)


CHECK = Check(
    id="cookie-flags",
    number=29,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(HOME, SECURE, PLAIN, PAGES),
    outcomes=(
        Outcome("no-secure", Severity.MEDIUM, 30),
        Outcome("no-httponly", Severity.MEDIUM, 30),
        Outcome("no-samesite", Severity.LOW, 60),
        Outcome("void-samesite", Severity.LOW, 60),
    ),
    rules=("gb22239", "rfc6265"),
    judge=_judge,
)
