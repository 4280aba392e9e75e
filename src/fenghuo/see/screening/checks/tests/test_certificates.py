"""Which names a certificate stands for, and when a host has no HTTPS."""

from datetime import timedelta

import pytest

from fenghuo.see.screening.checks.certificate_samples import issued
from fenghuo.see.screening.checks.certificates import covers, in_force, parsed, self_signed
from fenghuo.see.screening.checks.samples import NOW, facts, html, page
from fenghuo.see.screening.checks.transport import accepts, no_https, redirect_of
from fenghuo.see.screening.facts import Failure, Untested, Why
from fenghuo.see.screening.facts.needs import PLAIN, TLS
from fenghuo.see.screening.facts.network import TlsFacts


@pytest.mark.parametrize(
    ("name", "host", "stands"),
    [
        ("www.a.example", "www.a.example", True),
        ("WWW.A.example", "www.a.example", True),
        ("www.a.example", "www.a.example.", True),
        ("*.a.example", "www.a.example", True),
        ("*.a.example", "xn--fiqs8s.a.example", True),
        ("*.a.example", "a.example", False),
        ("*.a.example", "x.y.a.example", False),
        ("*.*.a.example", "x.y.a.example", False),
        ("www.*.example", "www.a.example", False),
        ("*.example", "a.example", False),
        ("*", "example", False),
        ("a.example", "b.a.example", False),
        ("xn--0zwm56d.example", "测试.example", True),
        ("2001:db8::1", "2001:db8:0::1", True),
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.10", False),
    ],
)
def test_names(name: str, host: str, stands: bool) -> None:
    assert covers(issued("x", (name,)).certificate, host) is stands


def test_an_address_written_as_a_name_stands_for_nothing() -> None:
    assert not covers(issued("192.0.2.1", ()).certificate, "192.0.2.1")


def test_only_its_own_key_makes_a_certificate_self_signed() -> None:
    root = issued("Root", authority=True)
    same_name = issued("Root", by=issued("Root", authority=True))
    assert self_signed(root.certificate)
    assert not self_signed(same_name.certificate)
    assert not self_signed(issued(by=root).certificate)


def test_dates() -> None:
    one = issued(since=-1, until=1).certificate
    assert [in_force(one, NOW + timedelta(days=d)) for d in (-2, 0, 2)] == [False, True, False]


@pytest.mark.parametrize("raw", [b"", b"\x30", b"<html>", issued().der[:-5]])
def test_what_is_no_certificate_can_not_be_judged(raw: bytes) -> None:
    with pytest.raises(Untested):
        parsed(raw)


@pytest.mark.parametrize(
    ("why", "plain", "none"),
    [
        (Why.REFUSED, None, True),
        (Why.NO_CONNECTION, None, False),
        (Why.NO_CONNECTION, page(html(), url="http://www.jiaoyu.example/"), True),
        (Why.NO_CONNECTION, page("", 301, "http://www.jiaoyu.example/", {"Location": "https://a.example/"}), False),
        (Why.NO_CONNECTION, page(html(), 502), False),
        (Why.TIMED_OUT, page(html()), False),
        (Why.TLS_FAILED, page(html()), False),
    ],
)
def test_when_there_is_no_https(why: Why, plain: object, none: bool) -> None:
    assert no_https(facts({TLS: Failure(why), **({PLAIN: plain} if plain is not None else {})})) is none


def test_a_refusal_from_a_server_that_refuses_everything_means_nothing() -> None:
    assert not accepts(TlsFacts((), {"TLSv1.2": True, "rc4": False}), "rc4")
    with pytest.raises(Untested):
        accepts(TlsFacts((), {"TLSv1.2": False, "rc4": False}), "rc4")


def test_redirects() -> None:
    where = {"Location": " ../b "}
    assert redirect_of(page("", 302, "https://h.example/a/c", where)) == "https://h.example/b"
    assert redirect_of(page("", 200, "https://h.example/a/c", where)) == ""
    assert redirect_of(page("", 302, "https://h.example/", {"Location": "https://[broken/"})) == ""
