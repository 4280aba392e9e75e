"""The one clock of the house.

Everything that needs the time asks here, so that tests and drills can move it. Times are whole nanoseconds since
1970-01-01 UTC (`int`) on the event road, and aware UTC `datetime` in tables and pages.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_source: Callable[[], int] = time.time_ns


def now_ns() -> int:
    """Nanoseconds since 1970-01-01 UTC."""
    return _source()


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return from_ns(_source())


def from_ns(nanoseconds: int) -> datetime:
    """An aware UTC datetime, to the microsecond.

    Raises:
        OverflowError, OSError, ValueError: the moment lies outside the years 1 to 9999.
    """
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1000)


def to_ns(moment: datetime) -> int:
    """Nanoseconds since 1970-01-01 UTC of an aware datetime.

    Raises:
        ValueError: the datetime has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no place on the time line")
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000_000 + delta.microseconds * 1000


@contextmanager
def moved(source: Callable[[], int]) -> Iterator[None]:
    """Let `source` be the clock inside the block (tests and drills only)."""
    global _source  # noqa: PLW0603 -- the one place that may swap the clock
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
