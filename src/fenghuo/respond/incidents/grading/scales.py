"""The closed vocabularies of grading: grades, how sure a figure is, and the words and orders of the facts' values."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

Value = str | int | float | bool


class Grade(StrEnum):
    """Grade of an incident, least grave first: 一般, 较大, 重大, 特别重大."""

    GENERAL = "general"
    RELATIVELY_MAJOR = "relatively-major"
    MAJOR = "major"
    PARTICULARLY_MAJOR = "particularly-major"

    @property
    def rank(self) -> int:
        """0 for general to 3 for particularly major."""
        return list(Grade).index(self)

    @property
    def level(self) -> int:
        """1 for particularly major (一级) to 4 for general (四级), as offices number them."""
        return 4 - self.rank


class Sureness(StrEnum):
    """How sure a figure or duty is: read in the text, from a secondary source, general knowledge, from a draft."""

    READ = "A"
    SECONDARY = "B"
    GENERAL = "C"
    DRAFT = "draft"

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return list(Sureness).index(self)


@dataclass(frozen=True, slots=True)
class FactWords:
    """What a fact is called, its unit, and the values it may have.

    Attributes:
        names: language ("zh", "en") → name. units: the same, empty where it has none.
        values: value → language → name, least grave first; empty for numbers and yes or no.
        places: value → its place on the scale. other_ways: lower-case spelling → value.
        most: the largest number that makes sense.
    """

    names: Mapping[str, str]
    units: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    places: Mapping[str, int]
    other_ways: Mapping[str, str]
    most: float

    def value_of(self, text: str) -> str | None:
        """The value that a spelling means, None for none."""
        return self.other_ways.get(_plain(text))


LARGEST = 1e15
"""No number of a case is larger; more is a slip of the keyboard."""

EXACT = frozenset({"operator"})
"""Facts whose values are kinds and not degrees: a rule asks for this one, not for at least this one."""


def _plain(text: str) -> str:
    return text.strip().lower().replace("_", "-")


@cache
def words() -> Mapping[str, FactWords]:
    """Fact → its words, from `words.toml`."""
    return {name: _words_of(stated) for name, stated in _file()["fact"].items()}


@cache
def grade_names() -> Mapping[Grade, Mapping[str, str]]:
    """Grade → language → name."""
    return {Grade(key): names for key, names in _file()["grade"].items()}


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads((resources.files(__package__) / "words.toml").read_text(encoding="utf-8"))


def _words_of(stated: Mapping[str, Any]) -> FactWords:
    values = stated.get("value", {})
    other_ways = {
        _plain(spelling): value
        for value, names in values.items()
        for spelling in (value, names["zh"], names["en"], *names.get("also", ()))
    }
    names = {language: stated[language] for language in ("zh", "en")}
    places = {value: place for place, value in enumerate(values)}
    return FactWords(names, stated.get("unit", {}), values, places, other_ways, stated.get("most", LARGEST))


def degree(fact: str, value: Value) -> float:
    """Where a value lies on the scale of its fact: a number itself, a word by its place, no and yes as 0 and 1.

    Raises:
        ValueError: the fact can't have this value.
    """
    places = words()[fact].places
    if not places:
        return float(value)
    if value not in places:
        raise ValueError(f"{fact}: {value} is none of {', '.join(places)}")
    return places[str(value)]
