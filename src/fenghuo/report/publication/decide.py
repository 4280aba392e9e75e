"""What may follow in the life of the public document, what changed between two versions, and when it is due. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from fenghuo.report.disclosure.amounts import shown

DAYS = 20
"""Within so many days of approval the document is published: 预算法 (2018) art. 14, 财预〔2016〕143号."""
REMIND_DAYS = (10, 5, 2, 0)
"""Days before the last one on which those who keep the document are told; (P)."""
STEPS = {"draft": frozenset({"review"}), "review": frozenset({"draft", "published"}), "published": frozenset({"draft"})}
SECTIONS = (
    *("head", "duties", "overview", "operating_cost", "public_cost", "performance", "procurement", "assets"),
    *("glossary", "other", "tables"),
)
MONEY_SECTIONS = frozenset({"overview", "operating_cost", "public_cost", "procurement", "assets", "tables"})
"""What the finance clerk may edit; whoever keeps the document may edit all."""
HEAD = ("office", "year", "preamble")


class Refused(Exception):
    """Something can not be done. `code` names why; `detail` belongs to it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def step(state: str, to: str) -> None:
    """Whether a state may follow another.

    Raises:
        Refused: "state".
    """
    if to not in STEPS[state]:
        raise Refused("state", state)


def due_at(approved: date, zone: tzinfo) -> datetime:
    """The first moment after the last day on which the document may be published in time; the day of approval does not count."""
    return day_begins(approved + timedelta(days=DAYS + 1), zone)


def day_begins(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time.min, zone)


def reached(due: datetime, now: datetime) -> int | None:
    """The nearest of `REMIND_DAYS` that has come, None for none."""
    return min((days for days in REMIND_DAYS if now >= due - timedelta(days=days)), default=None)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One figure or text: its path in the data file, a key that names rows instead of counting them, and what it says."""

    path: str
    key: str
    text: str


def leaves(value: Any, path: str = "", key: str = "") -> Iterator[Leaf]:
    """Everything that a document states, in order."""
    if value is None:
        return
    if is_dataclass(value):
        for field in fields(value):
            name = field.name
            yield from leaves(getattr(value, name), *((f"{at}.{name}" if at else name) for at in (path, key)))
    elif isinstance(value, tuple):
        seen: dict[str, int] = {}
        for number, one in enumerate(value):
            name = _name(one) or str(number)
            seen[name] = seen.get(name, 0) + 1
            named = name if seen[name] == 1 else f"{name}#{seen[name]}"
            yield from leaves(one, f"{path}[{number}]", f"{key}[{named}]")
    else:
        text = shown(value) if isinstance(value, Decimal) else str(value)
        if text:
            yield Leaf(path, key, text)


def _name(row: object) -> str:
    return "·".join(
        str(getattr(row, name))
        for name in ("code", "project", "item", "name", "term", "month")
        if getattr(row, name, "")
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs at a place; "" where one of the two has nothing there. `path` is that of the younger, else of the older."""

    path: str
    old: str
    new: str
    gone: bool = False


def differences(old: Iterable[Leaf], new: Iterable[Leaf]) -> list[Difference]:
    """What changed from one version to another, in the order of the younger, then what is gone."""
    before = {leaf.key: leaf for leaf in old}
    found = []
    for leaf in new:
        other = before.pop(leaf.key, None)
        if other is None or other.text != leaf.text:
            found.append(Difference(leaf.path, other.text if other else "", leaf.text))
    return found + [Difference(leaf.path, leaf.text, "", gone=True) for leaf in before.values()]
