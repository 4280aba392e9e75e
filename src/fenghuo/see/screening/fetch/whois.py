"""When a domain's registration ends, by WHOIS (RFC 3912): a look-up at the registry, once more at the registrar where the first is thin."""

import asyncio
import re
import tomllib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from importlib import resources

from fenghuo.base.common import door
from fenghuo.see.screening.facts import Failure, Target, Untested, Why
from fenghuo.see.screening.facts.network import Registration
from fenghuo.see.screening.fetch.names import zone_of
from fenghuo.see.screening.fetch.reading import first_bytes, named_failures
from fenghuo.see.screening.fetch.wire import CONNECT_S, Wire

_ANSWER_S = 10.0
_MOST_READ = 32_768
_MOST_KEPT = 4000
_CHINA = timezone(timedelta(hours=8))
_EXPIRY = re.compile(
    r"^[\s%]*(?:registry expiry date|registrar registration expiration date|expir(?:y|ation|es?)(?:[ _-]?(?:date|time|on))?|"
    r"expires? on|paid-till|valid[ -]?until|renewal date|domain expires|到期时间|过期时间)\s*[.:：\]]+\s*(\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_REFERRAL = re.compile(
    r"^\s*(?:registrar )?whois(?: server)?:\s*(?:whois://)?([a-z0-9.-]{4,100})/?\s*$", re.IGNORECASE | re.MULTILINE
)
_TOO_OFTEN = re.compile(
    r"(?:limit exceeded|quota exceeded|too (?:many|fast)|exceeded the|query interval|interval is too short|try again later|查询过于频繁)",
    re.IGNORECASE,
)
_OF_PERSONS = re.compile(
    r"@|^\s*[\w /-]*(?:phone|fax|e-?mail|street|address|person|contact name|电话|邮箱|地址|联系人)\b", re.IGNORECASE
)
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}


@dataclass(frozen=True, slots=True)
class Registries:
    """Last label → server, and server → hours east of UTC of its times where it names no zone."""

    servers: Mapping[str, str]
    zones: Mapping[str, int]


@cache
def registries() -> Registries:
    """The table of whois_servers.toml."""
    read = tomllib.loads((resources.files(__package__) / "whois_servers.toml").read_text(encoding="utf-8"))
    return Registries(read["servers"], read["zones"])


async def collect(
    wire: Wire,
    target: Target,
    _addresses: Sequence[str],
    table: Registries | None = None,
    resolve: Callable[[str, float], Awaitable[list[str]]] = door.resolve,
    port: int = 43,
) -> Registration:
    """The registration of the target's domain.

    Raises:
        Untested: it has none, no server is known for it, or the server gave no answer.
    """
    known = table or registries()
    domain = zone_of(target.host)
    server = known.servers.get(domain.rpartition(".")[2])
    if server is None:
        raise Untested(Failure(Why.NOT_COLLECTED, f"{domain}: no WHOIS server known"))
    text = await _asked(wire, server, domain, resolve, port)
    expires = expiry(text, known.zones.get(server, 0))
    referral = _REFERRAL.search(text)
    if expires is None and referral is not None and referral.group(1).lower() != server:
        further = referral.group(1).lower()
        text = await _asked(wire, further, domain, resolve, port)
        expires = expiry(text, known.zones.get(further, 0))
    if expires is None and _TOO_OFTEN.search(text):
        raise Untested(Failure(Why.SLOW_DOWN, server))
    return Registration(domain, expires, without_persons(text)[:_MOST_KEPT])


async def _asked(
    wire: Wire, server: str, domain: str, resolve: Callable[[str, float], Awaitable[list[str]]], port: int
) -> str:
    with named_failures():
        addresses = await resolve(server, CONNECT_S)
    if not addresses:
        raise Untested(Failure(Why.NAME_NOT_FOUND, server))
    wire.look_up_logged(addresses[0], port, f"WHOIS {domain} at {server}")
    with named_failures():
        reader, writer = await door.open_stream(addresses[0], port, CONNECT_S)
        try:
            async with asyncio.timeout(_ANSWER_S):
                writer.write(f"{domain}\r\n".encode("ascii"))
                await writer.drain()
            said = await first_bytes(reader, _MOST_READ, _ANSWER_S)
        finally:
            writer.close()
    if not said.strip():
        raise Untested(Failure(Why.INCOMPLETE, f"{server}: nothing"))
    return said.decode("utf-8", "replace").replace("\r\n", "\n")


def expiry(text: str, hours: int = 0) -> date | None:
    """The day in China on which a registration ends, None where no line says so.

    Args:
        hours: east of UTC, of times that name no zone.
    """
    for match in _EXPIRY.finditer(text):
        found = _moment(match.group(1).strip(), hours)
        if found is not None:
            return found
    return None


def _moment(text: str, hours: int) -> date | None:
    day = _day(text)
    if day is None:
        return None
    clock = re.search(r"(\d{2}):(\d{2})(?::\d{2})?(?:\.\d+)?\s*(Z|UTC|GMT|CST|[+-]\d{2}:?\d{2})?", text)
    if clock is None:
        return day
    zone = clock.group(3) or ""
    offset = {"Z": 0, "UTC": 0, "GMT": 0, "CST": 8}.get(zone, hours)  # CST on these servers is China's
    if zone[:1] in {"+", "-"}:
        offset = int(zone[:3])
    moment = datetime(day.year, day.month, day.day, int(clock.group(1)) % 24, int(clock.group(2)) % 60, tzinfo=UTC)
    return (moment - timedelta(hours=offset)).astimezone(_CHINA).date()


def _day(text: str) -> date | None:
    forms = (
        (r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})", (1, 2, 3)),
        (r"(\d{4})(\d{2})(\d{2})(?!\d)", (1, 2, 3)),
        (r"(\d{1,2})[-/. ]([A-Za-z]{3})[a-z]*[-/. ](\d{4})", (3, 2, 1)),
        (r"(?:\w{3} )?([A-Za-z]{3}) +(\d{1,2}) .*?(\d{4})", (3, 1, 2)),
        (r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", (3, 2, 1)),
    )
    for form, order in forms:
        match = re.match(form, text)
        if match is None:
            continue
        year, month, day = (match.group(index) for index in order)
        number = int(month) if month.isdigit() else _MONTHS.get(month.lower(), 0)
        try:
            return date(int(year), number, int(day))
        except ValueError:
            continue
    return None


def without_persons(text: str) -> str:
    """The text without lines that name or reach persons."""
    return "\n".join(line for line in text.splitlines() if not _OF_PERSONS.search(line))
