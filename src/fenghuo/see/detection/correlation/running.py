"""Correlations that fire at the crossing event: more than so many, or all of these within a timespan.

A group's events are kept in order of event time. An event that comes last, as nearly all do, is one step of the group's
window; an event that comes late makes the group look again at everything from it on, and what was said is put right.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush

from fenghuo.see.detection.correlation.model import Correlation, Event, Limits
from fenghuo.see.detection.correlation.state import (
    NEVER,
    SMALLEST_LIMIT,
    Change,
    Group,
    GroupStore,
    Mark,
    make_fire,
)
from fenghuo.see.detection.correlation.windows import Window, make_window


class Running(GroupStore):
    """The state of one such correlation."""

    def __init__(self, correlation: Correlation, limits: Limits) -> None:
        super().__init__(correlation, limits)
        self._finals: list[tuple[int, str]] = []
        self._floors: dict[str, int] = {}

    def take(
        self, added: Sequence[tuple[str, Event]], removed: Iterable[tuple[str, Event]] = (), again: bool = False
    ) -> list[Change]:
        """Take events of groups away and in; what has changed by it.

        `again`: they were taken before, so settled ones come back too, as far as a window can still reach them.
        """
        touched: dict[str, Group] = {}
        for key, event in removed:
            self._remove(key, event, touched)
        hot, tracked = self._hot, self.tracked
        earliest = self.watermark - self.span if again else self.watermark
        for key, event in added:
            if event[0] < earliest:
                if not again:
                    self.metrics["too-late"] += 1
                continue
            group = hot.get(key)
            if group is None:
                group = self.open(key, event[0])
            events = group.events
            if events and not events[-1] < event:
                if self._insert(key, group, event):
                    touched[key] = group
                continue
            events.append(event)
            if tracked:
                self.note(key, event)
            if group.dirty is not None:
                group.dirty = min(group.dirty, event)
            elif self._steps_to(group, event) or len(events) > group.limit:
                touched[key] = group
        changes = [change for key, group in touched.items() for change in self._settle(key, group)]
        self.cool()
        return changes

    def _steps_to(self, group: Group, event: Event) -> bool:
        """Whether the group fires at its last event; within a timespan after a fire it does not, whatever its window says."""
        if event[0] - group.last <= self.span:
            group.window = self._stateless
            return False
        events, at = group.events, len(group.events) - 1
        window = group.window or self._rebuild(group, at)
        if window is not self._stateless:
            window.push(events, at)
        if window.holds(events, at):
            self._fire(group, at)
            return True
        return False

    def advance(self, watermark: int) -> list[Change]:
        """Say which fires are final now, and let go of groups whose time is over."""
        changes: list[Change] = []
        self.watermark = max(self.watermark, watermark)
        while self._finals and self._finals[0][0] < self.watermark:
            key = heappop(self._finals)[1]
            group = self.peek(key)
            if group is not None:
                changes += self._finalise(key, group, self.watermark)
        for key in self.due():
            group = self.peek(key)
            if group is None:
                continue
            self.cool(spare=2)
            changes += self._finalise(key, group, self.watermark)
            over = max(group.events[-1][0] if group.events else NEVER, group.last) + self.span
            if over < self.watermark:
                self._floors.pop(key, None)
                self.forget(key)
            else:
                self.call_on(key, over + 1)
        for key in self.oldest():
            group = self.peek(key)
            if group is not None:
                self.metrics["evicted"] += 1
                changes += self._finalise(key, group, 1 << 62)
                self.forget(key)
        self.cool()
        return changes

    def restore(self, key: str, segments: list[bytes]) -> Group:
        """Take up a group as it was saved."""
        group = super().restore(key, segments)
        for fire in group.fires:
            heappush(self._finals, (fire.time, key))
        return group

    def _insert(self, key: str, group: Group, event: Event) -> bool:
        if event[0] < self._floors.get(key, NEVER):
            self.metrics["crowded"] += 1
            return False
        at = bisect_left(group.events, event)
        if at < len(group.events) and group.events[at][:3] == event[:3]:
            return False
        group.events.insert(at, event)
        group.dirty = event if group.dirty is None else min(group.dirty, event)
        self.note(key, event)
        return True

    def _remove(self, key: str, event: Event, touched: dict[str, Group]) -> None:
        group = self.peek(key)
        at = bisect_left(group.events, event) if group is not None else 0
        if group is None or at >= len(group.events) or group.events[at] != event:
            self.metrics["not-found"] += 1
            return
        del group.events[at]
        group.dirty = event if group.dirty is None else min(group.dirty, event)
        self.note(key, None)
        touched[key] = group

    def _rebuild(self, group: Group, upto: int) -> Window:
        """A window that has seen the timespan before event `upto`, which is not pushed yet."""
        if self._stateless is not None:
            group.window = self._stateless
            return self._stateless
        window = group.window = make_window(self.correlation)
        events = group.events
        for at in range(bisect_left(events, (events[upto][0] - self.span,)), upto):
            window.push(events, at)
        return window

    def _go_back(self, group: Group, upto: int) -> Window:
        """The same for an event that came late, from the group's mark on where that stands before it.

        The mark is a window that stays behind as far as events of this group have come late, a timespan at most, so that late ones
        need not cost a timespan each.
        """
        if self._stateless is not None:
            return self._rebuild(group, upto)
        events, mark = group.events, group.mark
        if mark is None or events[upto] < mark.before:
            before = (events[upto][0] - self.span,)
            mark = group.mark = Mark(make_window(self.correlation), before, mark.late if mark is not None else 0)
        mark.late = max(mark.late, min(events[-1][0] - events[upto][0], self.span))
        start = bisect_left(events, mark.before)
        border = max(start, min(upto, bisect_left(events, (events[-1][0] - mark.late,))))
        for at in range(start, border):
            mark.window.push(events, at)
        mark.before = events[border]
        window = group.window = mark.window.copy()
        for at in range(border, upto):
            window.push(events, at)
        return window

    def _fire(self, group: Group, at: int) -> None:
        assert group.window is not None
        value, counted, capped = group.window.explain(group.events, at)
        event = group.events[at]
        group.fires.append(make_fire(event[0], event, counted, value, capped))
        group.last = event[0]

    def _look_again(self, group: Group, dirty: Event) -> None:
        """Everything from event `dirty` on, in order."""
        group.dirty = None
        group.fires = [fire for fire in group.fires if (fire.time, fire.order, fire.crossing) < dirty[:3]]
        group.last = group.fires[-1].time if group.fires else group.settled
        events = group.events
        if not events or events[-1] < dirty or events[-1][0] - group.last <= self.span:
            group.window = self._stateless
            return
        first = bisect_left(events, dirty)
        window = self._go_back(group, first)
        for at in range(first, len(events)):
            window.push(events, at)
            if events[at][0] - group.last > self.span and window.holds(events, at):
                self._fire(group, at)

    def _settle(self, key: str, group: Group) -> Iterator[Change]:
        """Put right what was said of a group whose events changed, and keep it small."""
        if group.dirty is not None:
            self._look_again(group, group.dirty)
        if len(group.events) > group.limit:
            self._compact(key, group)
        if not group.fires and not group.sent:
            return
        fires = tuple(group.fires)
        if fires == group.sent:
            return
        old = {fire.time // self.span: fire for fire in group.sent}
        new = {fire.time // self.span: fire for fire in fires}
        for episode, fire in new.items():
            before = old.get(episode)
            if before != fire:
                heappush(self._finals, (fire.time, key))
                yield Change(key, before, fire, final=False)
        for episode, fire in old.items():
            if episode not in new:
                yield Change(key, fire, None, final=False)
        group.sent = fires

    def _finalise(self, key: str, group: Group, watermark: int) -> Iterator[Change]:
        done = [fire for fire in group.fires if fire.time < watermark]
        if not done:
            return
        group.fires = group.fires[len(done) :]
        group.sent = tuple(group.fires)
        group.settled = done[-1].time
        self.note(key, None)
        for fire in done:
            yield Change(key, fire, fire, final=True)

    def _compact(self, key: str, group: Group) -> None:
        """Forget the settled events that no window to come can need; where that is not enough, settle more of them."""
        events = group.events
        border = self.watermark
        settled = bisect_left(events, (border,))
        if len(events) - settled > self.limits.events:
            border = self._floors[key] = events[-(self.limits.events // 2)][0]
            settled = bisect_left(events, (border,))
        reached = events[bisect_left(events, (border - self.span,)) : settled]
        kept = make_window(self.correlation).keep(reached)
        if len(kept) < settled:
            group.events = kept + events[settled:]
            self.note(key, None)
        group.limit = max(SMALLEST_LIMIT, 2 * len(group.events))
