"""DPtech (迪普) firewalls and IPS: %%DPX/MODULE/level/KIND(l): name(code):value;… with `` after each ; in some releases."""

import ipaddress
import re

from fenghuo.see.events import Event, Value
from fenghuo.see.sources.base import Format, ParseContext, Standing, unparsed
from fenghuo.see.sources.device import LogSource, content, device_event, named, result_of

_MESSAGE = re.compile(
    r"%%(?:--)?(?P<line>[A-Z][\w-]*)/(?P<module>[\w-]+)/(?P<level>\d)/(?P<kind>[A-Z]+LOG|ALARM)(?:\(\w\))?: ?(?P<text>.*)",
    re.DOTALL,
)
_PART = re.compile(r"\s*([A-Za-z][\w -]*?)(?:\(\d+\))?:(.*)", re.DOTALL)
_CODE = re.compile(r"^\(\d+\)")
_HEX = re.compile(r"[46]-([0-9A-Fa-f]{8}|[0-9A-Fa-f]{32})$")
_NAMES = {
    "src_ip": ("source-ip", "host-ip", "SIP1"),
    "dst_ip": ("destination-ip", "DIP1"),
    "src_port": ("source-port", "SPort1"),
    "dst_port": ("destination-port", "DPort1"),
    "protocol": ("protocol-name", "ip-proto-id", "Protocol"),
    "action": ("event", "action"),
    "user": ("user-name",),
    "threat_name": ("attack-name", "av-name", "virus-name", "Sub-type"),
    "threat_category": ("log-type", "Type"),
    "threat_severity": ("severity", "Severity"),
    "url": ("url",),
}
_ALERTS = {"ATTACK": "ips", "IPS": "ips", "AV": "av", "DETECT": "dos", "WAF": "waf", "DDOS": "dos"}
_LEVELS = {"0": "critical", "1": "high", "2": "high", "3": "medium", "4": "medium", "5": "low"}
FORMATS = (
    Format("SRVLOG, ALARM", Standing.UNVERIFIED),
    Format("OPERLOG", Standing.UNVERIFIED),
)


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where no %%…/…/…LOG stands in it."""
    head = content(raw, context)
    found = _MESSAGE.search(head.rest)
    if found is None:
        return unparsed(raw, "not-dptech", product="dptech")
    module, text = found["module"].upper(), found["text"].strip()
    fields: dict[str, Value] = {"module": module, "kind": found["kind"], "level": found["level"], "message": text}
    for part in re.split(r";(?:``)?", text):
        named_part = _PART.fullmatch(part)
        if named_part:
            fields.setdefault(named_part[1].strip(), _address(_CODE.sub("", named_part[2].strip())))
    named(fields, _NAMES)
    category, service = None, module.lower()
    if module in _ALERTS:
        service = _ALERTS[module]
        category = "waf" if service == "waf" else "ids"
        fields.setdefault("threat_severity", _LEVELS.get(found["level"], "info"))
    elif found["kind"] == "OPERLOG" and re.search(r"log(?:ged)?[ -]?in|登录", text, re.I):
        category, result = "authentication", result_of(text)
        fields |= {"result": result} if result else {}
    elif {"src_ip", "dst_ip"} <= set(fields):
        category = "firewall"
    return device_event(fields, LogSource("dptech", category, service), head)


def _address(text: str) -> str:
    """Some releases write addresses as 4-0a010164."""
    found = _HEX.match(text)
    return str(ipaddress.ip_address(bytes.fromhex(found[1]))) if found else text
