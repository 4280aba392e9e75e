"""Starting the county's servers, each by its own configuration in a folder, each ended by its process id."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def program(name: str) -> str:
    """Path of a Debian program; without it the test fails, it does not skip."""
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    assert found, f"{name} is not installed; .ci/run says with which packages"
    return found


@dataclass
class Servers:
    """What was started."""

    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str, cwd: Path | None = None, **environment: str) -> None:
        """Start a program in the foreground."""
        output = (self.folder / f"{Path(command[0]).name}-{len(self.running)}.log").open("wb")
        env = {**os.environ, **environment}
        self.running.append(
            subprocess.Popen(
                [program(command[0]), *command[1:]],
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                env=env,
                cwd=cwd,
                start_new_session=True,
            )
        )

    def stop(self) -> None:
        """End everything, with what it started itself."""
        for process in self.running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.running:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """Servers that end with the block."""
    made = Servers(folder)
    try:
        yield made
    finally:
        made.stop()


def wait_for(address: str, port: int, seconds: float = 20.0) -> None:
    """Until something listens there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((address, port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {address}:{port}")


def wait_for_socket(path: Path, seconds: float = 20.0) -> None:
    """Until something listens behind a socket file."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            if probe.connect_ex(str(path)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {path}")


def python() -> str:
    """The interpreter of the tests."""
    return sys.executable
