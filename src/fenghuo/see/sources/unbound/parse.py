"""unbound with log-queries or log-replies: [seconds] unbound[pid:thread] info: address name type class [rcode …]."""

import re

from fenghuo.see.events import Event, Value
from fenghuo.see.sources.base import ParseContext, unparsed
from fenghuo.see.sources.device import content
from fenghuo.see.sources.dns import dns_event

_QUERY = re.compile(
    r"(?:\[(?P<time>\d{9,11})\] )?unbound\[\d+(?::\d+)?\]:? (?:\[\d+:\d+\] )?(?:info|query|reply): "
    r"(?P<ip>[0-9A-Fa-f.:]{2,45}) (?P<query>\S{1,300}?)\.? (?P<type>[A-Z][A-Z0-9]*) (?P<class>IN|CH|HS|ANY)"
    r"(?: (?P<rcode>[A-Z]+) [\d.]+ \d \d+)?"
)


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it is neither query nor reply."""
    head = content(raw, context)
    found = _QUERY.search(head.rest)
    if found is None:
        return unparsed(raw, "not-unbound-query", product="unbound", category="dns")
    fields: dict[str, Value] = {
        "src_ip": found["ip"],
        "query": found["query"],
        "record_type": found["type"],
        "query_class": found["class"],
    }
    if found["rcode"]:
        fields["rcode"] = found["rcode"]
    moment = int(found["time"]) * 10**9 if found["time"] else head.event_time
    return dns_event(fields, "unbound", "query", moment, head.host)
