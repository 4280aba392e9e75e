"""Tests of one value that are not strings: regular expressions, addresses, numbers, other fields, parts of a time."""

import ipaddress
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation

import re2

from fenghuo.see.detection.strings import fold

_FIRST_LOOKS = (1280, 4096)
_LOOKS_AROUND = re.compile(r"[$]|\\[bBzZ]")
"""Parts of an expression for which a text that is cut off is another text."""
_ONLY_LENGTH = re.compile(r"\.\{(\d{1,4}),\}")
"""An expression that asks for a long line and no more; RE2 takes tens of milliseconds for a thousand repetitions."""


class BadValue(ValueError):
    """A value that its modifier can't take; the message says why."""


class RegexTest:
    """An unanchored search with RE2, which never backtracks; case counts unless (?i)."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.flags = flags
        line = _ONLY_LENGTH.fullmatch(pattern) if not flags else None
        self._least_line = int(line[1]) if line else 0
        self._local = not _LOOKS_AROUND.search(pattern)
        self.expression = f"(?{flags}){pattern}" if flags else pattern
        options = re2.Options()
        options.log_errors = False
        options.never_capture = True  # only the whole match is asked for; to find groups RE2 has to take a slower way
        try:
            self._regex = re2.compile(self.expression, options)
        except re2.error as error:
            raise BadValue(f"regular expression {pattern!r} is not one of RE2: {error}") from error

    def span(self, text: str) -> tuple[int, int] | None:
        """Where the expression first matches; the end may lie later where the text is very long."""
        if self._least_line:
            return _long_line(text, self._least_line)
        for size in _FIRST_LOOKS if self._local and len(text) > _FIRST_LOOKS[-1] else ():
            found = self._regex.search(text[:size])
            if found:
                return found.start(), found.end()
        found = self._regex.search(text.encode() if len(text) > _FIRST_LOOKS[-1] and text.isascii() else text)
        return (found.start(), found.end()) if found else None


def _long_line(text: str, least: int) -> tuple[int, int] | None:
    """The first line of so many characters."""
    start = 0
    while len(text) - start >= least:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start >= least:
            return start, end
        start = end + 1
    return None


class CidrTest:
    """Whether a text is an address inside a network; a text that is no address is not."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        try:
            self.network = ipaddress.ip_network(pattern, strict=False)
        except ValueError as error:
            raise BadValue(f"{pattern!r} is not a network: {error}") from error

    def span(self, text: str) -> tuple[int, int] | None:
        """The whole text, where it lies inside."""
        try:
            inside = ipaddress.ip_address(text) in self.network
        except ValueError:
            return None
        return (0, len(text)) if inside else None


class NumberTest:
    """Exact comparison of numbers; a text that is no number compares false."""

    _COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
        "lt": lambda a, b: a < b,
        "lte": lambda a, b: a <= b,
        "gt": lambda a, b: a > b,
        "gte": lambda a, b: a >= b,
    }

    def __init__(self, operator: str, value: str) -> None:
        self.pattern = f"{operator} {value}"
        self._compare = self._COMPARE[operator]
        number = _number(value)
        if number is None:
            raise BadValue(f"{value!r} is not a number")
        self._number = number

    def span(self, text: str) -> tuple[int, int] | None:
        """The whole text, where the comparison holds."""
        number = _number(text)
        return (0, len(text)) if number is not None and self._compare(number, self._number) else None


class TimeTest:
    """A part of the time that a field holds (minute, hour, day, week, month, year), as written, without change of zone."""

    _PARTS: dict[str, Callable[[datetime], int]] = {
        "minute": lambda t: t.minute,
        "hour": lambda t: t.hour,
        "day": lambda t: t.day,
        "week": lambda t: t.isocalendar().week,
        "month": lambda t: t.month,
        "year": lambda t: t.year,
    }

    def __init__(self, part: str, value: str) -> None:
        self.pattern = f"{part} {value}"
        self._part = self._PARTS[part]
        if not value.isdigit():
            raise BadValue(f"{value!r} is not a whole number")
        self._value = int(value)

    def span(self, text: str) -> tuple[int, int] | None:
        """The whole text, where it is a time with that part."""
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return (0, len(text)) if self._part(moment) == self._value else None


def compare_fields(text: str, other: str, mode: str, *, cased: bool) -> bool:
    """How the value of one field lies to that of another: equal, or `contains`, `startswith`, `endswith` it."""
    left, right = (text, other) if cased else (fold(text), fold(other))
    if mode == "contains":
        return right in left
    if mode == "startswith":
        return left.startswith(right)
    if mode == "endswith":
        return left.endswith(right)
    return left == right


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
