"""JSON of testssl.sh, flat (`--jsonfile`) and pretty (`--jsonfile-pretty`)."""

import re
from collections.abc import Iterator
from datetime import datetime

from fenghuo.see.screening.facts import Target
from fenghuo.see.screening.imports.base import (
    Results,
    Same,
    Unreadable,
    host_in,
    is_known,
    is_port_of,
    json_of,
    verdicts_of,
)
from fenghuo.see.screening.imports.same import table

_FINE = {"OK", "INFO", "DEBUG"}
_MOST = 20_000
_SECOND_CERTIFICATE = re.compile(r" <(?:host)?cert#\d+>\Z", re.IGNORECASE)
"""What its ids end with where a server has several certificates."""
Item = tuple[str, dict[str, object]]
"""(host, one result)"""


def looks_like(content: bytes) -> bool:
    """Whether it begins as testssl's files do."""
    head = content[:4096]
    flat = b'"id"' in head and b'"finding"' in head and b'"severity"' in head
    return head.lstrip()[:1] in {b"[", b"{"} and (flat or b'"scanResult"' in head)


def read(content: bytes, _findings: bytes, target: Target, now: datetime) -> Results:
    """The results about the asset's host; those that say that all is well are neither taken nor listed.

    Raises:
        Unreadable: it is no such file.
    """
    found, same = Results("testssl"), []
    for number, (host, item) in enumerate(_items(json_of(content, "1"))):
        if number >= _MOST:
            raise Unreadable("too-large", str(number))
        name, said = _SECOND_CERTIFICATE.sub("", str(item.get("id", ""))), str(item.get("finding", ""))
        if not host or str(item.get("severity", "")).upper() in _FINE:
            continue  # it is well, or about the scanning machine
        port = str(item.get("port") or 443)
        if host != target.host or not is_port_of(target, port):
            found.others[host[:255] if host != target.host else f"{host}:{port}"[:255]] += 1
            continue
        row = table("testssl").get(name)
        if row is None or not said.startswith(row.says) or not is_known(row.check, row.outcome, target):
            found.unmapped[name[:100]] += 1
            continue
        same.append(Same(row.check, row.outcome, row.at(host, port), f"testssl {name}: {said}"))
    found.verdicts = verdicts_of(same, target, now)
    return found


def _items(value: object) -> Iterator[Item]:
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict) and "id" in item:
                yield host_in(str(item.get("ip", ""))), item
        return
    scans = value.get("scanResult") if isinstance(value, dict) else None
    if not isinstance(scans, list):
        raise Unreadable("format")
    for scan in scans:
        if not isinstance(scan, dict):
            continue
        host = host_in(str(scan.get("targetHost", "")))
        for part in scan.values():
            for item in part if isinstance(part, list) else ():
                if isinstance(item, dict) and "id" in item:
                    yield host, {"port": scan.get("port"), **item}
