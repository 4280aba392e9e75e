"""A table of incidents (grades, duties) as fields of a form, and back: an administrator who has the text corrects what differs.

A field is named by its place in the table: "item.2.0.outage_minutes", "item.2.0.sureness", "duty.9.minutes", "office.triage_minutes".
"""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fenghuo.faces.console.incidents.tables import mark_word
from fenghuo.respond.incidents.grading import Grade
from fenghuo.respond.incidents.grading.scales import EXACT, LARGEST, Sureness, grade_names, words
from fenghuo.respond.incidents.words import language

Choices = tuple[tuple[str, str], ...]
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,6})?")
_TIMES = ("minutes", "days")


@dataclass(frozen=True, slots=True)
class Line:
    """A value of a cell: its place, what it is called, how it stands; `choices` where it is a word and no number."""

    place: str
    words: str
    value: str
    unit: str = ""
    choices: Choices = ()


@dataclass(frozen=True, slots=True)
class CellRow:
    """A cell: what it is about, what follows, its values, and how sure it is (`mark` "" where that is not asked)."""

    what: str
    then: str
    lines: tuple[Line, ...]
    mark: Line | None = None


def rows_of(cells: Mapping[str, Any], party: Mapping[str, Mapping[str, str]]) -> list[CellRow]:
    """Every cell of a table that can be corrected; `party`: names of the parties of duties."""
    return [*_items(cells), *_importance(cells), *_duties(cells, party), *_office(cells)]


def _items(cells: Mapping[str, Any]) -> Iterator[CellRow]:
    here = language()
    for number, item in enumerate(cells.get("item", ())):
        for place, cell in enumerate(item["cells"]):
            base = f"item.{number}.{place}"
            lines = tuple(
                _fact(f"{base}.{fact}", fact, value) for fact, value in cell["when"].items() if _open(fact, value)
            )
            yield CellRow(item[here], grade_names()[Grade(cell["grade"])][here], lines, _mark(base, cell["sureness"]))


def _importance(cells: Mapping[str, Any]) -> Iterator[CellRow]:
    for level, value in cells.get("importance_of_protection_level", {}).items():
        line = _fact(f"importance_of_protection_level.{level}", "importance", value)
        yield CellRow(_("Level of classified protection"), str(level), (line,))


def _duties(cells: Mapping[str, Any], party: Mapping[str, Mapping[str, str]]) -> Iterator[CellRow]:
    here = language()
    for number, duty in enumerate(cells.get("duty", ())):
        base = f"duty.{number}"
        lines = tuple(_time(f"{base}.{name}", name, duty[name]) for name in _TIMES if name in duty)
        who = _("%(sender)s tells %(receivers)s") % {
            "sender": party[duty["from"]][here],
            "receivers": _(", ").join(party[one][here] for one in duty["to"]),
        }
        yield CellRow(who, grade_names()[Grade(duty["least"])][here], lines, _mark(base, duty["sureness"]))


def _office(cells: Mapping[str, Any]) -> Iterator[CellRow]:
    office = cells.get("office")
    if office is None:
        return
    yield CellRow(
        _("Grade an incident within"), "", (_time("office.triage_minutes", "minutes", office["triage_minutes"]),)
    )
    for grade, minutes in office["situation_minutes"].items():
        line = _time(f"office.situation_minutes.{grade}", "minutes", minutes)
        yield CellRow(_("Situation report to the command every"), grade_names()[Grade(grade)][language()], (line,))


def _open(fact: str, value: object) -> bool:
    """Whether a value may differ in the text: a kind, or yes and no, is what its cell is about."""
    return fact not in EXACT and not isinstance(value, bool)


def _fact(place: str, fact: str, value: object) -> Line:
    known, here = words()[fact], language()
    choices = tuple((one, names[here]) for one, names in known.values.items())
    return Line(place, known.names[here], str(value), known.units.get(here, ""), choices)


def _time(place: str, unit: str, value: int) -> Line:
    return Line(place, _("Limit"), str(value), _("minutes") if unit == "minutes" else _("days"))


def _mark(base: str, sureness: str) -> Line:
    choices = tuple((one.value, mark_word(one)) for one in Sureness)
    return Line(f"{base}.sureness", _("How sure"), sureness, "", choices)


def read(said: Mapping[str, str], cells: Mapping[str, Any]) -> tuple[dict[str, Any], list[str], list[str]]:
    """The table as a form states it, what was changed ("place: before → after"), and the places that hold no such value."""
    found, changed, wrong = copy.deepcopy(dict(cells)), [], []
    for holder, key, place, fact in _places(found):
        before = holder[key]
        text = said.get(place, "").strip()
        after = _value(text, before, fact)
        if after is None:
            wrong.append(place)
        elif after != before:
            holder[key] = after
            changed.append(f"{place}: {before} → {after}")
    return found, changed, wrong


def _places(cells: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, str, str]]:
    """(holder, key, place, fact) of every value that can be corrected; fact "" for times, "sureness" for marks."""
    for number, item in enumerate(cells.get("item", ())):
        for place, cell in enumerate(item["cells"]):
            base = f"item.{number}.{place}"
            yield from (
                (cell["when"], fact, f"{base}.{fact}", fact)
                for fact, value in list(cell["when"].items())
                if _open(fact, value)
            )
            yield cell, "sureness", f"{base}.sureness", "sureness"
    levels = cells.get("importance_of_protection_level", {})
    yield from ((levels, level, f"importance_of_protection_level.{level}", "importance") for level in levels)
    for number, duty in enumerate(cells.get("duty", ())):
        yield from ((duty, name, f"duty.{number}.{name}", "") for name in _TIMES if name in duty)
        yield duty, "sureness", f"duty.{number}.sureness", "sureness"
    if "office" in cells:
        office = cells["office"]
        yield office, "triage_minutes", "office.triage_minutes", ""
        situation = office["situation_minutes"]
        yield from ((situation, grade, f"office.situation_minutes.{grade}", "") for grade in situation)


def _value(text: str, before: object, fact: str) -> object | None:
    if fact == "sureness":
        return text if text in set(Sureness) else None
    if isinstance(before, str):
        return text if text in words()[fact].values else None
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text) if "." in text else int(text)
    if not fact and not isinstance(number, int):
        return None
    return number if 0 < number <= (words()[fact].most if fact else LARGEST) else None
