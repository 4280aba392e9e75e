"""Rows of the table as pages and sheets show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.base.accounts.models import Person
from fenghuo.base.papers.sheets import Value
from fenghuo.faces.console.performance.words import beside_text, met_state, none_text, part_text, record_url
from fenghuo.report.performance.measured import Record
from fenghuo.report.performance.models import FrozenValue
from fenghuo.report.performance.queries import Standing
from fenghuo.report.performance.targets import PERCENT, parse_target

_HUNDREDTH = Decimal("0.01")
_ONLY_WHERE_ANY = {"left-out", "maintenance-seconds", "unwatched-seconds"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the table: `value` with its unit, or why there is none; `state` as (kind, word)."""

    level1: str
    level2: str
    name: str
    description: str
    target: str
    basis: str
    weight: str
    value: str
    none: str
    fraction: str
    beside: str
    state: tuple[str, str]
    score: str
    deviation: str
    indicator_id: str
    rows: int


def number(value: Decimal | None) -> str:
    """A number without noughts at its end; "" for none."""
    if value is None:
        return ""
    text = format(value, ",f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_unit(value: Decimal | None, target: str) -> str:
    """A value with the unit of its target."""
    unit = parse_target(target).unit
    if value is None:
        return ""
    if unit in PERCENT:
        # Never rounded up: 99.996 % is not all of it.
        return f"{number(value.quantize(_HUNDREDTH, ROUND_DOWN))}\u00a0%"
    return f"{number(value)}{unit}"


def _fraction(numerator: Decimal | None, denominator: Decimal | None) -> str:
    return "" if denominator is None else f"{number(numerator)} / {number(denominator)}"


def _beside(pairs: Iterable[Sequence[str]]) -> str:
    told = (beside_text(key, value) for key, value in pairs if value != "0" or key not in _ONLY_WHERE_ANY)
    return " · ".join(told)


def _deviation(value: Decimal | None, target: str) -> str:
    if value is None:
        return ""
    text = with_unit(value, target)
    return f"+{text}" if value > 0 else text


def shown(one: Standing) -> Shown:
    """A row as it stands now."""
    row, found = one.indicator, one.measured
    return Shown(
        level1=row.level1,
        level2=row.level2,
        name=row.name,
        description=row.description,
        target=row.target,
        basis=row.basis,
        weight=number(row.weight),
        value=with_unit(found.value, row.target) or found.words,
        none=none_text(found.none) if found.value is None and not found.words else "",
        fraction=_fraction(found.numerator, found.denominator),
        beside=_beside(found.beside),
        state=met_state(one.outcome.met, found.value is not None or bool(found.words)),
        score=number(one.score),
        deviation=_deviation(one.outcome.deviation, row.target),
        indicator_id=row.id,
        rows=len(found.rows),
    )


def frozen(one: FrozenValue) -> Shown:
    """A row as it was frozen."""
    row = one.row
    weight = row["weight"]
    return Shown(
        level1=row["level1"],
        level2=row["level2"],
        name=row["name"],
        description=row["description"],
        target=row["target"],
        basis=row["basis"],
        weight=number(Decimal(weight)) if weight else "",
        value=with_unit(one.value, row["target"]) or one.words,
        none=none_text(one.none) if one.value is None and not one.words else "",
        fraction=_fraction(one.numerator, one.denominator),
        beside=_beside(one.beside),
        state=met_state(one.met, one.value is not None or bool(one.words)),
        score=number(one.score),
        deviation=_deviation(one.deviation, row["target"]),
        indicator_id=one.indicator_id,
        rows=len(one.rows),
    )


def grouped(standings: Iterable[Standing]) -> list[tuple[str, list[Shown]]]:
    """First level → its rows, in the order of the table."""
    return [(level, list(rows)) for level, rows in groupby(map(shown, standings), key=lambda one: one.level1)]


def head() -> Sequence[str]:
    """Headings of the table as a sheet."""
    return [
        _("First level"),
        _("Second level"),
        _("Indicator"),
        _("Description"),
        _("Target"),
        _("Basis of the target"),
        _("Weight"),
        pgettext("indicator", "Value"),
        _("Numerator / denominator"),
        _("Beside it"),
        _("State"),
        _("Deviation"),
        _("Score"),
    ]


def cells(one: Shown) -> list[Value]:
    """A row of the sheet."""
    first: list[Value] = [one.level1, one.level2, one.name, one.description, one.target, one.basis, one.weight]
    return [*first, one.value or one.none, one.fraction, one.beside, one.state[1], one.deviation, one.score]


def line(one: Standing) -> list[Value]:
    """A row of the sheet, as it stands now."""
    return cells(shown(one))


def records(person: Person, found: Iterable[Record]) -> list[tuple[Record, str, str]]:
    """(record, its address, what it gives to the number)."""
    return [(one, record_url(person, one.kind, one.id), part_text(one.part)) for one in found]
