"""XML of nmap (`-oX`). Entities and document types of their own are refused before anything is read from them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.parsers import expat

from fenghuo.see.screening.checks.data_files import toml_of
from fenghuo.see.screening.facts import Target
from fenghuo.see.screening.imports.base import Results, Same, Unreadable, is_known, moment, verdicts_of
from fenghuo.see.screening.imports.same import table

_DEEPEST, _MOST_ELEMENTS = 40, 400_000
_RISKY = "risky-ports"


@dataclass(slots=True)
class _Port:
    number: int
    open: bool = False
    service: str = ""
    scripts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Host:
    addresses: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    ports: list[_Port] = field(default_factory=list)


class _Reader:
    """Follows the parser through the elements that are of interest."""

    def __init__(self) -> None:
        self.hosts: list[_Host] = []
        self.started = ""
        self._depth = self._elements = 0

    def parse(self, content: bytes) -> None:
        """Read a whole file.

        Raises:
            Unreadable: it is not well-formed, too deep or too long, or declares entities.
        """
        parser = expat.ParserCreate()
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.ExternalEntityRefHandler = self._entity
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        try:
            parser.Parse(content, True)
        except expat.ExpatError as error:
            raise Unreadable("broken", str(error.lineno)) from error

    def _doctype(self, _name: str, system: str | None, public: str | None, internal: int) -> None:
        """nmap writes a bare `<!DOCTYPE nmaprun>`; anything more is none of nmap's."""
        if system or public or internal:
            raise Unreadable("doctype")

    def _entity(self, *_parts: object) -> int:
        raise Unreadable("doctype")

    def _start(self, name: str, given: Mapping[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > _DEEPEST or self._elements > _MOST_ELEMENTS:
            raise Unreadable("too-large")
        if name == "nmaprun":
            self.started = given.get("start", "")
        elif name == "host":
            self.hosts.append(_Host())
        elif self.hosts:
            self._of_host(self.hosts[-1], name, given)

    def _of_host(self, host: _Host, name: str, given: Mapping[str, str]) -> None:
        if name == "address":
            host.addresses.append(given.get("addr", "").lower())
        elif name == "hostname" and given.get("type") == "user":
            host.names.append(given.get("name", "").lower().rstrip("."))
        elif name == "port" and given.get("protocol") == "tcp" and given.get("portid", "").isdigit():
            host.ports.append(_Port(int(given["portid"])))
        elif host.ports and name == "state":
            host.ports[-1].open = given.get("state") == "open"
        elif host.ports and name == "service":
            said = (given.get("name", ""), given.get("product", ""), given.get("version", ""))
            host.ports[-1].service = " ".join(filter(None, said))
        elif host.ports and name == "script":
            host.ports[-1].scripts.append((given.get("id", ""), given.get("output", "")))

    def _end(self, _name: str) -> None:
        self._depth -= 1


def looks_like(content: bytes) -> bool:
    """Whether it begins as nmap's files do."""
    return b"<nmaprun" in content[:8192]


def read(content: bytes, _findings: bytes, target: Target, now: datetime) -> Results:
    """The open ports and results of scripts of the asset's host.

    Raises:
        Unreadable: it is no such file, or too old.
    """
    reader = _Reader()
    reader.parse(content)
    started = datetime.fromtimestamp(int(reader.started), UTC) if reader.started.isdigit() else None
    at = moment(started.isoformat() if started else "", now)
    found, same = Results("nmap"), []
    for host in reader.hosts:
        if not _is_target(host, target, len(reader.hosts)):
            found.others[next(iter([*host.names, *host.addresses]), "")] += 1
            continue
        same += list(_same(host, target, found))
    found.verdicts = verdicts_of(same, target, at)
    return found


def _is_target(host: _Host, target: Target, hosts: int) -> bool:
    """Whether the host is the asset: by name, by address, or as the only one of a file that was asked for by address."""
    return target.host in {*host.names, *host.addresses} or (hosts == 1 and not host.names)


def _same(host: _Host, target: Target, found: Results) -> Iterator[Same]:
    risky = {port["number"]: port["outcome"] for port in toml_of(_RISKY, "ports.toml")["ports"]}
    for port in host.ports:
        if not port.open:
            continue
        outcome = risky.get(port.number, "")
        if outcome and is_known(_RISKY, outcome, target):
            yield Same(_RISKY, outcome, f"tcp/{port.number}", f"nmap {port.number}/tcp open {port.service}".strip())
        else:
            found.unmapped[f"tcp/{port.number} {port.service}".strip()[:100]] += 1
        for name, output in port.scripts:
            row = table("nmap").get(name)
            if row is None or row.says not in output or not is_known(row.check, row.outcome, target):
                found.unmapped[name[:100]] += 1
            else:
                locus = row.at(target.host, port.number)
                yield Same(row.check, row.outcome, locus, f"nmap {name}: {output[:2000]}")
