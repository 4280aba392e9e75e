"""A table of terms as fields of a form, and back. A field is named by its place in the table, "rectify.high" or "climb.plain.2"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.see.screening.models import SEVERITIES
from fenghuo.warn.early_warnings.models import LEVELS
from fenghuo.warn.notices.models import UrgencyLabel

UNITS = ("minutes", "hours", "workdays")
_KEPT = frozenset({"remind_percent"})
"""Not for changing: the marks of the ladder are named by them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A field: its place, what it is called, its number as text, and its unit ("" for a plain number)."""

    place: str
    words: str
    number: str
    unit: str


def groups_of(cells: Mapping[str, Any]) -> list[tuple[str, list[Line]]]:
    """The fields of a table under the heading of each group."""
    return [(group_word(name), list(_lines(name, group))) for name, group in cells.items()]


def _lines(place: str, group: Mapping[str, Any]) -> Iterator[Line]:
    for name, value in group.items():
        here = f"{place}.{name}"
        if name in _KEPT:
            continue
        if isinstance(value, dict):
            yield _term(here, key_word(name), value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for number, step in enumerate(value, 1):
                yield _term(f"{here}.{number}", f"{key_word(name)} · {_step_word(number)}", step)
        elif isinstance(value, list):
            yield Line(here, key_word(name), ", ".join(map(str, value)), "")
        else:
            yield Line(here, key_word(name), str(value), "")


def _term(place: str, words: str, stated: Mapping[str, int]) -> Line:
    [(unit, number)] = stated.items()
    return Line(place, words, str(number), unit)


def read(said: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """The table that a form states; what is no number stays as text, for `wrong_cells` to find."""
    return {name: _read(name, group, said) for name, group in before.items()}


def _read(place: str, old: Any, said: Mapping[str, str]) -> Any:
    if place.rpartition(".")[2] in _KEPT:
        return old
    if isinstance(old, dict) and set(old) & set(UNITS):
        return {said.get(f"{place}:unit", ""): _whole(said.get(place, ""))}
    if isinstance(old, dict):
        return {name: _read(f"{place}.{name}", value, said) for name, value in old.items()}
    if isinstance(old, list) and old and isinstance(old[0], dict):
        return [_read(f"{place}.{number}", step, said) for number, step in enumerate(old, 1)]
    if isinstance(old, list):
        return [_whole(part) for part in said.get(place, "").replace("，", ",").split(",")]
    return _whole(said.get(place, ""))


def _whole(text: str) -> int | str:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else text


def group_word(name: str) -> str:
    """What a group of terms is about."""
    words = {
        "deliver": _("First message leaves, else somebody calls"),
        "sign": _("Signature"),
        "feedback": _("First feedback"),
        "measures": _("Feedback to an early warning"),
        "mitigate": _("Danger held back"),
        "rectify": _("Rectification"),
        "again": _("After a return, and the office's own review"),
        "climb": _("After a clock ran out: whom it goes to"),
        "numbers": _("Other numbers"),
        "sample_percent": _("How many of a hundred closed copies are looked at again"),
        "review": _("Review of an early warning by a second person"),
        "report": _("Situation reports while it is in force"),
        "summary": _("Summary after it was lifted"),
    }
    return words.get(name, name)


def _step_word(number: int) -> str:
    return [pgettext("contact of a unit", "deputy"), _("head of the unit"), _("leader and department above")][
        number - 1
    ]


def key_word(name: str) -> str:
    """What one term is for."""
    words = {
        **{value: str(label) for value, label in (*UrgencyLabel.choices, *LEVELS, *SEVERITIES)},
        "any": _("every level"),
        "returned": _("a returned copy"),
        "review": _("review by the office"),
        "supervise_after_workdays": _("working days until a supervision letter is drafted"),
        "criticise_after_workdays": _("working days until a criticism is drafted"),
        "exempt_most_days": _("days that a risk may be accepted at most"),
        "recheck_after_days": _("days after the closing when it is looked at again"),
    }
    return words.get(name, name)


def unit_words() -> list[tuple[str, str]]:
    """The units with their names."""
    return [("minutes", _("minutes")), ("hours", _("hours")), ("workdays", _("working days"))]


def place_word(place: str) -> str:
    """A place of the table in words."""
    parts = place.split(".")
    words = [group_word(parts[0]), *(_step_word(int(p)) if p.isdecimal() else key_word(p) for p in parts[1:])]
    return " · ".join(words)
