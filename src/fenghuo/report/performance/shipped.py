"""The indicators and the structure of levels that come with Fenghuo, as data."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_MOVED_SINCE = 2021


@dataclass(frozen=True, slots=True)
class Definition:
    """Language → what is counted."""

    numerator: Mapping[str, str]
    denominator: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the built-in table. `numerator` and `denominator`: language → what is counted."""

    code: str
    level1: str
    level2: str
    name: str
    description: str
    target: str
    basis: str
    measure: str
    numerator: Mapping[str, str]
    denominator: Mapping[str, str]


def _read(name: str) -> dict[str, list[dict[str, object]]]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


@cache
def rates() -> Mapping[str, Definition]:
    """Measures of participation → definition; which of them holds is the office's choice."""
    found = tomllib.loads(Path(__file__).with_name("rates.toml").read_text(encoding="utf-8"))
    return {
        measure: Definition(*({"zh-hans": texts[f"{name}_zh"], "en": texts[f"{name}_en"]} for name in _DEFINED))
        for measure, texts in found.items()
    }


@cache
def levels_of(year: int) -> Mapping[str, Sequence[str]]:
    """First level → second levels that hold for a budget year."""
    fitting = [one for one in _read("structure.toml")["since"] if int(str(one["year"])) <= year]
    return fitting[-1]["levels"]  # type: ignore[return-value]


@cache
def table_of(year: int) -> tuple[Row, ...]:
    """The built-in rows with the levels of a budget year."""
    made = []
    for row in _read("table.toml")["row"]:
        plain = {key: str(value) for key, value in row.items() if key != "moved"}
        words = {name: {"zh-hans": plain.pop(f"{name}_zh"), "en": plain.pop(f"{name}_en")} for name in _DEFINED}
        moved = row.get("moved")
        if year >= _MOVED_SINCE and isinstance(moved, list):
            plain["level1"], plain["level2"] = map(str, moved)
        made.append(Row(**plain, **words))  # type: ignore[arg-type]
    return tuple(made)


_DEFINED = ("numerator", "denominator")
