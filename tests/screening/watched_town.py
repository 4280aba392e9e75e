"""The screening process over a site on loopback, with tables of its own: the site is attacked meanwhile. Prints what came of it as JSON.

python -m tests.screening.watched_town FOLDER
"""

import asyncio
import json
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

LONGEST_S = 150.0
DARK = '<div style="position:absolute;left:-9999px"><a href="http://x.example/">澳门新葡京网址</a></div>'
NEWS = "<p>县教育局召开全县教育工作会议，部署新学期重点任务，各学校校长参加。</p>" * 6


class Town:
    """A home page with three pages behind it; one carries a dark link, and the home page is defaced when somebody says so."""

    defaced = False

    async def answer(self, request: web.Request) -> web.Response:
        from fenghuo.see.screening.checks.samples import html

        if request.path == "/":
            links = "".join(f"<a href='/a/{n}.html'>栏目{n}</a>" for n in range(3))
            shown = "<h1>Hacked by nobody</h1>" if self.defaced else NEWS + links
            return web.Response(text=html(shown), content_type="text/html")
        if request.path.startswith("/a/"):
            dark = DARK if request.path == "/a/1.html" else ""
            return web.Response(text=html(NEWS + dark), content_type="text/html")
        return web.Response(status=404, text=html("没有", "404 Not Found"), content_type="text/html")


def register(port: int) -> None:
    """One site, authorised for visits at its address on loopback."""
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.common import clock
    from fenghuo.base.units.actions import save_asset, save_unit
    from fenghuo.base.units.models import Asset, Unit
    from fenghuo.see.screening import actions

    unit = save_unit(COMMAND_LINE, Unit(code="edu", name="烽燧县教育局", kind="department"))
    asset = save_asset(COMMAND_LINE, Asset(unit=unit, kind="website", name="门户", value=f"127.0.0.1:{port}"))
    now = clock.now()
    given = {"classes": ["lookup", "visit"], "begins": now - timedelta(days=1), "ends": now + timedelta(days=1)}
    actions.authorise(COMMAND_LINE, asset, {**given, "given_by": "王主任", "addresses": ["127.0.0.1"]})


def hurry() -> None:
    """Eight seconds for five minutes, two looks for three days of learning."""
    from fenghuo.faces.workers import screen, screen_store
    from fenghuo.see.screening.checks import learning

    screen.HOME_EVERY = timedelta(seconds=8)
    screen_store.watch_interval = lambda _sites: timedelta(seconds=8)
    learning.LEARNING_TIME = timedelta(0)
    learning.learned.__defaults__ = (learning.Pace(2, 48),)


async def until(there: Callable[[], bool]) -> None:
    """Wait until the tables say so."""
    from asgiref.sync import sync_to_async

    async with asyncio.timeout(LONGEST_S):
        while not await sync_to_async(there)():
            await asyncio.sleep(0.3)


async def watch(data: Path) -> None:
    """Run the process, attack the site, and wait until everything was found, told and pictured."""
    from asgiref.sync import sync_to_async

    from fenghuo.faces.workers.child import Child
    from fenghuo.faces.workers.screen import Screener
    from fenghuo.see.screening.fetch.tests.loopback import site
    from fenghuo.see.screening.models import KnownPage, Shot, StoredFinding

    town, stop = Town(), threading.Event()
    async with site(town.answer) as asked:
        await sync_to_async(register)(asked.port)
        running = asyncio.create_task(Screener(Child("screen", data, {}, stop)).run())
        try:
            await until(lambda: StoredFinding.objects.filter(check_id="dark-link", place="/a/1.html").exists())
            await until(lambda: KnownPage.objects.exclude(seen_at=None).count() == 3)
            await until(lambda: Shot.objects.filter(finding=None).exclude(sha256="").exists())
            town.defaced = True
            await until(lambda: Shot.objects.filter(finding__check_id="tampered-page", finding__place="").exists())
            await until(lambda: not StoredFinding.objects.filter(to_tell=True).exists())
        finally:
            stop.set()
            await asyncio.wait_for(running, 20)


def result(data: Path) -> dict[str, Any]:
    """What was told to the judge, and the pictures of the defaced home page."""
    from fenghuo.see.eventlog import open_log
    from fenghuo.see.events import hits_from_batch
    from fenghuo.see.screening.models import Shot

    blocks = open_log(data / "log").reader("hits.normal.screen").read()
    told = [(hit.rule_id, hit.rule_level) for block in blocks for hit in hits_from_batch(block.batch)]
    shot = Shot.objects.select_related("before").get(finding__check_id="tampered-page", finding__place="")
    return {"told": told, "found": shot.sha256, "before": shot.before.sha256 if shot.before else ""}


def main(data: Path) -> None:
    """Everything, in a folder that is empty."""
    from fenghuo.base.common.django_setup import migrate, setup

    setup(data)
    migrate()
    (data / "log").mkdir(exist_ok=True)
    hurry()
    asyncio.run(watch(data))
    print(json.dumps(result(data)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
