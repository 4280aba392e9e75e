"""Politeness, for the whole process: so many a second and so many at once, for each address and for each host."""

import asyncio
import statistics
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

SPACING_S = 1.0
AT_ONCE = 2
_LONGEST_S = 300.0
_SLOW = 3.0
_ENOUGH = 5


@dataclass(slots=True)
class _Place:
    """A host or an address: when it may be asked next, who is there now, and how fast it answers."""

    free: asyncio.Semaphore
    next_at: float = 0.0
    spacing: float = SPACING_S
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=50))
    queue: asyncio.Lock = field(default_factory=asyncio.Lock)


class Limiter:
    """At most one start a second and two at once to one address, and to one host, whoever asks.

    A place that answers 429 or 503, or three times slower than it used to, is asked at half the rate, down to once in five minutes; it
    recovers by a tenth with each good answer.

    Args:
        now: seconds that only grow. sleep: waits so many of them; both can be moved by tests.
    """

    def __init__(
        self,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        spacing: float = SPACING_S,
    ) -> None:
        self._now = now or (lambda: asyncio.get_running_loop().time())
        self._sleep = sleep
        self._spacing = spacing
        self._places: dict[str, _Place] = {}

    def moment(self) -> float:
        """Seconds that only grow, by this limiter's clock."""
        return self._now()

    def _place(self, name: str) -> _Place:
        if name not in self._places:
            self._places[name] = _Place(asyncio.Semaphore(AT_ONCE), spacing=self._spacing)
        return self._places[name]

    @asynccontextmanager
    async def slot(self, host: str, address: str) -> AsyncIterator[None]:
        """Wait for one's turn at both places and hold it. They are always taken in the same order, so that nobody waits in a ring."""
        names = sorted({f"host:{host}", f"address:{address}"})
        first, second = self._place(names[0]), self._place(names[-1])
        async with first.free, second.free:
            async with first.queue, second.queue:
                while (wait := max(first.next_at, second.next_at) - self._now()) > 0:
                    await self._sleep(wait)
                first.next_at = self._now() + first.spacing
                second.next_at = self._now() + second.spacing
            yield

    def answered(self, host: str, address: str, seconds: float, refused: bool) -> None:
        """Learn from an answer: how long it took, and whether the site asked to slow down."""
        for name in (f"host:{host}", f"address:{address}"):
            place = self._place(name)
            usual = statistics.median(place.seconds) if len(place.seconds) >= _ENOUGH else None
            place.seconds.append(seconds)
            if refused or (usual is not None and seconds > max(usual * _SLOW, 0.5)):
                place.spacing = min(_LONGEST_S, place.spacing * 2)
                place.next_at = max(place.next_at, self._now() + place.spacing)
            else:
                place.spacing = max(self._spacing, place.spacing * 0.9)

    def spacing_of(self, host: str, address: str) -> float:
        """Seconds between two starts there now."""
        return max(self._place(f"host:{host}").spacing, self._place(f"address:{address}").spacing)
