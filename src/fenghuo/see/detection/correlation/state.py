"""The state of one correlation: its groups, unpacked while they are busy and packed as JSON while they are not."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple

import orjson

from fenghuo.see.detection.correlation.model import Correlation, Event, Limits, Row
from fenghuo.see.detection.correlation.windows import Counter as CounterWindow
from fenghuo.see.detection.correlation.windows import Window

NEVER = -(1 << 62)
SMALLEST_LIMIT = 64
_MOST_SEGMENTS = 32
_LISTED = 100
_BUCKETS_A_SPAN = 8
_SECOND = 10**9
_NEVER_FIRED = b"[%d,[]," % NEVER


class Fire(NamedTuple):
    """A moment at which a group's condition was met; sorts as its event does."""

    time: int
    order: int
    crossing: str
    first_time: int
    value: int
    capped: bool
    hit_ids: tuple[str, ...]
    extra: tuple[str | None, ...] | None


class Change(NamedTuple):
    """What became of a group's fire: `old` was said before, `new` holds now; both the same where it became final."""

    group: str
    old: Fire | None
    new: Fire | None
    final: bool


@dataclass(slots=True)
class Mark:
    """A window that has seen a group's events up to `before`, which nothing has changed since; `late` is how far behind it stays."""

    window: Window
    before: Event | tuple[int]
    late: int


class Group:
    """Events of one group in order, and the fires that are not final yet.

    `dirty` is the first event from which on everything must be looked at again; `settled` is the time of the last final fire.
    `mark` is there once events came late.
    """

    __slots__ = ("capped", "dirty", "events", "fires", "last", "limit", "mark", "sent", "settled", "window")

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.fires: list[Fire] = []
        self.sent: tuple[Fire, ...] = ()
        self.settled = NEVER
        self.last = NEVER
        self.capped = False
        self.dirty: Event | None = None
        self.limit = SMALLEST_LIMIT
        self.window: Window | None = None
        self.mark: Mark | None = None


def make_fire(time: int, event: Event, events: list[Event], value: int, capped: bool) -> Fire:
    """A fire at `event` over `events` (its own included)."""
    return Fire(time, event[1], event[2], events[0][0], value, capped, tuple(e[2] for e in events[-_LISTED:]), event[4])


