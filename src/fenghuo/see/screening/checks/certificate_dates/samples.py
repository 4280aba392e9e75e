"""Samples: certificates before, in and after their time."""

from fenghuo.see.screening.checks.certificate_samples import issued
from fenghuo.see.screening.checks.samples import Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import PLAIN, TLS
from fenghuo.see.screening.facts.network import TlsFacts

_ROOT = issued("Sample Root", authority=True, since=-3000, until=3000)
_SITE = "http://www.jiaoyu.example/"


def _tls(since: float, until: float) -> Facts:
    return facts({TLS: TlsFacts((issued(by=_ROOT, since=since, until=until).der, _ROOT.der), {"TLSv1.2": True})})


_SENT_ON = page("", 301, _SITE, {"Location": "https://www.jiaoyu.example/"})
SAMPLES = [
    Sample("in force", _tls(-60, 305), "pass"),
    Sample("31 days left", _tls(-334, 31), "pass"),
    Sample("a certificate of six weeks with three left", _tls(-21, 24), "pass"),
    Sample("expired yesterday", _tls(-366, -1), ["expired"]),
    Sample("expired an hour ago", _tls(-365, -1 / 24), ["expired"]),
    Sample("valid from next week", _tls(7, 372), ["not-yet-valid"]),
    Sample("29 days left", _tls(-336, 29), ["expires-soon"]),
    Sample("a certificate of six weeks with one left", _tls(-38, 7), ["expires-soon"]),
    Sample("the port refuses", facts({TLS: Failure(Why.REFUSED)}), "not-applicable"),
    Sample(
        "no way to the port, and http:// shows the site",
        facts({TLS: Failure(Why.NO_CONNECTION), PLAIN: page(html("新闻"), url=_SITE)}),
        "not-applicable",
    ),
    Sample(
        "no way to the port, but http:// sends visitors there",
        facts({TLS: Failure(Why.NO_CONNECTION), PLAIN: _SENT_ON}),
        "could-not-test",
    ),
    Sample("no certificate was sent", facts({TLS: TlsFacts((), {})}), "could-not-test"),
    Sample("no certificate at all", facts({TLS: TlsFacts((b"<html>", _ROOT.der), {})}), "could-not-test"),
    Sample("time ran out", facts({TLS: Failure(Why.TIMED_OUT)}), "could-not-test"),
]
