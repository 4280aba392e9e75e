"""Hillstone (山石网科) StoneOS: serial(root) number Kind@MODULE: sentence with name: value parts."""

import re

from fenghuo.see.events import Event, Value
from fenghuo.see.sources.base import Format, ParseContext, Standing, unparsed
from fenghuo.see.sources.device import LogSource, content, device_event, named, result_of
from fenghuo.see.sources.syslog.header import local_ns

_MESSAGE = re.compile(
    r"(?:(?P<number>[0-9a-f]{8}) )?\b(?P<kind>[A-Z][A-Za-z]+)@(?P<module>[A-Z_]+): ?(?P<text>.*)", re.DOTALL
)
_PAIR = re.compile(r"(?:^|, ?)([A-Za-z][A-Za-z/ ]{1,24}): ([^,]*)")
_WORDS = re.compile(r", ?(application|interface|vr|policy|user|host|send bytes|receive bytes|session) ([^,]*)")
_ALERT = re.compile(
    r"[Ff]rom (?P<src>[0-9A-Fa-f.:]{2,45}?):(?P<sport>\d+)\([^)]*\) to (?P<dst>[0-9A-Fa-f.:]{2,45}?):(?P<dport>\d+)"
)
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?=,)")
_SESSION = re.compile(
    r"(?P<src>[0-9A-Fa-f.:]{2,45}):(?P<sport>\d+)->(?P<dst>[0-9A-Fa-f.:]{2,45}):(?P<dport>\d+)\((?P<proto>\w+)\)"
)
_SIGN_IN = re.compile(
    r"user \"?(?P<user>[^\s\"]{1,100})\"? .{0,200}?(?:from|IP) (?P<ip>\d+(?:\.\d+){3}|[0-9A-Fa-f:]{3,39})", re.I
)
_LOCKED = re.compile(r"The IP (?P<ip>[0-9A-Fa-f.:]+) has failed")
_NAMES = {
    "threat_name": ("threat name",),
    "threat_category": ("threat subtype", "threat type"),
    "threat_severity": ("threat severity", "severity"),
    "action": ("action",),
    "protocol": ("App/Protocol",),
    "url": ("URL", "url"),
    "domain": ("domain",),
}
FORMATS = (
    Format("Threat@IPS", Standing.UNVERIFIED),
    Format("Traffic@FLOW", Standing.UNVERIFIED),
    Format("Event@MGMT", Standing.UNVERIFIED),
)


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where no Kind@MODULE: stands in it."""
    head = content(raw, context)
    found = _MESSAGE.search(head.rest)
    if found is None:
        return unparsed(raw, "not-hillstone", product="hillstone")
    text = found["text"].strip("\0 ")
    alone = _STAMP.match(head.rest)
    fields: dict[str, Value] = {"module": found["module"], "kind": found["kind"], "message": text}
    for name, value in _PAIR.findall(text):
        fields.setdefault(name.strip(), value.strip(" ."))
    ends = _ALERT.search(text) or _SESSION.search(text)
    if ends:
        fields |= {"src_ip": ends["src"], "src_port": ends["sport"], "dst_ip": ends["dst"], "dst_port": ends["dport"]}
    named(fields, _NAMES)
    kind = found["kind"].lower()
    category = {"threat": "ids", "traffic": "firewall"}.get(kind)
    if kind == "traffic":
        _traffic(text, fields)
    elif re.search(r"log(?:ged|in|ined)|failed \d+ times", text):
        category = "authentication"
        _sign_in(text, fields)
    stamp = local_ns(alone[0], context.zone) if alone else None
    return device_event(fields, LogSource("hillstone", category, found["module"].lower()), head, stamp)


def _traffic(text: str, fields: dict[str, Value]) -> None:
    for name, value in _WORDS.findall(text):
        fields.setdefault(name.replace(" ", "_"), value.strip(" ."))
    session = _SESSION.search(text)
    if session:
        fields["protocol"] = session["proto"]
    fields["action"] = "deny" if "policy deny" in text else "permit"


def _sign_in(text: str, fields: dict[str, Value]) -> None:
    found, locked = _SIGN_IN.search(text), _LOCKED.search(text)
    if found:
        fields |= {"user": found["user"], "src_ip": found["ip"]}
    elif locked:
        fields["src_ip"] = locked["ip"]
    result = result_of(text)
    if result:
        fields["result"] = result
