"""A clock that tests move on."""

from datetime import timedelta

START = 1_795_600_000 * 10**9


class Time:
    """A clock that moves when it is told to; `ns` as of `clock.now_ns`."""

    ns = START

    def pass_(self, **parts: float) -> None:
        """So much time passes: parts as of `timedelta`."""
        self.ns += int(timedelta(**parts).total_seconds() * 10**9)
