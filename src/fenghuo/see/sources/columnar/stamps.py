"""Time stamps of the common shape, YYYY-MM-DD hh:mm:ss with fraction and zone or without; all others go to `iso_ns`."""

from fenghuo.see.sources.columnar.vectors import kernel, load8

NO_TIME, SETTLED, LOCAL, ASK = range(4)
"""No stamp; nanoseconds UTC; nanoseconds of a clock on the wall of the source's zone; for `iso_ns` or its like to say."""

_LIMIT = 4_600_000_000
"""Seconds: beyond this nanoseconds do not fit, and nobody believes the stamp anyway."""


@kernel
def _two(at: int) -> int:
    tens, ones = load8(at) - 48, load8(at + 1) - 48
    return tens * 10 + ones if 0 <= tens <= 9 and 0 <= ones <= 9 else -1


@kernel
def days_of(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the Gregorian calendar; -1,000,000 where there is no such day."""
    leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
    length = 30 + (month + month // 8) % 2 if month != 2 else 28 + leap
    if year < 1 or month < 1 or month > 12 or day < 1 or day > length:
        return -1_000_000
    shifted = year - (month <= 2)
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


@kernel
def _fraction(at: int, end: int) -> tuple[int, int]:
    """Microseconds of the digits behind a point (more digits are cut off), and where they end; -1 for none."""
    micros, scale, start = 0, 100_000, at
    while at < end and 48 <= load8(at) <= 57:
        micros += (load8(at) - 48) * scale
        scale //= 10
        at += 1
    return micros if at > start else -1, at


@kernel
def _zone(at: int, end: int) -> tuple[int, int]:
    """Seconds east of UTC of the rest of a stamp, and SETTLED, LOCAL or ASK."""
    if at == end:
        return 0, LOCAL
    sign = load8(at)
    if sign == 90 and end - at == 1:
        return 0, SETTLED
    colon = 1 if end - at == 6 and load8(at + 3) == 58 else 0
    if (sign != 43 and sign != 45) or end - at != 5 + colon:
        return 0, ASK
    hours, minutes = _two(at + 1), _two(at + 3 + colon)
    if hours < 0 or hours > 23 or minutes < 0 or minutes > 59:
        return 0, ASK
    seconds = hours * 3600 + minutes * 60
    return -seconds if sign == 45 else seconds, SETTLED


@kernel
def read_stamp(at: int, end: int) -> tuple[int, int]:
    """Nanoseconds of the stamp between the addresses, and SETTLED, LOCAL or ASK."""
    if end - at < 19 or load8(at + 4) != 45 or load8(at + 7) != 45 or load8(at + 13) != 58 or load8(at + 16) != 58:
        return 0, ASK
    if load8(at + 10) != 32 and load8(at + 10) != 84:
        return 0, ASK
    century, year, month, day = _two(at), _two(at + 2), _two(at + 5), _two(at + 8)
    hour, minute, second = _two(at + 11), _two(at + 14), _two(at + 17)
    if century < 0 or year < 0 or hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 59:
        return 0, ASK
    micros, rest = 0, at + 19
    if rest < end and load8(rest) == 46:
        micros, rest = _fraction(rest + 1, end)
    offset, state = _zone(rest, end)
    seconds = days_of(century * 100 + year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
    if micros < 0 or state == ASK or seconds > _LIMIT or seconds < -_LIMIT:
        return 0, ASK
    return seconds * 1_000_000_000 + micros * 1000, state
