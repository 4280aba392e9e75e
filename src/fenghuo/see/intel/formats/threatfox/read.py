"""ThreatFox of abuse.ch: CSV exports, JSON exports and answers of its API (https://threatfox.abuse.ch/export/)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fenghuo.see.intel.formats.base import (
    MOST_JSON_BYTES,
    Options,
    Read,
    Row,
    UnreadableList,
    load_json,
    opened,
    percent,
    problem,
    table,
    texts,
)
from fenghuo.see.intel.refusals import Reason
from fenghuo.see.intel.values import Kind

_COLUMNS = (
    *(
        "first_seen_utc",
        "ioc_id",
        "ioc_value",
        "ioc_type",
        "threat_type",
        "fk_malware",
        "malware_alias",
        "malware_printable",
    ),
    *("last_seen_utc", "confidence_level", "is_compromised", "reference", "tags", "anonymous", "reporter"),
)
_KINDS = {
    "url": Kind.URL,
    "domain": Kind.DOMAIN,
    "ip:port": Kind.ADDRESS,
    "md5_hash": Kind.HASH,
    "sha1_hash": Kind.HASH,
    "sha256_hash": Kind.HASH,
}
_CLASSES = {
    "botnet_cc": "command-and-control",
    "payload_delivery": "malware",
    "payload": "malware",
    "cc_skimming": "data-theft",
}


def read(path: Path, options: Options) -> Iterator[Read]:
    """The indicators of the export.

    Raises:
        UnreadableList: JSON of another shape.
    """
    with opened(path, MOST_JSON_BYTES) as stream:
        start = stream.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
    if not start.startswith((b"{", b"[")):
        for number, cells in table(path, _COLUMNS):
            yield _row(str(number), cells)
        return
    found = load_json(path)
    if isinstance(found, dict) and "data" in found:
        found = found["data"]
    if isinstance(found, dict):
        entries = [
            (key, entry) for key, value in found.items() for entry in (value if isinstance(value, list) else [value])
        ]
    elif isinstance(found, list):
        entries = [(str(number), entry) for number, entry in enumerate(found, 1)]
    else:
        raise UnreadableList(f"{path.name}: neither an export nor an answer of the API")
    for place, entry in entries:
        yield _row(place, entry if isinstance(entry, dict) else {})


def _row(place: str, cells: Mapping[str, Any]) -> Read:
    value, kind = cells.get("ioc_value") or cells.get("ioc"), cells.get("ioc_type")
    if kind in {"envelope_from", "body_from"}:
        return problem(place, "", Reason.PERSON)
    if not isinstance(value, str) or not value:
        return problem(place, value, Reason.NOT_UNDERSTOOD)
    if kind not in _KINDS:
        return problem(place, value, Reason.UNSUPPORTED)
    return Row(
        place,
        value,
        _KINDS[kind],
        confidence=percent(cells.get("confidence_level")),
        threat_class=_CLASSES.get(str(cells.get("threat_type")), ""),
        note=texts((cells.get("malware_printable"), cells.get("tags"))),
    )
