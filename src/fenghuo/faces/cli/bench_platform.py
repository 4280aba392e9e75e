"""A platform of its own for `fenghuo bench system`: started in a temporary folder, watched from outside, and taken away again."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from fenghuo.base.common.i18n import _
from fenghuo.see.eventlog import open_log

LISTENERS = ("http", "ingest", "syslog-udp", "syslog-tcp", "syslog-tls", "relp")
_READY_S = 180.0
_STOP_S = 10.0
_TICKS = os.sysconf("SC_CLK_TCK")
_UNIT = "bench"
_WARNINGS = "SELECT rowid, asset FROM early_warnings_earlywarning WHERE rowid > ? ORDER BY rowid"
_PLACES = "SELECT stream, next_sequence FROM rulebook_logoffset WHERE consumer = 'judge'"
_QUARANTINED = "SELECT count(*) FROM rulebook_rulequarantine"
_RULES = "SELECT status, count(*) FROM rulebook_storedrule GROUP BY status"


class CannotMeasure(Exception):
    """The platform could not be started or broke down; the message says why."""


@dataclass(slots=True)
class Backlog:
    """What was taken in and is not through yet: records that are not matched, hits that are not judged."""

    records: int
    hits: int


@dataclass(slots=True)
class Platform:
    """A `fenghuo up` of its own; a context manager, so that process and folder go whatever happens."""

    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="fenghuo-bench-")))
    process: "subprocess.Popen[bytes] | None" = None
    token: str = ""
    rules: int = 0
    refused: int = 0
    restarted: list[str] = field(default_factory=list)
    _run: dict[str, Any] = field(default_factory=dict)
    _tables: sqlite3.Connection | None = None
    _last_warning: int = 0

    def __enter__(self) -> "Platform":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._tables is not None:
            self._tables.close()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    def start(self, folders: Sequence[Path], say: Callable[[str], None]) -> None:
        """Make unit, source and packs, start everything, and wait until all of it is ready.

        Raises:
            CannotMeasure: one of these failed.
        """
        self._order("units", "add", "--code", _UNIT, "--name", "Bench")
        made = self._order("sources", "add", "--unit", _UNIT, "--kind", "windows", "--json")
        self.token = json.loads(made)["token"]
        for number, folder in enumerate(folders, 1):
            say(_("importing {folder}").format(folder=folder))
            archive = self.home / f"pack-{number}.zip"
            _zip(folder, archive)
            self._order("rules", "import", str(archive), "--json")
            archive.unlink()
        say(_("starting the platform"))
        command = [sys.executable, "-m", "fenghuo", "up", "--data", str(self.data)]
        command += [f"--{name}={'127.0.0.1:0' if name in {'http', 'ingest'} else 'off'}" for name in LISTENERS]
        with (self.home / "up.log").open("wb") as output:
            # A group of its own: Ctrl-C is for this program alone, which then ends the platform in order.
            self.process = subprocess.Popen(
                command, env=_environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output, process_group=0
            )
        self._await(self._is_ready)
        self._tables = sqlite3.connect(f"file:{self.data / 'fenghuo.sqlite3'}?mode=ro", uri=True, isolation_level=None)
        counts: dict[str, int] = dict(self._tables.execute(_RULES))
        self.rules, self.refused = counts.get("ok", 0), counts.get("refused", 0)

    def _order(self, *arguments: str) -> str:
        """What one command of `fenghuo` prints."""
        command = [sys.executable, "-m", "fenghuo", *arguments, "--data", str(self.data)]
        done = subprocess.run(
            command, env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CannotMeasure(f"fenghuo {' '.join(arguments[:2])}: {done.stderr.strip() or done.returncode}")
        return done.stdout

    def _await(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + _READY_S
        while not condition():
            self.check()
            if time.monotonic() > end:
                raise CannotMeasure(_("the platform was not ready in time:") + "\n" + self._said())
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        """Every process is ready, and what the judge said of the rules in force can be read by the matchers."""
        if not (self.data / "run.json").exists():
            return False
        self._run = json.loads((self.data / "run.json").read_text(encoding="utf-8"))
        log = open_log(self.data / "log")
        return any(log.end(stream) for stream in log.streams("control"))

    def check(self) -> None:
        """Note processes that were started anew.

        Raises:
            CannotMeasure: the platform ended by itself.
        """
        if self.process is not None and self.process.poll() is not None:
            raise CannotMeasure(_("the platform ended by itself; it said:") + "\n" + self._said())
        if not self._run:
            return
        now = json.loads((self.data / "run.json").read_text(encoding="utf-8"))
        self.restarted += [name for name, pid in now["processes"].items() if self._run["processes"].get(name) != pid]
        self._run = now

    def quarantined(self) -> int:
        """How many rules were left out because they held up matching."""
        return int(self._table().execute(_QUARANTINED).fetchone()[0])

    def _said(self) -> str:
        return (self.home / "up.log").read_text(encoding="utf-8", errors="replace")[-3000:].strip()

    @property
    def port(self) -> int:
        """Where HTTP intake listens on loopback."""
        return int(self._run["ports"]["ingest"])

    def backlog(self) -> Backlog:
        """How much is on its way. Asked in the order of the road, so that what moves on meanwhile is counted twice, not never."""
        log = open_log(self.data / "log")
        records = hits = 0
        matched: dict[str, int] = {}
        for name in self._run["processes"]:
            if name.startswith("match-"):
                matched |= log.offsets(name).load()
        records = sum(log.end(stream) - matched.get(stream, 0) for stream in log.streams("records"))
        judged = dict(self._table().execute(_PLACES))
        hits = sum(log.end(stream) - judged.get(stream, 0) for stream in log.streams("hits"))
        return Backlog(records, hits)

    def new_warnings(self) -> list[str]:
        """What the warnings are about that are stored since the last call."""
        rows = self._table().execute(_WARNINGS, (self._last_warning,)).fetchall()
        if rows:
            self._last_warning = rows[-1][0]
        return [asset for _number, asset in rows]

    def _table(self) -> sqlite3.Connection:
        if self._tables is None:
            raise CannotMeasure("not started")
        return self._tables

    def seconds_worked(self) -> dict[str, float]:
        """Processor seconds of each process of the platform so far; empty where the system does not tell."""
        return {
            name: seconds for name, pid in self._run["processes"].items() if (seconds := processor_s(pid)) is not None
        }


def processor_s(pid: int) -> float | None:
    """Processor seconds of a process so far, None where the system does not tell."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def machine_s() -> float | None:
    """Processor seconds of everything on this machine so far, None where the system does not tell."""
    try:
        fields = Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()[1:9]
    except OSError:
        return None
    user, nice, system, _idle, _waiting, *rest = map(int, fields)
    return (user + nice + system + sum(rest)) / _TICKS


@contextlib.contextmanager
def ended_in_order() -> Iterator[None]:
    """Let SIGTERM and a lost terminal end the block as Ctrl-C does, so that what it cleans up is cleaned up."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _environment() -> Mapping[str, str]:
    """Ours, without what points at an office's installation. One sender stands for many, so the limit of one is lifted."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("FENGHUO_") and name != "DJANGO_SETTINGS_MODULE"
    }
    language = {name: os.environ[name] for name in ("FENGHUO_LANG",) if name in os.environ}
    return {**kept, **language, "FENGHUO_RATE_LIMIT": "10000000"}


def _zip(folder: Path, archive: Path) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as target:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in {".yml", ".yaml"} and path.is_file():
                target.write(path, path.relative_to(folder))
