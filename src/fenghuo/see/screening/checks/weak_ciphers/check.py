"""Suites, keys and signatures that no longer hold."""

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.certificates import common_name, described, self_signed, served
from fenghuo.see.screening.checks.transport import accepts, no_https
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Untested, Why
from fenghuo.see.screening.facts.needs import PLAIN, TLS
from fenghuo.see.screening.facts.network import TlsFacts

_SUITES = {"null": "no-encryption", "export": "export", "rc4": "rc4", "3des": "3des"}
_RSA_BITS = 2048
_EC_BITS = 224
_CHINESE_ALGORITHMS = "1.2.156.10197.1."
"""SM2 with SM3 and its kin (GM/T 0006); their keys have 256 bits, and the library can't read them."""
_OLD_SIGNATURES = {
    "1.2.840.113549.1.1.2": "MD2",
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA-1",
    "1.3.14.3.2.29": "SHA-1",
    "1.2.840.10040.4.3": "SHA-1",
    "1.2.840.10045.4.1": "SHA-1",
}


def _suites(tls: TlsFacts) -> list[Finding]:
    return [
        Finding(outcome, group, f"{group}: accepted")
        for group, outcome in _SUITES.items()
        if tls.offered.get(group) is True
    ]


def _groups(tls: TlsFacts) -> list[Finding]:
    if 0 < tls.dh_bits < _RSA_BITS:
        return [Finding("short-dh", "dh", f"DH: {tls.dh_bits} bit")]
    return []


def _short_key(certificate: x509.Certificate) -> str:
    """Kind and length of a key that is too short, "" for others.

    Raises:
        Untested: the key is of a kind that can't be read.
    """
    if certificate.signature_algorithm_oid.dotted_string.startswith(_CHINESE_ALGORITHMS):
        return ""
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Untested(Failure(Why.UNREADABLE, f"key: {error}"[:200])) from error
    if isinstance(key, rsa.RSAPublicKey | dsa.DSAPublicKey):
        return (
            f"{'RSA' if isinstance(key, rsa.RSAPublicKey) else 'DSA'} {key.key_size} bit"
            if key.key_size < _RSA_BITS
            else ""
        )
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"{key.curve.name} {key.key_size} bit" if key.key_size < _EC_BITS else ""
    return ""


def _old_signature(certificate: x509.Certificate) -> str:
    found = _OLD_SIGNATURES.get(certificate.signature_algorithm_oid.dotted_string, "")
    if found or certificate.signature_algorithm_oid != x509.SignatureAlgorithmOID.RSASSA_PSS:
        return found
    return "SHA-1" if isinstance(certificate.signature_hash_algorithm, hashes.SHA1) else ""


def _certificates(chain: list[x509.Certificate]) -> list[Finding]:
    found = []
    for place, one in enumerate(chain):
        if place and self_signed(one):
            continue  # browsers take a root from their own store and never look at the one that is sent
        locus = f"issuer {common_name(one.subject)}" if place else "certificate"
        if short := _short_key(one):
            found.append(Finding("short-key", locus, f"{short}: {described(one)}"))
        if old := _old_signature(one):
            found.append(Finding("old-signature", locus, f"{old}: {described(one)}"))
    return found


def _judge(facts: Facts) -> Judgement:
    if no_https(facts):
        return NotApplicable(NotMeant.NO_HTTPS)
    tls = facts[TLS]
    found = [*_suites(tls), *_groups(tls)]
    try:
        found += _certificates(served(tls.chain))
    except Untested:
        if not found:
            raise
    if not found:
        for group in _SUITES:
            accepts(tls, group)  # an unclear answer is no pass
    return found


CHECK = Check(
    id="weak-ciphers",
    number=25,
    version=1,
    check_class=CheckClass.TRANSPORT,
    needs=(TLS,),
    uses=(PLAIN,),
    outcomes=(
        Outcome("no-encryption", Severity.MEDIUM, 30),
        Outcome("export", Severity.MEDIUM, 30),
        Outcome("rc4", Severity.MEDIUM, 30),
        Outcome("3des", Severity.MEDIUM, 30),
        Outcome("short-key", Severity.MEDIUM, 30),
        Outcome("old-signature", Severity.MEDIUM, 30),
        Outcome("short-dh", Severity.MEDIUM, 30),
    ),
    rules=("gb22239", "gbt39786", "rfc9325"),
    judge=_judge,
)
