"""new_value: a value that a group did not show for a timespan.

Time is cut into slots, the 168th part of the timespan (an hour of a week), a second at least. A value is new at the first event of a
slot where none of the slots of a timespan before holds it, and only once the group was watched for as long as the rule says: since the
first slot of its own that follows on a timespan of silence. So a value costs one note a slot, however often it is seen.

Most events are of values that nothing to come can make new, because what is final already holds them or because their group still
learns whatever comes late: these are noted and forgotten at once. The others wait, each with the first event of each slot, until they
are final.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import pairwise

import orjson

from fenghuo.see.detection.correlation.memory import Memory, fingerprint, owner_of
from fenghuo.see.detection.correlation.model import Correlation, Event, Limits, Row
from fenghuo.see.detection.correlation.state import NEVER, Change, Fire, fire_of, make_fire

SLOTS_A_TIMESPAN = 168
_SECOND = 10**9
_MOST_KNOWN = 65_536
"""Values that are looked up without their fingerprint; beyond it they are forgotten there and looked up by it."""


def slot_ns(timespan_ns: int) -> int:
    """How long a slot is."""
    return max(_SECOND, -(-timespan_ns // SLOTS_A_TIMESPAN))


class Waiting:
    """A value that may be new.

    Attributes:
        last: the slot before these in which it was seen last.
        events: (slot, its first event), in order.
        fires: what was said of it.
    """

    __slots__ = ("events", "fires", "key", "last")

    def __init__(self, key: int, last: int) -> None:
        self.key = key
        self.last = last
        self.events: list[tuple[int, Event]] = []
        self.fires: tuple[Fire, ...] = ()

    def meet(self, slot: int, event: Event) -> bool:
        """Whether the event is the first of its slot so far."""
        events = self.events
        at = bisect_left(events, (slot,))
        if at < len(events) and events[at][0] == slot:
            if not event < events[at][1]:
                return False
            events[at] = (slot, event)
        else:
            events.insert(at, (slot, event))
        return True


class Watched:
    """A group.

    Attributes:
        start, last: the first and the last slot of the present stretch without a timespan of silence, as far as it is final.
        slots: those with events that are not final, in order.
        latest: the slot of the event that came last.
        reach: the slot from which on all of its values are still remembered.
        known: value → slot in which it was seen last; of some.
    """

    __slots__ = ("known", "last", "latest", "owner", "reach", "slots", "start", "waiting")

    def __init__(self, owner: int) -> None:
        self.owner = owner
        self.start = self.last = self.reach = NEVER
        self.slots: list[int] = []
        self.latest: int | None = None
        self.known: dict[str, int] = {}
        self.waiting: dict[str, Waiting] = {}

    def start_at(self, slot: int, timespan: int) -> int:
        """The first slot of the stretch that `slot` belongs to or would prolong; itself where it would begin one."""
        start, last = self.start, self.last
        for other in self.slots:
            if other > slot:
                break
            if other - last > timespan:
                start = other
            last = other
        return start if slot - last <= timespan else slot


class NewValues:
    """The state of one such correlation; as `state.GroupStore` to its caller.

    Attributes:
        watermark: events before it are too late for this rule.
        metrics: "too-late"; "evicted": groups given up; "crowded": values remembered without a word; "let-go": values forgotten early.
    """

    def __init__(self, correlation: Correlation, limits: Limits) -> None:
        self.correlation = correlation
        self.limits = limits
        self.span = correlation.draft.timespan_ns
        self.watermark = NEVER
        self.metrics: Counter[str] = Counter()
        self.tracked = False
        self.memory = Memory()
        self._width = slot_ns(self.span)
        self._timespan = -(-self.span // self._width)
        self._learn = -(-correlation.draft.learn_ns // self._width)
        self._several = len(correlation.draft.field) > 1
        self._groups: dict[str, Watched] = {}
        self._known = 0
        self._finals: list[tuple[int, str, str]] = []
        self._calls: list[tuple[int, str]] = []
        self._unsaved: dict[str, tuple[str, str | None]] = {}
        self._stored: set[str] = set()

    def __len__(self) -> int:
        return len(self._groups)

    @property
    def _now(self) -> int:
        return self.watermark // self._width

    def take(self, added: Sequence[tuple[str, Event]], removed: Iterable[tuple[str, Event]] = ()) -> list[Change]:
        """Take events in; what has changed by it. Results of correlations can't be taken away, since none is referred to."""
        touched: dict[tuple[str, str], Watched] = {}
        groups, width, timespan, watermark = self._groups, self._width, self._timespan, self.watermark
        for key, event in added:
            if event[0] < watermark:
                self.metrics["too-late"] += 1
                continue
            slot = event[0] // width
            group = groups.get(key)
            if group is None or group.latest != slot:
                group = self._meet(key, slot, touched)
            value = str(event[3])
            last = group.known.get(value)
            if last is not None and slot - last <= timespan:
                if slot > last:
                    self._know(group, value, fingerprint(key, value), slot)
                continue
            if self._wait(key, group, value, slot, event):
                touched[key, value] = group
        changes = [change for (key, value), group in touched.items() for change in self._say(key, group, value)]
        if self._known > _MOST_KNOWN:
            self._forget_known()
        return changes

    def _meet(self, key: str, slot: int, touched: dict[tuple[str, str], Watched]) -> Watched:
        """The group, which shows something in this slot; what waits may begin to be new, or end, by it."""
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Watched(owner_of(key))
            heappush(self._calls, (slot + 1, key))
        group.latest = slot
        at = bisect_left(group.slots, slot)
        if at == len(group.slots) or group.slots[at] != slot:
            group.slots.insert(at, slot)
            self._note(key, None)
            if at < len(group.slots) - 1:
                touched.update(((key, value), group) for value in group.waiting)
        return group

    def _wait(self, key: str, group: Watched, value: str, slot: int, event: Event) -> bool:
        """Whether something must be said of the value; notes it at once where it can't be new whatever comes late."""
        waiting = group.waiting.get(value)
        if waiting is None:
            mark = fingerprint(key, value)
            last = self.memory.last(mark)
            if last is not None and slot - last <= self._timespan:
                self._know(group, value, mark, slot, last)
                return False
            if slot < max(self._first_start(group), group.reach) + self._learn:
                self._know(group, value, mark, slot)
                return False
            if len(group.waiting) >= self.limits.waiting:
                self.metrics["crowded"] += 1
                self._know(group, value, mark, slot)
                return False
            waiting = group.waiting[value] = Waiting(mark, NEVER if last is None else last)
            self._known -= group.known.pop(value, None) is not None
        if not waiting.meet(slot, event):
            return False
        heappush(self._finals, (event[0], key, value))
        self._note(key, value)
        return True

    def _first_start(self, group: Watched) -> int:
        """The earliest slot in which the stretch of whatever comes now can turn out to begin."""
        return group.start_at(self._now, self._timespan)

    def _know(self, group: Watched, value: str, mark: int, slot: int, last: int = NEVER) -> None:
        """It was seen in this slot; `last` is what is remembered already."""
        self._known += value not in group.known
        group.known[value] = max(slot, last)
        if slot > last:
            self._remember(group, mark, slot)

    def _remember(self, group: Watched, mark: int, slot: int) -> None:
        self.memory.note(mark, slot, group.owner, self.tracked)

    def _say(self, key: str, group: Watched, value: str) -> Iterator[Change]:
        """Put right what was said of a value."""
        waiting = group.waiting.get(value)
        if waiting is None:
            return
        fires = tuple(self._new(group, waiting))
        if fires == waiting.fires:
            return
        name = self._name(key, value)
        old = {fire.time // self.span: fire for fire in waiting.fires}
        new = {fire.time // self.span: fire for fire in fires}
        for episode, fire in new.items():
            if old.get(episode) != fire:
                yield Change(name, old.get(episode), fire, final=False)
        for episode, fire in old.items():
            if episode not in new:
                yield Change(name, fire, None, final=False)
        waiting.fires = fires
        self._note(key, value)

    def _new(self, group: Watched, waiting: Waiting) -> Iterator[Fire]:
        last = waiting.last
        for slot, event in waiting.events:
            start = max(group.start_at(slot, self._timespan), group.reach)
            if slot - last > self._timespan and slot >= start + self._learn:
                yield make_fire(event[0], event, [event], 1, False)
            last = max(last, slot)

    def _name(self, key: str, value: str) -> str:
        """The group and the value, as one group's name."""
        values = orjson.loads(value) if self._several else [value]
        return orjson.dumps([*orjson.loads(key), *values]).decode()

    def advance(self, watermark: int) -> list[Change]:
        """Say what is final now, and let go of groups that were silent for a timespan."""
        self.watermark = max(self.watermark, watermark)
        changes: list[Change] = []
        while self._finals and self._finals[0][0] < self.watermark:
            _, key, value = heappop(self._finals)
            group = self._groups.get(key)
            if group is not None and value in group.waiting:
                changes += self._finalise(key, group, value, self.watermark)
        while self._calls and self._calls[0][0] <= self._now:
            key = heappop(self._calls)[1]
            if key in self._groups:
                self._visit(key, self._groups[key])
        if len(self._groups) > self.limits.groups:
            changes += self._evict()
        if self.memory.is_full_of_changes:
            self._merge()
        return changes

    def _finalise(self, key: str, group: Watched, value: str, watermark: int) -> Iterator[Change]:
        waiting = group.waiting[value]
        done = bisect_left(waiting.events, watermark, key=lambda pair: pair[1][0])
        if not done:
            return
        waiting.last = max(waiting.last, waiting.events[done - 1][0])
        waiting.events = waiting.events[done:]
        fires, waiting.fires = waiting.fires, tuple(f for f in waiting.fires if f.time >= watermark)
        if self._can_be_new(waiting):
            self._remember(group, waiting.key, waiting.last)
        else:
            del group.waiting[value]
            self._know(group, value, waiting.key, max([waiting.last, *(slot for slot, _ in waiting.events)]))
        self._note(key, value)
        for fire in fires[: len(fires) - len(waiting.fires)]:
            yield Change(self._name(key, value), fire, fire, final=True)

    def _can_be_new(self, waiting: Waiting) -> bool:
        """Whether a timespan lies between two of its slots."""
        slots = [waiting.last, *(slot for slot, _ in waiting.events)]
        return any(later - earlier > self._timespan for earlier, later in pairwise(slots))

    def _visit(self, key: str, group: Watched) -> None:
        """Make slots that are over final; forget the group when its time is over."""
        now = self._now
        over = bisect_left(group.slots, now)
        for slot in group.slots[:over]:
            if slot - group.last > self._timespan:
                group.start = slot
            group.last = slot
        if over:
            del group.slots[:over]
            self._note(key, None)
        if not group.slots and not group.waiting and now - group.last > self._timespan:
            self._forget(key)
        else:
            heappush(
                self._calls, (group.slots[0] + 1 if group.slots else max(now, group.last + self._timespan) + 1, key)
            )

    def _forget(self, key: str) -> None:
        """Its values go with the next merge: they were seen no later than it."""
        group = self._groups.pop(key)
        self._known -= len(group.known)
        self._note(key, None)

    def _evict(self) -> list[Change]:
        """Give up an eighth of the groups, those that were seen longest ago; they learn anew."""
        changes: list[Change] = []
        by_age = sorted(self._groups, key=lambda key: max([self._groups[key].last, *self._groups[key].slots]))
        for key in by_age[: len(self._groups) - self.limits.groups * 7 // 8]:
            group = self._groups[key]
            for value in list(group.waiting):
                changes += self._finalise(key, group, value, 1 << 62)
            self._forget(key)
            self.metrics["evicted"] += 1
        return changes

    def _merge(self) -> None:
        """Drop what no event to come can ask for, and what there is no room for; a group that lost values learns from there on."""
        before = len(self.memory)
        reach = self.memory.merge(self._now - self._timespan, self.limits.values)
        if not reach:
            return
        self.metrics["let-go"] += before - len(self.memory)
        for key, group in self._groups.items():
            if group.owner in reach:
                group.reach = max(group.reach, reach[group.owner])
                self._note(key, None)
        self._forget_known()

    def _forget_known(self) -> None:
        for group in self._groups.values():
            group.known.clear()
        self._known = 0

    def _note(self, key: str, value: str | None) -> None:
        """Remember to store a group, or a value of it that waits."""
        if self.tracked:
            self._unsaved[key if value is None else self._name(key, value)] = (key, value)

    def rows(self) -> Iterator[Row]:
        """What changed since the last call."""
        unsaved, self._unsaved = self._unsaved, {}
        rule = self.correlation.state_key
        for name, (key, value) in unsaved.items():
            data = self._packed(self._groups.get(key), value)
            if data is not None:
                self._stored.add(name)
                yield Row(rule, name, 0, data)
            elif name in self._stored:
                self._stored.discard(name)
                yield Row(rule, name, 0, None)
        yield from self.memory.rows(rule)

    def _packed(self, group: Watched | None, value: str | None) -> bytes | None:
        if group is None:
            return None
        if value is None:
            return orjson.dumps([group.start, group.last, group.reach, group.slots])
        waiting = group.waiting.get(value)
        if waiting is None:
            return None
        fires = [tuple(fire) for fire in waiting.fires]
        return orjson.dumps([self.correlation.draft.hash, value, waiting.last, waiting.events, fires])

    def all_rows(self) -> Iterator[Row]:
        """Everything, whole."""
        rule = self.correlation.state_key
        for key, group in self._groups.items():
            yield Row(rule, key, 0, self._packed(group, None))
            for value in group.waiting:
                yield Row(rule, self._name(key, value), 0, self._packed(group, value))
        yield from self.memory.all_rows(rule)

    def restore(self, name: str, segments: list[bytes]) -> None:
        """Take up rows as they were saved, in any order of names. What waits of another version was said by that one, and stands."""
        if self.memory.restore(name, segments):
            return
        self._stored.add(name)
        values = orjson.loads(name)
        size = 1 + len(self.correlation.draft.group_by)
        key = orjson.dumps(values[:size]).decode()
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Watched(owner_of(key))
            heappush(self._calls, (NEVER, key))
        if len(values) == size:
            group.start, group.last, group.reach, group.slots = orjson.loads(segments[0])
            return
        version, value, last, events, fires = orjson.loads(segments[0])
        if version != self.correlation.draft.hash:
            self.memory.note(fingerprint(key, value), events[-1][0], group.owner, tracked=True)
            self._unsaved[name] = (key, value)
            return
        waiting = group.waiting[value] = Waiting(fingerprint(key, value), last)
        waiting.events = [
            (slot, (e[0], e[1], e[2], e[3], tuple(e[4]) if e[4] is not None else None)) for slot, e in events
        ]
        waiting.fires = tuple(fire_of(*fire) for fire in fires)
        for _, event in waiting.events:
            heappush(self._finals, (event[0], key, value))
