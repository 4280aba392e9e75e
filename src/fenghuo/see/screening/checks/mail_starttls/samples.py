"""Samples: mail exchangers, with certificates made here."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from fenghuo.see.screening.checks.samples import NOW, TARGET, Sample, facts
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import MAIL_SERVERS
from fenghuo.see.screening.facts.network import MailServer

_EHLO = ("PIPELINING", "SIZE 10240000", "STARTTLS", "8BITMIME")
_TARGET = replace(TARGET, kind="mail-domain", asset="jiaoyu.example", host="jiaoyu.example", url="")


@cache
def _certificate(begins: datetime, ends: datetime) -> bytes:
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mx.jiaoyu.example")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(begins).not_valid_after(ends)
    return builder.sign(key, None).public_bytes(Encoding.DER)


def _server(
    starttls: bool | Failure = True,
    trusted: bool = True,
    ends: int = 90,
    begins: int = -90,
    extensions: tuple[str, ...] = _EHLO,
    chain: tuple[bytes, ...] | None = None,
) -> MailServer:
    certificate = _certificate(NOW + timedelta(days=begins), NOW + timedelta(days=ends))
    sent = (certificate,) if chain is None and starttls is True else chain or ()
    return MailServer("mx.jiaoyu.example", "203.0.113.8", "220 mx ESMTP", extensions, starttls, sent, trusted)


def _facts(*servers: MailServer) -> Facts:
    return facts({MAIL_SERVERS: servers}, target=_TARGET)


_RESET = _server(Failure(Why.RESET))
SAMPLES = [
    Sample("good", _facts(_server()), "pass"),
    Sample("not offered", _facts(_server(False, extensions=_EHLO[:2])), ["no-starttls"]),
    Sample("offered but not taken", _facts(_server(False)), ["no-starttls"]),
    Sample("expired", _facts(_server(ends=-1, trusted=False)), ["expired"]),
    Sample("made by itself", _facts(_server(trusted=False)), ["untrusted"]),
    Sample("from the future", _facts(_server(begins=1)), ["untrusted"]),
    Sample("a bad one beside one that is down", _facts(_RESET, _server(trusted=False)), ["untrusted"]),
    Sample("no exchanger", _facts(), "not-applicable"),
    Sample("a good one beside one that is down", _facts(_server(), _RESET), "could-not-test"),
    Sample("hangs up before EHLO", _facts(_server(False, extensions=())), "could-not-test"),
    Sample("no certificate", _facts(_server(chain=())), "could-not-test"),
    Sample("broken certificate", _facts(_server(chain=(b"\x30\x82",))), "could-not-test"),
    Sample("not allowed", facts({MAIL_SERVERS: Failure(Why.NOT_AUTHORISED)}, target=_TARGET), "could-not-test"),
]
