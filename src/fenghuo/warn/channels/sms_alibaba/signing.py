"""The signature ACS3-HMAC-SHA256 of Alibaba Cloud's APIs. Pure."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

ALGORITHM = "ACS3-HMAC-SHA256"


def query_of(values: Mapping[str, str]) -> str:
    """The query string in the one form that is signed."""
    return "&".join(f"{quote(name, safe='')}={quote(values[name], safe='')}" for name in sorted(values))


def authorization(key_id: str, secret: str, method: str, path: str, query: str, headers: Mapping[str, str]) -> str:
    """The `Authorization` header over these headers, `x-acs-content-sha256` among them."""
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    names = ";".join(sorted(lower))
    lines = "".join(f"{name}:{lower[name]}\n" for name in sorted(lower))
    request = "\n".join([method, path, query, lines, names, lower["x-acs-content-sha256"]])
    text = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    made = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={made}"
