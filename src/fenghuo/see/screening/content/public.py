"""Public lists of exploited faults as their publishers hand them out: CISA KEV, EPSS, NVD, CNNVD. Read from files, never fetched."""

import csv
import gzip
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

import orjson

from fenghuo.see.screening.content.versions import Range

MOST_BYTES = 400 * 1024 * 1024
"""Of a list, unpacked; a year of NVD has about half of that."""
_CVE = re.compile(r"CVE-\d{4}-\d{4,7}")
_CRITICAL = 9.0
_FIELDS = ("name", "vuln-id", "cve-id", "vuln-cve-id", "cveid", "cnnvdid", "vulnname")


class BadList(Exception):
    """The file is not the list that it should be: `list` names which, the message why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name, self.why = name, why[:200]


@dataclass(frozen=True, slots=True)
class Used:
    """An entry of KEV: names as CPE writes them."""

    cve: str
    vendor: str
    product: str
    title: str
    ransomware: bool


@dataclass(slots=True)
class Affected:
    """What NVD says of a CVE: vendor:product → ranges, and whether its score makes it critical."""

    ranges: dict[str, list[Range]] = field(default_factory=dict)
    critical: bool = False


def read_bytes(path: Path, name: str) -> bytes:
    """A list, unpacked where it is gzip.

    Raises:
        BadList: it is too large or broken.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            file = gzip.GzipFile(fileobj=raw) if packed else raw
            content = file.read(MOST_BYTES + 1)
    except (OSError, EOFError) as error:
        raise BadList(name, str(error)) from error
    if len(content) > MOST_BYTES:
        raise BadList(name, f"> {MOST_BYTES} bytes")
    return content


def _json(path: Path, name: str, key: str) -> list[Mapping[str, Any]]:
    try:
        found = orjson.loads(read_bytes(path, name))[key]
    except (ValueError, KeyError, TypeError) as error:
        raise BadList(name, f"{type(error).__name__}: {error}") from error
    if not isinstance(found, list):
        raise BadList(name, key)
    return [one for one in found if isinstance(one, dict)]


def read_kev(path: Path) -> list[Used]:
    """The entries of CISA's catalogue of known exploited vulnerabilities.

    Raises:
        BadList: it is none.
    """
    found = []
    for one in _json(path, "KEV", "vulnerabilities"):
        cve = str(one.get("cveID", "")).upper()
        if _CVE.fullmatch(cve):
            vendor, product = (_cpe_name(str(one.get(name, ""))) for name in ("vendorProject", "product"))
            ransomware = str(one.get("knownRansomwareCampaignUse", "")).lower() == "known"
            found.append(Used(cve, vendor, product, str(one.get("vulnerabilityName", cve))[:200], ransomware))
    return found


def _cpe_name(name: str) -> str:
    """A name as CPE writes it: "HTTP Server" is "http_server"."""
    return re.sub(r"[^a-z0-9.!\\-]+", "_", name.strip().lower()).strip("_")


def read_epss(path: Path, wanted: Collection[str] | None = None) -> dict[str, float]:
    """CVE → chance of use within 30 days, of those wanted, or of all.

    Raises:
        BadList: it is no such table.
    """
    lines = io.StringIO(read_bytes(path, "EPSS").decode("utf-8", "replace"))
    rows = csv.reader(line for line in lines if not line.startswith("#"))
    heading = [cell.strip().lower() for cell in next(rows, [])]
    if not {"cve", "epss"} <= set(heading):
        raise BadList("EPSS", "cve, epss")
    cve, epss = heading.index("cve"), heading.index("epss")
    found: dict[str, float] = {}
    for row in rows:
        if len(row) <= max(cve, epss) or (wanted is not None and row[cve] not in wanted):
            continue
        try:
            found[row[cve]] = min(1.0, max(0.0, float(row[epss])))
        except ValueError:
            continue
    return found


