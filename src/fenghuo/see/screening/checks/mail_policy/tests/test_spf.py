"""The SPF evaluator by itself: what our policies are likely to hold, and the limits."""

from collections.abc import Callable

import pytest

from fenghuo.see.screening.checks.mail_policy.spf import SpfResult, Temporary, Void, check_host, check_sender
from fenghuo.see.screening.checks.mail_policy.spf_record import BadRecord, parse_record, spf_texts

ZONE = {
    ("jiaoyu.example", "TXT"): ["other text", "v=spf1 mx include:spf.mail.example -all exp=why.jiaoyu.example"],
    ("jiaoyu.example", "MX"): ["mx.jiaoyu.example"],
    ("mx.jiaoyu.example", "A"): ["203.0.113.8"],
    ("mx.jiaoyu.example", "AAAA"): ["2001:db8::8"],
    ("spf.mail.example", "TXT"): ["v=spf1 ip4:198.51.100.0/24 ?all"],
    ("why.jiaoyu.example", "TXT"): ["%{i} may not send for %{d}, says %{l} at %{r}"],
}


def asked(zone: dict[tuple[str, str], list[str]]) -> Callable[[str, str], list[str]]:
    def look_up(name: str, kind: str) -> list[str]:
        if name.startswith("slow."):
            raise Temporary(name)
        found = zone.get((name.lower(), kind))
        if not found:
            raise Void(name)
        return found

    return look_up


def result(record: str, ip: str = "203.0.113.8", **more: list[str]) -> SpfResult:
    """Result of one record for x.example; names of `more` have "_" for "." and end in the type."""
    zone = {("x.example", "TXT"): [record]}
    for key, values in more.items():
        name, _, kind = key.rpartition("_")
        zone[(name.replace("_", "."), kind)] = values
    return check_host(ip, "x.example", "a@x.example", "mail.x.example", asked(zone)).result


@pytest.mark.parametrize(
    ("ip", "expected"),
    [
        ("203.0.113.8", "pass"),
        ("2001:db8::8", "pass"),
        ("::ffff:203.0.113.8", "pass"),
        ("198.51.100.9", "pass"),
        ("192.0.2.1", "fail"),
    ],
)
def test_who_may_send(ip: str, expected: str) -> None:
    assert check_sender(ip, "zhang@jiaoyu.example", "mail.example", asked(ZONE)).result == expected


def test_a_fail_is_explained_in_the_owners_words() -> None:
    verdict = check_sender("192.0.2.1", "zhang@jiaoyu.example", "mail.example", asked(ZONE))
    assert verdict.explanation == "192.0.2.1 may not send for jiaoyu.example, says zhang at unknown"


def test_an_empty_sender_is_judged_by_helo() -> None:
    assert check_sender("203.0.113.8", "", "jiaoyu.example", asked(ZONE)).result is SpfResult.PASS
    assert check_sender("203.0.113.8", "", "localhost", asked(ZONE)).result is SpfResult.NONE


def test_macros_take_parts_in_either_order_and_escape() -> None:
    assert (
        result("v=spf1 exists:%{ir}.%{v}.%{d1r}.example", **{"8_113_0_203_in-addr_x_example_A": ["127.0.0.2"]})
        == "pass"
    )
    zone = {
        ("x.example", "TXT"): ["v=spf1 -all exp=e.x.example"],
        ("e.x.example", "TXT"): ["%{L} %%%_%- %{t} %{c}"],
    }
    verdict = check_host("2001:db8::1", "x.example", "a&b@x.example", "h.example", asked(zone), now=7)
    assert verdict.explanation == "a%26b % %20 7 2001:db8::1"


def test_ptr_counts_only_names_that_point_back() -> None:
    reverse = {("8.113.0.203.in-addr.arpa", "PTR"): ["a.x.example", "b.x.example"]}
    record = {("x.example", "TXT"): ["v=spf1 ptr -all"]}
    ask = ("203.0.113.8", "x.example", "a@x.example", "h.example")
    assert check_host(*ask, asked({**record, **reverse})).result == "fail"
    back = {("b.x.example", "A"): ["203.0.113.8"]}
    assert check_host(*ask, asked({**record, **reverse, **back})).result == "pass"


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("v=spf1 redirect=y.example", "permerror"),
        ("v=spf1 include:y.example", "permerror"),
        ("v=spf1 redirect=x.example", "permerror"),
        ("v=spf1 a:a.y.example a:b.y.example ?all", "neutral"),
        ("v=spf1 a:a.y.example a:b.y.example a:c.y.example ?all", "permerror"),
        ("v=spf1 include:slow.example -all", "temperror"),
        ("v=spf1 ip4:203.0.113.0/24 bogus", "permerror"),
        ("v=spf1", "neutral"),
    ],
)
def test_errors_and_limits(record: str, expected: str) -> None:
    assert result(record) == expected


def test_ten_terms_may_ask_and_eleven_may_not() -> None:
    known = {"x_example_A": ["192.0.2.1"]}
    assert result("v=spf1" + " a" * 10 + " -all", **known) == "fail"
    assert result("v=spf1" + " a" * 11 + " -all", **known) == "permerror"


@pytest.mark.parametrize(
    "term",
    [
        "a:",
        "a:com",
        "a/33",
        "a//129",
        "ip4:1.2.3",
        "ip4:1.2.3.4/033",
        "ip6:1.2.3.4",
        "exp=",
        "all:x",
        "mx:%{d0}",
        "x=%a",
        "-",
    ],
)
def test_what_breaks_the_grammar(term: str) -> None:
    with pytest.raises(BadRecord):
        parse_record(f"v=spf1 {term} -all")


def test_only_whole_versions_are_records() -> None:
    assert spf_texts(["v=spf1", "V=SPF1 -all", "v=spf10", "v=spf1-all"]) == ["v=spf1", "V=SPF1 -all"]
