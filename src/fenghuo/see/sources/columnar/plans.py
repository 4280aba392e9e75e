"""What the values of a shape become, found by asking the parsers themselves.

A parser is shown the shape with made-up values, each of which can be told from all others wherever it turns up: words, time
stamps, addresses, and null. So the fast way needs no copy of what the parsers know, and follows when they change. Two things
decide beyond the shape and are conditions of the plan: the bytes of a few values (`exact`, such as EventID), and the kind of
each value that reaches the envelope. Whatever cannot be told makes a slow plan.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from fenghuo.see.events import Event
from fenghuo.see.sources.base import ParseContext
from fenghuo.see.sources.columnar.scan import EMPTY, FALSE, FLOAT, INTEGER, NULL, TEXT, TRUE, ZERO
from fenghuo.see.sources.columnar.shapes import Shape
from fenghuo.see.sources.columnar.tables import (
    CONSTANT,
    ELEMENT,
    LIST,
    PRESENT_NULL,
    SCALAR,
    Condition,
    Move,
    Plan,
)

SAME, LOWER, DOMAIN, ADDRESS = "same", "lower", "domain", "address"
"""What becomes of a value on its way into the envelope."""

TEXT_SLOTS = ("product", "category", "service", "host", "domain", "url", "hash")
ADDRESS_SLOTS = ("src_ip", "dst_ip")

_SECOND = 1_000_000_000
_STAMP_BASE = 978_307_200 * _SECOND  # 2001-01-01
_SHANGHAI = 8 * 3600 * _SECOND


class Tagged(Protocol):
    """A value that knows which of the line's scalars it is."""

    place: int


class _Text(str):
    place: int


class _Whole(int):
    place: int


class _Point(float):
    place: int


_TAGGED = (_Text, _Whole, _Point)


class Found(NamedTuple):
    """A scalar of the line at hand: kind as in `scan`, text without quotes, value."""

    kind: int
    text: bytes
    value: Any


class Names(Protocol):
    """Where columns get their numbers."""

    def scalar(self, name: str) -> int: ...
    def listing(self, name: str) -> tuple[int, int]: ...
    def slot(self, name: str, way: str) -> int: ...


class TooOdd(Exception):
    """The shape does something with its values that no plan can say."""


@dataclass(slots=True)
class Asker:
    """One parser, to be asked. `decides`: the fields (of the event) and the keys (of the object) whose bytes decide."""

    read: Callable[[dict[str, Any], ParseContext], Event | None]
    context: ParseContext
    deciding_fields: frozenset[str] = frozenset()
    deciding_keys: frozenset[str] = frozenset()
    sensitive: dict[int, set[int]] = field(default_factory=dict)

    def plan(self, leaf: int, shape: Shape, found: list[Found], names: Names) -> Plan:
        """The plan for lines like this one; a slow one where none can be made."""
        try:
            return self._plan(self.sensitive.setdefault(leaf, set()), shape, found, names)
        except TooOdd:
            return Plan(slow=True)

    def _plan(self, sensitive: set[int], shape: Shape, found: list[Found], names: Names) -> Plan:
        base = self._ask(shape, [_tag(_word(i), i) for i in range(len(found))])
        exact = self._deciding(base, shape)
        while True:
            views = _Views(self, shape, found, exact, sensitive - exact)
            winners = views.winners()
            if all(found[i].kind == TEXT or i in sensitive for i in winners):
                break
            sensitive |= winners
        sensitive |= winners - exact
        conditions = [Condition(i, found[i].kind, found[i].text) for i in sorted(exact)]
        conditions += [Condition(i, found[i].kind) for i in sorted(sensitive - exact)]
        moves = [*_field_moves(views, base, exact | sensitive, names), *_slot_moves(views, names)]
        time, local = views.time()
        return Plan(tuple(conditions), tuple(moves), time, local)

    def _deciding(self, base: Event | None, shape: Shape) -> set[int]:
        values = [base.fields.get(name) for name in self.deciding_fields] if base else []
        exact = {value.place for value in values if isinstance(value, _TAGGED)}
        keys = [shape.skeleton.get(key) for key in self.deciding_keys]
        return exact | {key for key in keys if isinstance(key, int)}

    def _ask(self, shape: Shape, values: list[Any]) -> Event | None:
        try:
            return self.read(_filled(shape.skeleton, values), self.context)
        except (AttributeError, TypeError, ValueError, RecursionError):
            return None

    def ask(self, shape: Shape, values: list[Any]) -> Event:
        """The event of the shape with these values.

        Raises:
            TooOdd: the parser makes none.
        """
        event = self._ask(shape, values)
        if event is None or event.parse_error is not None:
            raise TooOdd
        return event


