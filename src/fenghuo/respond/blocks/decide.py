"""The life of a block order and of an objection to one; what must hold at each step. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Reason(StrEnum):
    """Why something is blocked: what it does to systems. Closed; nothing is ever blocked for what it says."""

    ATTACK_SOURCE = "attack-source"
    MALWARE = "malware"
    PHISHING = "phishing"
    COMMAND_AND_CONTROL = "command-and-control"


class ProofKind(StrEnum):
    """What shows that an order is right."""

    WARNING = "warning"
    HIT = "hit"
    INCIDENT_EVIDENCE = "incident-evidence"


class State(StrEnum):
    """The life of an order."""

    ASKED = "asked"
    IN_FORCE = "in-force"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    LIFTED = "lifted"
    EXPIRED = "expired"


class Verb(StrEnum):
    """What is done to an order."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    LIFT = "lift"
    EXPIRE = "expire"


TRANSITIONS: Mapping[tuple[State, Verb], State] = {
    (State.ASKED, Verb.APPROVE): State.IN_FORCE,
    (State.ASKED, Verb.REFUSE): State.REFUSED,
    (State.ASKED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.ASKED, Verb.LAPSE): State.LAPSED,
    (State.IN_FORCE, Verb.LIFT): State.LIFTED,
    (State.IN_FORCE, Verb.EXPIRE): State.EXPIRED,
}
"""The one table of transitions; an order that ended stays ended: who wants it again orders anew."""

STANDING = frozenset({State.ASKED, State.IN_FORCE})
NEEDS_WHY = frozenset({Verb.REFUSE, Verb.WITHDRAW, Verb.LIFT})


class Obstacle(StrEnum):
    """Why a step is not possible."""

    STATE = "state"
    WHY = "why"
    SAME_PERSON = "same-person"
    NOT_YOURS = "not-yours"


def obstacle(state: State, verb: Verb, by: str, ordered_by: str, why: str) -> Obstacle | None:
    """What stands in the way of a step, None for nothing.

    Args:
        by, ordered_by: ids of who does it and of who ordered. why: the reason that is given.
    """
    if (state, verb) not in TRANSITIONS:
        return Obstacle.STATE
    if verb in NEEDS_WHY and not why.strip():
        return Obstacle.WHY
    if verb in {Verb.APPROVE, Verb.REFUSE} and by == ordered_by:
        return Obstacle.SAME_PERSON
    if verb is Verb.WITHDRAW and by != ordered_by:
        return Obstacle.NOT_YOURS
    return None


def due(state: State, now: datetime, ordered: datetime, until: datetime, lapse_hours: int) -> Verb | None:
    """What time itself does to an order by now."""
    if state is State.IN_FORCE and now >= until:
        return Verb.EXPIRE
    if state is State.ASKED and now >= min(until, ordered + timedelta(hours=lapse_hours)):
        return Verb.LAPSE
    return None


def in_force(state: State, until: datetime, now: datetime) -> bool:
    """Whether the list carries it: the list ends with the term, whether or not the end was written down yet."""
    return state is State.IN_FORCE and now < until


@dataclass(frozen=True, slots=True)
class Protection:
    """How long it took to protect.

    Attributes:
        began: when an incident or a warning was confirmed, else when the order was given. confirmed: which of both.
        approved, fetched: None while it has not happened. fetched: when the first device had a list with it.
    """

    began: datetime
    confirmed: bool
    approved: datetime | None
    fetched: datetime | None

    @property
    def minutes(self) -> float | None:
        """Minutes until the first device had it; 0 where it had it before anything was confirmed; None while none has."""
        if self.fetched is None:
            return None
        return max(0.0, (self.fetched - self.began).total_seconds() / 60)
