"""`fenghuo up` as other programs rely on it."""

import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.service.conftest import Platform, listening, until
from tests.service.test_road import set_up

pytestmark = pytest.mark.service


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_run_json_says_what_runs(platform: Platform) -> None:
    assert set(platform.run["ports"]) == {"http", "ingest", "syslog-udp", "syslog-tcp", "syslog-tls", "relp"}
    assert set(platform.run["processes"]) == {"intake", "match-0", "judge", "deliver", "screen", "web"}
    for url in (platform.console, platform.ingest):
        assert urllib.request.urlopen(f"{url}health").status == 200
    log = (platform.data.parent / "up.log").read_text()
    assert log.index(platform.console) < log.index(platform.ingest), "the console is the first address printed"


def test_a_dead_child_is_back_within_two_seconds(platform: Platform) -> None:
    for name, pid in platform.run["processes"].items():
        os.kill(pid, signal.SIGKILL)
        died = time.monotonic()
        until(lambda n=name, p=pid: (platform.read_run() or {})["processes"][n] != p, 2.0, name)
        assert time.monotonic() - died < 2.0
    until(lambda: urllib.request.urlopen(f"{platform.console}health").status == 200, 10)


def test_everything_ends_within_five_seconds_with_a_live_page_open(platform: Platform) -> None:
    set_up(platform)
    browser = signed_in(platform)
    with browser.open(f"{platform.console}desk/live/", timeout=10) as live:
        assert live.readline() == b"retry: 1000\n", "the stream runs"
        assert platform.stop() < 5.0
    assert "Traceback" not in (platform.data.parent / "up.log").read_text()
    assert not any(alive(pid) for pid in platform.run["processes"].values())
    assert not listening(platform.port("http"))
    assert not (platform.data / "run.json").exists()


def signed_in(platform: Platform) -> urllib.request.OpenerDirector:
    """A browser of sorts, signed in as the first administrator."""
    jar = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = jar.open(f"{platform.console}account/sign-in/").read().decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    values = {"csrfmiddlewaretoken": token, "username": "zhang", "password": "correct horse battery"}
    jar.open(f"{platform.console}account/sign-in/", urllib.parse.urlencode(values).encode())
    return jar


def test_a_dead_parent_takes_its_children_along(platform: Platform) -> None:
    assert platform.process is not None
    platform.process.kill()
    platform.process.wait()
    until(lambda: not any(alive(pid) for pid in platform.run["processes"].values()), 5)
    platform.start()


def test_a_second_up_on_the_same_directory_is_refused(platform: Platform) -> None:
    command = [sys.executable, "-m", "fenghuo", "up", "--data", str(platform.data), "--http", "127.0.0.1:0"]
    done = subprocess.run(command, env=platform.environment, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 1
    assert "another" in done.stderr


def test_doctor_names_what_is_missing(platform: Platform) -> None:
    command = [sys.executable, "-m", "fenghuo", "doctor", "--data", str(platform.data)]
    done = subprocess.run(command, env=platform.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "! Somebody can be told" in done.stdout
    assert "✓ Tables are of this version" in done.stdout
    assert "✓ ingest answers on port" in done.stdout
