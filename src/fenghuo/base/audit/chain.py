"""How rows hang together. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the trail as it is hashed; `detail` is canonical JSON text."""

    number: int
    at: datetime
    actor_id: str
    actor_name: str
    address: str
    verb: str
    subject: str
    detail: str
    previous: str


def detail_text(detail: Mapping[str, object] | None) -> str:
    """Canonical JSON: keys sorted, no spaces, text readable."""
    return json.dumps(detail or {}, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def digest(row: Row) -> str:
    """Hex SHA-256 over every field and the digest of the row before."""
    moment = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [
        row.number,
        moment,
        row.actor_id,
        row.actor_name,
        row.address,
        row.verb,
        row.subject,
        row.detail,
        row.previous,
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
