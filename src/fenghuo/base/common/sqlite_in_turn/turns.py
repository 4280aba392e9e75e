"""A line of writers before one SQLite database, over all threads and processes.

SQLite lets one connection write at a time, and one that finds it taken sleeps and looks again, up to a tenth of a second later. Beside a
process that writes without pause it may look in vain for half a minute, and then the work fails with "database is locked". Here a
writer first takes a place, then the turn, and gives the place free when it has the turn: who has just written finds the place taken by the
next one, and can't go twice while anybody waits.

Threads of one process stand in a line of their own first, which hands on at once; its first one stands in that of the processes.

The line is a courtesy: SQLite's own lock is what keeps the data whole. Who waited too long goes without a turn, and SQLite decides. The
system takes both locks back when their holder dies.
"""

import fcntl
import os
import threading
import time
from collections import deque

_LOOK_EVERY_S = 0.001


class _Threads:
    """The line of the threads of this process before one database, first come first served."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    def enter(self, until: float) -> bool:
        """Wait for one's turn; whether it came in time."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            called = threading.Lock()
            called.acquire()
            self._waiting.append(called)
        if called.acquire(timeout=max(0.0, until - time.monotonic())):
            return True
        with self._guard:
            if called not in self._waiting:
                return True  # called at this very moment
            self._waiting.remove(called)
            return False

    def leave(self) -> None:
        """Call the next one."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


_threads: dict[str, _Threads] = {}
os.register_at_fork(after_in_child=_threads.clear)  # who stood in line stays with the parent


class Turns:
    """The place and the turn of one connection; not to be shared between threads at the same moment."""

    def __init__(self, database: str, patience_s: float) -> None:
        self._patience_s = patience_s
        self._threads = _threads.setdefault(database, _Threads())
        self._held = False
        self._place = _opened(f"{database}.place")
        self._turn = _opened(f"{database}.turn")

    def wait(self) -> bool:
        """Wait for the turn; whether it came in time."""
        until = time.monotonic() + self._patience_s
        if not self._threads.enter(until):
            return False
        self._held = True
        if _locked(self._place, until):
            try:
                if _locked(self._turn, until):
                    return True
            finally:
                fcntl.flock(self._place, fcntl.LOCK_UN)
        self.done()
        return False

    def done(self) -> None:
        """Give the turn back; nothing where it was not held."""
        if self._held:
            self._held = False
            fcntl.flock(self._turn, fcntl.LOCK_UN)
            self._threads.leave()

    def close(self) -> None:
        """Close both files and give back what is held."""
        self.done()
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
