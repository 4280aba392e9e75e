"""Topsec (天融信) TOS and NGTOS firewalls: id=tos time="…" fw=… pri=… type=… recorder=… src=… dst=…; its WAF: event_type="…"."""

from fenghuo.see.events import Event
from fenghuo.see.sources.base import Format, ParseContext, Standing, unparsed
from fenghuo.see.sources.device import LogSource, content, device_event, named, pairs, result_of
from fenghuo.see.sources.syslog.header import local_ns

_NAMES = {
    "src_ip": ("src", "real_ip", "src_ip", "sip"),
    "dst_ip": ("dst", "server_ip", "dst_ip", "dst_addr"),
    "src_port": ("sport", "src_port"),
    "dst_port": ("dport", "dst_port", "server_port"),
    "protocol": ("proto", "protoname", "protocol"),
    "action": ("action", "rule"),
    "threat_name": ("rule_name", "event_name", "virus_name", "attack_name", "attack_type", "event_type"),
    "threat_category": ("attack_type", "event_type"),
    "threat_severity": ("risk_name", "severity", "alarm_level", "risk"),
    "url": ("url", "uri"),
    "domain": ("bad_domain", "domain", "host"),
}
_SOURCES = {
    "ac": ("firewall", "policy"),
    "conn": ("firewall", "session"),
    "nat": ("firewall", "nat"),
    "ips": ("ids", "ips"),
    "ids": ("ids", "ips"),
    "av": ("ids", "av"),
    "virus": ("ids", "av"),
    "dos": ("ids", "dos"),
    "ads_attack_flow": ("ids", "dos"),
    "僵尸网络": ("ids", "botnet"),
    "入侵防御": ("ids", "ips"),
    "病毒": ("ids", "av"),
    "waf": ("waf", "waf"),
    "sv_netacc": ("authentication", "vpn"),
    "vpn": ("authentication", "vpn"),
    "system": ("authentication", "admin"),
    "mgmt": (None, "admin"),
}
FORMATS = (
    Format("TOS type=mgmt", Standing.VERIFIED),
    Format("WAF real_ip server_ip event_type", Standing.VERIFIED),
    Format("TOS type=ac, conn, nat, system", Standing.UNVERIFIED),
    Format("NGTOS type=ips, av, dos, waf, vpn", Standing.UNVERIFIED),
)


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it is not of Topsec."""
    head = content(raw, context)
    fields = pairs(head.rest)
    kind = str(fields.get("type") or "").lower()
    waf = "event_type" in fields and ("real_ip" in fields or "server_ip" in fields)
    if str(fields.get("id", "")).lower() not in {"tos", "ngtos"} and not waf:
        return unparsed(raw, "not-topsec", product="topsec")
    named(fields, _NAMES)
    category, service = ("waf", "waf") if waf else _SOURCES.get(kind, (None, kind or "other"))
    if category == "authentication":
        if kind == "system" and str(fields.get("op")) not in {"login", "logout"}:
            category = None
        outcome = str(fields.get("result", ""))
        result = {"0": "success", "-1": "failed"}.get(outcome) or result_of(
            f"{outcome} {fields.get('msg', '')} {head.rest[-60:]}"
        )
        fields.pop("result", None)
        if result:
            fields["result"] = result
    if category not in {"ids", "waf"}:
        fields.pop("threat_name", None)
    moment = local_ns(fields.get("time"), context.zone)
    return device_event(
        fields, LogSource("topsec", category, service), head, moment, fields.get("fw") or fields.get("dev")
    )
