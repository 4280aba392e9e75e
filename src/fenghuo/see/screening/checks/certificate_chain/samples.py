"""Samples: chains as servers send them, good and broken."""

from dataclasses import replace

from fenghuo.see.screening.checks.certificate_samples import Issued, issued
from fenghuo.see.screening.checks.samples import TARGET, Sample, facts
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import TLS
from fenghuo.see.screening.facts.network import TlsFacts

_HOST = TARGET.host
_ROOT = issued("Sample Root", authority=True, since=-3000, until=3000)
_MIDDLE = issued("Sample Issuing", by=_ROOT, authority=True, since=-1000, until=1000)
_OLD_MIDDLE = issued("Sample Issuing", by=_ROOT, authority=True, since=-1000, until=-5, key=_MIDDLE.key)


def _site(*names: str, until: float = 300) -> Issued:
    return issued(_HOST, names or (_HOST,), by=_MIDDLE, until=until)


def _tls(
    *chain: Issued,
    trusted: bool = False,
    with_issuers: bool = False,
    issuers: tuple[Issued, ...] = (),
    host: str = _HOST,
) -> Facts:
    tls = TlsFacts(
        tuple(one.der for one in chain),
        {"TLSv1.2": True},
        tuple(one.der for one in issuers),
        trusted=trusted,
        with_issuers=with_issuers,
    )
    return facts({TLS: tls}, target=replace(TARGET, host=host))


_SELF = issued(_HOST)
SAMPLES = [
    Sample("a whole chain", _tls(_site(), _MIDDLE, trusted=True, with_issuers=True), "pass"),
    Sample("a wildcard", _tls(_site("*.jiaoyu.example"), _MIDDLE, trusted=True), "pass"),
    Sample("capitals", _tls(_site("WWW.Jiaoyu.Example"), _MIDDLE, trusted=True), "pass"),
    Sample(
        "a Chinese name",
        _tls(_site("xn--fiqs8s.example"), _MIDDLE, trusted=True, host="中国.example"),
        "pass",
    ),
    Sample("an address", _tls(_site("192.0.2.7"), _MIDDLE, trusted=True, host="192.0.2.7"), "pass"),
    Sample("another name", _tls(_site("www.weisheng.example"), _MIDDLE, trusted=True), ["name-mismatch"]),
    Sample(
        "a wildcard does not stand for two labels",
        _tls(_site("*.jiaoyu.example"), _MIDDLE, trusted=True, host="a.b.jiaoyu.example"),
        ["name-mismatch"],
    ),
    Sample(
        "a wildcard does not stand for none",
        _tls(_site("*.jiaoyu.example"), _MIDDLE, trusted=True, host="jiaoyu.example"),
        ["name-mismatch"],
    ),
    Sample("half a wildcard", _tls(_site("w*.jiaoyu.example"), _MIDDLE, trusted=True), ["name-mismatch"]),
    Sample("only a common name", _tls(issued(_HOST, (), by=_MIDDLE), _MIDDLE, trusted=True), ["name-mismatch"]),
    Sample("a name for an address", _tls(_site("192.0.2.8"), trusted=True, host="192.0.2.7"), ["name-mismatch"]),
    Sample("self-signed", _tls(_SELF), ["self-signed"]),
    Sample("self-signed by a firewall", _tls(issued("localhost")), ["name-mismatch", "self-signed"]),
    Sample("a root of its own", _tls(_site(), _MIDDLE, _ROOT), ["unknown-root"]),
    Sample("the issuer is not sent", _tls(_site(), with_issuers=True, issuers=(_MIDDLE,)), ["incomplete-chain"]),
    Sample("the issuer that is sent is too old", _tls(_site(), _OLD_MIDDLE, with_issuers=True), ["expired-issuer"]),
    Sample("out of date, so no chain counts", _tls(_site(until=-1), _MIDDLE), "could-not-test"),
    Sample("out of date and another's", _tls(_site("a.example", until=-1), _MIDDLE), ["name-mismatch"]),
    Sample("the port refuses", facts({TLS: Failure(Why.REFUSED)}), "not-applicable"),
    Sample("reset", facts({TLS: Failure(Why.RESET)}), "could-not-test"),
]
