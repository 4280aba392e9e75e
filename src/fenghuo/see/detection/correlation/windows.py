"""What a correlation looks at: the window that ends at an event, kept up from event to event.

A window sees the events of one group in order. `push` takes the next one, `holds` says whether the condition is met at it,
`explain` what met it, and `keep` which of the settled events a later look may still need.
"""

from bisect import bisect_left, insort
from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import Protocol

from fenghuo.see.detection.correlation.model import Correlation, Event, Kind

MOST_NUMBERS = 10_000
"""Most numbers of one window; of more, the latest count and the result says so."""

_SUMMED = {Kind.VALUE_SUM, Kind.VALUE_AVG}
_LONG_AGO = 1 << 62

Explained = tuple[int, list[Event], bool]
"""(value, the events that count in order, whether there were more than can be kept)."""


class Window(Protocol):
    """See the module."""

    def push(self, events: Sequence[Event], at: int) -> None:
        """Take event `at`; every event before it was pushed, as far back as a timespan."""

    def holds(self, events: Sequence[Event], at: int) -> bool:
        """Whether the condition holds at event `at`, the last one pushed."""

    def explain(self, events: Sequence[Event], at: int) -> Explained:
        """What held."""

    def copy(self) -> "Window":
        """Another one that has seen the same."""


def threshold(correlation: Correlation) -> int:
    """The smallest number that meets a condition of gt and gte."""
    return max(1, *(bound + (operator == "gt") for operator, bound in correlation.draft.condition))


class Counter:
    """event_count: the event that is N back is not older than the timespan. Needs no memory of its own."""

    def __init__(self, correlation: Correlation) -> None:
        self._needed = threshold(correlation)
        self._span = correlation.draft.timespan_ns

    def push(self, events: Sequence[Event], at: int) -> None:
        """Nothing to remember."""

    def holds(self, events: Sequence[Event], at: int) -> bool:
        """The N-th event back lies within the timespan."""
        first = at - self._needed + 1
        return first >= 0 and events[at][0] - events[first][0] <= self._span

    def explain(self, events: Sequence[Event], at: int) -> Explained:
        """The last N events."""
        return self._needed, list(events[at - self._needed + 1 : at + 1]), False

    def keep(self, settled: Sequence[Event]) -> list[Event]:
        """The last N."""
        return list(settled[-self._needed :])

    def copy(self) -> "Counter":
        """It remembers nothing."""
        return self


class Distinct:
    """value_count and temporal: the N values seen last, each with its latest event; constant time an event."""

    def __init__(self, correlation: Correlation) -> None:
        self._needed = threshold(correlation)
        self._span = correlation.draft.timespan_ns
        self._rule = correlation
        self._latest: OrderedDict[str | int | None, Event] = OrderedDict()

    def push(self, events: Sequence[Event], at: int) -> None:
        """The value's latest event is this one."""
        event = events[at]
        latest = self._latest
        value = event[3]
        if value in latest:
            latest.move_to_end(value)
            latest[value] = event
            return
        latest[value] = event
        if len(latest) > self._needed:
            latest.popitem(last=False)

    def holds(self, events: Sequence[Event], at: int) -> bool:
        """N values were seen, and the one seen longest ago lies within the timespan."""
        latest = self._latest
        if len(latest) < self._needed:
            return False
        return events[at][0] - latest[next(iter(latest))][0] <= self._span

    def explain(self, events: Sequence[Event], at: int) -> Explained:
        """The latest event of each of the N values."""
        return self._needed, list(self._latest.values()), False

    def keep(self, settled: Sequence[Event]) -> list[Event]:
        """The latest event of each value, of the N values seen last."""
        kept: dict[str | int | None, Event] = {}
        for event in reversed(settled):
            if event[3] not in kept:
                kept[event[3]] = event
                if len(kept) == self._needed:
                    break
        return list(reversed(kept.values()))

    def copy(self) -> "Distinct":
        """With the same values."""
        other = Distinct(self._rule)
        other._latest = self._latest.copy()
        return other


