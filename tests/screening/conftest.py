"""Real services of Debian on loopback, started by these fixtures and ended by their process ids."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fenghuo.see.screening.facts import CheckClass
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.tests.loopback import KeptLog
from fenghuo.see.screening.fetch.wire import Wire
from fenghuo.see.screening.permit import Budget, Permit
from tests.service.conftest import listening, until

Start = Callable[..., "subprocess.Popen[bytes]"]


def wire(*hosts: str, log: KeptLog | None = None) -> Wire:
    """The way to loopback, under a permit that names it, at the real time and without waiting between contacts."""
    now = datetime.now(UTC)
    permit = Permit(
        work_order="W-1",
        hosts=frozenset(hosts),
        classes=frozenset(CheckClass),
        begins=now - timedelta(days=1),
        ends=now + timedelta(days=1),
        given_by="张主任",
        addresses=frozenset({"127.0.0.1"}),
        budget=Budget(),
    )
    return Wire(permit, Limiter(spacing=0), log or KeptLog(), lambda: datetime.now(UTC))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that every user of this machine may enter, unlike pytest's own: some services give up root's rights."""
    made = Path(tempfile.mkdtemp(prefix="fenghuo-services-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def start(folder: Path) -> Iterator[Start]:
    """Starts a program in the foreground and waits until it listens at a port."""
    started: list[subprocess.Popen[bytes]] = []

    def run(port: int, *command: str) -> "subprocess.Popen[bytes]":
        with (folder / f"{Path(command[0]).name}-{port}.log").open("ab") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        started.append(process)
        try:
            until(lambda: listening(port) or process.poll() is not None, 30, command[0])
        except AssertionError as error:
            raise AssertionError(f"{error}: {Path(output.name).read_text(errors='replace')[-2000:]}") from error
        assert process.poll() is None, Path(output.name).read_text(errors="replace")[-2000:]
        return process

    yield run
    for process in reversed(started):
        process.terminate()
    for process in reversed(started):
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
