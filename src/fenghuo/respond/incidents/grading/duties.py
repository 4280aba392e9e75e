"""Who must tell whom by when: the duties of a table, applied to a case and its grade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from fenghuo.respond.incidents.grading.facts import Case
from fenghuo.respond.incidents.grading.scales import Grade, Sureness
from fenghuo.respond.incidents.grading.tables import BadTable, Condition

DEFAULT_OPERATOR = "other"
"""Units of a county are other operators; it stands in where nobody has said."""


class CountedFrom(StrEnum):
    """Where a clock starts."""

    DISCOVERY = "discovery"
    RECEIPT = "receipt"
    KNOWLEDGE = "knowledge"
    END = "end"


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty.

    Attributes:
        operators: kinds of operators that it is about, empty for all. when: facts that it needs besides.
        least: from which grade on. after: the duty whose receipt starts its clock, "" for none.
        minutes, days: the limit; both None where the law names no number, which `limit_names` (language → words) then says.
        sources: language → the instrument. proposal: ours, to be set by the county's plan.
    """

    key: str
    operators: tuple[str, ...]
    when: tuple[Condition, ...]
    sender: str
    receivers: tuple[str, ...]
    least: Grade
    after: str
    counted_from: CountedFrom
    minutes: int | None
    days: int | None
    limit_names: Mapping[str, str]
    sources: Mapping[str, str]
    article: str
    sureness: Sureness
    confirmed: bool
    proposal: bool

    @property
    def limit(self) -> timedelta | None:
        """How long, None where the law names no number."""
        if self.minutes is None and self.days is None:
            return None
        return timedelta(minutes=self.minutes or 0, days=self.days or 0)


@dataclass(frozen=True, slots=True)
class Duties:
    """A table of duties.

    Attributes:
        parties: key → language → name.
        triage: how long until an incident must be graded. situation: grade → how often the command wants a situation report.
    """

    version: str
    parties: Mapping[str, Mapping[str, str]]
    duties: tuple[Duty, ...]
    triage: timedelta
    situation: Mapping[Grade, timedelta]


@dataclass(frozen=True, slots=True)
class Due:
    """A duty of a case towards one receiver; `due_at` is None where its start or its limit is not known.

    A clock that starts with the receipt of another report is counted from the latest moment at which that may come.
    """

    duty: Duty
    receiver: str
    due_at: datetime | None


def read_duties(stated: Mapping[str, Any]) -> Duties:
    """Duties from their data (the form of `duties.toml`).

    Raises:
        BadTable: something is missing, or a word is none.
    """
    problems: list[str] = []
    found: list[Duty] = []
    for row in stated.get("duty", ()):
        try:
            duty = _duty(row, stated)
            unknown = {duty.sender, *duty.receivers} - set(stated["party"])
            if unknown or (duty.after and duty.after not in {d.key for d in found}):
                raise ValueError(f"no such party or duty before it: {', '.join(sorted(unknown)) or duty.after}")
            found.append(duty)
        except (KeyError, ValueError, TypeError) as error:
            problems.append(f"duty {row.get('key', '?')}: {error}")
    if problems or not found:
        raise BadTable(problems or ["there is no duty"])
    try:
        office = stated["office"]
        situation = {Grade(grade): timedelta(minutes=m) for grade, m in office["situation_minutes"].items()}
        triage = timedelta(minutes=office["triage_minutes"])
    except (KeyError, ValueError, TypeError) as error:
        raise BadTable([f"office: {error}"]) from error
    return Duties(str(stated["version"]), stated["party"], tuple(found), triage, situation)


def _duty(row: Mapping[str, Any], stated: Mapping[str, Any]) -> Duty:
    sureness, proposal = Sureness(row["sureness"]), bool(row.get("proposal", False))
    return Duty(
        key=row["key"],
        operators=tuple(row.get("operators", ())),
        when=tuple(Condition(fact, least) for fact, least in row.get("when", {}).items()),
        sender=row["from"],
        receivers=tuple(row["to"]),
        least=Grade(row["least"]),
        after=row.get("after", ""),
        counted_from=CountedFrom(row["counted_from"]),
        minutes=row.get("minutes"),
        days=row.get("days"),
        limit_names=row.get("limit", {}),
        sources=row.get("source", stated["source"]),
        article=row["article"],
        sureness=sureness,
        confirmed=bool(stated.get("confirmed_by")) or (sureness is Sureness.READ and not proposal),
        proposal=proposal,
    )


def dues(case: Case, grade: Grade, duties: Duties) -> tuple[Due, ...]:
    """Every duty that a case of this grade (of the annex) brings, one for each receiver, in the table's order."""
    known = case.known()
    operator = case.operator or DEFAULT_OPERATOR
    due_of: dict[str, datetime | None] = {}
    found: list[Due] = []
    for duty in duties.duties:
        if duty.operators and operator not in duty.operators:
            continue
        if grade.rank < duty.least.rank or not all(c.fact in known and c.holds(known[c.fact]) for c in duty.when):
            continue
        start = _start(case, duty, due_of)
        due_of[duty.key] = None if start is None or duty.limit is None else start + duty.limit
        found += [Due(duty, receiver, due_of[duty.key]) for receiver in duty.receivers]
    return tuple(found)


def _start(case: Case, duty: Duty, due_of: Mapping[str, datetime | None]) -> datetime | None:
    if duty.counted_from is CountedFrom.RECEIPT:
        return due_of.get(duty.after)
    if duty.counted_from is CountedFrom.KNOWLEDGE:
        return case.county_knew_at or case.discovered_at
    return case.ended_at if duty.counted_from is CountedFrom.END else case.discovered_at


def first_due(found: Sequence[Due]) -> datetime | None:
    """The soonest moment at which something is due; None for none."""
    return min((due.due_at for due in found if due.due_at is not None), default=None)
