"""IBM Log Event Extended Format: LEEF:1.0|vendor|product|version|event| with tabs, LEEF:2.0 with a delimiter of its own."""

import re

from fenghuo.see.events import Event, Value
from fenghuo.see.sources.base import ParseContext, iso_ns, unparsed
from fenghuo.see.sources.device import LogSource, content, device_event, named, result_of, spaced_pairs
from fenghuo.see.sources.syslog.header import local_ns

_START = re.compile(r"LEEF: ?(1|2)\.?\d*\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|")
_DELIMITER = re.compile(r"(?:(x|0x)([0-9A-Fa-f]{1,4})|([^\s|]))?\|")
_NAMES = {
    "src_ip": ("src",),
    "dst_ip": ("dst",),
    "src_port": ("srcPort",),
    "dst_port": ("dstPort",),
    "protocol": ("proto",),
    "user": ("usrName",),
    "url": ("url",),
    "threat_category": ("cat",),
    "threat_severity": ("sev",),
}
_ALERT = re.compile(r"attack|exploit|malware|virus|trojan|intrusion|threat|botnet|攻击|威胁|病毒|入侵", re.I)
_SIGN_IN = re.compile(r"log-?in|logon|auth|登录|认证", re.I)


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it is no LEEF."""
    head = content(raw, context)
    start = _START.match(head.rest) or _START.search(head.rest, 0, 200)
    if start is None:
        return unparsed(raw, "not-leef")
    version, vendor, product, release, number = start.groups()
    body, delimiter = head.rest[start.end() :], "\t"
    given = _DELIMITER.match(body) if version == "2" else None
    if given:
        delimiter = chr(int(given[2], 16)) if given[2] else given[3] or "\t"
        body = body[given.end() :]
    fields = _attributes(body, delimiter)
    fields |= {"device_vendor": vendor, "device_product": product, "device_version": release, "event_name": number}
    named(fields, _NAMES)
    words = f"{number} {fields.get('threat_category', '')}"
    category = "authentication" if _SIGN_IN.search(words) else "ids" if _ALERT.search(words) else None
    if category == "ids":
        fields.setdefault("threat_name", number)
    result = result_of(words) if category == "authentication" else None
    if result:
        fields["result"] = result
    severity = str(fields.get("threat_severity", ""))
    if severity.isdigit():
        fields["threat_severity"] = ("low", "medium", "high", "critical")[
            (int(severity) > 3) + (int(severity) > 6) + (int(severity) > 8)
        ]
    stamp = fields.get("devTime")
    source = LogSource(re.sub(r"\W+", "_", vendor.strip().lower()) or "leef", category, "leef")
    return device_event(fields, source, head, iso_ns(stamp, context.zone) or local_ns(stamp, context.zone))


def _attributes(text: str, delimiter: str) -> dict[str, Value]:
    if delimiter not in text:
        return spaced_pairs(text)
    split = (part.partition("=") for part in text.split(delimiter))
    return {name.strip(): value.strip() for name, mark, value in split if mark and name.strip()}
