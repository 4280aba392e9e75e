"""NSFOCUS WAF (绿盟): waf: tag:waf_log_websec  site_id:…  dst_ip:…  src_ip:…  event_type:…  action:… and its other tags."""

import re

from fenghuo.see.events import Event, Value
from fenghuo.see.sources.base import Format, ParseContext, Standing, unparsed
from fenghuo.see.sources.device import LogSource, content, device_event, named
from fenghuo.see.sources.syslog.header import local_ns

_TAG = re.compile(r"\btag:(waf_log_\w+)[;\s]")
_KNOWN = (
    "tag site_id protect_id dst_ip dst_port src_ip src_port method domain uri alertlevel event_type stat_time policy_id rule_id "
    "action block block_info http alertinfo proxy_info characters count_num protocol_type wci wsi country user_name request_id "
    "user_ip url msg desc result"
)
_NAME = re.compile(rf"(?:^|[;\s])({'|'.join(_KNOWN.split())}):")
_NAMES = {
    "action": ("action",),
    "url": ("uri", "url"),
    "threat_name": ("event_type",),
    "threat_category": ("event_type",),
    "threat_severity": ("alertlevel",),
    "protocol": ("protocol_type",),
    "user": ("user_name",),
    "cs-method": ("method",),
    "c-uri": ("uri",),
    "cs-host": ("domain",),
}
_ALERTS = {"waf_log_websec", "waf_log_ddos", "waf_log_l4acl", "waf_log_deface", "waf_log_arp"}
FORMATS = (
    Format("WAF waf_log_websec", Standing.VERIFIED),
    Format("WAF waf_log_arp, _ddos, _deface, _l4acl, _webaccess", Standing.UNVERIFIED),
    Format("IPS", Standing.NOT_READ),
)


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where no tag:waf_log_ stands in it."""
    head = content(raw, context)
    tag = _TAG.search(head.rest + " ")
    if tag is None:
        return unparsed(raw, "not-nsfocus", product="nsfocus")
    fields = _fields(head.rest[tag.start() :])
    named(fields, _NAMES)
    category = "waf" if tag[1] in _ALERTS else None
    service = tag[1].removeprefix("waf_log_")
    if category is None:
        fields.pop("threat_name", None)
    return device_event(
        fields, LogSource("nsfocus", category, service), head, local_ns(fields.get("stat_time"), context.zone)
    )


def _fields(text: str) -> dict[str, Value]:
    """Values may hold blanks and colons (the request itself does), so a value ends only before a name that we know."""
    starts = list(_NAME.finditer(text))
    ends = [m.start() for m in starts[1:]] + [len(text)]
    fields: dict[str, Value] = {}
    for found, end in zip(starts, ends, strict=True):
        value = text[found.end() : end].strip(" ;")
        if value not in {"", "None"}:
            fields.setdefault(found[1], value)
    return fields
