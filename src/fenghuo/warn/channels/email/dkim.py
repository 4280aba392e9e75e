"""DKIM signatures (RFC 6376): rsa-sha256, relaxed headers and relaxed body. Pure."""

import base64
import hashlib
import re
from collections.abc import Sequence

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SIGNED = ("from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type",
          "content-transfer-encoding")  # fmt: skip
"""From is named once more than it occurs, so that nobody can add a second one."""
LEAST_BITS = 1024
_SPACES = re.compile(rb"[ \t]+")


class BadKey(ValueError):
    """This text is no private RSA key that signatures can be made with."""


def key_of(pem: str) -> rsa.RSAPrivateKey:
    """The private key in a PEM text.

    Raises:
        BadKey: it is none, has a password, or is shorter than 1,024 bits.
    """
    try:
        key = serialization.load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError) as error:
        raise BadKey(str(error)) from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise BadKey("not an RSA key of 1,024 bits or more")
    return key


def record(pem: str) -> str:
    """What stands in the DNS at SELECTOR._domainkey.DOMAIN (type TXT) for a key."""
    public = key_of(pem).public_key()
    form = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return "v=DKIM1; k=rsa; p=" + base64.b64encode(form).decode()


def signed(mail: bytes, domain: str, selector: str, pem: str, seconds: int) -> bytes:
    """The mail with a signature as its first header.

    Args:
        mail: as it goes over the wire, lines ended by CR LF.
        seconds: the moment of signing, since 1970.
    """
    head, _gap, body = mail.partition(b"\r\n\r\n")
    fields = _fields(head)
    names = [name for name in SIGNED for _number in range(sum(known == name for known, _ in fields))]
    names.append("from")
    digest = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest()).decode()
    value = (
        f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector}; t={seconds};\r\n"
        f"\th={':'.join(names)};\r\n\tbh={digest};\r\n\tb="
    )
    what = b"".join(relaxed_header(name, text) + b"\r\n" for name, text in _chosen(fields, names))
    what += relaxed_header("dkim-signature", value.encode())
    made = base64.b64encode(key_of(pem).sign(what, padding.PKCS1v15(), hashes.SHA256())).decode()
    lines = "\r\n\t ".join(made[place : place + 70] for place in range(0, len(made), 70))
    return f"DKIM-Signature: {value}{lines}\r\n".encode() + mail


def _fields(head: bytes) -> list[tuple[str, bytes]]:
    """Names in lower case and values with their folds, in order."""
    lines = re.split(rb"\r\n(?![ \t])", head)
    return [
        (name.decode("ascii").strip().lower(), value) for name, _, value in (line.partition(b":") for line in lines)
    ]


def _chosen(fields: Sequence[tuple[str, bytes]], names: Sequence[str]) -> list[tuple[str, bytes]]:
    """The fields that names stand for, the last one first; a name without a further field stands for nothing."""
    left = list(fields)
    found = []
    for name in names:
        for place in range(len(left) - 1, -1, -1):
            if left[place][0] == name:
                found.append(left.pop(place))
                break
    return found


def relaxed_header(name: str, value: bytes) -> bytes:
    """A header in relaxed form: unfolded, single spaces, none at the ends."""
    text = _SPACES.sub(b" ", value.replace(b"\r\n", b"")).strip(b" \t")
    return name.lower().encode("ascii") + b":" + text


def relaxed_body(body: bytes) -> bytes:
    """A body in relaxed form: single spaces, none at the ends of lines, no empty lines at its end."""
    lines = [_SPACES.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)
