"""How long things may take, and what happens when they take longer. Pure but for reading the shipped table.

A clock is named by what must happen ("sign", "rectify"); a later one of the same kind carries a number or a word
("rectify-2", "rectify-extended"), so that each keeps its own lateness.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

from fenghuo.base.clocks.workdays import after_workdays
from fenghuo.warn.notices.decide import FEEDBACK_KINDS, RECTIFY_KINDS, Kind, Urgency

TABLE = "notice-terms"
_UNITS = {"minutes": 60, "hours": 3600}


class Clock(StrEnum):
    """What a clock of a copy waits for."""

    DELIVER = "deliver"
    SIGN = "sign"
    FEEDBACK = "feedback"
    MITIGATE = "mitigate"
    RECTIFY = "rectify"
    REVIEW = "review"


class Mark(StrEnum):
    """What happens at a moment of a clock: a reminder, somebody higher is told, or a draft is made."""

    REMIND_50 = "remind-50"
    REMIND_80 = "remind-80"
    REMIND_100 = "remind-100"
    DEPUTY = "deputy"
    HEAD = "head"
    OFFICE = "office"
    SUPERVISE = "supervise"
    CRITICISE = "criticise"
    EXEMPTION_ENDS = "exemption-ends"

    @property
    def is_reminder(self) -> bool:
        """Whether it only reminds who has to act anyway."""
        return self.value.startswith("remind-")


@dataclass(frozen=True, slots=True)
class Term:
    """How long: so many seconds of natural time, or to the end of so many working days."""

    seconds: int = 0
    workdays: int = 0


@dataclass(frozen=True, slots=True)
class Rung:
    """A mark and its moment."""

    mark: Mark
    at: datetime


Cells = Mapping[str, Mapping[str, Any]]


def shipped() -> dict[str, Any]:
    """The table that comes with Fenghuo: name, version, date, source, sureness, cells."""
    return tomllib.loads(Path(__file__).with_name("terms.toml").read_text(encoding="utf-8"))


def term(stated: Mapping[str, int]) -> Term:
    """A term as the table states it: minutes, hours or workdays.

    Raises:
        ValueError: anything else.
    """
    [(unit, number)] = stated.items()
    if unit == "workdays":
        return Term(workdays=number)
    if unit not in _UNITS:
        raise ValueError(f"{unit}: minutes, hours or workdays are needed")
    return Term(seconds=number * _UNITS[unit])


def wrong_cells(cells: Mapping[str, Any], form: Mapping[str, Any], place: str = "") -> list[str]:
    """Places of a table of terms that are not what its reader needs, by the form of the shipped one; [] where all is well.

    A term is one of minutes, hours and workdays and a whole number above 0; steps of a climb go up; numbers are above 0, percents at
    most 100.
    """
    wrong: list[str] = []
    for name, wanted in form.items():
        here, given = f"{place}.{name}".strip("."), cells.get(name)
        if isinstance(wanted, dict) and not _is_term(wanted):
            wrong += wrong_cells(given, wanted, here) if isinstance(given, dict) else [here]
        elif _is_term(wanted):
            wrong += [] if _is_term(given) else [here]
        elif wanted and isinstance(wanted, list) and _is_term(wanted[0]):
            right = isinstance(given, list) and len(given) == len(wanted) and all(map(_is_term, given))
            wrong += [] if right and _goes_up([_seconds(t) for t in given or []]) else [here]
        elif isinstance(wanted, list):
            right = isinstance(given, list) and bool(given) and all(type(n) is int and n > 0 for n in given)
            kept = name != "remind_percent" or given == wanted
            wrong += [] if right and kept and _goes_up(given or []) else [here]
        else:
            most = 100 if place.endswith("percent") else 3650
            wrong += [] if type(given) is int and 0 < given <= most else [here]
    return wrong + [f"{place}.{name}".strip(".") for name in cells if name not in form]


def _is_term(value: object) -> bool:
    if not isinstance(value, dict) or len(value) != 1:
        return False
    [(unit, number)] = value.items()
    return unit in {*_UNITS, "workdays"} and type(number) is int and 0 < number <= 10_000


def _seconds(stated: Mapping[str, int]) -> int:
    found = term(stated)
    return found.seconds or found.workdays * 86_400


def _goes_up(values: Sequence[int]) -> bool:
    return all(a < b for a, b in pairwise(values))


def end_of(started: datetime, limit: Term, special: Mapping[date, bool]) -> datetime:
    """When a term ends; `started` stands in the zone of the office."""
    if limit.workdays:
        return after_workdays(started, limit.workdays, special)
    return started + timedelta(seconds=limit.seconds)


def at_issue(cells: Cells, kind: Kind, urgency: Urgency, severity: str, level: str) -> dict[Clock, Term]:
    """The clocks that begin when a notice is issued.

    Args:
        severity: of the gravest finding of the copy; counts where the kind asks for rectification.
        level: of the warning, "" for none; counts for 预警通报.
    """
    found = {Clock.DELIVER: term(cells["deliver"][urgency]), Clock.SIGN: term(cells["sign"][urgency])}
    if kind in FEEDBACK_KINDS:
        measures = cells["measures"].get(level) if kind == Kind.WARNING else None
        found[Clock.FEEDBACK] = term(measures or cells["feedback"][urgency])
    if kind in RECTIFY_KINDS:
        found[Clock.RECTIFY] = term(cells["rectify"][severity])
        if severity in cells["mitigate"]:
            found[Clock.MITIGATE] = term(cells["mitigate"][severity])
    return found


def ladder(
    name: str, started: datetime, due: datetime, urgency: Urgency, cells: Cells, special: Mapping[date, bool]
) -> list[Rung]:
    """What happens while a clock runs and after it ran out, in order; `due` stands in the zone of the office.

    The office's own clocks (delivery, review) end with its leader, those of a unit climb to deputy, head and leader;
    rectification that is late leads to drafts of a 督办函 and a 通报批评.
    """
    clock = Clock(name.partition("-")[0])
    if clock == Clock.DELIVER:
        return [Rung(Mark.REMIND_100, due), Rung(Mark.OFFICE, due + (due - started))]
    marks = {50: Mark.REMIND_50, 80: Mark.REMIND_80, 100: Mark.REMIND_100}
    span = due - started
    rungs = [Rung(marks[p], started + span * p / 100) for p in cells["numbers"]["remind_percent"]]
    if clock == Clock.REVIEW:
        return [*rungs, Rung(Mark.OFFICE, due + _steps(cells, urgency)[0])]
    climb = zip((Mark.DEPUTY, Mark.HEAD, Mark.OFFICE), _steps(cells, urgency), strict=True)
    rungs += [Rung(mark, due + step) for mark, step in climb]
    if clock == Clock.RECTIFY:
        for mark, key in ((Mark.SUPERVISE, "supervise_after_workdays"), (Mark.CRITICISE, "criticise_after_workdays")):
            rungs.append(Rung(mark, after_workdays(due, cells["numbers"][key], special)))
    return sorted(rungs, key=lambda rung: rung.at)


def _steps(cells: Cells, urgency: Urgency) -> Sequence[timedelta]:
    return [timedelta(seconds=term(step).seconds) for step in cells["climb"][urgency]]


def may_exempt_until(cells: Cells, now: datetime, until: datetime) -> bool:
    """Whether an accepted risk may stand until then."""
    return now < until <= now + timedelta(days=cells["numbers"]["exempt_most_days"])
