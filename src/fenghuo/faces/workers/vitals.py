"""What the deliver process knows of the platform itself: its own pulse, the clock, the disk, and the outside heartbeat."""

import logging
import shutil
import threading
import time
from datetime import datetime
from urllib.parse import urlsplit

from fenghuo.base.common import clock, net
from fenghuo.base.common.settings import settings
from fenghuo.warn.channels import actions as channels
from fenghuo.warn.channels import health

log = logging.getLogger(__name__)

_PULSE_EVERY_S = 5.0
_BEAT_EVERY_S = 60.0
_JUMP_S = 2.0
_TIMEOUT_S = 10.0


class Watch:
    """Compares the wall clock with the one that only goes forward: what differs is a jump, whoever made it."""

    def __init__(self) -> None:
        self._offset = self._now()
        self.jumped_at = float("-inf")
        self.jump_s = 0.0

    @staticmethod
    def _now() -> float:
        return clock.now_ns() / 1e9 - time.monotonic()

    def look(self) -> float:
        """Seconds that the clock jumped since the last look, 0.0 where it did not."""
        offset, before = self._now(), self._offset
        self._offset = offset
        if abs(offset - before) < _JUMP_S:
            return 0.0
        self.jump_s, self.jumped_at = offset - before, time.monotonic()
        log.warning("the clock jumped by %.1f s", self.jump_s)
        return self.jump_s

    def settled(self, seconds: float) -> bool:
        """Whether the last jump lies so far back."""
        return time.monotonic() - self.jumped_at >= seconds


class Pulse:
    """Writes the signs of life, and tells the outside watcher."""

    def __init__(self) -> None:
        self._next_pulse = self._next_beat = 0.0
        self._beating = threading.Event()

    def step(self) -> None:
        """Do what is due."""
        moment = time.monotonic()
        if moment >= self._next_pulse:
            self._next_pulse = moment + _PULSE_EVERY_S
            self.write()
        if moment >= self._next_beat and settings().heartbeat_url and not self._beating.is_set():
            self._next_beat = moment + _BEAT_EVERY_S
            if health.state(clock.now()).ready:
                self._beating.set()
                threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()

    def write(self) -> None:
        """The pulse of this process, the free disk, and what others' clocks say."""
        now = clock.now()
        free = shutil.disk_usage(settings().data).free
        channels.note_vital("deliver", now, free_bytes=free)
        skew, witnesses = net.skew()
        if skew is not None:
            channels.note_vital("clock", now, skew_s=round(skew, 1), witnesses=witnesses)

    def _beat(self) -> None:
        try:
            said = beat(settings().heartbeat_url, clock.now())
            log.debug("outside heartbeat: %s", said)
        except Exception:
            log.exception("the outside heartbeat failed in a way that was not foreseen")
        finally:
            self._beating.clear()


def beat(url: str, now: datetime) -> str:
    """Tell the outside watcher that the platform is well, and write down what it answered.

    Only a platform that is ready says so: silence is the alarm, and the watcher outside raises it.
    """
    host = urlsplit(url).hostname or ""
    try:
        answer = net.post(url, b"", {}, _TIMEOUT_S)
    except (OSError, net.Refused) as error:
        ok, text = False, str(error)
    else:
        ok, text = 200 <= answer.status < 300, f"{host}: HTTP {answer.status}"
    channels.note_vital("heartbeat", now, ok=ok, answer=text[:300])
    return text
