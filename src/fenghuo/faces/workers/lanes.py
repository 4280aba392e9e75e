"""Lanes: each channel sends in threads of its own, so that one that hangs delays no other."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections

from fenghuo.base.common import clock
from fenghuo.warn.channels import actions as channels
from fenghuo.warn.channels.models import Channel
from fenghuo.warn.early_warnings.answered import take_on

log = logging.getLogger(__name__)
_MOST = 1024
"""More than the lanes of all channels together, so that none waits for a thread that one holds which hangs. Few are ever made."""
_LAST_WORDS_S = 2.0
_LOOK_EVERY_S = 0.1


class Lanes:
    """Starts a lane for every channel that has something to send, up to the channel's `parallel`."""

    def __init__(self, stopping: Callable[[], bool]) -> None:
        self._stopping = stopping
        self._pool = ThreadPoolExecutor(_MOST, thread_name_prefix="lane")
        self._busy: Counter[str] = Counter()
        self._next_look = 0.0
        self._asking: set[str] = set()
        self._guard = threading.Lock()

    def step(self) -> int:
        """Start what is to be started; how many lanes. While some are at work, which go on by themselves, it looks less often."""
        moment = time.monotonic()
        if moment < self._next_look and not self.idle():
            return 0
        self._next_look = moment + _LOOK_EVERY_S
        started = 0
        for channel in channels.channels_due(clock.now()):
            with self._guard:
                free = max(0, channel.parallel - self._busy[channel.id])
                self._busy[channel.id] += free
            for _ in range(free):
                self._pool.submit(self._lane, channel)
            started += free
        return started

    def ask(self) -> int:
        """Ask those other sides that can tell what became of messages; how many were begun."""
        asked = 0
        for channel in channels.channels_awaiting(clock.now()):
            with self._guard:
                free = channel.id not in self._asking
                self._asking.add(channel.id)
            if free:
                self._pool.submit(self._ask, channel)
                asked += 1
        return asked

    def idle(self) -> bool:
        """Whether no lane is at work."""
        with self._guard:
            return not any(self._busy.values())

    def end(self) -> bool:
        """Let lanes finish the message in hand, for two seconds; whether all have. What hangs is left behind, its lease ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        end = time.monotonic() + _LAST_WORDS_S
        while self._holds() and time.monotonic() < end:
            time.sleep(0.02)
        return not self._holds()

    def _holds(self) -> bool:
        """Whether a lane is at work or another side is being asked."""
        with self._guard:
            return any(self._busy.values()) or bool(self._asking)

    def _lane(self, channel: Channel) -> None:
        try:
            close_old_connections()
            channels.deliver_channel(channel, self._stopping)
        except Exception:
            log.exception(
                "channel %s: a lane stopped short; what it had leased comes back when the lease ends", channel.name
            )
            close_old_connections()
        finally:
            with self._guard:
                self._busy[channel.id] -= 1

    def _ask(self, channel: Channel) -> None:
        try:
            close_old_connections()
            channels.ask(channel, take_on)
        except Exception:
            log.exception("channel %s: what became of messages could not be taken", channel.name)
            close_old_connections()
        finally:
            with self._guard:
                self._asking.discard(channel.id)