class GroupStore:
    """What every kind of correlation shares: finding groups, calling on them when their time has come, storing them.

    Attributes:
        watermark: events before it are too late for this rule.
        metrics: "too-late", "evicted", "crowded", "not-found": how often something had to be left out.
    """

    def __init__(self, correlation: Correlation, limits: Limits) -> None:
        self.correlation = correlation
        self.limits = limits
        self.span = correlation.draft.timespan_ns
        self.watermark = NEVER
        self.metrics: Counter[str] = Counter()
        self._stateless = CounterWindow(correlation) if correlation.draft.kind.value == "event_count" else None
        self._hot: dict[str, Group] = {}
        self._cold: dict[str, bytes] = {}
        self._width = max(_SECOND, self.span // _BUCKETS_A_SPAN)
        self._calendar: defaultdict[int, list[str]] = defaultdict(list)
        self._due_buckets: list[int] = []
        self.tracked = False
        self._unsaved: dict[str, list[Event] | None] = {}
        self._segments: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._hot) + len(self._cold)

    def open(self, key: str, time: int) -> Group:
        """The group of this key, new where there is none."""
        group = self._hot.get(key)
        if group is not None:
            return group
        packed = self._cold.pop(key, None)
        if packed is None:
            group = Group()
            self.call_on(key, time + self.span + 1)
        else:
            group = unpack([packed])
        group.window = self._stateless
        self._hot[key] = group
        return group

    def peek(self, key: str) -> Group | None:
        """The group of this key if it exists."""
        return self.open(key, 0) if key in self._hot or key in self._cold else None

    def call_on(self, key: str, time: int) -> None:
        """Visit the group once the watermark has reached `time`."""
        bucket = time // self._width
        keys = self._calendar[bucket]
        if not keys:
            heappush(self._due_buckets, bucket)
        keys.append(key)

    def due(self) -> Iterator[str]:
        """The groups whose buckets the watermark has reached; whoever is not done yet must ask to be called on again."""
        reached = self.watermark // self._width
        ready: list[str] = []
        while self._due_buckets and self._due_buckets[0] <= reached:
            ready += self._calendar.pop(heappop(self._due_buckets))
        yield from ready

    def forget(self, key: str) -> None:
        """Remove a group."""
        self._hot.pop(key, None)
        self._cold.pop(key, None)
        if self.tracked:
            self._unsaved[key] = None

    def oldest(self) -> Iterator[str]:
        """Groups to give up while there are too many, those first whose time is over first."""
        while len(self) > self.limits.groups and self._due_buckets:
            keys = self._calendar[self._due_buckets[0]]
            if not keys:
                self._calendar.pop(heappop(self._due_buckets))
                continue
            yield keys.pop()

    def cool(self, spare: int = 1) -> None:
        """Pack the groups that were opened longest ago, where more than `spare` times the limit are open."""
        if len(self._hot) <= self.limits.hot * spare:
            return
        for key in list(self._hot)[: len(self._hot) - self.limits.hot // 2]:
            self._cold[key] = pack(self._hot.pop(key))

    def note(self, key: str, event: Event | None) -> None:
        """Remember what must be saved of a group: one more event, or (None) all of it."""
        if not self.tracked:
            return
        if event is None:
            self._unsaved[key] = None
        elif key not in self._unsaved:
            self._unsaved[key] = [event]
        elif (added := self._unsaved[key]) is not None:
            added.append(event)

    def rows(self) -> Iterator[Row]:
        """What changed since the last call: small groups whole, large ones by what was added.

        Of a rule that counts in passing only groups that fired; the others are counted again after a restart.
        """
        unsaved, self._unsaved = self._unsaved, {}
        name = self.correlation.state_key
        for key, added in unsaved.items():
            group = self._hot.get(key)
            packed = self._cold.get(key) if group is None else None
            gone = group is None and packed is None
            if gone or (self.correlation.passing and _never_fired(group, packed)):
                if self._segments.pop(key, None) is not None:
                    yield Row(name, key, 0, None)
                continue
            segment = self._segments.get(key, -1) + 1
            append = added is not None and 0 < segment < _MOST_SEGMENTS
            if group is not None and append and len(group.events) > SMALLEST_LIMIT:
                self._segments[key] = segment
                yield Row(name, key, segment, pack(group, added))
            else:
                if segment > 1:
                    yield Row(name, key, 1, None)
                self._segments[key] = 0
                yield Row(name, key, 0, packed if group is None else pack(group))

    def all_rows(self) -> Iterator[Row]:
        """Every group, whole."""
        name = self.correlation.state_key
        for key, group in self._hot.items():
            yield Row(name, key, 0, pack(group))
        for key, packed in self._cold.items():
            yield Row(name, key, 0, packed)

    def restore(self, key: str, segments: list[bytes]) -> Group:
        """Take up a group as it was saved; it is visited at the next watermark."""
        group = unpack(segments)
        self._segments[key] = len(segments) - 1
        self._cold[key] = pack(group) if len(segments) > 1 else segments[0]
        self.call_on(key, group.events[0][0] if group.events else group.last)
        return group


def _never_fired(group: Group | None, packed: bytes | None) -> bool:
    if group is not None:
        return group.settled == NEVER and not group.fires
    return packed is not None and packed.startswith(_NEVER_FIRED)


def pack(group: Group, events: Iterable[Event] | None = None) -> bytes:
    """The group as JSON; with `events`, only these of its events."""
    listed = group.events if events is None else list(events)
    # orjson leaves its large buffer behind the few bytes that it returns; the copy does not.
    return bytes(memoryview(orjson.dumps([group.settled, [tuple(fire) for fire in group.fires], listed])))


def fire_of(
    time: int, order: int, crossing: str, first: int, value: int, capped: bool, ids: list[str], extra: list[str] | None
) -> Fire:
    return Fire(time, order, crossing, first, value, capped, tuple(ids), tuple(extra) if extra is not None else None)


def unpack(segments: list[bytes]) -> Group:
    """The group of one or more packed segments, the last of which knows its fires."""
    group = Group()
    events: list[Event] = []
    for segment in segments:
        group.settled, fires, listed = orjson.loads(segment)
        events += [(e[0], e[1], e[2], e[3], tuple(e[4]) if e[4] is not None else None) for e in listed]
    group.events = sorted(set(events)) if len(segments) > 1 else events
    group.fires = [fire_of(*fire) for fire in fires]
    group.sent = tuple(group.fires)
    group.last = group.fires[-1].time if group.fires else group.settled
    group.limit = max(SMALLEST_LIMIT, 2 * len(group.events))
    return group
