"""BIND query log: client @0x… address#port (name): query: name class type flags (server address); also from syslog."""

import re
from datetime import datetime

from fenghuo.base.common.clock import to_ns
from fenghuo.see.events import Event, Value
from fenghuo.see.sources.base import ParseContext, unparsed, zone_of
from fenghuo.see.sources.device import content
from fenghuo.see.sources.dns import dns_event

_QUERY = re.compile(
    r"client (?:@0x[0-9a-f]+ )?(?P<ip>[0-9A-Fa-f.:]{2,45})#(?P<port>\d+)(?: \([^)]{0,300}\))?: (?:view [^:]{1,100}: )?query: "
    r"(?P<query>\S{1,300}) (?P<class>\S{1,20}) (?P<type>\S{1,20})(?: (?P<flags>[+-]\S*))?(?: \((?P<server>[^)]+)\))?"
)
_STAMP = re.compile(r"(\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d)(?:\.(\d{1,9}))?")


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it is no query."""
    head = content(raw, context)
    found = _QUERY.search(head.rest)
    if found is None:
        return unparsed(raw, "not-bind-query", product="bind", category="dns")
    fields: dict[str, Value] = {
        "src_ip": found["ip"],
        "src_port": found["port"],
        "query": found["query"],
        "record_type": found["type"],
        "query_class": found["class"],
    }
    if found["server"]:
        fields["dst_ip"] = found["server"]
    return dns_event(fields, "bind", "query", head.event_time or _time(head.rest, context), head.host)


def _time(text: str, context: ParseContext) -> int | None:
    found = _STAMP.match(text)
    if found is None:
        return None
    try:
        moment = datetime.strptime(found[1], "%d-%b-%Y %H:%M:%S").replace(tzinfo=zone_of(context.zone))
        return to_ns(moment) + int((found[2] or "0").ljust(9, "0"))
    except (ValueError, OverflowError):
        return None
