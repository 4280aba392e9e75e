"""QAX SkyEye (奇安信 天眼) alarms over syslog: time|!address|!alarm|!{JSON}, with | for |! in older releases."""

import re

from fenghuo.see.events import Event
from fenghuo.see.sources.base import Format, ParseContext, Standing, decode, flatten, load_json, unparsed
from fenghuo.see.sources.device import LogSource, content, device_event, named
from fenghuo.see.sources.syslog.header import local_ns

_FRAME = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\|!?(?P<address>[^|]{0,100})\|!?(?P<kind>[\w-]+)\|!? ?(?P<body>\{.*)",
    re.DOTALL,
)
_NAMES = {
    "src_ip": ("attack_sip", "attacker", "sip"),
    "dst_ip": ("alarm_sip", "victim", "dip"),
    "src_port": ("sport",),
    "dst_port": ("dport",),
    "protocol": ("proto", "protocol"),
    "action": ("action",),
    "threat_name": ("threat_name", "vuln_name", "vuln_type", "type"),
    "threat_category": ("attack_type", "type", "super_type"),
    "threat_severity": ("hazard_rating",),
    "url": ("uri",),
    "domain": ("host", "domain"),
    "file_hash": ("file_md5",),
    "attack_result": ("host_state",),
}
_LEVELS = {"1": "low", "2": "low", "3": "low", "4": "medium", "5": "medium", "6": "high", "7": "high", "8": "critical"}
FORMATS = (
    Format("SkyEye alarm", Standing.VERIFIED),
    Format("SkyEye webids, ids, ioc", Standing.UNVERIFIED),
    Format("SecGate", Standing.NOT_READ),
)


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where the frame or its JSON is not there."""
    head = content(raw, context)
    # the frame begins with a stamp of its own, which a line without syslog head has taken for the head
    found = _FRAME.search(head.rest) or _FRAME.search(decode(raw))
    try:
        record = load_json(found["body"].rstrip("\0 ").encode()) if found else None
    except ValueError:
        record = None
    if found is None or not isinstance(record, dict):
        return unparsed(raw, "not-skyeye", product="qianxin")
    fields = flatten(record)
    named(fields, _NAMES)
    fields.setdefault("threat_severity", _LEVELS.get(str(fields.get("hazard_level")), "medium"))
    fields["sensor"] = found["address"]
    is_alarm = found["kind"].startswith(("alarm", "webids", "ids", "ioc"))
    source = LogSource("qianxin", "ids" if is_alarm else None, found["kind"].lower())
    return device_event(fields, source, head, local_ns(found["time"], context.zone))
