"""Which pages of a site are looked at next, so that in time all of them are; pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

TOUR_EVERY = timedelta(days=1)
NOT_AGAIN_WITHIN = timedelta(hours=20)
"""A page that was seen so lately is not due, unless something is open on it."""
MOST_KNOWN = 2000
"""Pages of a site that are kept at most; further ones are counted with the next that are forgotten."""
FORGOTTEN_AFTER = timedelta(days=90)
_NEAREST_TURN, _OLD_TURN = 0, 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page that could be looked at: links from the home page, when it was last asked for (None: never), and when it became known."""

    place: str
    level: int
    tried_at: datetime | None = None
    first_at: datetime | None = None


class Turns:
    """Whose turn it is: pages with something open first; then in turn of those never seen the nearest to the home page and the one that
    waits longest, and of the others the one unseen for longest.

    Neither a site that publishes much nor one that is large keeps any page from being seen in time.

    Args:
        open_places: pages with open findings. only_open: look at these only (a test that was asked for, a second pass).
    """

    def __init__(
        self, known: Iterable[Candidate], open_places: Collection[str], now: datetime, only_open: bool = False
    ) -> None:
        self._now = now
        self._only_open = only_open
        self._open = set(open_places)
        self._known: dict[str, Candidate] = {one.place: one for one in known}
        self._done: set[str] = set()
        self._turn = -1

    def learn(self, found: Mapping[str, int]) -> None:
        """Take in links that were seen (place → level)."""
        for place, level in found.items():
            before = self._known.get(place, Candidate(place, level, first_at=self._now))
            self._known[place] = replace(before, level=min(before.level, level))

    def next(self) -> Candidate | None:
        """The next page, None where none is due; each once."""
        chosen = self._choose()
        if chosen is not None:
            self._done.add(chosen.place)
        return chosen

    def _choose(self) -> Candidate | None:
        for place in sorted(self._open - self._done):
            return self._known.get(place, Candidate(place, 2))
        if self._only_open:
            return None
        left = [one for one in self._known.values() if one.place not in self._done]
        fresh = [one for one in left if one.tried_at is None]
        old = [one for one in left if one.tried_at is not None and one.tried_at <= self._now - NOT_AGAIN_WITHIN]
        self._turn = (self._turn + 1) % 3
        if old and (self._turn == _OLD_TURN or not fresh):
            return min(old, key=lambda one: (one.tried_at, one.level))
        if self._turn == _NEAREST_TURN:
            return min(fresh, key=lambda one: one.level, default=None)
        return min(fresh, key=lambda one: one.first_at or self._now, default=None)
