"""Indicators in the judge: what changed goes to the matching processes; the shared file is built by a process of its own."""

import logging
import subprocess
import sys
import time
from pathlib import Path

from fenghuo.see.eventlog import LogFull, Writer
from fenghuo.see.intel.publishing import Publisher
from fenghuo.see.rulebook.control import CONTROL_SCHEMA

log = logging.getLogger(__name__)

_EVERY_S = 0.2


class Paced:
    """A publisher that looks five times a second, so that an indicator counts within one."""

    def __init__(self, inner: Publisher) -> None:
        self._inner = inner
        self._next = 0.0

    def step(self) -> None:
        """Look, where it is time to."""
        moment = time.monotonic()
        if moment < self._next:
            return
        self._next = moment + _EVERY_S
        try:
            self._inner.step()
        except LogFull as error:
            log.error("indicators can't be stated: %s", error)

    def close(self) -> None:
        """End what is at work."""
        self._inner.close()


def publisher(data: Path, control: Writer) -> Paced:
    """The publisher of a judge, which writes to its control stream."""

    def start_build() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "fenghuo.faces.workers.intel_file", str(data)]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    return Paced(Publisher(lambda batch: control.append(batch).result(), CONTROL_SCHEMA, start_build))
