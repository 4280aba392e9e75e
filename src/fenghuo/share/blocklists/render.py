"""The lists in the forms that firewalls, proxies and resolvers read. Pure: the same entries give the same bytes.

Each value comes from `see/intel/normal.py`: letters, digits and a few signs, without spaces or line ends, so that no entry can
write a second line.
"""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fenghuo.see.intel.values import Kind


@dataclass(frozen=True, slots=True)
class Entry:
    """One line to be: what, why, until when, and the order behind it."""

    id: str
    kind: Kind
    value: str
    reason: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the list.

    Attributes:
        carries: the kinds that it can carry; others are left out, and whoever asks is told how many.
        comment: what begins a comment line.
        line: an entry's line or lines.
        head: what stands before them, given the serial.
    """

    carries: frozenset[Kind]
    line: Callable[[Entry], str]
    comment: str = "#"
    head: Callable[[int], str] = lambda _serial: ""


def _plain(entry: Entry) -> str:
    return entry.value


def _cidr(entry: Entry) -> str:
    return str(ipaddress.ip_network(entry.value))


def _hosts(entry: Entry) -> str:
    return f"0.0.0.0 {entry.value}\n:: {entry.value}"


def _rpz(entry: Entry) -> str:
    return f"{entry.value} CNAME .\n*.{entry.value} CNAME ."


def _rpz_head(serial: int) -> str:
    return f"$TTL 60\n@ SOA localhost. hostmaster.localhost. {serial} 60 30 604800 60\n@ NS localhost.\n"


FORMS: Mapping[str, Form] = {
    "addresses.txt": Form(frozenset({Kind.ADDRESS}), _plain),
    "cidr.txt": Form(frozenset({Kind.ADDRESS, Kind.NETWORK}), _cidr),
    "domains.txt": Form(frozenset({Kind.DOMAIN}), _plain),
    "urls.txt": Form(frozenset({Kind.URL}), _plain),
    "hosts.txt": Form(frozenset({Kind.DOMAIN}), _hosts),
    "rpz.zone": Form(frozenset({Kind.DOMAIN}), _rpz, comment=";", head=_rpz_head),
}
"""Name in the address → form."""


def render(name: str, entries: Sequence[Entry], serial: int, comments: bool = False) -> tuple[str, list[Entry]]:
    """A list as text, and the entries that it carries.

    Raises:
        KeyError: there is no such form.
    """
    form = FORMS[name]
    carried = [entry for entry in entries if entry.kind in form.carries]
    lines = []
    for entry in carried:
        if comments:
            lines.append(f"{form.comment} {entry.reason} until {entry.until:%Y-%m-%dT%H:%M:%SZ} order {entry.id}")
        lines.append(form.line(entry))
    return form.head(serial) + "".join(line + "\n" for line in lines), carried
