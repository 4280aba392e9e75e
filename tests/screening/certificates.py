"""Certificates good and bad, of authorities of our own."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from tests.service.conftest import program

NOW = datetime.now(UTC)
Key = CertificateIssuerPrivateKeyTypes


@dataclass(frozen=True)
class Holder:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def key(kind: str = "rsa2048") -> Key:
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP384R1() if kind == "p384" else ec.SECP256R1())


def _builder(name: str, issuer: Holder | None, made: Key, days: tuple[int, int]) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer.key if issuer else made
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(made.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(made.public_key()), critical=False)
    )


def authority(name: str, issuer: Holder | None = None, days: tuple[int, int] = (-60, 3000)) -> Holder:
    made = key()
    builder = _builder(name, issuer, made, days)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    builder = builder.add_extension(usage, critical=True)
    return Holder(builder.sign(issuer.key if issuer else made, hashes.SHA256()), made)


def leaf(
    name: str,
    issuer: Holder | None = None,
    kind: str = "rsa2048",
    days: tuple[int, int] = (-30, 90),
    names: Sequence[str] | None = None,
    aia: str = "",
) -> Holder:
    """A server's certificate; signed by itself where no issuer is given. `names`: alternative names, [] for none."""
    made = key(kind)
    builder = _builder(name, issuer, made, days)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    listed = [name] if names is None else names
    if listed:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in listed]), critical=False)
    if aia:
        place = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(aia))
        builder = builder.add_extension(x509.AuthorityInformationAccess([place]), critical=False)
    signer = issuer.key if issuer else made
    algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Holder(builder.sign(signer, algorithm), made)


def with_sha1(holder: Holder, issuer: Holder, folder: Path) -> Holder:
    """The same certificate signed with SHA-1, which only OpenSSL's program still does."""
    wish = x509.CertificateSigningRequestBuilder().subject_name(holder.certificate.subject)
    for extension in holder.certificate.extensions:
        wish = wish.add_extension(extension.value, extension.critical)
    files = {
        "wish": wish.sign(holder.key, hashes.SHA256()).public_bytes(Encoding.PEM),
        "key": issuer.key_pem,
        "ca": issuer.pem,
    }
    for name, text in files.items():
        (folder / f"sha1-{name}.pem").write_bytes(text)
    command = [program("openssl"), "x509", "-req", "-in", f"{folder}/sha1-wish.pem", "-CA", f"{folder}/sha1-ca.pem"]
    command += ["-CAkey", f"{folder}/sha1-key.pem", "-sha1", "-copy_extensions", "copyall"]
    done = subprocess.run([*command, "-days", "60", "-set_serial", "4711"], capture_output=True, check=True)
    return Holder(x509.load_pem_x509_certificate(done.stdout), holder.key)
