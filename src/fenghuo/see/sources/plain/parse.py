"""Lines of no known form: the text is the message."""

from fenghuo.see.events import Event
from fenghuo.see.sources.base import ParseContext, decode


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line."""
    return Event(fields={"message": decode(raw).rstrip("\r\n")})
