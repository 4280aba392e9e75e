"""Samples: hosts of the domain that the register knows, and hosts that it does not."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from fenghuo.see.screening.checks.samples import NOW, SITE, Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, PAGES, PLAIN, TLS
from fenghuo.see.screening.facts.network import TlsFacts
from fenghuo.see.screening.facts.site import Pages


def _certificate(*names: str) -> TlsFacts:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return TlsFacts((built.public_bytes(Encoding.DER),), {})


_KNOWN = page(
    html(
        '<a href="/news/">要闻</a><a href="https://jiaoyu.example/">首页</a><a href="http://www.moe.gov.cn/">教育部</a>'
        '<a href="https://www.fengsui.example/">县政府</a><p>旧系统 old.jiaoyu.example 已停用</p><a href="mailto:x@jiaoyu.example">信箱</a>'
    )
)
_LINKED = page(html('<a href="http://oa.jiaoyu.example/login">办公系统</a>'))


def _with(**more: Page | TlsFacts | Pages | Failure) -> Facts:
    needs = {"pages": PAGES, "plain": PLAIN, "tls": TLS}
    return facts({HOME: _KNOWN, **{needs[name]: value for name, value in more.items()}})


SAMPLES = [
    Sample("all known", _with(), "pass"),
    Sample("a certificate for all names", _with(tls=_certificate("*.jiaoyu.example", "jiaoyu.example")), "pass"),
    Sample(
        "certificates of others share the host",
        _with(tls=_certificate("www.jiaoyu.example", "shop.example.net")),
        "pass",
    ),
    Sample("a link", facts({HOME: _LINKED}), ["unregistered"]),
    Sample("a link on another page", _with(pages=Pages({SITE + "x": _LINKED})), ["unregistered"]),
    Sample(
        "a name of the certificate",
        _with(tls=_certificate("www.jiaoyu.example", "mail.jiaoyu.example")),
        ["unregistered"],
    ),
    Sample(
        "a redirection",
        _with(plain=page("", 302, "http://www.jiaoyu.example/", {"Location": "https://sso.jiaoyu.example/"})),
        ["unregistered"],
    ),
    Sample("half a page", facts({HOME: page(html("要闻"), cut=True)}), "could-not-test"),
    Sample("no answer", facts({HOME: Failure(Why.TIMED_OUT)}), "could-not-test"),
]
