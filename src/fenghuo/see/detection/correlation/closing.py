"""Correlations that can only be judged when their window has closed: fewer than, exactly, a range, and absence.

A window opens with a group's first event and stays open for the timespan; the next one opens with the first event after it.
It is judged once, when the watermark has passed its end, so that its result is final from the start.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence

from fenghuo.see.detection.correlation.model import Correlation, Event, Kind, Limits
from fenghuo.see.detection.correlation.state import Change, Fire, Group, GroupStore, make_fire
from fenghuo.see.detection.correlation.windows import compare, figure

_AFTER_ALL_ORDERS = 1 << 30


class Closing(GroupStore):
    """The state of one such correlation."""

    def __init__(self, correlation: Correlation, limits: Limits) -> None:
        super().__init__(correlation, limits)
        self._absence = correlation.draft.kind is Kind.ABSENCE
        self._one_rule = len(correlation.positions) == 1

    def take(self, added: Sequence[tuple[str, Event]], removed: Iterable[tuple[str, Event]] = ()) -> list[Change]:
        """Take events of groups away and in; nothing can be said before a window has closed."""
        for key, event in removed:
            self._remove(key, event)
        for key, event in added:
            if event[0] < self.watermark:
                self.metrics["too-late"] += 1
                continue
            group = self.open(key, event[0])
            events = group.events
            if len(events) >= self.limits.events:
                self.metrics["crowded"] += 1
                group.capped = True
                continue
            if not events or events[-1] < event:
                events.append(event)
            else:
                at = bisect_left(events, event)
                if events[at][:3] == event[:3]:
                    continue
                insort(events, event)
                if at == 0:
                    self.call_on(key, event[0] + self.span + 1)
            self.note(key, event)
        self.cool()
        return []

    def advance(self, watermark: int) -> list[Change]:
        """Judge the windows that have closed."""
        changes: list[Change] = []
        self.watermark = max(self.watermark, watermark)
        for key in self.due():
            group = self.peek(key)
            if group is None:
                continue
            self.cool(spare=2)
            before = len(group.events)
            fires = list(self._missing(group) if self._absence else self._closed(group))
            changes += [Change(key, None, fire, final=True) for fire in fires]
            if not group.events:
                self.forget(key)
                continue
            if len(group.events) != before:
                self.note(key, None)
            self.call_on(key, group.events[0][0] + self.span + 1)
        for key in self.oldest():
            self.metrics["evicted"] += 1
            self.forget(key)
        self.cool()
        return changes

    def _remove(self, key: str, event: Event) -> None:
        group = self.peek(key)
        at = bisect_left(group.events, event) if group is not None else 0
        if group is None or at >= len(group.events) or group.events[at] != event:
            self.metrics["not-found"] += 1
            return
        del group.events[at]
        self.note(key, None)
        if group.events:
            self.call_on(key, group.events[0][0] + self.span + 1)
        else:
            self.forget(key)

    def _closed(self, group: Group) -> Iterator[Fire]:
        while group.events and group.events[0][0] + self.span < self.watermark:
            end = bisect_right(group.events, (group.events[0][0] + self.span, _AFTER_ALL_ORDERS))
            window, group.events = group.events[:end], group.events[end:]
            value, met = judge(self.correlation, window)
            if met:
                yield make_fire(window[-1][0], window[-1], window, value, group.capped)
            group.capped = False

    def _missing(self, group: Group) -> Iterator[Fire]:
        """Rule one is followed by none of the others (or by itself, where it is alone) within the timespan."""
        while group.events and group.events[0][0] < self.watermark:
            first = group.events[0]
            if not self._one_rule and first[1] > 0:
                del group.events[0]
                continue
            after = self._answer(group.events)
            if after is not None and group.events[after][0] < self.watermark:
                del group.events[: after if self._one_rule else after + 1]
            elif after is None and first[0] + self.span < self.watermark:
                yield make_fire(first[0] + self.span, first, [first], 0, group.capped)
                end = bisect_right(group.events, (first[0] + self.span, _AFTER_ALL_ORDERS))
                del group.events[:end]
            else:
                return

    def _answer(self, events: Sequence[Event]) -> int | None:
        """Index of the first event that answers the first one in time."""
        limit = events[0][0] + self.span
        for at in range(1, len(events)):
            if events[at][0] > limit:
                return None
            if self._one_rule or events[at][1] > 0:
                return at
        return None


def judge(correlation: Correlation, window: Sequence[Event]) -> tuple[int, bool]:
    """(value to show, whether the condition holds) over a closed window that is not empty."""
    kind = correlation.draft.kind
    if kind.is_numeric:
        numerator, denominator = figure(correlation, [event[3] for event in window if isinstance(event[3], int)])
    elif kind is Kind.EVENT_COUNT:
        numerator, denominator = len(window), 1
    else:
        numerator, denominator = len({event[3] for event in window}), 1
    held = all(compare(numerator, operator, bound * denominator) for operator, bound in correlation.draft.condition)
    return numerator // denominator, held
