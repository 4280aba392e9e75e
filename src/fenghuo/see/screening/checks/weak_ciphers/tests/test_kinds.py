"""Kinds of keys that the library reads, and those that it does not."""

from fenghuo.see.screening.checks.base import VerdictKind, judge
from fenghuo.see.screening.checks.certificate_samples import issued
from fenghuo.see.screening.checks.samples import facts
from fenghuo.see.screening.checks.weak_ciphers.check import CHECK
from fenghuo.see.screening.facts import Why
from fenghuo.see.screening.facts.needs import TLS
from fenghuo.see.screening.facts.network import TlsFacts

_REFUSED = {"TLSv1.2": True, "null": False, "export": False, "rc4": False, "3des": False}
_SM2_WITH_SM3 = bytes.fromhex("06082a811ccf55018375")
_ECDSA_WITH_SHA256 = bytes.fromhex("06082a8648ce3d040302")
_P256 = bytes.fromhex("06082a8648ce3d030107")
_UNKNOWN_CURVE = bytes.fromhex("06082a8648ce3d030163")


def test_a_certificate_with_chinese_algorithms_is_strong() -> None:
    der = issued().der.replace(_ECDSA_WITH_SHA256, _SM2_WITH_SM3)
    assert judge(CHECK, facts({TLS: TlsFacts((der,), _REFUSED)})).kind is VerdictKind.PASS


def test_a_key_that_can_not_be_read_is_no_pass() -> None:
    der = issued().der.replace(_P256, _UNKNOWN_CURVE)
    verdict = judge(CHECK, facts({TLS: TlsFacts((der,), _REFUSED)}))
    assert (verdict.kind, verdict.reason) == (VerdictKind.COULD_NOT_TEST, Why.UNREADABLE)
