"""screen: the only process that contacts sites. Due assets → facts → verdicts → findings; availability each minute; home pages each five.

Everything that it must remember is in the tables: a kill loses at most a visit that was under way, which is then due again.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import aclosing
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.faces.workers.child import Child
from fenghuo.faces.workers.contacts import ContactFiles
from fenghuo.faces.workers.screen_store import Due, Store, Watched
from fenghuo.see.eventlog import LogFull, open_log
from fenghuo.see.events import HIT_SCHEMA, hits_to_batch
from fenghuo.see.screening import pages, pictures
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.content import registry
from fenghuo.see.screening.decide import HOME_EVERY, TRY_AGAIN
from fenghuo.see.screening.fetch.chromium import Camera, Unpictured, installed
from fenghuo.see.screening.fetch.collectors import COLLECTORS
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.picture import picture_of
from fenghuo.see.screening.fetch.screen import Means, screen
from fenghuo.see.screening.fetch.tour import Step, tour
from fenghuo.see.screening.fetch.watch import look
from fenghuo.see.screening.fetch.web import Scanner
from fenghuo.see.screening.rejudge import Rejudged, changed_packs, checks_of, note_judged, rejudge, sites

log = logging.getLogger(__name__)

_AT_ONCE = 64
_LOOK_EVERY_S = 0.5
_WATCH_LIST_EVERY_S = 15.0
_HOUSE_EVERY_S = 60.0
_TOURS_EVERY_S = 5.0
_TOURS_AT_ONCE = 16
_TELL_EVERY_S = 1.0
_TOLD_AT_ONCE = 200
_TROUBLE_PAUSE_S = 2.0
P = ParamSpec("P")
R = TypeVar("R")


def run(child: Child) -> int:
    """Screen until told to stop."""
    asyncio.run(Screener(child).run())
    return 0


def in_tables(work: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """The work, done in the thread that talks to the tables; a broken connection is let go first."""

    def done(*args: P.args, **kwargs: P.kwargs) -> R:
        close_old_connections()
        return work(*args, **kwargs)

    return sync_to_async(done, thread_sensitive=True)


def _keep(tasks: dict[int, "asyncio.Task[None]"], number: int, work: Coroutine[None, None, None]) -> None:
    """Start the work and keep it among the tasks until it is done."""
    task = asyncio.ensure_future(work)
    tasks[number] = task

    def forget(_task: "asyncio.Task[None]") -> None:
        tasks.pop(number, None)

    task.add_done_callback(forget)


class Screener:
    """The process: what is under way, and what it shares among all visits."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._contacts = ContactFiles(child.data)
        contact = settings().screening_contact or "set screening_contact in fenghuo.toml"
        self._means = Means(Limiter(), self._contacts, Scanner(contact), clock.now, COLLECTORS)
        self._content = child.data / "content"
        registry.use(self._content)
        self._store = Store()
        self._hits = open_log(child.data / "log").writer("hits.normal.screen", HIT_SCHEMA)
        self._telling = asyncio.Lock()
        self._listing = asyncio.Lock()
        self._list: Sequence[Watched] = ()
        self._list_at = 0.0
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._looking: dict[int, asyncio.Task[None]] = {}
        self._touring: dict[int, asyncio.Task[None]] = {}
        self._picturing: dict[int, asyncio.Task[None]] = {}
        self._camera = Camera()
        self._next_look: dict[int, float] = {}
        self._next_home: dict[int, float] = {}

    async def run(self) -> None:
        """The loops, until the stop comes; visits under way are given up then."""
        loops = [
            asyncio.create_task(self._forever(work, every))
            for work, every in [
                (self._start_due, _LOOK_EVERY_S),
                (self._start_looks, _LOOK_EVERY_S),
                (self._start_tours, _TOURS_EVERY_S),
                (self._keep_house, _HOUSE_EVERY_S),
                (self._tell, _TELL_EVERY_S),
            ]
        ]
        self._child.ready()
        await asyncio.to_thread(self._child.stop.wait)
        under_way = (self._under_way, self._looking, self._touring, self._picturing)
        tasks = [*loops, *(task for tasks in under_way for task in tasks.values())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._hits.close()
        self._contacts.close()

    async def _forever(self, work: Callable[[], Awaitable[None]], every: float) -> None:
        while True:
            try:
                await work()
            except Exception:
                log.exception("screening stopped short; going on")
                await asyncio.sleep(_TROUBLE_PAUSE_S)
            await asyncio.sleep(every)

    async def _start_due(self) -> None:
        """Begin the visits that are due."""
        room = _AT_ONCE - len(self._under_way)
        if room <= 0:
            return
        for due in await in_tables(self._store.due)(clock.now(), room, frozenset(self._under_way)):
            _keep(self._under_way, due.asset.pk, self._visit(due))

    async def _visit(self, due: Due) -> None:
        try:
            screened = await screen(due.target, due.permit, due.checks, self._means, due.stored, due.rota)
            await in_tables(self._store.record)(due.asset, screened)
            await self._tell()
        except Exception:
            log.exception("the visit to %s stopped short; it stays due", due.asset.value)
            await asyncio.sleep(_TROUBLE_PAUSE_S)

    async def _tell(self) -> None:
        """Hand grave findings to the judge, imported ones too. They stand in the tables until then: a kill or a full log delays a warning
        and loses none, and one that is handed on twice has the same id."""
        async with self._telling:
            while True:
                findings, hits = await in_tables(self._store.untold)(_TOLD_AT_ONCE)
                if not findings:
                    return
                try:
                    if hits:
                        await asyncio.wrap_future(self._hits.append(hits_to_batch(hits)))
                except LogFull as error:
                    log.error("%d findings can't be handed on: %s", len(hits), error)
                    return
                await in_tables(self._store.told)(findings)

    async def _start_looks(self) -> None:
        """Begin the availability visits that are due."""
        moment = time.monotonic()
        for watched in await self._watch_list(moment):
            number = watched.asset.pk
            if number in self._looking or moment < self._next_look.get(number, 0.0):
                continue
            self._next_look[number] = moment + watched.every_s
            _keep(self._looking, number, self._look(watched))

    async def _watch_list(self, moment: float) -> Sequence[Watched]:
        async with self._listing:  # looks and tours ask at the same time
            if moment >= self._list_at:
                self._list = await in_tables(self._store.watched)(clock.now())
                self._list_at = moment + _WATCH_LIST_EVERY_S
        return self._list

    async def _look(self, watched: Watched) -> None:
        try:
            seen = await look(watched.target, watched.permit, self._means)
            if seen is None:
                return
            stage, took = seen
            state = await in_tables(self._store.observe)(watched.asset, clock.now(), stage, took)
            if state == "pending":
                self._next_look[watched.asset.pk] = time.monotonic() + TRY_AGAIN.total_seconds()
            elif state == "down":
                await self._judge_home(watched)
            elif time.monotonic() >= self._next_home.get(watched.asset.pk, 0.0):
                self._next_home[watched.asset.pk] = time.monotonic() + HOME_EVERY.total_seconds()
                await self._judge_home(watched)
        except Exception:
            log.exception("the look at %s stopped short", watched.asset.value)

    async def _judge_home(self, watched: Watched) -> None:
        """The checks that watch a home page: tampering, dark links, cloaking, titles, availability."""
        stored = await in_tables(self._store.stored_facts)(watched.asset, clock.now())
        screened = await screen(watched.target, watched.permit, watched.checks, self._means, stored)
        await in_tables(self._store.record_watch)(watched.asset, screened)
        await self._tell()
        self._picture(
            watched,
            await in_tables(pictures.wanted_of_home)(
                watched.asset, screened.facts, screened.verdicts, bool(installed())
            ),
        )

    async def _start_tours(self) -> None:
        """Begin the daily tours that are due: two levels of pages of each public site, in a budget of their own."""
        room = _TOURS_AT_ONCE - len(self._touring)
        watched = {one.asset.pk: one for one in await self._watch_list(time.monotonic())}
        for number in (await in_tables(pages.tours_due)(watched, clock.now()))[: max(0, room)]:
            if number not in self._touring:
                _keep(self._touring, number, self._tour(watched[number]))

    async def _tour(self, watched: Watched) -> None:
        try:
            plan = await in_tables(pages.plan_of)(watched.asset, clock.now())
            came = False
            async with aclosing(tour(watched.target, watched.permit, self._means, plan)) as steps:
                async for step in steps:
                    came = came or step.missing is None
                    if (await in_tables(pages.record_step)(watched.asset, step)).raised:
                        await self._tell()
                        await self._picture_page(watched, step)
            await in_tables(pages.finish)(watched.asset, clock.now(), came, not plan.only_open)
        except Exception:
            log.exception("the tour of %s stopped short; it stays due", watched.asset.value)
            await asyncio.sleep(_TROUBLE_PAUSE_S)

    async def _picture_page(self, watched: Watched, step: Step) -> None:
        if step.page is not None:
            found = await in_tables(pictures.wanted_of_page)(watched.asset, step.place, step.page, step.at)
            self._picture(watched, found)

    def _picture(self, watched: Watched, wanted: Sequence[pictures.Wanted]) -> None:
        """Have pages pictured, beside everything else, one of an asset at a time; what is left out now is wanted at the next look."""
        number = watched.asset.pk
        if wanted and number not in self._picturing:
            _keep(self._picturing, number, self._take_pictures(watched, wanted))

    async def _take_pictures(self, watched: Watched, wanted: Sequence[pictures.Wanted]) -> None:
        try:
            for one in wanted:
                image, reason = None, None
                try:
                    image = await picture_of(one.page, watched.target, watched.permit, self._means, self._camera)
                except Unpictured as missing:
                    reason = missing.reason
                await in_tables(pictures.keep)(watched.asset, one, clock.now(), image, reason)
        except Exception:
            log.exception("the picture of %s came to nothing", watched.asset.value)

    async def _keep_house(self) -> None:
        """Write the register of the day down, give each asset and check its cell of the month, end rounds that are over."""
        now = clock.now()
        await in_tables(self._store.keep_house)(now)
        log.info(
            "%d checks; register noted for %s", len(all_checks()), now.astimezone(ZoneInfo(settings().time_zone)).date()
        )
        await self._judge_anew()

    async def _judge_anew(self) -> None:
        """Where content packs changed, judge what was seen before by them; one site at a time, so that visits go on meanwhile."""
        checks = checks_of(await in_tables(changed_packs)(self._content))
        if not checks:
            return
        done = Rejudged()
        for number in await in_tables(sites)():
            part = await in_tables(rejudge)([number], checks)
            if part.raised:
                await self._tell()
            done += part
        await in_tables(note_judged)(self._content)
        log.info("new content: %d sites judged anew, %d verdicts changed", done.sites, done.verdicts)
