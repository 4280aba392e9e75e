"""Suricata EVE: alert, http, dns, tls, flow, fileinfo and anomaly records.

Fields keep Suricata's own names, flattened with dots. Beside them stand the Sigma names of the category: `dns` (query, answer),
`proxy` for http (c-uri, cs-method, cs-host …), `firewall` for flow.
"""

from typing import Any

from fenghuo.see.events import Event, Observables, Value
from fenghuo.see.sources.base import ParseContext, address, flatten, iso_ns, parse_json_line

_CATEGORIES = {"dns": "dns", "http": "proxy", "flow": "firewall"}
_SIGMA_NAMES = {
    "http": {
        "http.url": "c-uri",
        "http.http_method": "cs-method",
        "http.hostname": "cs-host",
        "http.http_user_agent": "c-useragent",
        "http.http_refer": "cs-referer",
        "http.status": "sc-status",
    },
    "dns": {"dns.rrname": "query", "dns.rrtype": "record_type", "dns.answers.rdata": "answer"},
}
_DOMAINS = ("http.hostname", "dns.rrname", "tls.sni")
_HASHES = ("fileinfo.sha256", "fileinfo.sha1", "fileinfo.md5")


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it is no EVE record."""
    return parse_json_line(raw, lambda record: from_object(record, context), "not-eve", product="suricata")


def from_object(record: dict[str, Any], context: ParseContext) -> Event | None:
    """The event of an object, None where it is no EVE record."""
    kind = record.get("event_type")
    if not isinstance(kind, str) or not ("flow_id" in record or "src_ip" in record or kind in record):
        return None
    fields = flatten(record)
    for theirs, ours in _SIGMA_NAMES.get(kind, {}).items():
        if theirs in fields:
            fields[ours] = fields[theirs]
    domain = _first(fields, _DOMAINS)
    return Event(
        fields=fields,
        product="suricata",
        category=_CATEGORIES.get(kind),
        service=kind.lower(),
        event_time=iso_ns(record.get("timestamp"), context.zone),
        host=_first(fields, ("host",)),
        observables=Observables(
            src_ip=address(fields.get("src_ip")),
            dst_ip=address(fields.get("dest_ip")),
            domain=domain.lower().rstrip(".") if domain else None,
            url=_first(fields, ("http.url",)),
            hash=_first(fields, _HASHES),
        ),
    )


def _first(fields: dict[str, Value], names: tuple[str, ...]) -> str | None:
    return next((value for name in names if isinstance(value := fields.get(name), str) and value), None)
