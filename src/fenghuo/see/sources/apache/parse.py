"""Apache access logs: common, combined and JSON lines."""

from fenghuo.see.events import Event
from fenghuo.see.sources import weblog
from fenghuo.see.sources.base import ParseContext


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it is no access log line."""
    return weblog.parse_line(raw, "apache", context)
