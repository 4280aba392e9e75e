"""JSON objects of any program, with an optional mapping of its names.

Options: {"fields": {"their name": "Sigma name"}, "time": "name of the time field", "product": …, "category": …,
"service": …, "host": "name of the host field"}.
"""

from typing import Any

from fenghuo.see.events import Event, Observables, Value
from fenghuo.see.sources.base import ParseContext, address, flatten, iso_ns, parse_json_line

_TIME_NAMES = ("@timestamp", "timestamp", "time", "ts", "event_time")


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it is no JSON object."""
    return parse_json_line(raw, lambda record: from_object(record, context), "not-an-object")


def from_object(record: dict[str, Any], context: ParseContext) -> Event:
    """The event of an object."""
    options = context.options
    names = options.get("fields") if isinstance(options.get("fields"), dict) else {}
    flat = flatten(record)
    fields: dict[str, Value] = {str(names.get(name, name)) if names else name: value for name, value in flat.items()}
    asked = options.get("time")
    stamp = flat.get(asked) if isinstance(asked, str) else next((flat[n] for n in _TIME_NAMES if n in flat), None)
    host = flat.get(str(options.get("host", "host.name")))
    return Event(
        fields=fields,
        product=_word(options.get("product") or flat.get("product")),
        category=_word(options.get("category") or flat.get("category")),
        service=_word(options.get("service") or flat.get("service")),
        event_time=time_of(stamp, context.zone),
        host=host if isinstance(host, str) else None,
        observables=Observables(src_ip=address(fields.get("src_ip")), dst_ip=address(fields.get("dst_ip"))),
    )


def _word(value: object) -> str | None:
    return value.lower() if isinstance(value, str) and value else None


def time_of(value: object, zone: str) -> int | None:
    """Nanoseconds of a stamp or of a number of seconds or milliseconds since 1970, None where it is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float) and 0 < value < 1e18:
        scale = 1_000_000_000 if value < 1e11 else 1_000_000
        return int(value * scale)
    return iso_ns(value, zone)
