"""The signature TC3-HMAC-SHA256 of Tencent Cloud's APIs. Pure."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

ALGORITHM = "TC3-HMAC-SHA256"


def authorization(
    key_id: str, secret: str, service: str, seconds: int, path: str, headers: Mapping[str, str], body: bytes
) -> str:
    """The `Authorization` header of a POST without query over these headers."""
    lower = {name.lower(): value.strip().lower() for name, value in headers.items()}
    names = ";".join(sorted(lower))
    lines = "".join(f"{name}:{lower[name]}\n" for name in sorted(lower))
    request = "\n".join(["POST", path, "", lines, names, hashlib.sha256(body).hexdigest()])
    day = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{service}/tc3_request"
    text = "\n".join([ALGORITHM, str(seconds), scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    made = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={names}, Signature={made}"
