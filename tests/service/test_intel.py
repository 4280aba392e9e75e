"""An indicator counts in the running system within a second of being added, and stops counting when it ends."""

import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.conftest import Platform, until

pytestmark = pytest.mark.service

_VERB = """
import sys, time
from pathlib import Path
from fenghuo.base.common.django_setup import setup
setup(Path(sys.argv[1]))
from fenghuo.base.audit import COMMAND_LINE
from fenghuo.see.intel import actions, queries
from fenghuo.see.intel.formats import Row
print("ready", flush=True)
for line in sys.stdin:
    verb, value = line.split()
    if verb == "add":
        actions.add_one(COMMAND_LINE, Row("1", value))
    elif verb == "expire":
        actions.expire(COMMAND_LINE, queries.of_value(value).get().pk)
    else:
        actions.withdraw(COMMAND_LINE, queries.of_value(value).get().pk, "a test")
    print(time.time(), flush=True)
"""


class Hand:
    """A process that does verbs of the room as the console does, and says when each was stored."""

    def __init__(self, platform: Platform) -> None:
        command = [sys.executable, "-c", _VERB, str(platform.data)]
        self._process = subprocess.Popen(
            command, env=platform.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().strip() == "ready"

    def does(self, verb: str, value: str) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{verb} {value}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


class Stream:
    """Sends a numbered line about one name every few milliseconds, and remembers when each was taken."""

    def __init__(self, platform: Platform, token: str, name: str) -> None:
        self.taken: dict[int, float] = {}
        self._stop = threading.Event()
        self._platform, self._token, self._name = platform, token, name
        self._thread = threading.Thread(target=self._send, daemon=True)
        self._thread.start()

    def _send(self) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            body = f'{{"QueryName": "www.{self._name}", "n": {number}}}'.encode()
            request = urllib.request.Request(
                self._platform.ingest + "ingest", body, {"Authorization": f"Bearer {self._token}"}
            )
            urllib.request.urlopen(request, timeout=10).close()
            self.taken[number] = time.time()
            self._stop.wait(0.02)

    def end(self) -> None:
        self._stop.set()
        self._thread.join()


@pytest.fixture
def hand(platform: Platform) -> Iterator[Hand]:
    made = Hand(platform)
    yield made
    made.close()


@pytest.fixture
def token(platform: Platform) -> str:
    platform.cli("units", "add", "--code", "gov", "--name", "县政府")
    return str(platform.json("sources", "add", "--unit", "gov", "--kind", "generic_json")["token"])


def numbers(platform: Platform, rule: str = "indicator:domain") -> list[int]:
    import json

    return sorted(json.loads(hit["raw"])["n"] for hit in platform.export("hits") if hit["rule_id"] == rule)


def test_a_new_indicator_counts_within_a_second_and_an_ended_one_stops(
    platform: Platform, token: str, hand: Hand
) -> None:
    for verb in ("expire", "withdraw"):
        name = f"c2.evil-{verb}.example"
        stream = Stream(platform, token, name)
        until(lambda s=stream: len(s.taken) > 5, 10, "the first lines")
        added = hand.does("add", name)
        time.sleep(2)
        ended = hand.does(verb, name)
        time.sleep(2)
        stream.end()
        met = until(
            lambda n=name: [h for h in platform.export("hits") if h["domain"] == "" and n in str(h["matches"])],
            10,
            "hits",
        )
        found = sorted(int(str(h["raw"]).rpartition('"n": ')[2].rstrip("}")) for h in met)
        first, last = stream.taken[found[0]], stream.taken[found[-1]]
        print(f"{verb}: counts {first - added:.3f} s after it was stored, stops {last - ended:.3f} s after its end was")
        assert first - added <= 1.0
        assert last - ended <= 1.0
        assert found == list(range(found[0], found[-1] + 1)), "between both, each line is met once"


def test_a_long_list_is_built_into_a_file_and_outlives_a_restart(
    platform: Platform, token: str, tmp_path: Path
) -> None:
    long = tmp_path / "list.txt"
    long.write_text("".join(f"bad{n}.evil-list.example\n" for n in range(5000)))
    assert platform.json("intel", "import", str(long), "--format", "plain", "--feed", "list")["added"] == 5000
    file = until(lambda: list((platform.data / "intel").glob("*.bin")), 30, "the file")[0]
    assert file.stat().st_size > 5000

    def send(number: int) -> None:
        body = f'{{"QueryName": "bad{number}.evil-list.example", "n": {number}}}'.encode()
        request = urllib.request.Request(platform.ingest + "ingest", body, {"Authorization": f"Bearer {token}"})
        urllib.request.urlopen(request, timeout=10).close()

    def met(number: int) -> Any:
        send(number)
        return number in numbers(platform)

    until(lambda: met(4999), 20, "a hit from the file")
    platform.cli("intel", "add", "later.evil-list.example")
    platform.stop()
    platform.start()
    until(lambda: met(7), 20, "a hit after the restart")
    found = platform.cli("intel", "look-back", "bad7.evil-list.example", "--json").splitlines()
    assert len(found) >= 1
    assert '"bad7.evil-list.example"' in found[0]


def test_a_damaged_file_leaves_the_matchers_at_work(platform: Platform, token: str, tmp_path: Path) -> None:
    long = tmp_path / "list.txt"
    long.write_text("".join(f"bad{n}.evil-list.example\n" for n in range(3000)))
    platform.cli("intel", "import", str(long), "--format", "plain", "--feed", "list")
    file = until(lambda: list((platform.data / "intel").glob("*.bin")), 30, "the file")[0]
    platform.stop()
    os.truncate(file, file.stat().st_size // 2)
    platform.start()
    platform.cli("intel", "add", "new.evil.example")
    body = b'{"QueryName": "new.evil.example", "n": 1}'

    def met() -> bool:
        request = urllib.request.Request(platform.ingest + "ingest", body, {"Authorization": f"Bearer {token}"})
        urllib.request.urlopen(request, timeout=10).close()
        return numbers(platform) != []

    until(met, 20, "a hit of what was added on top")
    assert "can't be used" in (platform.data.parent / "up.log").read_text()
