"""Kills at random points: nothing that was acknowledged is lost, nothing is doubled unmarked.

KILLS=100 EVENTS=100000 KILL_SEED=1 python -m pytest tests/soak/test_kills.py -m soak -s
"""

import email
import email.policy
import os
import random
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.service.conftest import MailSink, Platform, until

KILLS = int(os.environ.get("KILLS", "100"))
EVENTS = int(os.environ.get("EVENTS", "100000"))
SEED = int(os.environ.get("KILL_SEED", "20261124"))
HTTP, RELP = EVENTS * 6 // 10, EVENTS * 3 // 10
TCP = EVENTS - HTTP - RELP
BATCH = 50
ATTACK_EVERY = 500


def line(number: int) -> str:
    """A numbered access log line; every 500th is an attack on a site of its own."""
    attack = number % ATTACK_EVERY == 0
    query = "id=1%20UNION%20ALL%20SELECT%201,2" if attack else "page=2"
    site = f"site{number}.example" if attack else "www.example"
    return (
        f'{site} 192.0.2.7 - - [24/Nov/2026:14:03:21 +0800] "GET /n{number}?{query} HTTP/1.1" 200 512 "-" "Mozilla/5.0"'
    )


@dataclass
class Feed:
    """Three senders that go on whatever happens to the other side."""

    platform: Platform
    token: str
    log: Path
    pace: float
    connections: list[list[int]] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        for work in (self.over_http, self.over_relp, self.over_tcp):
            self.threads.append(threading.Thread(target=work, daemon=True))
            self.threads[-1].start()

    def over_http(self) -> None:
        """Batches with a key, each sent until it is acknowledged."""
        for start in range(0, HTTP, BATCH):
            body = "\n".join(line(n) for n in range(start, start + BATCH)).encode()
            headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": f"batch-{start}"}
            while True:
                try:
                    request = urllib.request.Request(f"{self.platform.ingest}ingest", body, headers)
                    with urllib.request.urlopen(request, timeout=10) as answer:
                        if answer.status == 200:
                            break
                except (urllib.error.URLError, OSError):
                    time.sleep(0.05)
            time.sleep(self.pace * BATCH / HTTP)

    def over_relp(self) -> None:
        """Lines into the file that a real rsyslog follows."""
        with self.log.open("a") as file:
            for start in range(HTTP, HTTP + RELP, BATCH):
                file.write("".join(line(n) + "\n" for n in range(start, start + BATCH)))
                file.flush()
                time.sleep(self.pace * BATCH / RELP)

    def over_tcp(self) -> None:
        """Lines over connections; what was written to each is remembered."""
        number, end = HTTP + RELP, EVENTS
        while number < end:
            sent: list[int] = []
            try:
                with socket.create_connection(("127.0.0.1", self.platform.port("syslog-tcp")), 2) as connection:
                    self.connections.append(sent)
                    while number < end:
                        sent.append(number)
                        connection.sendall(f"<13>Nov 24 14:03:21 plain nginx: {line(number)}\n".encode())
                        number += 1
                        time.sleep(self.pace / TCP)
            except OSError:
                number += 1
                time.sleep(0.05)

    def running(self) -> bool:
        return any(thread.is_alive() for thread in self.threads)


def prepare(platform: Platform, mail_sink: MailSink) -> str:
    platform.cli("units", "add", "--code", "gov", "--name", "县政府")
    relay = ["sources", "add", "--unit", "gov", "--kind", "syslog", "--peer", "127.0.0.1"]
    platform.json(*relay)
    settings = ["--set", "host=127.0.0.1", "--set", f"port={mail_sink.port}", "--set", "security=none"]
    channel = ["channels", "add", "--name", "mail", "--kind", "email", *settings, "--set", "sender=f@office.example"]
    platform.json(*channel, "--to", "desk@office.example")
    return str(platform.json("sources", "add", "--unit", "gov", "--kind", "nginx")["token"])


def kill_at_random(platform: Platform, feed: Feed) -> Counter[str]:
    chance = random.Random(SEED)
    killed: Counter[str] = Counter()
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.2, 1.6))
        assert feed.running(), "the events ended before the kills; raise EVENTS"
        run = until(platform.read_run, 20)
        victim = chance.choice(["up", *sorted(run["processes"])])
        killed[victim] += 1
        try:
            os.kill(run["pid"] if victim == "up" else run["processes"][victim], signal.SIGKILL)
        except ProcessLookupError:
            continue
        if victim == "up":
            assert platform.process is not None
            platform.process.wait()
            platform.start()
    return killed


