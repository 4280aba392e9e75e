"""Run by tests of the outbox: processes that die at named points, on a data directory of their own.

    python outbox_process.py kills FOLDER KILLS WARNINGS SEED
    python outbox_process.py disk FOLDER

`kills` forks one life after the other. Each accepts some more warnings and sends what is due, and ends at a random reach of a named point
as if by kill -9. What left is what was appended to a file at the moment of sending, outside the database. Time is moved on between lives,
so that leases end. Prints what was found as JSON.
"""

import json
import os
import random
import resource
import sys
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
BATCH = 10
PERSONS = 4
KILLED = 9
A_REACH_EACH = {"enqueue": BATCH, "lease": 20, "turn": 2, "send": 2, "pass-on": 100, "digest": 100}
"""A point is reached about once for so many warnings."""


def own_database(url: str) -> str:
    """A fresh database on the same PostgreSQL, so that this script disturbs no other test."""
    import psycopg

    name = f"outbox_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def prepare(folder: Path) -> None:
    """Tables, two channels, and persons with a road over both."""
    os.environ["FENGHUO_DATA"] = str(folder)
    if os.environ.get("FENGHUO_DATABASE_URL"):
        os.environ["FENGHUO_DATABASE_URL"] = own_database(os.environ["FENGHUO_DATABASE_URL"])
    from fenghuo.base.common.django_setup import setup

    setup(folder)
    from django.core.management import call_command
    from django.db import connections

    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.warn.channels import actions, sending
    from fenghuo.warn.channels.models import Channel

    assert sending  # loaded once, before the forks
    call_command("migrate", verbosity=0)
    made = []
    for name in ("first", "second"):
        config = {"url": f"https://{name}.example/", "secret": "x"}
        made.append(actions.add_channel(COMMAND_LINE, name, "webhook", config, [], "blue", "en"))
    Channel.objects.update(recipients=[])
    for number in range(PERSONS):
        actions.set_roads(COMMAND_LINE, f"address:p{number}", [(c, f"p{number}@{c.name}") for c in made])
    connections.close_all()


def accept(start: int, stop: int, accepted: int, now: Any) -> None:
    """Put warnings in the outbox, each batch in one transaction; a batch is accepted once its commit is through."""
    from django.db import transaction

    from fenghuo.warn.channels import actions
    from fenghuo.warn.channels.message import Addressee, Message

    def warning(number: int) -> Message:
        texts = {"en": (f"warning {number}", "text")}
        return Message(f"warning:{number}", "raised", 3, texts, may_wait=number % 3 == 0)

    for first in range(start, stop, BATCH):
        last = min(first + BATCH, stop)
        with transaction.atomic():
            for person in range(PERSONS):
                own = [n for n in range(first, last) if n % PERSONS == person]
                who = Addressee(f"address:p{person}", f"p{person}")
                actions.enqueue_all(lambda own=own, who=who: ([warning(n) for n in own], [who]), now)
        os.write(accepted, f"{first} {last}\n".encode())


