"""What every parser of log lines shares."""

import ipaddress
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fenghuo.base.common.clock import to_ns
from fenghuo.see.events import Event, Scalar, Value

MAX_LINE = 1024 * 1024
_MAX_DEPTH = 32
_MAX_FIELDS = 2000


class Standing(StrEnum):
    """How sure it is that a format is read rightly. `PARTLY` is of a kind only, some of whose formats are verified."""

    VERIFIED = "verified"
    PARTLY = "partly"
    UNVERIFIED = "unverified"
    NOT_READ = "not-read"


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of line of a device, by the vendor's own words.

    Attributes:
        standing: verified where a published sample or reference shows it, which the folder's origin.md cites; not read where no parser
            takes it, so that the device has to be registered as name=value.
    """

    name: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class ParseContext:
    """What a line itself does not say: zone of stamps without one, moment of receipt (ns since 1970 UTC), settings."""

    zone: str = "Asia/Shanghai"
    ingest_time: int = 0
    options: dict[str, Any] = field(default_factory=dict)


def decode(raw: bytes) -> str:
    """The text of a line: UTF-8 (a byte order mark goes), else GB18030, else each byte as Latin-1; never fails."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def unparsed(
    raw: bytes, reason: str, *, product: str | None = None, category: str | None = None, service: str | None = None
) -> Event:
    """The event of a line that can't be read: it says so and keeps the text."""
    return Event(
        fields={"message": decode(raw[:MAX_LINE])},
        parse_error=reason,
        product=product,
        category=category,
        service=service,
    )


def zone_of(name: str) -> ZoneInfo:
    """The zone; Asia/Shanghai where the name is unknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Asia/Shanghai")


def iso_ns(text: object, zone: str = "UTC") -> int | None:
    """Nanoseconds of an ISO 8601 stamp, None where it is none; a stamp without zone is of `zone`."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return to_ns(moment if moment.tzinfo else moment.replace(tzinfo=zone_of(zone)))
    except (ValueError, OverflowError):
        return None


def address(text: object) -> str | None:
    """The text as an address in its usual form, None where it is none."""
    if not isinstance(text, str):
        return None
    try:
        return str(ipaddress.ip_address(text.strip().strip("[]")))
    except ValueError:
        return None


def load_json(raw: bytes) -> Any:
    """The JSON value of a line.

    Raises:
        ValueError: it is none, or nested too deep.
    """
    try:
        return json.loads(decode(raw))
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def parse_json_line(
    raw: bytes, read: Callable[[dict[str, Any]], Event | None], otherwise: str, product: str | None = None
) -> Event:
    """What `read` makes of the line's JSON object; unparsed where it is none ("not-json") or `read` gives None (`otherwise`)."""
    try:
        record = load_json(raw)
    except ValueError:
        return unparsed(raw, "not-json", product=product)
    event = read(record) if isinstance(record, dict) else None
    return event or unparsed(raw, otherwise, product=product)


def flatten(value: dict[str, Any]) -> dict[str, Value]:
    """A nested object as flat fields: names joined by dots, arrays of scalars as lists, bounded in depth and number.

    A name that is written with dots stands before one that nesting would make.
    """
    flat: dict[str, Value] = {}
    _flatten(value, "", flat, 0)
    return flat


def _flatten(value: dict[str, Any], prefix: str, flat: dict[str, Value], depth: int) -> None:
    for key, inner in value.items():
        if len(flat) >= _MAX_FIELDS:
            return
        name = f"{prefix}{key}"
        if isinstance(inner, dict):
            if depth < _MAX_DEPTH:
                _flatten(inner, name + ".", flat, depth + 1)
            else:
                flat[name] = json.dumps(inner)[:MAX_LINE]
        elif isinstance(inner, list):
            _flatten_list(inner, name, flat, depth)
        else:
            flat[name] = inner
    for key in [key for key in value if "." in key]:
        _as_written(value[key], f"{prefix}{key}", flat, depth)


def _as_written(inner: Any, name: str, flat: dict[str, Value], depth: int) -> None:
    """What stands under a name with dots itself, whatever nesting put there since."""
    written: dict[str, Value] = {}
    if isinstance(inner, list):
        _flatten_list(inner, name, written, depth)
    elif not isinstance(inner, dict):
        written[name] = inner
    if name in flat and name in written:
        flat[name] = written[name]


def _flatten_list(values: list[Any], name: str, flat: dict[str, Value], depth: int) -> None:
    scalars: list[Scalar] = []
    for inner in values:
        if isinstance(inner, dict) and depth < _MAX_DEPTH:
            part: dict[str, Value] = {}
            _flatten(inner, name + ".", part, depth + 1)
            for key, found in part.items():
                members = flat.setdefault(key, [])
                if isinstance(members, list):
                    members.extend(found if isinstance(found, list) else [found])
        elif isinstance(inner, list | dict):
            scalars.append(json.dumps(inner)[:MAX_LINE])
        else:
            scalars.append(inner)
    if scalars or not values:
        flat[name] = scalars
