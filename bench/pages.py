"""How long the pages of screening take that sum up many rows: medians, 95th percentiles, and their ratio to an empty list.

On a machine that others use as well, look at the ratio and at the processor's time.

    python bench/pages.py [SITES]

Fifty units with 200 sites by default (one unit with a tenth of them), three months of ledger, 20 findings a site, a year of availability.
Tables are SQLite in a folder of its own, or what FENGHUO_DATABASE_URL names: an empty database of PostgreSQL.
"""

import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

    from fenghuo.base.units.models import Asset, Unit

UNITS, ROUNDS, GOAL_MS = 50, 40, {"sqlite": 200.0, "postgresql": 100.0}
EMPTY = "screening/hosts/"


def main() -> int:
    """Build, measure, print; exit code 1 where a page misses its goal."""
    sites = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    folder = Path(tempfile.mkdtemp(prefix="fenghuo-bench-"))
    try:
        return measure(folder, sites)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path, sites: int) -> int:
    """The bench itself, in a data directory of its own."""
    from fenghuo.base.common.django_setup import migrate, setup

    setup(folder)
    migrate()
    from django.db import connection

    units = build(sites)
    client, goal = signed_in(), GOAL_MS[connection.vendor]
    print(json.dumps({"sites": sites, "units": len(units), "tables": connection.vendor, "goal_p95_ms": goal}))
    empty = statistics.median(times(client, EMPTY)[0])
    slow = 0
    for path in (EMPTY, *pages(units[0])):
        found, worked = times(client, path)
        middle, p95 = statistics.median(found), sorted(found)[int(len(found) * 0.95) - 1]
        slow += p95 > goal
        line = {"page": path, "median_ms": round(middle, 1), "p95_ms": round(p95, 1), "queries": queries(client, path)}
        more = {"ratio": round(middle / empty, 1), "processor_ms": round(statistics.median(worked), 1)}
        print(json.dumps({**line, **more}), flush=True)
    return 1 if slow else 0


def pages(unit: "Unit") -> Iterator[str]:
    """The pages that sum up or list much."""
    from fenghuo.base.units.models import Asset

    yield from ("screening/", f"screening/units/{unit.id}/", f"screening/units/{unit.id}/?verdict=fail")
    yield from (
        "screening/findings/",
        "screening/uptime/",
        f"screening/assets/{Asset.objects.filter(unit=unit)[0].pk}/",
    )
    yield from ("screening/authorisations/", "screening/rounds/", f"units/{unit.id}/", "desk/", "wall/board/")


def times(client: "Client", path: str) -> tuple[list[float], list[float]]:
    """Milliseconds of each of some requests, and of the processor in them, after a first one that fills caches."""
    found, worked = [], []
    for number in range(ROUNDS + 1):
        begun, used = time.perf_counter(), time.thread_time()
        answer = client.get(f"/{path}")
        assert answer.status_code == 200, (path, answer.status_code)
        if number:
            found.append(1000 * (time.perf_counter() - begun))
            worked.append(1000 * (time.thread_time() - used))
    return found, worked


