"""Whether certificates lead to a root, and where a missing one can be had; pure but for reading the system's roots once."""

import ipaddress
import re
import ssl
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import AuthorityInformationAccessOID
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_NO_TIME_CHECK = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python's ssl gives no name."""


_ODD = (
    ValueError,
    UnsupportedAlgorithm,
    InvalidSignature,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.UnsupportedGeneralNameType,
)
"""What reading a certificate may raise that somebody made wrong."""


class NoRoots(Exception):
    """This machine has no trusted roots: nothing can be said of any chain."""


@dataclass(frozen=True)
class Roots:
    """Certificates that are trusted without another's signature, DER."""

    certificates: tuple[bytes, ...]

    def leads_here(self, chain: Sequence[bytes], now: datetime) -> bool:
        """Whether the first certificate is signed by the others up to one of these.

        Names and the first certificate's own dates are left out of it: they are facts of their own, with other advice.
        """
        try:
            leaf, *between = _parsed(chain)
            moment = min(max(now, leaf.not_valid_before_utc), leaf.not_valid_after_utc)
            policy = PolicyBuilder().store(self._store()).time(moment)
            policy = policy.extension_policies(
                ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.permit_all()
            )
            policy.build_client_verifier().verify(leaf, between)
        except (VerificationError, *_ODD):
            return False
        return True

    def context(self) -> ssl.SSLContext:
        """A context that demands a chain to these roots, whatever it names and however old it is."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.check_hostname = False
        made.load_verify_locations(cadata=b"".join(self.certificates))
        made.verify_flags |= _NO_TIME_CHECK
        return made

    def _store(self) -> Store:
        return _store_of(self)


@cache
def _store_of(roots: Roots) -> Store:
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a few old roots bend the rules; those that no longer load are left out
        for der in roots.certificates:
            with suppress(*_ODD):
                found.append(x509.load_der_x509_certificate(der))
    if not found:
        raise NoRoots("ca-certificates")
    return Store(found)


@cache
def system_roots() -> Roots:
    """The roots that this machine trusts.

    Raises:
        NoRoots: it trusts none.
    """
    found = ssl.create_default_context().get_ca_certs(binary_form=True)
    folder = ssl.get_default_verify_paths().capath
    if not found and folder is not None:  # a folder of roots is read by OpenSSL only when it meets a name
        texts = b"\n".join(path.read_bytes() for path in sorted(Path(folder).glob("*.[0-9p]*")) if path.is_file())
        found = [ssl.PEM_cert_to_DER_cert(one.decode("ascii")) for one in _PEM.findall(texts)]
    if not found:
        raise NoRoots("ca-certificates")
    return Roots(tuple(dict.fromkeys(found)))


def _parsed(chain: Iterable[bytes]) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(der) for der in chain]


def names_host(der: bytes, host: str) -> bool:
    """Whether a certificate's alternative names hold this host or address (RFC 6125: a star stands for one whole first label)."""
    try:
        names = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except _ODD:
        return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        wanted = host.lower().rstrip(".")
        star = "*." + wanted.partition(".")[2]
        found = {name.lower().rstrip(".") for name in names.value.get_values_for_type(x509.DNSName)}
        return wanted in found or (star in found and star.count(".") > 1)
    return address in names.value.get_values_for_type(x509.IPAddress)


def issuer_url(chain: Sequence[bytes]) -> str:
    """Where the certificate that comes next after the chain can be fetched (AIA), "" where none says so or none is missing."""
    try:
        top = _highest(_parsed(chain))
        if top is None or top.issuer == top.subject:
            return ""
        places = top.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except _ODD:
        return ""
    for place in places:
        where = place.access_location
        is_issuer = place.access_method == AuthorityInformationAccessOID.CA_ISSUERS
        if is_issuer and isinstance(where, x509.UniformResourceIdentifier):
            return where.value
    return ""


def _highest(certificates: Sequence[x509.Certificate]) -> x509.Certificate | None:
    """The certificate at the upper end of the chain that begins with the first one, whatever order the others are in."""
    top, rest = next(iter(certificates), None), list(certificates[1:])
    while top is not None and (above := next((one for one in rest if one.subject == top.issuer), None)) is not None:
        rest.remove(above)
        top = above
    return top


def certificates_in(body: bytes) -> list[bytes]:
    """Certificates in what an AIA address gave, DER: one DER certificate, PEM, or PKCS #7; [] where it is none of these."""
    loaders: tuple[Callable[[], list[x509.Certificate]], ...] = (
        lambda: [x509.load_der_x509_certificate(body)],
        lambda: x509.load_pem_x509_certificates(body),
        lambda: pkcs7.load_der_pkcs7_certificates(body),
        lambda: pkcs7.load_pem_pkcs7_certificates(body),
    )
    for load in loaders:
        try:
            return [one.public_bytes(Encoding.DER) for one in load()][:8]
        except _ODD:
            continue
    return []