def life(folder: Path, work: tuple[int, int], offset: timedelta, at: tuple[str, int]) -> None:
    """One process: accept, send, look after what waits; it ends when the point is reached for the n-th time, or when nothing is left."""
    import time

    from fenghuo.base.common import clock
    from fenghuo.warn.channels import actions, lanes
    from fenghuo.warn.channels.message import NotSent, Sent
    from fenghuo.warn.channels.points import HOOK
    from fenghuo.warn.channels.sending import outgoing

    sink = os.open(folder / "arrived", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    accepted = os.open(folder / "accepted", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    reached: Counter[str] = Counter()

    def act(name: str) -> None:
        reached[name] += 1
        if (name, reached[name]) == at:
            os._exit(KILLED)

    def send(delivery: Any) -> Sent:
        if delivery.channel.name == "first" and hash_of(delivery.matter) % 25 == 0:
            raise NotSent("refused")
        out = outgoing(delivery)
        os.write(sink, f"{delivery.who}\t{out.matter}\t{int(bool(out.mark))}\n".encode())
        return Sent("250")

    HOOK.act = act
    lanes.send = send
    with clock.moved(lambda: time.time_ns() + int(offset.total_seconds()) * 10**9):
        accept(*work, accepted, clock.now())
        for _ in range(3):
            actions.ladder_due(clock.now())
            actions.digests_due(clock.now())
            actions.deliver_once()


def hash_of(matter: str) -> int:
    """The same in every process."""
    return int(matter.partition(":")[2] or "0") if matter.startswith("warning:") else 1


def fork(folder: Path, work: tuple[int, int], offset: timedelta, at: tuple[str, int]) -> bool:
    """One life in a process of its own; whether it was killed."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            life(folder, work, offset, at)
            code = 0
        finally:
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {0, KILLED}, code
    return code == KILLED


def standing(folder: Path) -> int:
    """From where on warnings are not accepted yet: who was not told that its batch is in offers it again."""
    file = folder / "accepted"
    lines = file.read_text().splitlines() if file.exists() else []
    return max((int(line.split()[1]) for line in lines), default=0)


def kills(folder: Path, wanted: int, warnings: int, seed: int) -> dict[str, Any]:
    """Life after life."""
    prepare(folder)
    from fenghuo.warn.channels.points import POINTS

    dice = random.Random(seed)
    done, lives, offset = 0, 0, timedelta()
    by_point: Counter[str] = Counter()
    share = max(BATCH, warnings // wanted)
    while (standing(folder) < warnings or done < wanted) and lives < wanted * 4:
        start = standing(folder)
        point = POINTS[lives % len(POINTS)]
        most = max(1, share // A_REACH_EACH[point.partition(":")[0]])
        reach = dice.randint(1, most) if done < wanted else 0
        if fork(folder, (start, min(start + share, warnings)), offset, (point, reach)):
            done += 1
            by_point[point] += 1
        lives += 1
        offset += timedelta(seconds=35)
    while True:
        fork(folder, (warnings, warnings), offset, ("", 0))
        offset += timedelta(seconds=61)
        if nothing_waits():
            break
    return {"kills": done, "lives": lives, "points": dict(by_point), **found(folder, warnings)}


def nothing_waits() -> bool:
    """Whether all is sent, told in a digest, or in the human queue; the parent of the next fork keeps no connection."""
    from django.db import connections
    from django.db.models import Q

    from fenghuo.warn.channels.models import Call, Delivery

    waits = Delivery.objects.filter(Q(next_try_at__isnull=False) | Q(held_at__isnull=False))
    called = set(Call.objects.exclude(open_since=None).values_list("matter", flat=True))
    still = set(waits.values_list("matter", flat=True)) - called
    connections.close_all()
    return not still


def found(folder: Path, warnings: int) -> dict[str, Any]:
    """What became of every accepted warning, by what arrived and by the tables."""
    from fenghuo.warn.channels.models import Call, Delivery

    arrived: Counter[tuple[str, str]] = Counter()
    unmarked = 0
    for line in (folder / "arrived").read_text().splitlines():
        who, matter, mark = line.split("\t")
        arrived[who, matter] += 1
        unmarked += arrived[who, matter] > 1 and mark == "0"
    matters = {matter for _who, matter in arrived}
    rows = Delivery.objects.filter(digest__isnull=False).values_list("matter", "digest__matter")
    matters |= {matter for matter, digest in rows if digest in matters}
    called = set(Call.objects.values_list("matter", flat=True))
    called |= {matter for matter, digest in rows if digest in called}  # whoever calls reads on the page what it lists
    known = matters | called
    lost = [n for n in range(warnings) if f"warning:{n}" not in known]
    return {
        "accepted": standing(folder),
        "lost": len(lost),
        "called": len(called - matters),
        "digested": rows.count(),
        "open": Delivery.objects.filter(next_try_at__isnull=False).count(),
        "doubles": sum(n - 1 for n in arrived.values()),
        "unmarked": unmarked,
    }


def disk(folder: Path) -> dict[str, Any]:
    """A disk on which nothing can be written for a while, by a bound on the size of files (SQLite only)."""
    prepare(folder)
    from django.db import OperationalError

    from fenghuo.warn.channels import actions, lanes
    from fenghuo.warn.channels.message import Sent

    out = []

    def send(delivery: Any) -> Sent:
        out.append((delivery.matter, delivery.possible_double))
        if len(out) == 3:
            bound(8192)
        return Sent("250")

    lanes.send = send
    from fenghuo.base.common import clock

    now = clock.now()
    with clock.moved(lambda: clock.to_ns(now)):
        accept(0, 10, os.open(folder / "accepted", os.O_WRONLY | os.O_CREAT), now)
        failures = 0
        for number in range(5):
            with clock.moved(lambda n=number: clock.to_ns(now + timedelta(seconds=1 + 40 * n))):
                try:
                    actions.deliver_once()
                except OperationalError:
                    failures += 1
        while_full = len(out)
        bound(resource.RLIM_INFINITY)
        for number in range(5, 9):
            with suppress(OperationalError), clock.moved(lambda n=number: clock.to_ns(now + timedelta(seconds=40 * n))):
                actions.deliver_once()
    return {"failures": failures, "while_full": while_full, "out": out}


def bound(size: int) -> None:
    """No file of this process grows beyond so many bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    target = Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    if sys.argv[1] == "kills":
        print(json.dumps(kills(target, *(int(a) for a in sys.argv[3:6]))))
    else:
        print(json.dumps(disk(target)))
