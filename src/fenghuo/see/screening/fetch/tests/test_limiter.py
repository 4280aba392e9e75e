"""Never more than one request a second and two connections at once, to a host and to an address; slower where a site asks for it."""

import asyncio
import heapq
from collections import defaultdict
from itertools import pairwise

from fenghuo.see.screening.fetch.limiter import Limiter


class MovedTime:
    """Time that passes only when everybody waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self.now + max(0.0, seconds), self._count, future))
        await future

    async def run(self, until: float, tasks: "list[asyncio.Task[None]]") -> None:
        while not all(task.done() for task in tasks):
            for _ in range(30):
                await asyncio.sleep(0)
            if not self._waiting or self._waiting[0][0] > until:
                break
            self.now, _number, future = heapq.heappop(self._waiting)
            if not future.done():
                future.set_result(None)
        for task in tasks:
            task.cancel()


async def test_an_hour_of_mixed_work_stays_within_the_limits() -> None:
    time = MovedTime()
    limiter = Limiter(lambda: time.now, time.sleep)
    starts: dict[str, list[float]] = defaultdict(list)
    inside: dict[str, int] = defaultdict(int)
    most: dict[str, int] = defaultdict(int)

    async def work(number: int) -> None:
        host, address = f"h{number % 5}", f"a{number % 3}"
        for turn in range(10_000):
            async with limiter.slot(host, address):
                for place in (host, address):
                    starts[place].append(time.now)
                    inside[place] += 1
                    most[place] = max(most[place], inside[place])
                await time.sleep(0.05 + (turn * 7 + number) % 11 / 4)
                for place in (host, address):
                    inside[place] -= 1

    tasks = [asyncio.create_task(work(number)) for number in range(30)]
    await time.run(3600.0, tasks)
    assert time.now > 3500
    for place, moments in starts.items():
        assert len(moments) > 300, place
        assert min(b - a for a, b in pairwise(moments)) >= 1 - 1e-9, place
        assert most[place] <= 2, place


async def test_a_place_that_asks_to_slow_down_is_asked_less_and_recovers() -> None:
    limiter = Limiter()
    limiter.answered("h", "a", 0.1, refused=True)
    limiter.answered("h", "a", 0.1, refused=True)
    assert limiter.spacing_of("h", "a") == 4
    for _ in range(30):
        limiter.answered("h", "a", 0.1, refused=False)
    assert limiter.spacing_of("h", "a") == 1
    limiter.answered("h", "a", 2.0, refused=False)
    assert limiter.spacing_of("h", "a") == 2, "three times slower than it used to answer"
    for _ in range(40):
        limiter.answered("h", "a", 0.1, refused=True)
    assert limiter.spacing_of("h", "a") == 300
