"""The envelope of a batch, column by column."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fenghuo.base.common.clock import to_ns
from fenghuo.see.events.batch import ENVELOPE, MAX_AHEAD_NS
from fenghuo.see.sources.base import address, zone_of
from fenghuo.see.sources.columnar.columns import Columns
from fenghuo.see.sources.columnar.fill import NULLS
from fenghuo.see.sources.columnar.plans import ADDRESS, DOMAIN, LOWER, SAME
from fenghuo.see.sources.columnar.stamps import ASK, LOCAL, NO_TIME
from fenghuo.see.sources.columnar.tables import Longs
from fenghuo.see.sources.generic_json.parse import time_of

_QUARTER = 15 * 60 * 1_000_000_000
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 -- a wall clock's
_NUMBER = re.compile(rb"-?[0-9.]+")
_WAYS: dict[str, Callable[[str], str | None]] = {
    LOWER: str.lower,
    DOMAIN: lambda text: text.lower().rstrip("."),
    ADDRESS: address,
}


@dataclass(frozen=True, slots=True)
class Origins:
    """What the records of a batch say of themselves, in columns; `zones[zone_codes[i]]` is the zone of row i."""

    ingest_time: pa.Array
    unit_id: pa.Array
    source_id: pa.Array
    log_position: pa.Array
    asset: pa.Array
    peer: pa.Array
    exercise: pa.Array
    raw: pa.Array
    zones: Sequence[str]
    zone_codes: npt.NDArray[np.int32]


def envelope(columns: Columns, times: Longs, raw: npt.NDArray[np.uint8], origins: Origins) -> list[pa.Array]:
    """The arrays of `ENVELOPE`. `times` as `fill` left them; `raw`: the bytes that their places are in."""
    found = {name: _slot(columns, name) for name in _SLOT_NAMES}
    moments = _moments(times, raw, origins)
    moment, flag = _settle(moments, times[:, 1] != NO_TIME, np.asarray(origins.ingest_time))
    found |= {"event_time": moment, "time_flag": flag, "nulls": columns.lists(NULLS)}
    for name in ("ingest_time", "unit_id", "source_id", "log_position", "peer", "exercise", "raw"):
        found[name] = getattr(origins, name)
    found["asset"] = _asset(found, origins.asset)
    return [found[name.removeprefix("@@")] for name in ENVELOPE.names]


_SLOT_NAMES = ("product", "category", "service", "host", "src_ip", "dst_ip", "domain", "url", "hash", "parse_error")


def _slot(columns: Columns, name: str) -> pa.Array:
    parts = [_treated(columns.strings(number), way) for way, number in columns.slots(name)]
    if not parts:
        return pa.nulls(columns.rows, pa.string())
    return parts[0] if len(parts) == 1 else pc.coalesce(*parts)


def _treated(texts: pa.Array, way: str) -> pa.Array:
    if way == SAME:
        return texts
    if way == LOWER:
        data = np.frombuffer(texts.buffers()[2], np.uint8)
        if not (data & 0x80).any():
            capital = (data >= ord("A")) & (data <= ord("Z"))
            if not capital.any():
                return texts
            lower = pa.py_buffer(np.where(capital, data | 0x20, data).astype(np.uint8))
            return pa.StringArray.from_buffers(
                len(texts), texts.buffers()[1], lower, texts.buffers()[0], texts.null_count
            )
    known = texts.dictionary_encode()
    change = _WAYS[way]
    return pa.array([change(t) for t in known.dictionary.to_pylist()], pa.string()).take(known.indices)


def _asset(found: dict[str, pa.Array], fallback: pa.Array) -> pa.Array:
    """Host or domain, else destination address, else host name, else the source's own, as `asset_of`."""
    parts = [found[name] for name in ("domain", "dst_ip", "host") if found[name].null_count < len(fallback)]
    parts = [
        pc.if_else(pc.equal(p, ""), pa.scalar(None, pa.string()), p) if pc.any(pc.equal(p, "")).as_py() else p
        for p in parts
    ]
    if not parts:
        return fallback
    return parts[0] if parts[0].null_count == 0 else pc.coalesce(*parts, fallback)


def _settle(moments: Longs, known: npt.NDArray[np.bool_], ingest: Longs) -> tuple[pa.Array, pa.Array]:
    """As `settle_time`, for all rows."""
    known = known & (moments > -(2**62)) & (moments < 2**62)
    future = known & (moments > ingest + MAX_AHEAD_NS)
    settled = np.where(known & ~future, moments, ingest)
    if known.all() and not future.any():
        return pa.array(settled), pa.repeat("", len(settled))
    return pa.array(settled), pa.array(["", "none", "future"]).take(pa.array(np.where(known, future * 2, 1)))


def _moments(times: Longs, raw: npt.NDArray[np.uint8], origins: Origins) -> Longs:
    """Nanoseconds UTC; rows that have no time after all get NO_TIME in `times`."""
    moments, states = times[:, 0].copy(), times[:, 1]
    local = states == LOCAL
    if local.any():
        for code in np.unique(origins.zone_codes[local]):
            rows = np.flatnonzero(local & (origins.zone_codes == code))
            moments[rows] = to_utc(moments[rows], origins.zones[int(code)])
    for row in np.flatnonzero(states == ASK):
        zone = origins.zones[int(origins.zone_codes[row])] if times[row, 2] else "UTC"
        moment = _asked(_token(raw, int(times[row, 3]), int(times[row, 4])), zone)
        if moment is None or not -(2**62) < moment < 2**62:
            times[row, 1] = NO_TIME
        else:
            moments[row] = moment
    return moments


def _token(raw: npt.NDArray[np.uint8], start: int, end: int) -> bytes:
    if raw[start] == ord('"'):
        return raw[start:end].tobytes()
    found = _NUMBER.match(raw[start : start + 128].tobytes())
    return found[0] if found else b"null"


@lru_cache(maxsize=1 << 14)
def _asked(token: bytes, zone: str) -> int | None:
    return time_of(json.loads(token), zone)


def to_utc(moments: Longs, name: str) -> Longs:
    """Nanoseconds UTC of nanoseconds on a wall clock of the zone; an hour that comes twice is meant the first time."""
    quarters = moments // _QUARTER
    first = int(quarters.min())
    if int(quarters.max()) - first < len(moments) + 4096:
        numbers, inverse = first + np.flatnonzero(np.bincount(quarters - first)), None
        places = np.zeros(int(quarters.max()) - first + 1, np.int64)
        places[numbers - first] = np.arange(len(numbers))
        inverse = places[quarters - first]
    else:
        numbers, inverse = np.unique(quarters, return_inverse=True)
    offsets = [_offset(int(q), name) for q in numbers]
    result = moments - np.array([o or 0 for o in offsets], np.int64)[inverse]
    for number in (i for i, o in enumerate(offsets) if o is None):
        for row in np.flatnonzero(inverse == number):
            wall = _EPOCH + _MICROSECOND * (int(moments[row]) // 1000)
            result[row] = to_ns(wall.replace(tzinfo=zone_of(name)))
    return result


@lru_cache(maxsize=1 << 14)
def _offset(quarter: int, name: str) -> int | None:
    """Nanoseconds that the zone is ahead of UTC during this quarter of an hour, None where that changes within it."""
    zone = zone_of(name)
    start = (_EPOCH + _MICROSECOND * (quarter * (_QUARTER // 1000))).replace(tzinfo=zone)
    ends = start.utcoffset(), (start + timedelta(minutes=15) - _MICROSECOND).utcoffset()
    if ends[0] is None or ends[0] != ends[1]:
        return None
    return ends[0] // _MICROSECOND * 1000
