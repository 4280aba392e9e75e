"""The child's side of the bond with `fenghuo up`: inherited sockets, the sign of readiness, the end."""

import json
import os
import signal
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from fenghuo.base.common.memory import settle

BOND_VARIABLE = "FENGHUO_BOND"
"""Environment variable that carries the file descriptors, as JSON: {"parent": fd, "ready": fd, "sockets": {name: fd}}."""


@dataclass(frozen=True, slots=True)
class Child:
    """A worker process of `fenghuo up`.

    Attributes:
        name: "intake", "match-0", "judge", "deliver" or "web".
        data: the data directory.
        sockets: bound (and, for streams, listening) sockets by listener name, e.g. "syslog-tcp".
        stop: set when the process shall finish what it holds and end, within 3 seconds.
    """

    name: str
    data: Path
    sockets: Mapping[str, socket.socket]
    stop: threading.Event = field(default_factory=threading.Event)
    ready_fd: int | None = None

    def ready(self) -> None:
        """Tell the parent that this process does its work now; all that it needs is loaded."""
        settle()
        if self.ready_fd is not None:
            os.write(self.ready_fd, b"1")


def take_up_bond(name: str, data: Path) -> Child:
    """The child that this process is, by what the parent left in the environment.

    From here on the end of the parent ends this process, and SIGTERM sets `stop`. Without a parent (a worker started by
    hand) there are no sockets and nobody is told.
    """
    bond = json.loads(os.environ.pop(BOND_VARIABLE, "{}"))
    sockets = {listener: socket.socket(fileno=fd) for listener, fd in bond.get("sockets", {}).items()}
    child = Child(name, data, sockets, ready_fd=bond.get("ready"))
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def stop(_number: int, _frame: FrameType | None) -> None:
        child.stop.set()

    signal.signal(signal.SIGTERM, stop)
    if "parent" in bond:
        threading.Thread(target=_end_with_parent, args=(bond["parent"],), name="bond", daemon=True).start()
    return child


def _end_with_parent(fd: int) -> None:
    """The pipe closes when the parent dies. All that counts is durable at any moment, so the process just ends."""
    while os.read(fd, 1):
        pass
    os._exit(0)
