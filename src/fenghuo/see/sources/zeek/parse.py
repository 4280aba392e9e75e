"""Zeek: JSON (policy/tuning/json-logs), or tab-separated conn, dns and http in the default order of columns.

A tab-separated line does not name its columns; other logs, or other orders, need the header's names as options:
{"path": "ssl", "columns": ["ts", "uid", …]}. Names are Zeek's own; beside them stand those of Sigma's categories `dns`, `proxy`
(http) and `firewall` (conn).
"""

import re
from typing import Any

from fenghuo.see.events import Event, Observables, Scalar, Value
from fenghuo.see.sources.base import ParseContext, address, decode, flatten, iso_ns, load_json, unparsed

_ENDS = ("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p")
_CONN = (
    "proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes "
    "resp_pkts resp_ip_bytes tunnel_parents ip_proto"
)
_DNS = (
    "proto trans_id rtt query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected"
)
_HTTP = (
    "trans_depth method host uri referrer version user_agent origin request_body_len response_body_len status_code status_msg "
    "info_code info_msg tags username password proxied orig_fuids orig_filenames orig_mime_types resp_fuids resp_filenames "
    "resp_mime_types"
)
_COLUMNS = {
    21: ("conn", (*_ENDS, *_CONN.split()[:-1])),
    22: ("conn", (*_ENDS, *_CONN.split())),
    24: ("dns", (*_ENDS, *_DNS.split())),
    30: ("http", (*_ENDS, *_HTTP.split())),
}
_TSV = re.compile(r"\d{9,11}\.\d+\t\w{10,24}\t[0-9A-Fa-f.:]+\t\d+\t[0-9A-Fa-f.:]+\t\d+\t")
_CATEGORIES = {"dns": "dns", "http": "proxy", "conn": "firewall"}
_NAMES: dict[str, dict[str, str]] = {
    "dns": {"qtype_name": "record_type", "answers": "answer"},
    "http": {
        "uri": "c-uri",
        "method": "cs-method",
        "host": "cs-host",
        "user_agent": "c-useragent",
        "referrer": "cs-referer",
        "status_code": "sc-status",
    },
}
_ALL = {"id.orig_h": "src_ip", "id.resp_h": "dst_ip", "id.orig_p": "src_port", "id.resp_p": "dst_port"}
_SIGNS = (
    ("dns", ("query", "qtype_name")),
    ("http", ("method", "uri")),
    ("ssl", ("cipher",)),
    ("notice", ("note",)),
    ("files", ("fuid", "analyzers")),
    ("conn", ("conn_state",)),
)
_DOMAINS = {"dns": "query", "http": "host", "ssl": "server_name"}


def looks_like(text: str) -> bool:
    """True for a tab-separated line of one of the logs that we know the columns of."""
    return _TSV.match(text) is not None and text.count("\t") + 1 in _COLUMNS


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it is neither JSON of Zeek nor columns that are known."""
    text = decode(raw).strip("\r\n")
    if text.lstrip().startswith("{"):
        try:
            record = load_json(raw)
        except ValueError:
            return unparsed(raw, "not-json", product="zeek")
        event = from_object(record, context) if isinstance(record, dict) else None
        return event or unparsed(raw, "not-zeek", product="zeek")
    values = text.split("\t")
    path, columns = _layout(values, context.options)
    if not columns:
        return unparsed(raw, "unknown-columns", product="zeek")
    fields: dict[str, Value] = {}
    for name, value in zip(columns, values, strict=False):
        if value not in {"-", "(empty)"}:
            many = name in {"answers", "TTLs", "tags"} and "," in value
            fields[name] = list[Scalar](value.split(",")) if many else value
    return _event(path, fields, context)


def from_object(record: dict[str, Any], context: ParseContext) -> Event | None:
    """The event of an object, None where it is none of Zeek's."""
    fields = flatten(record)
    given = fields.get("_path")
    path = given if isinstance(given, str) else next((p for p, names in _SIGNS if set(names) <= set(fields)), None)
    if path is None or "ts" not in fields or not ({"uid", "fuid", "note"} & set(fields)):
        return None
    return _event(path, fields, context)


def _layout(values: list[str], options: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    given, path = options.get("columns"), options.get("path")
    if isinstance(given, list) and isinstance(path, str):
        return path, tuple(str(n) for n in given)
    if not _TSV.match("\t".join(values)):
        return "", ()
    return _COLUMNS.get(len(values), ("", ()))


def _event(path: str, fields: dict[str, Value], context: ParseContext) -> Event:
    for theirs, ours in (_ALL | _NAMES.get(path, {})).items():
        if theirs in fields:
            fields.setdefault(ours, fields[theirs])
    domain = fields.get(_DOMAINS.get(path, ""))
    uri, digest = fields.get("uri"), next((fields[n] for n in ("sha256", "sha1", "md5") if n in fields), None)
    return Event(
        fields=fields,
        product="zeek",
        category=_CATEGORIES.get(path),
        service=path.lower(),
        event_time=_time(fields.get("ts"), context),
        host=None,
        observables=Observables(
            src_ip=address(fields.get("src_ip") or fields.get("src")),
            dst_ip=address(fields.get("dst_ip") or fields.get("dst")),
            domain=domain.lower().rstrip(".") if isinstance(domain, str) and domain else None,
            url=uri if isinstance(uri, str) else None,
            hash=digest.lower() if isinstance(digest, str) else None,
        ),
    )


def _time(value: object, context: ParseContext) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value * 10**6) * 1000
    if isinstance(value, str) and re.fullmatch(r"\d{9,11}(\.\d{1,9})?", value):
        whole, _, part = value.partition(".")
        return int(whole) * 10**9 + int((part or "0").ljust(9, "0"))
    return iso_ns(value, context.zone)
