"""`fenghuo up`: the parent that binds the sockets, starts the processes, keeps them alive and ends them."""

import contextlib
import fcntl
import json
import logging
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from fenghuo.base.common.i18n import _
from fenghuo.faces.workers.child import BOND_VARIABLE

log = logging.getLogger(__name__)

STOP_PATIENCE_S = 3.5
"""How long children may take to end after SIGTERM before they are killed; all must be over within 5 s."""
_FLAPPING_S = 1.0
_FLAPPING_PAUSE_S = 1.0


class AlreadyUp(Exception):
    """Another `fenghuo up` works on this data directory."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One process to keep alive: its name, the listeners that it serves, and environment of its own."""

    name: str
    sockets: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


class _Running:
    """A worker's present process."""

    def __init__(self, worker: Worker, process: subprocess.Popen[bytes], ready_fd: int) -> None:
        self.worker = worker
        self.process = process
        self.ready_fd: int | None = ready_fd
        self.is_ready = False
        self.started = time.monotonic()
        self.not_before = 0.0


class Supervisor:
    """Keeps the workers of one data directory alive until it is told to stop.

    `run` returns the exit code. `announce` is called once, when every process is ready for the first time, and
    `DIR/run.json` stands from then on, kept true when a process is started anew.
    """

    def __init__(
        self,
        data: Path,
        workers: tuple[Worker, ...],
        sockets: Mapping[str, socket.socket],
        urls: Mapping[str, str],
        announce: Callable[[], None] = lambda: None,
    ) -> None:
        self._data = data
        self._workers = workers
        self._sockets = sockets
        self._urls = urls
        self._announce = announce
        self._selector = selectors.DefaultSelector()
        self._running: dict[str, _Running] = {}
        self._stopping = False
        self._announced = False
        self._bond_read, self._bond_write = os.pipe()

    def run(self) -> int:
        """Start everything, watch over it, and end it on SIGINT or SIGTERM."""
        wake_read, wake_write = socket.socketpair()
        wake_write.setblocking(False)
        wake_read.setblocking(False)
        signal.set_wakeup_fd(wake_write.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda _n, _f: None)
        self._selector.register(wake_read, selectors.EVENT_READ, None)
        try:
            for worker in self._workers:
                self._start(worker)
            while not self._stopping:
                self._wait(wake_read)
                self._revive()
        finally:
            self._end_all()
        return 0

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _wait(self, wake: socket.socket) -> None:
        for key, _mask in self._selector.select(timeout=0.2):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    wake.recv(4096)
            else:
                self._heard(key.data)

    def _heard(self, running: _Running) -> None:
        if running.ready_fd is None:
            return
        said = os.read(running.ready_fd, 16)
        self._forget_ready_fd(running)
        if said:
            running.is_ready = True
        if not self._announced and all(r.is_ready for r in self._running.values()):
            self._announced = True
            self._write_run_file()
            self._announce()

    def _forget_ready_fd(self, running: _Running) -> None:
        if running.ready_fd is not None:
            self._selector.unregister(running.ready_fd)
            os.close(running.ready_fd)
            running.ready_fd = None

    def _start(self, worker: Worker) -> None:
        ready_read, ready_write = os.pipe()
        descriptors = {name: self._sockets[name].fileno() for name in worker.sockets if name in self._sockets}
        bond = {"parent": self._bond_read, "ready": ready_write, "sockets": descriptors}
        environment = {**os.environ, **worker.environment, BOND_VARIABLE: json.dumps(bond)}
        process = subprocess.Popen(
            [sys.executable, "-m", "fenghuo.faces.workers", worker.name, "--data", str(self._data)],
            env=environment,
            pass_fds=(self._bond_read, ready_write, *descriptors.values()),
            process_group=0,
            stdin=subprocess.DEVNULL,
        )
        os.close(ready_write)
        running = _Running(worker, process, ready_read)
        self._running[worker.name] = running
        self._selector.register(ready_read, selectors.EVENT_READ, running)

    def _revive(self) -> None:
        """Start dead processes anew: at once, or after a pause where one dies as soon as it lives."""
        for running in list(self._running.values()):
            code = running.process.poll()
            if code is None:
                continue
            moment = time.monotonic()
            if not running.not_before:
                flapping = moment - running.started < _FLAPPING_S
                running.not_before = moment + (_FLAPPING_PAUSE_S if flapping else 0.0)
                log.warning(
                    "%s (pid %d) ended with %d; starting it anew", running.worker.name, running.process.pid, code
                )
                self._forget_ready_fd(running)
            if moment >= running.not_before:
                self._start(running.worker)
                if self._announced:
                    self._write_run_file()

    def _write_run_file(self) -> None:
        write_run_file(
            self._data,
            {
                "pid": os.getpid(),
                "urls": dict(self._urls),
                "addresses": {name: made.getsockname()[0] for name, made in self._sockets.items()},
                "ports": {name: made.getsockname()[1] for name, made in self._sockets.items()},
                "processes": {name: r.process.pid for name, r in self._running.items()},
            },
        )

    def _end_all(self) -> None:
        for running in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                running.process.terminate()
        end = time.monotonic() + STOP_PATIENCE_S
        for running in self._running.values():
            try:
                running.process.wait(timeout=max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                running.process.kill()
                running.process.wait()
        (self._data / "run.json").unlink(missing_ok=True)
        for made in self._sockets.values():
            made.close()


def write_run_file(data: Path, content: dict[str, object]) -> None:
    """Replace `DIR/run.json` at once, so that a reader sees the old or the new one."""
    temporary = data / f".run.json.{os.getpid()}"
    temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    temporary.replace(data / "run.json")


def lock_data_directory(data: Path) -> int:
    """Hold the data directory for this process; the lock ends with the process. Returns the descriptor to keep open.

    Raises:
        AlreadyUp: another process holds it.
    """
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(data / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        text = _("{folder}: another `fenghuo up` works here. Stop it first, or choose another --data.")
        raise AlreadyUp(text.format(folder=data)) from error
    return descriptor
