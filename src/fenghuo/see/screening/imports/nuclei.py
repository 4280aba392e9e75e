"""JSON lines of Nuclei (`-jsonl`)."""

from datetime import datetime
from urllib.parse import urlsplit

from fenghuo.see.screening.facts import Target
from fenghuo.see.screening.imports.base import (
    Results,
    Same,
    host_in,
    is_known,
    is_port_of,
    json_lines,
    moment,
    verdicts_of,
)
from fenghuo.see.screening.imports.same import table


def looks_like(content: bytes) -> bool:
    """Whether the first line names a template."""
    return b'"template-id"' in content[:65_536].partition(b"\n")[0]


def read(content: bytes, _findings: bytes, target: Target, now: datetime) -> Results:
    """The results about the asset's host.

    Raises:
        Unreadable: a line is broken, or the results are too old.
    """
    found, same, last = Results("nuclei"), [], None
    for _number, line in json_lines(content):
        place = str(line.get("matched-at") or line.get("host") or "")[:500]
        host = host_in(str(line.get("host") or place))
        if target.host not in {host, host_in(place)}:
            found.others[host] += 1
            continue
        at = moment(line.get("timestamp"), now)
        last = max(last or at, at)
        template, matcher = str(line.get("template-id", "")), str(line.get("matcher-name", ""))
        name = f"{template}:{matcher}" if f"{template}:{matcher}" in table("nuclei") else template
        row, port = table("nuclei").get(name), _port(place)
        if row is not None and row.of_site and not is_port_of(target, port):
            found.others[f"{host_in(place) or host}:{port}"] += 1
            continue
        if row is None or not _began(place, row.says) or not is_known(row.check, row.outcome, target):
            found.unmapped[(f"{template}:{matcher}" if matcher else template)[:100]] += 1
            continue
        same.append(Same(row.check, row.outcome, row.at(target.host, port), f"Nuclei {name}: {place}"))
    found.verdicts = verdicts_of(same, target, last or now)
    return found


def _began(place: str, says: str) -> bool:
    """Whether it matched where the table asks for: at such a path, or under such a scheme."""
    if "://" in says or not says:
        return place.startswith(says)
    try:
        return urlsplit(place).path.startswith(says)
    except ValueError:
        return False


def _port(place: str) -> str:
    try:
        parts = urlsplit(place if "://" in place else f"//{place}")
        return str(parts.port or {"https": 443, "ftp": 21}.get(parts.scheme, 80))
    except ValueError:
        return "0"
