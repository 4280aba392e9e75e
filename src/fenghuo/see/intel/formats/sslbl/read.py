"""SSLBL of abuse.ch: fingerprints of certificates ("sslblacklist.csv") and addresses ("sslipblacklist.csv") (https://sslbl.abuse.ch/blacklist/)."""

from collections.abc import Iterator
from pathlib import Path

from fenghuo.see.intel.formats.base import Options, Read, Row, problem, table
from fenghuo.see.intel.refusals import Reason
from fenghuo.see.intel.values import Kind

_COLUMNS = ("listingdate", "sha1", "listingreason", "firstseen", "dstip", "dstport")


def read(path: Path, options: Options) -> Iterator[Read]:
    """SHA-1 fingerprints or addresses; which of both is seen by what stands in the second column."""
    for number, cells in table(path, _COLUMNS):
        second = cells.get("sha1") or cells.get("dstip") or ""
        third = cells.get("listingreason") or cells.get("dstport") or ""
        if len(second) == 40:
            yield Row(str(number), second, Kind.HASH, threat_class="command-and-control", note=third[:300])
        elif second:
            yield Row(str(number), second, Kind.ADDRESS, threat_class="command-and-control", note=f"port {third}"[:300])
        else:
            yield problem(number, "", Reason.NOT_UNDERSTOOD)
