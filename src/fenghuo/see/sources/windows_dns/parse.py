"""Windows DNS server debug log: date time thread PACKET id UDP Rcv address xid Q [flags] type (3)www(7)example(2)cn(0)."""

import re
from datetime import datetime

from fenghuo.base.common.clock import to_ns
from fenghuo.see.events import Event, Value
from fenghuo.see.sources.base import ParseContext, decode, unparsed, zone_of
from fenghuo.see.sources.device import content
from fenghuo.see.sources.dns import dns_event

_PACKET = re.compile(
    r"(?P<date>\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}) (?P<time>\d{1,2}:\d\d:\d\d)(?: (?P<half>AM|PM|上午|下午))? +[0-9A-F]+ PACKET +"
    r"[0-9A-F]+ (?P<proto>UDP|TCP) (?P<way>Rcv|Snd) (?P<ip>[0-9A-Fa-f.:]+) +[0-9a-f]{4} (?P<answer>R| ) (?P<opcode>[QNU?])"
    r" \[(?P<flags>[0-9a-f]{4}) +[^\]]*?(?P<rcode>[A-Z]+)\] +(?P<type>\S+) +(?P<name>\(\d+\).*)"
)
_LABEL = re.compile(r"\((\d+)\)([^(]*)")
_FORMATS = ("%m/%d/%Y", "%Y/%m/%d", "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it is no packet line."""
    head = content(raw, context)
    wrapped = _PACKET.search(head.rest)
    # where the line has no syslog head, its own date was taken for one
    found = wrapped or _PACKET.search(decode(raw))
    if found is None:
        return unparsed(raw, "not-dns-packet", product="windows", category="dns", service="dns-server")
    fields: dict[str, Value] = {
        "src_ip": found["ip"],
        "protocol": found["proto"],
        "direction": found["way"],
        "query": ".".join(label for _, label in _LABEL.findall(found["name"]) if label.strip()).strip(),
        "record_type": found["type"],
        "response": found["answer"] == "R",
        "rcode": found["rcode"],
    }
    return dns_event(fields, "windows", "dns-server", _time(found, context), head.host if wrapped else None)


def _time(found: re.Match[str], context: ParseContext) -> int | None:
    for pattern in _FORMATS:
        try:
            day = datetime.strptime(found["date"], pattern).replace(tzinfo=zone_of(context.zone))
        except ValueError:
            continue
        hour, minute, second = (int(n) for n in found["time"].split(":"))
        if found["half"]:
            hour = hour % 12 + (12 if found["half"] in {"PM", "下午"} else 0)
        return to_ns(day.replace(hour=hour % 24, minute=minute, second=second))
    return None
