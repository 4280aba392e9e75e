"""How fast warnings leave, and what a storm does to the people on duty.

    python bench/storm.py rate [SECONDS] [A_SECOND]     200 warnings a second for 10 minutes: accepted → first request at the channel
    python bench/storm.py storm [ALERTS] [SECONDS]      100,000 alerts in 60 seconds about 20 units: messages a person, the first red one

The real judge's verbs in this process, the real deliver process beside it, and a third process that stands for the channels' other side and
notes when each request comes. Accepted is the moment after the commit of the warning and its messages. Exit code 1 where a goal is missed.
"""

import json
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

GOAL_P99_S, GOAL_P50_S = 1.0, 0.15
GOAL_MESSAGES, GOAL_RED_S = 20, 2.0
UNITS, SOURCES = 20, 50
AFTER_S = 420.0


class Handler(BaseHTTPRequestHandler):
    """Takes every message and notes when it came."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """One message."""
        at = time.time()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        line = f"{at:.6f}\t{self.path}\t{body['matter']}\t{body['occasion']}\n"
        os.write(self.server.sink, line.encode())  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Takes as many connections at the same moment as there are lanes."""

    request_queue_size = 128


def end_with_parent() -> None:
    """Let this process end when the bench does, however it ends: the next run would be measured beside it."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def other_side(folder: str, pipe: Connection) -> None:
    """The process of the other side."""
    end_with_parent()
    server = Server(("127.0.0.1", 0), Handler)
    server.sink = os.open(Path(folder) / "arrived", os.O_WRONLY | os.O_APPEND | os.O_CREAT)  # type: ignore[attr-defined]
    pipe.send(server.server_port)
    server.serve_forever()


def deliver(folder: str, stop: Any) -> None:
    """The deliver process, as `fenghuo up` runs it."""
    end_with_parent()
    from fenghuo.base.common.django_setup import setup

    setup(Path(folder))
    from fenghuo.faces.workers import deliver as worker
    from fenghuo.faces.workers.child import Child

    child = Child("deliver", Path(folder), {}, threading.Event())
    threading.Thread(target=lambda: (stop.wait(), child.stop.set()), daemon=True).start()
    worker.run(child)


def main() -> int:
    """Prepare, measure, print."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "rate"
    numbers = [int(argument) for argument in sys.argv[2:]]
    folder = tempfile.mkdtemp(prefix="fenghuo-bench-", dir=os.environ.get("BENCH_FOLDER"))
    os.environ["FENGHUO_DATA"] = folder
    os.environ["FENGHUO_OUTBOUND_PRIVATE"] = "127.0.0.0/8"
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    sink = context.Process(target=other_side, args=(folder, theirs), daemon=True)
    sink.start()
    stop = context.Event()
    worker = context.Process(target=deliver, args=(folder, stop), daemon=True)
    try:
        prepare(Path(folder), ours.recv(), storm=kind == "storm")
        worker.start()
        time.sleep(3)
        found = (storm if kind == "storm" else rate)(Path(folder), *numbers)
    finally:
        stop.set()
        for process in (worker, sink):
            if process.pid is not None:
                process.join(5 if process is worker else 0)
                process.terminate()
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(found, indent=1))
    return 0 if found["met"] else 1


def prepare(folder: Path, port: int, storm: bool) -> None:
    """Tables, units, people on duty with roads, channels."""
    from fenghuo.base.common.django_setup import migrate, setup

    setup(folder)
    migrate()
    from fenghuo.base.accounts.actions import add_person
    from fenghuo.base.accounts.permissions import Role
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.units.actions import save_unit
    from fenghuo.base.units.models import Unit
    from fenghuo.warn.channels import actions
    from fenghuo.warn.channels.models import Channel
    from fenghuo.warn.channels.roads import of_person

    for number in range(UNITS):
        save_unit(COMMAND_LINE, Unit(code=f"u{number}", name=f"unit {number}", importance="vital"))
    secret = {"secret": "x"}
    machine = {"url": f"http://127.0.0.1:{port}/machine", **secret}
    if not storm:
        channel = actions.add_channel(COMMAND_LINE, "machine", "webhook", machine, [], "blue", "en")
        actions.set_limits(COMMAND_LINE, channel, digests=False, parallel=16)
        return
    for name, role in (("a", Role.DUTY_OFFICER), ("b", Role.DUTY_OFFICER), ("boss", Role.LEADER)):
        person, _ = add_person(COMMAND_LINE, name, name, (role,), password="correct horse battery")
        config = {"url": f"http://127.0.0.1:{port}/{name}", **secret}
        channel = actions.add_channel(COMMAND_LINE, name, "webhook", config, [], "blue", "en")
        Channel.objects.filter(pk=channel.pk).update(recipients=[])
        actions.set_roads(COMMAND_LINE, of_person(person).key, [(channel, name)])


def hits(numbers: range, distinct: bool, dice: random.Random) -> list[Any]:
    """Alerts about the units; distinct ones are about an asset each."""
    from fenghuo.base.common import clock
    from fenghuo.base.common.ids import derived_id
    from fenghuo.base.units.models import Unit
    from fenghuo.see.events import Hit, Match

    units = list(Unit.objects.order_by("code").values_list("id", flat=True))
    now = clock.now_ns()
    made = []
    for number in numbers:
        level = dice.choices(("critical", "high", "medium"), (1, 20, 79))[0]
        asset = f"host{number}.example" if distinct else f"host{number % 100}.example"
        hit = Hit(
            hit_id="", rule_id="r1", rule_hash="h1", rule_title="SQL injection in a web request", rule_level=level, rule_author="Fenghuo",
            rule_pack="web-attacks", threat_class=dice.choice(("web-attack", "password-guessing", "malware")), tags=(),
            log_position=f"records.normal.0:{number}", event_time=now, ingest_time=now, source_id=f"source{number % SOURCES}",
            unit_id=units[number % UNITS], asset=asset, peer="192.0.2.9", exercise=False, src_ip="203.0.113.5", dst_ip="",
            domain="", url="", hash="", raw=b"GET /?id=1",
            matches=(Match("selection", "cs-uri-query", "id=1", "union", (5, 10)),),
        )  # fmt: skip
        made.append(replace(hit, hit_id=derived_id("hit", hit.rule_id, hit.rule_hash, hit.log_position)))
    return made


