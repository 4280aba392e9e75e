"""A section of the public document as a form, made from the model itself: what the data file may hold, the form can enter.

A name of the form is the path in the data file, so that a finding of the rules and a fault of the file find their place.
"""

import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints

from fenghuo.report.disclosure.amounts import shown

_LONG = frozenset({"introduction", "use", "note", "goal", "reason", "meaning", "description", "projects_note"})
_CHOICES = {"direction": ("", "增加", "减少", "持平"), "unit": ("万元", "元")}
_BLANK_ROWS, _BLANK_GROUPS = 3, 1
_MOST_ROWS = 400
PARAGRAPHS, TEXT, LINE, AMOUNT, YEAR, CHOICE = "paragraphs", "text", "line", "amount", "year", "choice"


@dataclass(slots=True)
class Leaf:
    """One field. `before`: what last year's document says there. `source`: the records that it comes from."""

    path: str
    name: str
    kind: str
    value: str = ""
    choices: tuple[str, ...] = ()
    before: str = ""
    source: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def form(self) -> str:
        """For the template."""
        return "leaf"


@dataclass(slots=True)
class Group:
    """Fields that belong together; with `title` the name of its row."""

    path: str
    name: str
    nodes: list["Node"]
    title: str = ""
    blank: bool = False
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def form(self) -> str:
        """For the template."""
        return "group"


@dataclass(slots=True)
class Rows:
    """A table: names of its columns and a list of fields for each row; the last rows are blank."""

    path: str
    name: str
    columns: list[str]
    rows: list[list[Leaf]]
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def form(self) -> str:
        """For the template."""
        return "rows"


Node = Leaf | Group | Rows


def _inner(kind: Any) -> Any:
    """The kind without "or None"."""
    if get_origin(kind) in (Union, types.UnionType):
        return next(one for one in get_args(kind) if one is not type(None))
    return kind


def _flat(kind: Any) -> bool:
    """Whether a kind has nothing but plain fields, so that its rows make a table."""
    return all(_inner(hint) in (str, int, Decimal) for hint in get_type_hints(kind).values())


def node(kind: Any, value: Any, path: str, name: str, year: int) -> Node:
    """The form of a value of the model; `value` is None where there is none yet."""
    kind = _inner(kind)
    if get_origin(kind) is tuple:
        return _many(get_args(kind)[0], value or (), path, name, year)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        inner = [
            node(hints[one.name], getattr(value, one.name, None), f"{path}.{one.name}", one.name, year)
            for one in fields(kind)
        ]
        return Group(path, name, inner, blank=value is None)
    return _leaf(kind, value, path, name, year)


def _leaf(kind: Any, value: Any, path: str, name: str, year: int) -> Leaf:
    if kind is int:
        default = year if name == "year" else None
        return Leaf(path, name, YEAR, str(value if value is not None else default or ""))
    if kind is Decimal:
        return Leaf(path, name, AMOUNT, shown(value))
    table_unit = name == "unit" and path.startswith("tables.")
    if name == "direction" or table_unit:
        choices = _CHOICES[name]
        text = str(value or choices[0])
        return Leaf(path, name, CHOICE, text, choices if text in choices else (*choices, text))
    return Leaf(path, name, TEXT if name in _LONG else LINE, str(value or ""))


def _many(kind: Any, values: Any, path: str, name: str, year: int) -> Node:
    if kind is str:
        return Leaf(path, name, PARAGRAPHS, "\n".join(values))
    if _flat(kind):
        names = [one.name for one in fields(kind)]
        rows = [*values, *([None] * _BLANK_ROWS)]
        made = [_row(kind, one, f"{path}[{number}]", year) for number, one in enumerate(rows)]
        return Rows(path, name, names, made)
    groups: list[Node] = []
    for number, one in enumerate([*values, *([None] * _BLANK_GROUPS)]):
        group = node(kind, one, f"{path}[{number}]", name, year)
        assert isinstance(group, Group)
        group.title = str(getattr(one, "name", "") or getattr(one, "title", "")) if one is not None else ""
        groups.append(group)
    return Group(path, name, groups)


def _row(kind: Any, value: Any, path: str, year: int) -> list[Leaf]:
    hints = get_type_hints(kind)
    return [
        _leaf(_inner(hints[one.name]), getattr(value, one.name, None), f"{path}.{one.name}", one.name, year)
        for one in fields(kind)
    ]


def walk(one: Node) -> Iterator[Node]:
    """The node and everything in it."""
    yield one
    inner: list[Any] = (
        one.nodes if isinstance(one, Group) else [c for r in one.rows for c in r] if isinstance(one, Rows) else []
    )
    for part in inner:
        yield from walk(part)


def content(kind: Any, given: Mapping[str, str], path: str, year: int) -> Any:
    """What a form entered, as plain JSON of the data file; None where nothing was entered.

    No section comes about by its year alone. A text that the file needs and that was left empty is stated as empty.
    """
    kind = _inner(kind)
    if get_origin(kind) is tuple:
        return _entered_many(get_args(kind)[0], given, path, year)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        found = {one.name: content(hints[one.name], given, f"{path}.{one.name}", year) for one in fields(kind)}
        stated = {name: value for name, value in found.items() if value is not None}
        if all(_of_itself(path, name, value, year) for name, value in stated.items()):
            return None
        needed = {one.name: "" for one in fields(kind) if one.default is MISSING and hints[one.name] is str}
        return needed | stated
    text = given.get(path, "").strip()
    if not text:
        return None
    return int(text) if kind is int and text.isdecimal() else text


def _of_itself(path: str, name: str, value: object, year: int) -> bool:
    """Whether a form fills a field without anybody entering something."""
    return (name in ("year", "last_year") and value in (year, year - 1)) or (
        name == "unit" and path.startswith("tables.") and value == "万元"
    )


def _entered_many(kind: Any, given: Mapping[str, str], path: str, year: int) -> Any:
    if kind is str:
        lines = [line.strip() for line in given.get(path, "").splitlines()]
        return [line for line in lines if line] or None
    found = []
    for number in range(_MOST_ROWS):
        if not any(key.startswith(f"{path}[{number}]") for key in given):
            break
        one = content(kind, given, f"{path}[{number}]", year)
        if one is not None:
            found.append(one)
    return found or None