def queries(client: "Client", path: str) -> int:
    """How many questions the page asks the tables."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        client.get(f"/{path}")
    return len(asked)


def signed_in() -> "Client":
    """A browser of somebody who sees everything."""
    from django.conf import settings
    from django.test import Client

    from fenghuo.base.accounts.actions import add_person
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.common import clock
    from fenghuo.faces.console.models import SiteProfile

    settings.ALLOWED_HOSTS = ["testserver"]
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())
    roles = ["duty-officer", "analyst", "system-admin"]
    person, _password = add_person(COMMAND_LINE, "bench", "bench", roles, password="correct horse battery")
    client = Client()
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client


def build(sites: int) -> "list[Unit]":
    """Units, sites, authorisations, ledger, findings and availability, as many months of screening leave them."""
    from fenghuo.base.common import clock
    from fenghuo.base.units.models import Asset, Unit
    from fenghuo.see.screening.ledger import fill, month_of
    from fenghuo.see.screening.register import note_register

    chance, now = random.Random(1), clock.now()
    units = [Unit(code=f"u{n}", name=f"烽燧县第{n}局", created_at=now) for n in range(UNITS)]
    Unit.objects.bulk_create(units)
    owners = [units[0]] * (sites // 10) + [units[1 + n % (UNITS - 1)] for n in range(sites - sites // 10)]
    Asset.objects.bulk_create(
        Asset(unit=unit, kind="website", name=f"门户网站{n}", value=f"www.s{n}.example")
        for n, unit in enumerate(owners)
    )
    assets = list(Asset.objects.select_related("unit"))
    allow(assets)
    for months_ago in range(3):
        then = now - timedelta(days=30 * months_ago)
        note_register(then)
        fill(month_of(then), assets, then)
    judge(chance)
    find(chance, assets)
    watch(chance, assets)
    return units


def allow(assets: "list[Asset]") -> None:
    """An authorisation for nine of ten."""
    from fenghuo.base.common import clock
    from fenghuo.see.screening.facts import CheckClass
    from fenghuo.see.screening.models import Authorisation

    now, classes = clock.now(), [c.value for c in CheckClass]
    span = {"begins": now - timedelta(days=90), "ends": now + timedelta(days=90), "made_at": now}
    Authorisation.objects.bulk_create(
        Authorisation(work_order=f"2026-{n:04}", asset=asset, classes=classes, given_by="g", made_by="m", **span)
        for n, asset in enumerate(assets)
        if n % 10
    )


def judge(chance: random.Random) -> None:
    """Give cells their verdicts: seven of ten passed, some failed, some do not apply, the rest could not be tested."""
    from fenghuo.see.screening.models import Cell

    cells = list(Cell.objects.all())
    kinds = ["pass"] * 14 + ["fail"] * 2 + ["not-applicable"] * 2 + ["could-not-test"] * 2
    for cell in cells:
        cell.verdict = chance.choice(kinds)
        cell.reason = "timed-out" if cell.verdict == "could-not-test" else ""
    Cell.objects.bulk_update(cells, ["verdict", "reason"], batch_size=500)


def find(chance: random.Random, assets: "list[Asset]") -> None:
    """Findings, three of four closed."""
    from fenghuo.base.common import clock
    from fenghuo.see.screening.checks.registry import all_checks
    from fenghuo.see.screening.models import StoredFinding

    now, checks, rows = clock.now(), list(all_checks().values()), []
    for number in range(20 * len(assets)):
        asset, check = assets[number % len(assets)], chance.choice(checks)
        outcome, seen = chance.choice(check.outcomes), now - timedelta(hours=chance.randrange(2000))
        row = StoredFinding(id=f"{number:064x}", unit_id=asset.unit_id, asset=asset, check_id=check.id, version=1)
        row.outcome, row.severity, row.rank = outcome.key, outcome.severity.value, outcome.severity.rank
        row.locus, row.sha256, row.state = f"/{number}", "0" * 64, "open" if number % 4 == 0 else "closed"
        row.first_seen, row.last_seen, row.due_at = seen, now, seen + timedelta(days=outcome.days)
        row.closed_at = None if number % 4 == 0 else now
        rows.append(row)
    StoredFinding.objects.bulk_create(rows, batch_size=500)


def watch(chance: random.Random, assets: "list[Asset]") -> None:
    """A year of availability with an outage every other day or so."""
    from fenghuo.base.common import clock
    from fenghuo.see.screening.models import UpSpan

    now, rows = clock.now(), []
    for asset in assets:
        at = now - timedelta(days=365)
        while at < now:
            until = min(at + timedelta(hours=chance.randrange(20, 80)), now)
            down = min(until + timedelta(minutes=chance.randrange(2, 40)), now)
            rows.append(UpSpan(asset=asset, state="up", begins=at, ends=until))
            if down > until:
                rows.append(UpSpan(asset=asset, state="down", stage="tcp", begins=until, ends=down))
            at = down
    UpSpan.objects.bulk_create(rows, batch_size=1000)


if __name__ == "__main__":
    os.environ.setdefault("FENGHUO_LANGUAGE", "zh-hans")
    sys.exit(main())
