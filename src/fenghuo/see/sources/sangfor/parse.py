"""Sangfor AF (深信服下一代防火墙): fwlog: 日志类型:…, 源IP:…, 目的IP:… with Chinese names, or the same in English."""

import re

from fenghuo.see.events import Event, Value
from fenghuo.see.sources.base import Format, ParseContext, Standing, unparsed
from fenghuo.see.sources.device import LogSource, content, device_event, named, result_of

_START = re.compile(r"(?:fwlog|nat|syslog)(?:\[\d+\])?: (?=\S{1,20}[::])|(?=日志类型[::])")
_PART = re.compile(r"\s*([^::,,]{1,24})[::]\s*(.*)", re.DOTALL)
_SPLIT = re.compile(r"[,,]\s*(?=[^::,,\s][^::,,]{0,23}[::])")
_NAMES = {
    "src_ip": ("源IP", "IP地址", "Src IP", "IP", "源地址"),
    "dst_ip": ("目的IP", "Dst IP", "目的地址"),
    "src_port": ("源端口", "Src port", "Src Port"),
    "dst_port": ("目的端口", "Dst port", "Dst Port"),
    "protocol": ("协议", "protocol", "Protocol"),
    "action": ("系统动作", "动作", "action", "Action"),
    "user": ("用户", "user", "User"),
    "threat_name": ("漏洞名称", "病毒名", "攻击类型", "vulnerability name", "attack type"),
    "threat_category": ("攻击类型", "病毒类型", "attack type"),
    "threat_severity": ("严重等级", "严重级别", "威胁等级", "severity", "threat level"),
    "url": ("URL", "url", "网址"),
    "rule": ("策略名称", "policy name"),
}
_SOURCES = (
    (re.compile(r"WAF|应用防护"), "waf", "waf"),
    (re.compile(r"IPS|漏洞"), "ids", "ips"),
    (re.compile(r"DOS", re.I), "ids", "dos"),
    (re.compile(r"僵尸|botnet|APT", re.I), "ids", "botnet"),
    (re.compile(r"病毒|virus", re.I), "ids", "av"),
    (re.compile(r"VPN"), "authentication", "vpn"),
    (re.compile(r"用户认证|用户登录|authentication", re.I), "authentication", "user"),
    (re.compile(r"系统操作|管理员|operation", re.I), None, "admin"),
    (re.compile(r"服务控制|应用控制|NAT|网站访问|control|browsing", re.I), "firewall", "traffic"),
)
FORMATS = (
    Format("服务控制或应用控制", Standing.VERIFIED),
    Format("NGAF: Log type (English)", Standing.VERIFIED),
    Format("WAF应用防护日志", Standing.UNVERIFIED),
    Format("IPS防护日志", Standing.UNVERIFIED),
    Format("僵尸网络日志", Standing.UNVERIFIED),
    Format("SSL VPN用户行为日志", Standing.UNVERIFIED),
)


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where no 日志类型 (log type) stands in it."""
    head = content(raw, context)
    start = _START.search(head.rest)
    fields: dict[str, Value] = {}
    for part in _SPLIT.split(head.rest[start.end() :]) if start else ():
        found = _PART.fullmatch(part)
        if found:
            fields.setdefault(found[1].strip(), found[2].strip())
    kind = fields.get("日志类型") or fields.get("type") or fields.get("Log type")
    if not isinstance(kind, str):
        return unparsed(raw, "not-sangfor", product="sangfor")
    named(fields, _NAMES)
    category, service = next(((c, s) for pattern, c, s in _SOURCES if pattern.search(kind)), (None, "other"))
    fields["log_type"] = kind
    if service in {"vpn", "user", "admin"}:
        result = result_of(" ".join(str(fields.get(n, "")) for n in ("描述", "结果", "操作", "操作类型")))
        if result:
            fields["result"] = result
    return device_event(fields, LogSource("sangfor", category, service), head)
