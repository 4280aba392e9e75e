"""Real programs around a real `fenghuo up`, all on loopback, started and ended by these fixtures."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parents[2]
LISTENERS = ("http", "ingest", "syslog-udp", "syslog-tcp", "syslog-tls", "relp")


def program(name: str) -> str:
    """Path of a Debian program; without it the test fails (CI installs it), it does not skip."""
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    assert found, f"{name} is not installed; .ci/run says with which packages"
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], Any], seconds: float = 20.0, what: str = "") -> Any:
    """The first true value of `condition`, asked every 20 ms."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s in vain for {what or condition}")


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Platform:
    """A running `fenghuo up`."""

    data: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    run: dict[str, Any] = field(default_factory=dict)

    def start(self) -> None:
        command = [sys.executable, "-m", "fenghuo", "up", "--data", str(self.data)]
        command += [f"--{name}=127.0.0.1:{self.run['ports'][name] if self.run else 0}" for name in LISTENERS]
        output = (self.data.parent / "up.log").open("ab")
        self.process = subprocess.Popen(command, env=self.environment, stdout=output, stderr=output)
        try:
            self.run = until(self.read_run, 90, "run.json")
        except AssertionError as error:
            said = (self.data.parent / "up.log").read_text(errors="replace")[-4000:]
            raise AssertionError(f"{error}; exit code {self.process.poll()}; `up` said:\n{said}") from error

    def read_run(self) -> dict[str, Any] | None:
        try:
            run: dict[str, Any] = json.loads((self.data / "run.json").read_text())
        except (OSError, ValueError):
            return None
        return run if self.process is not None and run["pid"] == self.process.pid else None

    def stop(self) -> float:
        assert self.process is not None
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        return time.monotonic() - started

    def cli(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "fenghuo", *arguments, "--data", str(self.data)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.cli(*arguments, "--json"))

    def export(self, kind: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.cli("export", kind).splitlines()]

    @property
    def ingest(self) -> str:
        return str(self.run["urls"]["ingest"])

    @property
    def console(self) -> str:
        return str(self.run["urls"]["console"])

    def port(self, name: str) -> int:
        return int(self.run["ports"][name])


_PREPARE = "import sys; from pathlib import Path; from fenghuo.base.common.django_setup import migrate, setup; "
_PREPARE += "setup(Path(sys.argv[1])); migrate()"


def environment_of_a_platform() -> dict[str, str]:
    environment = {**os.environ, "FENGHUO_OUTBOUND_PRIVATE": "127.0.0.0/8", "FENGHUO_LANG": "en"}
    environment["PYTHONPATH"] = str(ROOT / "src")
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment.pop("FENGHUO_DATA", None)
    return environment


@pytest.fixture(scope="session")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory after the first migrations, made once; every platform begins with a copy."""
    made = tmp_path_factory.mktemp("prepared") / "data"
    subprocess.run([sys.executable, "-c", _PREPARE, str(made)], env=environment_of_a_platform(), check=True)
    return made


@pytest.fixture
def platform(tmp_path: Path, empty_tables: Path) -> Iterator[Platform]:
    shutil.copytree(empty_tables, tmp_path / "data")
    made = Platform(tmp_path / "data", environment_of_a_platform())
    made.start()
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()


@dataclass
class MailSink:
    """A real SMTP server that keeps what arrives, with the moment."""

    port: int = 0
    mails: list[tuple[float, str, bytes]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        for recipient in envelope.rcpt_tos:
            self.mails.append((time.time(), recipient, envelope.content))
        return "250 OK"


@pytest.fixture
def mail_sink() -> Iterator[MailSink]:
    sink = MailSink(free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    yield sink
    controller.stop()


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts programs in the foreground and ends them by process id."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str) -> subprocess.Popen[bytes]:
        output = (tmp_path / f"{Path(command[0]).name}.log").open("ab")
        process = subprocess.Popen(command, stdout=output, stderr=output)
        started.append(process)
        return process

    yield start
    for process in reversed(started):
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def nginx(tmp_path: Path, daemon: Callable[..., Any]) -> Callable[..., int]:
    """A real nginx that answers 200 to everything and logs to a file or over syslog; returns its port."""

    def start(log: str) -> int:
        port = free_port()
        page = tmp_path / "www"
        page.mkdir(exist_ok=True)
        configuration = tmp_path / "nginx.conf"
        configuration.write_text(
            f"daemon off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/nginx-error.log; worker_processes 1;\n"
            "events { worker_connections 64; }\n"
            'http { log_format vhost \'$host $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
            '"$http_referer" "$http_user_agent"\';\n'
            f"access_log {log}; client_body_temp_path {tmp_path}/b; proxy_temp_path {tmp_path}/p;"
            f" fastcgi_temp_path {tmp_path}/f; uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s;\n"
            f"server {{ listen 127.0.0.1:{port}; location / {{ return 200 'ok'; }} }} }}\n"
        )
        daemon(program("nginx"), "-c", str(configuration), "-e", str(tmp_path / "nginx-early.log"))
        until(lambda: listening(port), what="nginx")
        return port

    return start


@pytest.fixture
def rsyslog(tmp_path: Path, daemon: Callable[..., Any]) -> Callable[[str], None]:
    """A real rsyslogd with this configuration."""

    def start(text: str) -> None:
        work = tmp_path / "rsyslog"
        work.mkdir(exist_ok=True)
        configuration = tmp_path / "rsyslog.conf"
        configuration.write_text(f'global(workDirectory="{work}")\n{text}\n')
        daemon(program("rsyslogd"), "-n", "-f", str(configuration), "-i", str(tmp_path / "rsyslog.pid"))
        until((tmp_path / "rsyslog.pid").exists, what="rsyslogd")

    return start
