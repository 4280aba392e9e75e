"""A rule of the office is written in the console while events come in: in force within two seconds, none lost, none doubled."""

import os
import re
import signal
import threading
import time
import urllib.parse
import urllib.request

import pytest

from tests.service.conftest import Platform, until
from tests.service.test_road import set_up

ID = "0b0f6f0e-7a55-4a7e-9d0e-2f6d3d9a1c99"
RULE = f"""title: Our own rule
id: {ID}
logsource: {{category: webserver}}
detection:
  selection: {{cs-uri-query|contains: WORD}}
  condition: selection
level: high
fenghuo: {{threat_class: web-attack}}
"""
BATCH = 10


class Console:
    """The console over HTTP, signed in, as a browser without scripts would use it."""

    def __init__(self, platform: Platform, name: str, password: str) -> None:
        self._at = platform.console
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor()).open
        self.post("account/sign-in/", username=name, password=password)
        self.post("account/password/", old=password, new="a sentence of my own")

    def get(self, path: str) -> str:
        return str(self._open(self._at + path).read().decode())

    def post(self, path: str, form: str = "", **values: str) -> str:
        """Send a form; its token is taken from the page at `form`, else from the page that it is sent to."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(form or path))
        assert token
        values = {"csrfmiddlewaretoken": token[1], **values}
        return str(self._open(self._at + path, urllib.parse.urlencode(values).encode()).read().decode())


class Sender(threading.Thread):
    """Sends numbered lines all the time; `sent` is when intake had each."""

    def __init__(self, platform: Platform, token: str) -> None:
        super().__init__(daemon=True)
        self._url, self._token = f"{platform.ingest}ingest", token
        self.sent: list[float] = []
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            numbers = range(len(self.sent), len(self.sent) + BATCH)
            line = '192.0.2.7 - - [24/Nov/2026:10:00:00 +0800] "GET /?n={}&x=abc HTTP/1.1" 200 5 "-" "curl"'
            body = "\n".join(line.format(number) for number in numbers).encode()
            request = urllib.request.Request(self._url, body, {"Authorization": f"Bearer {self._token}"})
            assert urllib.request.urlopen(request).status in {200, 202}
            self.sent += [time.monotonic()] * BATCH
            time.sleep(0.02)


def hits_by_number(platform: Platform) -> dict[int, list[str]]:
    """Number of the line → hashes of the versions that hit it."""
    found: dict[int, list[str]] = {}
    for hit in platform.export("hits"):
        if hit["rule_id"] == ID:
            number = re.search(r"n=(\d+)&", str(hit["raw"]))
            assert number
            found.setdefault(int(number[1]), []).append(hit["rule_hash"])
    return found


@pytest.mark.service
def test_rules_change_while_events_come_in(platform: Platform, request: pytest.FixtureRequest) -> None:
    platform.cli("units", "add", "--code", "gov", "--name", "县政府")
    token = platform.json("sources", "add", "--unit", "gov", "--kind", "nginx")["token"]
    password = platform.json("user", "add", "sec", "--role", "security-admin")["password"]
    set_up(platform)
    console = Console(platform, "sec", password)
    sender = Sender(platform, token)
    request.addfinalizer(sender.over.set)
    sender.start()
    until(lambda: len(sender.sent) > 100)
    saved = [time.monotonic()]
    shown = console.post("rules/new/", text=RULE.replace("WORD", "x=a"), base="0", reason="first", verb="save")
    page = re.search(r"rules/(\d+)/switch", shown)
    assert page
    time.sleep(2.5)
    saved.append(time.monotonic())
    console.post(f"rules/{page[1]}/edit/", text=RULE.replace("WORD", "x=ab"), base="1", reason="second", verb="save")
    time.sleep(0.3)
    os.kill(platform.run["processes"]["match-0"], signal.SIGKILL)
    time.sleep(4)
    sender.over.set()
    sender.join()
    total = len(sender.sent)
    until(lambda: len(platform.export("events")) == total, what="every event")
    until(lambda: (total - 1) in hits_by_number(platform), what="the last hit")
    found = hits_by_number(platform)
    assert all(len(hashes) == 1 for hashes in found.values()), "no event counts twice"
    first = min(found)
    assert list(range(first, total)) == sorted(found), "from the first hit on, none is lost"
    versions = [found[number][0] for number in range(first, total)]
    assert len(set(versions)) == 2
    assert versions == sorted(versions, key=versions.index), "the versions follow each other"
    second = next(number for number in range(first, total) if found[number] != found[first])
    effective = [sender.sent[first] - saved[0], sender.sent[second] - saved[1]]
    print(f"effective after {effective[0]:.2f} s and {effective[1]:.2f} s, {total} events")
    assert max(effective) <= 2.0
