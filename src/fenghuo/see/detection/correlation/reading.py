"""From a hit to an event of a correlation: what it is grouped by and what is counted; made once for each way, since each hit goes it."""

from collections.abc import Callable, Container, Sequence

import orjson

from fenghuo.see.detection.correlation.model import Correlation, Event, Kind, Position
from fenghuo.see.detection.correlation.parser import scaled
from fenghuo.see.events import Hit
from fenghuo.see.events.domains import registered_domain

Fields = dict[str, str]
Reader = Callable[[Hit, Fields], tuple[str, Event] | str]
"""The group and the event that a hit with these fields is, or why it is none: "no-group", "no-number", "no-value", "own"."""

_Values = Callable[[Hit, Fields], tuple[str | None, ...]]
_MAX_KEYS = 65_536
_OF_HITS = {"@@unit_id", "@@source_id"}
REGISTERED_DOMAIN = "@@registered_domain"
"""Derived: of the domain of an event, else of the name that a Windows computer asked for."""
ASKED_FOR = "QueryName"


def order_of(kind: Kind, index: int) -> int:
    """The place of an event of rule `index` among those of the same time."""
    return index if kind in {Kind.TEMPORAL_ORDERED, Kind.ABSENCE} else 0


def missing(kind: Kind) -> str:
    """The name of what an event without a value lacks."""
    return "no-number" if kind.is_numeric else "no-value"


def group_key(exercise: bool, values: Sequence[str | None]) -> str:
    """The name of a group."""
    return orjson.dumps([int(exercise), *values]).decode()


def value_of(kind: Kind, values: Sequence[str | None]) -> str | int | None:
    """What is counted or summed, of the fields that give it; None where there is nothing."""
    if None in values:
        return None
    if kind.is_numeric:
        return scaled(values[0] or "")
    return values[0] if len(values) == 1 else orjson.dumps(values).decode()


def reader_of(rule: Correlation, index: int, own: Container[str] = ()) -> Reader:
    """The reader of hits of the rules at one position of a correlation; domains that are ours are never new."""
    position, kind = rule.positions[index], rule.draft.kind
    order = order_of(kind, index)
    key_of = _keys(position)
    fixed = index if kind.by_rule else None
    counted = None if kind.by_rule or kind is Kind.EVENT_COUNT else _counted(kind, position)
    extra_of = _values(position.extra) if position.extra else None
    lacking = missing(kind)
    never_new = own if kind is Kind.NEW_VALUE and position.value == (REGISTERED_DOMAIN,) else ()

    def read(hit: Hit, fields: Fields) -> tuple[str, Event] | str:
        key = key_of(hit, fields)
        if key is None:
            return "no-group"
        value = fixed if counted is None else counted(hit, fields)
        if value is None and counted is not None:
            return lacking
        if value in never_new:
            return "own"
        extra = None if extra_of is None else extra_of(hit, fields)
        return key, (hit.event_time, order, hit.hit_id, value, extra)

    return read


def _keys(position: Position) -> Callable[[Hit, Fields], str | None]:
    """The names of groups, remembered, since groups come again and again."""
    known: dict[tuple[object, ...], str] = {}
    values_of = _values(position.group)

    def key_of(hit: Hit, fields: Fields) -> str | None:
        values = values_of(hit, fields)
        key = known.get((hit.exercise, values))
        if key is None:
            if None in values:
                return None
            if len(known) >= _MAX_KEYS:
                known.clear()
            key = known[hit.exercise, values] = group_key(hit.exercise, values)
        return key

    return key_of


def _counted(kind: Kind, position: Position) -> Callable[[Hit, Fields], str | int | None]:
    names = position.value
    if len(names) == 1 and not names[0].startswith("@@") and not kind.is_numeric:
        name = names[0]
        return lambda _, fields: fields.get(name)
    values_of = _values(names)
    return lambda hit, fields: value_of(kind, values_of(hit, fields))


def _values(names: Sequence[str]) -> _Values:
    """The values of some fields of a hit."""
    if len(names) == 1 and not names[0].startswith("@@"):
        name = names[0]
        return lambda _, fields: (fields.get(name),)
    return lambda hit, fields: tuple([_value(hit, fields, name) for name in names])


def _value(hit: Hit, fields: Fields, name: str) -> str | None:
    if not name.startswith("@@"):
        return fields.get(name)
    if name == REGISTERED_DOMAIN:
        return registered_domain(hit.domain or fields.get(ASKED_FOR, ""))
    value: str = getattr(hit, name[2:])
    return value if value or name in _OF_HITS else None
