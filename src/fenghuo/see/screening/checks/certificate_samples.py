"""Certificates for samples and tests, made on the spot; their keys protect nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from fenghuo.see.screening.checks.samples import NOW, TARGET

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_SHA256_WITH_RSA = bytes.fromhex("06092a864886f70d01010b")
OLD_SIGNATURES = {
    "sha1": bytes.fromhex("06092a864886f70d010105"),
    "md5": bytes.fromhex("06092a864886f70d010104"),
}


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def der(self) -> bytes:
        """As a server sends it."""
        return self.certificate.public_bytes(Encoding.DER)


def issued(
    name: str = TARGET.host,
    names: tuple[str, ...] | None = None,
    *,
    by: Issued | None = None,
    key: Key | None = None,
    since: float = -10,
    until: float = 300,
    now: datetime = NOW,
    authority: bool = False,
) -> Issued:
    """A certificate for a common name and alternative names (those of the common name where none are given).

    Args:
        by: issuer; None makes it self-signed. since, until: days from `now`.
    """
    own = key or ec.generate_private_key(ec.SECP256R1())
    subject = _name(name)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=since))
        .not_valid_after(now + timedelta(days=until))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    alternative = [_general(n) for n in ((name,) if names is None else names)]
    if alternative and not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternative), critical=False)
    return Issued(builder.sign(by.key if by else own, hashes.SHA256()), own)


def with_old_signature(one: Issued, kind: str) -> bytes:
    """The same certificate, marked as signed with "sha1" or "md5" (by an RSA key): today's libraries refuse to sign so."""
    assert one.der.count(_SHA256_WITH_RSA) == 2
    return one.der.replace(_SHA256_WITH_RSA, OLD_SIGNATURES[kind])


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
