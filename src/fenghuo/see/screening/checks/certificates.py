"""Certificates as checks want them: parsed, compared with a host name, described in a line."""

from datetime import datetime
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import NameOID

from fenghuo.see.screening.facts import Failure, Untested, Why


def parsed(der: bytes) -> x509.Certificate:
    """A certificate.

    Raises:
        Untested: it can't be read, so nothing follows from it.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.extensions, certificate.subject, certificate.issuer  # these are read late, and may be broken
    except (ValueError, x509.DuplicateExtension, UnsupportedAlgorithm) as error:
        raise Untested(Failure(Why.UNREADABLE, f"certificate: {error}"[:200])) from error
    return certificate


def served(chain: tuple[bytes, ...]) -> list[x509.Certificate]:
    """The certificates that a server sent, its own first.

    Raises:
        Untested: there are none, or one can't be read.
    """
    if not chain:
        raise Untested(Failure(Why.TLS_FAILED, "no certificate was sent"))
    return [parsed(der) for der in chain]


def names_of(certificate: x509.Certificate) -> list[str]:
    """Names and addresses of the subject alternative names; the common name does not count (RFC 9525, 2)."""
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = alternative.get_values_for_type(x509.IPAddress)
    return [*alternative.get_values_for_type(x509.DNSName), *map(str, addresses)]


def covers(certificate: x509.Certificate, host: str) -> bool:
    """Whether a certificate stands for a host name or address (RFC 6125, 6.4; RFC 9525, 6.3)."""
    names = names_of(certificate)
    if _is_address(host):
        return any(_is_address(name) and ip_address(name) == ip_address(host) for name in names)
    return any(_matches(_in_ascii(name), _in_ascii(host)) for name in names)


def self_signed(certificate: x509.Certificate) -> bool:
    """Whether a certificate is signed by its own key."""
    if certificate.subject != certificate.issuer:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except InvalidSignature:
        return False
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return True  # an algorithm that can't be tried here; then the equal names decide
    return True


def in_force(certificate: x509.Certificate, at: datetime) -> bool:
    """Whether a moment lies within the dates of a certificate."""
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def common_name(name: x509.Name) -> str:
    """The common name of a subject or issuer, else the whole name."""
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def described(certificate: x509.Certificate) -> str:
    """A line for evidence: whose, from whom, from when to when, for which names."""
    names = names_of(certificate)
    shown = ", ".join(names[:6]) + (f" … ({len(names)})" if len(names) > 6 else "")
    dates = f"{certificate.not_valid_before_utc:%Y-%m-%d} – {certificate.not_valid_after_utc:%Y-%m-%d}"
    return f"{common_name(certificate.subject)} ← {common_name(certificate.issuer)}; {dates}; SAN: {shown or '–'}"


def _matches(pattern: str, host: str) -> bool:
    if pattern == host:
        return True
    first, _, above = pattern.partition(".")
    label, _, rest = host.partition(".")
    # a star stands for one whole label, and never for all of a top level domain
    return first == "*" and "." in above and bool(label) and above == rest


def _in_ascii(name: str) -> str:
    plain = name.rstrip(".").lower()
    if plain.isascii():
        return plain
    try:
        return plain.encode("idna").decode()
    except UnicodeError:
        return plain


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
