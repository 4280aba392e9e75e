"""A certificate authority of the office's own, for listening with TLS where no bought certificate is at hand."""

import ipaddress
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fenghuo.base.common import clock
from fenghuo.base.common.settings import Settings

_AUTHORITY_DAYS = 3650
_SERVER_DAYS = 820
_RENEW_DAYS = 60


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """PEM files to serve with; `authority` is what senders must trust, None for a certificate from elsewhere."""

    certificate: Path
    key: Path
    authority: Path | None


def server_certificate(settings: Settings, hosts: frozenset[str]) -> ServerCertificate:
    """The certificate of the settings, else one of our own authority for these host names and addresses.

    Our own is made once, and anew when it lacks a host or ends within 60 days.

    Raises:
        OSError: the key folder can't be written.
    """
    if settings.tls_certificate and settings.tls_key:
        return ServerCertificate(Path(settings.tls_certificate), Path(settings.tls_key), None)
    folder = settings.keys
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = ServerCertificate(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    if not _still_good(own, hosts):
        _make(folder, own, hosts)
    return own


def _still_good(own: ServerCertificate, hosts: frozenset[str]) -> bool:
    if not (own.certificate.exists() and own.key.exists() and own.authority and own.authority.exists()):
        return False
    certificate = x509.load_pem_x509_certificate(own.certificate.read_bytes())
    if certificate.not_valid_after_utc - clock.now() < timedelta(days=_RENEW_DAYS):
        return False
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    named = {str(n) for n in names.get_values_for_type(x509.DNSName)}
    named |= {str(n) for n in names.get_values_for_type(x509.IPAddress)}
    return hosts <= named


def _make(folder: Path, own: ServerCertificate, hosts: frozenset[str]) -> None:
    authority_key, authority = _authority(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    names = [_general_name(host) for host in sorted(hosts)]
    start = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name("Fenghuo"))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(hours=1))
        .not_valid_after(start + timedelta(days=_SERVER_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    _write(own.key, _private(key))
    _write(own.certificate, certificate.public_bytes(serialization.Encoding.PEM))


def _authority(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key_path, path = folder / "authority.key", folder / "authority.pem"
    if key_path.exists() and path.exists():
        key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key, x509.load_pem_x509_certificate(path.read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    start = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name("Fenghuo authority"))
        .issuer_name(_name("Fenghuo authority"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(hours=1))
        .not_valid_after(start + timedelta(days=_AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(key_path, _private(key))
    _write(path, certificate.public_bytes(serialization.Encoding.PEM))
    return key, certificate


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    temporary.replace(path)