class _Views:
    """What the parser makes of words, stamps, addresses and nulls in the places that do not decide."""

    def __init__(self, asker: Asker, shape: Shape, found: list[Found], exact: set[int], sensitive: set[int]) -> None:
        def ask(made_up: Callable[[int], Any]) -> Event:
            values = []
            for i, scalar in enumerate(found):
                if i in exact:
                    values.append(_tag(scalar.value, i))
                elif i in sensitive and scalar.kind != TEXT:
                    values.append(_of_kind(scalar.kind, i))
                else:
                    values.append(_tag(made_up(i), i))
            return asker.ask(shape, values)

        self.count = len(found)
        self.words, self.stamps, self.addresses = ask(_word), ask(_stamp), ask(_address)
        kept = self.winners() | sensitive
        self.nulls = ask(lambda i: _word(i) if i in kept else None)

    def winners(self) -> set[int]:
        """The values that reach the envelope."""
        sources = [self.source(slot)[0] for slot in TEXT_SLOTS + ADDRESS_SLOTS]
        return {i for i in (*sources, self.time()[0]) if i >= 0}

    def source(self, slot: str) -> tuple[int, str, str | None]:
        """Of a slot of the envelope: the value that fills it (-1: none) and how, or else its constant text."""
        texts = [_slot(event, slot) for event in (self.words, self.stamps, self.addresses)]
        if slot in ADDRESS_SLOTS and texts[2] is not None:
            if texts[0] is not None or texts[1] is not None or texts[2] not in _forms(self.count)[1]:
                raise TooOdd
            return _forms(self.count)[1][texts[2]], ADDRESS, None
        if texts[0] is None or texts[0] == texts[1] == texts[2]:
            if any(t != texts[0] for t in texts):
                raise TooOdd
            return -1, SAME, texts[0]
        if texts[0] not in _forms(self.count)[0]:
            raise TooOdd
        return *_forms(self.count)[0][texts[0]], None

    def time(self) -> tuple[int, bool]:
        """The value that is the time (-1: none), and whether it is of the source's zone where it names none."""
        moment = self.stamps.event_time
        if moment is None:
            return -1, False
        for shift, local in ((0, False), (_SHANGHAI, True)):
            place, rest = divmod(moment + shift - _STAMP_BASE, 1000)
            if 0 <= place < self.count and not rest:
                return place, local
        place = moment // _SECOND - _SECOND
        if not 0 <= place < self.count:
            raise TooOdd
        return place, True


def _slot(event: Event, slot: str) -> str | None:
    holder: Any = event if slot in {"product", "category", "service", "host"} else event.observables
    text: str | None = getattr(holder, slot)
    return text


def _word(place: int) -> str:
    return f"W{place}Q."


def _stamp(place: int) -> str:
    return f"2001-01-01T00:00:00.{place:06d}"


def _address(place: int) -> str:
    return f"10.0.{place >> 8}.{place & 255}"


def _forms(count: int) -> tuple[dict[str, tuple[int, str]], dict[str, int]]:
    words: dict[str, tuple[int, str]] = {}
    for i in range(count):
        word = _word(i)
        words |= {word: (i, SAME), word.lower(): (i, LOWER), word.lower().rstrip("."): (i, DOMAIN)}
    return words, {_address(i): i for i in range(count)}


def _tag(value: Any, place: int) -> Any:
    for kind, tagged in ((bool, None), (str, _Text), (int, _Whole), (float, _Point)):
        if isinstance(value, kind):
            if tagged is None:
                return value
            marked: Any = tagged(value)
            marked.place = place
            return marked
    return value


def _of_kind(kind: int, place: int) -> Any:
    plain = {
        EMPTY: "",
        ZERO: 0,
        INTEGER: _SECOND + place,
        FLOAT: float(_SECOND + place),
        TRUE: True,
        FALSE: False,
        NULL: None,
    }
    return _tag(plain[kind], place)


def _filled(part: Any, values: list[Any]) -> Any:
    if isinstance(part, dict):
        return {key: _filled(inner, values) for key, inner in part.items()}
    if isinstance(part, list):
        return [_filled(inner, values) for inner in part]
    return values[part]


def _field_moves(views: _Views, base: Event | None, fixed: set[int], names: Names) -> list[Move]:
    """The moves that fill the fields. `fixed`: values whose kind is a condition, so that they were not null when null was shown."""
    moves: list[Move] = []
    nulls = views.nulls.fields
    if [name for name in views.words.fields if name in nulls] != list(nulls):
        raise TooOdd
    for name, value in views.words.fields.items():
        if isinstance(value, list):
            column, child = names.listing(name)
            moves.append(Move(LIST, column))
            places = [_place(inner) for inner in value]
            if nulls.get(name) != [v if p in fixed else None for v, p in zip(value, places, strict=True)]:
                raise TooOdd
            moves.extend(Move(ELEMENT, column, place, child=child) for place in places)
        elif value is None:
            moves.append(Move(PRESENT_NULL, names.scalar(name)))
        else:
            known = base.fields.get(name) if base is not None and isinstance(value, bool) else value
            place = _place(known)
            expected = value if place in fixed else None
            if nulls.get(name) != expected:
                raise TooOdd
            moves.append(Move(SCALAR, names.scalar(name), place, drop_null=name not in nulls))
    if len({m.column for m in moves if m.action != ELEMENT}) < len(views.words.fields):
        raise TooOdd  # two names of one column
    return moves


def _place(value: object) -> int:
    if not isinstance(value, _TAGGED):
        raise TooOdd
    return value.place


def _slot_moves(views: _Views, names: Names) -> list[Move]:
    moves = []
    for slot in TEXT_SLOTS + ADDRESS_SLOTS:
        place, way, text = views.source(slot)
        if place >= 0:
            moves.append(Move(SCALAR, names.slot(slot, way), place, drop_null=True))
        elif text is not None:
            moves.append(Move(CONSTANT, names.slot(slot, SAME), text=text.encode()))
    return moves
