"""Lanes of the deliver process: a channel that hangs delays no other; what the process knows of itself."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.tables import dns_process

from fenghuo.base.common import clock, net
from fenghuo.base.common.settings import SettingsError, read_settings
from fenghuo.faces.workers import lanes as workers
from fenghuo.faces.workers import vitals
from fenghuo.warn.channels.models import Channel, Vital


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="a database server can't be reached from a network of its own"
)
def test_a_name_server_that_never_answers_holds_up_one_channel_only_and_no_end(tmp_path: Path) -> None:
    """A real deliver process in a network of its own, whose only name server is a socket that reads and says nothing."""
    apart = ["unshare", "--map-root-user", "--mount", "--net"]
    command = [*apart, sys.executable, str(Path(__file__).with_name("dns_process.py")), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["names"] == [f"hangs{number}.example" for number in range(dns_process.NAMES)], "they were asked for"
    assert found["messages"] > 20
    assert found["worst_s"] <= 1, "no message of the other channel waited for a name"
    others = 8
    assert found["threads"] <= dns_process.NAMES * (dns_process.LANES + 1) + others, "a thread a lane, and one a name"
    assert found["code"] == 0
    assert found["end_s"] < 4, "a look-up that hangs holds up no end"


@pytest.mark.parametrize("hanging", [1, 7])
def test_channels_that_hang_hold_up_no_other(monkeypatch: pytest.MonkeyPatch, hanging: int) -> None:
    hang = [Channel(id=f"h{number}", name="hangs", parallel=16) for number in range(hanging)]
    good = Channel(id="g", name="good", parallel=2)
    free, sent = threading.Event(), []

    def deliver(channel: Channel, _stopping: Any) -> int:
        if channel is not good:
            free.wait(10)
        sent.append(channel.name)
        return 1

    monkeypatch.setattr(workers.channels, "channels_due", lambda _now: [*hang, good])
    monkeypatch.setattr(workers.channels, "deliver_channel", deliver)
    monkeypatch.setattr(workers, "close_old_connections", lambda: None)
    monkeypatch.setattr(workers, "_LAST_WORDS_S", 0.2)
    made = workers.Lanes(lambda: False)
    begun = time.monotonic()
    assert made.step() == 16 * hanging + 2, "as many lanes as a channel takes at once"
    while sent.count("good") < 6 and time.monotonic() - begun < 5:
        made.step()
        time.sleep(0.01)
    assert time.monotonic() - begun < 2
    assert "hangs" not in sent
    assert not made.end(), "who ends the process learns that lanes are left behind"
    free.set()
    while not made.idle() and time.monotonic() - begun < 5:
        time.sleep(0.01)
    assert sent.count("hangs") == 16 * hanging, "no more lanes of it than it takes, however often it was due"
    assert made.end()


def test_a_jump_of_the_clock_is_seen_by_the_clock_that_only_goes_forward() -> None:
    at = time.time_ns()
    with clock.moved(lambda: at + int(shift * 1e9) + time.monotonic_ns() - begun):
        shift, begun = 0.0, time.monotonic_ns()
        watch = vitals.Watch()
        assert (watch.look(), watch.settled(60)) == (0.0, True)
        for jump in (3600.0, -3600.0):
            shift += jump
            assert watch.look() == pytest.approx(jump, abs=1)
            assert not watch.settled(60), "ages mean nothing for a while: no road is taken and no call made by them"
            assert watch.look() == 0.0


@pytest.mark.django_db
def test_the_outside_watcher_is_told_through_the_one_door(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def post(url: str, _body: bytes, _headers: object, _timeout: float) -> net.Answer:
        asked.append(url)
        if len(asked) == 2:
            raise net.NoConnection("watch.example: no route")
        return net.Answer(200, b"OK")

    monkeypatch.setattr(net, "post", post)
    for ok in (True, False):
        vitals.beat("https://watch.example/secret-part", clock.now())
        vital = Vital.objects.get(name="heartbeat")
        assert vital.detail["ok"] is ok
        assert "secret-part" not in vital.detail["answer"], "who knows the address can keep the watcher quiet"


def test_the_skew_is_the_middle_of_what_other_clocks_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net, "_skews", {})
    assert net.skew() == (None, 0)
    now = clock.now_ns()
    with clock.moved(lambda: now):
        for host, ahead in (("a", 0), ("b", 100), ("c", 102)):
            stated = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(now / 1e9 - ahead))
            net._note_date(host, stated)
        net._note_date("d", "yesterday")
    found, witnesses = net.skew()
    assert witnesses == 3
    assert found == pytest.approx(100, abs=1.5), "one server alone whose clock is wrong decides nothing"


def test_the_address_of_the_watcher_must_be_one(tmp_path: Path) -> None:
    assert read_settings(tmp_path, {"FENGHUO_HEARTBEAT_URL": "https://watch.example/x"}).heartbeat_url
    with pytest.raises(SettingsError, match="E009"):
        read_settings(tmp_path, {"FENGHUO_HEARTBEAT_URL": "watch.example"})