class Chain:
    """temporal_ordered: for each step the chain up to it that starts latest; equal times are in order."""

    def __init__(self, correlation: Correlation) -> None:
        self._rule = correlation
        self._span = correlation.draft.timespan_ns
        refs = correlation.draft.refs
        self._steps = {i: [j for j, ref in enumerate(refs) if ref == refs[i]] for i in range(len(refs))}
        self._best: list[tuple[Event, ...] | None] = [None] * len(refs)

    def push(self, events: Sequence[Event], at: int) -> None:
        """Lengthen the chains that this event continues; from the last step down, so that it serves each chain once."""
        event = events[at]
        best = self._best
        for step in reversed(self._steps[event[1]]):
            if step == 0:
                best[0] = (event,)
            elif (before := best[step - 1]) is not None:
                best[step] = (*before, event)

    def holds(self, events: Sequence[Event], at: int) -> bool:
        """The whole chain ends here and began within the timespan."""
        whole = self._best[-1]
        return whole is not None and whole[-1] is events[at] and whole[-1][0] - whole[0][0] <= self._span

    def explain(self, events: Sequence[Event], at: int) -> Explained:
        """One event of each step."""
        whole = self._best[-1] or ()
        return len(whole), list(whole), False

    def keep(self, settled: Sequence[Event]) -> list[Event]:
        """The events of the best chains."""
        self._best = [None] * len(self._best)
        for at in range(len(settled)):
            self.push(settled, at)
        return sorted({event for chain in self._best if chain for event in chain})

    def copy(self) -> "Chain":
        """With the same chains."""
        other = Chain(self._rule)
        other._best = list(self._best)
        return other


class Numbers:
    """value_sum, value_avg, value_percentile, value_median over the events of the last timespan."""

    def __init__(self, correlation: Correlation) -> None:
        self._rule = correlation
        self._span = correlation.draft.timespan_ns
        self._window: deque[Event] = deque()
        self._ordered: list[int] | None = None if correlation.draft.kind in _SUMMED else []
        self._sum = 0
        self._left_out = -_LONG_AGO

    def push(self, events: Sequence[Event], at: int) -> None:
        """Add the number, drop those that are too old."""
        event = events[at]
        window = self._window
        window.append(event)
        self._sum += _number(event)
        if self._ordered is not None:
            insort(self._ordered, _number(event))
        while event[0] - window[0][0] > self._span:
            self._drop()
        if len(window) > MOST_NUMBERS:
            self._left_out = window[0][0]
            self._drop()

    def _drop(self) -> None:
        number = _number(self._window.popleft())
        self._sum -= number
        if self._ordered is not None:
            del self._ordered[bisect_left(self._ordered, number)]

    def holds(self, events: Sequence[Event], at: int) -> bool:
        """The figure over the window meets the condition."""
        numerator, denominator = self._figure()
        return all(compare(numerator, op, bound * denominator) for op, bound in self._rule.draft.condition)

    def explain(self, events: Sequence[Event], at: int) -> Explained:
        """The figure in ten-thousandths, and the window."""
        numerator, denominator = self._figure()
        capped = events[at][0] - self._left_out <= self._span
        return numerator // denominator, list(self._window), capped

    def keep(self, settled: Sequence[Event]) -> list[Event]:
        """All that a window may still reach; the caller drops what is older than a timespan."""
        return list(settled[-MOST_NUMBERS:])

    def copy(self) -> "Numbers":
        """With the same numbers."""
        other = Numbers(self._rule)
        other._window = self._window.copy()
        other._ordered = None if self._ordered is None else list(self._ordered)
        other._sum, other._left_out = self._sum, self._left_out
        return other

    def _figure(self) -> tuple[int, int]:
        if self._ordered is not None:
            return _ranked(self._rule, self._ordered)
        return self._sum, 1 if self._rule.draft.kind is Kind.VALUE_SUM else len(self._window)


def make_window(correlation: Correlation) -> Counter | Distinct | Chain | Numbers:
    """An empty window of the correlation's type."""
    kind = correlation.draft.kind
    if kind is Kind.EVENT_COUNT:
        return Counter(correlation)
    if kind in {Kind.VALUE_COUNT, Kind.TEMPORAL}:
        return Distinct(correlation)
    return Chain(correlation) if kind is Kind.TEMPORAL_ORDERED else Numbers(correlation)


def figure(correlation: Correlation, numbers: list[int]) -> tuple[int, int]:
    """The figure of a non-empty window as numerator and denominator, so that nothing is rounded before it is compared.

    The percentile is the nearest rank: the smallest number that at least p in a hundred do not exceed.
    """
    if correlation.draft.kind is Kind.VALUE_SUM:
        return sum(numbers), 1
    if correlation.draft.kind is Kind.VALUE_AVG:
        return sum(numbers), len(numbers)
    return _ranked(correlation, sorted(numbers))


def _ranked(correlation: Correlation, ordered: Sequence[int]) -> tuple[int, int]:
    if correlation.draft.kind is Kind.VALUE_MEDIAN:
        return ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2], 2
    rank = -(-correlation.draft.percentile * len(ordered) // 100)
    return ordered[rank - 1], 1


def compare(number: int, operator: str, bound: int) -> bool:
    """`number operator bound`."""
    if operator in {"gt", "lte"}:
        return (number > bound) is (operator == "gt")
    if operator in {"lt", "gte"}:
        return (number < bound) is (operator == "lt")
    return (number == bound) is (operator == "eq")


def _number(event: Event) -> int:
    return event[3] if isinstance(event[3], int) else 0
