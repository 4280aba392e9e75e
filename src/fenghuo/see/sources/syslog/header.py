"""The head of a syslog line: RFC 3164 with what devices make of its stamp, RFC 5424, or nothing but the priority."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from fenghuo.base.common.clock import from_ns, to_ns
from fenghuo.see.events import Value
from fenghuo.see.sources.base import ParseContext, iso_ns, zone_of

_PRI = re.compile(r"<(\d{1,3})> ?")
_RFC5424 = re.compile(
    r"1 (\S+) (\S+) (\S+) (\S+) (\S+) ((?:\[(?:[^\]\\\"]|\\.|\"(?:[^\"\\]|\\.)*\")*\])+|-)(?: (.*))?", re.DOTALL
)
_CLOCK = r"\d\d:\d\d:\d\d(?:[.:]\d{1,9})?"
_STAMP = re.compile(
    rf"(?:(?P<short>[A-Z][a-z]{{2}} [ \d]?\d {_CLOCK})(?: (?P<after>(?:19|20)\d\d))?"
    rf"|(?P<early>[A-Z][a-z]{{2}} [ \d]?\d) (?P<between>(?:19|20)\d\d) (?P<clock>{_CLOCK})"
    rf"|(?P<iso>\d{{4}}-\d\d-\d\dT\S+|\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}} {_CLOCK}))(?P<ended>:?) +",
)
_PARAMETER = re.compile(r'(\w[\w.-]*)="((?:[^"\\]|\\.)*)"')
_TAG = re.compile(r"(?P<tag>[A-Za-z0-9_./()-]{1,64}?)(?:\[(?P<pid>\w+)\])?: ?(?P<message>.*)", re.DOTALL)
_FRACTION = re.compile(r"(?<=\d\d:\d\d:\d\d)[.:]\d+$")


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the message.

    Attributes:
        fields: facility and severity, and of RFC 5424 msgid, procid and the structured data.
        host: the device's own name, None where the line names none.
        program: APP-NAME of RFC 5424; None where the rest may begin with a tag.
        rest: what follows, a tag included.
        event_time: ns since 1970 UTC, None where nothing readable stands.
        stamped: False where the line had a priority and nothing else.
    """

    fields: dict[str, Value]
    host: str | None
    program: str | None
    rest: str
    event_time: int | None
    stamped: bool = True

    def tagged(self) -> tuple[str, str | None, str]:
        """(tag, process id or None, message) of the rest; ("", None, rest) where no tag stands."""
        if self.program is not None:
            return self.program, None, self.rest
        found = _TAG.fullmatch(self.rest)
        return (found["tag"], found["pid"], found["message"]) if found else ("", None, self.rest)


def read_header(text: str, context: ParseContext) -> Header:
    """The header of a line; `stamped` is False where it has neither form."""
    fields: dict[str, Value] = {}
    pri = _PRI.match(text)
    if pri:
        number = int(pri[1])
        fields["facility"], fields["severity"] = number >> 3, number & 7
        text = text[pri.end() :]
    modern = _RFC5424.fullmatch(text)
    if modern:
        stamp, host, tag, pid, msgid, data, message = modern.groups()
        for name, value in _PARAMETER.findall(data):
            fields[name] = value
        fields |= {k: v for k, v in (("msgid", msgid), ("procid", pid)) if v != "-"}
        message = (message or "").removeprefix("\ufeff")
        return Header(fields, None if host == "-" else host, tag, message, iso_ns(stamp))
    found = _STAMP.match(text)
    if found is None:
        return Header(fields, None, None, text, None, stamped=False)
    host, _, rest = text[found.end() :].partition(" ")
    if not rest:
        return Header(fields, None, None, text, None, stamped=False)
    return Header(fields, host, None, rest, _time_of(found, context))


def local_ns(text: object, zone: str) -> int | None:
    """Nanoseconds of a stamp such as "2026-11-24 14:03:21" or "2026/11/24 14:03:21" in this zone, None where it is none."""
    if not isinstance(text, str):
        return None
    day, _, clock = text.strip().replace("/", "-").partition(" ")
    return iso_ns("-".join(p.zfill(2) for p in day.split("-")) + (f"T{clock.strip()}" if clock else ""), zone)


def _time_of(found: re.Match[str], context: ParseContext) -> int | None:
    if found["iso"]:
        return local_ns(found["iso"], context.zone) if " " in found["iso"] else iso_ns(found["iso"], context.zone)
    year = found["after"] or found["between"]
    text = _FRACTION.sub("", found["short"] or f"{found['early']} {found['clock']}")
    if not year:
        return _nearest(text, context)
    return _exact(f"{year} {text}", context)


def _exact(text: str, context: ParseContext) -> int | None:
    try:
        return to_ns(datetime.strptime(text, "%Y %b %d %H:%M:%S").replace(tzinfo=zone_of(context.zone)))
    except (ValueError, OverflowError):
        return None


def _nearest(text: str, context: ParseContext) -> int | None:
    """RFC 3164 has no year and no zone: the source's zone, and the year that brings the stamp nearest to its receipt."""
    received = from_ns(context.ingest_time)
    year = (received + timedelta(hours=12)).year
    moments = [m for y in (year - 1, year, year + 1) if (m := _exact(f"{y} {text}", context)) is not None]
    return min(moments, key=lambda m: abs(m - context.ingest_time), default=None)
