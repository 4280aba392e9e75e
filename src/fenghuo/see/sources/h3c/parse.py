"""H3C SecPath and Comware devices: %%10MODULE/severity/MNEMONIC: Name(code)=value; … or a sentence."""

import re

from fenghuo.see.events import Event, Value
from fenghuo.see.sources.base import Format, ParseContext, Standing, unparsed
from fenghuo.see.sources.device import LogSource, content, device_event, named, result_of

_MESSAGE = re.compile(
    r"%%\s?10(?: ?SN:\S+ )?(?P<module>[\w-]+)/(?P<level>\d)/(?P<brief>\w+)(?:\(\w\))?: ?(?P<text>.*)", re.DOTALL
)
_PAIR = re.compile(r"(?:^|[;,] ?|\s)-?([A-Za-z]\w*)(?:\(\d+\))?=([^;]*)")
_FROM = re.compile(r"(?:from|IPAddr=) ?([0-9A-Fa-f.:]{3,45})")
_USER = re.compile(r"^(\S+) (?:failed to log|logged) (?:in|out)")
_NAMES = {
    "src_ip": ("SrcIPAddr", "SrcIPv6Addr", "IPAddr"),
    "dst_ip": ("DstIPAddr", "DstIPv6Addr"),
    "src_port": ("SrcPort",),
    "dst_port": ("DstPort",),
    "protocol": ("Protocol",),
    "action": ("Action",),
    "user": ("UserName",),
    "threat_name": ("AttackName", "VirusName", "MalwareName"),
    "threat_category": ("Category", "SubCategory"),
    "threat_severity": ("Severity",),
    "url": ("URL", "Url", "HttpURL"),
    "domain": ("HttpHost", "Host", "DomainName"),
    "file_hash": ("MD5",),
}
_SOURCES = {
    "IPS": ("ids", "ips"),
    "ANTI-VIR": ("ids", "av"),
    "ANTIVIRUS": ("ids", "av"),
    "ATK": ("ids", "attack"),
    "WAF": ("waf", "waf"),
    "FILTER": ("firewall", "filter"),
    "SESSION": ("firewall", "session"),
    "NAT": ("firewall", "nat"),
    "SHELL": ("authentication", "shell"),
    "LOGIN": ("authentication", "login"),
    "SSHS": ("authentication", "ssh"),
    "SSLVPN": ("authentication", "sslvpn"),
    "AAA": ("authentication", "aaa"),
    "LS": ("authentication", "local"),
    "WEB": ("authentication", "web"),
    "HTTPD": ("authentication", "web"),
}
_SIGN_IN = re.compile(r"LOGIN|LOGON|AUTH|FAIL|SUCCESS|CONNECT")
FORMATS = (
    Format("IPS", Standing.VERIFIED),
    Format("ANTI-VIR", Standing.VERIFIED),
    Format("ATK", Standing.VERIFIED),
    Format("FILTER", Standing.VERIFIED),
    Format("SHELL", Standing.VERIFIED),
    Format("WAF", Standing.UNVERIFIED),
    Format("NAT, SESSION", Standing.UNVERIFIED),
    Format("AAA, HTTPD, LOGIN, LS, SSHS, SSLVPN, WEB", Standing.UNVERIFIED),
)


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where no %%10 stands in it."""
    head = content(raw, context)
    found = _MESSAGE.search(head.rest)
    if found is None:
        return unparsed(raw, "not-h3c", product="h3c")
    module, brief, text = found["module"].upper(), found["brief"], found["text"].strip()
    fields: dict[str, Value] = {"module": module, "brief": brief, "level": found["level"], "message": text}
    for name, value in _PAIR.findall(text):
        fields.setdefault(name, value.strip(" ."))
    named(fields, _NAMES)
    category, service = _SOURCES.get(module, (None, module.lower()))
    if category == "authentication":
        _sign_in(brief, text, fields)
        category = category if _SIGN_IN.search(brief) else None
    if module == "ATK":
        fields.setdefault("threat_name", brief)
    return device_event(fields, LogSource("h3c", category, service), head)


def _sign_in(brief: str, text: str, fields: dict[str, Value]) -> None:
    user, origin = _USER.search(text), _FROM.search(text)
    if user:
        fields.setdefault("user", user[1])
    if origin:
        fields.setdefault("src_ip", origin[1].rstrip("."))
    result = result_of(brief) or result_of(text)
    if result:
        fields["result"] = result
