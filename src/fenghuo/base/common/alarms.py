"""Doing something after a while unless it is called off, in one thread for all: a thread for each costs more than a short exchange."""

import heapq
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(order=True, slots=True)
class Alarm:
    """What is to be done at a moment of the monotonic clock; `ring` is None once it is called off."""

    at: float
    number: int
    ring: Callable[[], None] | None = field(compare=False)

    def call_off(self) -> None:
        """Do nothing then. It may be ringing at this very moment."""
        self.ring = None


class Alarms:
    """Rings alarms in time; what they do must not wait."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._coming: list[Alarm] = []
        self._set = 0
        self._thread: threading.Thread | None = None

    def after(self, seconds: float, ring: Callable[[], None]) -> Alarm:
        """An alarm so many seconds from now."""
        with self._changed:
            self._set += 1
            alarm = Alarm(time.monotonic() + seconds, self._set, ring)
            heapq.heappush(self._coming, alarm)
            if self._thread is None or not self._thread.is_alive():  # a fork takes no threads along
                self._thread = threading.Thread(target=self._run, name="fenghuo-alarms", daemon=True)
                self._thread.start()
            elif self._coming[0] is alarm:
                self._changed.notify()
        return alarm

    def _run(self) -> None:
        while True:
            ring = self._next().ring
            if ring is not None:
                ring()

    def _next(self) -> Alarm:
        """Wait for the first alarm to be due."""
        with self._changed:
            while True:
                left = self._coming[0].at - time.monotonic() if self._coming else None
                if left is not None and left <= 0:
                    return heapq.heappop(self._coming)
                self._changed.wait(left)
