"""Access logs of web servers: common and combined format, with or without virtual host, and JSON."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import unquote_to_bytes

from fenghuo.base.common.clock import to_ns
from fenghuo.see.events import Event, Observables, Value
from fenghuo.see.sources.base import ParseContext, address, decode, iso_ns, load_json, unparsed

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_LINE = re.compile(
    rf"(?:(?P<host>[^\s\[\]\"]+) )?(?P<ip>[^\s\"]+) (?P<ident>[^\s\"]+) (?P<user>[^\[\"]*?) \[(?P<time>[^\]]{{1,60}})\] {_QUOTED}"
    rf" (?P<status>\d{{3}}|-) (?P<bytes>\d+|-)(?: {_QUOTED} {_QUOTED})?(?P<rest>.*)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\x([0-9A-Fa-f]{2})|\\([\"\\])")
_MAX_ROUNDS = 3
_JSON_NAMES = {
    "c-ip": ("remote_addr", "client", "clientip", "remote_ip", "client_ip"),
    "cs-username": ("remote_user", "user"),
    "cs-method": ("request_method", "method"),
    "sc-status": ("status", "response"),
    "sc-bytes": ("body_bytes_sent", "bytes_sent", "bytes"),
    "cs-referer": ("http_referer", "referer", "referrer"),
    "cs-user-agent": ("http_user_agent", "user_agent", "agent"),
    "cs-host": ("http_host", "host", "server_name", "vhost"),
}


def looks_like(text: str) -> bool:
    """True for a line of common or combined format."""
    return _LINE.fullmatch(text) is not None


def parse_line(raw: bytes, service: str, context: ParseContext) -> Event:
    """The event of one line of this service; with a parse_error where it is no access log line."""
    text = decode(raw).strip()
    event: Event | None = None
    if text.startswith("{"):
        try:
            record = load_json(raw)
        except ValueError:
            return unparsed(raw, "not-json", category="webserver", service=service)
        if isinstance(record, dict):
            event = parse_object(record, service, context)
    else:
        event = parse_text(text, service)
    return event or unparsed(raw, "not-access-log", category="webserver", service=service)


def parse_text(text: str, service: str, host: str | None = None) -> Event | None:
    """The event of a common or combined line, None where it is none. `host`: name of the machine, if known."""
    found = _LINE.fullmatch(text)
    if found is None:
        return None
    request, referer, agent = (_unescape(g) if g is not None else None for g in found.group(6, 9, 10))
    fields: dict[str, Value] = {"c-ip": found["ip"], "sc-status": found["status"], "sc-bytes": found["bytes"]}
    if found["user"] not in {"-", ""}:
        fields["cs-username"] = found["user"]
    if referer is not None:
        fields["cs-referer"] = fields["c-referer"] = referer
    if agent is not None:
        fields["cs-user-agent"] = fields["c-useragent"] = agent
    if found["host"]:
        fields["cs-host"] = found["host"]
    _request_fields(request or "", fields)
    return _event(fields, service, _common_time(found["time"]), host)


def parse_object(record: dict[str, Any], service: str, context: ParseContext) -> Event | None:
    """The event of a JSON access log line, None where the object is no access log."""
    request, uri = record.get("request"), record.get("request_uri", record.get("uri", record.get("url")))
    if not isinstance(request, str) and not isinstance(uri, str):
        return None
    fields: dict[str, Value] = {}
    for name, candidates in _JSON_NAMES.items():
        value = next((record[c] for c in candidates if c in record), None)
        if value is not None and not isinstance(value, dict | list):
            fields[name] = value
    if isinstance(request, str) and " " in request:
        _request_fields(request, fields)
    else:
        _request_fields(f"{fields.get('cs-method', 'GET')} {uri if isinstance(uri, str) else request}", fields)
    if "cs-user-agent" in fields:
        fields["c-useragent"] = fields["cs-user-agent"]
    if "cs-referer" in fields:
        fields["c-referer"] = fields["cs-referer"]
    stamp = next(
        (record[c] for c in ("time_iso8601", "@timestamp", "timestamp", "time", "time_local") if c in record), None
    )
    moment = iso_ns(stamp, context.zone) or (_common_time(stamp) if isinstance(stamp, str) else None)
    return _event(fields, service, moment, None)


def _event(fields: dict[str, Value], service: str, event_time: int | None, host: str | None) -> Event:
    name = fields.get("cs-host")
    domain = name.rpartition(":")[0] or name if isinstance(name, str) and name not in {"-", "_", ""} else None
    uri = fields.get("cs-uri")
    return Event(
        fields=fields,
        category="webserver",
        service=service,
        event_time=event_time,
        host=host,
        observables=Observables(
            src_ip=address(fields.get("c-ip")),
            domain=domain.lower() if domain else None,
            url=uri if isinstance(uri, str) else None,
        ),
    )


def _request_fields(request: str, fields: dict[str, Value]) -> None:
    method, _, rest = request.partition(" ")
    uri, _, version = rest.rpartition(" ") if " " in rest else (rest, "", "")
    if not rest:
        fields["cs-uri"] = fields["cs-uri-stem"] = request
        return
    stem, mark, query = uri.partition("?")
    fields["cs-method"], fields["cs-uri"], fields["cs-uri-stem"] = method, uri, stem
    fields["c-uri"] = uri
    fields["cs-uri-stem-decoded"] = decoded(stem)
    if mark:
        fields["cs-uri-query"] = fields["c-uri-query"] = query
        fields["cs-uri-query-decoded"] = decoded(query.replace("+", " "))
    if version:
        fields["cs-version"] = version


def decoded(text: str) -> str:
    """The text after up to three rounds of percent decoding: attackers encode twice to pass filters."""
    for _ in range(_MAX_ROUNDS):
        if "%" not in text:
            break
        once = decode(unquote_to_bytes(text))
        if once == text:
            break
        text = once
    return text


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], text)
    try:
        return decode(plain.encode("latin-1"))
    except UnicodeEncodeError:
        return plain


def _common_time(text: str) -> int | None:
    try:
        return to_ns(datetime.strptime(text, "%d/%b/%Y:%H:%M:%S %z"))
    except (ValueError, OverflowError):
        return None
