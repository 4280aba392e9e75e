"""Samples: what servers of different ages accept."""

from fenghuo.see.screening.checks.samples import Sample, facts
from fenghuo.see.screening.checks.transport import VERSIONS
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import TLS
from fenghuo.see.screening.facts.network import TlsFacts


def _offers(*accepted: str, unclear: str = "") -> Facts:
    offered: dict[str, bool | Failure] = {version: version in accepted for version in VERSIONS}
    if unclear:
        offered[unclear] = Failure(Why.TIMED_OUT)
    return facts({TLS: TlsFacts((), offered)})


SAMPLES = [
    Sample("today's", _offers("TLSv1.2", "TLSv1.3"), "pass"),
    Sample("only TLS 1.2", _offers("TLSv1.2"), "pass"),
    Sample("Windows Server 2008", _offers("SSLv3", "TLSv1"), ["sslv3", "old-tls"]),
    Sample("nginx of 2015", _offers("TLSv1", "TLSv1.1", "TLSv1.2"), ["old-tls"]),
    Sample("one unclear answer beside a clear one", _offers("TLSv1.1", "TLSv1.2", unclear="TLSv1"), ["old-tls"]),
    Sample("one unclear answer", _offers("TLSv1.2", unclear="TLSv1"), "could-not-test"),
    Sample("one question not asked", facts({TLS: TlsFacts((), {"TLSv1.2": True, "SSLv3": False})}), "could-not-test"),
    Sample("everything refused", _offers(), "could-not-test"),
    Sample("the port refuses", facts({TLS: Failure(Why.REFUSED)}), "not-applicable"),
    Sample("no answer", facts({TLS: Failure(Why.TIMED_OUT)}), "could-not-test"),
]
