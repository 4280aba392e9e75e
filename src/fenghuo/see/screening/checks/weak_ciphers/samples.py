"""Samples: suites, keys and signatures, old and new."""

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from fenghuo.see.screening.checks.certificate_samples import issued, with_old_signature
from fenghuo.see.screening.checks.samples import Sample, facts
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import TLS
from fenghuo.see.screening.facts.network import TlsFacts

_WEAK = rsa.generate_private_key(65537, 1024)  # noqa: S505 - what the check looks for
_RSA = rsa.generate_private_key(65537, 2048)
_ROOT = issued("Sample Root", authority=True, key=_RSA, since=-3000, until=3000)
_MIDDLE = issued("Sample Issuing", by=_ROOT, authority=True, key=_RSA)
_SITE = issued(by=_MIDDLE)
_GROUPS = ("null", "export", "rc4", "3des")


def _tls(*chain: bytes, accepted: tuple[str, ...] = (), dh_bits: int = 0, **answers: bool | Failure) -> Facts:
    offered: dict[str, bool | Failure] = {"TLSv1.2": True, **{group: group in accepted for group in _GROUPS}, **answers}
    return facts({TLS: TlsFacts(chain or (_SITE.der, _MIDDLE.der), offered, dh_bits=dh_bits)})


_SHORT_RSA = issued(by=_MIDDLE, key=_WEAK)
_SHORT_EC = issued(by=_MIDDLE, key=ec.generate_private_key(ec.SECP192R1()))
SAMPLES = [
    Sample("today's", _tls(), "pass"),
    Sample("RSA of 2048 bits, DH of 2048", _tls(issued(by=_MIDDLE, key=_RSA).der, dh_bits=2048), "pass"),
    Sample(
        "an old root that browsers ignore",
        _tls(_SITE.der, _MIDDLE.der, issued("Old Root", authority=True, key=_WEAK).der),
        "pass",
    ),
    Sample("no encryption", _tls(accepted=("null",)), ["no-encryption"]),
    Sample("export suites", _tls(accepted=("export", "rc4")), ["export", "rc4"]),
    Sample("triple DES", _tls(accepted=("3des",)), ["3des"]),
    Sample("RSA of 1024 bits", _tls(_SHORT_RSA.der, _MIDDLE.der), ["short-key"]),
    Sample("a curve of 192 bits", _tls(_SHORT_EC.der, _MIDDLE.der), ["short-key"]),
    Sample("signed with SHA-1", _tls(with_old_signature(_SITE, "sha1"), _MIDDLE.der), ["old-signature"]),
    Sample("an issuer signed with MD5", _tls(_SITE.der, with_old_signature(_MIDDLE, "md5")), ["old-signature"]),
    Sample("DH of 1024 bits", _tls(dh_bits=1024), ["short-dh"]),
    Sample("a fault beside an unclear answer", _tls(accepted=("3des",), rc4=Failure(Why.RESET)), ["3des"]),
    Sample("an unclear answer", _tls(rc4=Failure(Why.TIMED_OUT)), "could-not-test"),
    Sample("a certificate that can't be read", _tls(b"\x30\x03\x02\x01\x05"), "could-not-test"),
    Sample("the port refuses", facts({TLS: Failure(Why.REFUSED)}), "not-applicable"),
    Sample("no answer", facts({TLS: Failure(Why.TIMED_OUT)}), "could-not-test"),
]
