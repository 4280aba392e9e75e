"""nginx access logs: common, combined and JSON lines."""

from fenghuo.see.events import Event
from fenghuo.see.sources import weblog
from fenghuo.see.sources.base import ParseContext, decode, load_json, unparsed


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it is no access log line."""
    text = decode(raw).strip()
    if text.startswith("{"):
        try:
            record = load_json(raw)
        except ValueError:
            return unparsed(raw, "not-json", category="webserver", service="nginx")
        event = weblog.parse_object(record, "nginx", context) if isinstance(record, dict) else None
    else:
        event = weblog.parse_text(text, "nginx")
    return event or unparsed(raw, "not-access-log", category="webserver", service="nginx")
