"""From a line and its kind to the parser; where the kind is not known, from what the line looks like."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import pyarrow as pa

from fenghuo.see.events import Event, LogRecord, make_batch, records_from_batch
from fenghuo.see.events.batch import Origin
from fenghuo.see.sources import errorlog, weblog
from fenghuo.see.sources.apache import parse as apache
from fenghuo.see.sources.auditd import parse as auditd
from fenghuo.see.sources.base import Format, ParseContext, Standing, decode
from fenghuo.see.sources.bind import parse as bind
from fenghuo.see.sources.cef import parse as cef
from fenghuo.see.sources.dptech import parse as dptech
from fenghuo.see.sources.fortinet import parse as fortinet
from fenghuo.see.sources.generic_json import parse as generic_json
from fenghuo.see.sources.h3c import parse as h3c
from fenghuo.see.sources.hillstone import parse as hillstone
from fenghuo.see.sources.huawei import parse as huawei
from fenghuo.see.sources.key_value import parse as key_value
from fenghuo.see.sources.leef import parse as leef
from fenghuo.see.sources.nginx import parse as nginx
from fenghuo.see.sources.nsfocus import parse as nsfocus
from fenghuo.see.sources.plain import parse as plain
from fenghuo.see.sources.qianxin import parse as qianxin
from fenghuo.see.sources.recognise import recognise
from fenghuo.see.sources.sangfor import parse as sangfor
from fenghuo.see.sources.suricata import parse as suricata
from fenghuo.see.sources.syslog import parse as syslog
from fenghuo.see.sources.topsec import parse as topsec
from fenghuo.see.sources.unbound import parse as unbound
from fenghuo.see.sources.windows import parse as windows
from fenghuo.see.sources.windows_dns import parse as windows_dns
from fenghuo.see.sources.zeek import parse as zeek

_SYSLOG_START = re.compile(rb"<\d{1,3}>|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d ")
_BRIEF_JSON = (b'"id.orig_h"', b'"id":{"orig_h"', b'"flow_id"')
_PACKET = (b"IN=", b" OUT=", b" SRC=", b" DST=")
"""What every packet that netfilter logs has, as `syslog` reads it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of log source.

    Attributes:
        retention: the class of the event log that its records go to; brief where they show whom a person talks to.
        formats: what the device writes, where not all of it is read and written after published samples; empty where it is.
    """

    name: str
    title: str
    parse: Callable[[bytes, ParseContext], Event]
    retention: Literal["normal", "brief"] = "normal"
    formats: tuple[Format, ...] = ()

    @property
    def standing(self) -> Standing:
        """Of what is read of it: all verified, partly, or none."""
        found = {one.standing for one in self.formats} - {Standing.NOT_READ}
        return found.pop() if len(found) == 1 else Standing.PARTLY if found else Standing.VERIFIED


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("nginx", "nginx access log", nginx.parse),
        Kind("apache", "Apache access and error log", apache.parse),
        Kind("suricata", "Suricata EVE", suricata.parse, retention="brief"),
        Kind("syslog", "syslog", syslog.parse),
        Kind("windows", "Windows and Sysmon events", windows.parse),
        Kind("auditd", "Linux auditd", auditd.parse),
        Kind("huawei", "Huawei USG", huawei.parse, retention="brief", formats=huawei.FORMATS),
        Kind("h3c", "H3C SecPath", h3c.parse, retention="brief", formats=h3c.FORMATS),
        Kind("sangfor", "Sangfor AF", sangfor.parse, retention="brief", formats=sangfor.FORMATS),
        Kind("topsec", "Topsec", topsec.parse, retention="brief", formats=topsec.FORMATS),
        Kind("nsfocus", "NSFOCUS WAF", nsfocus.parse, formats=nsfocus.FORMATS),
        Kind("qianxin", "QAX SkyEye", qianxin.parse, formats=qianxin.FORMATS),
        Kind("dptech", "DPtech", dptech.parse, retention="brief", formats=dptech.FORMATS),
        Kind("hillstone", "Hillstone", hillstone.parse, retention="brief", formats=hillstone.FORMATS),
        Kind("fortinet", "Fortinet FortiGate", fortinet.parse, retention="brief"),
        Kind("cef", "CEF", cef.parse, retention="brief"),
        Kind("leef", "LEEF", leef.parse, retention="brief"),
        Kind("key_value", "name=value", key_value.parse, retention="brief"),
        Kind("zeek", "Zeek", zeek.parse, retention="brief"),
        Kind("bind", "BIND query log", bind.parse, retention="brief"),
        Kind("unbound", "unbound query log", unbound.parse, retention="brief"),
        Kind("windows_dns", "Windows DNS server", windows_dns.parse, retention="brief"),
        Kind("generic_json", "JSON", generic_json.parse),
        Kind("plain", "plain lines", plain.parse),
    )
}


BY_SHAPE = frozenset({"", "windows", "suricata", "generic_json"})
"""Kinds (and lines of no kind) whose JSON the reader that goes by columns knows; other parsers make new texts of what they read."""


def guess_kind(raw: bytes) -> str:
    """The kind that a line looks like."""
    start = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        return "generic_json"
    found = recognise(raw)
    if found is not None:
        return found
    if _SYSLOG_START.match(raw):
        return "syslog"
    text = decode(raw).strip()
    if errorlog.looks_like(text):
        return "apache"
    return "nginx" if weblog.looks_like(text) else "plain"


def parse_line(kind: str, raw: bytes, context: ParseContext) -> Event:
    """The event of one line. An unknown or empty kind is guessed from the line; never fails."""
    known = KINDS.get(kind)
    if known is None:
        guessed = guess_kind(raw)
        if guessed == "generic_json":
            try:
                return parse_json_event(json.loads(decode(raw)), "", context)
            except (ValueError, RecursionError):
                return generic_json.parse(raw, context)
        known = KINDS[guessed]
    if known.name in {"nginx", "apache"} and _SYSLOG_START.match(raw):
        return syslog.parse(raw, context)
    found = recognise(raw) if known.name == "syslog" else None
    if found is not None:
        event = KINDS[found].parse(raw, context)
        if event.parse_error is None:
            return event
    return known.parse(raw, context)


def retention_of(kind: str, raw: bytes) -> Literal["normal", "brief"]:
    """The class of the event log for a record: that of its kind; syslog that carries a firewall's, netfilter's or DNS server's
    lines, and JSON of Zeek or Suricata, take the class of what they carry."""
    known = KINDS.get(kind)
    if known is not None and known.name not in {"syslog", "generic_json", "plain"}:
        return known.retention
    if any(sign in raw for sign in _BRIEF_JSON) or all(sign in raw for sign in _PACKET):
        return "brief"
    found = recognise(raw)
    return KINDS[found].retention if found is not None else "normal"


def parse_json_event(value: Any, hint: str, context: ParseContext) -> Event:
    """The event of a JSON value that was read already; `hint` is a kind or ""."""
    if not isinstance(value, dict):
        return Event(fields={"message": json.dumps(value, ensure_ascii=False)}, parse_error="not-an-object")
    if hint in {"", "windows"}:
        event = windows.from_object(value, context)
        if event is not None:
            return event
    if hint == "zeek" or (not hint and "ts" in value):
        event = zeek.from_object(value, context)
        if event is not None:
            return event
    if hint in {"", "suricata"} and "event_type" in value:
        event = suricata.from_object(value, context)
        if event is not None:
            return event
    if hint in {"nginx", "apache"} or (not hint and "remote_addr" in value):
        event = weblog.parse_object(value, hint or "nginx", context)
        if event is not None:
            return event
    return generic_json.from_object(value, context)


@lru_cache(maxsize=256)
def options_of(text: str) -> dict[str, Any]:
    """A parser's settings from their JSON text; empty where they can't be read."""
    try:
        options = json.loads(text) if text else {}
    except ValueError:
        return {}
    return options if isinstance(options, dict) else {}


def parse_records(batch: pa.RecordBatch, positions: Sequence[str]) -> pa.RecordBatch:
    """The EventBatch of a batch of `RECORD_SCHEMA`; `positions` are the "stream:sequence" of its rows."""
    events: list[Event] = []
    origins: list[Origin] = []
    for record, position in zip(records_from_batch(batch), positions, strict=True):
        events.append(_parse(record))
        stamp = record.source
        origins.append(
            Origin(
                record.ingest_time,
                stamp.unit_id,
                stamp.source_id,
                position,
                stamp.asset,
                record.peer,
                record.exercise,
                record.raw,
            )
        )
    return make_batch(events, origins)


def _parse(record: LogRecord) -> Event:
    context = ParseContext(record.source.zone, record.ingest_time, options_of(record.source.options))
    return parse_line(record.source.kind, record.raw, context)
