"""One look at the tables for all live pages of this process."""

import asyncio
import logging

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from fenghuo.respond.incidents.queries import last_change as last_of_incidents
from fenghuo.warn.early_warnings.queries import last_change

log = logging.getLogger(__name__)
_LOOK_EVERY_S = 0.08
_TROUBLE_PAUSE_S = 1.0


def _look() -> int:
    close_old_connections()
    return max(last_change(), last_of_incidents())


class Pulse:
    """Tells waiting pages when a warning changed. It looks only while somebody waits.

    `end` is called when the process ends: pages then close their streams, and come back to the one that follows.
    """

    def __init__(self) -> None:
        self.seen = -1
        self._over = False
        self._waiting = 0
        self._task: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    async def after(self, seen: int, patience: float) -> int | None:
        """The newest change, once it differs from `seen`, or after `patience` seconds; None when the process ends."""
        self._waiting += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._beat())
        try:
            if self.seen == seen and not self._over:
                changed = self._changed
                await asyncio.wait_for(changed.wait(), patience)
        except TimeoutError:
            pass
        finally:
            self._waiting -= 1
        return None if self._over else self.seen

    def end(self) -> None:
        """Let every waiting page go; called on the event loop."""
        self._over = True
        self._changed.set()

    async def _beat(self) -> None:
        while self._waiting and not self._over:
            try:
                newest = await sync_to_async(_look, thread_sensitive=False)()
            except Exception:
                log.exception("live pages could not look at the tables")
                await asyncio.sleep(_TROUBLE_PAUSE_S)
                continue
            if newest != self.seen:
                self.seen = newest
                changed, self._changed = self._changed, asyncio.Event()
                changed.set()
            await asyncio.sleep(_LOOK_EVERY_S)


PULSE = Pulse()
"""The one of this process."""
