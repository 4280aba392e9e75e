"""Certificates of the county's own authority, good ones and bad ones."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """A root, an intermediate below it, and what they sign."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root_key = ec.generate_private_key(ec.SECP256R1())
        self.root = self._ca(_name("County Root"), _name("County Root"), self.root_key, self.root_key)
        self.middle_key = ec.generate_private_key(ec.SECP256R1())
        self.middle = self._ca(_name("County Middle"), self.root.subject, self.middle_key, self.root_key)
        (folder / "root.pem").write_bytes(self.root.public_bytes(serialization.Encoding.PEM))

    def _ca(self, subject: x509.Name, issuer: x509.Name, key: Key, signer: Key) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=400))
            .not_valid_after(now + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(True, False, False, False, False, True, True, False, False), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .sign(signer, hashes.SHA256())
        )

    def issue(
        self,
        name: str,
        host: str,
        days: tuple[int, int] = (-30, 300),
        self_signed: bool = False,
        whole: bool = True,
        bits: int = 0,
    ) -> tuple[Path, Path]:
        """Files of a chain and its key; `days` are the validity's begin and end from now, `bits` of RSA, 0 for an elliptic curve."""
        key: Key = rsa.generate_private_key(65537, bits) if bits else ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        try:
            alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            alternative = x509.DNSName(host)
        subject = _name(host)
        signer = key if self_signed else self.middle_key
        leaf = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if self_signed else self.middle.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=days[0]))
            .not_valid_after(now + timedelta(days=days[1]))
            .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .sign(signer, hashes.SHA256())
        )
        chain = [leaf] if self_signed or not whole else [leaf, self.middle]
        certificate, private = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        certificate.write_bytes(b"".join(c.public_bytes(serialization.Encoding.PEM) for c in chain))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, private


@dataclass(frozen=True)
class Kind:
    """How a certificate is made; see `Authority.issue`."""

    days: tuple[int, int] = (-30, 300)
    self_signed: bool = False
    whole: bool = True
    bits: int = 2048
    host: str = ""


KINDS = {
    "good": Kind(),
    "expired": Kind(days=(-400, -5)),
    "soon": Kind(days=(-80, 12)),
    "self-signed": Kind(self_signed=True),
    "mismatch": Kind(host="www.bieren.example"),
    "incomplete": Kind(whole=False),
    "short-key": Kind(bits=1024),
}


def issue(authority: Authority, kind: str, host: str) -> tuple[Path, Path]:
    """Files of a certificate of a kind for a host, and of its key."""
    made = KINDS[kind]
    return authority.issue(host, made.host or host, made.days, made.self_signed, made.whole, made.bits)
