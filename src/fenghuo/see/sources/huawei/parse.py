"""Huawei USG and switches: %%01MODULE/severity/BRIEF(l): text with (Name=value, …), name=value or name:value parts."""

import re

from fenghuo.see.events import Event, Value
from fenghuo.see.sources.base import Format, ParseContext, Standing, unparsed
from fenghuo.see.sources.device import LogSource, content, device_event, named, result_of
from fenghuo.see.sources.syslog.header import local_ns

_MESSAGE = re.compile(
    r"%%\d\d(?P<module>[\w-]+)/(?P<level>\d)/(?P<brief>\w+)\((?P<kind>\w)\)(?:\[\d+\])?:?\s*(?P<text>.*)", re.DOTALL
)
_PART = re.compile(r'(?:[^,;()"]|"[^"]{0,2000}")+')
_EQUAL = re.compile(r"\s*([A-Za-z][\w-]{0,40}(?: type| name)?)\s?=\s?(.*)", re.DOTALL)
_COLON = re.compile(r"(?<![\w-])([A-Za-z][\w-]{0,40}(?: type| name)?):(\S+)")
_NAMES = {
    "src_ip": ("SrcIp", "source-ip", "SourceIP", "IPAddress", "ip", "Ip", "IP"),
    "dst_ip": ("DstIp", "destination-ip", "DestIP"),
    "src_port": ("SrcPort", "source-port"),
    "dst_port": ("DstPort", "destination-port"),
    "protocol": ("Protocol", "protocol"),
    "action": ("Action", "action"),
    "user": ("User", "user", "UserName", "user-name"),
    "threat_name": ("SignName", "VirusName", "MalwareName", "AttackType", "EventName"),
    "threat_category": ("Category",),
    "threat_severity": ("Severity",),
    "url": ("URL", "Url", "Request"),
    "domain": ("Host", "Domain"),
}
_SOURCES = {
    "IPS": ("ids", "ips"),
    "AV": ("ids", "av"),
    "APT": ("ids", "apt"),
    "SEC": ("firewall", "policy"),
    "ATK": ("ids", "attack"),
    "POLICY": ("firewall", "policy"),
    "SESSION": ("firewall", "session"),
    "AAA": ("authentication", "aaa"),
    "SHELL": ("authentication", "shell"),
    "SSH": ("authentication", "ssh"),
    "WEB": ("authentication", "web"),
    "UM": ("authentication", "user"),
    "LOGIN": ("authentication", "login"),
}
_SIGN_IN = re.compile(r"LOGIN|LOGON|AUTH|FAIL|ONLINE")
FORMATS = (
    Format("IPS", Standing.VERIFIED),
    Format("POLICY", Standing.VERIFIED),
    Format("SHELL LOGIN", Standing.VERIFIED),
    Format("SHELL LOGINFAILED", Standing.UNVERIFIED),
    Format("AV", Standing.UNVERIFIED),
    Format("APT", Standing.UNVERIFIED),
    Format("ATK, SEC, SESSION", Standing.UNVERIFIED),
    Format("AAA, LOGIN, SSH, UM, WEB", Standing.UNVERIFIED),
)


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where no %%01 stands in it."""
    head = content(raw, context)
    found = _MESSAGE.search(head.rest)
    if found is None:
        return unparsed(raw, "not-huawei", product="huawei")
    module, brief, text = found["module"].upper(), found["brief"], found["text"]
    fields: dict[str, Value] = {"module": module, "brief": brief, "level": found["level"], "message": text}
    for part in _PART.findall(text):
        equal = _EQUAL.fullmatch(part)
        for name, value in [equal.groups()] if equal else _COLON.findall(part):
            fields.setdefault(name.replace(" ", "_"), value.strip(' ".'))
    named(fields, _NAMES)
    category, service = _SOURCES.get(module, (None, module.lower()))
    if category == "authentication":
        if not _SIGN_IN.search(brief):
            category = None
        result = result_of(brief) or result_of(text) or ("success" if brief in {"LOGIN", "ONLINE"} else None)
        if result:
            fields["result"] = result
    if module in {"POLICY", "SEC"} and "action" not in fields:
        fields["action"] = "permit" if "PERMIT" in brief else "deny" if "DENY" in brief else brief.lower()
    stamp = local_ns(fields.get("time"), context.zone)
    return device_event(
        fields, LogSource("huawei", category, service), head, stamp if head.event_time is None else None
    )
