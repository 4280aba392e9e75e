"""What the parsers of firewalls, intrusion preventers and web application firewalls share.

Beside a vendor's own names stand those of Sigma's taxonomy: `src_ip`, `src_port`, `dst_ip`, `dst_port`, `protocol`, `action`,
`user`, `url`. Ours, the same for every vendor: `threat_name`, `threat_category`, `threat_severity` (critical, high, medium, low,
info), `blocked` (true, false; missing where the device does not say) and `result` (success, failed) of a sign-in.

Log sources: category `firewall` for traffic and policy, `ids` for intrusion prevention, virus and botnet alerts, `waf` for
web application firewalls, `authentication` for sign-ins; the product is the vendor, the service what spoke.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fenghuo.see.events import Event, Observables, Value
from fenghuo.see.sources.base import ParseContext, address, decode
from fenghuo.see.sources.syslog.header import Header, read_header

_SEVERITIES = {
    "critical": "critical 严重 危急 紧急 致命 超危 emergency fatal very-high veryhigh",
    "high": "high 高 高危 高级 major serious severe alert error",
    "medium": "medium 中 中危 中级 middle moderate warning warn",
    "low": "low 低 低危 低级 minor notice 轻微",
    "info": "info information informational 提示 信息 无 none unknown debug",
}
_LONGEST = 64 * 1024
_SEVERITY = {word: level for level, words in _SEVERITIES.items() for word in words.split()}
_STOPPED = re.compile(
    r"block|deny|denied|drop|reset|reject|discard|quarantine|delete|forbid|阻断|拒绝|丢弃|拦截|禁止|阻止|封禁|隔离|清除",
    re.I,
)
_LET = re.compile(
    r"permit|allow|accept|pass|alert|(?<![a-z])log(?!in|on|out)|detect|monitor|forward|notify|close|timeout|允许|放行|通过|告警|记录|检测|监控",
    re.I,
)
_FAILED = re.compile(r"fail|denied|invalid|error|incorrect|失败|错误|拒绝", re.I)
_DONE = re.compile(r"succe|logged in|log in|logined|accept|成功", re.I)
_PAIR = re.compile(
    r"""(?<![\w.@/-])([A-Za-z_][\w.@/-]{0,63})=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:[^\s=,;"]|=(?!\s))*))"""
)
_SPACED = re.compile(r"(?<![\w./-])([A-Za-z_][\w./-]{0,63})=")


@dataclass(frozen=True, slots=True)
class LogSource:
    """The Sigma log source of an event of a device."""

    product: str
    category: str | None = None
    service: str | None = None


def content(raw: bytes, context: ParseContext) -> Header:
    """The line without its syslog head; where it has none, the whole line is the rest. What a device says fits in 64 KiB."""
    return read_header(decode(raw)[:_LONGEST].strip("\r\n\0 "), context)


def pairs(text: str) -> dict[str, Value]:
    """name=value, name="value with blanks" …, in order; the first of equal names stays."""
    found: dict[str, Value] = {}
    for name, double, single, bare in _PAIR.findall(text):
        found.setdefault(name, (double.replace('\\"', '"') if double else single or bare).strip())
    return found


def spaced_pairs(text: str) -> dict[str, Value]:
    """name=value name=value where a value may hold blanks without quotes and ends before the next name."""
    starts = list(_SPACED.finditer(text))
    ends = [*(m.start() for m in starts[1:]), len(text)][: len(starts)]
    return {m[1]: text[m.end() : end].strip(" ,;") for m, end in reversed(list(zip(starts, ends, strict=True)))}


def severity_of(value: object) -> str | None:
    """The common word for a vendor's severity word, None where it is none that we know."""
    return _SEVERITY.get(value.strip().lower().replace(" ", "-")) if isinstance(value, str) else None


def blocked_of(action: object) -> bool | None:
    """Whether the device stopped it; None where its word does not say."""
    if not isinstance(action, str) or not action:
        return None
    return True if _STOPPED.search(action) else False if _LET.search(action) else None


def result_of(text: object) -> str | None:
    """success or failed, as the text of a sign-in says; None where it says neither."""
    if not isinstance(text, str):
        return None
    return "failed" if _FAILED.search(text) else "success" if _DONE.search(text) else None


def named(fields: dict[str, Value], names: Mapping[str, tuple[str, ...]]) -> None:
    """Adds our names beside theirs: each takes the first of theirs that is there and says something."""
    for ours, theirs in names.items():
        value = next((fields[t] for t in theirs if fields.get(t) not in {None, "", "-", "null", "(null)"}), None)
        if value is not None:
            fields.setdefault(ours, value)


def device_event(
    fields: dict[str, Value], source: LogSource, head: Header, stamp: int | None = None, host: object = None
) -> Event:
    """The event of a device's line; time (`stamp`) and name (`host`) inside the message go before those of the head."""
    severity, blocked = severity_of(fields.get("threat_severity")), blocked_of(fields.get("action"))
    if severity:
        fields["threat_severity"] = severity
    if blocked is not None:
        fields.setdefault("blocked", blocked)
    for name, value in head.fields.items():
        fields.setdefault({"severity": "syslog_severity", "facility": "syslog_facility"}.get(name, name), value)
    name_of_device = host if isinstance(host, str) and host else head.host
    if name_of_device:
        fields.setdefault("hostname", name_of_device)
    for name in ("src_ip", "dst_ip"):
        fields[name] = address(fields.get(name)) or fields.get(name)
        if fields[name] is None:
            del fields[name]
    url, domain = fields.get("url"), fields.get("domain")
    return Event(
        fields=fields,
        product=source.product,
        category=source.category,
        service=source.service,
        event_time=stamp if stamp is not None else head.event_time,
        host=name_of_device,
        observables=Observables(
            src_ip=address(fields.get("src_ip")),
            dst_ip=address(fields.get("dst_ip")),
            domain=domain.lower().rstrip(".") if isinstance(domain, str) and domain else None,
            url=url if isinstance(url, str) and url else None,
            hash=_hash(fields.get("file_hash")),
        ),
    )


def _hash(value: object) -> str | None:
    return value.lower() if isinstance(value, str) and re.fullmatch(r"[0-9A-Fa-f]{32,64}", value) else None
