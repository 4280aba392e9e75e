"""Apache httpd: access logs (common, combined and JSON lines) and error logs."""

from fenghuo.see.events import Event
from fenghuo.see.sources import errorlog, weblog
from fenghuo.see.sources.base import ParseContext, decode


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it is of neither log."""
    if raw.startswith(b"["):
        event = errorlog.parse_text(decode(raw).strip(), context)
        if event is not None:
            return event
    return weblog.parse_line(raw, "apache", context)
