"""name=value pairs of any device, with the usual names of addresses, ports, actions and threats mapped.

Options: {"fields": {"their name": "our name"}, "product": …, "category": …, "service": …}.
"""

import re

from fenghuo.see.events import Event
from fenghuo.see.sources.base import ParseContext, iso_ns, unparsed
from fenghuo.see.sources.device import LogSource, content, device_event, named, pairs
from fenghuo.see.sources.syslog.header import local_ns

_NAMES = {
    "src_ip": ("src_ip", "srcip", "SrcIP", "src", "sip", "source-ip", "source_ip", "sourceIP", "saddr", "client_ip"),
    "dst_ip": ("dst_ip", "dstip", "DstIP", "dst", "dip", "destination-ip", "dest_ip", "targetIP", "daddr", "server_ip"),
    "src_port": ("src_port", "srcport", "SrcPort", "sport", "source-port", "spt"),
    "dst_port": ("dst_port", "dstport", "DstPort", "dport", "destination-port", "dpt"),
    "protocol": ("protocol", "Protocol", "proto"),
    "action": ("action", "Action", "act"),
    "user": ("user", "username", "usr", "user_name", "account"),
    "url": ("url", "uri", "request"),
    "domain": ("domain", "host"),
    "threat_name": ("threat_name", "attack", "attack_name", "EventName", "signature", "virus", "event_name"),
    "threat_category": ("threat_category", "attack_type", "SecurityType", "category", "cat", "event_type"),
    "threat_severity": ("threat_severity", "severity", "level", "risk", "threat_level"),
    "result": ("result", "outcome"),
}
_TIMES = ("time", "date_time", "GenTime", "timestamp", "occur_time", "eventtime")
_TAGGED = re.compile(r"[\w./-]{1,48}(?:\[\d+\])?: ")


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it holds fewer than two pairs."""
    head = content(raw, context)
    fields = pairs(head.rest)
    if len(fields) < 2:
        return unparsed(raw, "not-key-value")
    tag = _TAGGED.match(head.rest)
    if tag:
        fields.setdefault("appname", tag[0].rstrip(": ").partition("[")[0])
    own = context.options.get("fields")
    for theirs, ours in own.items() if isinstance(own, dict) else ():
        if theirs in fields and isinstance(ours, str):
            fields[ours] = fields[theirs]
    named(fields, _NAMES)
    stamp = next((fields[n] for n in _TIMES if n in fields), None)
    if "date" in fields and isinstance(stamp, str) and len(stamp) <= 15:
        stamp = f"{fields['date']} {stamp}"
    product, category, service = (_word(context.options.get(n)) for n in ("product", "category", "service"))
    moment = local_ns(stamp, context.zone) or iso_ns(stamp, context.zone)
    return device_event(fields, LogSource(product or "key_value", category or _category(fields), service), head, moment)


def _category(fields: dict[str, object] | object) -> str | None:
    names = fields if isinstance(fields, dict) else {}
    if "threat_name" in names and ("src_ip" in names or "dst_ip" in names):
        return "ids"
    return "firewall" if {"src_ip", "dst_ip", "action"} <= set(names) else None


def _word(value: object) -> str | None:
    return value.lower() if isinstance(value, str) and value else None
