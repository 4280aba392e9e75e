"""A line of writers before one SQLite database, over all threads and processes.

SQLite lets one connection write at a time, and one that finds it taken sleeps and looks again, up to a tenth of a second later. Beside a
process that writes without pause it may look in vain for half a minute, and then the work fails with "database is locked". Here a
writer first takes a place, then the turn, and gives the place free when it has the turn: who has just written finds the place taken by the
next one, and can't go twice while anybody waits.

The line is a courtesy: SQLite's own lock is what keeps the data whole. Who waited too long goes without a turn, and SQLite decides. The
system takes both locks back when their holder dies.
"""

import fcntl
import os
import time

_LOOK_EVERY_S = 0.001


class Turns:
    """The place and the turn of one connection; not to be shared between threads at the same moment."""

    def __init__(self, database: str, patience_s: float) -> None:
        self._patience_s = patience_s
        self._place = _opened(f"{database}.place")
        self._turn = _opened(f"{database}.turn")

    def wait(self) -> bool:
        """Wait for the turn; whether it came in time."""
        until = time.monotonic() + self._patience_s
        if not _locked(self._place, until):
            return False
        try:
            return _locked(self._turn, until)
        finally:
            fcntl.flock(self._place, fcntl.LOCK_UN)

    def done(self) -> None:
        """Give the turn back; nothing where it was not held."""
        fcntl.flock(self._turn, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close both files, which gives back what is held."""
        os.close(self._turn)
        os.close(self._place)


def _opened(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _locked(descriptor: int, until: float) -> bool:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_LOOK_EVERY_S)
