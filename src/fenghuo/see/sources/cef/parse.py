"""ArcSight Common Event Format, as many devices send it: CEF:0|vendor|product|version|class|name|severity|extension."""

import re

from fenghuo.see.events import Event, Value
from fenghuo.see.sources.base import ParseContext, iso_ns, unparsed
from fenghuo.see.sources.device import LogSource, content, device_event, named, result_of
from fenghuo.see.sources.syslog.header import Header

_START = re.compile(r"CEF: ?\d+(?:\.\d+)?\|")
_FIELD = re.compile(r"((?:[^|\\]|\\.)*)\|", re.DOTALL)
_NAME = re.compile(r"(?:^|(?<=\s))([A-Za-z0-9_.\[\]]+)=")
_LABEL = re.compile(r"((?:cs|cn|cfp|c6a|flexString|flexDate|flexNumber|deviceCustom\w+?)\d)Label$")
_NAMES = {
    "src_ip": ("src", "sourceAddress", "c6a2"),
    "dst_ip": ("dst", "destinationAddress", "c6a3"),
    "src_port": ("spt", "sourcePort"),
    "dst_port": ("dpt", "destinationPort"),
    "protocol": ("proto", "transportProtocol"),
    "action": ("act", "deviceAction"),
    "user": ("suser", "duser", "sourceUserName"),
    "url": ("request", "requestUrl"),
    "domain": ("dhost", "destinationHostName"),
    "file_hash": ("fileHash",),
    "threat_category": ("cat", "deviceEventCategory"),
}
_WORDS = (
    ("waf", re.compile(r"waf|web application firewall|web应用防火墙|webguard", re.I)),
    ("ids", re.compile(r"\bi[dp]s\b|idps|intrusion|threat|malware|anti-?virus|edr|apt|入侵|威胁|病毒|攻击", re.I)),
    ("firewall", re.compile(r"firewall|ngfw|utm|traffic|防火墙", re.I)),
)
_SIGN_IN = re.compile(r"log-?in|logon|sign-?in|authenticat|登录|认证", re.I)
_STAMP = re.compile(r"\d{10,13}")


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it is no CEF."""
    head = content(raw, context)
    start = _START.match(head.rest) or _START.search(head.rest, 0, 200)
    if start is None:
        return unparsed(raw, "not-cef")
    parts: list[str] = []
    position = start.end()
    while len(parts) < 6:
        found = _FIELD.match(head.rest, position)
        if found is None:
            return unparsed(raw, "not-cef")
        parts.append(re.sub(r"\\([\\|])", r"\1", found[1]))
        position = found.end()
    return _event(parts, _extension(head.rest[position:]), head, context)


def _extension(text: str) -> dict[str, Value]:
    names = list(_NAME.finditer(text))
    ends = [*(m.start() for m in names[1:]), len(text)][: len(names)]
    fields: dict[str, Value] = {}
    for name, end in zip(names, ends, strict=True):
        value = text[name.end() : end].strip()
        fields[name[1]] = re.sub(r"\\([\\=nr])", lambda m: {"n": "\n", "r": "\r"}.get(m[1], m[1]), value)
    for key, meaning in list(fields.items()):
        label = _LABEL.match(key)
        if label and isinstance(meaning, str) and meaning and label[1] in fields:
            fields.setdefault(meaning.replace(" ", "_"), fields[label[1]])
    return fields


def _event(parts: list[str], fields: dict[str, Value], head: Header, context: ParseContext) -> Event:
    vendor, product, version, number, name, severity = parts
    fields |= {
        "device_vendor": vendor,
        "device_product": product,
        "device_version": version,
        "event_class": number,
        "event_name": name,
    }
    named(fields, _NAMES)
    words = f"{product} {fields.get('threat_category', '')}"
    category = next((c for c, pattern in _WORDS if pattern.search(words)), None)
    if _SIGN_IN.search(name):
        category = "authentication"
        result = result_of(f"{name} {fields.get('outcome', '')} {fields.get('action', '')}")
        if result:
            fields["result"] = result
    fields["threat_severity"] = _severity(severity)
    if category in {"waf", "ids"}:
        fields.setdefault("threat_name", name)
    stamp = fields.get("rt") or fields.get("start")
    source = LogSource(_product(vendor), category, "cef")
    return device_event(fields, source, head, _time(stamp, context.zone))


def _product(vendor: str) -> str:
    return re.sub(r"[^\w]+", "_", vendor.strip().lower()).strip("_") or "cef"


def _severity(text: str) -> str:
    """CEF's 0 to 10 (0-3 low, 4-6 medium, 7-8 high, 9-10 very high), or its words."""
    if text.isdigit():
        return (
            ("low", "low", "low", "low", "medium", "medium", "medium", "high", "high")[min(int(text), 8)]
            if int(text) < 9
            else "critical"
        )
    return text


def _time(value: object, zone: str) -> int | None:
    if isinstance(value, str) and _STAMP.fullmatch(value):
        return int(value) * 10 ** (19 - len(value)) if len(value) in {10, 13} else None
    return iso_ns(value, zone)
