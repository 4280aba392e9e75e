"""What counts as one domain, and what is none."""

import pytest

from fenghuo.see.events.domains import registered_domain


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("www.jiaoyu.fengsui.gov.cn", "fengsui.gov.cn"),
        ("WWW.Example.COM.", "example.com"),
        ("example.com", "example.com"),
        ("a1b2.cdn.example.com.cn", "example.com.cn"),
        ("_ldap._tcp.dc._msdcs.corp.example.net", "example.net"),
        ("evil.duckdns.org", "duckdns.org"),
        ("d3adb33f.cloudfront.net", "cloudfront.net"),
        ("网站.例子.中国", "xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_a_name_belongs_to_the_domain_that_was_registered(name: str, domain: str) -> None:
    assert registered_domain(name) == domain


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "printer",
        "com.cn",
        "192.0.2.1",
        "2001:db8::1",
        "1.2.0.192.in-addr.arpa",
        "nas.local",
        "printer.lan",
        "files.corp",
        "db.internal",
        "router.home.arpa",
        "hidden.onion",
        "a..example.com",
        "a b.example.com",
        "*.example.com",
        f"{'a' * 64}.example.com",
        ".".join(["abcdefghi"] * 26) + ".com",
        "\udcff.example.com",
    ],
)
def test_what_nobody_registered_is_no_domain(name: str) -> None:
    assert registered_domain(name) is None
