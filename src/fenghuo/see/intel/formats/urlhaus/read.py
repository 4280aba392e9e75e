"""URLhaus of abuse.ch: "csv_recent", "csv_online" and full dumps (https://urlhaus.abuse.ch/api/)."""

from collections.abc import Iterator
from pathlib import Path

from fenghuo.see.intel.formats.base import Options, Read, Row, problem, table, texts
from fenghuo.see.intel.refusals import Reason
from fenghuo.see.intel.values import Kind

_COLUMNS = ("id", "dateadded", "url", "url_status", "last_online", "threat", "tags", "urlhaus_link", "reporter")


def read(path: Path, options: Options) -> Iterator[Read]:
    """The URLs of the list."""
    for number, cells in table(path, _COLUMNS):
        url = cells.get("url", "")
        if "://" not in url:
            yield problem(number, url, Reason.NOT_UNDERSTOOD)
            continue
        yield Row(
            str(number), url, Kind.URL, threat_class="malware", note=texts((cells.get("threat"), cells.get("tags")))
        )
