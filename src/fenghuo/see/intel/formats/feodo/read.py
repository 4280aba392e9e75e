"""Feodo Tracker of abuse.ch: "ipblocklist.csv", its aggressive form, and "ipblocklist.json" (https://feodotracker.abuse.ch/blocklist/)."""

from collections.abc import Iterator
from pathlib import Path

from fenghuo.see.intel.formats.base import (
    MOST_JSON_BYTES,
    Options,
    Read,
    Row,
    UnreadableList,
    load_json,
    opened,
    problem,
    table,
    texts,
)
from fenghuo.see.intel.refusals import Reason
from fenghuo.see.intel.values import Kind

_COLUMNS = ("first_seen_utc", "dst_ip", "dst_port", "c2_status", "last_online", "malware")


def read(path: Path, options: Options) -> Iterator[Read]:
    """The addresses of the list.

    Raises:
        UnreadableList: JSON that is no list of objects.
    """
    with opened(path, MOST_JSON_BYTES) as stream:
        start = stream.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
    if not start.startswith((b"[", b"{")):
        for number, cells in table(path, _COLUMNS):
            if cells.get("dst_ip") != "dst_ip":
                yield _row(number, cells.get("dst_ip"), cells.get("dst_port"), cells.get("malware"))
        return
    found = load_json(path)
    if not isinstance(found, list):
        raise UnreadableList(f"{path.name}: not a list of objects")
    for number, entry in enumerate(found, 1):
        cells = entry if isinstance(entry, dict) else {}
        yield _row(number, cells.get("ip_address"), cells.get("port"), cells.get("malware"))


def _row(place: int, address: object, port: object, malware: object) -> Read:
    if not isinstance(address, str) or not address:
        return problem(place, address, Reason.NOT_UNDERSTOOD)
    note = texts((malware, f"port {port}" if port else ""))
    return Row(str(place), address, Kind.ADDRESS, threat_class="command-and-control", note=note)
