"""What the document is made of: the data of structure.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("structure.toml")
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Section:
    """A section: key in the data file, heading, and words that mark its heading in other documents."""

    key: str
    heading: str
    marks: tuple[str, ...]
    number: str


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def sections() -> tuple[Section, ...]:
    """The sections in their order."""
    rows = zip(_data()["section"], NUMERALS, strict=True)
    return tuple(Section(row["key"], row["heading"], tuple(row["marks"]), number) for row, number in rows)


def section(key: str) -> Section:
    """The section that a key of the data file names."""
    return next(one for one in sections() if one.key == key)


def levels() -> dict[str, list[str]]:
    """First level of indicators → its second levels."""
    found: dict[str, list[str]] = _data()["levels"]
    return found


def foreign_terms(office: str) -> list[str]:
    """Terms of another level of government, for the office of a county; nothing is known of other offices."""
    found: list[str] = _data()["terms"]["county"] if "县" in office else []
    return found


def economic(name: str) -> list[str]:
    """Economic classes (three digits) that count as `personnel` or `operating`."""
    found: list[str] = _data()["economic"][name]
    return found


def public_classes() -> Mapping[str, str]:
    """Economic class → the kind of 三公 that it is, a field of `PublicCost`."""
    return {str(code): field for field, code in _data()["economic"]["public"].items()}
