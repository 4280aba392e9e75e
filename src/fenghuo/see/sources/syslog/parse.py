"""syslog, RFC 3164 and RFC 5424, carrying sshd, sudo, PAM, kernel firewall and web server lines."""

import re
from datetime import datetime, timedelta

from fenghuo.base.common.clock import from_ns, to_ns
from fenghuo.see.events import Event, Observables, Value
from fenghuo.see.sources import errorlog, weblog
from fenghuo.see.sources.base import ParseContext, address, decode, iso_ns, load_json, unparsed, zone_of

_PRI = re.compile(r"<(\d{1,3})>")
_RFC5424 = re.compile(
    r"1 (\S+) (\S+) (\S+) (\S+) (\S+) ((?:\[(?:[^\]\\\"]|\\.|\"(?:[^\"\\]|\\.)*\")*\])+|-)(?: (.*))?", re.DOTALL
)
_RFC3164 = re.compile(
    r"(?:(?P<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)|(?P<iso>\d{4}-\d\d-\d\dT\S+)) (?P<host>\S+) (?P<rest>.*)",
    re.DOTALL,
)
_TAG = re.compile(r"(?P<tag>[A-Za-z0-9_./()-]{1,64}?)(?:\[(?P<pid>\w+)\])?: ?(?P<message>.*)", re.DOTALL)
_PARAMETER = re.compile(r'(\w[\w.-]*)="((?:[^"\\]|\\.)*)"')
_KERNEL = re.compile(r"\b(IN|OUT|SRC|DST|PROTO|SPT|DPT)=(\S*)")
_SSH = re.compile(
    r"(?P<result>Failed|Accepted|Postponed) (?P<method>\S+) for (?P<invalid>invalid user )?(?P<user>.*?) "
    r"from (?P<ip>\S+) port (?P<port>\d+)"
)
_FROM = re.compile(r"(?:\bfrom |rhost=)(?P<ip>[0-9a-fA-F:.]{3,45})\b")
_USER = re.compile(r"\b(?:user|ruser)[= ](?P<user>[^\s=(),;]+)")
_SUDO = re.compile(r"\s*(?P<user>\S+) : ")
_WEB_TAGS = {"nginx": "nginx", "apache": "apache", "apache2": "apache", "httpd": "apache"}
_HALF_YEAR = timedelta(days=183)


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one syslog line; with a parse_error where it has neither header."""
    text = decode(raw).strip("\r\n\0 ")
    fields: dict[str, Value] = {}
    pri = _PRI.match(text)
    if pri:
        number = int(pri[1])
        fields["facility"], fields["severity"] = number >> 3, number & 7
        text = text[pri.end() :]
    modern = _RFC5424.fullmatch(text)
    if modern:
        stamp, host, tag, pid, msgid, data, message = modern.groups()
        for name, value in _PARAMETER.findall(data):
            fields[name] = value
        fields |= {k: v for k, v in (("msgid", msgid), ("procid", pid)) if v != "-"}
        message = (message or "").removeprefix("\ufeff")
        return _event(fields, tag, None if host == "-" else host, message, event_time=iso_ns(stamp), context=context)
    old = _RFC3164.fullmatch(text)
    if old is None:
        return unparsed(raw, "not-syslog", product="linux")
    event_time = iso_ns(old["iso"], context.zone) if old["iso"] else _nearest(old["time"], context)
    tagged = _TAG.fullmatch(old["rest"])
    if tagged is None:
        return _event(fields, "", old["host"], old["rest"], event_time=event_time, context=context)
    if tagged["pid"]:
        fields["procid"] = tagged["pid"]
    return _event(fields, tagged["tag"], old["host"], tagged["message"], event_time=event_time, context=context)


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
    if host:
        fields["hostname"] = host
    return Event(
        fields=fields,
        product="linux",
        service=program or None,
        event_time=event_time,
        host=host,
        observables=Observables(src_ip=source, dst_ip=address(fields.get("DST"))),
    )


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


def _nearest(text: str, context: ParseContext) -> int | None:
    """RFC 3164 has no year and no zone: the source's zone, and the year that brings the stamp nearest to its receipt."""
    zone = zone_of(context.zone)
    received = from_ns(context.ingest_time).astimezone(zone)
    best: datetime | None = None
    for year in (received.year - 1, received.year, received.year + 1):
        try:
            moment = datetime.strptime(f"{year} {text}", "%Y %b %d %H:%M:%S").replace(tzinfo=zone)
        except ValueError:
            continue
        if best is None or abs(moment - received) < abs(best - received):
            best = moment
    return to_ns(best) if best else None
