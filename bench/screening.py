"""What screening costs: 200 sites by the light profile at one request a second each, and their availability each minute.

`python bench/screening.py [SITES] [MINUTES]` prints minutes, the largest memory, and the share of one core. The sites are a process of
its own on loopback addresses 127.0.3.1 and up, port 8080.
"""

import asyncio
import gc
import resource
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

from aiohttp import web

from fenghuo.base.common import clock
from fenghuo.see.screening.checks.profiles import Profile, checks_of
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.facts import CheckClass, Target
from fenghuo.see.screening.fetch.collectors import COLLECTORS
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.screen import Means, screen
from fenghuo.see.screening.fetch.watch import look
from fenghuo.see.screening.fetch.web import Scanner
from fenghuo.see.screening.fetch.wire import Contact
from fenghuo.see.screening.permit import Permit

PORT = 8080
FIRST = int(ip_address("127.0.3.1"))
AT_ONCE = 64
"""Visits at once; the screening process has as many."""
MOST_MINUTES, MOST_MB, MOST_SHARE = 15.0, 400.0, 0.10
NEWS = "".join(f'<li><a href="/news/{n}.html">关于做好第{n}季度安全检查工作的通知</a></li>' for n in range(40))
TEXT = "<p>县有关部门负责同志参加会议，会议强调要落实责任，做好各项工作。</p>" * 150
FOOT = '<footer>主办单位：县教育局 <a href="https://beian.miit.gov.cn/">滇ICP备12345678号-1</a></footer>'
HEAD = '<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>教育局</title></head>'
PAGE = f"{HEAD}<body><ul>{NEWS}</ul>{TEXT}{FOOT}</body></html>"


def addresses(sites: int) -> list[str]:
    """Where the sites are."""
    return [str(ip_address(FIRST + number)) for number in range(sites)]


async def _answer(request: web.BaseRequest) -> web.Response:
    known = request.path == "/" or request.path.startswith("/news/")
    return web.Response(status=200 if known else 404, text=PAGE if known else "没有", content_type="text/html")


async def serve(sites: int) -> None:
    """The sites, until the process is ended."""
    for address in addresses(sites):
        runner = web.ServerRunner(web.Server(_answer))
        await runner.setup()
        await web.TCPSite(runner, address, PORT).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


class Counted:
    """A contact log that only counts."""

    def __init__(self) -> None:
        self.classes: Counter[str] = Counter()

    def write(self, contact: Contact) -> None:
        """Count one."""
        self.classes[contact.check_class] += 1


@dataclass(frozen=True)
class Row:
    """A site with its permit."""

    target: Target
    permit: Permit


def rows(sites: int) -> list[Row]:
    """The register of the bench."""
    now = clock.now()
    span = (now - timedelta(days=1), now + timedelta(days=1))
    found = []
    for address in addresses(sites):
        hosts, classes = frozenset({address}), frozenset(CheckClass)
        permit = Permit(f"B-{address}", hosts, classes, *span, "bench", hosts)
        target = Target(f"{address}:{PORT}", "website", address, f"http://{address}:{PORT}/", "教育局", "department")
        found.append(Row(target, permit))
    return found


def memory_mb() -> float:
    """The largest memory that this process had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def processor_s() -> float:
    """Seconds of processor that this process used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def means_of(log: Counted) -> Means:
    """What a screening process shares."""
    return Means(Limiter(), log, Scanner("bench@fenghuo.example"), clock.now, COLLECTORS)


async def visits(sites: list[Row]) -> None:
    """All sites by the light profile, as many at once as the screening process has."""
    log, gate = Counted(), asyncio.Semaphore(AT_ONCE)
    means = means_of(log)
    light = [check for check in all_checks().values() if check.id in checks_of(Profile.LIGHT)]
    kinds: Counter[str] = Counter()
    begun, used = time.monotonic(), processor_s()

    async def one(row: Row) -> None:
        async with gate:
            found = await screen(row.target, row.permit, light, means)
        kinds.update(verdict.kind.value for verdict in found.verdicts)

    await asyncio.gather(*(one(row) for row in sites))
    minutes, share = (time.monotonic() - begun) / 60, (processor_s() - used) / (time.monotonic() - begun)
    print(
        f"{len(sites)} sites, light profile, {AT_ONCE} at once: {minutes:.1f} min (target {MOST_MINUTES:.0f}), {share:.0%} of a core"
    )
    print(f"contacts a site: {', '.join(f'{name} {n / len(sites):.1f}' for name, n in log.classes.most_common())}")
    print(f"verdicts: {dict(kinds)}")
    print(f"largest memory {memory_mb():.0f} MB (target {MOST_MB:.0f})")


async def availability(sites: list[Row], minutes: int) -> None:
    """Every site each minute, spread over it."""
    means = means_of(Counted())
    stages: Counter[str] = Counter()

    async def watch(number: int, row: Row) -> None:
        await asyncio.sleep(60 * number / len(sites))
        for _ in range(minutes):
            started = time.monotonic()
            seen = await look(row.target, row.permit, means)
            stages["not looked" if seen is None else seen[0] or "up"] += 1
            await asyncio.sleep(max(0.0, 60 - (time.monotonic() - started)))

    begun, used = time.monotonic(), processor_s()
    await asyncio.gather(*(watch(number, row) for number, row in enumerate(sites)))
    # The first and last minute are only partly filled; the looks tell what a full minute costs.
    looks, took = sum(stages.values()), processor_s() - used
    share = took / looks * len(sites) / 60
    print(f"availability: {looks} looks in {(time.monotonic() - begun) / 60:.1f} min, {dict(stages)}")
    print(
        f"{len(sites)} sites each minute: {share:.1%} of a core (target < {MOST_SHARE:.0%}), {1000 * took / looks:.1f} ms a look"
    )


def main() -> int:
    """Start the sites and measure."""
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(int(sys.argv[2])))
        return 0
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    minutes = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with subprocess.Popen([sys.executable, __file__, "serve", str(number)], stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            sites = rows(number)
            asyncio.run(visits(sites))
            gc.collect()
            asyncio.run(availability(sites, minutes))
        finally:
            server.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
