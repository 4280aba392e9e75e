"""What must never stand on a block list, and what may."""

from datetime import UTC, datetime, timedelta

import pytest

from fenghuo.respond.blocks.guard import Guard, Refused, Target, Wanted, names
from fenghuo.respond.blocks.shipped import shipped
from fenghuo.see.intel.values import Kind

NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
GUARD = Guard(shipped()["cells"], ["www.edu-ours.net", "61.10.20.0/28", "61.99.0.1"])


def wanted(text: str, reason: str = "malware", **more: str) -> Wanted:
    return Wanted(text, reason, NOW + timedelta(days=7), **more)


NEVER = [
    ("10.1.2.3", "special-address"),
    ("127.0.0.1", "special-address"),
    ("224.0.0.5", "special-address"),
    ("fe80::1", "special-address"),
    ("203.0.113.9", "exercise-only"),
    ("0.0.0.0/0", "too-wide"),
    ("45.9.0.0/16", "too-wide"),
    ("2a01:4f8::/32", "too-wide"),
    ("com.cn", "top-level"),
    ("xyz", "top-level"),
    ("114.114.114.114", "shared"),
    ("198.41.0.4", "never"),
    ("198.41.0.0/24", "never"),
    ("ocsp.digicert.com", "never"),
    ("microsoft.com", "shared"),
    ("hebei.gov.cn", "stated"),
    ("http://x.edu.cn/a", "stated"),
    ("someone@example.net", "person"),
    ("d41d8cd98f00b204e9800998ecf8427a", "hash"),
    ("not a host", "not-understood"),
    ("evil.net\n8.8.8.8", "not-understood"),
    ("www.edu-ours.net", "own"),
    ("edu-ours.net", "own"),
    ("a.www.edu-ours.net", "own"),
    ("http://www.edu-ours.net/login", "own"),
    ("61.10.20.7", "own"),
    ("61.10.20.0/24", "own"),
    ("61.99.0.1", "own"),
]


@pytest.mark.parametrize(("text", "code"), NEVER)
def test_what_must_never_be_listed(text: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        GUARD.check(wanted(text), NOW)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("45.9.148.71", Kind.ADDRESS, "45.9.148.71"),
        ("45[.]9[.]148[.]71:8080", Kind.ADDRESS, "45.9.148.71"),
        ("45.9.148.71/32", Kind.ADDRESS, "45.9.148.71"),
        ("45.9.148.0/24", Kind.NETWORK, "45.9.148.0/24"),
        ("2a06:98c0::/48", Kind.NETWORK, "2a06:98c0::/48"),
        ("::ffff:45.9.148.71", Kind.ADDRESS, "45.9.148.71"),
        ("Evil.Bad-Site.NET.", Kind.DOMAIN, "evil.bad-site.net"),
        ("hxxps://github.com/bad/kit.exe", Kind.URL, "github.com/bad/kit.exe"),
        ("notgov.cn", Kind.DOMAIN, "notgov.cn"),
    ],
)
def test_what_may_be_listed_has_one_form(text: str, kind: Kind, value: str) -> None:
    assert GUARD.check(wanted(text), NOW) == Target(kind, value)


def test_a_statement_opens_government_domains_and_nothing_else() -> None:
    assert GUARD.check(wanted("www.hebei.gov.cn", stated="taken over"), NOW).value == "www.hebei.gov.cn"
    for text in ("10.0.0.1", "www.edu-ours.net", "gov.cn", "iana.org"):
        with pytest.raises(Refused):
            GUARD.check(wanted(text, stated="because"), NOW)


def test_evidence_names_what_is_blocked_or_something_in_it() -> None:
    assert names(Target(Kind.ADDRESS, "45.9.148.71"), ["45.9.148.71"])
    assert not names(Target(Kind.ADDRESS, "45.9.148.71"), ["45.9.148.7", "x.net"])
    assert names(Target(Kind.NETWORK, "45.9.148.0/24"), ["45.9.148.71"])
    assert names(Target(Kind.DOMAIN, "bad.net"), ["http://a.bad.net/x"])
    assert not names(Target(Kind.DOMAIN, "bad.net"), ["notbad.net", "45.9.148.71"])
    assert names(Target(Kind.URL, "bad.net/a"), ["http://bad.net:80/a#top"])
    assert not names(Target(Kind.URL, "bad.net/a"), ["http://bad.net/b"])
