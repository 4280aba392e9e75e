"""Finds the kind of a line whose source was registered as syslog, or not at all.

Only the place where a device's own text begins is looked at, and never what follows the tag of a program such as sshd: a user
name that an attacker chose must not decide who reads the line.
"""

import re

from fenghuo.see.sources.base import ParseContext, decode
from fenghuo.see.sources.syslog.header import read_header
from fenghuo.see.sources.zeek import parse as zeek

_HINT = re.compile(
    rb"CEF: ?\d|LEEF: ?\d|%%|tag:waf_log_|\|!?(?:alarm|webids)|type=[A-Z0-9_]+ msg=audit\(|@[A-Z_]+: |devname=|devid="
    rb"|id=\"?(?:n?g?tos|NGTOS)\"? |fwlog|\xe6\x97\xa5\xe5\xbf\x97\xe7\xb1\xbb\xe5\x9e\x8b|query: |unbound\[| PACKET  |\t"
)
_TAG = r"(?:[A-Za-z][\w./-]{0,47}(?:\[\d+\])?: )?"
_STARTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("cef", re.compile(_TAG + r"CEF: ?\d+(?:\.\d+)?\|")),
    ("leef", re.compile(_TAG + r"LEEF: ?[12]")),
    ("dptech", re.compile(r"%%(?:--)?[A-Z][\w-]*/[\w-]+/\d/(?:[A-Z]+LOG|ALARM)")),
    ("huawei", re.compile(r"%%01[\w-]+/\d/\w+\(\w\)")),
    ("h3c", re.compile(r"%%\s?10(?: ?SN:\S+ )?[\w-]+/\d/\w+")),
    ("nsfocus", re.compile(r"(?:waf: ?)?tag:waf_log_\w+")),
    (
        "qianxin",
        re.compile(
            r"(?:\S+ )?(?:SyslogClient\[\d+\]: )?(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)?\|!?[^|]*\|!?(?:alarm|webids[\w-]*)\|"
        ),
    ),
    (
        "auditd",
        re.compile(
            r"(?:audispd: |audit(?:\[\d+\])?: |audisp-syslog(?:\[\d+\])?: )?(?:node=\S+ )?type=[A-Z0-9_]+ msg=audit\("
        ),
    ),
    (
        "hillstone",
        re.compile(r"(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d, )?(?:[0-9a-f]{8} )?(?:[A-Z][a-z]{4,12}|[A-Z]{3,12})@[A-Z_]+: "),
    ),
    (
        "fortinet",
        re.compile(r"(?:logver=\S+ |timestamp=\S+ |tz=\S+ )*(?:date=\S+ time=\S+ )?(?:devname=|devid=|logid=)"),
    ),
    ("topsec", re.compile(r"id=\"?(?:n?g?tos)\"? ", re.I)),
    ("sangfor", re.compile(r"(?:(?:fwlog|nat)(?:\[\d+\])?: )?(?:所属系统[::][^,,]*[,,] ?)?日志类型[::]")),
    (
        "bind",
        re.compile(
            r"(?:named(?:\[\d+\])?: )?(?:queries: )?(?:info: )?client (?:@0x[0-9a-f]+ )?[0-9A-Fa-f.:]+#\d+.{0,300}: query: "
        ),
    ),
    ("unbound", re.compile(r"(?:\[\d+\] )?unbound\[\d+(?::\d+)?\]:? ")),
)
_BIND_FILE = re.compile(r"\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d+)? (?:queries: )?(?:info: )?client ")
_DNS_DEBUG = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4} \d{1,2}:\d\d:\d\d(?: \S{2})? +[0-9A-F]+ PACKET  ")
_PROGRAMS = frozenset({"sshd", "sudo", "su", "login", "kernel", "nginx", "apache", "apache2", "httpd", "cron", "CRON"})
_UTC = ParseContext("UTC")


def recognise(raw: bytes) -> str | None:
    """The kind of device that wrote this line, None where it is none that we know by its text alone."""
    if _HINT.search(raw) is None:
        return None
    text = decode(raw).strip("\r\n\0 ")
    if zeek.looks_like(text):
        return "zeek"
    if _BIND_FILE.match(text):
        return "bind"
    if _DNS_DEBUG.match(text):
        return "windows_dns"
    head = read_header(text, _UTC)
    if head.program in _PROGRAMS:
        return None
    texts = [head.rest] if head.program is None else [head.rest, f"{head.program}: {head.rest}"]
    return next((kind for kind, pattern in _STARTS if any(pattern.match(t) for t in texts)), None)
