"""Which cookies are sessions, which are taken away, and what stays the same from visit to visit."""

from dataclasses import replace

import pytest

from fenghuo.see.screening.checks.base import judge
from fenghuo.see.screening.checks.cookie_flags.check import CHECK, cookies_of
from fenghuo.see.screening.checks.samples import NOW, facts, html, page
from fenghuo.see.screening.facts import Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, PAGES, PLAIN, SECURE
from fenghuo.see.screening.facts.site import Pages


def setting(*cookies: str) -> Page:
    return replace(page(html()), headers=tuple(("Set-Cookie", cookie) for cookie in cookies))


@pytest.mark.parametrize(
    "name", ["JSESSIONID", "PHPSESSID", "ASP.NET_SessionId", "connect.sid", ".ASPXAUTH", "rememberMe", "CASTGC"]
)
def test_sessions(name: str) -> None:
    assert next(cookies_of(setting(f"{name}=abcd"))).is_session


@pytest.mark.parametrize(
    "name", ["XSRF-TOKEN", "csrftoken", "yunsuo_session_verify", "__jsluid_s", "acw_tc", "_ga", "lang", "color"]
)
def test_no_sessions(name: str) -> None:
    assert not next(cookies_of(setting(f"{name}=abcd"))).is_session


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ("sid=a; Max-Age=0", True),
        ("sid=a; Max-Age=-1; Expires=Fri, 01 Jan 2038 00:00:00 GMT", True),
        ("sid=a; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", False),
        ("sid=a; Expires=Thu, 01-Jan-1970 00:00:10 GMT", True),
        ("sid=a; Expires=Fri, 01 Jan 2038 00:00:00 GMT", False),
        ("sid=a; Expires=soon", False),
        ('sid=""', True),
        ("sid=a", False),
    ],
)
def test_what_is_taken_away(line: str, gone: bool) -> None:
    assert next(cookies_of(setting(line))).is_deleted(NOW) is gone


def test_a_name_with_a_random_end_is_the_same_finding_on_every_visit() -> None:
    def found(name: str) -> list[tuple[str, str]]:
        seen = setting(f"{name}=SECRETVALUE; Path=/")
        values = {HOME: seen, SECURE: seen, PLAIN: Failure(Why.REFUSED), PAGES: Pages({})}
        verdict = judge(CHECK, facts(values))
        assert all("SECRETVALUE" not in f.evidence for f in verdict.findings)
        return [(f.outcome, f.locus) for f in verdict.findings]

    assert found("ASPSESSIONIDQADCSTRB") == found("ASPSESSIONIDCCTRQBDA") != []