@pytest.mark.soak
@pytest.mark.parametrize("kills", [False, True], ids=["undisturbed", "killed"])
def test_nothing_acknowledged_is_lost_and_nothing_doubled_unmarked(
    kills: bool, platform: Platform, mail_sink: MailSink, rsyslog: Callable[[str], None], tmp_path: Path
) -> None:
    token = prepare(platform, mail_sink)
    log = tmp_path / "access.log"
    log.touch()
    relp = f'action(type="omrelp" target="127.0.0.1" port="{platform.port("relp")}" action.resumeRetryCount="-1"'
    relp += ' action.resumeInterval="1" timeout="5" queue.type="LinkedList" queue.size="100000")'
    rsyslog(
        'module(load="imfile")\nmodule(load="omrelp")\n'
        f'input(type="imfile" File="{log}" Tag="nginx:" Ruleset="out")\nruleset(name="out") {{ {relp} }}\n'
    )
    feed = Feed(platform, token, log, pace=KILLS * 2.2 if kills else 30.0)
    feed.start()
    killed = kill_at_random(platform, feed) if kills else Counter()
    for thread in feed.threads:
        thread.join()
    settle(platform, mail_sink)
    report = check(platform, feed, mail_sink)
    print(f"\nseed {SEED}, killed {dict(killed)}: {report}")


def settle(platform: Platform, mail_sink: MailSink) -> None:
    """Wait until no more comes."""

    def state() -> tuple[int, int, int]:
        return (
            len(platform.export("hits")),
            len(mail_sink.mails),
            sum(d["state"] != "sent" for d in platform.export("deliveries")),
        )

    last, since = state(), time.monotonic()
    while time.monotonic() - since < 15 or last[2]:
        time.sleep(2)
        now = state()
        if now != last:
            last, since = now, time.monotonic()
        assert time.monotonic() - since < 180, f"does not settle: {now}"


def number_of(raw: str) -> int:
    return int(raw.split('"GET /n')[1].split("?", maxsplit=1)[0])


def check(platform: Platform, feed: Feed, mail_sink: MailSink) -> str:
    events = platform.export("events")
    http = Counter(number_of(e["raw"]) for e in events if e["transport"] == "http")
    assert http == Counter(range(HTTP)), "HTTP with keys: each acknowledged event is in the log once"
    relp = Counter(number_of(e["raw"]) for e in events if e["transport"] == "relp")
    assert set(relp) == set(range(HTTP, HTTP + RELP)), "RELP: each at least once"
    marked = Counter(number_of(e["raw"]) for e in events if e["transport"] == "relp" and e["resend"])
    unmarked = [n for n, count in relp.items() if count - marked[n] > 1]
    assert not unmarked, f"RELP: resends without the mark: {unmarked[:10]}"
    tcp = {number_of(e["raw"]) for e in events if e["transport"] == "tcp"}
    for sent in feed.connections:
        kept = [n in tcp for n in sent]
        assert kept == sorted(kept, reverse=True), "plain TCP: a connection loses nothing but its unread tail"
    expected = {f"site{n}.example" for n in range(0, HTTP + RELP, ATTACK_EVERY)}
    expected |= {f"site{n}.example" for n in tcp if n % ATTACK_EVERY == 0}
    warnings = platform.export("warnings")
    assert sorted(w["asset"] for w in warnings) == sorted(expected), "warnings equal a run without kills"
    resent = {f"site{n}.example": count for n, count in relp.items()}
    assert all(w["count"] == resent.get(w["asset"], 1) for w in warnings), "and hold each event once"
    arrived: dict[str, list[bool]] = {}
    for _moment, _recipient, content in mail_sink.mails:
        mail = email.message_from_bytes(content, policy=email.policy.default)
        arrived.setdefault(str(mail["Message-ID"]), []).append("X-Fenghuo-Possible-Double" in mail)
    deliveries = platform.export("deliveries")
    assert {f"<{d['id']}@fenghuo>" for d in deliveries} == set(arrived), "every message arrived"
    assert len(deliveries) == len(warnings)
    assert all(flags.count(False) <= 1 for flags in arrived.values()), "doubles are marked"
    doubles = sum(len(flags) - 1 for flags in arrived.values())
    lost = sum(len(sent) for sent in feed.connections) - len(tcp)
    assert platform.cli("audit", "verify")
    return (
        f"{len(events)} records; HTTP {HTTP} once each; RELP {RELP} at least once, {sum(marked.values())} resends marked; "
        f"TCP {len(feed.connections)} connections, {lost} unread of {TCP}; {len(warnings)} warnings; "
        f"{len(arrived)} messages, {doubles} possible doubles, all marked"
    )
