"""The life of a task, and when somebody is reminded of it. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class Source(StrEnum):
    """Where a task comes from: the committee (网信委), a level above, or the office itself."""

    COMMITTEE = "committee"
    ABOVE = "above"
    OFFICE = "office"


class State(StrEnum):
    """The life of a task. HANDED_IN: it waits for a second person, who accepts or returns it."""

    OPEN = "open"
    WORKING = "working"
    HANDED_IN = "handed-in"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What is done to a task. NOTE and EXTEND leave its state as it is."""

    START = "start"
    NOTE = "note"
    HAND_IN = "hand-in"
    ACCEPT = "accept"
    RETURN = "return"
    EXTEND = "extend"
    WITHDRAW = "withdraw"


_AT_WORK = (State.OPEN, State.WORKING, State.RETURNED)
TRANSITIONS: Mapping[tuple[State, Verb], State] = {
    (State.OPEN, Verb.START): State.WORKING,
    (State.RETURNED, Verb.START): State.WORKING,
    **{(state, Verb.NOTE): state for state in _AT_WORK},
    **{(state, Verb.EXTEND): state for state in _AT_WORK},
    **{(state, Verb.HAND_IN): State.HANDED_IN for state in _AT_WORK},
    (State.HANDED_IN, Verb.ACCEPT): State.ACCEPTED,
    (State.HANDED_IN, Verb.RETURN): State.RETURNED,
    **{(state, Verb.WITHDRAW): State.WITHDRAWN for state in (*_AT_WORK, State.HANDED_IN)},
}
"""The one table of transitions."""

FINAL = frozenset({State.ACCEPTED, State.WITHDRAWN})
NEEDS_WORDS = frozenset({Verb.NOTE, Verb.HAND_IN, Verb.RETURN, Verb.EXTEND, Verb.WITHDRAW})
"""Verbs that say something: a proof, what is wrong, or why."""


class Obstacle(StrEnum):
    """Why a step is not possible."""

    STATE = "state"
    WORDS = "words"
    SAME_PERSON = "same-person"


def obstacle(state: State, verb: Verb, *, words: str = "", same_person: bool = False) -> Obstacle | None:
    """What stands in the way of a step, None for nothing.

    Args:
        words: what the person says with it. same_person: who accepts or returns it has handed it in.
    """
    if (state, verb) not in TRANSITIONS:
        return Obstacle.STATE
    if verb in NEEDS_WORDS and not words.strip():
        return Obstacle.WORDS
    if verb in {Verb.ACCEPT, Verb.RETURN} and same_person:
        return Obstacle.SAME_PERSON
    return None


class Mark(StrEnum):
    """When somebody is told: at half of the time, at four fifths, when it is over, and every week after that; (P)."""

    HALF = "half"
    MOST = "most"
    OVER = "over"
    LATE = "late"


_PARTS = ((Mark.HALF, 0.5), (Mark.MOST, 0.8), (Mark.OVER, 1.0))
_AGAIN = timedelta(days=7)


def marks_due(started: datetime, due: datetime, now: datetime) -> tuple[tuple[Mark, int], ...]:
    """(mark, count) of all that have come; the count tells one week of lateness from the next and is 0 else."""
    found = [(mark, 0) for mark, part in _PARTS if now >= started + (due - started) * part]
    weeks = (now - due) // _AGAIN if now >= due else 0
    return (*found, *((Mark.LATE, week) for week in range(1, weeks + 1)))