def read_nvd(path: Path, wanted: Collection[str] | None = None) -> dict[str, Affected]:
    """CVE → what it concerns, of a feed of NVD in form 2.0.

    Raises:
        BadList: it is none.
    """
    found: dict[str, Affected] = {}
    for one in _json(path, "NVD", "vulnerabilities"):
        cve = one.get("cve", {})
        name = str(cve.get("id", "")) if isinstance(cve, dict) else ""
        if not name or (wanted is not None and name not in wanted):
            continue
        affected = found.setdefault(name, Affected())
        affected.critical = _is_critical(cve)
        for match in _matches(cve.get("configurations", [])):
            product, bounds = _bounds(match)
            if product:
                affected.ranges.setdefault(product, []).extend(bounds)
    return found


def _is_critical(cve: Mapping[str, Any]) -> bool:
    metrics = cve.get("metrics", {})
    scores = [
        metric.get("cvssData", {}).get("baseScore", 0)
        for name in ("cvssMetricV40", "cvssMetricV31", "cvssMetricV30")
        for metric in metrics.get(name, [])
    ]
    return any(isinstance(score, int | float) and score >= _CRITICAL for score in scores)


def _matches(configurations: Any) -> Iterator[Mapping[str, Any]]:
    """The vulnerable ones; what a product has to run on is none."""
    for configuration in configurations if isinstance(configurations, list) else ():
        for node in configuration.get("nodes", []):
            yield from (match for match in node.get("cpeMatch", []) if match.get("vulnerable"))


def _bounds(match: Mapping[str, Any]) -> tuple[str, list[Range]]:
    """vendor:product, and the range; [] for "every version", which says nothing of any."""
    parts = re.split(r"(?<!\\):", str(match.get("criteria", "")))
    if len(parts) < 6 or parts[0] != "cpe":
        return "", []
    product, version = f"{parts[3]}:{parts[4]}", parts[5].replace("\\", "")
    if version not in {"*", "-"}:
        update = parts[6] if len(parts) > 6 and parts[6] not in {"*", "-"} else ""
        exact = f"{version}-{update}" if update else version
        return product, [(exact, f"{exact}+")]
    first = str(match.get("versionStartIncluding") or match.get("versionStartExcluding") or "")
    until = match.get("versionEndIncluding")
    before = str(match.get("versionEndExcluding") or (f"{until}+" if until else ""))
    return product, [(first, before)] if before else []


def read_cnnvd(path: Path) -> dict[str, tuple[str, str]]:
    """CVE → (CNNVD number, Chinese name), of an XML export of CNNVD. A document type declaration is refused.

    Raises:
        BadList: it is none, or declares a document type.
    """
    reader = _Cnnvd()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(read_bytes(path, "CNNVD"), True)
    except expat.ExpatError as error:
        raise BadList("CNNVD", str(error)) from error
    if not reader.entries:
        raise BadList("CNNVD", "no entry")
    return reader.found


class _Cnnvd:
    """Takes the entries up as they come; names of elements count without their namespaces."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}
        self.entries = 0
        self._fields: dict[str, str] = {}
        self._now = ""

    def refuse(self, *_arguments: object) -> None:
        raise BadList("CNNVD", "DOCTYPE")

    def begin(self, name: str, _attributes: Mapping[str, str]) -> None:
        plain = name.rpartition(":")[2].lower()
        if plain == "entry":
            self._fields, self.entries = {}, self.entries + 1
        self._now = plain if plain in _FIELDS and plain not in self._fields else ""

    def text(self, text: str) -> None:
        if self._now:
            self._fields[self._now] = (self._fields.get(self._now, "") + text)[:300]

    def end(self, name: str) -> None:
        self._now = ""
        if name.rpartition(":")[2].lower() != "entry":
            return
        cve = self._first("cve-id", "vuln-cve-id", "cveid").upper()
        if _CVE.fullmatch(cve):
            self.found[cve] = (self._first("vuln-id", "cnnvdid")[:40], self._first("name", "vulnname")[:200])

    def _first(self, *names: str) -> str:
        return next((self._fields[name].strip() for name in names if self._fields.get(name)), "")