def judged(batch: list[Any]) -> float:
    """What the judge process does with hits, in one transaction; the moment after its commit."""
    from django.db import transaction

    from fenghuo.base.common import clock
    from fenghuo.see.rulebook.actions import store_hits
    from fenghuo.warn.early_warnings.actions import judge

    with transaction.atomic():
        judge(store_hits(batch).raising, clock.now())
    return time.time()


def arrived(folder: Path) -> list[tuple[float, str, str, str]]:
    """(moment, whom, matter, occasion) of each request."""
    lines = (folder / "arrived").read_text().splitlines() if (folder / "arrived").exists() else []
    rows = [line.split("\t") for line in lines]
    return [(float(at), path.lstrip("/"), matter, occasion) for at, path, matter, occasion in rows]


def rate(folder: Path, seconds: int = 600, a_second: int = 200) -> dict[str, Any]:
    """Distinct warnings at a steady pace; nearest-rank percentiles of what the channel saw."""
    from fenghuo.faces.workers.judge import HITS_AT_ONCE, REST_S
    from fenghuo.warn.early_warnings.models import EarlyWarning

    dice, accepted = random.Random(1), {}
    total, begun, number = seconds * a_second, time.time(), 0
    behind = 0.0
    while number < total:
        due = min(total, number + HITS_AT_ONCE, int((time.time() - begun) * a_second) + 1)
        batch = hits(range(number, due), True, dice)
        if batch:
            at = judged(batch)
            accepted |= {hit.asset: at for hit in batch}
            number = due
            behind = max(behind, at - begun - number / a_second)
        time.sleep(REST_S)
    until = time.time() + 120
    wanted = dict(EarlyWarning.objects.values_list("id", "asset"))
    while time.time() < until and len({row[2] for row in arrived(folder)} & {f"warning:{i}" for i in wanted}) < len(
        wanted
    ):
        time.sleep(1)
    first: dict[str, float] = {}
    for at, _whom, matter, _occasion in arrived(folder):
        first.setdefault(matter, at)
    waits = sorted(first[f"warning:{i}"] - accepted[a] for i, a in wanted.items() if f"warning:{i}" in first)
    p50, p99 = waits[len(waits) // 2], waits[min(len(waits) - 1, int(len(waits) * 0.99))]
    lost = len(wanted) - len(waits)
    met = p99 <= GOAL_P99_S and not lost
    return {
        "warnings": len(wanted), "seconds": round(time.time() - begun), "behind_s": round(behind, 2), "not_arrived": lost,
        "p50_s": round(p50, 3), "p99_s": round(p99, 3), "max_s": round(waits[-1], 3), "met": met,
    }  # fmt: skip


def storm(folder: Path, alerts: int = 100_000, seconds: int = 60) -> dict[str, Any]:
    """Everything at once; then as long as digests may take."""
    from fenghuo.base.common.severity import WarningLevel
    from fenghuo.faces.workers.judge import HITS_AT_ONCE
    from fenghuo.warn.channels.models import Delivery
    from fenghuo.warn.early_warnings.models import EarlyWarning

    dice, begun, number, red = random.Random(2), time.time(), 0, 0.0
    while number < alerts:
        due = min(alerts, number + HITS_AT_ONCE, int((time.time() - begun) * alerts / seconds) + 50)
        batch = hits(range(number, due), False, dice)
        at = judged(batch)
        number = due
        if not red and EarlyWarning.objects.filter(rank=WarningLevel.RED.rank).exists():
            red = at
    took = time.time() - begun
    until = time.time() + AFTER_S
    while time.time() < until and (Delivery.objects.filter(held_at__isnull=False).exists() or time.time() - begun < 90):
        time.sleep(2)
    reds = {
        f"warning:{i}" for i in EarlyWarning.objects.filter(rank=WarningLevel.RED.rank).values_list("id", flat=True)
    }
    rows = arrived(folder)
    first_red = next((at - red for at, _whom, matter, _o in rows if matter in reds and at >= red - 1), None)
    a_person = Counter(whom for _at, whom, _matter, _o in rows if _matter.startswith(("warning:", "digest:")))
    told = {matter for _at, _whom, matter, _o in rows}
    pairs = Delivery.objects.filter(digest__isnull=False).values_list("matter", "digest__matter")
    told |= {matter for matter, digest in pairs if digest in told}
    unlisted = [i for i in EarlyWarning.objects.values_list("id", flat=True) if f"warning:{i}" not in told]
    met = max(a_person.values()) <= GOAL_MESSAGES and not unlisted and first_red is not None and first_red <= GOAL_RED_S
    return {
        "alerts": alerts, "taken_in_s": round(took, 1), "warnings": EarlyWarning.objects.count(), "messages_a_person": dict(a_person),
        "first_red_s": None if first_red is None else round(first_red, 2), "not_listed": len(unlisted), "met": met,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
