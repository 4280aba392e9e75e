"""The oracle: every correlation by its definition, over all hits sorted by event time, as slowly as it comes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from statistics import median

import orjson

from fenghuo.base.common.ids import derived_id
from fenghuo.see.detection.correlation import Correlation, Kind
from fenghuo.see.events import Hit

Look = Callable[[str], str | None]


@dataclass(frozen=True)
class Seen:
    """A hit or a result, as a correlation sees it."""

    time: int
    order: int
    hit_id: str
    value: object
    look: Look

    @property
    def key(self) -> tuple[int, int, str]:
        return self.time, self.order, self.hit_id


@dataclass(frozen=True)
class Result:
    """A final result."""

    rule: str
    group: tuple[str | None, ...]
    exercise: bool
    time: int
    value: int
    crossing: str
    first_time: int
    hit_ids: tuple[str, ...]


def replay(correlations: Sequence[Correlation], hits: Iterable[Hit]) -> dict[str, Result]:
    """Result id → result."""
    seen: dict[tuple[str, str], list[tuple[bool, int, str, Look]]] = defaultdict(list)
    for hit in hits:
        seen[hit.rule_pack, hit.rule_id].append((hit.exercise, hit.event_time, hit.hit_id, _look_at(hit)))
    results = {}
    for rule in sorted(correlations, key=lambda c: c.level_in_chain):
        for (exercise, group), events in _groups(rule, seen).items():
            for fired, (time, value, counted) in _fires(rule, sorted(events, key=lambda e: e.key)):
                named = (*group, *fired.value) if rule.draft.kind is Kind.NEW_VALUE else group  # type: ignore[misc]
                key = orjson.dumps([int(exercise), *named]).decode()
                begin = time if rule.at_once else counted[0].time
                names = (rule.draft.pack, rule.draft.id, rule.draft.hash, key, begin // rule.draft.timespan_ns)
                result_id = derived_id("correlation", *names)
                assert result_id not in results, "an episode has one result"
                ids = tuple(e.hit_id for e in counted[-100:])
                results[result_id] = Result(
                    rule.draft.id, named, exercise, time, value, fired.hit_id, counted[0].time, ids
                )
                look = _look_at_result(rule, named, fired)
                seen[rule.key].append((exercise, time, result_id, look))
    return results


def _look_at(hit: Hit) -> Look:
    fields = dict(hit.fields)

    def look(name: str) -> str | None:
        if name.startswith("@@"):
            value = getattr(hit, name[2:])
            return value if value or name in ("@@unit_id", "@@source_id") else None
        return fields.get(name)

    return look


def _look_at_result(rule: Correlation, group: Sequence[str | None], fired: Seen) -> Look:
    own = dict(zip(rule.draft.names, group, strict=True))
    return lambda name: own[name] if name in own else fired.look(name)


def _groups(
    rule: Correlation, seen: dict[tuple[str, str], list[tuple[bool, int, str, Look]]]
) -> dict[tuple[bool, tuple[str | None, ...]], list[Seen]]:
    groups: dict[tuple[bool, tuple[str | None, ...]], list[Seen]] = defaultdict(list)
    kind = rule.draft.kind
    for index, position in enumerate(rule.positions):
        if rule.draft.refs.index(rule.draft.refs[index]) < index:
            continue
        for key in position.rules:
            for exercise, time, hit_id, look in seen[key]:
                group = tuple(look(name) for name in position.group)
                values = tuple(look(name) for name in position.value)
                if None in group or None in values:
                    continue
                value: object = index if kind.by_rule else values
                if kind.is_numeric:
                    try:
                        value = Decimal(str(values[0])).quantize(Decimal("0.0001"))
                    except ArithmeticError:
                        continue
                order = index if kind in (Kind.TEMPORAL_ORDERED, Kind.ABSENCE) else 0
                aliases = {a: f[rule.draft.refs[index]] for a, f in rule.draft.aliases.items()}
                groups[exercise, group].append(
                    Seen(time, order, hit_id, value, lambda name, look=look, al=aliases: look(al.get(name, name)))
                )
    return groups


def _fires(rule: Correlation, events: list[Seen]) -> Iterable[tuple[Seen, tuple[int, int, list[Seen]]]]:
    if rule.draft.kind is Kind.ABSENCE:
        yield from _absences(rule, events)
    elif rule.draft.kind is Kind.NEW_VALUE:
        yield from _new_values(rule, events)
    elif rule.at_once:
        last = None
        for at, event in enumerate(events):
            window = [e for e in events[: at + 1] if event.time - e.time <= rule.draft.timespan_ns]
            found = _held(rule, window)
            if found is not None and (last is None or event.time - last > rule.draft.timespan_ns):
                last = event.time
                yield event, (event.time, *found)
    else:
        while events:
            end = events[0].time + rule.draft.timespan_ns
            window = [e for e in events if e.time <= end]
            events = [e for e in events if e.time > end]
            value, shown = _figure(rule, window)
            if all(_meets(value, op, bound, rule.draft.kind) for op, bound in rule.draft.condition):
                yield window[-1], (window[-1].time, shown, window)


def _held(rule: Correlation, window: list[Seen]) -> tuple[int, list[Seen]] | None:
    kind = rule.draft.kind
    if kind.is_numeric:
        value, shown = _figure(rule, window)
        held = all(_meets(value, op, bound, kind) for op, bound in rule.draft.condition)
        return (shown, window) if held else None
    if kind is Kind.TEMPORAL_ORDERED:
        chain = _chain(rule, window)
        return (len(chain), chain) if chain else None
    needed = max(1, *(bound + (op == "gt") for op, bound in rule.draft.condition))
    if kind is Kind.EVENT_COUNT:
        return (needed, window[-needed:]) if len(window) >= needed else None
    latest = {event.value: event for event in window}
    if len(latest) < needed:
        return None
    return needed, sorted(latest.values(), key=lambda e: e.key)[-needed:]


def _chain(rule: Correlation, window: list[Seen]) -> list[Seen]:
    """Backwards from the last event, always the latest that fits; only chains whose last step is the last event count."""
    refs = rule.draft.refs
    if refs[window[-1].order] != refs[-1]:
        return []
    chain = [window[-1]]
    at = len(window) - 1
    for step in range(len(refs) - 2, -1, -1):
        fitting = [n for n in range(at) if refs[window[n].order] == refs[step]]
        if not fitting:
            return []
        at = fitting[-1]
        chain.insert(0, window[at])
    return chain


def _figure(rule: Correlation, window: list[Seen]) -> tuple[Decimal, int]:
    kind = rule.draft.kind
    if kind is Kind.EVENT_COUNT:
        return Decimal(len(window)), len(window)
    if not kind.is_numeric:
        return Decimal(len({e.value for e in window})), len({e.value for e in window})
    numbers = sorted(e.value for e in window)  # type: ignore[type-var]
    if kind is Kind.VALUE_SUM:
        figure = sum(numbers, Decimal(0))  # type: ignore[arg-type]
    elif kind is Kind.VALUE_AVG:
        figure = sum(numbers, Decimal(0)) / len(numbers)  # type: ignore[arg-type]
    elif kind is Kind.VALUE_MEDIAN:
        figure = median(numbers)  # type: ignore[type-var]
    else:
        figure = next(n for n in numbers if 100 * sum(m <= n for m in numbers) >= rule.draft.percentile * len(numbers))
    return figure, int((figure * 10_000).to_integral_value(rounding="ROUND_FLOOR"))


def _meets(value: Decimal, operator: str, bound: int, kind: Kind) -> bool:
    limit = Decimal(bound) / 10_000 if kind.is_numeric else Decimal(bound)
    return {
        "gt": value > limit,
        "gte": value >= limit,
        "lt": value < limit,
        "lte": value <= limit,
        "eq": value == limit,
        "neq": value != limit,
    }[operator]


def _new_values(rule: Correlation, events: list[Seen]) -> Iterable[tuple[Seen, tuple[int, int, list[Seen]]]]:
    """Of each event: was its value there in the slots of a timespan before it, and since when is the group watched?"""
    width = max(10**9, ceil(Fraction(rule.draft.timespan_ns, 168)))
    timespan, learn = (ceil(Fraction(ns, width)) for ns in (rule.draft.timespan_ns, rule.draft.learn_ns))
    for at, event in enumerate(events):
        slot = event.time // width
        before = [(e.time // width, e.value) for e in events[:at]]
        if any(value == event.value and slot - timespan <= other for other, value in before):
            continue
        start = slot
        for other, _ in reversed(before):
            if start - other > timespan:
                break
            start = other
        if slot - start >= learn:
            yield event, (event.time, 1, [event])


def _absences(rule: Correlation, events: list[Seen]) -> Iterable[tuple[Seen, tuple[int, int, list[Seen]]]]:
    span = rule.draft.timespan_ns
    alone = len(rule.positions) == 1
    free_from = None
    for at, first in enumerate(events):
        if (not alone and first.order > 0) or (free_from is not None and first.key <= free_from):
            continue
        answer = next((e for e in events[at + 1 :] if (alone or e.order > 0) and e.time <= first.time + span), None)
        if answer is None:
            free_from = (first.time + span, 1 << 30, "")
            yield first, (first.time + span, 0, [first])
        else:
            free_from = first.key if alone else answer.key
