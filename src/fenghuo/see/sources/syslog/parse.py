"""syslog, RFC 3164 and RFC 5424, carrying sshd, sudo, PAM, kernel firewall and web server lines.

A packet that netfilter logged (iptables, nftables, ufw, firewalld; by the kernel or ulogd) is of category `firewall`, with the names that
other firewalls have; `action` is the words that the administrator put before it, and `blocked` what they say.
"""

import re
from datetime import datetime

from fenghuo.see.events import Event, Observables, Value
from fenghuo.see.sources import errorlog, weblog
from fenghuo.see.sources.base import ParseContext, address, decode, load_json, unparsed, zone_of
from fenghuo.see.sources.device import blocked_of
from fenghuo.see.sources.syslog.header import read_header

_KERNEL = re.compile(r"\b(IN|OUT|SRC|DST|PROTO|SPT|DPT)=(\S*)")
_PACKET = re.compile(
    r"(?:\[ *\d+\.\d+\] ?)?(?P<words>.{0,64}?) *\bIN=\S* OUT=\S* (?:.{0,200} )?SRC=\S+ DST=\S+ ", re.DOTALL
)
_LOGGERS = {"kernel", "ulogd", ""}
_NAMES = {"SRC": "src_ip", "DST": "dst_ip", "SPT": "src_port", "DPT": "dst_port", "PROTO": "protocol"}
_SSH = re.compile(
    r"(?P<result>Failed|Accepted|Postponed) (?P<method>\S+) for (?P<invalid>invalid user )?(?P<user>.*?) "
    r"from (?P<ip>\S+) port (?P<port>\d+)"
)
_FROM = re.compile(r"(?:\bfrom |rhost=)(?P<ip>[0-9a-fA-F:.]{3,45})\b")
_USER = re.compile(r"\b(?:user|ruser)[= ](?P<user>[^\s=(),;]+)")
_SUDO = re.compile(r"\s*(?P<user>\S+) : ")
_WEB_TAGS = {"nginx": "nginx", "apache": "apache", "apache2": "apache", "httpd": "apache"}


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one syslog line; with a parse_error where it has neither header."""
    header = read_header(decode(raw).strip("\r\n\0 "), context)
    if not header.stamped:
        return unparsed(raw, "not-syslog", product="linux")
    tag, pid, message = header.tagged()
    fields = dict(header.fields)
    if pid:
        fields["procid"] = pid
    return _event(fields, tag, header.host, message, event_time=header.event_time, context=context)


def _event(
    fields: dict[str, Value], tag: str, host: str | None, message: str, *, event_time: int | None, context: ParseContext
) -> Event:
    program = tag.partition("(")[0].rpartition("/")[2].lower()
    if program in _WEB_TAGS:
        web = _web(message, _WEB_TAGS[program], host, context)
        if web is not None:
            return web
    fields |= {"message": message, "appname": tag}
    source = _details(program, message, fields)
    if event_time is not None and fields.get("result") == "accepted":
        fields["time"] = _wall_clock(event_time, context.zone)
    if host:
        fields["hostname"] = host
    packet = _packet(message, fields) if program in _LOGGERS else False
    return Event(
        fields=fields,
        product="linux",
        category="firewall" if packet else None,
        service="kernel" if packet else program or None,
        event_time=event_time,
        host=host,
        observables=Observables(src_ip=source or address(fields.get("SRC")), dst_ip=address(fields.get("DST"))),
    )


def _wall_clock(event_time: int, zone: str) -> str:
    """What a clock on the wall of the office shows, so that rules can ask for the hour."""
    moment = datetime.fromtimestamp(event_time // 10**9, zone_of(zone))
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _packet(message: str, fields: dict[str, Value]) -> bool:
    """Whether netfilter tells of a packet; adds the names that it has with other firewalls."""
    found = _PACKET.match(message)
    if found is None:
        return False
    fields |= dict(_KERNEL.findall(message))
    for theirs, ours in _NAMES.items():
        if fields.get(theirs):
            fields[ours] = fields[theirs]
    if found["words"]:
        fields["action"] = found["words"].strip(" []:")
        blocked = blocked_of(fields["action"])
        if blocked is not None:
            fields["blocked"] = blocked
    return True


def _web(message: str, service: str, host: str | None, context: ParseContext) -> Event | None:
    if message.lstrip().startswith("{"):
        try:
            record = load_json(message.encode("utf-8", "surrogatepass"))
        except ValueError:
            return None
        return weblog.parse_object(record, service, context) if isinstance(record, dict) else None
    web = weblog.parse_text(message.strip(), service, host)
    return errorlog.parse_text(message.strip(), context, host) if web is None and service == "apache" else web


def _details(program: str, message: str, fields: dict[str, Value]) -> str | None:
    """Structured fields of the programs that matter for attacks; the source address, where one is named."""
    if program == "kernel":
        fields |= dict(_KERNEL.findall(message))
        return address(fields.get("SRC"))
    ssh = _SSH.search(message) if program == "sshd" else None
    if ssh:
        fields |= {
            "result": ssh["result"].lower(),
            "method": ssh["method"],
            "user": ssh["user"],
            "src_port": ssh["port"],
        }
        fields |= {"src_ip": ssh["ip"], "invalid_user": bool(ssh["invalid"])}
        return address(ssh["ip"])
    user = _SUDO.match(message) if program == "sudo" else None
    user, origin = user or _USER.search(message), _FROM.search(message)
    if user:
        fields["user"] = user["user"]
    found = address(origin["ip"]) if origin else None
    if found:
        fields["src_ip"] = found
    return found
