"""The life of a session, questions and how they are marked, the order that each person sees. Pure."""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

HIDDEN_BELOW = 5
"""With fewer persons the sums of a question are not shown, since they would tell who knew what; (P)."""
MOST_PERSONS, MOST_QUESTIONS, MOST_CHOICES, MOST_TRIES = 500, 50, 8, 5
MOST_POINTS, MOST_HOURS = 100, Decimal(200)
LETTERS = "ABCDEFGH"
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


class Refused(Exception):
    """Something can not be done. `code` names why; `detail` belongs to it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


class State(StrEnum):
    """The life of a session."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Verb(StrEnum):
    """What is done to a session. HOLD: it was held, and its list of participants stands."""

    HOLD = "hold"
    REOPEN = "reopen"
    CANCEL = "cancel"


TRANSITIONS: Mapping[tuple[State, Verb], State] = {
    (State.PLANNED, Verb.HOLD): State.HELD,
    (State.PLANNED, Verb.CANCEL): State.CANCELLED,
    (State.HELD, Verb.REOPEN): State.PLANNED,
}
"""The one table of transitions."""


def step(
    state: State, verb: Verb, *, on: date, today: date, undecided: int, present: int, papers: int, why: str
) -> State:
    """The state after a verb.

    Args:
        undecided: participants of whom nobody said whether they came. present: who came.
        papers: certificates and slips of the session; its list can't be opened again under them.

    Raises:
        Refused: "state", "early" (it is held on a later day), "undecided" (detail: how many), "nobody", "papers", "why".
    """
    if (state, verb) not in TRANSITIONS:
        raise Refused("state")
    if verb is Verb.HOLD:
        if on > today:
            raise Refused("early", on.isoformat())
        if undecided:
            raise Refused("undecided", str(undecided))
        if not present:
            raise Refused("nobody")
    elif not why.strip():
        raise Refused("why")
    if verb is not Verb.HOLD and papers:
        raise Refused("papers")
    return TRANSITIONS[state, verb]


def names_identity(text: str) -> bool:
    """Whether a text holds what looks like the number of an identity card (GB 11643: 17 digits and a check character)."""
    return _IDENTITY.search(text) is not None


class Kind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is to be. `right`: places of the right choices from 0; of true and false 0 is true."""

    kind: Kind
    text: str
    points: int
    right: frozenset[int]
    choices: tuple[str, ...] = ()


def checked(asked: Asked) -> Asked:
    """The question, tidied.

    Raises:
        Refused: "text", "points" (1 to 100), "choices" (2 to 8, no two alike), "right" (none, one that is no choice, or not one
            where one is asked for).
    """
    text = asked.text.strip()
    choices = tuple(one.strip() for one in asked.choices)
    if not text or len(text) > 500 or names_identity(text):
        raise Refused("text")
    if not 1 <= asked.points <= MOST_POINTS:
        raise Refused("points", str(MOST_POINTS))
    judged = asked.kind is Kind.JUDGE
    fitting = not choices if judged else 2 <= len(choices) <= MOST_CHOICES and len(set(choices)) == len(choices)
    if not fitting or not all(choices) or any(len(one) > 300 for one in choices):
        raise Refused("choices", str(MOST_CHOICES))
    many = 2 if judged else len(choices)
    if not asked.right or not asked.right <= set(range(many)):
        raise Refused("right")
    if asked.kind is not Kind.MULTIPLE and len(asked.right) != 1:
        raise Refused("right")
    return Asked(asked.kind, text, asked.points, asked.right, choices)


def shuffled(seed: str, many: int) -> list[int]:
    """The places 0 to `many` − 1 in an order that a seed gives, the same each time and on every machine."""
    return sorted(range(many), key=lambda place: hashlib.sha256(f"{seed}|{place}".encode()).digest())


@dataclass(frozen=True, slots=True)
class Marked:
    """What a try brought: points, and which questions were answered rightly."""

    points: int
    right: frozenset[int]


def mark(questions: Mapping[int, Asked], given: Mapping[int, Collection[int]]) -> Marked:
    """Mark a try: number of question → places that were chosen. A question has all of its points or none.

    Raises:
        Refused: "unanswered" or "choice", with the number of the question.
    """
    points, right = 0, set()
    for number, asked in questions.items():
        chosen = frozenset(given.get(number, ()))
        many = 2 if asked.kind is Kind.JUDGE else len(asked.choices)
        if not chosen:
            raise Refused("unanswered", str(number))
        if not chosen <= set(range(many)) or (asked.kind is not Kind.MULTIPLE and len(chosen) != 1):
            raise Refused("choice", str(number))
        if chosen == asked.right:
            points += asked.points
            right.add(number)
    return Marked(points, frozenset(right))


def is_over(tries: int, allowed: int, passed: bool) -> bool:
    """Whether a slip has no try left; who passed needs none."""
    return passed or tries >= allowed


def pass_share(results: Sequence[bool]) -> tuple[int, int]:
    """(passed, all who answered): the definition of the pass rate. Who did not answer is not counted, and stands beside it."""
    return sum(results), len(results)


REMIND_DAYS = (60, 30, 0)
"""Days before its end at which somebody is told of a certificate; 0 when it has ended; (P)."""


def reached(left_days: float) -> int | None:
    """The nearest of `REMIND_DAYS` that has come, None before the first."""
    come = [days for days in REMIND_DAYS if left_days <= days]
    return min(come) if come else None


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - date(year, month + 1, 1)).days
    return date(year, month + 1, min(day.day, last))
