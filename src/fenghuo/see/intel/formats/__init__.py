"""Readers of lists of indicators, one folder each."""

from collections.abc import Mapping

from fenghuo.see.intel.formats.base import Format, Options, Problem, Row, UnreadableList
from fenghuo.see.intel.formats.csv_table import read as csv_table
from fenghuo.see.intel.formats.feodo import read as feodo
from fenghuo.see.intel.formats.malwarebazaar import read as malwarebazaar
from fenghuo.see.intel.formats.misp import read as misp
from fenghuo.see.intel.formats.plain import read as plain
from fenghuo.see.intel.formats.sslbl import read as sslbl
from fenghuo.see.intel.formats.stix import read as stix
from fenghuo.see.intel.formats.threatfox import read as threatfox
from fenghuo.see.intel.formats.urlhaus import read as urlhaus

FORMATS: Mapping[str, Format] = {
    found.name: found
    for found in (
        Format("plain", "Plain list", plain.read),
        Format("csv", "CSV", csv_table.read),
        Format("urlhaus", "abuse.ch URLhaus", urlhaus.read),
        Format("feodo", "abuse.ch Feodo Tracker", feodo.read),
        Format("sslbl", "abuse.ch SSLBL", sslbl.read),
        Format("threatfox", "abuse.ch ThreatFox", threatfox.read),
        Format("malwarebazaar", "abuse.ch MalwareBazaar", malwarebazaar.read),
        Format("misp", "MISP feed", misp.read),
        Format("stix", "STIX 2.1", stix.read),
    )
}

__all__ = ["FORMATS", "Format", "Options", "Problem", "Row", "UnreadableList"]
