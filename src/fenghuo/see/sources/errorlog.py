"""Error log of Apache httpd, 2.2 and 2.4: `[time] [module:level] [pid …] [client …] message`."""

import re
from datetime import datetime

from fenghuo.base.common.clock import to_ns
from fenghuo.see.events import Event, Observables, Value
from fenghuo.see.sources.base import ParseContext, address, zone_of

_LINE = re.compile(
    r"\[(?P<time>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})? \d{4})\] "
    r"\[(?:(?P<module>\w*):)?(?P<level>emerg|alert|crit|error|warn|notice|info|debug|trace[1-8])\] "
    r"(?:\[pid (?P<pid>\d+)(?::tid (?P<tid>\d+))?\] )?(?P<rest>.*)",
    re.DOTALL,
)
_CLIENT = re.compile(r"\[client (?P<ip>[^\]\s]+?)(?::(?P<port>\d{1,5}))?\] ")
_CODE = re.compile(r"\b(AH\d{5}):")


def looks_like(text: str) -> bool:
    """True for a line of an Apache error log."""
    return text.startswith("[") and _LINE.fullmatch(text) is not None


def parse_text(text: str, context: ParseContext, host: str | None = None) -> Event | None:
    """The event of one line, None where it is none. Stamps have no zone: the source's is taken.

    Sigma calls this log source `service: apache`; its rules look for texts in the message.
    """
    found = _LINE.fullmatch(text)
    if found is None:
        return None
    message = found["rest"]
    fields: dict[str, Value] = {"level": found["level"]}
    fields |= {name: found[name] for name in ("module", "pid", "tid") if found[name]}
    client = _CLIENT.search(message)
    if client:
        fields["c-ip"] = client["ip"]
        if client["port"]:
            fields["c-port"] = client["port"]
        message = message[: client.start()] + message[client.end() :]
    code = _CODE.search(message)
    if code:
        fields["error_code"] = code[1]
    fields["message"] = message
    return Event(
        fields=fields,
        product="apache",
        service="apache",
        event_time=_time(found["time"], context),
        host=host,
        observables=Observables(src_ip=address(client["ip"]) if client else None),
    )


def _time(text: str, context: ParseContext) -> int | None:
    layout = "%a %b %d %H:%M:%S.%f %Y" if "." in text else "%a %b %d %H:%M:%S %Y"
    try:
        return to_ns(datetime.strptime(text, layout).replace(tzinfo=zone_of(context.zone)))
    except (ValueError, OverflowError):
        return None
