"""Fortinet FortiGate: date=… time=… devname="…" logid="…" type="…" subtype="…" level="…" and name=value pairs."""

from fenghuo.see.events import Event
from fenghuo.see.sources.base import ParseContext, unparsed
from fenghuo.see.sources.device import LogSource, content, device_event, named, pairs, result_of
from fenghuo.see.sources.syslog.header import local_ns

_NAMES = {
    "src_ip": ("srcip", "remip"),
    "dst_ip": ("dstip",),
    "src_port": ("srcport",),
    "dst_port": ("dstport",),
    "protocol": ("proto",),
    "threat_name": ("attack", "virus", "botnet"),
    "threat_category": ("eventtype", "subtype"),
    "threat_severity": ("severity", "crlevel"),
    "domain": ("hostname", "qname"),
    "file_hash": ("filehash",),
}
_ALERTS = {"ips", "virus", "anomaly", "botnet", "outbreak"}


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it has no devname, logid and type."""
    head = content(raw, context)
    fields = pairs(head.rest)
    if not {"logid", "type"} <= set(fields) or not {"devname", "devid"} & set(fields):
        return unparsed(raw, "not-fortigate", product="fortigate")
    kind, subtype = str(fields["type"]).lower(), str(fields.get("subtype", "")).lower()
    category = {"traffic": "firewall"}.get(kind)
    if kind == "utm":
        category = "ids" if subtype in _ALERTS else "waf" if subtype == "waf" else None
    elif kind == "event" and subtype in {"vpn", "system", "user"} and "user" in fields:
        result = result_of(f"{fields.get('status', '')} {fields.get('action', '')} {fields.get('logdesc', '')}")
        if result:
            fields["result"] = result
        category = "authentication" if result and "log" in str(fields.get("logdesc", "")).lower() else None
    named(fields, _NAMES)
    if category not in {"ids", "waf"}:
        fields.pop("threat_category", None)
    if subtype == "virus":
        fields.setdefault("threat_severity", "high")
    stamp = local_ns(
        f"{fields.get('date', '')} {fields.get('time', '')}", _zone(str(fields.get("tz", "")), context.zone)
    )
    source = LogSource("fortigate", category, subtype if kind == "utm" else kind)
    return device_event(fields, source, head, stamp, fields.get("devname"))


def _zone(offset: str, otherwise: str) -> str:
    """FortiGate writes the offset itself ("+0800"); whole hours have a zone of IANA, the rest takes the source's."""
    if len(offset) == 5 and offset[0] in "+-" and offset[1:].isdigit() and offset.endswith("00"):
        return f"Etc/GMT{'-' if offset[0] == '+' else '+'}{int(offset[1:3])}"
    return otherwise
