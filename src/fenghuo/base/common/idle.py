"""Connections that may serve once more: the next message to the same host within a second needs no name, no address and no TLS anew."""

import select
import socket
import threading
from dataclasses import dataclass
from functools import partial

from fenghuo.base.common.alarms import Alarm, Alarms

_KEPT_S = 1.0
"""Far below what servers keep, so that none ends it just while the next message is on its way: nobody would know whether that went."""
_MOST_OF_A_HOST = 16
Key = tuple[str, str, int]
"""Scheme, host, port."""


@dataclass(eq=False, slots=True)
class _Kept:
    socket: socket.socket
    alarm: Alarm | None = None


class Idle:
    """The connections that nobody uses at the moment."""

    def __init__(self, alarms: Alarms) -> None:
        self._alarms = alarms
        self._guard = threading.Lock()
        self._kept: dict[Key, list[_Kept]] = {}

    def take(self, key: Key) -> socket.socket | None:
        """One that is open still, for the caller alone."""
        while True:
            with self._guard:
                waiting = self._kept.get(key)
                if not waiting:
                    return None
                found = waiting.pop()
            if found.alarm is not None:
                found.alarm.call_off()
            if not _has_something_to_say(found.socket):
                return found.socket
            found.socket.close()

    def keep(self, key: Key, made: socket.socket) -> None:
        """Keep one whose last answer was read to its end; it is closed when nobody takes it."""
        kept = _Kept(made)
        with self._guard:
            waiting = self._kept.setdefault(key, [])
            if len(waiting) < _MOST_OF_A_HOST:
                waiting.append(kept)
                kept.alarm = self._alarms.after(_KEPT_S, partial(self._end, key, kept))
                return
        made.close()

    def _end(self, key: Key, kept: _Kept) -> None:
        with self._guard:
            waiting = self._kept.get(key, [])
            if kept not in waiting:
                return
            waiting.remove(kept)
        kept.socket.close()


def _has_something_to_say(made: socket.socket) -> bool:
    """Whether the other side ended it, or said what nobody asked for: then it serves no more."""
    looking = select.poll()  # select() itself fails on descriptors above 1023
    looking.register(made, select.POLLIN)
    return bool(looking.poll(0))
